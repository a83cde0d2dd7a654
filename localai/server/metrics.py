"""`GET /metrics` in Prometheus' text format 0.0.4; it must not know who counts, nor engines.

https://prometheus.io/docs/instrumenting/exposition_formats/ has the format. All of it is read from
memory, and no lock of an engine is taken: it answers in any load.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from localai import __version__, machine
from localai.engine import BOUNDS, Histogram, Tally
from localai.loading import ModelStatus
from localai.server.own import METRICS
from localai.server.served import Served
from localai.tallies import Tallies

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

# Of each model in memory, as it is just now.
GAUGES: tuple[tuple[str, str, Callable[[ModelStatus], int]], ...] = (
    ("localai_model_memory_bytes", "Memory reckoned for a model.", lambda m: m.bytes),
    ("localai_requests_running", "Requests being computed.", lambda m: m.engine.running),
    ("localai_requests_waiting", "Requests in a model's queue.", lambda m: m.engine.waiting),
    ("localai_slots", "Requests that can be computed at once.", lambda m: m.engine.slots),
    ("localai_kv_cells", "Cells of the KV cache, one a token.", lambda m: m.engine.kv_size),
    ("localai_kv_cells_used", "Those that hold one, shared ones once.", lambda m: m.engine.kv_used),
)
# Of each model that was ever loaded, since the server began.
COUNTERS: tuple[tuple[str, str, Callable[[Tally], int]], ...] = (
    ("localai_prompt_tokens_total", "Tokens of prompts that were read to their end, cached ones "
     "included.", lambda tally: tally.prompt_tokens),
    ("localai_prompt_tokens_cached_total", "Tokens of prompts that were not computed again.",
     lambda tally: tally.cached_tokens),
    ("localai_disk_hits_total", "Prompts of which a beginning came from disk.",
     lambda tally: tally.disk_hits),
    ("localai_disk_restored_tokens_total", "Tokens of those beginnings.",
     lambda tally: tally.restored_tokens),
    ("localai_generated_tokens_total", "Tokens of answers.", lambda tally: tally.generated_tokens),
    ("localai_draft_tokens_total", "Tokens of answers that were guessed at, and computed on trial.",
     lambda tally: tally.drafted_tokens),
    ("localai_draft_tokens_accepted_total", "Those of them that came true.",
     lambda tally: tally.accepted_draft_tokens),
    ("localai_preemptions_total", "Requests that made room for an older one, and went on later.",
     lambda tally: tally.preemptions),
)  # fmt: skip
HISTOGRAMS: tuple[tuple[str, str, Callable[[Tally], Histogram]], ...] = (
    ("localai_time_to_first_token_seconds", "From a request's arrival to its first token, with "
     "queue and load.", lambda tally: tally.first_token),
    ("localai_inter_token_latency_seconds", "From each token of an answer to its next.",
     lambda tally: tally.between_tokens),
)  # fmt: skip

_IN_HELP = str.maketrans({"\\": r"\\", "\n": r"\n"})
_IN_LABEL = _IN_HELP | str.maketrans({'"': r"\""})


class Sample(NamedTuple):
    """One line; suffix: what stands behind the family's name."""

    value: float
    labels: Mapping[str, str] = {}
    suffix: str = ""


class Family(NamedTuple):
    """The lines of one name; kind: counter, gauge or histogram."""

    name: str
    kind: str
    help: str
    samples: Iterable[Sample]


def routes(served: Served) -> list[Route]:
    """The one route."""
    build = {
        "version": __version__,
        "python": platform.python_version(),
        "llama_cpp_python": _version("llama-cpp-python"),
    }

    async def metrics(_: Request) -> Response:
        families = [*_of_process(build), *_of_now(served), *_in_all(served.tallies)]
        # As bytes: to a text's type Starlette would add a charset of its own.
        return Response(exposed(families).encode(), headers={"Content-Type": CONTENT_TYPE})

    return [Route(METRICS, metrics, methods=["GET"])]


def exposed(families: Iterable[Family]) -> str:
    """The families in the text format; one without samples is only announced."""
    return "".join(f"{line}\n" for family in families for line in _lines(family))


def _of_process(build: Mapping[str, str]) -> Iterator[Family]:
    versions = "Versions of what runs here; always 1."
    memory = "Resident memory of the server's process, mapped weights included."
    rss = Sample(machine.resident_bytes())
    yield Family("localai_build_info", "gauge", versions, [Sample(1, build)])
    yield Family("process_resident_memory_bytes", "gauge", memory, [rss])


def _of_now(served: Served) -> Iterator[Family]:
    models = served.report()
    loads = [Sample(done, {"model": name}) for name, done in served.loading().items()]
    here = [Sample(1, {"model": one.id, "quant": one.quant}) for one in models]
    yield Family("localai_models_loaded", "gauge", "Models in memory.", [Sample(len(models))])
    yield Family("localai_model_info", "gauge", "Each model in memory; always 1.", here)
    yield Family("localai_model_load_progress", "gauge", "Loads under way, from 0 to 1.", loads)
    disk = max((one.engine.disk_bytes for one in models), default=0)
    yield Family("localai_disk_cache_bytes", "gauge", "What prompts on disk take.", [Sample(disk)])
    for name, text, value in GAUGES:
        samples = [Sample(value(one), {"model": one.id}) for one in models]
        yield Family(name, "gauge", text, samples)


def _in_all(tallies: Tallies) -> Iterator[Family]:
    # What is refused before it is a request (no key, no JSON) is none here.
    ends = "Requests taken on that ended: finished by reason, failed by error's class, cancelled."
    outcomes = [
        Sample(count, {"model": one.model, "outcome": one.kind, "reason": one.reason})
        for one, count in tallies.outcomes().items()
    ]
    yield Family("localai_requests_total", "counter", ends, outcomes)
    models = tallies.models().items()
    for name, text, value in COUNTERS:
        samples = [Sample(value(one), {"model": model}) for model, one in models]
        yield Family(name, "counter", text, samples)
    for name, text, histogram in HISTOGRAMS:
        spread = [line for model, one in models for line in _spread(histogram(one), model)]
        yield Family(name, "histogram", text, spread)


def _spread(histogram: Histogram, model: str) -> Iterator[Sample]:
    below, count, total = histogram.read()
    for bound, number in zip(map(repr, BOUNDS), below, strict=True):
        yield Sample(number, {"model": model, "le": bound}, "_bucket")
    yield Sample(count, {"model": model, "le": "+Inf"}, "_bucket")
    yield Sample(total, {"model": model}, "_sum")
    yield Sample(count, {"model": model}, "_count")


def _lines(family: Family) -> Iterator[str]:
    yield f"# HELP {family.name} {family.help.translate(_IN_HELP)}"
    yield f"# TYPE {family.name} {family.kind}"
    for value, labels, suffix in family.samples:
        pairs = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items())
        yield f"{family.name}{suffix}{f'{{{pairs}}}' if pairs else ''} {value!r}"


@lru_cache(maxsize=512)
def _escaped(text: str) -> str:
    return text.translate(_IN_LABEL)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
