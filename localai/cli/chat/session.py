"""A conversation with a model, one answer at a time; it must not know how lines come in."""

from __future__ import annotations

import secrets
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from localai.cli.chat.answering import Answer, answer, tell_measures
from localai.cli.chat.conversation import Conversation
from localai.cli.chat.markdown import Markdown, Plain, Shown, Verbatim
from localai.cli.output import printable
from localai.cli.terminal import dim, is_styled, say, width
from localai.errors import ContextExceeded, InvalidRequest, LocalAIError, NotDownloaded
from localai.request import Message

if TYPE_CHECKING:
    from localai.model import ModelSpec
    from localai.runtime import Runtime

LARGEST_SEED = 9_999_999_999


class Session:
    """raw: texts go to the model as they are, each by itself. files: those that were saved to or
    loaded from, which may be written over."""

    def __init__(
        self, runtime: Runtime, conversation: Conversation, *, raw: bool = False, measures: bool
    ) -> None:
        self.runtime = runtime
        self.conversation = conversation
        self.raw = raw
        self.files: set[Path] = set()
        self._measures = measures
        self._last = ""
        self._noticed: set[str] = set()

    def load(self) -> None:
        """Load the model beside what happens next; what is wrong, the first answer tells."""

        def load() -> None:
            with suppress(LocalAIError):
                self.runtime.load(self.conversation.model)

        threading.Thread(target=load, name="localai-load", daemon=True).start()

    def take_model(self, name: str) -> ModelSpec:
        """Talk with another model from now on. Raises UnknownModel, NotDownloaded."""
        spec = self.runtime.registry.resolve(name)
        if self.runtime.store.find(spec) is None:
            raise NotDownloaded(spec.id)
        self.conversation.model = spec.id
        self._noticed.clear()
        self.load()
        return spec

    def ask(self, text: str) -> Answer:
        """Answer a text, show that, and take both into the conversation.

        Raises the answer's LocalAIError; the text is then not in the conversation.
        """
        seed = self.conversation.parameters.get("seed")
        return self._ask(text, int(seed) if isinstance(seed, int) else None)

    def retry(self) -> Answer:
        """Answer the last text once more, with a new seed. Raises InvalidRequest, LocalAIError."""
        messages = self.conversation.messages
        if not self._last:
            said = [message.content for message in messages if message.role == "user"]
            if not said:
                raise InvalidRequest("Nothing was asked so far.", hint="Type a message first.")
            self._last = said[-1]
        kept = list(messages)
        if not self.raw:
            self._drop_last()
        try:
            found = self._ask(self._last, None)
        except LocalAIError:
            messages[:] = kept
            raise
        if not found.text and not self.raw:
            messages[:] = kept  # stopped before it began: the answer of before still stands
        return found

    def _drop_last(self) -> None:
        """Take the last exchange out, where it is the one that is asked again."""
        messages = self.conversation.messages
        at = len(messages) - 1
        while at >= 0 and messages[at].role != "user":
            at -= 1
        if at >= 0 and messages[at].content == self._last:
            del messages[at:]

    def _ask(self, text: str, seed: int | None) -> Answer:
        talk, self._last = self.conversation, text
        drawn = seed or secrets.randbelow(LARGEST_SEED) + 1
        make = talk.raw_request if self.raw else talk.request
        request = make(text, drawn, repeatable=seed is not None)
        found = answer(self.runtime, request, shown_on_stdout(raw=self.raw), self._notice)
        if not self.raw and found.text:
            talk.messages += [Message("user", text), Message("assistant", found.text)]
        if self._measures:
            tell_measures(found, drawn, self.context())
        self._tell_end(found)
        if self._measures:
            click.echo(err=True)  # the next prompt stands apart
        if found.error is not None:
            raise _with_way_out(found.error, talk)
        return found

    def context(self) -> int | None:
        """Tokens that one conversation may have with the model as it is loaded; None unloaded."""
        spec = self.runtime.registry.resolve(self.conversation.model)
        for resident in self.runtime.status():
            if resident.spec.id == spec.id:
                return min(resident.plan.context, spec.architecture.context)
        return None

    def _notice(self, text: str) -> None:
        if text not in self._noticed:
            self._noticed.add(text)
            dim(text)

    def _tell_end(self, found: Answer) -> None:
        if not found.cut or found.usage is None:
            return
        context = self.context()
        if context is not None and found.usage.total_tokens >= context:
            say(f"(Cut off: the conversation fills the context of {context} tokens.{WAY_OUT}.)")
            return
        count = found.usage.completion_tokens
        allows = "/set max_tokens N" if self._measures else "--max-tokens N"
        say(f"(Cut off after {count} tokens; {allows} allows more.)")


WAY_OUT = " /forget N drops the oldest N exchanges, /clear all of them"


def _with_way_out(error: LocalAIError, talk: Conversation) -> LocalAIError:
    if isinstance(error, ContextExceeded) and talk.messages and "max_tokens" not in talk.parameters:
        message = (
            f"The conversation has {error.prompt_tokens} tokens with this message, and the context "
            f"holds {error.limit}."
        )
        return InvalidRequest(
            message,
            field="messages",
            hint=f"Nothing was cut.{WAY_OUT}; /retry then asks again. Or start with a larger "
            "--ctx where the model has it.",
        )
    return error


def shown_on_stdout(*, raw: bool = False) -> Shown:
    """How answers look where stdout goes."""

    def write(text: str) -> None:
        sys.stdout.write(text)

    if not sys.stdout.isatty():
        return Verbatim(write)
    if raw or not is_styled(sys.stdout):
        return Plain(write, lambda: width(sys.stdout))
    return Markdown(write, lambda: width(sys.stdout))


def show_last(talk: Conversation) -> None:
    """Show the last exchange of a conversation that was loaded."""
    at = len(talk.messages) - 1
    while at > 0 and talk.messages[at].role != "user":
        at -= 1
    for message in talk.messages[max(at, 0) :]:
        if message.role == "user":
            click.echo(f"> {printable(message.content)}", err=True)
        else:
            shown = shown_on_stdout()
            shown.feed(message.content)
            shown.finish()
