"""The measuring of the embedded model: right SQL counts as right, wrong SQL as wrong."""

import json
import sqlite3
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from localai.errors import SQLRejected
from localai.linking import Linker
from localai.schema import Column, ForeignKey, Schema, Table
from localai.sql.check import check

ROOT = Path(__file__).parents[2]

SHOP = Schema(
    (
        Table(
            "customers",
            (
                Column("id", "INTEGER"),
                Column("name", "TEXT"),
                Column("city", "TEXT", "", ("Oslo", "Rome", "Paris")),
                Column("age", "INTEGER"),
                Column("is_active", "BOOLEAN"),
            ),
            ("id",),
        ),
        Table(
            "orders",
            (
                Column("id", "INTEGER"),
                Column("customer_id", "INTEGER"),
                Column("total", "REAL"),
                Column("placed_on", "DATE"),
            ),
            ("id",),
        ),
    ),
    (ForeignKey("orders", ("customer_id",), "customers", ("id",)),),
)


def measuring(name: str) -> Any:
    return import_module(f"measure.{name}")


def question(gold: str | None, schema: Schema = SHOP, **facts: object) -> Any:
    """A question over the schema with this right query."""
    asked, filling = measuring("questions"), measuring("filling")
    needs = measuring("comparisons").needs(gold or "", schema, "sqlite")
    filler = filling.Filler(schema, [needs])
    place = asked.Place("shop", schema, Linker(schema), None, filler)
    right = measuring("right").Gold(gold) if gold else None
    return asked.Question(place, "any", "?", right, needs, facts)


def verdict(gold: str, sql: str) -> str:
    judging, written = measuring("judging"), measuring("writers").Written
    contents = measuring("contents").Contents().suiting(question(gold))
    assert len(contents) == 3
    return str(judging.verdict(written(sql), contents))


OLD = "SELECT name FROM customers WHERE age > 30"
BIG = "SELECT city, COUNT(*) FROM customers GROUP BY city"
JOINED = (
    "SELECT c.name, SUM(o.total) FROM customers c JOIN orders o ON o.customer_id = c.id "
    "GROUP BY c.id, c.name"
)
TOP = "SELECT name FROM customers ORDER BY age DESC LIMIT 3"
DATED = "SELECT COUNT(*) FROM orders WHERE placed_on >= '2025-01-01' AND placed_on < '2026-01-01'"
LIKE = "SELECT name FROM customers WHERE city LIKE 'Ro%'"
ACTIVE = "SELECT age FROM customers WHERE is_active = 1"
NEVER = "SELECT name FROM customers WHERE id NOT IN (SELECT customer_id FROM orders)"
WRONG = [
    (OLD, "SELECT name FROM customers WHERE age >= 30"),
    (OLD, "SELECT name FROM customers WHERE age < 30"),
    (OLD, "SELECT name FROM customers"),
    (OLD, "SELECT name, age FROM customers WHERE age > 30"),
    (OLD, "SELECT age FROM customers WHERE age > 30"),
    (OLD, "SELECT name FROM customers WHERE age > 30 LIMIT 1"),
    ("SELECT age FROM customers WHERE city = 'Oslo'", "SELECT age FROM customers"),
    (ACTIVE, ACTIVE.replace("1", "0")),
    ("SELECT city FROM customers", "SELECT DISTINCT city FROM customers"),
    ("SELECT DISTINCT city FROM customers", "SELECT city FROM customers"),
    (BIG, "SELECT city, COUNT(*), COUNT(*) FROM customers GROUP BY city"),
    (BIG, "SELECT COUNT(*) FROM customers GROUP BY city"),
    (BIG, "SELECT city, COUNT(DISTINCT age) FROM customers GROUP BY city"),
    (f"{BIG} HAVING COUNT(*) > 5", f"{BIG} HAVING COUNT(*) >= 5"),
    (f"{BIG} ORDER BY COUNT(*)", f"{BIG} ORDER BY COUNT(*) DESC"),
    (f"{BIG} ORDER BY COUNT(*) LIMIT 1", f"{BIG} ORDER BY COUNT(*) DESC LIMIT 1"),
    (JOINED, JOINED.replace("SUM", "AVG")),
    (JOINED, JOINED.replace("JOIN", "LEFT JOIN")),
    (JOINED, JOINED.replace("o.total", "o.id")),
    (TOP, "SELECT name FROM customers ORDER BY age DESC LIMIT 2"),
    (TOP, "SELECT name FROM customers ORDER BY age LIMIT 3"),
    (TOP, "SELECT name FROM customers ORDER BY name LIMIT 3"),
    (DATED, DATED.replace("2026-01-01", "2026-01-02")),
    (DATED, DATED.replace("2025-01-01", "2025-01-02")),
    (DATED, "SELECT COUNT(*) FROM orders"),
    (LIKE, LIKE.replace("'Ro%'", "'%Ro%'")),
    (LIKE, LIKE.replace("LIKE 'Ro%'", "= 'Rome'")),
    (NEVER, NEVER.replace("NOT IN", "IN")),
    ("SELECT AVG(age) FROM customers", "SELECT MAX(age) FROM customers"),
    ("SELECT name FROM customers WHERE age IS NULL", "SELECT name FROM customers WHERE age = 0"),
]  # fmt: skip


