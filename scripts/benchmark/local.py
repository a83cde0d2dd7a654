"""The ways to run a GGUF without HTTP: a bare llama_decode loop and LocalAI.run.

It must not know workloads. Each has a process of its own: OpenMP's threads wait in another way
where two teams share a process.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from multiprocessing.connection import Connection
from typing import Any

from benchmark.answers import Answer, at_once
from benchmark.contender import Contender, Setting
from benchmark.server import MODEL, folders, llama_cpp_python
from benchmark.words import tokens_of
from localai import LocalAI
from localai.llama.binding import lib  # llama_cpp, with its log silenced
from localai.runtime import RuntimeConfig


class Bare:
    """llama_decode and a sampler in the shortest loop: no text, no threads, no requests.

    unified, flash, sequences, batch_threads: settings of the context, to see what they cost;
    flash: 1 on, 0 off, -1 as llama.cpp likes; sequences: None is as many as run.
    """

    name = "bare llama_decode"
    unified, flash = True, -1
    sequences: int | None = None

    def open(self, setting: Setting) -> None:
        self._model = lib.llama_model_load_from_file(
            str(setting.model).encode(), lib.llama_model_default_params()
        )
        self._vocab = lib.llama_model_get_vocab(self._model)
        params = lib.llama_context_default_params()
        params.n_ctx = setting.context
        params.n_batch = params.n_ubatch = 512
        params.n_threads = params.n_threads_batch = setting.threads
        params.n_seq_max = self.sequences or setting.parallel
        params.kv_unified = self.unified
        params.flash_attn_type = self.flash
        params.no_perf = True
        self._context = lib.llama_init_from_model(self._model, params)
        self._batch = lib.llama_batch_init(512, 0, 1)
        self._memory = lib.llama_get_memory(self._context)

    def streams(self, prompts: list[str], tokens: int) -> list[Answer]:
        """All prompts one after the other, then one row of each per step. First texts count from
        when all prompts are read: a loop of its own would have no reason to stop in between."""
        begun = time.perf_counter()
        lib.llama_memory_clear(self._memory, True)
        samplers = [self._sampler() for _ in prompts]
        lengths: list[int] = []
        rows: list[int] = []
        for index, prompt in enumerate(prompts):
            ids = self._tokenize(prompt)
            self._read(ids, 0, index)
            lengths.append(len(ids))
            rows.append(lib.llama_sampler_sample(samplers[index], self._context, -1))
        times = [[time.perf_counter()] for _ in prompts]
        for step in range(tokens - 1):
            self._decode([(row, lengths[i] + step, i) for i, row in enumerate(rows)], every=True)
            for i, sampler in enumerate(samplers):
                rows[i] = lib.llama_sampler_sample(sampler, self._context, i)
                times[i].append(time.perf_counter())
        for sampler in samplers:
            lib.llama_sampler_free(sampler)
        counts = zip(times, lengths, strict=True)
        return [Answer(begun, each, length, tokens) for each, length in counts]

    def behind(self, prefix: str, ends: list[str]) -> list[float]:
        """Seconds of reading each end, its first sample included, behind a prefix that is there."""
        lib.llama_memory_clear(self._memory, True)
        whole = [self._tokenize(prefix + end) for end in ends]
        kept = os.path.commonprefix([self._tokenize(prefix), *whole])
        self._read(kept, 0, 0)
        taken = []
        for each in whole:
            ids = each[len(kept) :]
            sampler = self._sampler()
            begun = time.perf_counter()
            self._read(ids, len(kept), 0)
            lib.llama_sampler_sample(sampler, self._context, -1)
            taken.append(time.perf_counter() - begun)
            lib.llama_sampler_free(sampler)
            lib.llama_memory_seq_rm(self._memory, 0, len(kept), -1)
        return taken

    def cpu(self) -> float:
        return time.process_time()

    def built(self) -> str:
        return llama_cpp_python()

    def close(self) -> None:
        lib.llama_batch_free(self._batch)
        lib.llama_free(self._context)
        lib.llama_model_free(self._model)

    def _tokenize(self, text: str) -> list[int]:
        return tokens_of(self._vocab, text)

    def _sampler(self) -> Any:
        chain = lib.llama_sampler_chain_init(lib.llama_sampler_chain_default_params())
        lib.llama_sampler_chain_add(chain, lib.llama_sampler_init_greedy())
        return chain

    def _read(self, ids: list[int], place: int, sequence: int) -> None:
        for done in range(0, len(ids), 512):
            part = enumerate(ids[done : done + 512], place + done)
            self._decode([(token, at, sequence) for at, token in part])

    def _decode(self, rows: list[tuple[int, int, int]], *, every: bool = False) -> None:
        batch = self._batch
        for index, (token, position, sequence) in enumerate(rows):
            batch.token[index], batch.pos[index] = token, position
            batch.n_seq_id[index], batch.seq_id[index][0] = 1, sequence
            batch.logits[index] = every or index == len(rows) - 1
        batch.n_tokens = len(rows)
        if lib.llama_decode(self._context, batch) != 0:
            raise RuntimeError("llama_decode failed")


class Split(Bare):
    """The bare loop with a KV memory of its own for each sequence."""

    name = "bare, split KV"
    unified = False


class NoFlash(Bare):
    """The bare loop without flash attention."""

    name = "bare, no flash attention"
    flash = 0


class SplitNoFlash(Split):
    """The bare loop in the settings of --reproducible."""

    name = "bare, split KV, no flash attention"
    flash = 0


class Many(Bare):
    """The bare loop with room for more sequences than run, as localai keeps prefixes."""

    name = "bare, 32 sequences"
    sequences = 32


class InProcess:
    """LocalAI().run with "stream", a thread for each stream."""

    name = "LocalAI.run"

    def open(self, setting: Setting) -> None:
        os.environ.update(folders(setting.folder))
        config = RuntimeConfig(
            context=setting.context,
            slots=setting.parallel,
            threads=setting.threads,
            gpu_layers=0,
        )
        self._ai = LocalAI(config=config)

    def streams(self, prompts: list[str], tokens: int) -> list[Answer]:
        return at_once(lambda prompt: self._stream(prompt, tokens), prompts)

    def cpu(self) -> float:
        return time.process_time()

    def built(self) -> str:
        return llama_cpp_python()

    def close(self) -> None:
        self._ai.close()

    def _stream(self, prompt: str, tokens: int) -> Answer:
        begun = time.perf_counter()
        asked = {"prompt": prompt, "raw": True, "stream": True, "max_tokens": tokens}
        times, last = [], {}
        for piece in self._ai.run(MODEL, {**asked, "temperature": 0}):
            if piece.get("response"):
                times.append(time.perf_counter())
            last = piece
        usage = last["usage"]
        return Answer(begun, times, usage["prompt_tokens"], usage["completion_tokens"])


LOCAL: tuple[type[Contender], ...] = (Bare, InProcess)
SETTINGS: tuple[type[Contender], ...] = (Bare, Split, NoFlash, SplitNoFlash, Many)


class Apart:
    """A contender of this file in a process of its own."""

    def __init__(self, kind: type[Contender]) -> None:
        self.name = kind.name
        self._kind = kind

    def open(self, setting: Setting) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._pipe, there = spawn.Pipe()
        self._process = spawn.Process(target=_serve, args=(self._kind, setting, there), daemon=True)
        self._process.start()
        there.close()
        self._answer()

    def streams(self, prompts: list[str], tokens: int) -> list[Answer]:
        return self._call("streams", prompts, tokens)  # type: ignore[no-any-return]

    def behind(self, prefix: str, ends: list[str]) -> list[float]:
        return self._call("behind", prefix, ends)  # type: ignore[no-any-return]

    def cpu(self) -> float:
        return float(self._call("cpu"))

    def built(self) -> str:
        return str(self._call("built"))

    def close(self) -> None:
        if self._process.is_alive():
            self._pipe.send(None)
        self._process.join()

    def _call(self, method: str, *arguments: Any) -> Any:
        self._pipe.send((method, arguments))
        return self._answer()

    def _answer(self) -> Any:
        try:
            failed, answer = self._pipe.recv()
        except EOFError as error:
            raise RuntimeError(f"{self.name} ended with {self._process.exitcode}") from error
        if failed:
            raise RuntimeError(f"{self.name}: {answer}")
        return answer


def _serve(kind: type[Contender], setting: Setting, pipe: Connection) -> None:
    """That process: (method, arguments) come in, (whether it failed, the answer) goes out."""
    contender = kind()
    said: Any = ("open", (setting,))
    while said:
        method, arguments = said
        try:
            pipe.send((False, getattr(contender, method)(*arguments)))
        except Exception as error:  # it is told and raised in the bench's own process
            pipe.send((True, repr(error)))
        said = pipe.recv()
    contender.close()
