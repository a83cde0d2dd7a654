"""What the engine asks of a model, and nothing more; it must not know who answers.

A model has `slots`: numbered places, each holding one sequence's computed tokens from position 0.
All calls but `interrupt` come from the one thread that owns the model.
"""

from __future__ import annotations

from collections import abc
from typing import Any, NamedTuple, Protocol

from localai.reply import TokenScore
from localai.request import Sampling


class Chunk(NamedTuple):
    """Consecutive tokens of one slot, to be computed from position `start` on.

    outputs: so many of the last of them will be sampled from: 1 where the next token is wanted,
    more where the last ones are a draft, 0 in the middle of a prompt.
    """

    slot: int
    start: int
    tokens: list[int]
    outputs: int

    @property
    def draft(self) -> list[int]:
        """The last of the tokens, which are guesses: what is sampled before each decides."""
        return self.tokens[len(self.tokens) - self.outputs + 1 :] if self.outputs > 1 else []


class Sampler(Protocol):
    """How one sequence's tokens are chosen.

    rejected: how often its grammar refused the first choice. complete: nothing but an end is left.
    """

    rejected: int
    complete: bool


class LanguageModel(Protocol):
    """The seam between policy and llama.cpp; a new call here earns a line in ARCHITECTURE.md.

    slots: how many sequences it can hold, in use or not. context_length: tokens that all slots hold
    together. sequence_length: tokens that one slot may hold. batch_size: tokens of one decode.
    can_trim: whether `trim` may keep a part, and `copy_prefix` share one (false for recurrent and
    sliding-window memories).
    """

    slots: int
    context_length: int
    sequence_length: int
    batch_size: int
    can_trim: bool

    def decode(self, batch: abc.Sequence[Chunk], adapter: abc.Hashable | None = None) -> bool:
        """Compute all chunks at once, with this adapter on the weights; false when interrupted: ask
        `length` how far each slot came.

        Raises EngineError with llama.cpp's words.
        """

    def load_adapter(self, adapter: abc.Hashable) -> None:
        """Make an adapter ready for `decode`; without effect where it is.

        Raises ModelLoadError with llama.cpp's words.
        """

    def interrupt(self) -> None:
        """Stop the decode that is running, or else the next one; callable from any thread."""

    def length(self, slot: int) -> int:
        """How many tokens the slot holds."""

    def trim(self, slot: int, length: int) -> bool:
        """Forget all but the first `length` tokens of a slot; false where the memory cannot."""

    def copy_prefix(self, source: int, target: int, length: int) -> bool:
        """Let `target` hold the first `length` tokens of `source` and nothing else, in the same
        cells; those go when the last that holds them goes. False where the memory cannot."""

    def save_state(self, slot: int, length: int, most: int = ...) -> memoryview | None:
        """What was computed for the `length` tokens that a slot holds, as bytes of the caller's
        own; None where the memory cannot be read out, or that would be more than `most` bytes."""

    def load_state(self, slot: int, saved: memoryview, length: int) -> bool:
        """Let a slot hold what `save_state` gave for `length` tokens, and nothing else; false, and
        an empty slot, where it is none of this model's or there is no room."""

    def sampler(
        self, sampling: Sampling, prompt: abc.Sequence[int], grammar: Any | None = None
    ) -> Any:
        """A Sampler for one sequence; the penalties have seen the end of `prompt`.

        grammar: one that this model made, for this sequence alone; the answer must fit it.
        """

    def sample(self, row: int, sampler: Any, left: int = ...) -> int:
        """The next token after the batch's row (its index among all tokens of the last decode).

        left: so many may still come, this one included.

        Raises InvalidRequest where the grammar allows none.
        """

    def scores(self, row: int, token: int, k: int) -> TokenScore:
        """The model's own log-probability of a token after the row, and the k likeliest tokens."""

    def release(self, sampler: Any) -> None:
        """Free a sampler."""

    def piece(self, token: int) -> bytes:
        """A token's text; part of a character is possible, control tokens are empty."""

    def is_end(self, token: int) -> bool:
        """Whether the token ends an answer."""
