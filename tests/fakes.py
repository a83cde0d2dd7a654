"""A scripted language model that keeps, and checks, the memory a real one would hold."""

from __future__ import annotations

import math
import pickle
import threading
import time
from collections import abc
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Any

from localai.engine import Chunk, Engine, Sequence, Shelf
from localai.engine.pace import Pace
from localai.engine.scheduler import SchedulerConfig
from localai.engine.speculation import Drafter
from localai.errors import EngineError, InvalidRequest, ModelLoadError
from localai.reply import Event, Failed, Finished, TextDelta, TokenScore
from localai.request import Sampling

END = 0


def next_token(held: abc.Sequence[int]) -> int:
    """The fake's law: the next token depends on every token before it and on their order."""
    value = 17
    for token in held:
        value = (value * 31 + token) % 1009
    return 97 + value % 26


@dataclass(eq=False)
class Cell:
    """One token's place in the memory; several slots may hold it."""

    token: int
    adapter: Hashable | None = None


# A fake grammar: from the answer so far to the characters that may follow, chr(END) for its end.
FakeGrammar = Callable[[str], str]


@dataclass(eq=False)
class FakeSampler:
    """The law's choice, or the first character that the grammar allows instead."""

    grammar: FakeGrammar | None
    answer: str = ""
    rejected: int = 0
    complete: bool = False

    def choose(self, token: int) -> int:
        if self.grammar is not None:
            allowed = self.grammar(self.answer)
            if not allowed:
                raise InvalidRequest("The grammar allows no token.", field="grammar")
            if chr(token) not in allowed:
                self.rejected += 1
                token = ord(allowed[0])
            self.answer += chr(token)
            self.complete = self.grammar(self.answer) == chr(END)
        return token


class FakeLanguageModel:
    """Tokens are characters' code points; END ends. Wrong positions or lost memory show at once,
    either as an assertion here or as another text.

    script: answers for `next_token`, by default the law above. gate: if given, every decode waits
    for it, as a long prefill would, until it is set or `interrupt` comes. adapters: those that
    were made ready; to the law an adapter is a token before all others. split: a copied prefix
    takes cells of its own.
    """

    def __init__(
        self,
        *,
        slots: int = 4,
        context_length: int = 4096,
        sequence_length: int | None = None,
        batch_size: int = 512,
        can_trim: bool = True,
        script: Callable[[abc.Sequence[int]], int] = next_token,
        gate: threading.Event | None = None,
        split: bool = False,
    ) -> None:
        self.slots = slots
        self.split = split
        self.context_length = context_length
        self.sequence_length = sequence_length or context_length
        self.batch_size = batch_size
        self.can_trim = can_trim
        self.script = script
        self.gate = gate
        self.memory: list[list[Cell]] = [[] for _ in range(slots)]
        self.batches: list[list[Chunk]] = []
        self.samplers: set[FakeSampler] = set()
        self.failures: list[EngineError] = []
        self.adapters: set[Hashable] = set()
        self.refuses = False  # any state that is to be loaded
        self.used_adapters: list[Hashable | None] = []
        self.peak = 0
        self._rows: list[int | None] = []
        self._interrupted = threading.Event()

    def load_adapter(self, adapter: Hashable) -> None:
        if adapter == "broken":
            raise ModelLoadError("It cannot be loaded.", model="fake")
        self.adapters.add(adapter)

    def decode(self, batch: abc.Sequence[Chunk], adapter: Hashable | None = None) -> bool:
        assert adapter is None or adapter in self.adapters, "an adapter that was not made ready"
        self.used_adapters.append(adapter)
        assert sum(len(chunk.tokens) for chunk in batch) <= self.batch_size
        assert len({chunk.slot for chunk in batch}) == len(batch), "a slot twice in one batch"
        self.batches.append(list(batch))
        if self.failures:
            raise self.failures.pop()
        if not self._wait():
            return False
        self._rows = []
        for chunk in batch:
            held = self.memory[chunk.slot]
            assert chunk.start == len(held), f"slot {chunk.slot}: {chunk.start} after {len(held)}"
            held += [Cell(token, adapter) for token in chunk.tokens]
            assert {cell.adapter for cell in held} == {adapter}, "memory of another adapter"
            self._rows += [None] * (len(chunk.tokens) - chunk.outputs)
            before = [] if adapter is None else [hash(adapter)]
            for end in range(len(held) - chunk.outputs + 1, len(held) + 1):
                self._rows.append(self.script(before + [cell.token for cell in held[:end]]))
        assert self.used <= self.context_length, "no KV room"
        self.peak = max(self.peak, self.used)
        return True

    @property
    def used(self) -> int:
        """Cells that some slot holds."""
        return len({cell for held in self.memory for cell in held})

    def interrupt(self) -> None:
        self._interrupted.set()

    def length(self, slot: int) -> int:
        return len(self.memory[slot])

    def trim(self, slot: int, length: int) -> bool:
        if length and not self.can_trim:
            return False
        del self.memory[slot][length:]
        return True

    def copy_prefix(self, source: int, target: int, length: int) -> bool:
        assert source != target and length <= len(self.memory[source])
        if not self.can_trim:
            return False
        held = self.memory[source][:length]
        self.memory[target] = [replace(cell) for cell in held] if self.split else held
        return True

    def save_state(self, slot: int, length: int, most: int = 1 << 40) -> memoryview | None:
        assert length == len(self.memory[slot])
        held = pickle.dumps([(cell.token, cell.adapter) for cell in self.memory[slot]])
        return memoryview(bytearray(held)) if self.can_trim and len(held) <= most else None

    def load_state(self, slot: int, saved: memoryview, length: int) -> bool:
        self.memory[slot] = []
        held = [] if self.refuses else pickle.loads(saved)
        if self.used + len(held) > self.context_length or len(held) != length:
            return False
        self.memory[slot] = [Cell(token, adapter) for token, adapter in held]
        return True

    def sampler(
        self,
        sampling: Sampling,
        prompt: abc.Sequence[int],
        grammar: FakeGrammar | None = None,
    ) -> FakeSampler:
        sampler = FakeSampler(grammar)
        self.samplers.add(sampler)
        return sampler

    def sample(self, row: int, sampler: FakeSampler, left: int = 0) -> int:
        assert sampler in self.samplers
        return sampler.choose(self._row(row))

    def scores(self, row: int, token: int, k: int) -> TokenScore:
        """The law's token has the probability 1/2, the letters from `a` on 1/4, 1/8 ..."""
        logprob = math.log(0.5 if token == self._row(row) else 0.01)
        top = [(chr(97 + i).encode(), (i + 2) * math.log(0.5)) for i in range(k)]
        return TokenScore(self.piece(token), logprob, tuple(top))

    def release(self, sampler: FakeSampler) -> None:
        self.samplers.remove(sampler)

    def piece(self, token: int) -> bytes:
        return chr(token).encode()

    def is_end(self, token: int) -> bool:
        return token == END

    def _row(self, row: int) -> int:
        token = self._rows[row]
        assert token is not None, "sampled a row without logits"
        return token

    def _wait(self) -> bool:
        while self.gate is not None and not self.gate.wait(0.001):
            if self._interrupted.is_set():
                break
        interrupted = self._interrupted.is_set()
        self._interrupted.clear()
        return not interrupted


