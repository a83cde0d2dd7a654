"""The fit of the numbers by which the embedded model's answers are trusted."""

import random
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest

from localai.schema import Column, Schema, Table
from localai.sql import calibrated
from localai.sql.trust import Evidence

SURE, UNSURE = Evidence(0.8, 1.0, 0.9, 0.001), Evidence(0.1, 0.4, 0.3, 0.02)
LOST = replace(UNSURE, declining=0.4, unlinked=3)


@pytest.fixture(scope="module")
def answers() -> list[Any]:
    """Answers of twelve databases: clear ones right, others seldom; some without any."""
    module, rng = import_module("measure.calibration"), random.Random(1)
    out = []
    for number in range(600):
        clear = rng.random() < 0.5
        right = rng.random() < (0.97 if clear else 0.2)
        kind = module.HUMAN if number % 3 else module.MADE_UP
        evidence = replace(SURE if clear else UNSURE, joins=rng.randrange(3))
        out.append(module.Seen(kind, f"db{number % 12}", evidence, right))
    out += [module.Seen(module.NONE, f"db{n % 12}", LOST, False) for n in range(100)]
    return [*out, module.Seen(module.NONE, "db1", None, False)]


def test_what_is_clear_is_sure_and_what_has_no_answer_is_declined(answers: list[Any]) -> None:
    module = import_module("measure.calibration")
    numbers, chances = module.fitted(answers)
    assert set(numbers.factors) == set(calibrated.FACTORS)
    assert all(one.right >= 0 and one.known >= 0 for one in numbers.factors.values())
    human = [n for n, one in enumerate(answers) if one.kind == module.HUMAN]
    certain = [n for n in human if chances.right[n] >= numbers.sure]
    assert len(certain) > 0.35 * len(human)
    assert sum(answers[n].right for n in certain) > 0.9 * len(certain)
    below = [n for n, one in enumerate(answers) if chances.known[n] < numbers.answerable]
    assert {answers[n].kind for n in below} == {module.NONE} and len(below) > 80
    curve = module.curve(answers, chances, numbers.answerable)
    assert sum(count for _, count, _ in curve) == len(human)
    assert all(0 <= right <= count for _, count, right in curve)


def test_the_numbers_are_written_as_a_module(answers: list[Any]) -> None:
    calibrate, calibration = import_module("calibrate"), import_module("measure.calibration")
    numbers, _ = calibration.fitted(answers)
    text = calibrate.module(numbers, "600 made-up answers.")
    scope: dict[str, Any] = {}
    exec(compile(text, "calibrated.py", "exec"), scope)
    assert scope["HOPELESS"] == numbers.hopeless
    assert scope["SURE"] == numbers.sure and scope["ANSWERABLE"] == numbers.answerable
    assert {k: tuple(v) for k, v in scope["FACTORS"].items()} == {
        k: tuple(v) for k, v in numbers.factors.items()
    }
    assert "Source: 600 made-up answers." in scope["__doc__"]
    assert all(len(line) <= 100 for line in text.splitlines())


@pytest.mark.parametrize("column", ["amount", "AMOUNT"])
def test_a_column_can_be_taken_from_a_schema(column: str) -> None:
    table = Table("orders", (Column("id", "INTEGER"), Column("amount", "REAL")))
    less = import_module("public.lacking").without(Schema((table,)), column)
    assert [one.name for one in less.tables[0].columns] == ["id"]
