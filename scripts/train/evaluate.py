"""Prints the card's tables: `python evaluate.py FILE.gguf --data DIR` (see README.md).

It must not train; it measures the product's road: link, the GGUF through llama.cpp, unlink, SQLite.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import sqlglot
from data import Human
from databases import build, filled, run, same_rows
from human import is_held_out
from pairs import CannotSay, encode
from rules import answer_by_rule
from translator import Translator

from localai.errors import SQLRejected
from localai.linking import Link, Linker, unlink
from localai.sql.check import check
from localai.sql.databases.sqlite_schema import introspect

HELD_OUT = Path(__file__).parents[2] / "tests" / "linking" / "heldout"
Writer = Callable[[Link], str]


class Question(NamedTuple):
    """A question with its right SQL (SQLite's) over an open database."""

    database: str
    kind: str
    text: str
    sql: str
    linker: Linker
    connection: sqlite3.Connection


def held_out(folder: Path) -> list[Question]:
    """The hundred questions over ten databases."""
    opened: dict[str, tuple[Linker, sqlite3.Connection]] = {}
    out = []
    for row in json.loads((HELD_OUT / "questions.json").read_text()):
        if row["db"] not in opened:
            path = build(HELD_OUT / f"{row['db']}.sql", folder)
            opened[row["db"]] = Linker(introspect(path)), sqlite3.connect(path)
        out.append(
            Question(row["db"], row["kind"], row["question"], row["sql"], *opened[row["db"]])
        )
    return out


def held_out_spider(folder: Path, limit: int) -> list[Question]:
    """Human questions over Spider databases that no training saw, on made-up rows."""
    human = Human(folder)
    opened: dict[str, tuple[Linker, sqlite3.Connection]] = {}
    out = []
    asked = [a for a in human.asked if is_held_out(a.schema)]
    for question in random.Random(7).sample(asked, min(limit, len(asked))):
        name = question.schema
        if name not in opened:
            connection = filled(human.schemas[name], human.literals[name], 3)
            opened[name] = Linker(human.schema(name, random.Random(0), 1.0)), connection
        kind = "join" if " join " in question.sql.lower() else "one table"
        if any(
            word in question.sql.lower() for word in ("intersect", "except", "union", "(select")
        ):
            kind = "nested or set"
        out.append(Question(name, kind, question.question, question.sql, *opened[name]))
    return out


def judge(question: Question, sql: str) -> str:
    """right, wrong, failed (the SQL does not run) or declined."""
    if sql.startswith("I do not know"):
        return "declined"
    try:
        wanted = run(question.connection, question.sql)
    except sqlite3.Error:
        return "gold fails"
    try:
        found = run(question.connection, check(sql, question.linker.schema).sql)
    except (sqlite3.Error, SQLRejected):
        return "failed"
    ordered = "order by" in question.sql.lower()
    return "right" if same_rows(found, wanted, ordered) else "wrong"


def linked(question: Question) -> bool:
    """Whether the prompt has every slot that the right SQL needs, and the language can say it."""
    try:
        encode(
            Translator(question.linker).answer(question.sql), question.linker.link(question.text)
        )
    except (CannotSay, sqlglot.errors.SqlglotError):
        return False
    return True


def table(questions: Sequence[Question], writers: dict[str, Writer], show: bool) -> None:
    """Prints right answers by kind for the linker alone and for each writer."""
    totals = Counter(question.kind for question in questions)
    columns: dict[str, Counter[str]] = {"linker": Counter()}
    for question in questions:
        columns["linker"][question.kind] += linked(question)
    for name, write in writers.items():
        columns[name] = Counter()
        for question in questions:
            link = question.linker.link(question.text)
            try:
                text = write(link)
                sql = unlink(text, link.slots)
            except SQLRejected as error:
                text, sql = str(error), "I do not know"
            verdict = judge(question, sql)
            columns[name][question.kind] += verdict == "right"
            if show and name == "model" and verdict != "right":
                prompt = link.prompt.replace("<question>", "\n   ")
                print(f"{verdict}: {question.text}\n   {prompt}\n   {text}")
                print(f"   {sql}\n   {question.sql}")
    print(f"| | questions | {' | '.join(columns)} |\n|---|---|{'---|' * len(columns)}")
    for kind in [*sorted(totals), "all"]:
        count = totals[kind] if kind != "all" else len(questions)
        cells = [str(c[kind] if kind != "all" else c.total()) for c in columns.values()]
        print(f"| {kind} | {count} | {' | '.join(cells)} |")


def writer_of(path: Path) -> Writer:
    """The GGUF through llama.cpp, greedy, at most 128 tokens."""
    from llama_cpp import Llama

    llama = Llama(str(path), n_ctx=2048, n_threads=2, verbose=False)

    def write(link: Link) -> str:
        out = llama.create_completion(link.prompt, max_tokens=128, temperature=0.0)
        return str(out["choices"][0]["text"])  # type: ignore[index]

    return write


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--spider", type=int, default=400)
    parser.add_argument("--show", action="store_true", help="print the model's mistakes")
    options = parser.parse_args()
    writers: dict[str, Writer] = {"rules": answer_by_rule, "model": writer_of(options.file)}
    print("held-out questions")
    with tempfile.TemporaryDirectory() as folder:
        table(held_out(Path(folder)), writers, options.show)
    if options.data:
        print("held-out Spider databases (human questions, made-up rows)")
        table(held_out_spider(options.data, options.spider), writers, options.show)


if __name__ == "__main__":
    main()
