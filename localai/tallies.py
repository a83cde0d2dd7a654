"""What all models have done since the runtime was opened; it must not know wires or who reads."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple

from localai.engine import Tally
from localai.errors import Cancelled
from localai.reply import Failed, Finished

if TYPE_CHECKING:
    from localai.ticket import Ticket


class Outcome(NamedTuple):
    """How requests end. model: its ID, empty where that was not known; kind: finished, failed or
    cancelled; reason: a FinishReason or an error's class, empty for cancelled."""

    model: str
    kind: str
    reason: str


class Tallies:
    """A Tally for each model that was loaded, and the ends of all requests; both only grow."""

    def __init__(self) -> None:
        # For writers: requests end on many threads. A reader's copy is made in one piece.
        self._lock = threading.Lock()
        self._models: dict[str, Tally] = {}
        self._outcomes: dict[Outcome, int] = {}

    def of(self, model_id: str) -> Tally:
        """The model's; the same after each of its loads."""
        with self._lock:
            return self._models.setdefault(model_id, Tally())

    def count(self, ticket: Ticket, last: Finished | Failed) -> None:
        """Note that a request has ended."""
        outcome = _outcome(ticket.model, last)
        with self._lock:
            self._outcomes[outcome] = self._outcomes.get(outcome, 0) + 1

    def models(self) -> dict[str, Tally]:
        """Model ID -> tally, of all that were ever loaded."""
        return dict(self._models)

    def outcomes(self) -> dict[Outcome, int]:
        """How many requests ended how."""
        return dict(self._outcomes)


def _outcome(model: str, last: Finished | Failed) -> Outcome:
    if isinstance(last, Finished):
        return Outcome(model, "finished", last.reason)
    if isinstance(last.error, Cancelled):
        return Outcome(model, "cancelled", "")
    return Outcome(model, "failed", type(last.error).__name__)
