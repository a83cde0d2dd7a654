"""Prints the linker's own error figures over Spider's questions: `python linking.py DATA`.

It must not know the model: it compares what the linker replaced with what the published SQL needs.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import sqlglot
from data import Human, pair_of
from pairs import CannotSay
from public.human import Asked
from public.translator import Translator

from localai.linking import Link, Linker
from localai.linking.catalog import Item

HELD_OUT, DEVELOPMENT = 20, 15
# What the model makes up for: of forty such questions a preview of the weights had as many right
# without the slot as with it.
HARMLESS = "left to the model: "
_BINS = ("EACH_DAY", "EACH_WEEK", "EACH_MONTH", "EACH_QUARTER", "YEAR", "MONTH", "WEEKDAY", "HOUR")
_SLOT = re.compile(r"<([tcv])(\d+)>")


class Finding(NamedTuple):
    """One question's fault: its kind, what it is about, and the prompt's question for reading."""

    kind: str
    about: str
    asked: str
    prompt: str


def split_of(database: str, databases: Iterable[str]) -> str:
    """held out (never read here), development or training, by the sha256 of the database's name."""
    order = sorted(databases, key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    place = order.index(database)
    if place < HELD_OUT:
        return "held out"
    return "development" if place < HELD_OUT + DEVELOPMENT else "training"


def faults(linker: Linker, asked: Asked, answer: list[Any]) -> list[Finding]:
    """What the link of a question lacks, and what it has too much, against the SQL's own items."""
    linked = linker.link(asked.question)
    words = linked.prompt.rpartition("<question>")[2].removesuffix("<sql>")
    used = [(kind, int(number)) for kind, number in _SLOT.findall(words)]
    columns = [linked.slots.columns[n] for kind, n in used if kind == "c"]
    tables = {linked.slots.tables[n] for kind, n in used if kind == "t"}
    found = [*_values(linker, linked, answer), *_columns(linker, linked, answer, columns, tables)]
    return [Finding(kind, about, asked.question, words) for kind, about in found]


def _values(linker: Linker, linked: Link, answer: list[Any]) -> list[tuple[str, str]]:
    wanted = [part for part in answer if isinstance(part, tuple) and part[0] == "v"]
    texts = {_plain(part[1]) for part in wanted}
    given = {_plain(v.text): v for v in linked.slots.values}
    held = {_plain(text) for v in linked.slots.values for text in v.stored.values()}
    out = [("value missed", part[1]) for part in wanted if _plain(part[1]) not in {*given, *held}]
    for text, value in given.items():
        spelt = {text, *map(_plain, value.stored.values())}
        if not spelt & texts and not (text == "1" and "LIMIT" in answer):
            out.append((f"value too much ({value.kind})", value.text))
    return out


def _plain(text: str) -> str:
    kept = "".join(filter(str.isalnum, text.lower()))
    return str(float(text)) if kept and text.replace(".", "", 1).isdigit() else kept


def _columns(
    linker: Linker, linked: Link, answer: list[Any], columns: list[Item], tables: set[int]
) -> list[tuple[str, str]]:
    catalog = linker.catalog
    needed = list(dict.fromkeys(p[1] for p in answer if isinstance(p, tuple) and p[0] == "c"))
    wanted = {p[1] for p in answer if isinstance(p, tuple) and p[0] == "t"}
    wanted |= {item.table for item in needed}
    missed = [i for i in needed if i not in columns and i not in catalog.keys]
    beside = {Item(*p) for v in linked.slots.values for p in v.stored}
    missed = [i for i in missed if not (i in catalog.display and i.table in tables)]
    extra = [i for i in dict.fromkeys(columns) if i not in needed]
    extra = [i for i in extra if not _stands_for_rows(linker, i, needed, answer)]
    out = []
    for item in missed:
        other = next((e for e in extra if _same_name(linker, e, item)), None)
        if other is not None:
            extra.remove(other)
            out.append(
                ("column of another table", f"{_name(linker, other)} for {_name(linker, item)}")
            )
        elif item.table in tables and catalog.words[item] == catalog.words[Item(item.table, -1)]:
            out.append(("table for column", _name(linker, item)))
        elif item not in linked.slots.columns:
            out.append(("column without slot", _name(linker, item)))
        elif _is_only_binned(item, answer):
            out.append((f"{HARMLESS}date of a stretch to group by", _name(linker, item)))
        else:
            kind = "column not mentioned" + (" (holds a value)" if item in beside else "")
            out.append((kind, _name(linker, item)))
    out += [("column too much", _name(linker, item)) for item in extra]
    out += [("table too much", linker.schema.tables[t].name) for t in sorted(tables - wanted)]
    return out


def _is_only_binned(item: Item, answer: list[Any]) -> bool:
    """Whether a date is only cut into months or the like, so that the model takes the only one."""
    places = [place for place, part in enumerate(answer) if part == ("c", item)]
    return all(place > 1 and answer[place - 2] in _BINS for place in places)


def _stands_for_rows(linker: Linker, item: Item, needed: list[Item], answer: list[Any]) -> bool:
    """Whether a column too much is another key of the same rows, or what a COUNT counts."""
    keys, names = linker.catalog.keys, linker.catalog.display
    words = {linker.catalog.words[i][-1] for i in needed if i in keys}
    counted = "COUNT" in answer or "EXISTS" in answer
    return (item in keys and (counted or bool(words))) or (item in names and counted)


def _same_name(linker: Linker, left: Item, right: Item) -> bool:
    words = linker.catalog.words
    return left.table != right.table and words[left][-1:] == words[right][-1:]


def _name(linker: Linker, item: Item) -> str:
    table = linker.schema.tables[item.table]
    return f"{table.name}.{table.columns[item.column].name}"


class Tally:
    """Counts over many questions."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.found: dict[str, list[Finding]] = defaultdict(list)
        self.seconds: list[float] = []
        self.lengths: list[int] = []

    def add(self, linker: Linker, asked: Asked) -> None:
        try:
            answer = Translator(linker).answer(asked.sql)
        except (CannotSay, sqlglot.errors.SqlglotError):
            self.counts["not in the language"] += 1
            return
        began = time.perf_counter()
        linked = linker.link(asked.question)
        self.seconds.append(time.perf_counter() - began)
        self.lengths.append(len(re.findall(r"<\w+>|\w+|\S", linked.prompt)))
        self.counts["questions"] += 1
        self.counts["every slot there"] += pair_of(linker, asked.question, answer) is not None
        findings = faults(linker, asked, answer)
        self.counts["without a fault"] += all(f.kind.startswith(HARMLESS) for f in findings)
        for kind in {finding.kind for finding in findings}:
            self.counts[kind] += 1
        for finding in findings:
            self.found[finding.kind].append(finding)

    def print(self, title: str) -> None:
        total = self.counts["questions"]
        seconds = sorted(self.seconds)
        print(f"{title}: {total} questions ({self.counts['not in the language']} left out)")
        for kind, count in self.counts.most_common():
            if kind not in ("questions", "not in the language"):
                print(f"  {kind:34} {count:5} {100 * count / max(total, 1):5.1f} %")
        half, most = seconds[len(seconds) // 2] * 1e3, seconds[len(seconds) * 99 // 100] * 1e3
        print(f"  link: median {half:.2f} ms, 99 % {most:.2f} ms; ", end="")
        print(f"prompt: {sum(self.lengths) / total:.0f} words on average\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--show", type=int, default=0, help="examples of each kind of fault")
    parser.add_argument("--kind", default="", help="show only kinds that begin so")
    parser.add_argument("--part", default="", help="only this part: development or training")
    parser.add_argument("--sample", type=float, default=1.0, help="share of the questions")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    human = Human(options.data)
    names = sorted({asked.schema for asked in human.asked})
    splits = {name: split_of(name, names) for name in names}
    linkers: dict[str, Linker] = {}
    tallies: dict[str, Tally] = {"development": Tally(), "training": Tally()}
    for asked in human.asked:
        part = splits[asked.schema]
        if part == "held out" or (options.part and part != options.part):
            continue
        if rng.random() >= options.sample:
            continue
        if asked.schema not in linkers:
            linkers[asked.schema] = Linker(human.schema(asked.schema, random.Random(0), 1.0))
        tallies[part].add(linkers[asked.schema], asked)
    for part, tally in tallies.items():
        if tally.counts["questions"]:
            tally.print(part)
            _show(tally, options.show, options.kind, rng)


def _show(tally: Tally, count: int, kind: str, rng: random.Random) -> None:
    for name, findings in sorted(tally.found.items()):
        if name.startswith(kind):
            for finding in rng.sample(findings, min(count, len(findings))):
                print(f"{name}: {finding.about}\n    {finding.asked}\n   {finding.prompt}")


if __name__ == "__main__":
    main()
