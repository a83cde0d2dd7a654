"""One generation: its tokens, how many of them are computed, and its one way to end."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Hashable
from typing import Any

from localai.engine.detokenizer import Detokenizer
from localai.engine.language_model import Sampler
from localai.errors import LocalAIError
from localai.reply import (
    Event,
    Failed,
    Finished,
    FinishReason,
    Progress,
    TextDelta,
    TokenScore,
    Usage,
)
from localai.request import Sampling

logger = logging.getLogger(__name__)


class Sequence:
    """A request in the engine: prompt and answer in `tokens`, of which `computed` are in the slot.

    There are no prefill and decode phases: each step computes some of the gap between the two, and
    when the gap is closed one more token is sampled. `emit` gets the events, on the engine's
    thread; if it raises, only its own request is cancelled. grammar: made by the model for this
    sequence. adapter: one that the model can load, or None. top_logprobs, progress, queue: as in
    GenerateRequest. begun: when its request came, monotonic seconds; None is now.

    warm: it has no answer: once its prompt is computed it ends, and what it computed is kept for
    others, before what was not asked to be kept.

    leader: another one that is computing the first `to_share` tokens of this prompt; until it has,
    this one waits. reserve: tokens of KV that it may come to hold in all; room: those that were
    given to it so far. turn: of the batch that last computed some of it, where turns are taken.
    """

    def __init__(
        self,
        prompt: list[int],
        *,
        max_tokens: int,
        sampling: Sampling,
        emit: Callable[[Event], None],
        stop: tuple[str, ...] = (),
        strip_leading_space: bool = False,
        grammar: Any | None = None,
        adapter: Hashable | None = None,
        top_logprobs: int | None = None,
        progress: bool = False,
        queue: bool = True,
        warm: bool = False,
        begun: float | None = None,
    ) -> None:
        if not prompt:
            raise ValueError("a sequence needs at least one token")
        self.prompt = list(prompt)
        self.tokens = list(prompt)
        self.prompt_length = len(prompt)
        self.max_tokens = 0 if warm else max_tokens
        self.sampling = sampling
        self.grammar = grammar
        self.adapter = adapter
        self.top_logprobs = top_logprobs
        self.queue = queue
        self.warm = warm
        self.begun = time.monotonic() if begun is None else begun
        self.latest: float | None = None  # when its last token came
        self.computed = 0
        self.cached = 0
        self.reserve = self.prompt_length + self.max_tokens
        self.room = 0
        self.turn = 0
        self.preempted = False
        self.slot: int | None = None
        self.leader: Sequence | None = None
        self.asked = False  # whether the disk was searched for its prompt
        self.fetching = False  # whether it waits for what was found there
        self.exact = False  # whether its seed promises that bits repeat
        self.to_share = 0
        self.sampler: Sampler | None = None
        self.cancelled = False
        self.ended = False
        self._emit = emit
        self._progress = progress
        self._told = -1
        self._reached = 0
        self._rejected = 0
        self._scores: list[TokenScore] = []
        self._text = Detokenizer(stop, strip_leading_space=strip_leading_space)

    @property
    def pending(self) -> int:
        """Tokens that still have to be computed."""
        return len(self.tokens) - self.computed

    @property
    def num_generated(self) -> int:
        return len(self.tokens) - self.prompt_length

    @property
    def left(self) -> int:
        """Tokens that the answer may still have."""
        return self.max_tokens - self.num_generated

    @property
    def _usage(self) -> Usage:
        return Usage(self.prompt_length, self.num_generated, self.cached, self._rejected)

    @property
    def to_compute(self) -> int:
        """Tokens of KV that it may still come to hold within its room, and shares with nobody."""
        return self.room - max(self.computed, self.to_share)

    def room_for(self, quantum: int) -> int:
        """What it holds, and a quantum of the answer, in tokens."""
        return min(self.reserve, len(self.tokens) + quantum)

    def enter(self, slot: int, computed: int, room: int) -> None:
        """Begin, or go on, in a slot that already holds so many of its tokens."""
        self.slot, self.room, self.computed = slot, room, 0
        self._take_over(computed)

    def leave(self) -> None:
        """Give up the slot, and keep the tokens; they will be computed again."""
        self.slot, self.computed, self.room = None, 0, 0
        self.leader, self.to_share = None, 0
        self.asked = self.fetching = False
        self.preempted = True

    def lose(self) -> None:
        """Note that nothing of it is computed any more, though it keeps its slot."""
        self.cached = max(0, self.cached - self.computed)
        self._reached = max(0, self._reached - self.computed)
        self.computed = 0

    def take_over(self, computed: int) -> None:
        """Note that so many tokens are there, the new ones computed by another."""
        if computed > self.computed:
            self._take_over(computed)
            self.tell(computed)

    def _take_over(self, computed: int) -> None:
        # What it once computed itself is not another's work, however often it comes back.
        self.cached += max(0, computed - max(self._reached, self.computed))
        self.computed = computed
        self._reached = max(self._reached, computed)

    def reach(self, computed: int) -> None:
        """Note that so many tokens are computed."""
        self.computed = computed
        self._reached = max(self._reached, computed)
        if self._progress:
            self.tell(computed)

    def tell(self, computed: int) -> None:
        """Emit Progress where it was asked for, never back and never beyond the prompt."""
        computed = min(computed, self.prompt_length)
        if self._progress and computed > self._told:
            self._told = computed
            self._send(Progress(computed, self.prompt_length))

    def accept(
        self, token: int, piece: bytes, *, is_end: bool, score: TokenScore | None = None
    ) -> None:
        """Take the sampled token; emits its text, and Finished if it is the last."""
        assert self.sampler is not None
        self._rejected = self.sampler.rejected
        if is_end:
            self._finish("stop")
            return
        self.tokens.append(token)
        if score is not None:
            self._scores.append(score)
        self._show(self._text.add(piece))
        if self._text.stopped or self.sampler.complete:
            self._finish("stop")
        elif self.num_generated >= self.max_tokens:
            self._finish("length")

    def end_warm(self) -> None:
        """End without an answer: its prompt is computed, and that was all."""
        self._end(Finished("length", self._usage))

    def fail(self, error: LocalAIError) -> None:
        """End without the rest of the answer; later calls have no effect."""
        self._end(Failed(error, self._usage))

    def _finish(self, reason: FinishReason) -> None:
        self._show(self._text.finish(), last=True)
        if self._text.stopped:  # the last bytes may have completed a stop text
            reason = "stop"
        self._end(Finished(reason, self._usage))

    def _show(self, text: str, *, last: bool = False) -> None:
        # The scores of tokens whose text is held back ride with the next text, or the end.
        if text or (last and self._scores):
            scores, self._scores = tuple(self._scores), []
            self._send(TextDelta(text, scores))

    def _end(self, event: Finished | Failed) -> None:
        if not self.ended:
            self.ended = True
            self._send(event)

    def _send(self, event: Event) -> None:
        try:
            self._emit(event)
        except Exception:
            logger.exception("the receiver of an answer failed; its request is cancelled")
            self.cancelled = True
