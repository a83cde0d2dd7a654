"""The parts of guessing: where a text said it before, what steps cost, what guesses may lose."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localai.engine import PromptLookup, Sequence
from localai.engine.speculation import account, index, lookup
from localai.engine.speculation.cost import StepCost
from localai.engine.speculation.habits import Habits
from localai.engine.speculation.index import SuffixIndex
from localai.request import Sampling

COSTS: dict[str, Callable[[int], float]] = {
    "flat": lambda rows: 1 + 0.01 * rows,
    "a step of 1.6 shares": lambda rows: 0.4 + 0.6 * rows,
    "each row in full": lambda rows: float(rows),
    "more than its share": lambda rows: rows**1.3,
}
TEXTS: dict[str, Callable[[random.Random], list[int]]] = {
    "random": lambda chance: [chance.randrange(30_000) for _ in range(300)],
    "letters": lambda chance: [chance.randrange(12) for _ in range(300)],
    "misleading": lambda chance: [n % 7 or 100 + chance.randrange(2) for n in range(300)],
    "period": lambda chance: [n % 11 for n in range(300)],
    "broken period": lambda chance: [chance.randrange(9) if chance.random() < 0.2 else n % 9
                                     for n in range(300)],
}  # fmt: skip


@given(st.lists(st.integers(0, 3), min_size=2, max_size=60), st.integers(1, 59))
def test_the_place_found_is_one_where_the_end_stood(text: list[int], prompt: int) -> None:
    prompt = min(prompt, len(text) - 1)
    found = SuffixIndex(text)
    assert found.read(prompt)
    for end in range(prompt + 1, len(text) + 1):
        foretold = found.match > 0 and text[found.place] == text[end - 1]
        assert found.advance() is foretold
        place, match = found.place, found.match
        assert text[end - match : end] == text[place - match : place] and place < end
        longest = max(
            length
            for length in range(4)
            if length == 0 or any(text[at - length : at] == text[end - length : end]
                                  for at in range(length, end))
        )  # fmt: skip
        assert match >= longest


def test_a_text_that_repeats_itself_is_gone_round() -> None:
    text = [1, 2, 3, 1, 2, 3]
    found = SuffixIndex(text)
    found.read(4)
    found.advance()
    found.advance()
    assert found.guess(8) == [1, 2, 3, 1, 2, 3, 1, 2]


def test_a_long_prompt_is_indexed_in_portions() -> None:
    text = [n % 5000 for n in range(2 * index.PORTION + 10)]
    whole, portions = SuffixIndex(list(text)), SuffixIndex(text)
    assert not portions.read(len(text)) and not portions.read(len(text))
    assert portions.read(len(text))
    while not whole.read(len(text)):
        pass
    for each in (whole._text, portions._text):
        each.append(3)
    whole.advance()
    portions.advance()
    assert (portions.place, portions.match) == (whole.place, whole.match)


def test_habits_go_by_the_longest_match_and_forget_what_is_old() -> None:
    habits = Habits()
    habits.add([9, 9, 9, 1, 2, 3, 4, 5], 3)
    assert habits.guess([7, 1, 2, 3], 2) == [4, 5]
    assert habits.guess([7, 7, 8, 3], 1) == [4]
    assert habits.guess([7, 7, 7, 77], 3) == []
    chance = random.Random(0)
    for _ in range(40):
        habits.add([chance.randrange(100, 10**6) for _ in range(2000)], 0)
    assert habits.guess([7, 1, 2, 3], 2) == []
    assert len(habits._young) + len(habits._old) < 3 * (16_384 + 6_000)


def test_a_cost_is_a_median_and_lies_between_its_neighbours() -> None:
    costs = StepCost()
    assert costs.of(3) == 0
    for seconds in (1.0, 1.0, 9.0, 1.0, 1.0):
        costs.note(1, seconds, 1)
        costs.note(5, 3 * seconds, 1)
    assert costs.of(1) == 1 and costs.of(5) == 3
    assert costs.of(3) == pytest.approx(2)
    assert costs.of(10) > 5.5
    assert costs.likely_least(10) < costs.of(10)
    costs.note(1, 1.0, 600)
    costs.forget(600)
    assert costs.of(5) == pytest.approx(17 / 5), "a size long not met is unknown again"


def replay(
    drafter: PromptLookup, tokens: list[int], cost: Callable[[int], float], others: int = 0
) -> tuple[float, float]:
    """Seconds with guesses and without for a text whose first third is its prompt; beside so many
    that are not guessed at, which count into the rows alone."""
    start = len(tokens) // 3
    one = Sequence(tokens[:start], max_tokens=len(tokens), sampling=Sampling(), emit=print)
    one.tokens.append(tokens[start])
    seconds = steps = 0.0
    while len(one.tokens) < len(tokens):
        rows = 1 + others
        draft = drafter.propose(one, rows, min(16, len(tokens) - len(one.tokens)))
        came = 0
        while came < len(draft) and draft[came] == tokens[len(one.tokens)]:
            one.tokens.append(draft[came])
            came += 1
        if len(one.tokens) < len(tokens):
            one.tokens.append(tokens[len(one.tokens)])
        if draft:
            drafter.verified(one, len(draft), came)
        drafter.stepped(rows + len(draft), cost(rows + len(draft)))
        seconds += cost(rows + len(draft))
        steps += 1 + came
    drafter.forget(one)
    return seconds, steps * cost(1 + others)


@pytest.mark.parametrize("others", [0, 3])
@pytest.mark.parametrize("cost", COSTS.values(), ids=COSTS)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_no_text_loses_more_than_is_allowed(
    text: Callable[[random.Random], list[int]], cost: Callable[[int], float], others: int
) -> None:
    drafter, chance = PromptLookup(), random.Random(5)
    for _ in range(8):
        on, off = replay(drafter, text(chance), cost, others)
        # A first step of each size is a leap in the dark: it may cost what nobody knew.
        unknown = 1.5 * cost(1 + others)
        assert on <= (1 + account.ALLOWED) * off + account.START * cost(1 + others) + unknown
    total = [replay(drafter, text(chance), cost, others) for _ in range(8)]
    assert sum(off for _, off in total) >= 0.97 * sum(on for on, _ in total)


def test_nothing_is_kept_of_what_ended() -> None:
    drafter = PromptLookup()
    for _ in range(3):
        replay(drafter, TEXTS["period"](random.Random(0)), COSTS["flat"])
    assert not drafter._texts and not any(not text.ended for text in drafter._before)


def test_a_text_that_nothing_foretells_sleeps_and_is_guessed_again_once_it_repeats() -> None:
    chance = random.Random(3)
    drafter = PromptLookup()
    sequence = Sequence(
        [chance.randrange(30_000) for _ in range(50)],
        max_tokens=2000,
        sampling=Sampling(temperature=0),
        emit=lambda event: None,
    )

    def say(token: int) -> int:
        """Tokens that were guessed behind it; a guess costs nothing here."""
        sequence.tokens.append(token)
        draft = drafter.propose(sequence, 1, 8)
        drafter.stepped(1 + len(draft), 1.0)
        return len(draft)

    for _ in range(600):
        say(chance.randrange(30_000))
    text = drafter._texts[sequence]
    asleep = text.wakes - len(sequence.tokens)
    assert 0 < asleep <= lookup.LONGEST_NAP
    guessed = [say(n % 6) for n in range(asleep + 60)]
    assert not any(guessed[: asleep - 1]) and any(guessed[asleep:])
