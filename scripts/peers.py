"""Other programs that scripts/bench.py times beside localai; it must not know rounds or tables.

llama.cpp's own server comes out of the wheel `xllamacpp` (`pip install xllamacpp`; the extra
`peers`). Where that is not installed it is left out, and the bench says so.
"""

from __future__ import annotations

import http.client
import importlib.util
import json
import subprocess
import sys
import time
from urllib.parse import urlsplit

import psutil
from contenders import Run, Workload, at_once

# A process of its own, as a user would run it. Prompts are new each time: no cache would help.
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


def available() -> bool:
    return importlib.util.find_spec("xllamacpp") is not None


class LlamaServer:
    """llama-server over HTTP, read as server-sent events."""

    name = "llama-server"

    def open(self, work: Workload) -> None:
        self._work = work
        said = {
            "model": str(work.model),
            "context": work.context,
            "parallel": work.parallel,
            "threads": work.threads,
        }
        self._server = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, json.dumps(said)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._server.stdout is not None
        self._address = urlsplit(json.loads(self._server.stdout.readline())["url"]).netloc

    def streams(self, prompts: list[str]) -> list[Run]:
        return at_once(self._stream, prompts)

    def cpu(self) -> float:
        times = psutil.Process(self._server.pid).cpu_times()
        return times.user + times.system

    def close(self) -> None:
        self._server.terminate()
        self._server.wait(timeout=20)

    def _stream(self, prompt: str) -> Run:
        begun = time.perf_counter()
        connection = http.client.HTTPConnection(self._address)
        body = {
            "prompt": prompt,
            "n_predict": self._work.tokens,
            "stream": True,
            "temperature": self._work.temperature,
            "seed": 1,
            "cache_prompt": False,
        }
        head = {"Content-Type": "application/json"}
        connection.request("POST", "/completion", json.dumps(body), head)
        response = connection.getresponse()
        received: list[bytes] = []
        first = 0.0
        while part := response.read1(65536):
            first = first or time.perf_counter() - begun
            received.append(part)
        total = time.perf_counter() - begun
        connection.close()
        frames = [frame for frame in b"".join(received).split(b"\n\n") if frame]
        last = json.loads(frames[-1].removeprefix(b"data: "))
        return Run(first, total, last["tokens_evaluated"], last["tokens_predicted"])
