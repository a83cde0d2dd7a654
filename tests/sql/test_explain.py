from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from functools import partial
from operator import methodcaller
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from localai.schema import Column, Schema, Table
from localai.sql.explain import explain, explain_clauses

HERE = Path(__file__).parent
# Blocks of dialect, SQL and the sentence for it, each on a line.
CATALOGUE = [
    block.split("\n")
    for block in (HERE / "explained.txt").read_text(encoding="utf-8").strip().split("\n\n")
]
with (HERE / "fixture" / "questions.csv").open(encoding="utf-8", newline="") as file:
    GOLDS = [row["query"].split(";")[0] for row in csv.DictReader(file) if row["query"]]
KEYWORDS = re.compile(
    r"\b(SELECT|FROM|WHERE|GROUP|BY|HAVING|ORDER|LIMIT|JOIN|UNION|COUNT|SUM|AVG|CASE|AND|OR|NOT|IN"
    r"|NULL|I?LIKE|DISTINCT|INTERVAL|EXTRACT|CAST|TRUE|FALSE|DESC|ASC|OVER)\b"
)


def words(sentence: str) -> str:
    """A sentence without the texts and names that it quotes."""
    return re.sub(r"'[^']*'|\"[^\"]*\"", "", sentence)


@pytest.mark.parametrize(
    ("dialect", "sql", "sentence"), CATALOGUE, ids=[sql for _, sql, _ in CATALOGUE]
)
def test_a_query_is_said_in_one_sentence(dialect: str, sql: str, sentence: str) -> None:
    assert explain(sql, dialect) == sentence
    assert "\n" not in sentence
    if "`" not in sentence:
        assert KEYWORDS.search(words(sentence)) is None
    lines = explain_clauses(sql, dialect)
    assert lines and all(line.endswith(".") or ": " in line for line in lines)


@pytest.mark.parametrize("gold", GOLDS)
def test_every_query_that_people_wrote_is_said_without_sql(gold: str) -> None:
    sql = gold.replace("GROUP BY {}", "GROUP BY 1").replace("{", "").replace("}", "")
    sentence = explain(sql, "postgres")
    assert "`" not in sentence
    assert KEYWORDS.search(words(sentence)) is None


def test_the_long_form_tells_clause_by_clause() -> None:
    sql = (
        "SELECT c.city, SUM(o.amount) AS total FROM orders o JOIN customers c "
        "ON c.id = o.customer_id WHERE o.paid AND o.amount > 5 GROUP BY c.city "
        "HAVING COUNT(*) > 2 ORDER BY total DESC LIMIT 3"
    )
    assert explain_clauses(sql, "sqlite") == (
        "Shows: the city of customers; the sum of amount of orders (as total)",
        "From: orders matched with customers (id of customers = customer id of orders)",
        "Only where: paid of orders is true; and amount of orders is more than 5",
        "For each: city of customers",
        "Keeps of these: where the number of rows is more than 2",
        "Order: largest first",
        "Rows: at most 3",
    )


def test_the_long_form_tells_steps_and_sets() -> None:
    lines = explain_clauses(
        "WITH big AS (SELECT id FROM orders WHERE amount > 5) "
        "SELECT id FROM big UNION SELECT id FROM returns",
        "sqlite",
    )
    assert lines == (
        "First, big: the id of the orders whose amount is more than 5",
        "Gives: the id from big",
        "Together with: the id of the returns",
        "Repeats: each row once",
    )


def test_types_tell_how_an_order_is_called() -> None:
    columns = (Column("born", "DATE"), Column("label", "TEXT"), Column("points", "INTEGER"))
    schema = Schema((Table("players", columns),))
    for column, order in (("born", "latest first"), ("label", "Z to A"), ("points", "highest")):
        said = explain(f"SELECT label FROM players ORDER BY {column} DESC", "sqlite", schema)
        assert order in said
    assert "the latest born" in explain("SELECT MAX(born) FROM players", "sqlite", schema)


