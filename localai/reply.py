"""What comes back from a generation, as plain picklable values; it must not know wire formats.

A request's events are any number of TextDelta and Notice, then exactly one Finished or Failed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from localai.errors import LocalAIError

FinishReason = Literal["stop", "length"]


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts; `cached_tokens` of the prompt were not computed again."""

    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int = 0

    @property
    def total_tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of the answer: whole characters, never part of a stop text."""

    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A remark on how the request was understood; it comes before the first text."""

    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The answer is whole: `stop` by end token or stop text, `length` by max_tokens."""

    reason: FinishReason
    usage: Usage


@dataclass(frozen=True, slots=True)
class Failed:
    """The answer will not come, or not further; `usage` is what it had taken in the engine."""

    error: LocalAIError
    usage: Usage | None = None


Event = TextDelta | Notice | Finished | Failed
