"""Other programs that are timed beside localai; it must not know workloads.

llama.cpp's own server comes out of the wheel `xllamacpp`, llama-cpp-python's with its extra
`server` (both: the extra `peers`). Where one is not installed the bench says so.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import socket
import subprocess
import sys
import urllib.request
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from benchmark.answers import Call
from benchmark.contender import Absent
from benchmark.server import Server, instructions, llama_cpp_python

HOST = "127.0.0.1"


class LlamaServer(Server):
    """llama.cpp's own server, out of the wheel xllamacpp."""

    name = "llama-server"

    # A process of its own, as a user would run it.
    PROGRAM = """
import json, sys
import xllamacpp
said = json.loads(sys.argv[1])
params = xllamacpp.CommonParams()
params.model.path = said["model"]
params.n_ctx, params.n_parallel, params.kv_unified = said["context"], said["parallel"], True
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = said["threads"]
params.n_batch = params.n_ubatch = 512
params.hostnames, params.port = ["127.0.0.1"], 0
params.n_gpu_layers, params.warmup, params.verbosity = 0, True, 0
server = xllamacpp.Server(params)
flags = xllamacpp.get_system_info().partition("\\n")[0]
print(json.dumps({"url": server.listening_address, "built": flags}), flush=True)
sys.stdin.read()
"""

    def command(self) -> list[str]:
        if importlib.util.find_spec("xllamacpp") is None:
            raise Absent("pip install xllamacpp")
        setting = self.setting
        said = {
            "model": str(setting.model),
            "context": setting.context,
            "parallel": setting.parallel,
            "threads": setting.threads,
        }
        return [sys.executable, "-c", self.PROGRAM, json.dumps(said)]

    def announced(self) -> str:
        told = self._line()
        self._flags = instructions(told["built"])
        return urlsplit(told["url"]).netloc

    def built(self) -> str:
        return f"xllamacpp {version('xllamacpp')}{self._commit()}, {self._flags}"

    def call(self, prompt: str, tokens: int) -> Call:
        body = {"prompt": prompt, "n_predict": tokens, "stream": True, "temperature": 0}
        # Where prompts are new each time its cache would only copy memory.
        body |= {"ignore_eos": True, "cache_prompt": self.setting.reuse}
        return Call("/completion", body, self._read)

    def _commit(self) -> str:
        try:
            return f" (llama.cpp {props(self.address)['build_info']})"
        except (OSError, KeyError, ValueError):
            return ""

    @staticmethod
    def _read(frame: dict[str, Any]) -> tuple[str, int | None, int | None]:
        if not frame.get("stop"):
            return frame["content"], None, None
        return frame.get("content", ""), frame["tokens_evaluated"], frame["tokens_predicted"]


class LlamaServerOnPath(LlamaServer):
    """A llama-server of this machine's own."""

    name = "llama-server on PATH"

    def command(self) -> list[str]:
        found = shutil.which("llama-server")
        if found is None:
            raise Absent("no llama-server on PATH")
        setting, self._port, self._flags = self.setting, free_port(), ""
        options = ["--model", str(setting.model), "--host", HOST, "--port", str(self._port)]
        options += ["--ctx-size", str(setting.context), "--parallel", str(setting.parallel)]
        options += ["--threads", str(setting.threads), "--threads-batch", str(setting.threads)]
        options += ["--batch-size", "512", "--ubatch-size", "512", "--kv-unified"]
        return [found, *options, "--n-gpu-layers", "0", "--no-webui"]

    def announced(self) -> str:
        return f"{HOST}:{self._port}"

    def built(self) -> str:
        found = str(shutil.which("llama-server"))
        told = subprocess.run([found, "--version"], capture_output=True, text=True).stderr
        return " ".join(told.split())


class LlamaCppPython(Server):
    """llama-cpp-python's server. It computes one request at a time; without this option a second
    one ends the first."""

    name = "llama_cpp.server"
    health = "/v1/models"
    parallel = False

    def command(self) -> list[str]:
        missing = [
            name
            for name in ("fastapi", "sse_starlette", "starlette_context", "pydantic_settings")
            if importlib.util.find_spec(name) is None
        ]
        if missing:
            raise Absent('pip install "llama-cpp-python[server]"')
        setting, self._port = self.setting, free_port()
        options = ["--model", str(setting.model), "--host", HOST, "--port", str(self._port)]
        options += ["--n_ctx", str(setting.context), "--n_threads", str(setting.threads)]
        options += ["--n_threads_batch", str(setting.threads), "--n_batch", "512"]
        options += ["--interrupt_requests", "False", "--n_gpu_layers", "0"]
        return [sys.executable, "-m", "llama_cpp.server", *options]

    def announced(self) -> str:
        return f"{HOST}:{self._port}"

    def built(self) -> str:
        return llama_cpp_python()

    def call(self, prompt: str, tokens: int) -> Call:
        body = {"prompt": prompt, "max_tokens": tokens, "stream": True, "temperature": 0}
        return Call("/v1/completions", body, self._read)

    @staticmethod
    def _read(frame: dict[str, Any]) -> tuple[str, int | None, int | None]:
        return frame["choices"][0]["text"], None, None


PEERS: tuple[type[Server], ...] = (LlamaServer, LlamaServerOnPath, LlamaCppPython)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def props(address: str) -> dict[str, Any]:
    """What a llama-server says of itself."""
    with urllib.request.urlopen(f"http://{address}/props", timeout=5) as response:
        return dict(json.load(response))
