"""The two threads of a model's prefixes: they answer, they end, and they do not fall over."""

from __future__ import annotations

import os
import threading
import time
from array import array
from collections.abc import Callable, Iterator

import pytest

from localai.prefixes import Desk, Errand, Folder, Kind
from tests.prefixes.conftest import FACTS, prefix

TOKENS = list(range(500))
KIND = Kind(FACTS, {"model": "@local/a"})
STATE = memoryview(bytearray(os.urandom(1 << 20)))


class Desks:
    """Desks on one folder; `woken` is set by each of them."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.woken = threading.Event()
        self.opened: list[Desk] = []

    def __call__(self, kind_of: Callable[[object], Kind | None] = lambda _: KIND) -> Desk:
        desk = Desk(Folder(self.folder.root, 1 << 30), kind_of)
        desk.wake = self.woken.set
        self.opened.append(desk)
        return desk


@pytest.fixture
def desks(folder: Folder) -> Iterator[Desks]:
    made = Desks(folder)
    yield made
    for desk in made.opened:
        desk.close()


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.005)


def fetched(desk: Desk, tokens: list[int], least: int = 1, most: int = 10_000) -> Errand:
    errand = desk.fetch(tokens, None, least=least, most=most)
    until(lambda: errand.done)
    return errand


def kept(desk: Desk) -> None:
    until(lambda: desk.known(TOKENS, None) is not None)
    desk.keep(TOKENS, None, 256, STATE)
    until(lambda: not desk.is_writing)


def test_what_is_kept_is_known_at_once_and_fetched_by_the_next(desks: Desks) -> None:
    desk = desks()
    kept(desk)
    assert desk.known([*TOKENS[:300], 7], None) == 300
    assert desk.used > len(STATE)
    desk.close()
    errand = fetched(desks(), [*TOKENS[:400], 7])
    assert (errand.tokens, errand.exact, errand.state) == (TOKENS, 256, STATE)
    assert desks.woken.wait(20)


def test_it_sees_what_another_process_kept_since(desks: Desks) -> None:
    desk = desks()
    assert fetched(desk, TOKENS).state is None
    desks.folder.write(prefix(TOKENS, 100))
    assert fetched(desk, TOKENS).tokens == TOKENS


def test_too_little_and_too_much_are_of_no_use(desks: Desks) -> None:
    desk = desks()
    kept(desk)
    assert fetched(desk, TOKENS[:200], least=201).state is None
    assert fetched(desk, TOKENS, most=499).state is None
    assert fetched(desk, TOKENS[:200], least=200).state is not None


def test_without_a_kind_nothing_is_found_until_there_is_one(desks: Desks) -> None:
    desks.folder.write(prefix(TOKENS, 100))
    known: list[Kind] = []
    desk = desks(lambda _: known[0] if known else None)
    assert fetched(desk, TOKENS).state is None and desk.known(TOKENS, None) is None
    known.append(KIND)
    desk.look_again()
    until(lambda: desk.known(TOKENS, None) == 500)


def test_a_thread_survives_what_goes_wrong(desks: Desks, caplog: pytest.LogCaptureFixture) -> None:
    faults = [ValueError("no idea")]

    def kind_of(_: object) -> Kind:
        if faults:
            raise faults.pop()
        return KIND

    desk = desks(kind_of)
    desks.folder.write(prefix(TOKENS, 100))
    until(lambda: not faults)
    assert fetched(desk, TOKENS).state is not None
    assert "failed" in caplog.text


def test_what_cannot_be_restored_is_dropped(desks: Desks) -> None:
    desk = desks()
    kept(desk)
    desk.drop(TOKENS[:10], None)
    desk.drop(TOKENS, None)
    until(lambda: not list(desks.folder.entries()))
    assert fetched(desk, TOKENS).state is None


def test_whoever_gives_up_gets_nothing(desks: Desks) -> None:
    desk = desks()
    kept(desk)
    errand = desk.fetch(TOKENS, None, least=1, most=1000)
    errand.give_up()
    until(lambda: errand.done)


@pytest.mark.parametrize("hangs", [False, True])
def test_closing_writes_what_is_quick_and_leaves_what_hangs(
    desks: Desks, monkeypatch: pytest.MonkeyPatch, hangs: bool
) -> None:
    desk, go, real = desks(), threading.Event(), os.fsync

    def slow(number: int) -> None:
        if hangs:
            go.wait(20)
        real(number)

    monkeypatch.setattr(os, "fsync", slow)
    until(lambda: desk.known(TOKENS, None) is not None)
    desk.keep(TOKENS, None, 0, STATE)
    begun = time.monotonic()
    desk.close(0.4 if hangs else 20)
    assert time.monotonic() - begun < 10
    assert len(list(desks.folder.entries())) == (0 if hangs else 1)
    go.set()
    assert array("i", TOKENS)
