"""When a prefix is worth fetching from disk, and when keeping there; it must not know files.

A sequence whose prompt may be on disk holds its slot and waits, while others go on; those that
share its prefix follow it as they follow one that computes. What comes too late, or does not fit,
is computed as if there were no disk.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from localai.engine.attic import Entry
from localai.engine.language_model import Chunk, LanguageModel
from localai.engine.prefix_cache import PrefixCache
from localai.engine.restoring import restore
from localai.engine.scheduler import Scheduler
from localai.engine.sequence import Sequence
from localai.engine.slot import Slot
from localai.engine.tally import Tally

MOST_PENDING = 32
SETTLED = 1.0
"""Seconds for which a moment is awaited when nobody computes."""

TELLING = 64
"""Tokens of a step from which on its speed is that of reading prompts."""

FIRST_LOOK = 10.0
"""Seconds that the disk is given while it is not known how long computing would take."""


class Errand(Protocol):
    """A search on disk: when it is `done`, the `state` of `tokens`, if there is one.

    exact: so many of the tokens were computed alone, on the grid.
    """

    done: bool
    tokens: list[int]
    exact: int
    state: memoryview | None

    def give_up(self) -> None: ...


class Store(Protocol):
    """Where states are kept; no call waits for a disk. See `localai.prefixes.Desk`.

    used: bytes that all take. most: bytes that one may have.
    """

    wake: Callable[[], None]
    used: int
    most: int

    @property
    def is_writing(self) -> bool: ...

    def fetch(
        self, tokens: list[int], adapter: Hashable | None, *, least: int, most: int
    ) -> Errand: ...

    def known(self, tokens: list[int], adapter: Hashable | None) -> int | None: ...

    def keep(
        self, tokens: list[int], adapter: Hashable | None, exact: int, state: memoryview
    ) -> None: ...

    def drop(self, tokens: list[int], adapter: Hashable | None) -> None: ...


@dataclass(frozen=True, slots=True)
class ShelfRules:
    """What is worth the disk: prompts, or new parts of them, of at least `least` tokens that take
    `seconds` to compute (110 million weights: 1,500 tokens take 2 s to compute and 0.05 s to
    restore). max_pause: seconds that running answers may stand still for a copy."""

    least: int = 256
    seconds: float = 0.5
    max_pause: float = 0.25


class _Pending(NamedTuple):
    """A prompt that was computed in a slot and is to be kept."""

    slot: int
    prompt: list[int]
    adapter: Hashable | None
    since: float


class Shelf:
    """The disk, as one engine uses it; all calls come from the engine's thread."""

    def __init__(
        self,
        store: Store,
        rules: ShelfRules | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.store = store
        self.rules = rules or ShelfRules()
        self._clock = clock
        self._asked: dict[Sequence, tuple[Errand, float]] = {}
        self._pending: deque[_Pending] = deque(maxlen=MOST_PENDING)
        self._rate: float | None = None
        self._bytes = 512 * 1024.0  # of a token: as 7 billion weights have it
        self._seen = False  # whether that was measured

    @property
    def has_pending(self) -> bool:
        """Whether something is to be kept as soon as there is a moment for it."""
        return bool(self._pending)

    def use(self, model: LanguageModel, scheduler: Scheduler, tally: Tally) -> None:
        """Serve one engine from now on."""
        self._model, self._scheduler, self._tally = model, scheduler, tally
        self._cache: PrefixCache = scheduler.cache

    def attend(self) -> None:
        """Ask for those who are about to compute their prompts, and let go on who has waited."""
        for sequence in self._scheduler.running:
            if not sequence.asked and sequence.leader is None:
                self._ask(sequence)
            if sequence.fetching:
                self._answer(sequence)

    def _ask(self, sequence: Sequence) -> None:
        sequence.asked = True
        missing = sequence.prompt_length - sequence.computed
        if not self._cache.can_share or not self._pays(missing):
            return
        errand = self.store.fetch(
            sequence.prompt,
            sequence.adapter,
            least=min(sequence.computed + self.rules.least // 2, sequence.prompt_length),
            most=min(self._model.sequence_length, self._model.context_length),
        )
        seconds = missing / self._rate / 2 if self._rate else FIRST_LOOK
        self._asked[sequence] = errand, self._clock() + seconds
        sequence.fetching = True

    def _answer(self, sequence: Sequence) -> None:
        """Let a sequence go on, if the disk has answered or has taken too long."""
        errand, latest = self._asked[sequence]
        if not errand.done and self._clock() < latest:
            return
        self.forget(sequence)
        if errand.done and errand.state is not None:
            self._restore(sequence, errand, errand.state)

    def forget(self, sequence: Sequence) -> None:
        """Fetch nothing for a sequence any more."""
        sequence.fetching = False
        if sequence in self._asked:
            self._asked.pop(sequence)[0].give_up()

    def computed(self, plan: list[tuple[Sequence, Chunk]], seconds: float) -> None:
        """Hear what a step computed, in so many seconds."""
        prompts = [(s, c) for s, c in plan if c.start < s.prompt_length]
        if not prompts:
            return
        count = sum(len(chunk.tokens) for _, chunk in prompts)
        # A few tokens at a time are computed far more slowly than many.
        if len(prompts) == len(plan) and count >= min(TELLING, self.rules.least):
            rate = count / max(seconds, 1e-6)
            self._rate = rate if self._rate is None else 0.7 * self._rate + 0.3 * rate
        for sequence, _ in prompts:
            if sequence.computed >= sequence.prompt_length and sequence.slot is not None:
                self._note(sequence, sequence.slot)

    def put_away(self, *, idle: bool) -> bool:
        """Copy one state out for the disk, if this is the moment; whether it was.

        idle: nobody computes. Else only what has waited for such a moment, and is short.
        """
        while self._pending:
            one = self._pending[0]
            if not idle and not self._is_short(one):
                return False
            held = self._where(one)
            if held is not None and self.store.is_writing:
                return False
            known = 0 if held is None else self.store.known(one.prompt, one.adapter)
            if known is None:
                return False
            self._pending.popleft()
            if held is not None and self._is_new(len(one.prompt), known):
                if isinstance(held, Entry):
                    self.store.keep(list(held.tokens), one.adapter, held.exact, held.state)
                else:
                    self._keep(one, held)
                return True
        return False

    def _is_new(self, length: int, known: int) -> bool:
        # A talk that grows is not written whole at each turn: in all, five times at most.
        fits = not self._seen or length * self._bytes <= self.store.most
        return fits and length - known >= length // 4 and self._pays(length - known)

    def _pays(self, missing: int) -> bool:
        least = self.rules.least // 2
        return missing >= least and (not self._rate or missing / self._rate >= self.rules.seconds)

    def _is_short(self, one: _Pending) -> bool:
        # A GB a second: a copy into memory that is touched for the first time.
        seconds = len(one.prompt) * self._bytes / 1e9
        return seconds < self.rules.max_pause / 2 and self._clock() - one.since > SETTLED

    def _note(self, sequence: Sequence, slot: int) -> None:
        length = sequence.prompt_length
        if self._cache.can_share and length >= self.rules.least and self._pays(length):
            self._pending.append(_Pending(slot, sequence.prompt, sequence.adapter, self._clock()))

    def _where(self, one: _Pending) -> Slot | Entry | None:
        """What still holds a prompt, most likely the slot that it was computed in."""
        length = len(one.prompt)
        slots, attic = self._cache.slots, self._scheduler.attic
        for slot in (slots[one.slot], *slots):
            if slot.adapter == one.adapter and slot.tokens[:length] == one.prompt:
                return slot
        return attic.holding(one.prompt, one.adapter) if attic is not None else None

    def _keep(self, one: _Pending, slot: Slot) -> None:
        tokens, source, spare = one.prompt, slot.index, None
        if len(slot.tokens) > len(tokens):
            spare = next((s.index for s in self._cache.slots if not s.held and not s.tokens), None)
            if spare is None:
                tokens = list(slot.tokens)  # the answer goes with it
            elif self._model.copy_prefix(source, spare, len(tokens)):
                source = spare
        state = self._model.save_state(source, len(tokens))
        if spare is not None:
            self._model.trim(spare, 0)
        if state is not None:
            self._bytes, self._seen = len(state) / len(tokens), True
            self.store.keep(tokens, one.adapter, min(slot.exact, len(tokens)), state)

    def _restore(self, sequence: Sequence, errand: Errand, state: memoryview) -> None:
        shared = restore(self._model, self._scheduler, sequence, errand, state)
        if shared is None:
            self.store.drop(errand.tokens, sequence.adapter)
        elif shared:
            self._tally.disk_hits += 1
            self._tally.restored_tokens += shared
