"""Databases that stay open between questions, each for one question at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from localai.errors import Closed
from localai.sql import Source, open_source
from localai.sql.lending import FRESH_SECONDS, Lender


class Desk:
    """A lender of one file, and the sources that it opened."""

    def __init__(self, path: Path) -> None:
        self.path, self.lender = path, Lender()
        self.opened: list[Source] = []

    def open(self) -> Source:
        self.opened.append(open_source(self.path))
        return self.opened[-1]

    def ask(self) -> Source:
        with self.lender.lent(str(self.path), self.open) as source:
            assert source.run("SELECT 1").rows == ((1,),)
            return source


@pytest.fixture
def desk(shop: Path) -> Iterator[Desk]:
    desk = Desk(shop)
    yield desk
    desk.lender.close()


def is_closed(source: Source) -> bool:
    try:
        source.run("SELECT 1")
    except Closed:
        return True
    return False


def test_one_that_is_free_is_lent_again(desk: Desk) -> None:
    assert desk.ask() is desk.ask()


def test_nobody_gets_what_another_has_and_one_stays_open(desk: Desk) -> None:
    with desk.lender.lent(str(desk.path), desk.open) as one:
        other = desk.ask()
        assert other is not one
    assert [is_closed(source) for source in desk.opened] == [True, False]
    assert desk.ask() is other


def test_a_file_that_has_changed_is_opened_anew(desk: Desk) -> None:
    one = desk.ask()
    os.utime(desk.path, ns=(1, 1))
    assert desk.ask() is not one and is_closed(one)


def test_a_folder_that_has_changed_is_opened_anew(desk: Desk) -> None:
    with desk.lender.lent(str(desk.path.parent), desk.open) as one:
        pass
    (desk.path.parent / "more.csv").touch()
    with desk.lender.lent(str(desk.path.parent), desk.open) as other:
        assert other is not one


def test_after_some_minutes_a_schema_is_read_anew(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = desk.ask()
    now = FRESH_SECONDS * 1e6
    monkeypatch.setattr("localai.sql.lending.time.monotonic", lambda: now)
    assert desk.ask() is not one


def test_one_that_is_doubted_is_not_lent_again(desk: Desk) -> None:
    with desk.lender.lent(str(desk.path), desk.open) as one:
        desk.lender.doubt(one)
    assert desk.ask() is not one and is_closed(one)


def test_the_end_closes_what_is_lent_and_what_is_not(desk: Desk) -> None:
    with desk.lender.lent(str(desk.path), desk.open) as one:
        other = desk.ask()
        desk.lender.close()
        assert is_closed(one) and is_closed(other)
    with pytest.raises(Closed):
        desk.ask()
