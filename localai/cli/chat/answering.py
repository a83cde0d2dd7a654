"""One answer on its way: shows it as it comes, ends it at Ctrl-C, and measures it.

It must not know conversations or commands.
"""

from __future__ import annotations

import math
import queue
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from localai.cli.chat.markdown import Shown
from localai.cli.terminal import StatusLine, dim, interruptible, unechoed
from localai.errors import Cancelled, LocalAIError
from localai.reply import Event, Failed, Finished, Notice, Progress, TextDelta, Usage
from localai.request import GenerateRequest
from localai.ticket import Ticket

# Seconds: between two looks at Ctrl-C, until anything is said of the waiting, and in which pieces
# gather before they are shown: 40 times a second is more than anybody reads.
LOOK = 0.05
PATIENCE = 0.3
GATHER = 0.025

_Arrival = tuple[float, Event]


class Answering(Protocol):
    """What answers; `localai.runtime.Runtime` does."""

    def generate(self, request: GenerateRequest, emit: Callable[[Event], None]) -> Ticket: ...

    def loading(self) -> dict[str, float]: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """text: what was shown. stopped: by Ctrl-C. error: why it failed, other than by that.

    to_first: seconds from the request, or the end of its model's loading, to the first text; None
    where there was none. writing: seconds from there to the end.
    """

    text: str
    usage: Usage | None
    cut: bool
    stopped: bool
    error: LocalAIError | None
    to_first: float | None
    writing: float

    @property
    def rate(self) -> float | None:
        """Tokens per second after the first one; None where too few came to tell."""
        count = self.usage.completion_tokens if self.usage else 0
        return (count - 1) / self.writing if count > 1 and self.writing > 0 else None


def answer(
    runtime: Answering, request: GenerateRequest, shown: Shown, on_notice: Callable[[str], None]
) -> Answer:
    """Ask, show what comes, and return when it is over; an error is in the answer."""
    return _Waiting(runtime, request, shown, on_notice).whole()


class _Waiting:
    def __init__(
        self,
        runtime: Answering,
        request: GenerateRequest,
        shown: Shown,
        on_notice: Callable[[str], None],
    ) -> None:
        self._runtime, self._request, self._shown = runtime, request, shown
        self._on_notice = on_notice
        self._events: queue.SimpleQueue[_Arrival] = queue.SimpleQueue()
        self._texts: list[str] = []
        self._progress: Progress | None = None
        self._status = StatusLine()
        self._begun = self._asked = self._end_at = time.monotonic()
        self._first: float | None = None
        self._end: Finished | Failed | None = None
        self._stopping = False
        self._stopped_at = math.inf

    def whole(self) -> Answer:
        with interruptible() as pressed, unechoed():
            ticket = self._runtime.generate(self._request, self._arrive)
            try:
                while self._end is None:
                    if pressed() and not self._stopping:
                        self._stopping, self._stopped_at = True, time.monotonic()
                        ticket.cancel()
                    self._take()
            finally:
                if self._end is None:
                    ticket.cancel()
                self._status.end()
                self._shown.finish()
                sys.stdout.flush()
        return self._answer()

    def _arrive(self, event: Event) -> None:
        # On the engine's thread: the time is when it came, not when it was shown.
        self._events.put((time.monotonic(), event))

    def _take(self) -> None:
        """Show what has come within a moment."""
        try:
            arrivals = [self._events.get(timeout=LOOK)]
        except queue.Empty:
            self._tell()
            return
        if self._texts and not isinstance(arrivals[0][1], Finished | Failed):
            time.sleep(GATHER)
        while not self._events.empty():
            arrivals.append(self._events.get_nowait())
        # What comes after Ctrl-C is what was under way: to show it would look like disobedience.
        text = "".join(
            event.text
            for at, event in arrivals
            if isinstance(event, TextDelta) and at <= self._stopped_at
        )
        for at, event in arrivals:
            self._note(at, event)
        if text:
            self._status.end()
            self._texts.append(text)
            self._shown.feed(text)
            sys.stdout.flush()
        self._tell()

    def _note(self, at: float, event: Event) -> None:
        if isinstance(event, TextDelta):
            self._first = self._first or at
        elif isinstance(event, Progress):
            self._progress = event
        elif isinstance(event, Notice):
            self._status.end()
            self._on_notice(event.text)
        elif isinstance(event, Finished | Failed):
            self._end, self._end_at = event, at

    def _tell(self) -> None:
        """Say what is awaited, where nothing else stands on the line."""
        now = time.monotonic()
        loading = self._runtime.loading().get(self._request.model)
        if loading is not None:
            self._asked = now
        if self._end is not None or now - self._begun < PATIENCE:
            return
        if self._shown.pending:
            self._status.show(f"({self._shown.pending})")
        elif not self._texts:
            self._status.show(self._awaited(loading))

    def _awaited(self, loading: float | None) -> str:
        if self._stopping:
            return "Stopping ..."
        if loading is not None:
            return f"Loading {self._request.model}: {loading:.0%}"
        if self._progress is not None and self._progress.computed < self._progress.total:
            return f"Reading: {self._progress.computed} of {self._progress.total} tokens"
        return "Thinking ..."

    def _answer(self) -> Answer:
        end = self._end
        assert end is not None
        error = end.error if isinstance(end, Failed) else None
        first = self._first
        return Answer(
            "".join(self._texts),
            end.usage,
            isinstance(end, Finished) and end.reason == "length",
            self._stopping,
            None if self._stopping and isinstance(error, Cancelled) else error,
            None if first is None else max(0.0, first - self._asked),
            0.0 if first is None else self._end_at - first,
        )


def tell_measures(answer: Answer, seed: int, context: int | None) -> None:
    """Say in a dim line what the answer took. context: tokens that the model can hold."""
    if answer.usage is None:
        return
    count = answer.usage.completion_tokens
    told = ["1 token" if count == 1 else f"{count} tokens"]
    if answer.rate is not None:
        told.append(f"{answer.rate:.1f} tokens/s")
    if answer.to_first is not None:
        told.append(f"{answer.to_first:.2f} s to the first")
    told.append(f"seed {seed}")
    if context:
        told.append(f"context {answer.usage.total_tokens} of {context}")
    dim(("Stopped: " if answer.stopped else "") + ", ".join(told))
