"""The strangers' questions: right queries run, find something and are judged right."""

from collections import Counter
from importlib import import_module
from typing import Any

import pytest


def measuring(name: str) -> Any:
    return import_module(f"measure.{name}")


def test_each_trade_has_its_questions_and_two_that_it_cannot_answer() -> None:
    trades = measuring("trades")
    found = trades.trades()
    assert len(found) == 8
    for trade in found:
        kinds = Counter(one.kind for one in trade.asked)
        assert len(trade.asked) == len({one.text for one in trade.asked}) == 20
        assert kinds[trades.UNANSWERABLE] == 2 and len(kinds) >= 10
        assert all(bool(one.golds) == (one.kind != trades.UNANSWERABLE) for one in trade.asked)


def test_every_right_query_of_a_stranger_is_right_and_a_refusal_is_not() -> None:
    trades, of_strangers = measuring("trades"), measuring("of_strangers")
    written = measuring("writers").Written
    writers = {
        "gold": lambda q: written(q.gold.sql if q.gold else None, declined=not q.gold),
        "declines": lambda q: written(None, declined=True),
    }
    with trades.questions() as asked:
        found = of_strangers.best(asked, writers)
        assert not found.left_out
        right = found.strictly(writers)
    assert len(right["gold"]) == 160 and all(right["gold"])
    assert sum(right["declines"]) == 16


@pytest.mark.parametrize(
    ("sql", "ways"),
    [
        ("SELECT 1", ["SELECT 1"]),
        ("SELECT a{|, b} FROM {t|u}", [
            "SELECT a FROM t", "SELECT a FROM u", "SELECT a, b FROM t", "SELECT a, b FROM u",
        ]),
        ("{a, b in 2025}", [
            "a >= '2025-01-01' AND a < '2026-01-01'", "b >= '2025-01-01' AND b < '2026-01-01'",
        ]),
        ("", []),
    ],
)  # fmt: skip
def test_a_query_with_choices_stands_for_each(sql: str, ways: list[str]) -> None:
    assert measuring("trades").meant(sql) == ways


def test_each_key_of_a_stranger_refers_to_a_row() -> None:
    with measuring("trades").questions() as asked:
        fillers = {ways[0].place.name: ways[0].place.filler for ways in asked}
        assert len(fillers) == 8
        for filler in fillers.values():
            rows, schema = filler.rows(5), filler.schema
            for key in schema.foreign_keys:
                ends = ((key.table, key.columns[0]), (key.to_table, key.to_columns[0]))
                here, there = (
                    {row[[c.name for c in schema.table(t).columns].index(name)] for row in rows[t]}
                    for t, name in ends
                )
                assert here and here <= there


def test_an_answer_counts_by_the_right_query_that_suits_it_best() -> None:
    trades, of_strangers = measuring("trades"), measuring("of_strangers")
    judging, written = measuring("judging"), measuring("writers").Written
    writers = {
        "second": lambda q: written(
            "SELECT COUNT(*), c.full_name FROM customers c JOIN orders o ON o.customer_id = c.id "
            "GROUP BY c.id, c.full_name HAVING COUNT(*) > 3"
        ),
        "wrong": lambda q: written("SELECT full_name FROM customers"),
    }
    with trades.questions() as asked:
        ways = [own for own in asked if own[0].text == "Customers with more than 3 orders"]
        (one,) = of_strangers.best(ways, writers).judged
    assert one.verdicts == {"second": judging.RIGHT, "wrong": judging.WRONG}
    assert one.turned == {"second"}
