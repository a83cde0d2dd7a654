"""What is known of an answer, gathered from its candidates."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from localai.reply import TokenScore
from localai.request import GenerateRequest
from localai.schema import Column, Schema, Table
from localai.sql.evidence import evidence, lost
from localai.sql.prompt import Prompt
from tests.sql.test_trial import EMPTY, fork

SCHEMA = Schema((Table("orders", (Column("total", "REAL"),)),))


@pytest.mark.parametrize(
    ("unread", "words"),
    [(None, ("salary", "baker")), (frozenset({"of", "baker"}), ("baker",)), (frozenset(), ())],
)
def test_what_the_family_makes_something_of_is_not_lost(
    unread: frozenset[str] | None, words: tuple[str, ...]
) -> None:
    prompt = Prompt(GenerateRequest("m", prompt="?"), unread=unread)
    assert lost(SCHEMA, "Salary of each baker in orders?".lower(), prompt) == words


def test_the_part_that_agrees_is_of_all_that_the_candidates_stand_for() -> None:
    own = fork("a", [(1,)], 0.5)
    trials = [own, fork("b", [(1,)], 0.1), fork("c", [(2,)], 0.2), fork("declined", None, 0.2)]
    found = evidence((), own, [*trials, own])
    assert found.agreement == pytest.approx(0.6) and found.declining is None
    assert found.likelihood == pytest.approx(1.0)
    assert found.empty is False and found.unlinked == 0


def test_without_scores_nothing_is_known_of_them() -> None:
    own = fork("a", EMPTY, None)
    found = evidence(("salary",), own, [own])
    assert (found.lowest, found.agreement, found.likelihood) == (None,) * 3
    assert found.empty is True and found.unlinked == 1


def test_the_answer_tells_what_it_joins_and_what_is_amiss() -> None:
    sql = (
        'SELECT COUNT(*), "a JOIN" FROM a JOIN b ON x JOIN c ON y '
        "WHERE z = ' JOIN ' AND EXISTS (SELECT MAX (q) FROM d)"
    )
    own = replace(fork("a", [(1,)], 0.5, ("label",)), model_sql=sql, unasked=2, clashes=3)
    found = evidence((), own, [own])
    assert (found.joins, found.left_out, found.unasked, found.clashes) == (2, 1, 2, 3)


@pytest.mark.parametrize(
    ("text", "chance", "declining"),
    [(" SELECT", 0.9, 0.1), (" SELECT", 1.0, 0.0), (" I do not know", 0.6, 0.6)],
)
def test_how_near_it_was_to_declining_is_told_by_its_first_token(
    text: str, chance: float, declining: float
) -> None:
    own = fork("declined" if "know" in text else "a", [(1,)] if "SELECT" in text else None, 0.5)
    scores = (TokenScore(text.encode(), math.log(chance)), TokenScore(b" x", -1.0))
    own = replace(own, reply=replace(own.reply, scores=scores))
    chosen = fork("b", [(1,)], 0.2)
    assert evidence((), chosen, [own, chosen]).declining == pytest.approx(declining)
