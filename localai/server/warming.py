"""Has prompts computed once the models are loaded, and says how far that is.

It must not know dialects, or where the prompts come from.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from localai.dialects.dialect import Wire
from localai.errors import Cancelled, Closed, LocalAIError
from localai.request import GenerateRequest
from localai.server.served import Served
from localai.warming import warmed

logger = logging.getLogger(__name__)

State = Literal["waiting", "computing", "kept", "skipped", "failed"]


@dataclass(frozen=True, slots=True)
class WarmUp:
    """A prompt to compute ahead. name: what it is called in log and status. model: its ID.

    request: makes it, on a thread that may wait; None where nothing is the same for all questions.
    May raise LocalAIError.
    """

    name: str
    model: str
    request: Callable[[], GenerateRequest | None]


@dataclass(slots=True)
class _Standing:
    """How far one is. tokens: so many are kept. error: why they are not."""

    state: State = "waiting"
    progress: float = 0.0
    tokens: int = 0
    error: str = ""


class WarmUps:
    """One after the other, on a thread of their own. loaded: set when they may begin."""

    def __init__(self, served: Served, wanted: Sequence[WarmUp], loaded: threading.Event) -> None:
        self._served = served
        self._loaded = loaded
        self._stop = threading.Event()
        self._all = [(one, _Standing()) for one in wanted]

    def start(self) -> None:
        """Begin, as soon as the models are loaded."""
        if self._all:
            threading.Thread(target=self._run, name="localai-warm", daemon=True).start()

    def stop(self) -> None:
        """End the one that is computed, and begin no other."""
        self._stop.set()
        self._loaded.set()

    def report(self) -> list[Wire]:
        """{"name", "model", "state", "progress" (0..1), "tokens", "error"} of each; from memory."""
        return [
            {
                "name": one.name,
                "model": one.model,
                "state": at.state,
                "progress": round(at.progress, 3),
                "tokens": at.tokens,
                "error": at.error or None,
            }
            for one, at in self._all
        ]

    def _run(self) -> None:
        self._loaded.wait()
        for one, standing in self._all:
            if self._stop.is_set():
                return
            try:
                self._warm(one, standing)
            except (Cancelled, Closed):
                return
            except LocalAIError as error:
                logger.error("cannot warm up %s: %s", one.name, error)
                standing.state, standing.error = "failed", str(error)
            except Exception as error:
                logger.exception("warming up %s failed", one.name)
                standing.state, standing.error = "failed", f"Internal error: {error!r}."

    def _warm(self, one: WarmUp, standing: _Standing) -> None:
        standing.state, begun = "computing", time.monotonic()
        request = one.request()
        if request is None:
            logger.info("%s: %s has nothing to compute before a question", one.name, one.model)
            standing.state = "skipped"
            return

        def see(progress: float) -> None:
            standing.progress = progress

        usage = warmed(self._served.generate, request, see, self._stop)
        seconds = time.monotonic() - begun
        standing.tokens, standing.progress = usage.prompt_tokens, 1.0
        standing.state = "kept" if usage.prompt_tokens else "skipped"
        logger.info(
            "warmed up %s: %s keeps %d tokens (%d were there), %.1f s",
            one.name, one.model, usage.prompt_tokens, usage.cached_tokens, seconds,
        )  # fmt: skip
