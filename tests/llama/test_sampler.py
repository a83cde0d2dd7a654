from __future__ import annotations

import pytest

from localai.llama.drawing import fold_seed
from localai.request import Sampling
from tests.llama.answers import Answerer

PROMPT = "select the name of the customer from the city and"


def test_small_seeds_are_kept_and_large_ones_stay_distinct() -> None:
    assert [fold_seed(seed) for seed in (1, 42, 0xFFFFFFFE)] == [1, 42, 0xFFFFFFFE]
    seeds = [*range(1, 2000), *range(2**32 - 1, 2**32 + 2000), *range(9_999_998_000, 10**10)]
    folded = [fold_seed(seed) for seed in seeds]
    assert len(set(folded)) == len(seeds)
    assert 0xFFFFFFFF not in folded and all(0 <= seed < 2**32 for seed in folded)


def test_temperature_0_is_greedy_and_so_is_top_p_0_and_top_k_1(answerer: Answerer) -> None:
    greedy = answerer(PROMPT, Sampling(temperature=0))
    assert answerer(PROMPT, Sampling(temperature=0)) == greedy
    assert answerer(PROMPT, Sampling(temperature=3, top_p=0)) == greedy
    assert answerer(PROMPT, Sampling(temperature=3, top_k=1)) == greedy


def test_a_seed_repeats_and_another_differs(answerer: Answerer) -> None:
    first = answerer(PROMPT, Sampling(temperature=1.5, seed=1))
    assert answerer(PROMPT, Sampling(temperature=1.5, seed=1)) == first
    assert answerer(PROMPT, Sampling(temperature=1.5, seed=2)) != first
    assert answerer(PROMPT, Sampling(temperature=1.5, seed=2**32 + 1)) != first


def test_without_a_seed_answers_differ(answerer: Answerer) -> None:
    assert len({answerer(PROMPT, Sampling(temperature=2)) for _ in range(4)}) > 1


@pytest.mark.parametrize(
    "penalty",
    [
        Sampling(temperature=0, repetition_penalty=2),
        Sampling(temperature=0, frequency_penalty=2),
        Sampling(temperature=0, presence_penalty=2),
    ],
)
def test_penalties_change_what_is_said_and_off_values_do_not(
    answerer: Answerer, penalty: Sampling
) -> None:
    plain = answerer(PROMPT, Sampling(temperature=0), max_tokens=120)
    assert answerer(PROMPT, penalty, max_tokens=120) != plain
    off = Sampling(temperature=0, repetition_penalty=0)
    assert answerer(PROMPT, off, max_tokens=120) == plain


def test_the_penalty_sees_the_prompt(answerer: Answerer) -> None:
    prompt = answerer.model.tokenize(answerer.prompt(PROMPT))
    said = prompt + answerer.tokens(prompt, Sampling(temperature=0), max_tokens=200)
    # Where the greedy token stood before within 64 tokens, make all before it the prompt.
    at = next(i for i in range(len(prompt), len(said)) if said[i] in said[max(0, i - 64) : i])
    plain = answerer.tokens(said[:at], Sampling(temperature=0), max_tokens=1)
    heavy = Sampling(temperature=0, presence_penalty=100)
    assert plain == [said[at]]
    assert answerer.tokens(said[:at], heavy, max_tokens=1) != plain