@pytest.mark.parametrize(("gold", "sql"), WRONG, ids=[f"{n}" for n in range(len(WRONG))])
def test_wrong_sql_is_wrong_and_the_right_one_right(gold: str, sql: str) -> None:
    assert verdict(gold, sql) == "wrong"
    assert verdict(gold, gold) == "right"


TURNED = [
    (BIG, "SELECT COUNT(*), city FROM customers GROUP BY city"),
    (OLD.replace("name", "age, name, id"), OLD.replace("name", "name, id, age")),
    (TOP.replace("name F", "age, name F"), TOP.replace("name F", "name, age F")),
    ("SELECT MIN(age), MAX(age), AVG(age) FROM customers",
     "SELECT MAX(age), AVG(age), MIN(age) FROM customers"),
    ("SELECT id, id, age FROM customers", "SELECT id, age, id FROM customers"),
]  # fmt: skip


@pytest.mark.parametrize(("gold", "sql"), TURNED, ids=[f"{n}" for n in range(len(TURNED))])
def test_columns_may_come_in_any_order_which_is_told_apart(gold: str, sql: str) -> None:
    assert verdict(gold, sql) == "turned"
    written = measuring("writers").Written
    writers = {"turned": lambda _: written(sql), "exact": lambda one: written(one.gold.sql)}
    found = measuring("judging").judge([question(gold)], writers)
    assert found.right(writers) == {"turned": [True], "exact": [True]}
    assert found.strictly(writers) == {"turned": [False], "exact": [True]}
    rows = (
        measuring("tables")
        .by_kind("", found.kinds, found.right(writers), found.strictly(writers))
        .rows
    )
    assert rows[1] == ["all", 1, "1 (100.0 %)", "1 (100.0 %)"]
    assert rows[3][2:] == ["0 (0.0 %)", "1 (100.0 %)"]


def test_the_order_of_columns_is_the_same_on_all_contents_and_for_all_rows() -> None:
    columns, right = measuring("columns"), measuring("right").Right
    ours, theirs = [(1, 2), (2, 1), (3, 4)], [(2, 1), (1, 2), (4, 3)]
    assert columns.are_right([ours], [right(theirs, None)])
    # Each content has an order of its own: no order is right on both.
    assert not columns.are_right(
        [[(1, 2)], [(3, 4)]], [right([(1, 2)], None), right([(4, 3)], None)]
    )
    assert columns.are_right([[(1, 2)], [(3, 4)]], [right([(2, 1)], None), right([(4, 3)], None)])
    # The columns hold the same values, but the rows do not.
    assert not columns.are_right([[(1, 1), (2, 2)]], [right([(1, 2), (2, 1)], None)])
    # The rows' order counts where it is asked for, within stretches that sort alike.
    lines = [(1, "a"), (1, "b"), (2, "c")]
    turned = [("b", 1), ("a", 1), ("c", 2)]
    assert columns.are_right([turned], [right(lines, [2, 3])])
    assert not columns.are_right([turned], [right(lines, [1, 2, 3])])
    assert not columns.are_right([turned[::-1]], [right(lines, [2, 3])])
    assert not columns.are_right([[(*row, 0) for row in turned]], [right(lines, None)])
    assert not columns.are_right([turned[1:]], [right(lines, None)])


