"""Reports by group and period: they are many, and each answer has its group and its period."""

import random
from importlib import import_module
from typing import Any

import pytest

from localai.linking import Linker

generator: Any = import_module("made_up.generator")
reports: Any = import_module("made_up.reports")
sources: Any = import_module("public.sources")


@pytest.mark.parametrize(
    ("period", "before"),
    [
        ("last week", "last week's"),
        ("in the last 30 days", "the last 30 days'"),
        ("yesterday", "yesterday's"),
        ("in 2023", "2023"),
        ("in March", "March"),
        ("in Q2 2024", "Q2 2024"),
        ("since March", ""),
        ("between 2019 and 2021", ""),
    ],
)
def test_some_periods_stand_before_what_happened_in_them(period: str, before: str) -> None:
    assert reports.ahead(period) == before


def test_one_question_in_ten_is_a_report() -> None:
    asked = reported = 0
    for seed in range(150):
        asker = generator.Asker(random.Random(seed))
        for _ in range(2):
            _, answer = asker.ask()
            asked += 1
            places = [n for n, part in enumerate(answer) if part in ("WHERE", "GROUP BY")]
            valued = any(isinstance(p, tuple) and p[0] == "v" for p in answer)
            reported += len(places) == 2 and valued and "HAVING" not in answer
    assert reported > 0.1 * asked


def test_a_report_groups_by_what_it_shows() -> None:
    for seed in range(60):
        asker = generator.Asker(random.Random(seed))
        made = asker.report()
        if made is None:
            continue
        pair = sources.pair_of(Linker(asker.schema), *made)
        assert "GROUP BY" in made[1]
        assert pair is None or " GROUP BY " in pair[2]
