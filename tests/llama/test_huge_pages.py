from __future__ import annotations

import ctypes
import mmap
import sys
from pathlib import Path

import pytest

from localai.llama import LlamaModel, huge_pages, model
from localai.llama.huge_pages import HugePages

SIZE = 4 * huge_pages.LEAST

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not Path("/sys/kernel/mm/transparent_hugepage").exists(),
    reason="this system has no huge pages to ask for",
)


def asked_for(memory: mmap.mmap) -> bool:
    """Whether the kernel notes that huge pages are wanted there."""
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    within = False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        name = line.split()[0]
        if not name.endswith(":"):
            begin, end = (int(each, 16) for each in name.split("-"))
            within = begin <= address < end
        elif within and name == "VmFlags:":
            return "hg" in line.split()
    raise AssertionError("nothing lies there")


def room() -> mmap.mmap:
    return mmap.mmap(-1, SIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)


def test_what_came_meanwhile_is_asked_for_and_nothing_later() -> None:
    pages = HugePages()
    meanwhile = room()
    pages.advise()
    assert asked_for(meanwhile)
    later = mmap.mmap(-1, SIZE)  # shared, so that it is no part of the other
    pages.advise()
    assert not asked_for(later)


def test_a_model_is_loaded_into_them(monkeypatch: pytest.MonkeyPatch, tiny_path: Path) -> None:
    seen = []

    class Watched(HugePages):
        def advise(self) -> None:
            seen.append(self)

    monkeypatch.setattr(model, "HugePages", Watched)
    LlamaModel(tiny_path, gpu_layers=0).close()
    assert seen and len(set(map(id, seen))) == 1
