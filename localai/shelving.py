"""A loaded model's shelf of prefixes on disk, and all that tells whose they are.

It must not know requests, nor when a prefix is worth keeping.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING

from localai.engine import Shelf, ShelfRules
from localai.prefixes import Desk, Folder, Kind, digest, named_quota, prefix_directory

if TYPE_CHECKING:
    from localai.llama import LlamaContext
    from localai.loading import RuntimeConfig
    from localai.residency import Plan

logger = logging.getLogger(__name__)

FORMAT = "1"
"""Of what is kept: entries of another are another's."""

RULES = ShelfRules()


def quota_of(config: RuntimeConfig) -> int | None:
    """Bytes of disk, None for the usual ones. Raises InvalidRequest where LOCALAI_DISK_CACHE, which
    holds where the config says nothing, is no size."""
    return named_quota() if config.cache_bytes is None else config.cache_bytes


class Shelving:
    """The disk of one loaded model: `shelf` is the engine's side of it; close it after the engine.

    Where nobody has computed the SHA-256 of its weights, that is done aside, and until then nothing
    is kept or fetched.
    """

    def __init__(
        self, plan: Plan, context: LlamaContext, quota: int | None, max_pause: float
    ) -> None:
        self._plan = plan
        self._context = context
        self._weights = plan.sha256
        self._build = ""
        self._closing = False
        self._hashing: threading.Thread | None = None
        self._desk = Desk(Folder(prefix_directory(), quota), self.kind_of)
        rules = ShelfRules(RULES.least, RULES.seconds, max_pause)
        self.shelf = Shelf(self._desk, rules)

    def kind_of(self, adapter: Hashable | None) -> Kind | None:
        """What a state computed with an adapter depends on; None while that is not known."""
        weights = self._weights or self._known()
        if not weights:
            return None
        try:
            added = self._sha256(adapter)
        except OSError as error:
            logger.info("no prefixes are kept for %s: %s", adapter, error)
            return None
        name = getattr(adapter, "name", "")
        facts = {"format": FORMAT, "weights": weights, "adapter": added, "build": self._built(),
                 **self._context.facts}  # fmt: skip
        plan = self._plan
        return Kind(facts, {"model": plan.spec.id, "quant": plan.quant, "adapter": name})

    def close(self) -> None:
        """Write what is being written, for a short while at most, and end."""
        self._closing = True
        self._desk.close()
        if self._hashing is not None:
            self._hashing.join(1.0)

    def _known(self) -> str:
        """The digest of the weights, remembered; or its computation is begun, once."""
        try:
            self._weights = digest.remembered(self._plan.path) or ""
        except OSError as error:
            logger.info("no prefixes are kept for %s: %s", self._plan.spec.id, error)
        if not self._weights and self._hashing is None:
            self._hashing = threading.Thread(target=self._hash, name="localai-hash", daemon=True)
            self._hashing.start()
        return self._weights

    def _hash(self) -> None:
        try:
            self._weights = digest.compute(self._plan.path, lambda: self._closing) or ""
        except OSError as error:
            logger.info("no prefixes are kept for %s: %s", self._plan.spec.id, error)
        if self._weights:
            self._desk.look_again()

    def _sha256(self, adapter: Hashable | None) -> str:
        path = getattr(adapter, "path", None)
        if not isinstance(path, Path):
            return ""
        return digest.remembered(path) or digest.compute(path, lambda: self._closing) or ""

    def _built(self) -> str:
        from localai.llama import state

        self._build = self._build or state.build()
        return self._build
