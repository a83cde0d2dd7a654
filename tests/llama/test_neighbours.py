from __future__ import annotations

import random

import pytest

from localai.llama.neighbours import LONGEST, PATIENCE, PRICE, Judge, Neighbours, Reading
from localai.llama.spinning import Brake

# What two cores showed: (share of time lost, switches per second), spins long and short.
ALONE = (0.02, 30.0), (0.2, 40.0)
BUSY = (0.49, 120.0), (0.50, 8000.0)
CLIENTS = (0.23, 220.0), (0.3, 140.0)


class Machine:
    """Computes for so many seconds at a time, beside neighbours as they are."""

    def __init__(self, threads: int = 2) -> None:
        self.judge = Judge(threads)
        self.now = Reading(100.0, 5.0, 17)
        self.company = ALONE

    def compute(self, seconds: float, noise: float = 0.0) -> bool:
        lost, rate = self.company[self.judge.crowded]
        begun = self.now
        self.now = Reading(
            begun.wall + seconds,
            begun.cpu + seconds * self.judge.threads * (1 - lost - noise),
            begun.switches + round(rate * seconds),
        )
        return self.judge.add(begun, self.now)

    def idle(self, seconds: float) -> None:
        self.now = Reading(self.now.wall + seconds, self.now.cpu, self.now.switches + 99)

    def until(self, crowded: bool, step: float, most: float) -> float:
        """Seconds until it says so."""
        begun = self.now.wall
        while self.judge.crowded is not crowded:
            self.compute(step)
            assert self.now.wall - begun < most + 0.001
        return self.now.wall - begun


@pytest.mark.parametrize("threads", [2, 8])
@pytest.mark.parametrize("company", [ALONE, CLIENTS])
def test_own_clients_and_noise_are_no_crowd(
    company: tuple[tuple[float, float], tuple[float, float]], threads: int
) -> None:
    machine, chance = Machine(threads), random.Random(0)
    machine.company = company
    for step in range(3000):
        # Deeper and deeper, now one row and now eight: how long a step takes is no sign.
        seconds = chance.choice((1, 3)) * (0.01 + step * 1e-5)
        assert not machine.compute(seconds, noise=chance.uniform(-0.05, 0.05))
        machine.idle(chance.random() * 0.1)


def test_idle_time_is_nobodys_loss() -> None:
    machine = Machine()
    for _ in range(50):
        machine.idle(10)
        assert not machine.compute(0.2)


@pytest.mark.parametrize(("step", "most"), [(0.0003, 0.051), (0.01, 0.06), (0.4, 0.4), (5.0, 5.0)])
def test_a_crowd_is_noticed_in_five_steps_or_in_one_that_stalls(step: float, most: float) -> None:
    machine = Machine()
    machine.compute(0.05)
    machine.company = BUSY
    machine.until(True, step, most)


def test_one_step_that_others_disturbed_is_none() -> None:
    machine = Machine()
    for _ in range(100):
        machine.company = BUSY
        assert not machine.compute(0.01)
        machine.company = ALONE
        for _ in range(4):
            assert not machine.compute(0.01)


def test_long_spins_come_back_soon_after_the_crowd_has_left() -> None:
    machine = Machine()
    machine.company = BUSY
    machine.until(True, 1.0, 1.0)
    for _ in range(100):
        assert machine.compute(0.02)
    machine.company = ALONE
    assert machine.until(False, 0.01, 2) == pytest.approx(PATIENCE, abs=0.06)


@pytest.mark.parametrize("stalled", [0.05, 0.4, 10.0])
def test_beside_a_crowd_that_stays_long_spins_are_tried_seldom(stalled: float) -> None:
    machine = Machine()
    machine.company = BUSY
    machine.until(True, stalled + 0.001, stalled + 0.001)
    expected = min(LONGEST, PRICE * stalled)
    assert machine.until(False, 0.02, 70) == pytest.approx(expected, abs=0.06)
    assert machine.compute(stalled + 0.001), "and given up at once"


class CountedBrake(Brake):
    def __init__(self) -> None:
        super().__init__(None)
        self.pulled: list[object] = []

    def works_for(self, threads: int) -> bool:
        return threads > 1

    def on(self, holder: object, threads: int) -> None:
        self.pulled.append(holder)

    def off(self, holder: object) -> None:
        self.pulled = [each for each in self.pulled if each is not holder]


def test_the_brake_is_pulled_once_and_let_go_at_the_end() -> None:
    brake, now = CountedBrake(), [0.0]

    def read() -> Reading:
        now[0] += 0.1
        return Reading(now[0], now[0], round(1000 * now[0]))

    neighbours = Neighbours(2, brake, read)
    for _ in range(5):
        with neighbours:
            pass
    assert brake.pulled == [neighbours]
    neighbours.use_threads(1)
    for _ in range(5):
        with neighbours:
            pass
    assert brake.pulled == []
    neighbours.use_threads(2)
    with neighbours:
        pass
    neighbours.close()
    neighbours.close()
    assert brake.pulled == []
