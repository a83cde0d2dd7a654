"""What the engine asks of whoever guesses; it must not know how guesses are made."""

from __future__ import annotations

from typing import Protocol

from localai.engine.sequence import Sequence


class Drafter(Protocol):
    """Who guesses. All calls come from the engine's thread."""

    def propose(self, sequence: Sequence, rows: int, room: int) -> list[int]:
        """The tokens that may come next, at most `room`, none where a guess would not pay.

        rows: tokens that the step computes besides.
        """

    def verified(self, sequence: Sequence, proposed: int, accepted: int) -> None:
        """Hear how many of a guess's tokens were sampled."""

    def stepped(self, rows: int, seconds: float) -> None:
        """Hear how long a step of so many tokens took in which nothing but answers was computed."""

    def forget(self, sequence: Sequence) -> None:
        """Let go of what was kept for a sequence that ended."""