def test_the_search_for_an_order_of_columns_ends() -> None:
    columns, right = measuring("columns"), measuring("right").Right
    wide = [tuple((row >> place) & 1 for place in range(12)) for row in range(64)]
    other = [(*row[:-1], 1 - row[-1]) for row in wide]
    assert columns.are_right([[row[::-1] for row in wide]], [right(wide, None)])
    assert not columns.are_right([other], [right([(*row[::-1],) for row in wide], None)])


def test_sql_that_does_not_run_fails_and_an_answer_withheld_is_no_right_one() -> None:
    judging, written = measuring("judging"), measuring("writers").Written
    contents = measuring("contents").Contents().suiting(question(OLD))
    assert judging.verdict(written("SELECT nothing FROM customers"), contents) == "failed"
    assert judging.verdict(written(None), contents) == "failed"
    assert judging.verdict(written(None, declined=True), contents) == "declined"
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT MAX(i) FROM n"
    assert judging.verdict(written(endless), contents) == "failed"


def test_to_answer_what_cannot_be_answered_is_wrong_and_to_decline_it_right() -> None:
    written = measuring("writers").Written
    writers = {
        "answers": lambda _: written("SELECT 1"),
        "declines": lambda _: written(None, declined=True),
    }
    (judged,) = measuring("judging").judge([question(None)], writers).judged
    assert judged.verdicts == {"answers": "wrong", "declines": "right"}


def test_questions_without_contents_are_left_out_and_counted_but_not_what_the_product_broke() -> (
    None
):
    written = measuring("writers").Written
    writers = {"one": lambda asked: written(asked.gold.sql)}
    never = question("SELECT name FROM customers GROUP BY name HAVING COUNT(*) > 1000")
    broken = question("SELECT nothing FROM customers")
    found = measuring("judging").judge([never, broken, question(OLD)], writers)
    assert [one.verdicts["one"] for one in found.judged] == ["right"]
    assert sorted(found.left_out.values()) == [1, 1]
    made_up = question("SELECT nothing FROM customers")
    made_up.gold.must_run = True
    (judged,) = measuring("judging").judge([made_up], writers).judged
    assert judged.verdicts["one"] == "wrong"


def rows_of(*lines: tuple[object, ...]) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE customers (name, age)")
    connection.executemany("INSERT INTO customers VALUES (?, ?)", lines)
    return connection


def test_a_content_with_a_tie_at_the_limit_or_without_rows_suits_no_question() -> None:
    gold = measuring("right").Gold
    tied = rows_of(("Ada", 30), ("Ben", 30), ("Cai", 20))
    assert gold("SELECT name FROM customers ORDER BY age DESC LIMIT 1").right(tied) is None
    assert gold("SELECT name FROM customers ORDER BY age DESC LIMIT 2").right(tied) is not None
    inner = (
        "SELECT * FROM customers WHERE name = (SELECT name FROM customers ORDER BY age {} LIMIT 1)"
    )
    assert gold(inner.format("DESC")).right(tied) is None
    assert gold(inner.format("ASC")).right(tied) is not None
    assert gold("SELECT COUNT(*) FROM customers WHERE age > 90").right(tied) is None
    assert gold("SELECT MAX(age) FROM customers WHERE age > 90").right(tied) is None
    # Which name stands beside an age that two share, no one can say.
    assert gold("SELECT name, age FROM customers GROUP BY age").right(tied) is None


