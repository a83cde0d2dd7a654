"""A sequence goes on from a state that was kept elsewhere; it must not know where that was."""

from __future__ import annotations

from typing import Protocol

from localai.engine.language_model import LanguageModel
from localai.engine.prefix_tree import common_prefix
from localai.engine.scheduler import Scheduler
from localai.engine.sequence import Sequence
from localai.engine.slot import Slot


class Kept(Protocol):
    """The state of tokens, the first `exact` of which were computed alone, on the grid."""

    @property
    def tokens(self) -> list[int]: ...

    @property
    def exact(self) -> int: ...


def restore(
    model: LanguageModel, scheduler: Scheduler, sequence: Sequence, kept: Kept, state: memoryview
) -> int | None:
    """Have a running sequence's slot hold what it can use of a state; so many tokens, 0 where that
    is no more than it has, or there is no room. None where the state is no good."""
    slot, length = scheduler.slot_of(sequence), len(kept.tokens)
    shared, exact = _usable(scheduler, sequence, slot, kept)
    if shared <= sequence.computed or not scheduler.make_place(sequence, length):
        return 0
    if not model.load_state(slot.index, state, length):
        return None
    if length > shared:
        model.trim(slot.index, shared)
    scheduler.cache.restored(slot, sequence.prompt[:shared], exact=exact)
    sequence.take_over(shared)
    return shared


def _usable(scheduler: Scheduler, sequence: Sequence, slot: Slot, kept: Kept) -> tuple[int, int]:
    """How many of the tokens a sequence may start from, and how many are on the grid."""
    config = scheduler.config
    shared = min(common_prefix(kept.tokens, sequence.prompt), sequence.prompt_length - 1)
    exact = min(kept.exact, shared) // config.chunk_size * config.chunk_size
    if config.together is not None:
        return exact, exact
    if any(s.tokens for s in scheduler.cache.slots if s is not slot):
        exact = 0  # not the cells that it would have in an empty memory
    return (exact if sequence.exact else shared), exact
