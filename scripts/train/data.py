"""Writes the training pairs: `python data.py OUT --data DIR` (see README.md).

It must not know tokens or models.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import multiprocessing.pool
import random
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from made_up.generator import Asker
from public import wiki
from public.human import is_development
from public.humans import Answered, Human, published, training, tried
from public.sources import Pair, Sources, pair_of

from localai.linking import Linker
from localai.schema import Schema

__all__ = ["Human", "Pair", "pair_of", "synthetic"]
# A process makes about so many pairs at a time.
_AT_A_TIME = 4000
# Making a schema takes as long as six questions over it.
_A_SCHEMA = 6
# Templates of the head of one question and the tail of another.
_MIXED = 20_000
# One in so many of the questions by template has a template of WikiSQL's: they are all much alike.
_WIKI_PART = 10
Job = tuple[str, int, int]
Line = tuple[str, Pair]


def synthetic(count: int, seed: int, held_out: bool = False) -> Iterator[tuple[str, Pair]]:
    """`count` made-up questions, a few to a schema; of words and wordings that are held out, or
    that are not."""
    rng = random.Random(seed)
    made = 0
    while made < count:
        asker = Asker(rng, held_out)
        linker = Linker(asker.schema)
        for _ in range(_A_SCHEMA):
            question, answer = asker.ask()
            pair = pair_of(linker, question, answer)
            if pair is not None and made < count:
                made += 1
                yield "synthetic", pair


def made_up(rng: random.Random) -> Schema:
    """A made-up schema of words that are not held out."""
    return Asker(rng).schema


class Maker:
    """Makes pairs job by job; what jobs share is read once, before processes part."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.human = Human(options.data)
        self.sources: Sources | None = None
        self.watched: Sources | None = None
        self.rows: list[tuple[str, str]] = []

    def prepare(self, pool: Pool) -> None:
        names = training(self.human, self.options.all)
        answered = self._answered(names, pool)
        templates = answered.templates()
        templates.mix(_MIXED, random.Random(self.options.seed))
        print(f"human questions: {len(answered.asked)}, left out {dict(answered.failed)}")
        print(f"templates: {len(templates.known)}, mixed {len(templates.mixed)}")
        self.sources = Sources(answered, templates, made_up)
        watched = [name for name in sorted(self.human.schemas) if is_development(name)]
        self.watched = Sources(self._answered(watched, pool), templates, made_up)
        path = self.options.data / "wikisql_questions.jsonl.gz"
        self.rows = list(wiki.published(path))[: self.options.wikisql]
        random.Random(self.options.seed).shuffle(self.rows)

    def _answered(self, names: list[str], pool: Pool) -> Answered:
        databases = [published(self.human, name) for name in names]
        return Answered(self.human, names, pool.map(tried, databases, 2))

    def jobs(self) -> list[Job]:
        """(source, number, pairs to make) of all jobs."""
        options = self.options
        jobs: list[Job] = [("spider", turn, 0) for turn in range(options.rounds)]
        rows = range(0, len(self.rows), _AT_A_TIME)
        part = options.induced // _WIKI_PART
        jobs += [("wikisql", start, part // len(rows)) for start in rows]
        left = options.induced - (part if rows else 0)
        for source, count in (
            ("induced", left),
            ("declined", options.declined),
            ("synthetic", options.synthetic),
        ):
            for number, start in enumerate(range(0, count, _AT_A_TIME)):
                jobs.append((source, number, min(_AT_A_TIME, count - start)))
        return jobs

    def made(self, job: Job) -> Iterator[Line]:
        """The pairs of one job."""
        source, number, count = job
        rng = random.Random(f"{self.options.seed} {source} {number}")
        assert self.sources is not None
        if source == "synthetic":
            yield from synthetic(count, rng.getrandbits(48))
        elif source == "wikisql":
            rows = wiki.parsed(self.rows[number : number + _AT_A_TIME])
            yield from self.sources.wiki(rows, count, rng)
        else:
            ways = {
                "spider": self.sources.plain if not number else partial(self.sources.varied, rng),
                "induced": partial(self.sources.induced, count, rng),
                "declined": partial(self.sources.declined, count, rng),
            }
            for pair in ways[source]():
                yield source, pair


_maker: Maker | None = None


def _work(job: Job) -> list[Line]:
    assert _maker is not None
    return list(_maker.made(job))


Pool = multiprocessing.pool.Pool


def write(path: Path, parts: Iterator[list[Line]]) -> None:
    """Writes rows [source, prompt, answer, SQL], and prints how many of each source."""
    counts: Counter[str] = Counter()
    words = 0
    with path.open("w") as lines:
        for part in parts:
            for source, pair in part:
                counts[source] += 1
                words += len(pair[0].split())
                lines.write(json.dumps([source, *pair]) + "\n")
    total = max(1, sum(counts.values()))
    print(f"{path.name}: {total} pairs, {words / total:.0f} words a prompt, {dict(counts)}")


def main() -> None:
    global _maker
    options = _options()
    options.out.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    context = multiprocessing.get_context("fork")
    maker = _maker = Maker(options)
    with context.Pool(options.processes) as pool:
        maker.prepare(pool)
    print(f"prepared in {time.monotonic() - start:.0f} s", flush=True)
    with context.Pool(options.processes) as pool:
        write(options.out / "train.jsonl", pool.imap(_work, maker.jobs()))
    assert maker.watched is not None
    write(
        options.out / "dev.jsonl", iter([[("spider", pair) for pair in maker.watched.plain(True)]])
    )
    write(options.out / "synthetic.jsonl", iter([list(synthetic(2000, 10**6, held_out=True))]))
    print(f"{time.monotonic() - start:.0f} s")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        epilog="The 20 held-out Spider databases reach no file; the 15 development "
        "ones reach train.jsonl only with --all. OUT gets train.jsonl, "
        "dev.jsonl (the development databases, as asked) and synthetic.jsonl "
        "(made-up questions of held-out words and wordings).",
    )
    parser.add_argument("out", type=Path, help="the folder to write to")
    parser.add_argument("--data", type=Path, required=True, help="the folder of the public files")
    parser.add_argument(
        "--rounds",
        type=int,
        default=6,
        help="times that Spider's are asked, the first time as they are",
    )
    parser.add_argument("--induced", type=int, default=120_000, help="questions by human template")
    parser.add_argument("--wikisql", type=int, default=20_000, help="the most of WikiSQL's to use")
    parser.add_argument(
        "--declined", type=int, default=20_000, help="human questions that cannot be answered"
    )
    parser.add_argument("--synthetic", type=int, default=160_000, help="made-up questions")
    parser.add_argument("--all", action="store_true", help="train on the development databases too")
    parser.add_argument("--processes", type=int, default=2, help="processes at work")
    parser.add_argument("--seed", type=int, default=1, help="decides everything")
    return parser.parse_args()


if __name__ == "__main__":
    main()
