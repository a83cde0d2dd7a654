"""One generation: its tokens, how many of them are computed, and its one way to end."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from localai.engine.detokenizer import Detokenizer
from localai.errors import LocalAIError
from localai.reply import Event, Failed, Finished, FinishReason, TextDelta, Usage
from localai.request import Sampling

logger = logging.getLogger(__name__)


class Sequence:
    """A request in the engine: prompt and answer in `tokens`, of which `computed` are in the slot.

    There are no prefill and decode phases: each step computes some of the gap between the two, and
    when the gap is closed one more token is sampled. `emit` gets the events, on the engine's
    thread; if it raises, only its own request is cancelled.
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
    ) -> None:
        if not prompt:
            raise ValueError("a sequence needs at least one token")
        self.tokens = list(prompt)
        self.prompt_length = len(prompt)
        self.max_tokens = max_tokens
        self.sampling = sampling
        self.computed = 0
        self.cached = 0
        self.slot: int | None = None
        self.sampler: Any = None
        self.cancelled = False
        self.ended = False
        self._emit = emit
        self._text = Detokenizer(stop, strip_leading_space=strip_leading_space)

    @property
    def pending(self) -> int:
        """Tokens that still have to be computed."""
        return len(self.tokens) - self.computed

    @property
    def num_generated(self) -> int:
        return len(self.tokens) - self.prompt_length

    @property
    def _usage(self) -> Usage:
        return Usage(self.prompt_length, self.num_generated, self.cached)

    @property
    def reserve(self) -> int:
        """Tokens of KV that this sequence may come to hold."""
        return self.prompt_length + self.max_tokens

    def accept(self, token: int, piece: bytes, *, is_end: bool) -> None:
        """Take the sampled token; emits its text, and Finished if it is the last."""
        if is_end:
            self._finish("stop")
            return
        self.tokens.append(token)
        self._show(self._text.add(piece))
        if self._text.stopped:
            self._finish("stop")
        elif self.num_generated >= self.max_tokens:
            self._finish("length")

    def fail(self, error: LocalAIError) -> None:
        """End without the rest of the answer; later calls have no effect."""
        self._end(Failed(error, self._usage))

    def _finish(self, reason: FinishReason) -> None:
        self._show(self._text.finish())
        if self._text.stopped:  # the last bytes may have completed a stop text
            reason = "stop"
        self._end(Finished(reason, self._usage))

    def _show(self, text: str) -> None:
        if text:
            self._send(TextDelta(text))

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