def test_rows_that_sort_alike_may_come_in_either_order_and_others_not() -> None:
    right = measuring("right")
    connection = rows_of(("Ada", 30), ("Ben", 30), ("Cai", 20))
    wanted = right.Gold("SELECT name FROM customers ORDER BY age DESC").right(connection)
    assert right.is_right([("Ben",), ("Ada",), ("Cai",)], wanted)
    assert not right.is_right([("Cai",), ("Ada",), ("Ben",)], wanted)
    unsorted = right.Gold("SELECT name FROM customers").right(connection)
    assert right.is_right([("Cai",), ("Ada",), ("Ben",)], unsorted)
    assert not right.is_right([("Cai",), ("Ada",)], unsorted)
    assert not right.is_right([("Cai",), ("Ada",), ("Ada",)], unsorted)


def test_contents_differ_are_the_same_each_time_and_keys_match() -> None:
    filler = question(JOINED).place.filler
    assert filler.rows(1) == filler.rows(1) != filler.rows(2)
    for seed in range(1, 6):
        rows = filler.rows(seed)
        keys = {row[0] for row in rows["customers"]}
        assert len(keys) == len(rows["customers"])
        assert {row[1] for row in rows["orders"]} & keys


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        (OLD, "one table"),
        (JOINED, "one or two joins"),
        (NEVER, "rest"),
        (f"{OLD} UNION {OLD}", "rest"),
    ],
)
def test_questions_are_counted_by_the_tables_of_their_right_query(sql: str, kind: str) -> None:
    assert measuring("questions").kind_of(sql) == kind


def test_made_up_questions_have_right_queries_that_are_right() -> None:
    questions = measuring("synthetic").questions(24)
    golds = {one.text: one.gold for one in questions}
    written = measuring("writers").Written
    writers = {
        "gold": lambda one: written(one.gold.sql if one.gold else None, declined=not one.gold)
    }
    found = measuring("judging").judge(questions, writers)
    assert len(golds) > 12 and len(found.judged) >= 20
    assert {one.verdicts["gold"] for one in found.judged} == {"right"}


def test_another_name_and_another_order_are_nothing_but_that() -> None:
    renamed = measuring("renamed")
    found = renamed.Renaming({"customer": "pebble", "city": "harbor"})
    schema = found.schema(SHOP)
    assert [table.name for table in schema.tables] == ["pebbles", "orders"]
    assert schema.foreign_keys[0].columns == ("pebble_id",)
    assert found.question("How many Customers in each city?") == "How many Pebbles in each harbor?"
    other = "SELECT harbor FROM pebbles JOIN orders ON pebbles.id = orders.pebble_id"
    one = "SELECT city FROM orders JOIN customers ON orders.customer_id = customers.id"
    assert renamed.same_but_names(one, other, found.name)
    assert not renamed.same_but_names(one, other.replace("harbor", "name"), found.name)
    assert not renamed.same_but_names(one, other + " WHERE age > 3", found.name)
    assert not renamed.same_but_names(one, other.replace("pebbles.id", "pebbles.age"), found.name)


REVENUE = (
    "SELECT {name}, SUM({price} * s.{quantity}) FROM {sales} s JOIN {products} p "
    "ON s.{key} = p.{key} WHERE s.{date} >= CURRENT_DATE - INTERVAL '7 days' GROUP BY {name}"
)
NAMES = {
    "name": "p.name",
    "price": "p.price",
    "quantity": "quantity",
    "sales": "sales",
    "products": "products",
    "key": "product_id",
    "date": "sale_date",
}


@pytest.mark.parametrize(
    ("sql", "right"),
    [
        (REVENUE.format(**NAMES), True),
        (
            REVENUE.format(**NAMES)
            .replace("p.name,", "", 1)
            .replace("quantity)", "quantity), p.name"),
            True,
        ),
        (REVENUE.format(**NAMES).replace("s.quantity", "p.quantity"), False),
        (REVENUE.format(**NAMES).replace(" * s.quantity", ""), False),
        (REVENUE.format(**NAMES).replace("7 days", "9 days"), False),
        ("SELECT name, SUM(price * quantity) FROM products GROUP BY name", False),
        ("SELECT name FROM products", False),
    ],
)
def test_the_question_about_revenue_has_right_and_wrong_answers(
    sql: str, right: bool, tmp_path: Path
) -> None:
    renamings, cells = measuring("of_renamings"), measuring("cells")
    case = renamings.cases()[0]
    with renamings.opened(case, tmp_path) as place:
        text = check(sql, place.schema, cells.TODAY).sql
        assert renamings.is_answer(text, case, place) is right


