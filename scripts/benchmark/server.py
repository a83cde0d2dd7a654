"""A program that answers over HTTP, and localai as one; it must not know workloads, nor peers."""

from __future__ import annotations

import ctypes
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

import psutil

from benchmark.answers import PATIENT, Answer, Call, Client, asked, at_once, get
from benchmark.contender import Setting

MODEL = "@local/bench"
ROOT = Path(__file__).parent.parent.parent
"""Where `python -m localai` finds this checkout's."""


class Server:
    """A server's process. Subclasses say how to start it and how to ask it.

    health: what answers 200 when the model is there. parallel: whether it computes several at once.
    """

    name: ClassVar[str]
    health: ClassVar[str] = "/health"
    parallel: ClassVar[bool] = True

    def open(self, setting: Setting) -> None:
        self.begin(setting)
        self.wait()

    def begin(self, setting: Setting) -> None:
        """Start it; back as soon as its address is known."""
        self.setting = setting
        self._said = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            self.command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            env={**os.environ, **self.environment()},
            cwd=ROOT,
        )
        self.address = self.announced()

    def wait(self) -> None:
        """Until its model is loaded. Raises RuntimeError where it ended instead."""
        while self.running():
            try:
                if get(self.address, self.health)[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.02)

    def running(self) -> bool:
        """Raises RuntimeError where it has ended."""
        if self._process.poll() is not None:
            raise self._ended()
        return True

    def command(self) -> list[str]:
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        return {}

    def announced(self) -> str:
        """host:port, from what it prints or what it was told."""
        raise NotImplementedError

    def built(self) -> str:
        raise NotImplementedError

    def call(self, prompt: str, tokens: int) -> Call:
        """A greedy completion of the bare prompt."""
        raise NotImplementedError

    def ask(self, prompt: str, tokens: int, client: Client = PATIENT) -> Answer:
        return asked(self.address, self.call(prompt, tokens), client)

    def streams(self, prompts: list[str], tokens: int) -> list[Answer]:
        return at_once(lambda prompt: self.ask(prompt, tokens), prompts)

    @property
    def pid(self) -> int:
        return self._process.pid

    def cpu(self) -> float:
        times = psutil.Process(self.pid).cpu_times()
        return times.user + times.system

    def close(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._said.close()

    def _ended(self) -> RuntimeError:
        """With the last that it said."""
        code = self._process.wait()
        self._said.seek(0)
        last = self._said.read()[-600:].decode("utf-8", "replace")
        return RuntimeError(f"{self.name} ended with {code}: {last}")

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise self._ended()
        return dict(json.loads(line))


class Localai(Server):
    """`localai serve`, asked in Workers AI's form."""

    name = "localai"

    def command(self) -> list[str]:
        setting = self.setting
        options = ["--port", "0", "--json", "--die-with-parent", "--gpu-layers", "0"]
        options += ["--model", MODEL]
        options += ["--ctx", str(setting.context), "--parallel", str(setting.parallel)]
        options += ["--threads", str(setting.threads), *setting.extra]
        return [sys.executable, "-m", "localai", "serve", *options]

    def environment(self) -> dict[str, str]:
        return folders(self.setting.folder)

    def announced(self) -> str:
        told = self._line()
        return f"{told['host']}:{told['port']}"

    def built(self) -> str:
        return llama_cpp_python()

    def call(self, prompt: str, tokens: int) -> Call:
        body = {"prompt": prompt, "raw": True, "stream": True, "max_tokens": tokens}
        return Call(f"/ai/run/{MODEL}", {**body, "temperature": 0}, self._read)

    @staticmethod
    def _read(frame: dict[str, Any]) -> tuple[str, int | None, int | None]:
        usage = frame.get("usage") or {}
        text = frame.get("response") or ""
        return text, usage.get("prompt_tokens"), usage.get("completion_tokens")


def folders(folder: Path) -> dict[str, str]:
    """Where a localai of the bench keeps its things: nothing of the user's is touched."""
    return {
        "LOCALAI_CACHE_DIR": str(folder / "cache"),
        "LOCALAI_CONFIG_DIR": str(folder / "config"),
        "LOCALAI_DATA_DIR": str(folder / "data"),
    }


def install(model: Path, folder: Path) -> None:
    """Add the file to that localai as MODEL, as a user would. Its digest is known too, as from the
    first minutes of use on: prefixes are kept from the start, and nothing is hashed beside them."""
    digest = (
        "import pathlib, sys; from localai.prefixes import digest; "
        "digest.compute(pathlib.Path(sys.argv[1]), bool)"
    )
    environment = {**os.environ, **folders(folder)}
    for command in (
        ["-m", "localai", "add", str(model), "--id", MODEL],
        ["-c", digest, str(model)],
    ):
        subprocess.run(
            [sys.executable, *command],
            check=True, stdout=subprocess.DEVNULL, env=environment, cwd=ROOT,
        )  # fmt: skip


def llama_cpp_python() -> str:
    """The release that localai and llama_cpp.server share, and its instructions."""
    import llama_cpp

    flags = instructions(llama_cpp.llama_print_system_info().decode())
    return f"llama-cpp-python {version('llama-cpp-python')} ({_commit()}), {flags}"


def _commit() -> str:
    """Of the ggml inside, which is llama.cpp's."""
    import llama_cpp

    for file in (Path(llama_cpp.__file__).parent / "lib").glob("*ggml-base*"):
        tell = getattr(ctypes.CDLL(str(file)), "ggml_commit", None)
        if tell is not None:
            tell.restype = ctypes.c_char_p
            return f"llama.cpp {tell().decode()}"
    return "commit not told"


def instructions(system_info: str) -> str:
    """llama.cpp's own list of CPU flags, shortened to those that are on."""
    return " ".join(re.findall(r"(\w+) = 1", system_info))
