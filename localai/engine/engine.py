"""The step: plan, decode, sample, accept, emit; it must not know threads, wires or llama_cpp."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from localai.engine.attic import Attic
from localai.engine.batching import Plan
from localai.engine.counts import Counts
from localai.engine.language_model import Chunk, LanguageModel
from localai.engine.pace import Pace
from localai.engine.prefix_cache import PrefixCache
from localai.engine.restoring import restore
from localai.engine.scheduler import Scheduler, SchedulerConfig
from localai.engine.sequence import Sequence
from localai.engine.shelf import Shelf
from localai.engine.speculation import Drafter
from localai.engine.tally import Tally
from localai.errors import Busy, Cancelled, EngineError, LocalAIError

logger = logging.getLogger(__name__)

OPEN = 0.005
"""Seconds within which prompts come together: eight clients' requests reached a server in 3 ms."""


class Engine:
    """Runs many sequences on one model; each of them ends in exactly one Finished or Failed."""

    def __init__(
        self,
        model: LanguageModel,
        config: SchedulerConfig | None = None,
        tally: Tally | None = None,
        drafter: Drafter | None = None,
        *,
        pace: Pace | None = None,
        shelf: Shelf | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.model = model
        config = config or SchedulerConfig(model.context_length, model.slots)
        self.tally = tally or Tally()
        self.cache = PrefixCache(model, config.chunk_size, exact=config.together is not None)
        self.attic = Attic(model, self.cache) if config.together is None else None
        self.scheduler = Scheduler(
            self.cache, config, drafter, pace=pace, tally=self.tally,
            batch_size=model.batch_size, attic=self.attic,
        )  # fmt: skip
        self._drafter = drafter
        self._clock = clock
        self._apart = config.together is not None
        # Of the clock: whoever comes before then has the batch begun anew, with them.
        self.open_until = 0.0
        self.counts = Counts()
        self.shelf = shelf
        if shelf is not None:
            shelf.use(model, self.scheduler, self.tally)

    @property
    def is_idle(self) -> bool:
        return not (self.scheduler.waiting or self.scheduler.running)

    def add(self, sequence: Sequence) -> None:
        """Queue a sequence; the caller has checked that it fits the context."""
        self.scheduler.waiting.append(sequence)

    def step(self) -> bool:
        """Compute one batch; false when there was nothing to do."""
        self._drop_cancelled()
        for sequence in self.scheduler.admit():
            self._start(sequence)
        self._refuse_who_may_not_wait()
        if self.shelf is not None:
            self.shelf.attend()
        plan = self.scheduler.plan()
        if not plan:
            return self._use_the_quiet()
        begun = self._clock()
        self.open_until = begun + self._open_for(plan)
        try:
            done = self.model.decode([chunk for _, chunk in plan], plan[0][0].adapter)
        except EngineError as error:
            self._fail(plan, error)
            return True
        (self._settle if done else self._resume)(plan)
        if done:
            self._count(plan, self._clock() - begun)
        if self.shelf is not None:
            self.shelf.put_away(idle=False)
        return True

    def _use_the_quiet(self) -> bool:
        """Do a little of what nobody waits for; whether there was something."""
        if self.attic is not None and self.is_idle and self.attic.copy():
            return True
        return self.shelf is not None and self.shelf.put_away(idle=True)

    def fail_all(self, error: LocalAIError) -> None:
        """End everything that waits or runs, and forget what it computed."""
        for sequence in [*self.scheduler.waiting, *self.scheduler.running]:
            self._end(sequence, error, keep=False)

    def _open_for(self, plan: Plan) -> float:
        """Seconds in which a batch that has just begun is worth giving up for more prompts: of
        those that come together, the first would else be computed alone and then wait."""
        answering = any(chunk.start >= one.prompt_length for one, chunk in plan)
        if answering or any(one.exact for one, _ in plan) or self._apart:
            return 0.0
        tokens = sum(len(chunk.tokens) for _, chunk in plan)
        return min(OPEN, self.scheduler.pace.lone(tokens, 0) / 10)

    def _count(self, plan: Plan, seconds: float) -> None:
        prefilled = decoded = rows = at = 0
        for sequence, chunk in plan:
            count = len(chunk.tokens)
            # What was preempted computes its answer again as if it were a prompt.
            if chunk.start >= sequence.prompt_length and count == max(1, chunk.outputs):
                decoded += 1
                rows += count
            else:
                prefilled += count
                at = max(at, chunk.start)
        self.counts.add(prefilled, decoded, seconds)
        if self.shelf is not None:
            self.shelf.computed(plan, seconds)
        self.scheduler.batching.note(prefilled, rows, at, seconds)
        if self._drafter is not None and not prefilled:
            self._drafter.stepped(rows, seconds)

    def _settle(self, plan: Plan) -> None:
        row, alone = 0, len(plan) == 1
        for sequence, chunk in plan:
            row += len(chunk.tokens)
            certain = len(chunk.tokens) - max(0, chunk.outputs - 1)
            self._reach(sequence, chunk, certain, alone=alone)
            if sequence.warm and not sequence.pending:
                self._end_warm(sequence)
            elif chunk.outputs:
                self._sample(sequence, chunk, row - chunk.outputs)

    def _reach(self, sequence: Sequence, chunk: Chunk, count: int, *, alone: bool) -> None:
        """Note that the first `count` tokens of a chunk are computed, and here to stay."""
        self.cache.computed(self.scheduler.slot_of(sequence), chunk.tokens[:count], alone=alone)
        sequence.reach(chunk.start + count)

    def _sample(self, sequence: Sequence, chunk: Chunk, row: int) -> None:
        """The next token, and while the draft guessed it, the one behind it."""
        draft, came = chunk.draft, 0
        while (token := self._choose(sequence, row + came)) is not None:
            if sequence.ended or came == len(draft) or token != draft[came]:
                break
            self.cache.computed(self.scheduler.slot_of(sequence), [token], alone=False)
            sequence.reach(sequence.computed + 1)
            came += 1
        if draft:
            # What was guessed wrong leaves the memory before anyone else can meet it there.
            self.model.trim(chunk.slot, chunk.start + len(chunk.tokens) - len(draft) + came)
            if self._drafter is not None:
                self._drafter.verified(sequence, len(draft), came)
        if sequence.ended:
            self._release(sequence)

    def _end_warm(self, sequence: Sequence) -> None:
        self.tally.prompt_tokens += sequence.prompt_length
        self.tally.cached_tokens += sequence.cached
        self._release(sequence)
        sequence.end_warm()

    def _choose(self, sequence: Sequence, row: int) -> int | None:
        """Sample after a row and tell the receiver; None where there is no allowed token."""
        model = self.model
        try:
            token = model.sample(row, sequence.sampler, sequence.left)
        except LocalAIError as error:
            sequence.fail(error)
            return None
        is_end, score = model.is_end(token), None
        if sequence.top_logprobs is not None and not is_end:
            score = model.scores(row, token, sequence.top_logprobs)
        self._tell(sequence, is_end=is_end)
        sequence.accept(token, model.piece(token), is_end=is_end, score=score)
        return token

    def _tell(self, sequence: Sequence, *, is_end: bool) -> None:
        """Count a token before its receiver hears of it: whoever then looks finds it counted."""
        tally, now, latest = self.tally, time.monotonic(), sequence.latest
        sequence.latest = now
        if latest is None:
            tally.prompt_tokens += sequence.prompt_length
            tally.cached_tokens += sequence.cached
            tally.first_token.observe(now - sequence.begun)
        elif not is_end:
            tally.between_tokens.observe(now - latest)
        if not is_end:
            tally.generated_tokens += 1

    def _start(self, sequence: Sequence) -> None:
        try:
            if sequence.adapter is not None:
                self.model.load_adapter(sequence.adapter)
            # One that was preempted kept its sampler.
            if not sequence.warm and sequence.sampler is None:
                sequence.sampler = self.model.sampler(
                    sequence.sampling, sequence.tokens, sequence.grammar
                )
        except LocalAIError as error:
            self._end(sequence, error)
        else:
            sequence.reach(sequence.computed)
            self._recall(sequence)

    def _recall(self, sequence: Sequence) -> None:
        """Bring back what was put aside of a prompt, unless another one computes it just now."""
        if self.attic is None or sequence.leader is not None:
            return
        kept = self.attic.find(sequence.prompt, sequence.adapter, sequence.computed)
        if kept and restore(self.model, self.scheduler, sequence, kept, kept.state) is None:
            self.attic.drop(kept)

    def _drop_cancelled(self) -> None:
        scheduler = self.scheduler
        for sequence in [s for s in (*scheduler.waiting, *scheduler.running) if s.cancelled]:
            self._end(sequence, Cancelled())

    def _refuse_who_may_not_wait(self) -> None:
        waiting = self.scheduler.waiting
        for sequence in [one for one in waiting if not (one.queue or one.preempted)]:
            self._end(sequence, Busy())

    def _resume(self, plan: Plan) -> None:
        """After an interruption the model knows how far each slot came; go on from there."""
        for sequence, chunk in plan:
            came = self.model.length(chunk.slot) - chunk.start
            certain = min(came, len(chunk.tokens) - len(chunk.draft))
            if self.scheduler.config.together is not None and certain < len(chunk.tokens):
                certain = 0  # bits repeat only from the grid on
            if certain < came:
                self.model.trim(chunk.slot, chunk.start + certain)
            self._reach(sequence, chunk, certain, alone=False)

    def _fail(self, plan: Plan, error: EngineError) -> None:
        """A failed decode ends the sequences of its batch; their slots cannot be trusted."""
        logger.error("decode failed: %s", error)
        for sequence, _ in plan:
            self._end(sequence, error, keep=False)

    def _end(self, sequence: Sequence, error: LocalAIError, *, keep: bool = True) -> None:
        self._release(sequence, keep=keep)
        sequence.fail(error)

    def _release(self, sequence: Sequence, *, keep: bool = True) -> None:
        self.scheduler.remove(sequence, keep=keep and self.model.can_trim)
        if self.shelf is not None:
            self.shelf.forget(sequence)
        if self._drafter is not None:
            self._drafter.forget(sequence)
        if sequence.sampler is not None:
            self.model.release(sequence.sampler)
            sequence.sampler = None
