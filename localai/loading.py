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
from localai.residency import Plan
from localai.weights.fit import choose
from localai.weights.store import Store

if TYPE_CHECKING:
    from localai.llama import LlamaContext, LlamaModel

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RuntimeConfig:
    """How models are run. context: KV tokens shared by all requests, None chooses by model and RAM.

    slots: requests computed at once (on two cores eight give 1.6 times the tokens of one, four 1.3
    times; scripts/bench.py). max_queue: requests that may wait per model. threads: None is physical
    cores within the quota. gpu_layers: None is all where the build has a GPU. keep_alive: seconds a
    model stays loaded unused, negative for ever. memory_budget: bytes for all models together, None
    is what is free when the first one is loaded.
    """

    context: int | None = None
    slots: int = 8
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

    def plan(self, spec: ModelSpec, budget: int) -> Plan:
        """Quantization and context for the memory. Raises NotDownloaded, DoesNotFit."""
        installed = {one.quant: one for one in self._store.installed(spec)}
        if not installed:
            raise NotDownloaded(spec.id)
        sizes = {quant: one.bytes for quant, one in installed.items()}
        choice = choose(
            spec, free=budget, context=self._config.context, installed=sizes, quants=sizes
        )
        needed = choice.needed or sizes[choice.quant]
        return Plan(spec, choice.quant, installed[choice.quant].path, choice.context, needed)

    def open(self, plan: Plan, on_progress: Callable[[float], bool]) -> LoadedModel:
        """Load and start. Raises ModelLoadError, Cancelled."""
        from localai.llama import LlamaContext, LlamaModel  # llama_cpp costs 0.2 s: not at import

        config, name = self._config, plan.spec.id
        model = LlamaModel(
            plan.path, name=name, gpu_layers=config.gpu_layers, on_progress=on_progress
        )
        try:
            context = LlamaContext(
                model,
                context_length=plan.context,
                slots=config.slots,
                threads=config.threads or machine.threads(),
            )
        except BaseException:
            model.close()
            raise
        logger.info("loaded %s %s, %d tokens of context", name, plan.quant, plan.context)
        return LoadedModel(model, context, config)
