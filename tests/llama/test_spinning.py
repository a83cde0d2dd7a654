from __future__ import annotations

import os
import sys
import threading
import time
from types import SimpleNamespace

import pytest

from localai.llama import spinning
from localai.llama.binding import brake as real
from localai.llama.spinning import Brake

linux = pytest.mark.skipif(sys.platform != "linux", reason="libgomp's environment is set on Linux")


def brakes() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "localai-brake"]


def settled(count: int) -> bool:
    end = time.monotonic() + 10
    while len(brakes()) != count and time.monotonic() < end:
        time.sleep(0.001)
    return len(brakes()) == count


@linux
def test_only_what_the_host_left_open_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spinning, "_ours", False)
    for name in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OMP_WAIT_POLICY", "passive")
    with spinning.patient():
        assert "GOMP_SPINCOUNT" not in os.environ
    assert os.environ["OMP_WAIT_POLICY"] == "passive"
    assert not Brake(SimpleNamespace(GOMP_parallel=print)).works_for(2)


def test_a_build_without_libgomp_has_no_brake() -> None:
    assert not Brake(SimpleNamespace()).works_for(2)


def test_teams_that_need_none_have_none() -> None:
    assert not real.works_for(1)
    assert not real.works_for(10_000), "more threads than processors spin shortly already"


@linux
def test_it_holds_until_the_last_lets_go() -> None:
    if not real.works_for(2):
        pytest.skip("one processor, no libgomp, or spins that are not ours to set")
    one, other = object(), object()
    before = len(os.listdir("/proc/self/task"))
    try:
        for holder in (one, one, other):
            real.on(holder, 2)
        assert settled(1)
        real.off(one)
        assert settled(1)
    finally:
        real.off(one)
        real.off(other)
    assert settled(0)
    for _ in range(20):
        real.on(one, 2)
        real.off(one)
    assert settled(0)
    end = time.monotonic() + 10
    while len(os.listdir("/proc/self/task")) > before and time.monotonic() < end:
        time.sleep(0.001)
    assert len(os.listdir("/proc/self/task")) <= before, "its team went with it"
