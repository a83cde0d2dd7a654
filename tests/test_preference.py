"""Which model answers where none is named: the best that is here, and fits or is loaded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

import pytest

from localai import machine
from localai.errors import NotDownloaded
from localai.model import ModelSpec
from localai.preference import PREFERRED, preferred
from localai.registry import Registry
from localai.runtime import Runtime

BEST, SMALL = PREFERRED


@dataclass
class File:
    quant: str
    bytes: int


@dataclass
class Loaded:
    spec: ModelSpec


@dataclass
class Here:
    """A runtime with files of so many bytes on its disk, by model."""

    files: dict[str, int]
    loaded: tuple[str, ...] = ()
    registry: Registry = field(default_factory=Registry.load)

    @property
    def store(self) -> Here:
        return self

    def installed(self, spec: ModelSpec) -> list[File]:
        size = self.files.get(spec.id)
        return [] if size is None else [File(spec.default_quant, size)]

    def status(self) -> tuple[Loaded, ...]:
        return tuple(Loaded(self.registry.resolve(name)) for name in self.loaded)


def choice(here: Here, remarks: list[str] | None = None) -> str:
    found = preferred(cast(Runtime, here), None if remarks is None else remarks.append)
    return found.id


@pytest.fixture(autouse=True)
def memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """8 GB are free."""
    fixed = machine.Memory(total=16 * 10**9, free=8 * 10**9)
    monkeypatch.setattr("localai.preference.machine.memory", lambda: fixed)


def test_the_best_that_is_here_answers() -> None:
    assert choice(Here({BEST: 5 * 10**9, SMALL: 2 * 10**6})) == BEST
    assert choice(Here({SMALL: 2 * 10**6})) == SMALL


def test_what_does_not_fit_is_passed_over_with_a_remark() -> None:
    remarks: list[str] = []
    assert choice(Here({BEST: 50 * 10**9, SMALL: 2 * 10**6}), remarks) == SMALL
    assert len(remarks) == 1 and "smaller model" in remarks[0]
    assert choice(Here({BEST: 50 * 10**9, SMALL: 2 * 10**6})) == SMALL


def test_what_is_loaded_fits_although_it_leaves_no_room() -> None:
    assert choice(Here({BEST: 50 * 10**9, SMALL: 2 * 10**6}, loaded=(BEST,))) == BEST


def test_without_any_the_best_is_named() -> None:
    with pytest.raises(NotDownloaded, match=BEST):
        choice(Here({}))
