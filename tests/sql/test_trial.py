"""Which of several candidates is the answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from localai.errors import SQLRejected
from localai.sql.candidates import Reply
from localai.sql.database import Cell, Result
from localai.sql.trial import Trial, agreeing, choose, weighed

EMPTY: list[tuple[Cell, ...]] = []


def trial(name: str, rows: list[tuple[Cell, ...]] | None, confidence: float | None = None) -> Trial:
    """One that found rows; None stands for one whose SQL was refused."""
    text = "I do not know" if name == "declined" else name
    reply = Reply(text, text, True, "stop", None, confidence)
    if rows is None:
        return Trial(reply, text, error=SQLRejected("no"), declines=name == "declined")
    return Trial(reply, text, text, Result(("a",), tuple(rows), False))


def chosen(*trials: Trial) -> str | None:
    found = choose(trials)
    return None if found is None else found.model_sql


def test_of_few_the_first_that_survives_and_finds_something_is_taken() -> None:
    assert chosen(trial("a", [(1,)]), trial("b", [(2,)], 0.9)) == "a"
    assert chosen(trial("a", None), trial("b", [(2,)])) == "b"
    assert chosen(trial("a", EMPTY), trial("b", [(2,)])) == "b"
    assert chosen(trial("a", [(None,)]), trial("b", [(2,)])) == "b"
    assert chosen(trial("a", EMPTY), trial("b", None)) == "a"
    assert chosen(trial("a", None)) is None


def test_of_many_what_most_of_them_find_is_taken_whatever_their_order_of_rows() -> None:
    rows: list[tuple[Cell, ...]] = [(1, 0.1 + 0.2), (1, 0.1 + 0.2), (2, "x")]
    same: list[tuple[Cell, ...]] = [(2, "x"), (1, 0.3), (1, 0.3)]
    other: list[tuple[Cell, ...]] = [(2, "x"), (1, 0.3)]
    trials = [trial("a", other, 0.9), trial("b", rows, 0.1), trial("c", same, 0.2)]
    assert chosen(*trials) == "c"
    assert agreeing(trials[2], trials) == 2


def test_among_equals_the_likelier_then_the_first_is_taken() -> None:
    assert chosen(trial("a", [(1,)], 0.2), trial("b", [(2,)], 0.3), trial("c", None)) == "b"
    assert chosen(trial("a", [(1,)]), trial("b", [(2,)]), trial("c", [(3,)])) == "a"


def test_finding_something_counts_for_more_than_a_majority_that_finds_nothing() -> None:
    assert chosen(trial("a", EMPTY), trial("b", EMPTY), trial("c", [(1,)])) == "c"


def test_a_majority_may_decline() -> None:
    declined = trial("declined", None)
    assert chosen(declined, declined, trial("c", [(1,)])) is None
    assert chosen(declined, trial("b", [(1,)]), trial("c", None)) == "b"


@pytest.mark.parametrize("count", [2, 3])
def test_where_nothing_runs_the_same_sql_counts_as_the_same_answer(count: int) -> None:
    def written(sql: str) -> Trial:
        return Trial(Reply(sql, sql, True, "stop", None, None), sql, sql)

    trials = [written("a"), *[written("b")] * count]
    assert chosen(*trials) == "b"


def fork(
    name: str,
    rows: list[tuple[Cell, ...]] | None,
    likelihood: float | None,
    misses: tuple[str, ...] = (),
) -> Trial:
    own = trial(name, rows)
    return replace(own, reply=replace(own.reply, likelihood=likelihood), misses=misses)


def likeliest(*trials: Trial) -> str | None:
    found = weighed(trials)
    return None if found is None else found.model_sql


def test_of_forks_the_rows_that_stand_for_the_most_probability_win() -> None:
    one: list[tuple[Cell, ...]] = [(1,)]
    other: list[tuple[Cell, ...]] = [(2,)]
    trials = [fork("a", one, 0.4), fork("b", other, 0.3), fork("c", other, 0.2)]
    assert likeliest(*trials) == "b"
    # The same text twice is no more likely for that.
    assert likeliest(trials[0], trials[1], trials[1]) == "a"
    assert likeliest(fork("a", None, 0.9), trials[2]) == "c"
    assert likeliest(fork("a", None, 0.9)) is None


def test_a_fork_that_finds_nothing_or_leaves_something_out_counts_for_little() -> None:
    full, empty = fork("a", [(1,)], 0.2), fork("b", EMPTY, 0.5)
    assert likeliest(empty, full) == "a"
    assert likeliest(fork("b", EMPTY, 0.9), fork("a", [(1,)], 0.1)) == "b"
    assert likeliest(fork("b", [(2,)], 0.9, ("label",)), full) == "a"
    assert likeliest(fork("b", [(2,)], 0.9, ("label",))) == "b"


def test_whether_to_decline_is_decided_elsewhere() -> None:
    assert likeliest(fork("declined", None, 0.6), fork("a", [(1,)], 0.3)) == "a"
    assert likeliest(fork("declined", None, 0.6)) is None


def test_without_likelihoods_forks_count_alike() -> None:
    assert likeliest(fork("a", [(1,)], None), fork("b", [(2,)], None)) == "a"
