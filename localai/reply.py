"""What comes back from a generation, as plain picklable values; it must not know wire formats.

A request's events are any number of TextDelta, ToolCallDelta, Notice and Progress (or of Embedding,
where vectors were asked for), then exactly one Finished or Failed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from localai.errors import LocalAIError

FinishReason = Literal["stop", "length", "tool_calls"]


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts. `cached_tokens` of the prompt were not computed again; `rejected_tokens` were
    the model's first choice, and the grammar refused them."""

    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int = 0
    rejected_tokens: int = 0

    @property
    def total_tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True, slots=True)
class TokenScore:
    """A token's bytes (part of a character is possible) and its natural log-probability.

    Of the model's own distribution: before penalties, temperature, cut-offs and grammar.
    top: the likeliest tokens, best first, as (bytes, log-probability).
    """

    piece: bytes
    logprob: float
    top: tuple[tuple[bytes, float], ...] = ()


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of the answer: whole characters, never part of a stop text.

    tokens: the scores, where they were asked for, of the tokens that came since the last delta.
    """

    text: str
    tokens: tuple[TokenScore, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """A piece of the call number `index`: the first carries id and name, and each more arguments.

    The arguments of one call, put together, are the text of one JSON object.
    """

    index: int
    arguments: str
    id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """So many of the prompt's `total` tokens are computed; only where it was asked for."""

    computed: int
    total: int


@dataclass(frozen=True, slots=True)
class Notice:
    """A remark on how the request was understood; it comes before the first text."""

    text: str


@dataclass(frozen=True, slots=True)
class Embedding:
    """The vector, of length 1, of the text number `index`."""

    index: int
    vector: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """The answer is whole: `stop` by end token or stop text, `length` by max_tokens, `tool_calls`
    when it ends in calls."""

    reason: FinishReason
    usage: Usage


@dataclass(frozen=True, slots=True)
class Failed:
    """The answer will not come, or not further; `usage` is what it had taken in the engine."""

    error: LocalAIError
    usage: Usage | None = None


Event = TextDelta | ToolCallDelta | Embedding | Notice | Progress | Finished | Failed
