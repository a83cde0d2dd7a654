"""The shipped weights must answer questions over databases that no training saw."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import NamedTuple

import llama_cpp
import pytest
from llama_cpp.llama_grammar import LlamaGrammar

from localai.errors import SQLRejected
from localai.linking import answer_grammar, link, unlink
from localai.linking.unlink import DECLINES
from localai.schema import Schema
from localai.sql.check import check
from localai.sql.databases.sqlite_schema import introspect

HELD_OUT = Path(__file__).parent / "heldout"
Rows = list[tuple[str, ...]]
MODEL = Path(__file__).parents[2] / "localai" / "embedded" / "sql-tiny.gguf"
# The card tells what was reached.
WANTED = 85


@pytest.fixture(scope="module")
def llama() -> Iterator[llama_cpp.Llama]:
    llama = llama_cpp.Llama(str(MODEL), n_ctx=2048, n_threads=2, verbose=False)
    yield llama
    llama.close()


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Schema, Path]]:
    folder = tmp_path_factory.mktemp("heldout")
    opened = {}
    for script in sorted(HELD_OUT.glob("*.sql")):
        path = folder / f"{script.stem}.sqlite"
        connection = sqlite3.connect(path)
        connection.executescript(script.read_text())
        connection.close()
        opened[script.stem] = introspect(path), path
    return opened


def written(llama: llama_cpp.Llama, schema: Schema, question: str, *, held: bool) -> str:
    """SQLite's SQL for the question, by the product's own road, empty where there is none; held:
    by the answers' grammar."""
    linked = link(schema, question)
    rules = answer_grammar(linked.slots) if held else None
    grammar = LlamaGrammar.from_string(rules, verbose=False) if rules else None
    out = llama.create_completion(
        linked.prompt, max_tokens=128, temperature=0.0, stream=False, grammar=grammar
    )
    assert not isinstance(out, Iterator)
    said = unlink(out["choices"][0]["text"], linked.slots)
    return "" if said == DECLINES else check(said, schema).sql


def same(found: Rows, wanted: Rows, *, in_order: bool) -> bool:
    """Whether the rows are the wanted ones with their columns in one order, whichever."""
    width = len(wanted[0]) if wanted else 0
    if any(len(row) != width for row in found):
        return False
    for order in permutations(range(width)):
        turned = [tuple(row[place] for place in order) for row in found]
        if turned == wanted if in_order else sorted(turned) == sorted(wanted):
            return True
    return False


def rows(path: Path, sql: str) -> Rows:
    connection = sqlite3.connect(path)
    try:
        found = connection.execute(sql).fetchall()
    finally:
        connection.close()
    listed = [tuple(f"{c:.6g}" if isinstance(c, int | float) else str(c) for c in r) for r in found]
    return listed if "ORDER BY" in sql else sorted(listed)


class Outcome(NamedTuple):
    """How many questions got the right rows, and what became of the others; `declined` had none."""

    right: int
    wrong: list[tuple[str, str]]
    refused: list[tuple[str, str]]
    declined: list[str]


@pytest.fixture(scope="module")
def outcomes(
    llama: llama_cpp.Llama, databases: dict[str, tuple[Schema, Path]]
) -> dict[bool, Outcome]:
    """With the grammar (True) and without."""
    return {held: outcome(llama, databases, held=held) for held in (True, False)}


def outcome(
    llama: llama_cpp.Llama, databases: dict[str, tuple[Schema, Path]], *, held: bool
) -> Outcome:
    questions = json.loads((HELD_OUT / "questions.json").read_text())
    assert len(questions) == 100 and len(databases) == 10
    wrong, refused, declined = [], [], []
    for question in questions:
        schema, path = databases[question["db"]]
        wanted = rows(path, question["sql"])
        try:
            sql = written(llama, schema, question["question"], held=held)
            if not sql:
                declined.append(question["question"])
                continue
            found = rows(path, sql)
        except (SQLRejected, sqlite3.Error) as error:
            refused.append((question["question"], str(error)))
            continue
        if not same(found, wanted, in_order="ORDER BY" in question["sql"]):
            wrong.append((question["question"], sql))
    right = len(questions) - len(wrong) - len(refused) - len(declined)
    return Outcome(right, wrong, refused, declined)


def test_eighty_five_of_the_hundred_questions_give_the_right_rows(
    outcomes: dict[bool, Outcome],
) -> None:
    assert outcomes[True].right >= WANTED, outcomes[True].wrong


def test_the_grammar_makes_no_answer_worse_and_lets_every_one_run(
    outcomes: dict[bool, Outcome],
) -> None:
    assert outcomes[True].right >= outcomes[False].right
    assert outcomes[True].refused == []
    assert len(outcomes[True].declined) <= 2, outcomes[True].declined