class Receiver:
    """Collects a request's events; `done` is set with the last."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.done = threading.Event()

    def __call__(self, event: Event) -> None:
        assert not self.done.is_set(), "an event after the last"
        self.events.append(event)
        if isinstance(event, Finished | Failed):
            self.done.set()

    @property
    def text(self) -> str:
        return "".join(e.text for e in self.events if isinstance(e, TextDelta))

    @property
    def last(self) -> Event:
        return self.events[-1]


def sequence(prompt: str, receiver: Receiver, *, max_tokens: int = 8, **more: Any) -> Sequence:
    """A sequence over characters, greedy unless `sampling` says otherwise."""
    more.setdefault("sampling", Sampling(temperature=0))
    return Sequence(list(map(ord, prompt)), max_tokens=max_tokens, emit=receiver, **more)


def run_alone(prompt: str, max_tokens: int = 8, adapter: int | None = None) -> str:
    """What the law answers to a prompt, computed without any engine."""
    before = [] if adapter is None else [adapter]
    held = list(map(ord, prompt))
    for _ in range(max_tokens):
        held.append(next_token(before + held))
    return "".join(map(chr, held[len(prompt) :]))


class FixedPace(Pace):
    """So many tokens of prefill beside answers, whatever was measured."""

    def __init__(self, tokens: int) -> None:
        super().__init__(max_pause=0.25)
        self.tokens = tokens

    def room(self, rows: abc.Iterable[int], at: int) -> int:
        return self.tokens


def engine(
    model: FakeLanguageModel,
    *,
    chunk_size: int = 16,
    shared_prefill: int | None = 8,
    min_shared: int = 32,
    parallel: int | None = None,
    drafter: Drafter | None = None,
    shelf: Shelf | None = None,
    clock: Callable[[], float] = time.monotonic,
    **more: Any,
) -> Engine:
    """shared_prefill: tokens beside answers, None has the engine measure; more: of the config."""
    config = SchedulerConfig(
        context_length=model.context_length,
        parallel=model.slots if parallel is None else parallel,
        chunk_size=chunk_size,
        min_shared=min_shared,
        **more,
    )
    pace = None if shared_prefill is None else FixedPace(shared_prefill)
    return Engine(model, config, drafter=drafter, pace=pace, shelf=shelf, clock=clock)


def check(engine: Engine) -> None:
    """Every slot is accounted for, and whoever runs has the room that was reserved for it."""
    assert isinstance(engine.model, FakeLanguageModel)
    engine.cache.check_integrity(engine.model.length, engine.model.used)
    running = engine.scheduler.running
    held = {c for s in running if s.slot is not None for c in engine.model.memory[s.slot]}
    reserved = sum(s.to_compute for s in running)
    assert len(held) + reserved <= engine.model.context_length, "reserved more than there is"


def drain(engine: Engine, limit: int = 10_000) -> None:
    """Step until there is nothing to do, and check that every slot is accounted for."""
    for _ in range(limit):
        if not engine.step():
            break
        check(engine)
    else:
        raise AssertionError("the engine does not come to rest")
    check(engine)
    assert isinstance(engine.model, FakeLanguageModel)
    assert engine.is_idle, "someone waits for ever"
    assert not engine.model.samplers, "a sampler was not released"
