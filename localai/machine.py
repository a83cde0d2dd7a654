"""What this machine gives us: memory, cores, CPU features and disk, as the container may use them.

It must not know models, weights or how the figures are spent.
"""

from __future__ import annotations

import ctypes
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

# A cgroup v1 without a limit reports the largest page-aligned 63-bit number.
NO_LIMIT = 1 << 60
ROOT = Path("/")
# Seconds between two looks at whether a process that cannot be waited for has ended.
LOOK = 0.2


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes of RAM: `total` that this process may ever use, `free` that it could take now."""

    total: int
    free: int


@dataclass(frozen=True, slots=True)
class Cpu:
    """The processor as this process sees it.

    flags: instruction sets in the kernel's spelling (empty where the system does not tell).
    logical: CPUs that we may run on; cores: physical performance cores among them.
    quota: how many CPUs' worth of time a container grants, None without a limit.
    """

    name: str
    flags: frozenset[str]
    logical: int
    cores: int
    quota: float | None


class Starter:
    """A process that started this one, directly or through others."""

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self._is_parent = process.pid == os.getppid()

    def wait(self) -> None:
        """Return when it has ended, whether or not anybody has taken note of that."""
        while not self._is_gone():
            with suppress(psutil.TimeoutExpired):
                self._process.wait(LOOK)

    def _is_gone(self) -> bool:
        if self._is_parent and os.name != "nt" and os.getppid() != self._process.pid:
            return True  # we have been given to another
        try:
            running = self._process.is_running()
            return not running or self._process.status() == psutil.STATUS_ZOMBIE
        except psutil.AccessDenied:
            return False
        except psutil.NoSuchProcess:
            return True


def starters(word: str) -> tuple[Starter, ...]:
    """The process that started this one. Where `word` stands in its command line it only passed
    ours on (a shell, `uv run`, the python.exe of a Windows environment), and the one that started
    it counts too."""
    found = []
    process = psutil.Process().parent()
    while process is not None:
        found.append(Starter(process))
        try:
            process = process.parent() if _has_word(process, word) else None
        except psutil.Error:
            break
    return tuple(found)


def _has_word(process: psutil.Process, word: str) -> bool:
    return any(word in argument for argument in process.cmdline())


def memory(root: Path = ROOT) -> Memory:
    """RAM as the smaller of the machine's and every enclosing cgroup's (v1 and v2)."""
    system = psutil.virtual_memory()
    total, free = system.total, system.available
    for folder in _cgroup_folders(root, "memory"):
        limit = _number(folder / "memory.max") or _number(folder / "memory.limit_in_bytes")
        if limit is None or limit >= NO_LIMIT:
            continue
        total = min(total, limit)
        free = min(free, max(0, limit - _held_bytes(folder)))
    return Memory(total, free)


def resident_bytes() -> int:
    """RAM that this process holds, with the pages of files that it has mapped."""
    return int(psutil.Process().memory_info().rss)


def load() -> float | None:
    """How many programs computed at once in the last minute; None where the system counts none."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def give_back_memory() -> None:
    """Return what has been freed to the system, where the C library would keep it: glibc has a heap
    for each thread, and one model after another leaves holes of megabytes in each of them."""
    if sys.platform == "linux":
        # musl has no such call, nor the need for it.
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


def threads(root: Path = ROOT) -> int:
    """Threads to compute with: physical cores, and no more than the container's quota of time.

    llama.cpp's threads wait for each other by spinning, so one that is throttled stalls them all:
    the quota is rounded down.
    """
    processor = cpu(root)
    quota = processor.cores if processor.quota is None else int(processor.quota)
    return max(1, min(processor.cores, quota))


def cpu(root: Path = ROOT) -> Cpu:
    """The processor; `root` stands for `/` so that tests can show other machines."""
    usable = _usable_cpus()
    name, flags = _cpu_name_and_flags(root)
    cores = _linux_cores(root, usable) or _perf_cores_of_a_mac() or psutil.cpu_count(logical=False)
    return Cpu(name, flags, len(usable), min(cores or 1, len(usable)), _quota(root))


