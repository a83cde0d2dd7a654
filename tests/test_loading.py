"""A load that is waited for, and taken back by some or by all who wait."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from localai.errors import Cancelled, Closed
from localai.loading import load
from localai.residency import Residency
from tests.test_residency import FakeOpener, spec

ONE = spec("one")


@pytest.fixture
def opener() -> FakeOpener:
    return FakeOpener()


@pytest.fixture
def residency(opener: FakeOpener) -> Iterator[Residency]:
    residency = Residency(opener, budget=lambda: 20, keep_alive=-1)
    yield residency
    opener.gate.set()
    residency.close()


def test_a_load_that_nobody_waits_for_is_stopped(opener: FakeOpener, residency: Residency) -> None:
    opener.gate.clear()
    seen: list[float] = []

    def on_progress(done: float) -> bool:
        seen.append(done)
        return done < 0.5

    with pytest.raises(Cancelled):
        load(residency, ONE, on_progress, None)
    assert seen == sorted(seen) and seen[-1] == 0.5
    while residency.loading():
        pass
    assert opener.opened == [] and residency.residents() == ()


def test_one_that_another_waits_for_goes_on(opener: FakeOpener, residency: Residency) -> None:
    opener.gate.clear()
    stop = threading.Event()
    outcome: list[BaseException | None] = []

    def impatient() -> None:
        try:
            load(residency, ONE, lambda _: stop.set() if residency.loading() else None, stop)
        except Cancelled as error:
            outcome.append(error)

    other = threading.Thread(target=lambda: load(residency, ONE, None, None))
    other.start()
    impatient()
    opener.gate.set()
    other.join(10)
    assert [type(one) for one in outcome] == [Cancelled]
    assert opener.opened == ["one"] and len(residency.residents()) == 1


def test_one_that_is_asked_for_while_it_is_being_stopped_begins_anew(
    opener: FakeOpener, residency: Residency
) -> None:
    opener.gate.clear()
    for _ in range(5):
        with pytest.raises(Cancelled):
            load(residency, ONE, lambda done: done < 0.5, None)
    opener.gate.set()
    load(residency, ONE, None, None)
    assert opener.opened == ["one"]


def test_a_close_ends_who_waits_with_closed(opener: FakeOpener, residency: Residency) -> None:
    opener.gate.clear()
    closer = threading.Timer(0.1, residency.close)
    closer.start()
    with pytest.raises(Closed):
        load(residency, ONE, None, None)
    closer.join()
