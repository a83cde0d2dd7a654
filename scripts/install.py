"""Make .venv with localai in it (with the argument `dev`: and the tools of the tests).

It needs only Python 3.11 and, the first time, a C and C++ compiler; what is there stays.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "localai.stamp"
LOG = VENV / "install.log"
COMPILED = re.compile(r"\[\s*(\d+/\d+|\d+%)\] ")  # ninja's count or make's percentage
STEP = re.compile(r"(Collecting|Downloading|Building wheel for|Installing collected) (\S+)")
# GCC 12.2 sets up the AMX tiles of big Xeons wrongly: llama.cpp's first quantized product is a
# segmentation fault. Laptops have no AMX, and there AVX-512 does the work.
WITHOUT_AMX = "-mno-amx-tile -mno-amx-int8 -mno-amx-bf16"
COMPILERS = ("c++", "g++", "clang++", "cl")


def main(extra: str) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python may well run this
        sys.exit(f"localai needs Python 3.11 or later, and this is {sys.version.split()[0]}.")
    # An editable install names its checkout, so a moved one is installed afresh.
    facts = (ROOT / "pyproject.toml").read_text() + sys.version + str(ROOT)
    key = hashlib.sha256(facts.encode()).hexdigest()
    if STAMP.exists() and STAMP.read_text() in (f"{key} {extra}", f"{key} dev"):
        return
    make_environment()
    install(f"{ROOT}[{extra}]" if extra else str(ROOT))
    STAMP.write_text(f"{key} {extra}")


def make_environment() -> None:
    works = [str(PYTHON), "-m", "pip", "--version"]
    if PYTHON.exists() and subprocess.run(works, capture_output=True).returncode == 0:
        return
    say("Making the virtual environment .venv")
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)])
    if made.returncode != 0:
        sys.exit("That failed: Python's venv module is needed (Debian: apt install python3-venv).")


def install(target: str) -> None:
    say("Installing localai and what it stands on into .venv.")
    if not any(VENV.glob("[Ll]ib/**/site-packages/llama_cpp")):
        say("llama.cpp is compiled for this machine once: about 6 minutes on two cores")
        say("(or seconds, where pip has kept it from an earlier time).")
    # make, unlike ninja, compiles one file at a time unless it is told otherwise.
    env = {"CMAKE_BUILD_PARALLEL_LEVEL": str(os.cpu_count() or 1), **os.environ}
    command = [str(PYTHON), "-m", "pip", "install", "-v", "--no-input", "--editable", target]
    if has_amx():
        for name in ("CFLAGS", "CXXFLAGS"):
            env[name] = f"{os.environ.get(name, '')} {WITHOUT_AMX}"
        command.append("--no-cache-dir")  # a kept build would be one with AMX
    with LOG.open("w", encoding="utf-8") as log:
        pip = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env)
        progress = Progress()
        assert pip.stdout is not None
        for raw in pip.stdout:
            line = raw.decode(errors="replace")
            log.write(line)
            progress.note(line.strip())
        progress.close()
    if pip.wait() != 0:
        fail()


def has_amx() -> bool:
    cpuinfo = Path("/proc/cpuinfo")
    return cpuinfo.exists() and "amx_tile" in cpuinfo.read_text()


def fail() -> None:
    lines = LOG.read_text(encoding="utf-8").splitlines()
    print("\n".join(lines[-25:]), file=sys.stderr)
    if not any(map(shutil.which, COMPILERS)) and "CXX" not in os.environ:
        say("No C++ compiler was found (Debian: apt install build-essential; macOS: xcode-select")
        say("--install; Windows: the Build Tools for Visual Studio).")
    sys.exit(f"The installation failed; all of its output is in {LOG}.")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class Progress:
    """What pip does now and since when: one line rewritten on a terminal, else one every 15 s."""

    def __init__(self) -> None:
        self.step = "starting"
        self.began = time.monotonic()
        self.live = sys.stderr.isatty()
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.tick, daemon=True)
        self.thread.start()

    def note(self, line: str) -> None:
        if found := COMPILED.match(line):
            self.step = f"compiling llama.cpp, {found[1]}"
        elif found := STEP.match(line):
            self.step = f"{found[1].lower()} {found[2]}"

    def tick(self) -> None:
        while not self.done.wait(0.5 if self.live else 15):
            self.show()

    def show(self) -> None:
        text = f"  {int(time.monotonic() - self.began):4d} s  {self.step}"
        sys.stderr.write(f"\r\033[K{text}" if self.live else f"{text}\n")
        sys.stderr.flush()

    def close(self) -> None:
        self.done.set()
        self.thread.join()
        self.step = "pip has ended"
        self.show()
        sys.stderr.write("\n" if self.live else "")


if __name__ == "__main__":
    main("dev" if "dev" in sys.argv[1:] else "")
