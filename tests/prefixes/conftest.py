from __future__ import annotations

import os
from array import array
from collections.abc import Callable
from pathlib import Path

import pytest

from localai.prefixes import Folder, Prefix, key_of

Make = Callable[..., Prefix]
FACTS = {"weights": "ab" * 32, "build": "1"}
KEY = key_of(FACTS)


def prefix(tokens: list[int], size: int = 3 << 20, **facts: str) -> Prefix:
    """A state of random bytes, of two whole segments and more."""
    state = memoryview(bytearray(os.urandom(size)))
    return Prefix({**FACTS, **facts}, {"model": "@local/a"}, array("i", tokens), 256, state)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "prefixes", 1 << 30)
