"""Weights on disk -> a model with its engine running; it must not know requests or wires."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from localai import machine, reproducing
from localai.engine import (
    EmbeddingThread,
    Engine,
    EngineStatus,
    EngineThread,
    PromptLookup,
    SchedulerConfig,
    Tally,
)
from localai.errors import Cancelled, LocalAIError, NotDownloaded
from localai.model import ModelSpec
from localai.residency import Plan, Residency, Resident
from localai.tallies import Tallies
from localai.weights.fit import choose
from localai.weights.memory import Keeping, scores_at_once
from localai.weights.store import Store

if TYPE_CHECKING:
    from localai.llama import LlamaContext, LlamaEmbedder, LlamaModel
    from localai.shelving import Shelving

logger = logging.getLogger(__name__)

# Seconds between two looks at how far a load is.
LOOK = 0.05

USUAL_EMBEDDING_TOKENS = 2048
"""Of one text, without --ctx; few models that make vectors were trained on more."""


KEPT = 24
"""Slots beyond those of running requests, for prefixes that the next ones may share. Where a memory
cannot share (recurrent models) each slot costs memory of its own, and there are none."""


LARGE, LARGE_GRID = 3_000_000_000, 64
"""Weights from which on prompts are computed by so many tokens: on two cores 256 take a 7B 13 s,
for which everyone would wait who comes meanwhile; it reads by 32 as fast as by 512."""


@dataclass(frozen=True, slots=True)
class RuntimeConfig:
    """How models are run. context: KV tokens shared by all requests, None chooses by model and RAM.

    slots: requests computed at once (on two cores eight give 1.6 times the tokens of one, four 1.3
    times; scripts/bench.py). max_queue: requests that may wait per model. threads: None is physical
    cores within the quota. gpu_layers: None is all where the build has a GPU. keep_alive: seconds a
    model stays loaded unused, negative for ever. memory_budget: bytes for all models together, None
    is what is free when the first one is loaded.

    kv: how keys and values are kept, "f16" or "q8_0". reproducible: the same seed and request give
    the same bytes, whatever else is computed. drafting: whether answers are guessed at.
    cache_bytes: of disk for prefixes, None is 5 GB or a tenth of what is free, 0 is none.
    max_pause: seconds that a running answer may stand still for other requests' prompts.
    """

    context: int | None = None
    slots: int = 8
    max_queue: int = 64
    threads: int | None = None
    gpu_layers: int | None = None
    keep_alive: float = 300.0
    memory_budget: int | None = None
    kv: str = "f16"
    reproducible: bool = False
    drafting: bool = True
    cache_bytes: int | None = None
    max_pause: float = 0.25


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """A loaded model at work. context: tokens of KV cache for all requests. bytes: the memory that
    was reckoned for it. users: requests that hold it. idle: seconds since the last one ended, None
    while there is one. together: in reproducible mode, answers that are computed in one step."""

    id: str
    quant: str
    context: int
    bytes: int
    users: int
    idle: float | None
    engine: EngineStatus
    together: int | None = None


class LoadedModel:
    """Weights, context and the thread that steps the engine over them; closes in that order."""

    def __init__(
        self,
        model: LlamaModel,
        context: LlamaContext,
        rules: SchedulerConfig,
        config: RuntimeConfig,
        tally: Tally,
        shelving: Shelving | None = None,
    ) -> None:
        self.model = model
        self.context = context
        self.shelving = shelving
        self.together = rules.together
        shelf = shelving.shelf if shelving else None
        guesses = config.drafting and not config.reproducible and context.can_trim
        engine = Engine(
            context, rules, tally, PromptLookup(tally) if guesses else None, shelf=shelf
        )
        self.thread = EngineThread(engine, max_queue=config.max_queue)

    @property
    def limit(self) -> int:
        """Tokens that one request may take: min(the model's own context, --ctx)."""
        return self.context.sequence_length

    def close(self) -> None:
        self.thread.close()
        if self.shelving is not None:
            self.shelving.close()
        self.context.close()
        self.model.close()
        machine.give_back_memory()


class LoadedEmbedder:
    """Weights that make vectors, and the thread that computes them; closes as LoadedModel."""

    def __init__(
        self, model: LlamaModel, embedder: LlamaEmbedder, config: RuntimeConfig, tally: Tally
    ) -> None:
        self.model = model
        self.embedder = embedder
        self.thread = EmbeddingThread(embedder, max_queue=config.max_queue, tally=tally)

    @property
    def limit(self) -> int:
        """Tokens that one text may have."""
        return self.embedder.limit

    def close(self) -> None:
        self.thread.close()
        self.embedder.close()
        self.model.close()
        machine.give_back_memory()


class Loader:
    """Finds a model's weights and loads them as the config says."""

    def __init__(self, store: Store, config: RuntimeConfig, tallies: Tallies | None = None) -> None:
        reproducing.check(config)
        self._store = store
        self._config = config
        self._tallies = tallies or Tallies()

    def plan(self, spec: ModelSpec, budget: int) -> Plan:
        """Quantization and context for the memory. Raises NotDownloaded, DoesNotFit."""
        installed = {one.quant: one for one in self._store.installed(spec)}
        if not installed:
            raise NotDownloaded(spec.id)
        sizes = {quant: one.bytes for quant, one in installed.items()}
        keeping = reproducing.keeping(self._config, spec)
        choice = choose(
            spec,
            free=budget,
            context=self._config.context,
            installed=sizes,
            quants=sizes,
            keeping=keeping,
        )
        needed = choice.needed or sizes[choice.quant]
        file = installed[choice.quant]
        # What a registry says of a file that it names by path was not held against the file.
        sha256 = "" if file.origin == "path" else file.sha256
        context = choice.context * max(1, choice.streams)
        return Plan(spec, choice.quant, file.path, context, needed, sha256, choice.streams)

    def open(
        self, plan: Plan, on_progress: Callable[[float], bool]
    ) -> LoadedModel | LoadedEmbedder:
        """Load and start. Raises ModelLoadError, Cancelled."""
        from localai.llama import LlamaModel  # llama_cpp costs 0.2 s: not at import

        config, name = self._config, plan.spec.id
        model = LlamaModel(
            plan.path, name=name, gpu_layers=config.gpu_layers, on_progress=on_progress
        )
        try:
            make = _embedder if model.pools else _generator
            loaded = make(model, plan, config, self._tallies.of(name))
        except BaseException:
            model.close()
            raise
        logger.info("loaded %s %s, %d tokens of context", name, plan.quant, plan.context)
        return loaded


def _generator(model: LlamaModel, plan: Plan, config: RuntimeConfig, tally: Tally) -> LoadedModel:
    from localai.shelving import Shelving, quota_of

    quota = quota_of(config)
    open_ = reproducing.opened if config.reproducible else _shared
    context, rules = open_(model, plan, config, _threads(config))
    keeps = context.can_trim and quota != 0
    shelving = Shelving(plan, context, quota, config.max_pause) if keeps else None
    return LoadedModel(model, context, rules, config, tally, shelving)


def _shared(
    model: LlamaModel, plan: Plan, config: RuntimeConfig, threads: int
) -> tuple[LlamaContext, SchedulerConfig]:
    """A context whose slots share one pool of memory."""
    from localai.llama import LlamaContext

    slots = config.slots + (KEPT if model.can_trim else 0)
    scores = scores_at_once(plan.spec.architecture, plan.context, Keeping(config.kv))
    context = LlamaContext(
        model,
        context_length=plan.context,
        slots=slots,
        threads=threads,
        kv=config.kv,
        scores=0 if model.on_gpu else scores,
    )
    rules = SchedulerConfig(plan.context, parallel=config.slots, max_pause=config.max_pause)
    return context, rules if context.weights < LARGE else replace(rules, chunk_size=LARGE_GRID)


def _embedder(model: LlamaModel, plan: Plan, config: RuntimeConfig, tally: Tally) -> LoadedEmbedder:
    from localai.llama import LlamaEmbedder

    # Every token looks at all others of its text: the room that takes grows with the square.
    limit = min(config.context or USUAL_EMBEDDING_TOKENS, plan.context, model.context_length)
    embedder = LlamaEmbedder(model, limit=limit, slots=config.slots, threads=_threads(config))
    return LoadedEmbedder(model, embedder, config, tally)


def _threads(config: RuntimeConfig) -> int:
    return config.threads or machine.threads()


def load(
    residency: Residency,
    spec: ModelSpec,
    on_progress: Callable[[float], object] | None,
    cancel: threading.Event | None,
) -> None:
    """Have a model loaded, and wait for it; as Runtime.load."""
    answer: queue.SimpleQueue[Resident | LocalAIError] = queue.SimpleQueue()

    def arrived(outcome: Resident | LocalAIError) -> None:
        if isinstance(outcome, Resident):
            residency.release(outcome)
        answer.put(outcome)

    def see(done: float) -> None:
        refused = on_progress is not None and on_progress(done) is False
        if refused or (cancel is not None and cancel.is_set()):
            raise Cancelled("The load was cancelled.")

    see(0.0)
    residency.acquire(spec, arrived)
    try:
        while (outcome := _soon(answer)) is None:
            see(residency.loading().get(spec.id, 1.0))
    except BaseException:
        residency.abandon(spec.id, arrived)
        raise
    if isinstance(outcome, LocalAIError):
        raise outcome
    see(1.0)


def _soon(answer: queue.SimpleQueue[Resident | LocalAIError]) -> Resident | LocalAIError | None:
    try:
        return answer.get(timeout=LOOK)
    except queue.Empty:
        return None


def status_of(resident: Resident) -> ModelStatus:
    """How a loaded model stands; on any thread, and no work waits for it."""
    plan, users = resident.plan, resident.users
    idle = None if users else max(0.0, time.monotonic() - resident.idle_since)
    loaded = cast("LoadedModel | LoadedEmbedder", resident.engine)
    engine, together = loaded.thread.status(), getattr(loaded, "together", None)
    name, size = plan.spec.id, resident.bytes
    return ModelStatus(name, plan.quant, plan.context, size, users, idle, engine, together)
