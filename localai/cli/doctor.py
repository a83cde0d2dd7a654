"""`localai doctor`: what this machine offers, and what is wrong with how to mend it.

It must not know how figures are read; it asks the rooms that own them.
"""

from __future__ import annotations

import json
import os
import platform
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import click

from localai import __version__, machine
from localai.cli.output import emit, json_option, printable, size
from localai.errors import LocalAIError
from localai.prefixes import cache_directory
from localai.registry import Registry, config_dir
from localai.weights.store import Store

# What llama.cpp's CPU code has kernels for, in the kernel's spellings (x86, then ARM).
TELLING_FLAGS = (
    "ssse3", "avx", "f16c", "fma", "bmi2", "avx2", "avx_vnni", "avx512f", "avx512vl",
    "avx512vbmi", "avx512_vnni", "avx512_bf16", "amx_int8", "asimd", "asimddp", "i8mm", "sve",
)  # fmt: skip

# The smallest chat model of the registry takes about this much, on disk and in memory.
LITTLE = 1_000_000_000

# llama.cpp is asked in a process of its own: built for another processor, it dies by SIGILL.
ASK_LLAMA = """
import json
from localai.llama import build_info
from localai.llama.devices import devices
print(json.dumps({**build_info(), "devices": devices()}))
"""
PATIENCE = 60  # seconds; a cold disk takes some for the library

REBUILD = (
    "Build it for this machine: pip install --force-reinstall --no-cache-dir --no-binary "
    "llama-cpp-python 'llama-cpp-python>=0.3.36,<0.4' (needs a C and C++ compiler)"
)


class Problem(NamedTuple):
    """What is wrong, and how to mend it."""

    what: str
    mend: str


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """Say what this machine offers, what llama.cpp was built with, and what is wrong.

    The exit code is 1 where something is wrong; each problem comes with its remedy.

    \b
    Examples:
      localai doctor
      localai doctor --json
    """
    facts = examine()
    problems = list(diagnose(facts))
    if as_json:
        emit({**facts, "problems": [problem._asdict() for problem in problems]})
    else:
        for name, value in _lines(facts):
            click.echo(f"{name:10} {printable(value)}")
        for problem in problems:
            click.echo(f"\nWRONG: {problem.what}\n  MEND: {problem.mend}")
        if not problems:
            click.echo("\nNothing is wrong.")
    if problems:
        click.get_current_context().exit(1)


def examine() -> dict[str, Any]:
    """Everything that can be found out, as JSON-able values; sizes in bytes."""
    from localai.weights.settings import settings

    processor, memory, store = machine.cpu(), machine.memory(), Store()
    hub = settings(store)
    return {
        "localai": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "cpu": {
            "name": processor.name,
            "flags": [flag for flag in TELLING_FLAGS if flag in processor.flags],
            "logical": processor.logical,
            "cores": processor.cores,
            "quota": processor.quota,
            "threads": machine.threads(),
        },
        "memory": {"total": memory.total, "free": memory.free},
        "disk": {"path": hub["models"], "free": machine.disk_free(Path(str(hub["models"])))},
        "llama_cpp": ask_llama(),
        "hub": hub,
        "folders": {
            "config": str(config_dir()),
            "data": hub["data"],
            "cache": str(cache_directory()),
        },
        "registry": _registry(),
    }


def ask_llama() -> dict[str, Any]:
    """What llama.cpp says of itself, or {"error", "signal"} where it cannot even be loaded."""
    command = [sys.executable, "-c", ASK_LLAMA]
    try:
        child = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return {"error": f"no answer within {PATIENCE} s", "signal": None}
    if child.returncode < 0:
        name = signal.Signals(-child.returncode).name
        return {"error": f"loading it ended the process with {name}", "signal": name}
    if child.returncode > 0:
        lines = child.stderr.decode(errors="replace").strip().splitlines()
        return {"error": lines[-1] if lines else "no message", "signal": None}
    facts: dict[str, Any] = json.loads(child.stdout)
    return facts