@pytest.mark.parametrize(
    "fragment",
    [
        "x BETWEEN SYMMETRIC 5 AND 1",
        "(a, b) OVERLAPS (c, d)",
        "name LIKE 'a!%' ESCAPE '!'",
        "document @> '{}'",
    ],
)
def test_what_has_no_words_is_quoted_and_not_guessed(fragment: str) -> None:
    said = explain(f"SELECT name FROM t WHERE {fragment} AND city = 'Bonn'", "postgres")
    assert said.count("`") == 2
    assert "city is 'Bonn'" in said


SWAPPED: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.EQ: exp.NEQ, exp.GT: exp.GTE, exp.LT: exp.LTE, exp.GTE: exp.LTE, exp.And: exp.Or,
    exp.Or: exp.And, exp.Add: exp.Sub, exp.Sub: exp.Add, exp.Mul: exp.Div, exp.Div: exp.Mul,
    exp.Sum: exp.Avg, exp.Avg: exp.Max, exp.Min: exp.Max, exp.Max: exp.Min,
}  # fmt: skip
CLAUSES = ("where", "group", "having", "order", "limit", "offset", "joins")


def changed(sql: str, dialect: str) -> Iterator[str]:
    """The query with one thing changed that changes what it gives."""
    tree = sqlglot.parse_one(sql, read=dialect)
    for index, node in enumerate(tree.walk()):
        for change in changes(node):
            copy = tree.copy()
            change(list(copy.walk())[index])
            yield copy.sql(dialect)


def changes(node: exp.Expr) -> Iterator[Callable[[exp.Expr], Any]]:
    if isinstance(node, exp.Literal) and not node.find_ancestor(exp.Exists, exp.GroupConcat):
        new = f"{node.name}9" if node.is_string or "." not in node.name else f"{node.name}01"
        yield methodcaller("set", "this", new)
    elif type(node) in SWAPPED:
        yield partial(_swap, SWAPPED[type(node)])
    elif isinstance(node, exp.Ordered) and not isinstance(node.this, exp.Rand):
        yield methodcaller("set", "desc", not node.args.get("desc"))
    elif isinstance(node, exp.Select):
        for clause in CLAUSES:
            if node.args.get(clause):
                yield methodcaller("set", clause, None)


def _swap(kind: type[exp.Expr], node: exp.Expr) -> None:
    node.replace(kind(**node.args))


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [block[:2] for block in CATALOGUE[::2] if "`" not in block[2] and "MODE" not in block[1]],
)
def test_what_changes_a_query_changes_its_sentence(dialect: str, sql: str) -> None:
    sentence = explain(sql, dialect)
    plain = sqlglot.parse_one(sql, read=dialect).sql(dialect)
    for other in changed(sql, dialect):
        assert other == plain or explain(other, dialect) != sentence, other


def test_parts_of_another_dialect_are_quoted_quietly(caplog: pytest.LogCaptureFixture) -> None:
    assert "`DATETIME('now')`" in explain("SELECT DATETIME('now')", "duckdb")
    assert "`" in explain("SELECT a FROM t FOR UPDATE", "sqlite")
    assert caplog.records == []


def test_a_very_long_query_stays_a_sentence() -> None:
    tests = " OR ".join(f"a = {number}" for number in range(300))
    said = explain(f"SELECT a FROM t WHERE {tests}", "sqlite")
    assert said.startswith("Lists the a from t where a is 0, is 1, ")
    nested = "SELECT a FROM t WHERE " + "(" * 10 + "a = 1" + ")" * 10
    assert explain(nested, "sqlite") == "Lists the a from t where a is 1."
    deep = "SELECT a FROM t WHERE " + "(" * 500 + "a = 1" + ")" * 500
    assert explain(deep, "sqlite") == f"Runs `{deep}`."
    assert explain_clauses(deep, "sqlite") == (f"Runs `{deep}`.",)
