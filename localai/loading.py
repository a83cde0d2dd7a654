"""Weights on disk -> a model with its engine running; it must not know requests or wires."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localai import machine
from localai.engine import Engine, EngineThread
from localai.errors import NotDownloaded
from localai.model import ModelSpec
from localai.residency import Resident
from localai.weights.store import Installed, Store

if TYPE_CHECKING:
    from localai.llama import LlamaContext, LlamaModel

logger = logging.getLogger(__name__)

# KV tokens where nobody says --ctx, shared by all requests: enough for a schema and an answer, and
# 4 GiB at most for the largest KV in the registry (a 7B without grouped heads, 512 KiB a token).
DEFAULT_CONTEXT = 8192

# Computation buffers of a context with a 512-token batch, beside weights and KV: logits and
# activations; measured between 20 MB (tiny) and 300 MB (7B, 32k vocabulary).
COMPUTE_BYTES_PER_LOGIT = 2048


@dataclass(frozen=True, slots=True)
class RuntimeConfig:
    """How models are run. context: KV tokens shared by all requests, None chooses by model and RAM.

    slots: requests computed at once. max_queue: requests that may wait per model. threads: None is
    physical cores within the quota. gpu_layers: None is all where the build has a GPU. keep_alive:
    seconds a model stays loaded unused, negative for ever. memory_budget: bytes for all models
    together, None is what is free when the first one is loaded.
    """

    context: int | None = None
    slots: int = 4
    max_queue: int = 64
    threads: int | None = None
    gpu_layers: int | None = None
    keep_alive: float = 300.0
    memory_budget: int | None = None


class LoadedModel:
    """Weights, context and the thread that steps the engine over them; closes in that order."""

    def __init__(self, model: LlamaModel, context: LlamaContext, config: RuntimeConfig) -> None:
        self.model = model
        self.context = context
        self.thread = EngineThread(Engine(context), max_queue=config.max_queue)

    @property
    def limit(self) -> int:
        """Tokens that one request may take: min(the model's own context, --ctx)."""
        return self.context.sequence_length

    def close(self) -> None:
        self.thread.close()
        self.context.close()
        self.model.close()


class Loader:
    """Finds a model's weights and loads them as the config says."""

    def __init__(self, store: Store, config: RuntimeConfig) -> None:
        self._store = store
        self._config = config

    def bytes_needed(self, spec: ModelSpec) -> int:
        """Weights, KV cache and computation buffers. Raises NotDownloaded."""
        return self._footprint(spec, self._installed(spec))

    def open(self, spec: ModelSpec, on_progress: Callable[[float], bool]) -> Resident:
        """Load and start. Raises NotDownloaded, ModelLoadError, Cancelled."""
        from localai.llama import LlamaContext, LlamaModel  # llama_cpp costs 0.2 s: not at import

        installed = self._installed(spec)
        config = self._config
        model = LlamaModel(
            installed.path, name=spec.id, gpu_layers=config.gpu_layers, on_progress=on_progress
        )
        try:
            context = LlamaContext(
                model,
                context_length=self._context_length(spec),
                slots=config.slots,
                threads=config.threads or machine.threads(),
            )
        except BaseException:
            model.close()
            raise
        logger.info("loaded %s %s from %s", spec.id, installed.quant, installed.path)
        engine = LoadedModel(model, context, config)
        return Resident(spec, installed.quant, self._footprint(spec, installed), engine)

    def _installed(self, spec: ModelSpec) -> Installed:
        installed = self._store.find(spec)
        if installed is None:
            raise NotDownloaded(spec.id)
        return installed

    def _context_length(self, spec: ModelSpec) -> int:
        if self._config.context is not None:
            return self._config.context
        return min(DEFAULT_CONTEXT, spec.architecture.context * self._config.slots)

    def _footprint(self, spec: ModelSpec, installed: Installed) -> int:
        kv = self._context_length(spec) * spec.architecture.kv_bytes_per_token
        return installed.bytes + kv + spec.architecture.vocabulary * COMPUTE_BYTES_PER_LOGIT
