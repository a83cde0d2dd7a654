"""How many bytes a loaded model takes: weights, keys and values, work buffers; arithmetic alone.

It must not know how much memory there is, nor what is chosen for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from localai.model import Architecture

# Tokens in one llama_decode: the engine's batch, for which llama.cpp sizes its compute buffer.
BATCH = 512
# A Python process with llama_cpp, numpy and the server loaded, before any model: 58 MiB measured.
PROCESS_BYTES = 64 * 2**20

# Tokens whose attention may be computed at once, and the bytes that their scores may then take (256
# read a prompt no faster than 128, and 64 took 1.03 times as long); weights of a model below which
# it does not pay.
AT_ONCE = {128: 96 * 2**20, 64: 256 * 2**20}
SMALL = 500_000_000

# Tokens of a batch where requests have streams of their own, and to what their length is rounded
# up (llama_kv_cache pads to 256 cells).
STREAM_BATCH = 64
CELLS = 256
# Bytes of a number, against f16's two: q8_0 keeps 32 of them in 34 bytes.
KV_SIZES = {"f16": 1.0, "q8_0": 34 / 64}


@dataclass(frozen=True, slots=True)
class Keeping:
    """How keys and values are kept. kind: "f16" or "q8_0". streams: 0, one pool for all requests;
    else up to so many of them have memory of their own, and there is no flash attention."""

    kind: str = "f16"
    streams: int = 0


SHARED = Keeping()


def scores_at_once(architecture: Architecture, context: int, keeping: Keeping = SHARED) -> int:
    """Tokens whose attention a CPU computes at once, by plain products of matrices, which need room
    for their scores; 0 is flash attention: where there is too little of it, where the kind of keys
    and values asks for it, and for models below SMALL.

    For those products it counts what all requests hold, for flash attention what each one does. On
    two cores and 110 million weights, eight prompts of 60 tokens at once with answers of 48 took
    1.08 times as long with products, with answers of 128 0.95 times; with 1.1 billion weights
    answers never took longer, behind 1,500 tokens a third.
    """
    if KV_SIZES[keeping.kind] < 1 or _weights(architecture) < SMALL:
        return 0
    token = 4 * context * (architecture.heads + 1)
    return next((count for count, room in AT_ONCE.items() if count * token <= room), 0)


def _weights(architecture: Architecture) -> int:
    """About how many numbers a model has."""
    wide, head = architecture.embedding, architecture.head_dim
    attention = 2 * (architecture.heads + architecture.kv_heads) * head * wide
    layer = attention + 3 * wide * architecture.feed_forward
    return architecture.layers * layer + 2 * architecture.vocabulary * wide


def compute_bytes(architecture: Architecture, context: int, keeping: Keeping = SHARED) -> int:
    """Work buffers of llama.cpp on a CPU, plus the process itself.

    The largest of the output layer's row (vocabulary logits, two embeddings), a block's (four
    embeddings, three feed-forward rows) and attention's: for `scores_at_once` tokens the scores of
    each head over the context, with an f32 mask; with flash attention an f16 mask for BATCH tokens.
    Matches what llama.cpp (llama-cpp-python 0.3.36) reports to 0.1 MiB on the shapes of Llama-2-7B,
    Llama-3-8B and TinyLlama-1.1B with flash attention, and of multi-head models without.
    """
    count = scores_at_once(architecture, context, keeping)
    if count:
        return _scored_bytes(architecture, context, count)
    output = 4 * (architecture.vocabulary + 2 * architecture.embedding)
    block = 4 * (4 * architecture.embedding + 3 * architecture.feed_forward) + 2 * context
    return BATCH * max(output, block) + PROCESS_BYTES


def stream_compute_bytes(architecture: Architecture, context: int) -> int:
    """The same for requests with streams of their own, which have smaller batches."""
    return _scored_bytes(architecture, context, STREAM_BATCH)


def _scored_bytes(architecture: Architecture, context: int, count: int) -> int:
    output = architecture.vocabulary + 2 * architecture.embedding
    block = 4 * architecture.embedding + 3 * architecture.feed_forward
    scores = 7 * architecture.embedding + context * (architecture.heads + 1)
    return count * 4 * max(output, block, scores) + PROCESS_BYTES


def bytes_needed(
    architecture: Architecture, weights: int, context: int, keeping: Keeping = SHARED
) -> int:
    """Memory of a loaded model: weights, KV cache for `context` tokens (of each stream, where there
    are some), work buffers."""
    kv = kv_bytes(architecture, context, keeping)
    if keeping.streams:
        # A prefix goes from one stream to another by way of a copy.
        kv += kv // keeping.streams if keeping.streams > 1 else 0
        return weights + kv + stream_compute_bytes(architecture, context)
    return weights + kv + compute_bytes(architecture, context, keeping)


def kv_bytes(architecture: Architecture, context: int, keeping: Keeping = SHARED) -> int:
    """The KV cache alone, of all streams together."""
    token = architecture.kv_bytes_per_token * KV_SIZES[keeping.kind]
    if not keeping.streams:
        return int(token * context)
    return int(token * (-(-context // CELLS) * CELLS)) * keeping.streams
