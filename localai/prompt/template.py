"""A conversation through the GGUF's own chat template; it must not know files or vocabularies.

A template prints markers and message text alike. To tell them apart it is rendered again with a
mark in place of each message's text: what stands between the marks is the template's own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import jinja2

from localai.errors import TemplateError
from localai.prompt import conversation
from localai.prompt.calls import describe
from localai.prompt.conversation import Messages
from localai.prompt.filters import environment
from localai.prompt.pattern import Parts, marker, said, tidy
from localai.prompt.sandbox import WAY_OUT, Meter, meter
from localai.request import GenerateRequest, Message, RenderedPrompt

MAX_SOURCE = 64 * 1024  # characters
MAX_SECONDS = 2.0
# All text that is made on the way counts, and a template may make the same anew at every message:
# this much, and for each character of the messages this many more and so many per message.
MAX_CHARACTERS = 16 * 1024 * 1024
MAX_PER_CHARACTER, MAX_PER_CHARACTER_AND_MESSAGE = 64, 8
# Finding what became of each message takes a rendering per message.
MAX_EXAMINED = 64

UNEXAMINED = (
    "The model's chat template would change what some messages say; they were sent unchanged, in "
    "its format."
)

# Digits, since trimming, upper(), repr and JSON leave them alone.
_MARK = "73914260853192746508{:06}"
_MARKS = re.compile("(73914260853192746508[0-9]{6})")


def render_template(
    template: str | None, request: GenerateRequest, bos: str, eos: str
) -> RenderedPrompt:
    """The request in the template's format, with the messages' text untrusted.

    Where the template refuses the conversation, neighbours of one role are joined, and at last the
    system text is folded into the first user message (the one of a bare prompt is left out).
    A last message of the assistant is left open.
    Raises TemplateError with the template's own words if it refuses all of these.
    """
    if not template:
        raise TemplateError(
            "The model's file has no chat template.",
            hint="Send a prompt with raw: true, or set `prompt` in the model's registry entry.",
        )
    length = len(request.prompt or "") + sum(len(m.content) for m in request.messages)
    times = MAX_PER_CHARACTER + MAX_PER_CHARACTER_AND_MESSAGE * len(request.messages)
    token = meter.set(Meter(MAX_SECONDS, MAX_CHARACTERS + times * length))
    try:
        tools = [describe(tool) for tool in request.tools]
        return _first_accepted(_Template(template, bos, eos, tools), _attempts(request))
    finally:
        meter.reset(token)


def _attempts(request: GenerateRequest) -> Iterator[tuple[Messages, str]]:
    """The conversation, then what it can be turned into, each with words for what was done."""
    if request.prompt is not None:
        user = Message("user", request.prompt)
        yield (Message("system", conversation.CHAT_SYSTEM), user), ""
        yield (user,), ""
        return
    yield request.messages, ""
    turns = conversation.merged(conversation.without_tools(request.messages))
    yield turns, "consecutive messages of one role were joined, tool messages being user messages"
    turns = conversation.merged(conversation.folded(turns))
    yield turns, "the system text was put before the first user message"


def _first_accepted(
    template: _Template, attempts: Iterator[tuple[Messages, str]]
) -> RenderedPrompt:
    refusal: TemplateError | None = None
    for messages, change in attempts:
        try:
            rendered = template.render(messages)
        except TemplateError as error:
            refusal = refusal or error
            continue
        if refusal is None or not change:
            return rendered
        notice = f"{refusal.message.rstrip('.')}; therefore {change}."
        return RenderedPrompt(rendered.segments, (notice, *rendered.notices))
    assert refusal is not None, "there is always a first attempt"
    raise refusal


class _Template:
    """One chat template over one vocabulary, with the tools that it may show."""

    def __init__(
        self, source: str, bos: str, eos: str, tools: Sequence[dict[str, object]] = ()
    ) -> None:
        self._compiled = _compile(source)
        self._tools = list(tools) or None
        self._bos = bos
        self._eos = eos

    def render(self, messages: Messages) -> RenderedPrompt:
        """The conversation cut into the template's text and the messages', and remarks on it."""
        contents = [message.content for message in messages]
        text = self._text(messages, contents)
        # An empty text stays empty: templates leave out a message that says nothing.
        marks = [_MARK.format(i) if content else "" for i, content in enumerate(contents)]
        pieces = [piece for piece in _MARKS.split(self._text(messages, marks)) if piece]
        notices: tuple[str, ...] = ()
        prints = self._prints(messages, marks, pieces, text)
        if prints is None:
            prints, notices = dict(zip(marks, contents, strict=True)), (UNEXAMINED,)
            _check_all_said(prints, pieces, text)
        if messages[-1].role == "assistant" and marks[-1] in pieces:
            notices += (conversation.CONTINUED,)
            while pieces[-1] != marks[-1]:
                pieces.pop()
        return RenderedPrompt(_segments(pieces, prints), notices)

    def _prints(
        self, messages: Messages, marks: list[str], pieces: list[str], text: str
    ) -> dict[str, str] | None:
        """What the template prints for each mark, such that the pieces make `text`; None: unknown.

        Most templates print a message as it is or trimmed; a few cut out its reasoning.
        """
        contents = [message.content for message in messages]
        for guess in (contents, [content.strip() for content in contents]):
            prints = dict(zip(marks, guess, strict=True))
            if _joined(pieces, prints) == text:
                return prints
        if len(messages) > MAX_EXAMINED:
            return None
        prints = {m: self._print(messages, marks, pieces, i) for i, m in enumerate(marks)}
        return prints if _joined(pieces, prints) == text else None

    def _print(self, messages: Messages, marks: list[str], pieces: list[str], i: int) -> str:
        """What the template prints for message i, while marks stand for all the others."""
        content = messages[i].content
        if pieces.count(marks[i]) != 1:
            return content
        place = pieces.index(marks[i])
        before, after = "".join(pieces[:place]), "".join(pieces[place + 1 :])
        text = self._text(messages, [*marks[:i], content, *marks[i + 1 :]])
        if text.startswith(before) and text[len(before) :].endswith(after):
            return text[len(before) : len(text) - len(after)]
        return content

    def _text(self, messages: Messages, contents: Sequence[str]) -> str:
        pairs = zip(messages, contents, strict=True)
        try:
            # tools and documents are none and not missing: templates ask `is not none`.
            return self._compiled.render(
                messages=[_turn(message, content) for message, content in pairs],
                add_generation_prompt=messages[-1].role != "assistant",
                bos_token=self._bos,
                eos_token=self._eos,
                tools=self._tools,
                documents=None,
            )
        except TemplateError:
            raise
        except Exception as error:
            raise _failure(error) from error


def _turn(message: Message, content: str) -> dict[str, object]:
    turn: dict[str, object] = {"role": message.role, "content": content}
    if message.tool_calls:
        turn["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": json.loads(call.arguments or "{}")},
            }
            for call in message.tool_calls
        ]
    if message.role == "tool":
        turn |= {"tool_call_id": message.tool_call_id, "name": message.name}
    return turn


@lru_cache(maxsize=8)
def _compile(source: str) -> jinja2.Template:
    if len(source) > MAX_SOURCE:
        raise TemplateError(
            f"The chat template has {len(source)} characters; at most {MAX_SOURCE} are read.",
            hint=WAY_OUT,
        )
    try:
        return environment().from_string(source)
    except TemplateError:
        raise
    except Exception as error:
        raise _failure(error) from error


def _failure(error: Exception) -> TemplateError:
    # A template is a program: any of Python's errors can come out, recursion and memory included.
    return TemplateError(
        f"The chat template failed: {str(error) or type(error).__name__}.", hint=WAY_OUT
    )


def _check_all_said(prints: dict[str, str], pieces: list[str], text: str) -> None:
    """Raise TemplateError where the template prints a message that has no mark to stand for it."""
    unmarked = [content.strip() for mark, content in prints.items() if mark not in pieces]
    if any(content and content in text for content in unmarked):
        raise TemplateError(
            "The chat template changes the messages' text in a way that cannot be followed.",
            hint="Send a prompt with raw: true, or set `prompt` in the model's registry entry.",
        )


def _segments(pieces: list[str], prints: dict[str, str]) -> Parts:
    parts = [said(prints[p]) if p in prints else marker(p) for p in pieces]
    return tidy(segment for part in parts for segment in part)


def _joined(pieces: list[str], prints: dict[str, str]) -> str:
    return "".join(prints.get(piece, piece) for piece in pieces)