def disk_free(path: Path) -> int:
    """Free bytes on the disk that `path` is on, or would be on once it is made."""
    path = path.absolute()
    while not path.exists():
        path = path.parent
    return shutil.disk_usage(path).free


def _usable_cpus() -> frozenset[int]:
    if sys.platform == "darwin":  # macOS has no affinity
        return frozenset(range(os.cpu_count() or 1))
    return frozenset(psutil.Process().cpu_affinity() or [0])


def _linux_cores(root: Path, usable: frozenset[int]) -> int | None:
    """Physical cores among the usable CPUs; of a hybrid processor only the performance cores."""
    fast = _cpu_list(_text(root / "sys/devices/cpu_core/cpus")) & usable or usable
    siblings = set()
    for number in fast:
        topology = root / f"sys/devices/system/cpu/cpu{number}/topology"
        shared = _text(topology / "core_cpus_list") or _text(topology / "thread_siblings_list")
        siblings.add(shared or str(number))
    known = (root / "sys/devices/system/cpu/cpu0/topology").is_dir()
    return len(siblings) if known else None


def _perf_cores_of_a_mac() -> int | None:
    count = _sysctl("hw.perflevel0.physicalcpu")
    return int(count) if count.isdigit() else None


def _quota(root: Path) -> float | None:
    quotas = []
    for folder in _cgroup_folders(root, "cpu"):
        if limit := _text(folder / "cpu.max"):
            amount, period = limit.split()
            quotas += [int(amount) / int(period)] if amount != "max" else []
        elif (micros := _number(folder / "cpu.cfs_quota_us")) is not None and micros > 0:
            quotas.append(micros / (_number(folder / "cpu.cfs_period_us") or 100_000))
    return min(quotas, default=None)


def _held_bytes(folder: Path) -> int:
    """Bytes that a cgroup cannot give back: its usage less the page cache, as the kernel's own
    MemAvailable reckons; weights that were only read or hashed are no reason to refuse a model."""
    used = _number(folder / "memory.current") or _number(folder / "memory.usage_in_bytes") or 0
    stat = dict(line.split() for line in _text(folder / "memory.stat").splitlines())
    prefix = "total_" if "total_active_file" in stat else ""
    cache = sum(int(stat.get(f"{prefix}{kind}_file", 0)) for kind in ("active", "inactive"))
    return max(0, used - cache)


def _cgroup_folders(root: Path, controller: str) -> Iterator[Path]:
    """The folders of our cgroup and its ancestors, v2 and v1, as far as they are mounted here."""
    mount = root / "sys/fs/cgroup"
    for line in _text(root / "proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        tops = [mount / controller, mount / controllers] if controllers else [mount]
        top = next((folder for folder in tops if folder.is_dir()), None)
        if top is None:
            continue
        here = Path(path.lstrip("/"))
        # In a container the path may be the host's, its folders not here; the top always counts.
        yield from (top / part for part in (here, *here.parents) if (top / part).is_dir())


def _cpu_name_and_flags(root: Path) -> tuple[str, frozenset[str]]:
    lines = _text(root / "proc/cpuinfo").splitlines()
    facts = {
        key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)
    }
    flags = facts.get("flags") or facts.get("Features") or _sysctl("machdep.cpu.features").lower()
    name = facts.get("model name") or _sysctl("machdep.cpu.brand_string") or platform.processor()
    return name or platform.machine(), frozenset(flags.split())


def _cpu_list(text: str) -> frozenset[int]:
    """The CPUs of a kernel list such as `0-3,8`."""
    ranges = [part.partition("-") for part in text.split(",") if part]
    return frozenset(n for low, _, high in ranges for n in range(int(low), int(high or low) + 1))


def _number(path: Path) -> int | None:
    text = _text(path)
    return int(text) if text.lstrip("-").isdigit() else None


def _text(path: Path) -> str:
    """A file's text; empty where this machine has no such file: most lack most of them."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _sysctl(name: str) -> str:
    if sys.platform != "darwin":
        return ""
    found = subprocess.run(["sysctl", "-n", name], capture_output=True, text=True, check=False)
    return found.stdout.strip()
