"""Made-up questions: what is held out is never trained on, and the same seed asks the same."""

import random
from importlib import import_module
from typing import Any

import pytest

from localai.linking import Linker

generator: Any = import_module("made_up.generator")
split: Any = import_module("made_up.split")
sources: Any = import_module("public.sources")
pairs: Any = import_module("pairs")
catalog: Any = import_module("localai.linking.catalog")


def askers(held_out: bool, count: int) -> list[Any]:
    return [generator.Asker(random.Random(seed), held_out) for seed in range(count)]


def words(held_out: bool) -> set[str]:
    """The nouns and attributes of schemas on one side, save those that stand on both."""
    found = set()
    for asker in askers(held_out, 60):
        for tab in asker.tabs:
            found |= {tab.one} if tab.kind != "v" else set()
            found |= {col.base for col in tab.cols if col.base.split()[-1:] != []}
    common = {word for word in found if word.split()[-1] in split.COMMON}
    common |= {word for word in found if word.endswith(("unit price", "total amount"))}
    return found - common


def test_no_word_stands_on_both_sides() -> None:
    apart = {word for word in words(False) if not word.startswith(("planned ", "last ", "old "))}
    assert not apart & words(True)


@pytest.mark.parametrize("count", [2, 3, 12])
def test_every_family_has_wordings_on_both_sides(count: int) -> None:
    templates = tuple(f"wording {number} of {count} for {{x}}" for number in range(count))
    sides = []
    for held_out in (False, True):
        side, rng = split.Split(held_out), random.Random(0)
        sides.append({side.pick(rng, *templates) for _ in range(200)})
    assert sides[0] and sides[1] and not sides[0] & sides[1]
    assert sides[0] | sides[1] == set(templates)


@pytest.mark.parametrize("held_out", [False, True])
def test_questions_can_be_linked_and_answered(held_out: bool) -> None:
    kept = asked = joins = 0
    for asker in askers(held_out, 60):
        linker = Linker(asker.schema)
        for _ in range(3):
            question, answer = asker.ask()
            pair = sources.pair_of(linker, question, answer)
            asked += 1
            kept += pair is not None
            joins += pair is not None and " JOIN " in pair[2]
    assert kept > 0.9 * asked
    assert joins > 0.2 * asked


def test_the_same_seed_asks_the_same() -> None:
    first, second = ([a.ask() for a in askers(False, 5)] for _ in range(2))
    assert first == second


def test_rows_are_shown_by_what_the_product_shows() -> None:
    for asker in askers(False, 40):
        display = catalog.Catalog(asker.schema).display
        for number in range(len(asker.tabs)):
            shown = asker.refs(number, asker.shown(number))
            items = {part[1] for part in shown if part[0] == "c"}
            assert items == {item for item in display if item.table == number}
            assert items or shown == [pairs.table(number)]


@pytest.mark.parametrize(
    "template, first",
    [
        ("{agg} {of} {per} {name}", "figure"),
        ("how many {noun} are there {per} {name}", "figure"),
        ("for {each} {name}, how many {noun} are there", "group"),
        ("{of} {by} {name}", "group"),
        ("{show} the {name} and the {agg} {of}", "group"),
    ],
)
def test_columns_stand_in_the_order_of_the_question(template: str, first: str) -> None:
    asker = askers(False, 1)[0]
    asker.template = template
    shown = asker.in_order(["group"], ["figure"])
    assert shown == [first, ",", *({"figure", "group"} - {first})]


def test_a_near_miss_names_what_no_table_has() -> None:
    made = [asker.nearly() for asker in askers(False, 60)]
    refused = [(text, answer) for text, answer in filter(None, made)]
    assert len(refused) > 10
    assert all(answer == generator.DECLINED for _, answer in refused)
