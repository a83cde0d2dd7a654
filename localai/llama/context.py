"""KV memory and decoding for one model: the engine's LanguageModel; it must not know any policy."""

from __future__ import annotations

import ctypes
import sys
from collections import abc
from typing import Any

import numpy as np

from localai.errors import EngineError, ModelLoadError
from localai.llama import state
from localai.llama.abort import AbortFlag
from localai.llama.batch import Batch
from localai.llama.binding import lib, log
from localai.llama.candidates import Candidates, Logits
from localai.llama.grammar import Grammar
from localai.llama.logits import log_probabilities
from localai.llama.model import LlamaModel
from localai.llama.neighbours import Neighbours
from localai.llama.sampler import Sampler
from localai.reply import TokenScore
from localai.request import Sampling

# llama_decode's answers (llama.h): anything else is a fault.
_DONE, _NO_ROOM, _ABORTED = 0, 1, 2


class LlamaContext:
    """One context on a loaded model, for the one thread that owns it (`interrupt` is for any).

    context_length: tokens of KV in all slots together. batch_size: tokens of one decode.

    unified: all slots share one pool, so that a single request may use all of it, and copies of a
    prefix are the same cells. Else each slot has as much of its own, and no flash attention: then
    what one slot computes by itself depends on nothing that others hold, to the bit.

    kv: how keys and values are kept, "f16" or "q8_0", which needs flash attention.

    scores: so many tokens of a batch have their attention computed at once, by plain products of
    matrices; 0 is flash attention, which needs no room for that. On two cores plain products were
    1.4 to 2.7 times as fast for a single token behind 512 to 3,000 others, 3 to 5 times for eight
    at once, and read a prompt in 1.1 to 1.25 times the time (110 million and 1.1 billion weights).

    Raises ModelLoadError when llama.cpp cannot make it (most often: not enough memory).
    """

    def __init__(
        self,
        model: LlamaModel,
        *,
        context_length: int,
        slots: int,
        threads: int,
        batch_size: int = 512,
        unified: bool = True,
        kv: str = "f16",
        scores: int = 0,
    ) -> None:
        params = lib.llama_context_default_params()
        params.n_ctx = context_length
        params.n_batch = params.n_ubatch = batch_size
        params.n_seq_max = slots
        params.kv_unified = unified
        if scores:
            params.n_ubatch = min(batch_size, scores)
        if scores or not unified:
            params.flash_attn_type = lib.LLAMA_FLASH_ATTN_TYPE_DISABLED
        if kv == "q8_0":
            params.type_k = params.type_v = lib.GGML_TYPE_Q8_0
            params.flash_attn_type = lib.LLAMA_FLASH_ATTN_TYPE_ENABLED
        params.n_threads = params.n_threads_batch = threads
        params.no_perf = True
        log.forget_errors()
        self._context = lib.llama_init_from_model(model.handle, params)
        if not self._context:
            raise ModelLoadError(
                f"llama.cpp could not make a context of {context_length} tokens: "
                f"{log.errors() or 'no reason given'}.",
                model="",
                hint="Start with a smaller --ctx."
                if kv == "f16"
                else f"Not every model's keys and values can be kept as {kv}: leave out --kv.",
            )
        self._model = model
        self._memory = lib.llama_get_memory(self._context)
        self.facts = state.facts(params)
        self.slots = slots
        self.context_length = context_length
        self.sequence_length = min(
            context_length if unified else context_length // slots, model.context_length
        )
        self.batch_size = batch_size
        self.can_trim = model.can_trim
        self._unified = unified
        self._hushed = False
        self._adapters: dict[abc.Hashable, Any] = {}
        self._adapter: abc.Hashable | None = None
        self._batch = Batch(batch_size)
        self._candidates = Candidates(model.vocabulary)
        self._abort = AbortFlag(self._context)
        self._neighbours = Neighbours(threads)

    @property
    def handle(self) -> Any:
        """The C pointer, for measurements."""
        return self._context

    @property
    def vocabulary(self) -> int:
        """How many tokens there are."""
        return self._model.vocabulary

    @property
    def weights(self) -> int:
        """How many numbers the model has."""
        return int(lib.llama_model_n_params(self._model.handle))

    def use_threads(self, threads: int) -> None:
        """Compute with so many from now on; for measurements."""
        lib.llama_set_n_threads(self._context, threads, threads)
        self._neighbours.use_threads(threads)

    def load_adapter(self, adapter: Any) -> None:
        """Load an adapter (anything with a `path` and a `name`) once, to the model's weights.

        Raises ModelLoadError with llama.cpp's last error lines.
        """
        self._hush()
        if adapter not in self._adapters:
            self._adapters[adapter] = self._model.adapter(adapter.path, adapter.name)

    def decode(
        self,
        batch: abc.Sequence[tuple[int, int, list[int], int]],
        adapter: abc.Hashable | None = None,
    ) -> bool:
        """Compute chunks of (slot, start, tokens, outputs); false when interrupted.

        adapter: one that was loaded; all of the batch is computed with it.
        Raises EngineError where llama.cpp fails; the slots of the batch are then uncertain.
        """
        self._hush()
        if adapter != self._adapter:
            self._switch(adapter)
        self._batch.fill(batch)
        with self._neighbours:
            answer = lib.llama_decode(self._context, self._batch.struct)
        self._abort.clear()
        if answer == _NO_ROOM:
            raise EngineError("The KV cache has no room for the next tokens.")
        if answer not in (_DONE, _ABORTED):
            raise EngineError(f"llama_decode failed ({answer}): {log.errors() or 'no reason'}.")
        if answer == _ABORTED and not self._unified:
            # llama.cpp computes slots that are no neighbours one after the other: some may be
            # through, and their logits are lost. All go back, and every chunk stays on its grid.
            for slot, start, _, _ in batch:
                self.trim(slot, start)
        return bool(answer == _DONE)

    def interrupt(self) -> None:
        """Stop the decode that is running, or else the next one (on CPUs within one graph node)."""
        self._abort.set()

    def length(self, slot: int) -> int:
        """How many tokens the slot holds."""
        return int(lib.llama_memory_seq_pos_max(self._memory, slot)) + 1

    def trim(self, slot: int, length: int) -> bool:
        """Forget all but the first `length` tokens of a slot; false where the memory cannot."""
        return bool(lib.llama_memory_seq_rm(self._memory, slot, length or -1, -1))

    def copy_prefix(self, source: int, target: int, length: int) -> bool:
        """Let `target` hold the first `length` tokens of `source`, in the same cells or a copy."""
        if not self.can_trim:
            return False
        if not self._unified:
            return state.copy(self._context, source, target) and self.trim(target, length)
        lib.llama_memory_seq_rm(self._memory, target, -1, -1)
        lib.llama_memory_seq_cp(self._memory, source, target, 0, length)
        return True

    def save_state(self, slot: int, length: int, most: int = sys.maxsize) -> memoryview | None:
        """What a slot of `length` tokens holds, as bytes; None where it cannot be read out, or is
        more than `most`."""
        return state.save(self._context, slot, length, most) if self.can_trim else None

    def load_state(self, slot: int, saved: memoryview, length: int) -> bool:
        """Let a slot hold what was saved of `length` tokens; false, and an empty slot, where it
        does not fit."""
        return self.can_trim and state.restore(self._context, slot, saved, length)

    def sampler(
        self, sampling: Sampling, prompt: abc.Sequence[int], grammar: Grammar | None = None
    ) -> Sampler:
        return Sampler(sampling, prompt, self._model.vocabulary, grammar)

    def sample(self, row: int, sampler: Sampler, left: int = sys.maxsize) -> int:
        return sampler.choose(self._logits(row), self._candidates, left)

    def logits(self, row: int) -> Logits:
        """The model's own numbers after a row, to keep; for measurements."""
        return self._logits(row).copy()

    def scores(self, row: int, token: int, k: int) -> TokenScore:
        found = log_probabilities(self._logits(row), token, k)
        (piece, logprob), *top = [(self.piece(each), value) for each, value in found]
        return TokenScore(piece, logprob, tuple(top))

    def release(self, sampler: Sampler) -> None:
        sampler.close()

    def piece(self, token: int) -> bytes:
        return self._model.piece(token)

    def is_end(self, token: int) -> bool:
        return self._model.is_end(token)

    def _hush(self) -> None:
        if not self._hushed:
            log.hush()
            self._hushed = True

    def _switch(self, adapter: abc.Hashable | None) -> None:
        """Compute with another adapter from now on. llama.cpp then plans its graph anew, which
        takes 1 ms on small models; nothing is copied."""
        handles = [] if adapter is None else [self._adapters[adapter]]
        array = (lib.llama_adapter_lora_p_ctypes * len(handles))(*handles)
        scales = (ctypes.c_float * len(handles))(*[1.0] * len(handles))
        lib.llama_set_adapters_lora(self._context, array, len(handles), scales)
        self._adapter = adapter

    def _logits(self, row: int) -> Logits:
        """The model's own numbers after a row, valid until the next decode."""
        pointer = lib.llama_get_logits_ith(self._context, row)
        return np.ctypeslib.as_array(pointer, (self._model.vocabulary,))

    def close(self) -> None:
        """Free the context; idempotent. Its thread must have stopped, its samplers be released."""
        context, self._context = self._context, None
        if context:
            self._batch.close()
            self._neighbours.close()
            lib.llama_free(context)
