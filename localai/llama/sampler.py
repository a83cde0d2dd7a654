"""Sampling values to a llama.cpp sampler chain; it must not know contexts or requests."""

from __future__ import annotations

import secrets
from collections import abc
from typing import Any

from localai.llama.binding import lib
from localai.request import Sampling

# The penalties look back so far, prompt included: llama.cpp's own default window.
PENALTY_WINDOW = 64

# llama.cpp draws a fresh seed for this value (LLAMA_DEFAULT_SEED).
_RANDOM_SEED = 0xFFFFFFFF


def make_sampler(sampling: Sampling, prompt: abc.Sequence[int], vocabulary: int) -> Any:
    """A chain in llama.cpp's usual order: penalties, top_k, top_p, temperature, draw.

    The caller frees it with `free_sampler`.
    """
    chain = lib.llama_sampler_chain_init(lib.llama_sampler_chain_default_params())
    penalties = _penalties(sampling, vocabulary)
    if penalties is not None:
        for token in prompt[-PENALTY_WINDOW:]:
            lib.llama_sampler_accept(penalties, token)
        lib.llama_sampler_chain_add(chain, penalties)
    for sampler in _choice(sampling):
        lib.llama_sampler_chain_add(chain, sampler)
    return chain


def free_sampler(chain: Any) -> None:
    """Free a chain and its members."""
    lib.llama_sampler_free(chain)


def fold_seed(seed: int) -> int:
    """A seed of up to 64 bits as llama.cpp's 32, never its "random" value.

    Seeds that fit are kept as they are; larger ones are mixed (Fibonacci hashing), so that seeds
    next to each other, or 2^32 apart, do not meet.
    """
    if seed < _RANDOM_SEED:
        return seed
    return (seed * 0x9E3779B97F4A7C15 % 2**64 >> 32) % _RANDOM_SEED


def _penalties(sampling: Sampling, vocabulary: int) -> Any | None:
    repeat = sampling.repetition_penalty or 1.0  # 0 means off, and C divides by it
    if repeat == 1.0 and not sampling.frequency_penalty and not sampling.presence_penalty:
        return None
    return lib.llama_sampler_init_penalties(
        vocabulary, PENALTY_WINDOW, repeat, sampling.frequency_penalty, sampling.presence_penalty
    )


def _choice(sampling: Sampling) -> list[Any]:
    if sampling.temperature <= 0 or sampling.top_p <= 0:
        return [lib.llama_sampler_init_greedy()]
    chain = []
    if sampling.top_k > 0:
        chain.append(lib.llama_sampler_init_top_k(sampling.top_k))
    if sampling.top_p < 1:
        chain.append(lib.llama_sampler_init_top_p(sampling.top_p, 1))
    chain.append(lib.llama_sampler_init_temp(sampling.temperature))
    seed = secrets.randbelow(_RANDOM_SEED) if sampling.seed is None else fold_seed(sampling.seed)
    chain.append(lib.llama_sampler_init_dist(seed))
    return chain
