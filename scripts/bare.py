"""Answers prompts by llama_cpp alone and prints its resident megabytes; for scripts/memory.py.

It must import nothing else: its memory is what a server's is held against. On its input stands a
JSON list: the model's path, tokens of context, sequences, threads, tokens of an answer, prompts.
"""

from __future__ import annotations

import ctypes
import json
import resource
import sys

import llama_cpp as lib


def main() -> None:
    model, context, slots, threads, tokens, prompts = json.load(sys.stdin)
    quiet = lib.llama_log_callback(lambda *_: None)
    lib.llama_log_set(quiet, ctypes.c_void_p(0))
    lib.llama_backend_init()
    bare = Bare(model, context, slots, threads)
    bare.answer(prompts[:1], tokens)
    bare.answer(prompts[1:], tokens)
    print(resident())


def resident() -> float:
    """Megabytes now; where /proc is missing, the most so far."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * resource.getpagesize() / 1e6
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # bytes on macOS


class Bare:
    """A model and a context with room for several sequences."""

    def __init__(self, model: str, context: int, slots: int, threads: int) -> None:
        self._model = lib.llama_model_load_from_file(
            model.encode(), lib.llama_model_default_params()
        )
        params = lib.llama_context_default_params()
        params.n_ctx, params.n_seq_max, params.kv_unified = context, slots, True
        params.n_batch = params.n_ubatch = 512
        params.n_threads = params.n_threads_batch = threads
        self._context = lib.llama_init_from_model(self._model, params)
        self._batch = lib.llama_batch_init(512, 0, 1)

    def answer(self, texts: list[str], tokens: int) -> None:
        """Greedy answers to all at once."""
        lib.llama_memory_clear(lib.llama_get_memory(self._context), True)
        sampler = lib.llama_sampler_init_greedy()
        lengths, rows = [], []
        for sequence, text in enumerate(texts):
            ids = self._tokenize(text)
            self._decode([(t, at, sequence, at == len(ids) - 1) for at, t in enumerate(ids)])
            lengths.append(len(ids))
            rows.append(lib.llama_sampler_sample(sampler, self._context, -1))
        for step in range(tokens - 1):
            self._decode([(row, lengths[i] + step, i, True) for i, row in enumerate(rows)])
            rows = [lib.llama_sampler_sample(sampler, self._context, i) for i in range(len(rows))]
        lib.llama_sampler_free(sampler)

    def _decode(self, rows: list[tuple[int, int, int, bool]]) -> None:
        batch = self._batch
        for at, (token, place, sequence, wanted) in enumerate(rows):
            batch.token[at], batch.pos[at], batch.logits[at] = token, place, wanted
            batch.n_seq_id[at], batch.seq_id[at][0] = 1, sequence
        batch.n_tokens = len(rows)
        if lib.llama_decode(self._context, batch) != 0:
            raise RuntimeError("llama_decode failed")

    def _tokenize(self, text: str) -> list[int]:
        data = text.encode()
        room = (lib.llama_token * (len(data) + 8))()
        vocabulary = lib.llama_model_get_vocab(self._model)
        count = lib.llama_tokenize(vocabulary, data, len(data), room, len(room), True, True)
        return list(room[:count])


if __name__ == "__main__":
    main()
