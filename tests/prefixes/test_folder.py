"""Prefixes on disk: what comes back is what was written, or nothing does."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import time
from array import array
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localai.prefixes import Folder, Prefix, entry, key_of
from tests.prefixes.conftest import FACTS, KEY, prefix

TOKENS = list(range(1000, 2000))


def found(folder: Folder, tokens: list[int], key: str = KEY) -> tuple[int, bytes | None]:
    """How many tokens a fresh look finds, and the state that comes with them."""
    folder.refresh(key)
    match = folder.find(key, array("i", tokens))
    if match is None:
        return 0, None
    state = folder.read(match.entry)
    return match.shared, None if state is None else bytes(state)


def files(folder: Folder) -> list[Path]:
    return sorted(path for path in folder.root.rglob("*") if path.is_file())


@pytest.mark.parametrize("size", [0, 1, entry.SEGMENT, entry.SEGMENT + 1, 5 * entry.SEGMENT - 3])
def test_what_was_written_comes_back(folder: Folder, size: int) -> None:
    kept = prefix(TOKENS, size)
    assert folder.write(kept)
    again = Folder(folder.root)
    assert found(again, TOKENS) == (1000, bytes(kept.state))
    assert found(again, [*TOKENS[:700], 1, 2]) == (700, bytes(kept.state))
    assert found(again, [1, *TOKENS]) == (0, None)
    (one,) = [one for one, _ in again.entries()]
    assert (one.exact, one.about, dict(one.facts)) == (256, kept.about, dict(kept.facts))


def test_of_several_the_one_that_shares_most_is_found(folder: Folder) -> None:
    for other in ([1, 2, 3], [*TOKENS[:400], 7], [*TOKENS[:600], 8], TOKENS[:100]):
        assert folder.write(prefix(other, 100))
    assert found(folder, TOKENS)[0] == 600
    match = folder.find(KEY, array("i", TOKENS), least=500, most=601)
    assert match and match.shared == 600
    assert folder.find(KEY, array("i", TOKENS), least=601) is None
    match = folder.find(KEY, array("i", TOKENS), most=400)
    assert match and match.shared == 100


def test_an_entry_that_a_longer_one_contains_goes(folder: Folder) -> None:
    folder.write(prefix(TOKENS[:500], 100))
    folder.write(prefix(TOKENS, 100))
    folder.write(prefix([*TOKENS[:500], 5], 100))
    assert sorted(len(one.tokens) for one, _ in folder.entries()) == [501, 1000]


def test_only_the_owner_may_read_them(folder: Folder) -> None:
    folder.write(prefix(TOKENS, 100))
    (path,) = files(folder)
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder.root.stat().st_mode & 0o777 == path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("fact", ["weights", "build", "keys", "adapter"])
def test_what_another_model_or_build_wrote_is_not_used_and_stays(folder: Folder, fact: str) -> None:
    theirs = prefix(TOKENS, 100, **{fact: "another"})
    folder.write(theirs)
    assert found(folder, TOKENS) == (0, None)
    assert found(folder, TOKENS, key_of(theirs.facts)) == (1000, bytes(theirs.state))
    # Put where it does not belong it is no use to anybody.
    (path,) = files(folder)
    place = folder.root / KEY
    place.mkdir()
    path.rename(place / path.name)
    assert found(folder, TOKENS) == (0, None)
    assert files(folder) == []


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Folder, Path, bytes]:
    folder = Folder(tmp_path_factory.mktemp("whole") / "prefixes", 1 << 30)
    folder.write(prefix(TOKENS[:50], entry.SEGMENT + 500))
    (path,) = files(folder)
    return folder, path, path.read_bytes()


@settings(max_examples=150, deadline=None)
@given(st.floats(0, 1, exclude_max=True), st.booleans(), st.integers(1, 255))
def test_a_flipped_byte_is_always_found(
    whole: tuple[Folder, Path, bytes], at: float, in_head: bool, change: int
) -> None:
    folder, path, good = whole
    index = int(at * (1200 if in_head else len(good)))
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(good[:index] + bytes([good[index] ^ change]) + good[index + 1 :])
    assert found(Folder(folder.root), TOKENS[:50])[1] is None
    assert not path.exists(), "it is dropped"


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 1, exclude_max=True), st.booleans())
def test_a_file_that_is_cut_off_or_longer_is_dropped(
    whole: tuple[Folder, Path, bytes], at: float, longer: bool
) -> None:
    folder, path, good = whole
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(good + b"x" * (1 + int(9 * at)) if longer else good[: int(at * len(good))])
    assert found(Folder(folder.root), TOKENS[:50]) == (0, None)
    assert not path.exists()


def test_an_entry_that_changes_after_it_was_found_is_not_believed(folder: Folder) -> None:
    folder.write(prefix(TOKENS, 100))
    folder.refresh(KEY)
    match = folder.find(KEY, array("i", TOKENS))
    assert match is not None
    other = Folder(folder.root.parent / "other", 1 << 30)
    other.write(prefix(TOKENS[:10], 100))
    match.entry.path.write_bytes(files(other)[0].read_bytes())
    assert folder.read(match.entry) is None
    folder.write(prefix(TOKENS, 100))
    match = folder.find(KEY, array("i", TOKENS))
    assert match is not None
    match.entry.path.unlink()
    assert folder.read(match.entry) is None
    assert folder.find(KEY, array("i", TOKENS)) is None


def test_the_longest_unused_go_when_the_quota_is_reached(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "prefixes", 50_000)
    for turn in range(4):
        assert folder.write(prefix([turn] * 10, 10_000))
        (path,) = [p for p in files(folder) if p.stat().st_mtime > time.time() - 1000]
        os.utime(path, (turn, turn))
    assert found(folder, [0] * 10)[0] == 10  # used now: the next oldest goes in its place
    assert folder.write(prefix([4] * 10, 10_000))
    assert folder.used() <= 50_000
    kept = {one.tokens[0] for one, _ in folder.entries()}
    assert kept == {0, 2, 3, 4}
    assert not folder.write(prefix([5] * 10, 30_000)), "one entry may take half"
    assert {one.tokens[0] for one, _ in folder.entries()} == kept
    assert not Folder(tmp_path / "none", 0).write(prefix([1], 10))
    assert not (tmp_path / "none").exists()


def test_a_full_disk_is_one_warning_and_no_entry(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder.write(prefix([1] * 10, 100))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert not folder.write(prefix(TOKENS, 100))
        assert not folder.write(prefix(TOKENS, 100))
    assert len(caplog.records) == 1 and "No space" in caplog.text
    assert len(files(folder)) == 1, "nothing half written is left"
    assert folder.write(prefix(TOKENS, 100))


def child(code: str, *args: object) -> subprocess.Popen[bytes]:
    head = "import sys\nfrom tests.prefixes.conftest import *\n"
    command = [sys.executable, "-c", head + code, *map(str, args)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_a_file_size_limit_of_the_system_is_no_crash(folder: Folder) -> None:
    code = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
f = Folder(Path(sys.argv[1]), 1 << 30)
print(f.write(prefix([1, 2, 3], 3 << 20)), f.write(prefix([1, 2, 3], 1000)))
"""
    out, err = child(code, folder.root).communicate(timeout=60)
    assert out.split() == [b"False", b"True"], err
    assert len(files(folder)) == 1


