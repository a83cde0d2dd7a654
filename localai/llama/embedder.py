"""Texts to vectors with one model's pooling; it must not know who asks or in which order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from localai.errors import EngineError, ModelLoadError
from localai.llama.abort import AbortFlag
from localai.llama.batch import Batch
from localai.llama.binding import lib, log
from localai.llama.model import LlamaModel
from localai.llama.neighbours import Neighbours

_DONE, _ABORTED = 0, 2


class LlamaEmbedder:
    """Computes the vectors of whole texts, several at a time. Close it before its model.

    limit: tokens that one text may have, and that one call may have together; a text is computed
    in one piece, for in these models every token looks at all others.
    slots: texts that one call may have.
    Raises ModelLoadError when llama.cpp cannot make the context.
    """

    def __init__(self, model: LlamaModel, *, limit: int, slots: int, threads: int) -> None:
        params = lib.llama_context_default_params()
        params.n_ctx = params.n_batch = params.n_ubatch = limit
        params.n_seq_max = slots
        params.kv_unified = True
        params.n_threads = params.n_threads_batch = threads
        params.embeddings = True
        params.no_perf = True
        log.forget_errors()
        self._context = lib.llama_init_from_model(model.handle, params)
        if not self._context:
            raise ModelLoadError(
                f"llama.cpp could not make a context of {limit} tokens: "
                f"{log.errors() or 'no reason given'}.",
                model="",
                hint="Start with a smaller --ctx.",
            )
        self.limit = limit
        self.slots = slots
        self.dimensions: int = lib.llama_model_n_embd_out(model.handle)
        # Encoders keep no memory; decoders that were trained for this do, and must forget.
        self._memory = lib.llama_get_memory(self._context)
        self._compute = lib.llama_decode if self._memory else lib.llama_encode
        self._batch = Batch(limit)
        self._abort = AbortFlag(self._context)
        self._neighbours = Neighbours(threads)

    def embed(self, texts: Sequence[Sequence[int]]) -> list[tuple[float, ...]] | None:
        """A vector of length 1 for each text (token ids); None when interrupted.

        Raises EngineError where llama.cpp fails.
        """
        if self._memory:
            lib.llama_memory_clear(self._memory, False)
        self._batch.fill([(slot, 0, list(text), 1) for slot, text in enumerate(texts)])
        self._batch.want_all()
        with self._neighbours:
            answer = self._compute(self._context, self._batch.struct)
        self._abort.clear()
        if answer == _ABORTED:
            return None
        if answer != _DONE:
            raise EngineError(f"llama.cpp failed ({answer}): {log.errors() or 'no reason'}.")
        return [self._vector(slot) for slot in range(len(texts))]

    def interrupt(self) -> None:
        """Stop the computation that is running, or else the next one."""
        self._abort.set()

    def close(self) -> None:
        """Free the context; idempotent. Its thread must have stopped."""
        context, self._context = self._context, None
        if context:
            self._batch.close()
            self._neighbours.close()
            lib.llama_free(context)

    def _vector(self, slot: int) -> tuple[float, ...]:
        pointer = lib.llama_get_embeddings_seq(self._context, slot)
        if not pointer:
            raise EngineError("llama.cpp gave no vector for a text.")
        values = np.ctypeslib.as_array(pointer, (self.dimensions,))
        length = float(np.linalg.norm(values))
        return tuple((values / length if length else values).tolist())
