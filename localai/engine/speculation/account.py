"""How much time guesses have lost; it must not know who guesses, nor what.

Against plain decoding: a step with guesses takes longer, and brings more tokens. Seconds.
"""

from __future__ import annotations

ALLOWED = 0.02
"""The share of the time of decoding so far that guesses may have lost in all."""

START = 0.5
"""Steps that may be lost beyond that, for a first guess to be made at all."""

CREDIT = 4.0
"""Steps: what was won before counts for no more than this against what is lost now."""


class Account:
    """Of one text, or of all of a model. debt: seconds that were lost, less those that were won."""

    __slots__ = ("_began", "debt")

    def __init__(self, clock: float) -> None:
        self._began = clock
        self.debt = 0.0

    def left(self, clock: float, plain: float) -> float:
        """Seconds that the next step's guesses may lose. clock: seconds of decoding so far; plain:
        those of a step without guesses."""
        return ALLOWED * (clock - self._began) + START * plain - self.debt

    def charge(self, seconds: float, tokens: float, plain: float) -> None:
        """Note a step that took so long, and brought so many tokens to who gets one from a plain
        one."""
        debt = self.debt + seconds - tokens * plain
        self.debt = debt if debt > (least := -CREDIT * plain) else least
