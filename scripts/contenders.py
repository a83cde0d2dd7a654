"""The ways to run one GGUF that scripts/bench.py times; it must not know rounds or tables.

A new contender is a class with `name` and the four methods of Contender, added to CONTENDERS. Each
has a process of its own: OpenMP's threads wait in another way where two teams share a process.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

import psutil

from localai import LocalAI
from localai.llama.binding import lib  # llama_cpp, with its log silenced
from localai.runtime import RuntimeConfig

MODEL = "@local/bench"


@dataclass(frozen=True)
class Workload:
    """What every contender is given: the same file, threads, KV tokens and answer length."""

    model: Path
    threads: int
    context: int
    parallel: int
    tokens: int
    temperature: float

    def inputs(self, prompt: str) -> dict[str, Any]:
        """The request in Workers AI's form; the fixed seed counts only above temperature 0."""
        return {
            "prompt": prompt,
            "raw": True,
            "stream": True,
            "max_tokens": self.tokens,
            "temperature": self.temperature,
            "seed": 1,
        }


@dataclass(frozen=True)
class Run:
    """One stream: seconds from the request to its first text and to its end, and its tokens."""

    first: float
    total: float
    prompt_tokens: int
    tokens: int


class Contender(Protocol):
    """`streams` answers prompts at once, a stream each; `cpu` is the seconds of processor time that
    the side which computes has used since it began."""

    name: str

    def open(self, work: Workload) -> None: ...
    def streams(self, prompts: list[str]) -> list[Run]: ...
    def cpu(self) -> float: ...
    def close(self) -> None: ...


class Bare:
    """llama_decode and a sampler in the shortest loop: no text, no threads, no requests."""

    name = "bare llama_decode"

    def open(self, work: Workload) -> None:
        self._work = work
        self._model = lib.llama_model_load_from_file(
            str(work.model).encode(), lib.llama_model_default_params()
        )
        self._vocab = lib.llama_model_get_vocab(self._model)
        params = lib.llama_context_default_params()
        params.n_ctx = work.context
        params.n_batch = params.n_ubatch = 512
        params.n_threads = params.n_threads_batch = work.threads
        params.n_seq_max = work.parallel
        params.kv_unified = True
        params.no_perf = True
        self._context = lib.llama_init_from_model(self._model, params)
        self._batch = lib.llama_batch_init(512, 0, 1)

    def streams(self, prompts: list[str]) -> list[Run]:
        """All prompts one after the other, then one row of each per step."""
        begun = time.perf_counter()
        lib.llama_memory_clear(lib.llama_get_memory(self._context), True)
        samplers = [self._sampler() for _ in prompts]
        lengths: list[int] = []
        rows: list[int] = []
        for index, prompt in enumerate(prompts):
            tokens = self._tokenize(prompt)
            self._decode([(token, place, index) for place, token in enumerate(tokens)])
            lengths.append(len(tokens))
            rows.append(lib.llama_sampler_sample(samplers[index], self._context, -1))
        first = time.perf_counter() - begun
        for step in range(self._work.tokens - 1):
            self._decode([(row, lengths[i] + step, i) for i, row in enumerate(rows)], every=True)
            for i, sampler in enumerate(samplers):
                rows[i] = lib.llama_sampler_sample(sampler, self._context, i)
        total = time.perf_counter() - begun
        for sampler in samplers:
            lib.llama_sampler_free(sampler)
        return [Run(first, total, length, self._work.tokens) for length in lengths]

    def cpu(self) -> float:
        return time.process_time()

    def close(self) -> None:
        lib.llama_batch_free(self._batch)
        lib.llama_free(self._context)
        lib.llama_model_free(self._model)

    def _tokenize(self, text: str) -> list[int]:
        data = text.encode()
        ids = (lib.llama_token * (len(data) + 8))()
        count = lib.llama_tokenize(self._vocab, data, len(data), ids, len(ids), True, True)
        return list(ids[:count])

    def _sampler(self) -> Any:
        chain = lib.llama_sampler_chain_init(lib.llama_sampler_chain_default_params())
        parts = [lib.llama_sampler_init_greedy()]
        if self._work.temperature > 0:
            parts = [
                lib.llama_sampler_init_temp(self._work.temperature),
                lib.llama_sampler_init_dist(1),
            ]
        for part in parts:
            lib.llama_sampler_chain_add(chain, part)
        return chain

    def _decode(self, rows: list[tuple[int, int, int]], *, every: bool = False) -> None:
        batch = self._batch
        for index, (token, position, sequence) in enumerate(rows):
            batch.token[index], batch.pos[index] = token, position
            batch.n_seq_id[index], batch.seq_id[index][0] = 1, sequence
            batch.logits[index] = every or index == len(rows) - 1
        batch.n_tokens = len(rows)
        if lib.llama_decode(self._context, batch) != 0:
            raise RuntimeError("llama_decode failed")


