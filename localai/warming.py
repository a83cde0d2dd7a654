"""Prompts that are computed before they are asked: which tokens of them, and the wait for them.

It must not know wires, or where such prompts come from.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import replace
from itertools import takewhile
from typing import NamedTuple, Protocol

from localai.errors import Cancelled
from localai.reply import Event, Failed, Finished, Notice, Progress, Usage
from localai.request import GenerateRequest, Message

logger = logging.getLogger(__name__)

# Two ways in which a user's turn may begin: what their prompts share, all others share too.
TURNS = ("A", "7")
# Seconds between two looks at whether somebody has given up.
LOOK = 0.05


class Opening(NamedTuple):
    """The tokens to compute, and how many that stand behind the user's turn are left out: in a
    prompt that has the question before the rest, nearly all."""

    tokens: list[int]
    left: int = 0


class Stoppable(Protocol):
    """A request under way."""

    def cancel(self) -> None: ...


Generate = Callable[[GenerateRequest, Callable[[Event], None]], Stoppable]


def opening(request: GenerateRequest, tokenize: Callable[[GenerateRequest], list[int]]) -> Opening:
    """What can be computed of a request to warm up: all of its prompt. Where its messages end
    before a user's turn, it is what the model's format has in common for any such turn."""
    if request.prompt is not None or request.messages[-1].role in ("user", "tool"):
        return Opening(tokenize(request))
    one, other = (
        tokenize(replace(request, messages=(*request.messages, Message("user", turn))))
        for turn in TURNS
    )
    shared = _same(one, other)
    return Opening(one[:shared], min(len(one), len(other)) - shared)


def _same(one: list[int], other: list[int]) -> int:
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def warmed(
    generate: Generate,
    request: GenerateRequest,
    on_progress: Callable[[float], object] | None = None,
    cancel: threading.Event | None = None,
) -> Usage:
    """Have a request's prompt computed and kept, and wait for it; as Runtime.warm."""
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    running = generate(replace(request, warm=True, progress=True), events.put)
    try:
        while True:
            event = _soon(events)
            refused = isinstance(event, Progress) and _told(event, on_progress) is False
            if refused or (cancel is not None and cancel.is_set()):
                raise Cancelled("The warm-up was cancelled.")
            if isinstance(event, Notice):
                logger.warning("%s", event.text)
            elif isinstance(event, Failed):
                raise event.error
            elif isinstance(event, Finished):
                return event.usage
    finally:
        running.cancel()


def _told(event: Progress, on_progress: Callable[[float], object] | None) -> object:
    return None if on_progress is None else on_progress(event.computed / event.total)


def _soon(events: queue.SimpleQueue[Event]) -> Event | None:
    try:
        return events.get(timeout=LOOK)
    except queue.Empty:
        return None
