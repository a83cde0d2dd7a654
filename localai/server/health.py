"""Loads the models asked for at start and says how far that is; it must not know dialects."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

from localai.dialects.dialect import Wire
from localai.errors import LocalAIError
from localai.server.served import Served

logger = logging.getLogger(__name__)


class Health:
    """Answers from memory only, so that it can answer at any time.

    loaded: set when the models are there, or have failed.
    """

    def __init__(self, served: Served, preload: Sequence[str]) -> None:
        self._served = served
        self._models = tuple(preload)
        self._done = 0
        self._progress = 0.0
        self._failures: dict[str, str] = {}
        self._stopping = False
        self.loaded = threading.Event()

    def start(self) -> None:
        """Begin to load, on a thread of its own."""
        if self._models:
            # A daemon: a load that hangs must not keep a stopped server alive.
            threading.Thread(target=self._load_all, name="localai-preload", daemon=True).start()
        else:
            self.loaded.set()

    def stop(self) -> None:
        """Begin no further load."""
        self._stopping = True

    def report(self) -> tuple[int, Wire]:
        """HTTP status and body: 503 while loading or where a load failed, 200 when all is there."""
        done = self._done  # read once: the loading thread may count on meanwhile
        if done < len(self._models):
            progress = (done + self._progress) / len(self._models)
            model = self._models[done]
            return 503, {"status": "loading", "progress": round(progress, 3), "model": model}
        if self._failures:
            return 503, {"status": "failed", "progress": 1.0, "errors": self._failures}
        return 200, {"status": "ok", "models": [m.spec.id for m in self._served.status()]}

    def _load_all(self) -> None:
        for model in self._models:
            if self._stopping:
                return
            self._load(model)
            # Progress first: between the two lines the report may be low, never above 1.
            self._progress = 0.0
            self._done += 1
        self.loaded.set()

    def _load(self, model: str) -> None:
        try:
            self._served.load(model, self._advance)
        except LocalAIError as error:
            logger.error("cannot load %s: %s", model, error)
            self._failures[model] = str(error)
        except Exception as error:
            logger.exception("loading %s failed", model)
            self._failures[model] = f"Internal error: {error!r}."

    def _advance(self, progress: float) -> None:
        self._progress = min(max(progress, 0.0), 1.0)
