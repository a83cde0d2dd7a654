"""The figures that decide what fits and how many threads compute, on machines drawn as files."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from localai import machine

GIB = 1 << 30


@pytest.fixture(autouse=True)
def large_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with 64 GiB, 48 of them free, and eight CPUs."""
    system = SimpleNamespace(total=64 * GIB, available=48 * GIB)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: system)
    monkeypatch.setattr(machine, "_usable_cpus", lambda: frozenset(range(8)))


def draw(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def cores(pairs: list[str]) -> dict[str, str]:
    """Topology files: `pairs[n]` lists the CPUs that share CPU n's core."""
    folder = "sys/devices/system/cpu/cpu{}/topology/core_cpus_list"
    return {folder.format(number): shared for number, shared in enumerate(pairs)}


EIGHT = cores([str(number) for number in range(8)])


def test_without_cgroups_memory_is_the_machines(tmp_path: Path) -> None:
    assert machine.memory(tmp_path) == machine.Memory(64 * GIB, 48 * GIB)


def test_a_v2_container_limits_memory_and_page_cache_counts_as_free(tmp_path: Path) -> None:
    root = draw(
        tmp_path,
        {
            "proc/self/cgroup": "0::/\n",
            "sys/fs/cgroup/memory.max": str(8 * GIB),
            "sys/fs/cgroup/memory.current": str(6 * GIB),
            "sys/fs/cgroup/memory.stat": f"anon 1\nactive_file {3 * GIB}\ninactive_file {GIB}\n",
        },
    )
    assert machine.memory(root) == machine.Memory(total=8 * GIB, free=6 * GIB)


def test_a_parent_cgroup_with_a_smaller_limit_decides(tmp_path: Path) -> None:
    root = draw(
        tmp_path,
        {
            "proc/self/cgroup": "0::/user.slice/app.scope\n",
            "sys/fs/cgroup/user.slice/memory.max": str(4 * GIB),
            "sys/fs/cgroup/user.slice/memory.current": str(GIB),
            "sys/fs/cgroup/user.slice/app.scope/memory.max": "max\n",
        },
    )
    assert machine.memory(root) == machine.Memory(total=4 * GIB, free=3 * GIB)


def test_a_v1_limit_is_read_and_its_word_for_none_is_known(tmp_path: Path) -> None:
    files = {
        "proc/self/cgroup": "4:memory:/host/only/path\n1:cpu,cpuacct:/\n",
        "sys/fs/cgroup/memory/memory.limit_in_bytes": str(2 * GIB),
        "sys/fs/cgroup/memory/memory.usage_in_bytes": str(GIB),
        "sys/fs/cgroup/memory/memory.stat": f"total_active_file {GIB // 2}\nactive_file 0\n",
    }
    assert machine.memory(draw(tmp_path, files)) == machine.Memory(2 * GIB, 3 * GIB // 2)
    files["sys/fs/cgroup/memory/memory.limit_in_bytes"] = "9223372036854771712"
    assert machine.memory(draw(tmp_path, files)).total == 64 * GIB


def test_a_container_over_its_limit_has_nothing_free(tmp_path: Path) -> None:
    root = draw(
        tmp_path,
        {
            "proc/self/cgroup": "0::/\n",
            "sys/fs/cgroup/memory.max": str(GIB),
            "sys/fs/cgroup/memory.current": str(2 * GIB),
        },
    )
    assert machine.memory(root).free == 0


def test_hyperthreads_of_one_core_count_once(tmp_path: Path) -> None:
    root = draw(tmp_path, cores(["0,4", "1,5", "2,6", "3,7"] * 2))
    assert machine.cpu(root).cores == 4
    assert machine.threads(root) == 4


def test_efficiency_cores_are_left_alone(tmp_path: Path) -> None:
    hybrid = cores(["0-1", "0-1", "2-3", "2-3", "4", "5", "6", "7"])
    root = draw(tmp_path, {**hybrid, "sys/devices/cpu_core/cpus": "0-3\n"})
    assert machine.threads(root) == 2


def test_affinity_limits_the_cores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_usable_cpus", lambda: frozenset({0, 1}))
    root = draw(tmp_path, cores(["0,4", "1,5", "2,6", "3,7"] * 2))
    assert machine.cpu(root).logical == 2
    assert machine.threads(root) == 2


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"sys/fs/cgroup/cpu.max": "350000 100000\n"}, 3),
        ({"sys/fs/cgroup/cpu.max": "50000 100000\n"}, 1),
        ({"sys/fs/cgroup/cpu.max": "max 100000\n"}, 8),
    ],
)
def test_a_v2_quota_limits_the_threads(
    tmp_path: Path, limits: dict[str, str], expected: int
) -> None:
    root = draw(tmp_path, {**EIGHT, "proc/self/cgroup": "0::/\n", **limits})
    assert machine.threads(root) == expected


@pytest.mark.parametrize(("quota", "expected"), [("200000", 2), ("-1", 8)])
def test_a_v1_quota_limits_the_threads(tmp_path: Path, quota: str, expected: int) -> None:
    limits = {
        "proc/self/cgroup": "1:cpu,cpuacct:/\n",
        "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": quota,
        "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000",
    }
    assert machine.threads(draw(tmp_path, {**EIGHT, **limits})) == expected


def test_name_and_flags_come_from_the_kernel(tmp_path: Path) -> None:
    info = "processor\t: 0\nmodel name\t: Some CPU\nflags\t\t: sse2 avx2 fma\n"
    processor = machine.cpu(draw(tmp_path, {"proc/cpuinfo": info}))
    assert processor.name == "Some CPU"
    assert processor.flags == {"sse2", "avx2", "fma"}


def test_this_machine_answers_with_sane_figures() -> None:
    assert 0 < machine.memory().free <= machine.memory().total
    assert 1 <= machine.threads() <= machine.cpu().logical


def test_disk_free_of_a_folder_yet_to_be_made(tmp_path: Path) -> None:
    assert machine.disk_free(tmp_path / "not" / "yet" / "here") > 0