WRITER = """
f = Folder(Path(sys.argv[1]), 1 << 30)
print("go", flush=True)
for turn in range(1000):
    f.write(prefix([int(sys.argv[2])] * 5 + [turn % 7], 4 << 20))
"""


def test_a_writer_that_is_killed_leaves_whole_entries_only(folder: Folder) -> None:
    chance = random.Random(5)
    for turn in range(8):
        process = child(WRITER, folder.root, turn % 2)
        assert process.stdout is not None and process.stdout.readline() == b"go\n"
        time.sleep(chance.random() / 20)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        for one, _ in folder.entries():
            assert folder.read(one) is not None
        assert all(path.suffix == ".prefix" or path.suffix == ".part" for path in files(folder))
    folder.sweep()
    assert all(path.suffix == ".prefix" for path in files(folder))


def test_what_another_process_is_writing_is_not_swept_away(folder: Folder) -> None:
    code = """
import localai.prefixes.entry as e, os, time
real = os.fsync
def slow(n):
    print("writing", flush=True); sys.stdin.readline(); real(n)
os.fsync = slow
print(Folder(Path(sys.argv[1]), 1 << 30).write(prefix([1, 2, 3], 1000)))
"""
    head = "import sys\nfrom tests.prefixes.conftest import *\n"
    with subprocess.Popen(
        [sys.executable, "-c", head + code, str(folder.root)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None and process.stdout.readline() == b"writing\n"
        folder.sweep()
        assert [path.suffix for path in files(folder)] == [".part"]
        out, _ = process.communicate(b"\n", timeout=60)
    assert out == b"True\n"
    assert found(folder, [1, 2, 3])[0] == 3


def test_two_processes_share_a_folder(folder: Folder) -> None:
    code = """
f = Folder(Path(sys.argv[1]), 300_000)
for turn in range(60):
    f.write(prefix([turn % 9] * 20 + [int(sys.argv[2])], 20_000))
    f.sweep()
    f.refresh(KEY)
    m = f.find(KEY, array("i", [turn % 5] * 20))
    if m: f.read(m.entry)
print("done")
"""
    both = [child(code, folder.root, each) for each in range(2)]
    for process in both:
        out, err = process.communicate(timeout=120)
        assert (out, err) == (b"done\n", b"")
    for one, _ in folder.entries():
        assert folder.read(one) is not None
    assert folder.used() <= 340_000
    assert all(path.suffix == ".prefix" for path in files(folder))


def test_entries_of_others_are_listed_and_cleared(folder: Folder) -> None:
    folder.write(prefix(TOKENS, 100))
    folder.write(prefix(TOKENS, 100, build="2"))
    assert len(list(folder.entries())) == 2
    strange = folder.root / ("f" * 40) / "later.prefix"
    strange.parent.mkdir()
    strange.write_bytes(b"LAIprefix9\n of a version to come")
    assert len(list(folder.entries())) == 2 and strange.exists()
    count, freed = folder.remove(lambda one: one.facts["build"] == "2")
    assert count == 1 and freed > 100
    assert folder.clear()[0] == 2
    assert files(folder) == []


def test_many_entries_are_indexed_by_their_heads(folder: Folder) -> None:
    for turn in range(300):
        folder.write(prefix([turn, *TOKENS[:200]], 10))
    again = Folder(folder.root)
    begun = time.perf_counter()
    again.refresh(KEY)
    assert time.perf_counter() - begun < 5
    assert found(again, [77, *TOKENS])[0] == 201


@pytest.mark.parametrize("call", [Folder.sweep, Folder.used, Folder.clear])
def test_a_folder_that_is_not_there_is_empty(
    tmp_path: Path, call: Callable[[Folder], object]
) -> None:
    folder = Folder(tmp_path / "no" / "where")
    call(folder)
    assert list(folder.entries()) == [] and found(folder, TOKENS) == (0, None)


def test_without_a_quota_it_takes_a_tenth_of_the_disk(folder: Folder) -> None:
    free = Folder(folder.root).quota(0)
    assert 0 < free <= 5_000_000_000
    assert isinstance(FACTS, dict) and isinstance(prefix([1], 1), Prefix)