def test_there_are_nine_renamings_each_with_right_queries_that_are_right(tmp_path: Path) -> None:
    renamings, cells = measuring("of_renamings"), measuring("cells")
    cases = renamings.cases()
    assert len(cases) == 10 and len({case.question for case in cases}) >= 9
    assert len({case.script for case in cases}) == 10
    for number, case in enumerate(cases[1::3]):
        folder = tmp_path / str(number)
        folder.mkdir()
        with renamings.opened(case, folder) as place:
            gold = check(case.golds[-1], place.schema, cells.TODAY).sql
            assert renamings.is_answer(gold, case, place)


def test_a_question_is_put_to_a_database_only_where_that_lacks_its_things() -> None:
    unanswerable = measuring("unanswerable")
    words = unanswerable.vocabulary(SHOP)
    horses = question(None, sql="SELECT breed, stride FROM horses")
    assert unanswerable.lacks(words, horses)
    assert not unanswerable.lacks(words, question(None, sql="SELECT city FROM horses"))
    assert not unanswerable.lacks(words, question(None, sql="SELECT stride FROM customer"))


def test_what_is_sure_right_declined_is_counted_by_confidence() -> None:
    limits, judging = measuring("of_limits"), measuring("judging")
    written = measuring("writers").Written

    def judged(verdict: str, sql: str | None, sure: bool, confidence: float) -> Any:
        answer = written(sql, declined=sql is None, sure=sure, confidence=confidence)
        return judging.Judged(question(OLD), {"product": answer}, {"product": verdict})

    found = [
        judged("right", OLD, True, 0.95),
        judged("wrong", OLD, True, 0.91),
        judged("right", OLD, False, 0.5),
        judged("declined", None, False, 0.1),
    ]
    others = [written(None), written(OLD)]
    rows = {row[0]: row[1:] for row in limits.limits("", found, ["made up"] * 2, others).rows}
    assert rows["marked sure"] == [4, "2 (50.0 %)"]
    assert rows["of those, right"] == [2, "1 (50.0 %)"]
    assert rows["of those, right, columns in order too"] == [2, "1 (50.0 %)"]
    assert rows["answerable, not answered"] == [4, "1 (25.0 %)"]
    assert rows["unanswerable, declined"] == [2, "1 (50.0 %)"]
    curve = limits.curve("", found).rows
    assert curve == [["0.5 to 0.6", 1, "1 (100.0 %)"], ["0.9 to 1.0", 2, "1 (50.0 %)"]]


def test_a_database_in_memory_is_asked_as_any_other() -> None:
    filler = question(OLD).place.filler
    connection = import_module("measure.databases").stored(SHOP, filler.rows(1))
    source = measuring("held").Held(SHOP, connection)
    assert len(source.run("SELECT name, age FROM customers").rows[0]) == 2
    source.explain(OLD)
    with pytest.raises(SQLRejected):
        source.explain("SELECT nothing FROM customers")


def test_the_script_prints_one_part_alone_and_writes_it_as_json(tmp_path: Path) -> None:
    model = ROOT / "localai" / "embedded" / "sql-tiny.gguf"
    command = [sys.executable, "scripts/train/evaluate.py", str(model), "--questions", "6"]
    told = tmp_path / "told.json"
    options = ["--only", "synthetic", "--writers", "rules,product", "--json", str(told)]
    done = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "| all |" in done.stdout
    (table,) = json.loads(told.read_text())["synthetic"]["tables"]
    assert table["rows"][-1][""] == "all, columns in order too"
    assert set(table["rows"][-1]) == {"", "questions", "rules", "product"}
    refused = subprocess.run(
        [*command, "--only", "magic"], cwd=ROOT, capture_output=True, text=True
    )
    assert refused.returncode != 0 and "magic" in refused.stderr
