"""`localai bench`: how fast a model is on this machine; it must not know how that is measured."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from localai import machine
from localai.cli.options import GpuLayers, opened
from localai.cli.output import Waiting, emit, json_option, note, printable, size, table
from localai.errors import NotDownloaded, NotSupported

if TYPE_CHECKING:
    from localai.llama.measure import Bench
    from localai.model import ModelSpec
    from localai.residency import Plan
    from localai.runtime import Runtime

EMBEDDED = "@localai/sql-tiny"
SEQUENCES = (1, 2, 4, 8)
BATCHES = (1, 2, 4, 8, 16, 32)
PROMPT, SHORT = 512, 128
"""Tokens of the prompt that is read; the short one tells numbers of threads apart."""

SECONDS, QUICK = 4.0, 0.7
"""How long each figure is measured, of about 20 on two cores; a slow model takes longer."""

BUSY = 0.5
"""Others' share of the processor from which on it is said."""

CLOSE = 1.03
"""Fewer threads are recommended where they take at most so much longer: noise is as large."""

ANSWER = 64
"""Tokens of the answer to a prompt of SHORT tokens, by which numbers of threads are compared."""

# Beyond these, numbers of threads on the way to all cores.
STEPS = (1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Job:
    """What is measured, and how: seconds for each figure; gpu_layers as in RuntimeConfig."""

    plan: Plan
    threads: int
    gpu_layers: int | None
    quick: bool


@click.command()
@click.argument("model", required=False)
@click.option("--threads", type=click.IntRange(1, 512), metavar="N",
              help="Threads to compute with. Default: as `localai serve`.")  # fmt: skip
@click.option("--gpu-layers", type=GpuLayers(), metavar="N|auto", default="auto",
              help="Layers on the GPU; auto is all where there is one.")  # fmt: skip
@click.option("--quick", is_flag=True, help="Measure for seconds only, and less exactly.")
@json_option
def bench(
    model: str | None, threads: int | None, gpu_layers: int | None, quick: bool, as_json: bool
) -> None:
    """Measure how fast MODEL is on this machine, and with how many threads it is fastest.

    Without MODEL: the best chat model on this disk, or the one that localai brings along. Close
    what else computes: another program on the same cores is measured with it.

    \b
    Examples:
      localai bench
      localai bench @cf/meta/llama-3.2-1b-instruct --quick
      localai bench --threads 4 --json
    """
    from localai.runtime import RuntimeConfig

    with opened(RuntimeConfig()) as runtime:
        spec = runtime.registry.resolve(model) if model else _usual(runtime)
        job = Job(planned(runtime, spec), threads or machine.threads(), gpu_layers, quick)
    load = machine.load()
    if load is not None and load > BUSY * machine.cpu().logical:
        note(f"Other programs compute on this machine (load {load:.1f}): it is measured with them.")
    facts = _beside(lambda say: measured(job, say))
    if as_json:
        return emit(facts)
    return _show(facts)


def _usual(runtime: Runtime) -> ModelSpec:
    from localai.preference import preferred_chat

    try:
        return preferred_chat(runtime, note)
    except NotDownloaded:
        return runtime.registry.resolve(EMBEDDED)


def planned(runtime: Runtime, spec: ModelSpec) -> Plan:
    """What will be loaded. Raises NotDownloaded, DoesNotFit, NotSupported."""
    from localai.llama.measure import CONTEXT
    from localai.loading import Loader, RuntimeConfig

    if spec.embeds:
        raise NotSupported(f"{spec.id} makes embeddings, and no text.", field="model")
    context = min(CONTEXT, spec.architecture.context)
    config = RuntimeConfig(context=context)
    return Loader(runtime.store, config).plan(spec, machine.memory().free)


def measured(job: Job, say: Say) -> dict[str, Any]:
    """All figures, as JSON-able values; `say` hears what is being measured."""
    from localai.llama import LlamaModel, build_info
    from localai.llama.measure import LEAST, Bench

    plan = job.plan
    say(f"loading {plan.spec.id}")
    begun = time.perf_counter()
    model = LlamaModel(plan.path, name=plan.spec.id, gpu_layers=job.gpu_layers)
    try:
        if model.pools:
            raise NotSupported(f"{plan.spec.id} makes embeddings, and no text.", field="model")
        seconds, least = (QUICK, 1) if job.quick else (SECONDS, LEAST)
        bench = Bench(
            model, threads=job.threads, seconds=seconds, least=least, context_length=plan.context
        )
        loaded = time.perf_counter() - begun
        try:
            figures = _figures(bench, job, say)
        finally:
            bench.close()
    finally:
        model.close()
    processor = machine.cpu()
    return {
        "model": plan.spec.id,
        "quant": plan.quant,
        "bytes": plan.path.stat().st_size,
        "cpu": {"name": processor.name, "cores": processor.cores, "logical": processor.logical,
                "quota": processor.quota},
        "llama_cpp_python": build_info()["llama_cpp_python"],
        "gpu_offload": build_info()["gpu_offload"],
        "threads": job.threads,
        "load_seconds": loaded,
        **figures,
    }  # fmt: skip


def _figures(bench: Bench, job: Job, say: Say) -> dict[str, Any]:
    say("the first decode")
    bench.warm()
    kv = bench.kv_bytes_per_token()
    tokens = min(SHORT if job.quick else PROMPT, bench.longest)
    say(f"a prompt of {tokens} tokens")
    prefill = bench.prefill(tokens)
    decode = []
    for sequences in SEQUENCES:
        say(f"{sequences} answers at once")
        seconds = bench.decode(sequences)
        decode.append({"sequences": sequences, "step_seconds": seconds,
                       "tokens_per_second": sequences / seconds})  # fmt: skip
    sizes = [one for one in BATCHES if one < bench.longest]
    say(f"{', '.join(map(str, sizes))} tokens in one step")
    costs = bench.batches(sizes)
    return {
        "kv_bytes_per_token": kv,
        "prefill": {"tokens": tokens, "seconds": prefill, "tokens_per_second": tokens / prefill},
        "decode": decode,
        "batch": [
            {"tokens": count, "seconds": seconds, "relative": seconds / costs[0]}
            for count, seconds in zip(sizes, costs, strict=True)
        ],
        "by_threads": (found := _by_threads(bench, job, say)),
        "recommended_threads": recommended(found),
    }


def _by_threads(bench: Bench, job: Job, say: Say) -> list[dict[str, Any]]:
    found, tokens = [], min(SHORT, bench.longest)
    for threads in tried(machine.cpu(), job.threads):
        say(f"{threads} thread{'s' if threads > 1 else ''}")
        bench.use_threads(threads)
        prefill, decode = bench.prefill(tokens), bench.decode(1)
        found.append({"threads": threads, "prefill_tokens_per_second": tokens / prefill,
                      "decode_tokens_per_second": 1 / decode})  # fmt: skip
    return found


def tried(processor: machine.Cpu, threads: int) -> list[int]:
    """Numbers of threads: 1 to the physical cores, within the quota of a container; beyond 8 in
    steps. And the one that was asked for."""
    most = processor.cores
    if processor.quota is not None:
        most = max(1, min(most, int(processor.quota)))
    return sorted({most, threads, *(step for step in STEPS if step <= most)})


def recommended(found: list[dict[str, Any]]) -> int:
    """The fewest threads that answer a usual request in nearly the shortest time."""

    def seconds(one: dict[str, Any]) -> float:
        reading = SHORT / one["prefill_tokens_per_second"]
        return float(reading + ANSWER / one["decode_tokens_per_second"])

    least = min(map(seconds, found))
    return int(next(one["threads"] for one in found if seconds(one) <= least * CLOSE))


def _beside(work: Callable[[Say], dict[str, Any]]) -> dict[str, Any]:
    """Do it on another thread, so that Ctrl-C is heard in the middle of a decode."""
    told: queue.SimpleQueue[str | dict[str, Any] | Exception] = queue.SimpleQueue()

    def run() -> None:
        try:
            told.put(work(told.put))
        except Exception as error:
            told.put(error)

    threading.Thread(target=run, name="localai-bench", daemon=True).start()
    line = Waiting("")
    while True:
        try:
            # Windows hears Ctrl-C between two waits only.
            news = told.get(timeout=0.2)
        except queue.Empty:
            continue
        line.end()
        if isinstance(news, str):
            line = Waiting(f"Measuring: {printable(news)} ...")
        elif isinstance(news, dict):
            return news
        else:
            raise news


def _show(facts: dict[str, Any]) -> None:
    cpu, usual = facts["cpu"], machine.threads()
    threads = f"{facts['threads']} thread{'s' if facts['threads'] > 1 else ''}"
    click.echo(printable(
        f"{facts['model']} {facts['quant']}, {size(facts['bytes'])}; {cpu['name']}, "
        f"{cpu['cores']} of {cpu['logical']} CPUs, {threads}; "
        f"llama-cpp-python {facts['llama_cpp_python']}"
    ))  # fmt: skip
    click.echo(f"Loaded in {facts['load_seconds']:.2f} s. "
               f"KV cache: {facts['kv_bytes_per_token']:,} bytes a token.\n")  # fmt: skip
    prefill = facts["prefill"]
    rows = [(f"reading {prefill['tokens']} tokens", _rate(prefill), _milli(prefill["seconds"]))]
    for one in facts["decode"]:
        many = "answer" if one["sequences"] == 1 else "answers at once"
        rows.append((f"{one['sequences']} {many}", _rate(one), _milli(one["step_seconds"])))
    table(("work", "tokens/s", "ms a step"), rows, right=(1, 2))
    click.echo()
    rows = [
        (str(one["tokens"]), _milli(one["seconds"]), f"{one['relative']:.2f}")
        for one in facts["batch"]
    ]
    table(("tokens in one step", "ms", "cost of one"), rows, right=(0, 1, 2))
    click.echo()
    rows = [
        (str(one["threads"]), f"{one['prefill_tokens_per_second']:.1f}",
         f"{one['decode_tokens_per_second']:.1f}")
        for one in facts["by_threads"]
    ]  # fmt: skip
    table(("threads", "reads tokens/s", "writes tokens/s"), rows, right=(0, 1, 2))
    best = facts["recommended_threads"]
    click.echo(f"Recommended: --threads {best}{', the default' if best == usual else ''}.")


def _rate(one: dict[str, Any]) -> str:
    return f"{one['tokens_per_second']:.1f}"


def _milli(seconds: float) -> str:
    return f"{seconds * 1000:.2f}"