def diagnose(facts: dict[str, Any]) -> Iterator[Problem]:
    """The problems that the facts of `examine` show."""
    yield from _engine_problems(facts["llama_cpp"], facts["cpu"]["flags"])
    if facts["registry"]["error"]:
        yield Problem(facts["registry"]["error"], "Mend or remove that file.")
    if facts["memory"]["free"] < LITTLE:
        yield Problem(
            f"Only {size(facts['memory']['free'])} of memory is free.",
            "Close programs, or raise the container's limit; @localai/sql-tiny runs all the same.",
        )
    if facts["disk"]["free"] < LITTLE:
        yield Problem(
            f"Only {size(facts['disk']['free'])} is free on the disk of {facts['disk']['path']}.",
            "Remove models (localai rm), or name another folder with LOCALAI_MODELS_DIR.",
        )
    for name, folder in facts["folders"].items():
        if not _writable(Path(folder)):
            variable = f"LOCALAI_{name.upper()}_DIR"
            yield Problem(f"{folder} cannot be written.", f"Name another with {variable}.")
    certificates = os.environ.get("SSL_CERT_FILE")
    if certificates and not Path(certificates).is_file():
        yield Problem(f"SSL_CERT_FILE names {certificates}, and there is no such file.",
                      "Name your certificates, or unset it; else no download works.")  # fmt: skip


def _engine_problems(llama: dict[str, Any], flags: list[str]) -> Iterator[Problem]:
    if llama.get("signal") == "SIGILL":
        yield Problem("llama.cpp was built for another processor (illegal instruction).", REBUILD)
    elif "error" in llama:
        yield Problem(f"llama.cpp cannot be loaded: {llama['error']}.", REBUILD)
    elif "avx2" in flags and "AVX2 = 1" not in llama["features"]:
        yield Problem("llama.cpp was built without AVX2, which this processor has.", REBUILD)


def _registry() -> dict[str, Any]:
    try:
        return {"models": len(Registry.load().models), "error": None}
    except LocalAIError as error:
        return {"models": 0, "error": str(error)}


def _writable(folder: Path) -> bool:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder.is_dir() and os.access(folder, os.W_OK)


def _lines(facts: dict[str, Any]) -> Iterator[tuple[str, str]]:
    cpu, memory, hub, llama = facts["cpu"], facts["memory"], facts["hub"], facts["llama_cpp"]
    yield "localai", f"{facts['localai']}, Python {facts['python']}, {facts['system']}"
    yield "CPU", f"{cpu['name']} ({' '.join(cpu['flags']) or 'flags unknown'})"
    quota = "no quota" if cpu["quota"] is None else f"a quota of {cpu['quota']:g}"
    yield "cores", f"{cpu['cores']} of {cpu['logical']} CPUs, {quota}: {cpu['threads']} threads"
    yield "memory", f"{size(memory['free'])} free of {size(memory['total'])}"
    yield "disk", f"{size(facts['disk']['free'])} free for {facts['disk']['path']}"
    if "error" in llama:
        yield "llama.cpp", llama["error"]
    else:
        yield (
            "llama.cpp",
            f"llama-cpp-python {llama['llama_cpp_python']}; {llama['features'].strip(' |')}",
        )
        yield "GPU", "layers are offloaded" if llama["gpu_offload"] else "none in this build"
        for one in llama["devices"]:
            yield "device", f"{one['name']}: {one['description']} ({one['kind']})"
    yield (
        "Hub",
        f"{hub['endpoint']}, {'a token' if hub['token'] else 'no token'}"
        + (", offline: nothing is downloaded" if hub["offline"] else ""),
    )
    for name, address in hub["proxies"].items():
        yield "proxy", f"{name} {address}"
    yield from facts["folders"].items()
    yield "registry", f"{facts['registry']['models']} models"
