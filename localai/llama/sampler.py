"""The choice of the next token, by llama.cpp's samplers; it must not know contexts or requests."""

from __future__ import annotations

import secrets
import sys
from collections import abc
from typing import Any

import numpy as np

from localai.errors import InvalidRequest
from localai.llama.binding import lib
from localai.llama.candidates import Candidates, Logits
from localai.llama.grammar import Grammar
from localai.request import Sampling

# The penalties look back so far, prompt included: llama.cpp's own default window.
PENALTY_WINDOW = 64

# llama.cpp draws a fresh seed for this value (LLAMA_DEFAULT_SEED).
_RANDOM_SEED = 0xFFFFFFFF


# Tokens drawn one by one before the grammar looks at all of them. With 32,000 of them a draw and
# its check cost 0.2 ms, the look at all 0.3 to 15 ms (scripts/grammar_cost.py).
_DRAWS = 8


class Sampler:
    """One answer's way to choose its tokens: a chain, in llama.cpp's usual order (logit_bias,
    penalties, top_k, top_p, temperature, draw), and a grammar or none, which no bias overrules.

    rejected: how often the chain's first choice was not what the grammar allows. complete: the
    grammar allows nothing but an end. Free it with `close`.

    Raises InvalidRequest (field `logit_bias.ID`) for a token that the vocabulary does not have.
    """

    def __init__(
        self,
        sampling: Sampling,
        prompt: abc.Sequence[int],
        vocabulary: int,
        grammar: Grammar | None = None,
    ) -> None:
        self.grammar = grammar
        self.rejected = 0
        self.complete = False
        biases = _biases(sampling, vocabulary)
        self.chain = lib.llama_sampler_chain_init(lib.llama_sampler_chain_default_params())
        if biases is not None:
            lib.llama_sampler_chain_add(self.chain, biases)
        penalties = _penalties(sampling, vocabulary)
        if penalties is not None:
            for token in prompt[-PENALTY_WINDOW:]:
                lib.llama_sampler_accept(penalties, token)
            lib.llama_sampler_chain_add(self.chain, penalties)
        for sampler in _choice(sampling):
            lib.llama_sampler_chain_add(self.chain, sampler)

    def choose(self, logits: Logits, candidates: Candidates, left: int = sys.maxsize) -> int:
        """The next token that the grammar allows, accepted. `candidates` is room for all of them.

        left: tokens that the answer may still have, this one included; JSON that needs them all
        to come to its end is brought there.

        The chain draws; what the grammar refuses is taken out, and the chain draws again. Greedy,
        that is what masking everything first would give, to the token. Sampled without top_k and
        top_p it is the same distribution too (the first allowed of weighted draws without
        replacement); a cut-off is taken each time over what has not been refused yet.
        Raises InvalidRequest where the grammar allows nothing.
        """
        assert self.grammar is not None
        token = self._draw(logits, candidates, self.grammar, left)
        lib.llama_sampler_accept(self.chain, token)
        self.grammar.accept(token)
        self.complete = self.grammar.is_complete(candidates)
        return token

    def close(self) -> None:
        """Free the chain with its members; idempotent."""
        chain, self.chain = self.chain, None
        if chain:
            lib.llama_sampler_free(chain)

    def _draw(self, logits: Logits, candidates: Candidates, grammar: Grammar, left: int) -> int:
        refused: list[int] = []
        while len(refused) < _DRAWS:
            candidates.fill(logits)
            candidates.logits[refused] = -np.inf
            token = candidates.draw(self.chain)
            if grammar.fits(token, left):
                return token
            if not refused:
                self.rejected += 1
            refused.append(token)
        if (way := grammar.way(left)) is not None:
            return way
        candidates.fill(logits)
        grammar.mask(candidates)
        if not len(candidates.ids):
            raise InvalidRequest(
                "The grammar allows no token of this model after the text so far.",
                field="grammar",
                hint="Each beginning that the grammar allows must have an end that it allows.",
            )
        return candidates.draw(self.chain)


def fold_seed(seed: int) -> int:
    """A seed of up to 64 bits as llama.cpp's 32, never its "random" value.

    Seeds that fit are kept as they are; larger ones are mixed (Fibonacci hashing), so that seeds
    next to each other, or 2^32 apart, do not meet.
    """
    if seed < _RANDOM_SEED:
        return seed
    return (seed * 0x9E3779B97F4A7C15 % 2**64 >> 32) % _RANDOM_SEED


def _biases(sampling: Sampling, vocabulary: int) -> Any | None:
    if not sampling.logit_bias:
        return None
    biases: dict[int, float] = {}
    for token, bias in sampling.logit_bias:
        if not 0 <= token < vocabulary:
            raise InvalidRequest(
                f"`logit_bias` names the token {token}, and this model's tokens "
                f"are 0 to {vocabulary - 1}.",
                field=f"logit_bias.{token}",
            )
        biases[token] = biases.get(token, 0.0) + bias
    array = (lib.llama_logit_bias * len(biases))(*biases.items())
    return lib.llama_sampler_init_logit_bias(vocabulary, len(biases), array)


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
