"""Guesses on a real model: they come true, and where a text differs it was a tie but for noise."""

from __future__ import annotations

from localai.engine import Engine, PromptLookup, Sequence, Tally
from localai.llama import LlamaContext, LlamaModel
from localai.reply import Event, TextDelta, TokenScore
from localai.request import Sampling
from tests.llama.answers import rendered

PROMPTS = 12
LENGTH = 60


class Eager(PromptLookup):
    """Hears that rows cost next to nothing, so that what it guesses hangs on no clock."""

    def stepped(self, rows: int, seconds: float) -> None:
        super().stepped(rows, 1 + 0.01 * rows)


def answered(engine: Engine, prompt: list[int]) -> tuple[list[int], list[TokenScore]]:
    """The greedy answer's tokens, each with the log-probabilities of the best two."""
    events: list[Event] = []
    sequence = Sequence(
        prompt,
        max_tokens=LENGTH,
        sampling=Sampling(temperature=0),
        emit=events.append,
        top_logprobs=2,
    )
    engine.add(sequence)
    while engine.step():
        pass
    scores = [score for one in events if isinstance(one, TextDelta) for score in one.tokens]
    return sequence.tokens[len(prompt) :], scores


def apart(one: TokenScore, other: TokenScore) -> float:
    return abs(one.logprob - other.logprob)


def gap(score: TokenScore) -> float:
    """How far the second best was behind the best."""
    return score.top[0][1] - score.top[1][1]


def test_each_difference_is_a_near_tie(tiny: LlamaModel) -> None:
    prompts = [tiny.tokenize(rendered(f"select {n} from table {n * n} where")) for n in
               range(PROMPTS)]  # fmt: skip
    told = []
    tally = Tally()
    for drafter in (None, Eager(tally)):
        context = LlamaContext(tiny, context_length=1024, slots=2, threads=1)
        engine = Engine(context, drafter=drafter)
        for prompt in prompts:
            first = answered(engine, prompt)
            # The second time what the first said is known, and guessed.
            told.append((drafter is None, first, answered(engine, prompt)))
        context.close()
    assert tally.accepted_draft_tokens > PROMPTS * LENGTH // 4
    plain = [second for off, _, second in told if off]
    drafted = [second for off, _, second in told if not off]
    noise, ties = 0.0, []
    for (tokens, scores), (others, theirs) in zip(plain, drafted, strict=True):
        assert len(scores) == len(tokens) and len(theirs) == len(others)
        same = next((n for n, (a, b) in enumerate(zip(tokens, others, strict=False)) if a != b),
                    min(len(tokens), len(others)))  # fmt: skip
        noise = max([noise, *map(apart, scores[:same], theirs[:same])])
        if tokens != others:
            ties.append(gap(scores[same]))
    assert noise < 0.1
    assert all(tie <= 2 * noise for tie in ties), (ties, noise)
