from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from localai.errors import Cancelled, Closed, DoesNotFit, LocalAIError, ModelLoadError
from localai.model import Architecture, FileSpec, ModelSpec
from localai.residency import Plan, Residency, Resident

NUMBERS = Architecture("llama", 1, 1, 1, 32, 32, 64, 100, 512, 10000.0)


def spec(name: str) -> ModelSpec:
    files = (FileSpec("F16", f"{name}.gguf"),)
    return ModelSpec(f"@local/{name}", name, NUMBERS, files, "F16", "plain", "MIT")


class FakeEngine:
    def __init__(self) -> None:
        self.closed = False

    def close(self) -> None:
        assert not self.closed, "closed twice"
        self.closed = True


class FakeOpener:
    """Every model takes 10 bytes; `gate` holds loads back, `fault` makes them fail."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.engines: list[FakeEngine] = []
        self.gate = threading.Event()
        self.gate.set()
        self.fault: Exception | None = None
        self.bytes = 10

    def plan(self, spec: ModelSpec, budget: int) -> Plan:
        if self.bytes > budget:
            raise DoesNotFit("too large", model=spec.id, needed=self.bytes, free=budget)
        return Plan(spec, "F16", Path(spec.title), 512, self.bytes)

    def open(self, plan: Plan, on_progress: Callable[[float], bool]) -> FakeEngine:
        while not self.gate.wait(0.001):
            if not on_progress(0.5):
                raise Cancelled()  # as LlamaModel
        if self.fault:
            raise self.fault
        self.opened.append(plan.spec.title)
        self.engines.append(FakeEngine())
        return self.engines[-1]


class Models:
    """A residency with room for two, and what its callers got."""

    def __init__(self, keep_alive: float = -1, budget: int = 25) -> None:
        self.opener = FakeOpener()
        self.residency = Residency(self.opener, budget=lambda: budget, keep_alive=keep_alive)

    def ask(self, name: str) -> queue.Queue[Resident | LocalAIError]:
        answer: queue.Queue[Resident | LocalAIError] = queue.Queue()
        self.residency.acquire(spec(name), answer.put)
        return answer

    def hold(self, name: str) -> Resident:
        got = self.ask(name).get(timeout=5)
        assert isinstance(got, Resident)
        return got

    def use(self, name: str) -> None:
        self.residency.release(self.hold(name))

    @property
    def loaded(self) -> set[str]:
        return {r.spec.title for r in self.residency.residents()}


@pytest.fixture
def models() -> Iterator[Models]:
    models = Models()
    yield models
    models.opener.gate.set()
    models.residency.close()


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline, "it did not happen within 5 s"
        time.sleep(0.001)


def test_waiters_for_one_model_share_one_load(models: Models) -> None:
    models.opener.gate.clear()
    answers = [models.ask("a") for _ in range(5)]
    assert set(models.residency.loading()) == {"@local/a"}
    models.opener.gate.set()
    residents = {answer.get(timeout=5) for answer in answers}
    assert len(residents) == 1 and models.opener.opened == ["a"]
    (resident,) = residents
    assert isinstance(resident, Resident) and resident.users == 5


def test_the_least_recently_used_idle_model_makes_room(models: Models) -> None:
    for name in ("a", "b", "a", "c"):
        models.use(name)
    assert models.loaded == {"a", "c"}
    assert [engine.closed for engine in models.opener.engines] == [False, True, False]


def test_a_busy_model_is_never_unloaded_the_third_waits_for_it(models: Models) -> None:
    first, second = models.hold("a"), models.hold("b")
    third = models.ask("c")
    with pytest.raises(queue.Empty):
        third.get(timeout=0.05)
    assert models.loaded == {"a", "b"}
    models.residency.release(second)
    assert isinstance(third.get(timeout=5), Resident)
    assert models.loaded == {"a", "c"}
    assert not first.engine.closed  # type: ignore[attr-defined]


def test_a_model_larger_than_the_budget_is_refused_with_the_numbers(models: Models) -> None:
    models.use("a")
    models.opener.bytes = 26
    error = models.ask("b").get(timeout=5)
    assert isinstance(error, DoesNotFit) and (error.needed, error.free) == (26, 25)


def test_a_failed_load_tells_every_waiter_and_may_be_tried_again(models: Models) -> None:
    models.opener.fault = ModelLoadError("bad magic", model="a")
    models.opener.gate.clear()
    answers = [models.ask("a") for _ in range(3)]
    models.opener.gate.set()
    assert {type(answer.get(timeout=5)) for answer in answers} == {ModelLoadError}
    models.opener.fault = None
    models.use("a")
    assert models.loaded == {"a"}


def test_an_unexpected_fault_is_an_answer_too(models: Models) -> None:
    models.opener.fault = ZeroDivisionError("oops")
    error = models.ask("a").get(timeout=5)
    assert isinstance(error, LocalAIError) and "oops" in str(error)


def test_an_idle_model_goes_after_keep_alive_and_a_busy_one_stays() -> None:
    models = Models(keep_alive=0.05)
    busy = models.hold("a")
    models.use("b")
    wait_until(lambda: models.loaded == {"a"})
    models.residency.release(busy)
    wait_until(lambda: not models.loaded)
    assert all(engine.closed for engine in models.opener.engines)
    models.residency.close()


def test_unload_refuses_a_busy_model(models: Models) -> None:
    busy = models.hold("a")
    assert not models.residency.unload("@local/a")
    models.residency.release(busy)
    assert models.residency.unload("@local/a")
    assert not models.residency.unload("@local/a")


def test_close_stops_a_load_under_way_and_tells_its_waiters(models: Models) -> None:
    models.opener.gate.clear()
    answer = models.ask("a")
    models.residency.close()
    assert isinstance(answer.get(timeout=5), Closed)
    late = models.ask("b").get(timeout=5)
    assert isinstance(late, Closed)


def test_close_ends_a_load_that_waits_for_room(models: Models) -> None:
    models.hold("a"), models.hold("b")
    third = models.ask("c")
    models.residency.close()
    assert isinstance(third.get(timeout=5), Closed)
    assert all(engine.closed for engine in models.opener.engines)


def test_what_is_loaded_beside_a_model_counts_once_and_takes_idle_ones_room(
    models: Models,
) -> None:
    models.use("idle")
    held = models.hold("held")
    models.residency.grow(held, "small", 5)
    models.residency.grow(held, "small", 5)
    assert models.loaded == {"idle", "held"} and held.bytes == 15
    models.residency.grow(held, "more", 5)
    assert models.loaded == {"held"} and held.bytes == 20
    with pytest.raises(DoesNotFit) as caught:
        models.residency.grow(held, "too much", 6)
    assert (caught.value.needed, caught.value.free) == (6, 5)
    assert held.beside == {"small": 5, "more": 5}
    models.residency.release(held)
    models.use("next")
    assert models.loaded == {"next"}


def test_growth_does_not_wait_for_a_load(models: Models) -> None:
    held = models.hold("held")
    models.opener.gate.clear()
    coming = models.ask("coming")
    wait_until(lambda: bool(models.residency.loading()))
    models.residency.grow(held, "beside", 5)
    models.opener.gate.set()
    assert isinstance(coming.get(timeout=5), Resident)
    assert held.bytes == 15
