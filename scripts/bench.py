"""Times localai beside its peers: same file, threads and context, one client, taking turns.

    python scripts/bench.py [--quick] [--models 100m 1.1b 7b] [--workload streams schema ...]

It makes its models itself (random weights of true architectures, kept in --folder), starts each
program that is installed, and lets all of them take turns in every round, so that what else the
machine does hits them alike; ratios are of the same round. What is not installed is named.
"""

from __future__ import annotations

import argparse
import json
import platform
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from benchmark import beside, models, prefixes, streams  # noqa: E402
from benchmark.bench import APART, SERVERS, Bench, note  # noqa: E402
from benchmark.figures import Figure, lines, table  # noqa: E402
from benchmark.scripts import SCRIPTS, run  # noqa: E402
from benchmark.server import install  # noqa: E402

from localai import __version__, machine  # noqa: E402


@dataclass(frozen=True)
class Workload:
    """models: those that it is run on unless others are asked for; quick: the same for --quick."""

    run: Callable[[Bench], list[Figure]]
    models: tuple[str, ...]
    quick: tuple[str, ...] = ()


GGUF = ".gguf"

WORKLOADS = {
    "streams": Workload(streams.streams, ("100m", "1.1b", "7b"), ("100m",)),
    "first": Workload(prefixes.first, ("100m", "1.1b"), ("2m",)),
    "schema": Workload(prefixes.schema, ("1.1b", "7b"), ("2m",)),
    "together": Workload(prefixes.together, ("100m",), ("2m",)),
    "sql": Workload(streams.sql, ("100m", "1.1b"), ("2m",)),
    "cancel": Workload(beside.cancel, ("1.1b",), ("2m",)),
    "stall": Workload(beside.stall, ("100m", "1.1b"), ("2m",)),
    "health": Workload(beside.health, ("1.1b",), ("2m",)),
    "settings": Workload(streams.settings, ()),
}


def main() -> None:
    options = arguments()
    # So that what was started ends too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if options.list:
        for name, workload in WORKLOADS.items():
            print(f"{name:<14}{(workload.run.__doc__ or '').splitlines()[0]}")
        for name, script in SCRIPTS.items():
            print(f"{name:<14}{script.told}")
        return
    facts, results, figures = described(), [], []
    for name, model in chosen(options):
        if name in SCRIPTS:
            results.append(scripted(name, options))
        else:
            result, found = measured(name, model, options)
            results.append(result)
            label = f"{Path(model).stem if model.endswith(GGUF) else model}, {name}"
            figures += [replace(one, what=f"{label}: {one.what}") for one in found]
        if options.json:
            options.json.write_text(json.dumps({**facts, "results": results}, indent=1))
    if options.markdown:
        print("\n" + "\n".join(lines(table(figures, brief=True), markdown=True)))
    print("\n" + "\n".join(f"{name}: {fact}" for name, fact in facts.items()))
    if any(result["failed"] for result in results):
        sys.exit(1)


def chosen(options: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """Workloads and models, in order. A workload without models of its own waits to be named."""
    for name in options.workload or [n for n, one in WORKLOADS.items() if usual(one, options)]:
        if name in SCRIPTS:
            yield name, ""
            continue
        for model in options.models or usual(WORKLOADS[name], options) or ("100m",):
            yield name, model


def usual(workload: Workload, options: argparse.Namespace) -> tuple[str, ...]:
    return workload.quick if options.quick else workload.models


def measured(
    name: str, model: str, options: argparse.Namespace
) -> tuple[dict[str, Any], list[Figure]]:
    """One workload on one model: measured, shown, and given back, also for JSON."""
    file = Path(model) if model.endswith(GGUF) else models.made(model, options.folder)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        install(file, Path(folder))
        bench = Bench(
            model,
            file,
            Path(folder),
            options.threads or machine.threads(),
            options.contenders,
            options.rounds,
            options.streams,
            options.tokens,
            options.quick,
            tuple(options.serve.split()),
        )
        try:
            figures, failed = WORKLOADS[name].run(bench), ""
        except (RuntimeError, OSError) as error:
            # Half an hour of other figures should not go with it.
            figures, failed = [], str(error)
        finally:
            bench.words.close()
    figures.sort(key=lambda one: list({**SERVERS, **APART}).index(one.contender))
    seconds = time.monotonic() - begun
    note("")
    size = f"{file.stat().st_size / 1e6:.0f} MB"
    print(f"\n{name}, {model} ({size}), {bench.threads} threads; it took {seconds:.0f} s\n")
    print("Medians (quartiles) of the rounds; ratios are of the same round.\n")
    if failed:
        print(f"FAILED: {failed}")
    if figures:
        print("\n".join(lines(table(figures, brief=False), markdown=False)), "\n")
    for text in bench.told:
        print(text)
    if bench.left_out:
        print("Left out:", "; ".join(f"{one} ({why})" for one, why in bench.left_out.items()))
    for built in dict.fromkeys(bench.built.values()):
        print(", ".join(one for one in bench.built if bench.built[one] == built), "-", built)
    return {
        "workload": name,
        "model": model,
        "threads": bench.threads,
        "seconds": seconds,
        "failed": failed,
        "figures": [one.told() for one in figures],
        "left_out": bench.left_out,
        "built": bench.built,
        "told": bench.told,
    }, figures


def scripted(name: str, options: argparse.Namespace) -> dict[str, Any]:
    """A workload that is a script of its own."""
    print(f"\n{name}: scripts/{SCRIPTS[name].file}\n", flush=True)
    begun = time.monotonic()
    told, failed = run(SCRIPTS[name], quick=options.quick)
    print(f"FAILED: {failed}\n{told}" if failed else told)
    seconds = time.monotonic() - begun
    return {"workload": name, "seconds": seconds, "failed": failed, "told": told.splitlines()}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--list", action="store_true", help="name the workloads, and end")
    add("--quick", action="store_true", help="few rounds, the small model: two minutes")
    add("--workload", nargs="+", choices=[*WORKLOADS, *SCRIPTS],
        help="default: all but scripts of their own")  # fmt: skip
    add("--models", nargs="+", metavar="M",
        help=f"{', '.join(models.RECIPES)} or a .gguf; default: by workload")  # fmt: skip
    add("--contenders", nargs="+", metavar="C",
        help=f"of {', '.join([*SERVERS, *APART])}; default: all")  # fmt: skip
    add("--rounds", type=int, help="default: 9 in most workloads")
    add("--streams", type=int, nargs="+", help="at once; default: by model")
    add("--tokens", type=int, help="of each answer; default: by model")
    add("--threads", type=int, help="default: as localai chooses")
    add("--serve", default="", metavar="OPTIONS", help="further options of `localai serve`")
    add("--folder", type=Path, default=models.FOLDER, help=f"of models; default {models.FOLDER}")
    add("--json", type=Path, metavar="FILE", help="write all figures there")
    add("--markdown", action="store_true", help="end with one table for a README")
    return parser.parse_args()


def described() -> dict[str, str]:
    """Hardware, software and command: what a figure is worth nothing without."""
    cpu, memory = machine.cpu(), machine.memory()
    return {
        "hardware": f"{cpu.name}, {cpu.cores} cores, {memory.total / 1e9:.0f} GB, "
        f"{platform.system()} {platform.machine()}",
        "software": f"localai {__version__}, llama-cpp-python {version('llama-cpp-python')}, "
        f"Python {platform.python_version()}",
        "command": " ".join(["python", "scripts/bench.py", *sys.argv[1:]]),
    }


if __name__ == "__main__":
    main()
