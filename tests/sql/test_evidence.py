"""What is known of an answer, gathered from its candidates."""

from __future__ import annotations

from dataclasses import replace

import pytest

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


def test_the_parts_that_agree_and_decline_are_of_all_that_the_candidates_stand_for() -> None:
    own = fork("a", [(1,)], 0.5)
    trials = [own, fork("b", [(1,)], 0.1), fork("c", [(2,)], 0.2), fork("declined", None, 0.2)]
    found = evidence((), own, [*trials, own])
    assert (found.agreement, found.declining) == pytest.approx((0.6, 0.2))
    assert found.likelihood == pytest.approx(1.0)
    assert found.empty is False and found.unlinked == 0


def test_without_scores_nothing_is_known_of_them() -> None:
    own = fork("a", EMPTY, None)
    found = evidence(("salary",), own, [own])
    assert (found.mean, found.lowest, found.agreement, found.likelihood) == (None,) * 4
    assert found.empty is True and found.unlinked == 1


def test_the_sql_tells_how_much_it_does() -> None:
    sql = (
        'SELECT COUNT(*), "JOIN count(" FROM a JOIN b ON x JOIN c ON y '
        "WHERE z = 'SELECT JOIN sum(' AND EXISTS (SELECT MAX (q) FROM d)"
    )
    own = replace(fork("a", [(1,)], 0.5, ("label",)), model_sql=sql, unasked=2)
    found = evidence((), own, [own])
    assert (found.joins, found.nested, found.totals) == (2, 1, 2)
    assert (found.left_out, found.unasked) == (1, 2)
