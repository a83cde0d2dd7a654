"""`localai chat`: a conversation with a model; it must not know how answers come or look."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from localai.cli.generate import sampling_options, text_of
from localai.cli.options import engine_options, opened
from localai.cli.terminal import say
from localai.errors import LocalAIError, NotDownloaded

if TYPE_CHECKING:
    from localai.cli.chat.session import Session
    from localai.loading import RuntimeConfig
    from localai.runtime import Runtime


@click.command()
@click.argument("model", required=False)
@click.option("--system", default="", help="What the model should be or know.")
@click.option("--raw", is_flag=True, help="Send texts as they are, without a chat template.")
@click.option("--load", "file", type=click.Path(path_type=Path), metavar="FILE",
              help="Go on with a conversation that /save wrote.")  # fmt: skip
@click.option("--max-tokens", type=click.IntRange(1), metavar="N", help="Tokens to write at most.")
@sampling_options
@click.option("--stop", multiple=True, help="End an answer before this text; may be repeated.")
@click.option("--pull", is_flag=True, help="Download the model first if it is not here.")
@click.option("--no-history", is_flag=True, help="Keep no lines for the next sitting.")
@engine_options
def chat(
    model: str | None,
    system: str,
    raw: bool,
    file: Path | None,
    pull: bool,
    no_history: bool,
    engine: RuntimeConfig,
    **given: Any,
) -> None:
    """Talk with MODEL; without one, with the best chat model that is on this disk.

    Answers stream as Markdown. /help lists the commands: /set temperature 0.2, /system TEXT,
    /model ID, /retry, /save FILE and others. Where stdin is no terminal, all of it is one message,
    and only the answer is printed.

    \b
    Examples:
      localai chat
      localai chat @cf/meta/llama-3.2-1b-instruct --system "Answer in one sentence."
      git diff | localai chat @cf/meta/llama-3.2-3b-instruct --system "Review this."
    """
    from localai.cli.chat.commands import take
    from localai.cli.chat.conversation import Conversation
    from localai.cli.chat.session import Session

    if system and raw:
        raise click.UsageError("--system needs a chat template, and --raw goes without one.")
    interactive = sys.stdin.isatty() and sys.stderr.isatty()
    text = "" if interactive else text_of("-")
    loaded = Conversation.read(file) if file else None
    with opened(replace(engine, slots=1)) as runtime:
        name = model or (loaded.model if loaded else "")
        talk = Conversation(_present(runtime, name, pull=pull, ask=interactive), system)
        session = Session(runtime, talk, raw=raw, measures=interactive)
        if loaded is not None:
            loaded.model = talk.model
            take(session, loaded)
            loaded.system = system or loaded.system
        named = {name: value for name, value in given.items() if value not in (None, ())}
        session.conversation.parameters.update(named)
        session.load()
        if interactive:
            _sit(session, no_history=no_history)
        else:
            # The line break that `echo` ends with is not meant.
            answered = session.ask(text if raw else text.strip())
            if answered.stopped:
                raise KeyboardInterrupt


def _sit(session: Session, *, no_history: bool) -> None:
    from localai.cli.chat.repl import FILE, sit
    from localai.cli.chat.session import show_last
    from localai.weights.store import data_directory

    if session.conversation.messages:
        show_last(session.conversation)
    sit(session, None if no_history else data_directory() / FILE)


def _present(runtime: Runtime, name: str, *, pull: bool, ask: bool) -> str:
    """The ID of the model that talks, whose weights are here. Raises LocalAIError."""
    from localai.preference import preferred_chat

    if name:
        spec = runtime.registry.resolve(name)
        if pull:
            from localai.cli.pull import ensure

            ensure(spec, runtime.store)
        if runtime.store.find(spec) is not None:
            return spec.id
        missing = NotDownloaded(spec.id)
    else:
        try:
            return preferred_chat(runtime, say).id
        except NotDownloaded as error:
            missing = error
            missing.message = "No chat model is on this disk."
    if ask and _fetched(runtime, missing):
        return runtime.registry.resolve(missing.model).id
    raise missing


def _fetched(runtime: Runtime, missing: LocalAIError) -> bool:
    from localai.cli.chat.commands import fetched

    assert isinstance(missing, NotDownloaded)
    say(missing.message)
    return fetched(runtime, missing)
