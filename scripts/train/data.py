"""Writes the training pairs: `python data.py OUT --data DIR` (see README.md).

It must not know tokens or models.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import sqlglot
from generator import DECLINED, Asker
from human import Asked, is_held_out, shuffled, spider, wikisql, with_values
from pairs import CannotSay, encode
from translator import Translator, literals_of

from localai.errors import SQLRejected
from localai.linking import Linker, unlink
from localai.schema import Schema

Pair = tuple[str, str, str]


def pair_of(linker: Linker, question: str, answer: list) -> Pair | None:  # type: ignore[type-arg]
    """(source-less prompt, answer, SQL), or None where the linker did not give what is needed."""
    link = linker.link(question)
    try:
        text = encode(answer, link)
        sql = unlink(text, link.slots)
    except (CannotSay, SQLRejected):
        return None
    return link.prompt, " " + text, sql


def synthetic(count: int, seed: int) -> Iterator[tuple[str, Pair]]:
    """`count` made-up questions, three to a schema."""
    rng = random.Random(seed)
    made = 0
    while made < count:
        asker = Asker(rng)
        linker = Linker(asker.schema)
        for _ in range(3):
            question, answer = asker.ask()
            pair = pair_of(linker, question, answer)
            if pair is not None:
                made += 1
                yield "synthetic", pair


class Human:
    """Spider's questions over schemas whose listed values come from the questions' own SQL."""

    def __init__(self, folder: Path) -> None:
        self.schemas, self.asked = spider(folder)
        self.literals: dict[str, dict] = {name: {} for name in self.schemas}  # type: ignore[type-arg]
        plain = {name: Translator(Linker(schema)) for name, schema in self.schemas.items()}
        for asked in self.asked:
            for item, texts in literals_of(plain[asked.schema], asked.sql).items():
                self.literals[asked.schema].setdefault(item, set()).update(texts)

    def schema(self, name: str, rng: random.Random, keep: float) -> Schema:
        return with_values(self.schemas[name], self.literals[name], rng, keep)

    def pairs(self, held_out: bool, seed: int, rounds: int) -> Iterator[tuple[str, Pair]]:
        """Each question `rounds` times, each time over the schema in another order."""
        rng = random.Random(seed)
        failed: Counter[str] = Counter()
        for turn in range(rounds):
            linkers: dict[str, Linker] = {}
            for asked in self.asked:
                if is_held_out(asked.schema) != held_out:
                    continue
                if asked.schema not in linkers:
                    schema = self.schema(asked.schema, rng, 0.8)
                    linkers[asked.schema] = Linker(shuffled(schema, rng) if turn else schema)
                pair = self._pair(linkers[asked.schema], asked, failed)
                if pair is not None:
                    yield "spider", pair
        print(f"spider, held out {held_out}: left out {dict(failed)}")

    def _pair(self, linker: Linker, asked: Asked, failed: Counter[str]) -> Pair | None:
        try:
            answer = Translator(linker).answer(asked.sql)
        except (CannotSay, sqlglot.errors.SqlglotError):
            failed["language"] += 1
            return None
        pair = pair_of(linker, asked.question, answer)
        failed["linking"] += pair is None
        return pair


def wiki_pairs(folder: Path, seed: int, count: int) -> Iterator[tuple[str, Pair]]:
    rng = random.Random(seed)
    for schema, asked in wikisql(folder / "wikisql_questions.jsonl.gz", rng, count):
        plain = Translator(Linker(schema))
        found = literals_of(plain, asked.sql)
        linker = Linker(with_values(schema, found, rng, 0.85))
        try:
            answer = Translator(linker).answer(asked.sql)
        except (CannotSay, sqlglot.errors.SqlglotError):
            continue
        pair = pair_of(linker, asked.question, answer)
        if pair is not None and answer != DECLINED:
            yield "wikisql", pair


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--synthetic", type=int, default=60_000)
    parser.add_argument("--wikisql", type=int, default=14_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    human = Human(options.data)
    train = list(human.pairs(False, options.seed, options.rounds))
    dev = list(human.pairs(True, 0, 1))
    train += wiki_pairs(options.data, options.seed, options.wikisql)
    train += synthetic(options.synthetic, options.seed)
    for name, pairs in (
        ("train", train),
        ("dev", dev),
        ("synthetic", list(synthetic(1000, 10**6))),
    ):
        with (options.out / f"{name}.jsonl").open("w") as lines:
            for source, pair in pairs:
                lines.write(json.dumps([source, *pair]) + "\n")
        print(name, Counter(source for source, _ in pairs))


if __name__ == "__main__":
    main()
