"""Times the ways to run one model: a bare llama_decode loop, LocalAI.run, HTTP streams, and
llama.cpp's own server where the extra `peers` is installed.

    python scripts/bench.py [--quick] [--json] [--model FILE.gguf]

All contenders take turns in every round, so that what else the machine does hits them alike; the
ratios are of the same round. Prompts are new each time: no prefix cache helps. On a busy machine
look at the processor time per token, with --threads 1: waiting threads burn it too.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import platform
import random
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import contenders  # noqa: E402
import peers  # noqa: E402
import startup  # noqa: E402
from contenders import Contender, Run, Workload, install, occupy  # noqa: E402

from localai import __version__, machine  # noqa: E402
from tests.gguf_models import bench_100m  # noqa: E402

WORDS = (
    "select name from table where city group by order count total customer product price year "
    "what is the answer hello world today weather how many this that with for and great value"
).split()

CONTENDERS = (*contenders.CONTENDERS, *([peers.LlamaServer] if peers.available() else []))

LINE = "{:<18}{:>8}{:>27}{:>9}{:>11}{:>21}{:>21}{:>21}"


@dataclass(frozen=True)
class Sample:
    """One contender's streams, at once, in one round."""

    round: int
    contender: str
    streams: int
    runs: list[Run]
    cpu: float

    @property
    def speed(self) -> float:
        """Tokens of all streams a second, from the first request to the last end."""
        return sum(run.tokens for run in self.runs) / max(run.total for run in self.runs)

    @property
    def cost(self) -> float:
        """Seconds of processor time for each token of an answer, its share of the prompt's too."""
        return self.cpu / sum(run.tokens for run in self.runs)

    @property
    def first(self) -> float:
        """Seconds to the first text, the median over the streams."""
        return statistics.median(run.first for run in self.runs)


@dataclass(frozen=True)
class Row:
    """One line of the table: medians over the rounds, with the least and the greatest."""

    contender: str
    streams: int
    speed: list[float]
    first: float
    cost: float
    to_bare: list[float]
    cost_to_bare: list[float]
    to_one: list[float]


def main() -> None:
    options = arguments()
    with tempfile.TemporaryDirectory() as folder:
        model = options.model or bench_100m(Path(folder) / "bench.gguf")
        work = Workload(
            model=model,
            threads=options.threads or machine.threads(),
            context=options.ctx,
            parallel=max(options.streams),
            tokens=options.tokens,
            temperature=options.temperature,
        )
        install(model, Path(folder))
        samples = list(measure(work, options.rounds, options.streams, options.prompt_words))
        facts = described(work, samples)
    rows, waits = table(samples), startup.start_up()
    if options.json:
        told = {**facts, "rows": [asdict(row) for row in rows], "start-up": waits}
        print(json.dumps(told, indent=1))
    else:
        show(facts, rows)
        if not peers.available():
            print("\nLeft out: llama-server (pip install xllamacpp).")
        print("\nStart-up, each a process of its own:")
        startup.show(waits)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Plain)
    parser.add_argument("--quick", action="store_true", help="fewer rounds: two minutes or so")
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    parser.add_argument("--model", type=Path, help="a GGUF (default: 100M random weights, Q8_0)")
    parser.add_argument("--rounds", type=int, help="default 9, with --quick 4")
    parser.add_argument("--streams", type=int, nargs="+", help="default 1 2 4 8, --quick 1 8")
    parser.add_argument("--tokens", type=int, default=200, help="of each answer")
    parser.add_argument("--prompt-words", type=int, default=62, help="of each prompt")
    parser.add_argument("--threads", type=int, help="default: as localai chooses")
    parser.add_argument("--ctx", type=int, default=4096, help="KV tokens for all streams")
    parser.add_argument("--temperature", type=float, default=0.0)
    options = parser.parse_args()
    options.rounds = options.rounds or (4 if options.quick else 9)
    options.streams = options.streams or ([1, 8] if options.quick else [1, 2, 4, 8])
    return options


