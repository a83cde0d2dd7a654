"""Waits for an answer: says on a terminal how far it is, and ends it at Ctrl-C.

It must not know what the answer is to.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from localai.cli.sql.session import Session
from localai.cli.terminal import StatusLine
from localai.inquiry import Inquiry
from localai.reply import Event, Finished, Progress, TextDelta
from localai.sql import Answer

T = TypeVar("T")

# Seconds between two looks, before anything is said at all, and before the time is said too.
LOOK = 0.1
PATIENCE = 0.3
LONG = 3.0


class Status:
    """A line on a terminal's stderr that says what is going on, and goes away."""

    def __init__(self, session: Session, what: str = "") -> None:
        self._session = session
        self._what = what
        self._begun = time.monotonic()
        self._line = StatusLine()
        self._progress: Progress | None = None
        self._finished = False

    def on_event(self, event: Event) -> None:
        """Take note of an event; on any thread."""
        if isinstance(event, Progress):
            self._progress = event
        elif isinstance(event, TextDelta):
            self._progress = None
        elif isinstance(event, Finished):
            self._finished = True

    def tick(self) -> None:
        """Say how it stands."""
        seconds = time.monotonic() - self._begun
        if seconds < PATIENCE:
            return
        text = self.text() + (f" ({seconds:.0f} s, Ctrl-C ends it)" if seconds > LONG else "")
        self._line.show(text)

    def text(self) -> str:
        """What is going on, in a few words."""
        written = self._session.written
        if not written:
            return self._what or f"Reading {self._session.source.name} ..."
        model = self._session.spec.id
        if (loaded := self._session.runtime.loading().get(model)) is not None:
            return f"Loading {model}: {loaded:.0%}"
        if all(each.ended for each in written):
            return "Looking into the database ..."
        text = written[0].text
        # What the embedded model writes are numbers in place of names: nothing to read along.
        if text and not self._session.spec.reads_slots:
            return " ".join(text.split())
        if self._progress is not None:
            computed, total = self._progress.computed, self._progress.total
            return f"{model} reads: {computed} of {total} tokens"
        return f"{model} is thinking ..."

    def end(self) -> None:
        self._line.end()


def awaited(inquiry: Inquiry, status: Status) -> Answer:
    """The answer. At Ctrl-C it is given up, and KeyboardInterrupt raised once it has ended.

    Raises what Inquiry.answer raises.
    """
    try:
        return beside(inquiry.answer, inquiry.cancel, status.tick)
    finally:
        status.end()


def beside(work: Callable[[], T], cancel: Callable[[], Any], tick: Callable[[], None]) -> T:
    """What `work` returns or raises, on a thread of its own: Ctrl-C finds this one free."""
    outcome: list[T | BaseException] = []
    done = threading.Event()

    def run() -> None:
        try:
            outcome.append(work())
        except BaseException as error:
            outcome.append(error)
        finally:
            done.set()

    threading.Thread(target=run, name="localai-question", daemon=True).start()
    stopped = False
    while not done.is_set():
        try:
            done.wait(LOOK)
            tick()
        except KeyboardInterrupt:
            if stopped:
                raise  # whoever says it twice will not wait
            stopped = True
            cancel()
    result = outcome[0]
    if stopped:
        raise KeyboardInterrupt  # were it through all the same, it is not wanted any more
    if isinstance(result, BaseException):
        raise result
    return result