class InProcess:
    """LocalAI().run with "stream", a thread for each stream."""

    name = "LocalAI.run"

    def open(self, work: Workload) -> None:
        self._work = work
        config = RuntimeConfig(
            context=work.context, slots=work.parallel, threads=work.threads, gpu_layers=0
        )
        self._ai = LocalAI(config=config)

    def streams(self, prompts: list[str]) -> list[Run]:
        return at_once(self._stream, prompts)

    def cpu(self) -> float:
        return time.process_time()

    def close(self) -> None:
        self._ai.close()

    def _stream(self, prompt: str) -> Run:
        begun = time.perf_counter()
        pieces = self._ai.run(MODEL, self._work.inputs(prompt))
        last = next(pieces)
        first = time.perf_counter() - begun
        for piece in pieces:
            last = piece
        total = time.perf_counter() - begun
        usage = last["usage"]
        return Run(first, total, usage["prompt_tokens"], usage["completion_tokens"])


class Http:
    """`localai serve` in a process of its own, read as server-sent events."""

    name = "HTTP SSE"

    def open(self, work: Workload) -> None:
        self._work = work
        options = ["--port", "0", "--json", "--model", MODEL, "--gpu-layers", "0"]
        options += ["--ctx", str(work.context), "--parallel", str(work.parallel)]
        options += ["--threads", str(work.threads)]
        self._server = subprocess.Popen(
            [sys.executable, "-m", "localai", "serve", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._server.stdout is not None
        ready = json.loads(self._server.stdout.readline())
        self._address = (ready["host"], ready["port"])
        while self._get("/health") != http.client.OK:
            time.sleep(0.05)

    def streams(self, prompts: list[str]) -> list[Run]:
        return at_once(self._stream, prompts)

    def cpu(self) -> float:
        times = psutil.Process(self._server.pid).cpu_times()
        return times.user + times.system

    def close(self) -> None:
        self._server.terminate()
        self._server.wait(timeout=20)

    def _stream(self, prompt: str) -> Run:
        """Reads whatever has come, and parses only the end: the client should cost nothing."""
        begun = time.perf_counter()
        connection = http.client.HTTPConnection(*self._address)
        body = json.dumps(self._work.inputs(prompt))
        connection.request("POST", f"/ai/run/{MODEL}", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        received: list[bytes] = []
        first = 0.0
        while part := response.read1(65536):
            first = first or time.perf_counter() - begun
            received.append(part)
        total = time.perf_counter() - begun
        connection.close()
        frames = b"".join(received).split(b"\n\n")
        if response.status != http.client.OK or frames[-2] != b"data: [DONE]":
            raise RuntimeError(f"{response.status}: {b''.join(received)[-500:]!r}")
        usage = json.loads(frames[-3].removeprefix(b"data: "))["usage"]
        return Run(first, total, usage["prompt_tokens"], usage["completion_tokens"])

    def _get(self, path: str) -> int:
        connection = http.client.HTTPConnection(*self._address)
        connection.request("GET", path)
        status = connection.getresponse().status
        connection.close()
        return status


def at_once(stream: Callable[[str], Run], prompts: list[str]) -> list[Run]:
    """Every prompt on a thread of its own."""
    with ThreadPoolExecutor(len(prompts)) as pool:
        return list(pool.map(stream, prompts))


def occupy(kind: type[Contender], work: Workload, pipe: Connection) -> None:
    """A contender's process: lists of prompts come in, (runs, processor seconds) go out."""
    contender = kind()
    contender.open(work)
    try:
        pipe.send(None)
        while prompts := pipe.recv():
            before = contender.cpu()
            runs = contender.streams(prompts)
            pipe.send((runs, contender.cpu() - before))
    finally:
        contender.close()


def install(model: Path, folder: Path) -> None:
    """Point localai at a private folder and add the file there as MODEL, as a user would."""
    os.environ["LOCALAI_CONFIG_DIR"] = str(folder / "config")
    os.environ["LOCALAI_DATA_DIR"] = str(folder / "data")
    command = [sys.executable, "-m", "localai", "add", str(model), "--id", MODEL]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


CONTENDERS: tuple[type[Contender], ...] = (Bare, InProcess, Http)
"""The first is the one that the others are held against."""