def measure(work: Workload, rounds: int, streams: list[int], words: int) -> Iterator[Sample]:
    """Every contender with every number of streams, in each round in another order."""
    chance = random.Random(0)
    with ExitStack() as stack:
        pipes = {kind.name: stack.enter_context(started(kind, work)) for kind in CONTENDERS}
        for number in range(-1, rounds):
            # The round before the first warms up.
            for count in streams if number >= 0 else streams[:1]:
                for name, pipe in chance.sample(list(pipes.items()), len(pipes)):
                    pipe.send([prompt(chance, words) for _ in range(count)])
                    runs, cpu = pipe.recv()
                    note(f"round {number + 1} of {rounds}: {name}, streams at once: {count}")
                    if number >= 0:
                        yield Sample(number, name, count, runs, cpu)


@contextmanager
def started(kind: type[Contender], work: Workload) -> Iterator[Connection]:
    """A contender's process, ready, and the way to it."""
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=occupy, args=(kind, work, there), daemon=False)
    process.start()
    there.close()
    try:
        here.recv()
        yield here
    finally:
        here.send(None)
        process.join()


def prompt(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(WORDS, k=words))


def table(samples: list[Sample]) -> list[Row]:
    """A row for each contender and number of streams, in the order of CONTENDERS."""
    by_place = {(s.contender, s.streams, s.round): s for s in samples}
    counts = sorted({s.streams for s in samples})
    return [row(by_place, kind.name, count, counts[0]) for kind in CONTENDERS for count in counts]


def row(by_place: dict[tuple[str, int, int], Sample], name: str, count: int, fewest: int) -> Row:
    mine = [s for place, s in by_place.items() if place[:2] == (name, count)]
    bare = [by_place[CONTENDERS[0].name, count, s.round] for s in mine]
    alone = [by_place[name, fewest, s.round] for s in mine]
    return Row(
        contender=name,
        streams=count,
        speed=spread([s.speed for s in mine]),
        first=statistics.median(s.first for s in mine),
        cost=statistics.median(s.cost for s in mine),
        to_bare=spread([s.speed / b.speed for s, b in zip(mine, bare, strict=True)]),
        cost_to_bare=spread([s.cost / b.cost for s, b in zip(mine, bare, strict=True)]),
        to_one=spread([s.speed / a.speed for s, a in zip(mine, alone, strict=True)]),
    )


def spread(values: list[float]) -> list[float]:
    """Median, least, greatest."""
    return [statistics.median(values), min(values), max(values)]


def described(work: Workload, samples: list[Sample]) -> dict[str, Any]:
    """Hardware, model, workload and command: what a figure is worth nothing without."""
    cpu, memory = machine.cpu(), machine.memory()
    lengths = [run.prompt_tokens for sample in samples for run in sample.runs]
    return {
        "hardware": f"{cpu.name}, {cpu.cores} cores, {memory.total / 1e9:.0f} GB, "
        f"{platform.system()} {platform.machine()}",
        "software": f"localai {__version__}, llama-cpp-python {version('llama-cpp-python')}, "
        f"Python {platform.python_version()}",
        "model": f"{work.model.name}, {work.model.stat().st_size / 1e6:.0f} MB",
        "workload": f"prompts of {min(lengths)} to {max(lengths)} tokens, answers of "
        f"{work.tokens}, temperature {work.temperature:g}, {work.threads} threads, "
        f"{work.context} tokens of context",
        "rounds": 1 + max(sample.round for sample in samples),
        "command": " ".join(["python", "scripts/bench.py", *sys.argv[1:]]),
    }


def show(facts: dict[str, Any], rows: list[Row]) -> None:
    for name, fact in facts.items():
        print(f"{name + ':':<10} {fact}")
    print("\nMedians over the rounds (least to greatest); ratios are taken within each round:")
    print("tokens/s and processor time against the bare loop, tokens/s against fewest streams.\n")
    heads = ("", "streams", "tokens/s", "first", "CPU/token", "to bare", "CPU to bare", "to fewest")
    print(LINE.format(*heads))
    for row in rows:
        speed = "{:.1f} ({:.1f} to {:.1f})".format(*row.speed)
        ratios = (row.to_bare, row.cost_to_bare, row.to_one)
        bare, cost, one = ("{:.2f} ({:.2f} to {:.2f})".format(*ratio) for ratio in ratios)
        first, each = f"{row.first * 1e3:.0f} ms", f"{row.cost * 1e3:.2f} ms"
        print(LINE.format(row.contender, row.streams, speed, first, each, bare, cost, one))


def note(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{text:<60}", end="", file=sys.stderr, flush=True)


class _Plain(argparse.RawDescriptionHelpFormatter):
    """Keeps the lines of the description."""


if __name__ == "__main__":
    main()
