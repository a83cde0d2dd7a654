"""Token bytes to whole text, with stop texts held back; it must not know tokens or models."""

from __future__ import annotations

import codecs


class Detokenizer:
    """One answer's text: `add` bytes, get what may be shown; `stopped` says a stop text came.

    A character is shown when its last byte is there, bytes that are no UTF-8 as U+FFFD. Text that
    could still become a stop text is held back; what stands before a stop text is shown, the stop
    itself never.
    """

    def __init__(self, stops: tuple[str, ...] = (), *, strip_leading_space: bool = False) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._stops = stops
        self._held = ""
        # SentencePiece writes the space before a word into the word; a chat answer has none.
        self._strip = strip_leading_space
        self.stopped = False

    def add(self, data: bytes) -> str:
        """The text that became certain by these bytes (often one piece, sometimes none)."""
        return self._certain(self._decoder.decode(data))

    def finish(self) -> str:
        """What is left at the end: held text, and U+FFFD for a character that never came whole."""
        rest = self._certain(self._decoder.decode(b"", final=True))
        if self.stopped:
            return rest
        rest, self._held = rest + self._held, ""
        return rest

    def _certain(self, text: str) -> str:
        if self._strip and text:
            text, self._strip = text.removeprefix(" "), False
        if not self._stops:
            return text
        text = self._held + text
        cut = self._first_stop(text)
        if cut is not None:
            self.stopped, self._held = True, ""
            return text[:cut]
        keep = len(text) - self._undecided(text)
        self._held = text[keep:]
        return text[:keep]

    def _first_stop(self, text: str) -> int | None:
        # The stop that is complete first, so that the pieces the text comes in make no difference.
        ends = [(at + len(s), at) for s in self._stops if (at := text.find(s)) >= 0]
        return min(ends)[1] if ends else None

    def _undecided(self, text: str) -> int:
        """Length of the longest end of `text` that begins some stop text."""
        longest = min(len(text), max(map(len, self._stops)) - 1)
        for size in range(longest, 0, -1):
            tail = text[-size:]
            if any(stop.startswith(tail) for stop in self._stops):
                return size
        return 0
