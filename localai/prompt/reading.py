"""Calls read out of an answer's text as it comes; it must not know models, grammars or wires."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Iterator

from localai.errors import CallUnmet
from localai.prompt.calls import Frame
from localai.reply import Event, Failed, Finished, TextDelta, ToolCallDelta, Usage


class CallReader:
    """Turns the events of an answer that may hold calls into text and calls.

    The text must be of the frame's form, as the grammar sees to; a call that is cut off ends in
    Failed, for half a call is none. name_id: makes each call's id.
    """

    def __init__(self, frame: Frame, name_id: Callable[[], str] | None = None) -> None:
        self._frame = frame
        self._name_id = name_id or (lambda: f"call_{secrets.token_hex(12)}")
        self._head = re.compile(
            re.escape(frame.open) + r'\{"name": ("(?:[^"\\]|\\.)*"), "' + frame.key + '": '
        )
        self._text = ""
        self._inside = False
        self._said = False
        self._count = 0
        self._given = ""  # arguments passed on, where nothing but their own end tells it

    def read(self, event: Event) -> Iterator[Event]:
        """The events to pass on for this one."""
        match event:
            case TextDelta(text=text):
                self._text += text
                yield from self._take()
            case Finished(reason=reason, usage=usage):
                yield from self._end(reason, usage)
            case _:
                yield event

    def _take(self) -> Iterator[Event]:
        while True:
            before = (len(self._text), self._inside)
            yield from self._arguments() if self._inside else self._words()
            if (len(self._text), self._inside) == before:
                return

    def _words(self) -> Iterator[Event]:
        """Text before a call, held back as far as it may be a call's beginning."""
        start = self._start()
        if start is None:
            kept = self._held()
            shown, self._text = (
                self._text[: len(self._text) - kept],
                self._text[-kept:] * bool(kept),
            )
            yield from self._say(shown)
            return
        found = self._head.match(self._text, start)
        if found is None:
            shown, self._text = self._text[:start], self._text[start:]
            yield from self._say(shown)
            return
        yield from self._say(self._text[:start])
        self._text, self._inside = self._text[found.end() :], True
        name = json.loads(found[1])
        yield ToolCallDelta(self._count, "", id=self._name_id(), name=name)

    def _arguments(self) -> Iterator[Event]:
        tail = self._frame.tail
        place = self._text.find(tail) if self._frame.close else -1
        if place >= 0:
            if self._text[:place]:
                yield ToolCallDelta(self._count, self._text[:place])
            self._text, self._inside = self._text[place + len(tail) :], False
            self._count += 1
            return
        # The last characters may be the frame's end, and those of the arguments look alike.
        ready = len(self._text) - len(tail)
        if ready > 0:
            self._given += self._text[:ready] if not self._frame.close else ""
            yield ToolCallDelta(self._count, self._text[:ready])
            self._text = self._text[ready:]

    def _start(self) -> int | None:
        """Where the next call begins, None where none does yet."""
        if self._frame.open:
            place = self._text.find(self._frame.open)
            return None if place < 0 else place
        blank = len(self._text) - len(self._text.lstrip())
        begins = not self._said and not self._count and self._text[blank : blank + 1] == "{"
        return blank if begins else None

    def _held(self) -> int:
        """How many of the last characters may be the beginning of a call."""
        mark = self._frame.open
        if not mark:
            return 0 if self._text.strip() else len(self._text)
        for count in range(min(len(mark) - 1, len(self._text)), 0, -1):
            if self._text.endswith(mark[:count]):
                return count
        # Blanks before a call belong to no one; before words they are said with them.
        return len(self._text) - len(self._text.rstrip())

    def _say(self, text: str) -> Iterator[Event]:
        # Blanks before the first word, and between calls, are nobody's.
        if text.strip() or (text and self._said and not self._count):
            self._said = True
            yield TextDelta(text)

    def _end(self, reason: str, usage: Usage) -> Iterator[Event]:
        tail = self._frame.tail
        rest = self._text[: max(0, len(self._text) - len(tail))]
        # A tail that is a bracket alone may as well be the last of half the arguments.
        whole = self._text.endswith(tail) and _is_json(self._given + rest)
        if self._inside and not self._frame.close and whole:
            if rest:
                yield ToolCallDelta(self._count, rest)
            self._inside, self._text, self._count = False, "", self._count + 1
        if self._inside or (self._start() is not None):
            yield Failed(CallUnmet("the answer ended in the middle of it"), usage)
            return
        if not self._count:
            yield from self._say(self._text)
        yield Finished("tool_calls" if self._count else reason, usage)  # type: ignore[arg-type]


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
