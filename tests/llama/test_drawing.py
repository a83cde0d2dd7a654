"""Choices by numpy beside llama.cpp's own samplers, which they must equal to the token."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from localai.errors import EngineError
from localai.llama.binding import lib
from localai.llama.candidates import Candidates, Logits
from localai.llama.drawing import Draw, fold_seed, likeliest, nucleus
from localai.llama.sampler import Sampler
from localai.request import Sampling

PROMPT = [*range(100), 5, 5, 7]


class Chain:
    """llama.cpp's samplers over the whole vocabulary, one after the other."""

    def __init__(self, sampling: Sampling, size: int) -> None:
        self._chain = lib.llama_sampler_chain_init(lib.llama_sampler_chain_default_params())
        if sampling.logit_bias:
            biases = (lib.llama_logit_bias * len(sampling.logit_bias))(*sampling.logit_bias)
            self._add(lib.llama_sampler_init_logit_bias(size, len(biases), biases))
        penalties = lib.llama_sampler_init_penalties(
            size, 64, sampling.repetition_penalty, sampling.frequency_penalty,
            sampling.presence_penalty,
        )  # fmt: skip
        for token in PROMPT:
            lib.llama_sampler_accept(penalties, token)
        self._add(penalties)
        if sampling.temperature <= 0:
            self._add(lib.llama_sampler_init_greedy())
        else:
            self._add(lib.llama_sampler_init_top_k(sampling.top_k))
            self._add(lib.llama_sampler_init_top_p(sampling.top_p, 1))
            self._add(lib.llama_sampler_init_temp(sampling.temperature))
            self._add(lib.llama_sampler_init_dist(fold_seed(sampling.seed or 0)))

    def choose(self, logits: Logits, candidates: Candidates) -> int:
        candidates.fill(logits)
        token = candidates.draw(self._chain)
        lib.llama_sampler_accept(self._chain, token)
        return token

    def close(self) -> None:
        lib.llama_sampler_free(self._chain)

    def _add(self, sampler: object) -> None:
        lib.llama_sampler_chain_add(self._chain, sampler)


def rows(size: int, spread: float, count: int) -> Iterator[Logits]:
    """Random logits, no two of a row equal; the wider the spread, the fewer matter."""
    chance = np.random.default_rng(int(spread * 100) + size)
    for _ in range(count):
        row = np.unique((chance.standard_normal(size * 2) * spread).astype(np.float32))
        yield chance.permutation(row)[:size]


WAYS: Sequence[dict[str, float]] = (
    {"temperature": 0},
    {"temperature": 0.6},
    {"temperature": 2.5},
    {"temperature": 0.8, "top_k": 40},
    {"temperature": 0.8, "top_k": 3000},
    {"temperature": 0.8, "top_k": 10**6},
    {"temperature": 0.8, "top_p": 0.9},
    {"temperature": 1.2, "top_p": 0.5},
    {"temperature": 1.0, "top_k": 40, "top_p": 0.5},
    {"temperature": 0, "repetition_penalty": 1.3, "presence_penalty": 0.5},
    {"temperature": 1, "repetition_penalty": 1.2, "frequency_penalty": 0.7, "top_k": 30},
)


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize(("size", "spread"), [(700, 2.0), (5003, 6.0), (32_000, 3.0)])
def test_the_tokens_are_those_of_llama_cpps_chain(
    way: dict[str, float], size: int, spread: float
) -> None:
    biases = ((3, 4.5), (5, -2.0), (size - 1, 1.0))
    sampling = Sampling(**way, seed=11, logit_bias=biases)  # type: ignore[arg-type]
    ours, theirs = Sampler(sampling, PROMPT, size), Chain(sampling, size)
    room = Candidates(size)
    # Where thousands of tokens matter, llama.cpp's sums in single precision cut off at a slightly
    # wrong place: see below.
    flat = "top_p" in way and "top_k" not in way
    for logits in rows(size, 6.0 if flat else spread, 25):
        assert ours.choose(logits, room) == theirs.choose(logits, room)
    ours.close()
    theirs.close()


@pytest.mark.parametrize("share", [0.3, 0.9, 0.99, 0.9999])
@pytest.mark.parametrize(("size", "spread"), [(300, 1.0), (5003, 3.0), (32_000, 1.0)])
def test_top_p_keeps_the_fewest_that_hold_so_much(share: float, size: int, spread: float) -> None:
    for logits in rows(size, spread, 3):
        kept = nucleus(logits, logits.max(), share)
        order = np.argsort(-logits)
        weights = np.exp(logits[order].astype(np.float64))
        exact = int(np.searchsorted(np.cumsum(weights), share * weights.sum())) + 1
        assert abs(len(kept) - exact) <= 1 + size // 10_000
        assert (kept == order[: len(kept)]).all()


def test_logits_are_left_as_they_are() -> None:
    (logits,) = rows(700, 2.0, 1)
    before = logits.copy()
    sampling = Sampling(seed=1, repetition_penalty=2, logit_bias=((1, 9.0),), top_p=0.8)
    Sampler(sampling, PROMPT, 700).choose(logits, Candidates(700))
    assert (logits == before).all()


def test_of_equals_the_first_is_the_greatest_and_all_are_drawn() -> None:
    logits = np.zeros(2000, np.float32)
    logits[[900, 40, 41, 1500]] = 50
    assert Draw(Sampling(temperature=0))(logits) == 40
    assert likeliest(logits, 3).tolist() == [40, 41, 900]
    assert likeliest(logits, 6).tolist() == [40, 41, 900, 1500, 0, 1]
    for more in ({}, {"top_k": 4}, {"top_p": 0.99}):
        draw = Draw(Sampling(temperature=1, seed=3, **more))
        assert {draw(logits) for _ in range(60)} == {40, 41, 900, 1500}
        draw.close()


@pytest.mark.parametrize("size", [300, 1024, 1025, 1280, 4000])
def test_what_cannot_be_is_never_drawn(size: int) -> None:
    logits = np.full(size, -np.inf, np.float32)
    allowed = [1, size // 2, size - 1]
    logits[allowed] = [2, 3, 2.5]
    for temperature in (0.01, 1.0, 5.0):
        draw = Draw(Sampling(temperature=temperature, seed=5))
        drawn = {draw(logits) for _ in range(300)}
        assert drawn == (set(allowed) if temperature >= 1 else {size // 2})
        draw.close()


@pytest.mark.parametrize("temperature", [1e-45, 1e-9, 1e-4])
def test_a_temperature_next_to_none_takes_the_greatest(temperature: float) -> None:
    (logits,) = rows(3000, 4.0, 1)
    draw = Draw(Sampling(temperature=temperature, seed=5))
    assert draw(logits) == int(np.argmax(logits))
    draw.close()


@pytest.mark.parametrize("temperature", [0, 1])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_logits_that_are_no_numbers_end_the_answer(temperature: float, bad: float) -> None:
    logits = np.zeros(2000, np.float32)
    logits[7] = bad
    draw = Draw(Sampling(temperature=temperature, seed=1))
    with pytest.raises(EngineError, match="no numbers"):
        draw(logits)
    draw.close()
