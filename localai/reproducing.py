"""Reproducible mode: a model whose seeded answers never depend on what else it computes.

It must not know requests or wires.

Each request has a stream of KV memory of its own, without flash attention; prompts are computed
alone and on a grid, answers in batches that the loaded model was found to compute as it computes
each of them alone. What is left to say is in `engine/batching.py:Separate` and `PrefixCache`.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from localai.engine import SchedulerConfig
from localai.errors import InvalidRequest
from localai.model import ModelSpec
from localai.residency import Plan
from localai.weights.memory import SHARED, Keeping

if TYPE_CHECKING:
    from localai.llama import LlamaContext, LlamaModel
    from localai.loading import RuntimeConfig

logger = logging.getLogger(__name__)


def check(config: RuntimeConfig) -> None:
    """Refuse what does not go together. Raises InvalidRequest (field `kv`)."""
    if config.reproducible and config.kv != "f16":
        raise InvalidRequest(
            f"Reproducible mode keeps keys and values as f16, not as {config.kv}: others need "
            "flash attention, whose sums depend on what else is computed.",
            field="kv",
            hint="Leave out one of --kv and --reproducible.",
        )


def keeping(config: RuntimeConfig, spec: ModelSpec) -> Keeping:
    """How keys and values of a model will be kept."""
    if config.reproducible and not spec.embeds:
        return Keeping(streams=config.slots)
    return SHARED if config.kv == "f16" else Keeping(config.kv)


def opened(
    model: LlamaModel, plan: Plan, config: RuntimeConfig, threads: int
) -> tuple[LlamaContext, SchedulerConfig]:
    """A context of streams, and rules of what the model was found to compute the same together.

    Raises ModelLoadError.
    """
    from localai.llama import LlamaContext
    from localai.llama.probe import GRID, probe

    streams = plan.streams or config.slots
    context = LlamaContext(
        model,
        context_length=plan.context,
        slots=streams,
        threads=threads,
        batch_size=max(GRID, streams),
        unified=False,
    )
    try:
        found = probe(context, streams)
    except BaseException:
        context.close()
        raise
    context.can_trim = found.reuses
    logger.info(
        "%s is reproducible: %d of %d requests at once, %d tokens each; answers %s, prompts %s; "
        "tried in %.1f s",
        plan.spec.id,
        streams,
        config.slots,
        context.sequence_length,
        f"{found.together} at a time" if found.together > 1 else "one at a time",
        "reused" if found.reuses else "computed anew each time",
        found.seconds,
    )
    rules = SchedulerConfig(
        context.context_length,
        parallel=streams,
        chunk_size=GRID,
        together=found.together,
        max_pause=config.max_pause,
    )
    return context, rules
