from __future__ import annotations

import math
import random
import threading
import time

import pytest

from localai.engine import Chunk, Sequence
from localai.errors import EngineError
from localai.llama import LlamaContext, LlamaModel
from localai.reply import Finished
from localai.request import Sampling
from tests.fakes import Receiver
from tests.llama.answers import Answerer, rendered

WORDS = "select the name of customer city order value from table where count and".split()
SEEDED = Sampling(temperature=1.2, seed=11)


def words(count: int, seed: int) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=count))


def test_a_seeded_answer_repeats_to_the_letter_cold_and_warm(tiny: LlamaModel) -> None:
    long = words(300, 1)
    cold = Answerer(tiny)
    expected = cold(long, SEEDED)
    cold.close()
    warm = Answerer(tiny)
    warm(words(60, 2), SEEDED)
    warm(words(30, 3), Sampling(temperature=1))
    answers = {warm(long, SEEDED) for _ in range(3)}
    warm(long + " " + words(9, 4), Sampling(temperature=1))
    answers.add(warm(long, SEEDED))
    tokens = tiny.tokenize(warm.prompt(long))
    assert warm.run(tokens, SEEDED, 1, []).cached == 256, "a whole chunk was taken over"
    warm.close()
    assert answers == {expected}


def test_the_prefix_is_not_computed_again(answerer: Answerer) -> None:
    tokens = answerer.model.tokenize(answerer.prompt(words(100, 1)))
    first = answerer.run(tokens, Sampling(temperature=0), 8, [])
    second = answerer.run([*first.tokens, 300, 301], Sampling(temperature=0), 2, [])
    assert second.cached == first.computed == len(tokens) + 7


def test_many_at_once_are_all_whole(tiny: LlamaModel) -> None:
    answerer = Answerer(tiny, slots=4, context_length=512)
    receivers = [Receiver() for _ in range(12)]
    for index, receiver in enumerate(receivers):
        tokens = tiny.tokenize(answerer.prompt(words(20 + index, index)))
        answerer.engine.add(
            Sequence(tokens, max_tokens=30, sampling=Sampling(temperature=0), emit=receiver)
        )
    answerer.drain()
    answerer.close()
    assert all(receiver.done.is_set() and receiver.text for receiver in receivers)
    assert {type(r.last).__name__ for r in receivers} == {"Finished"}


def test_interrupt_stops_a_long_decode_and_leaves_other_slots_whole(tiny: LlamaModel) -> None:
    context = LlamaContext(tiny, context_length=1024, slots=2, threads=1)
    tokens = [300 + i % 500 for i in range(400)]
    assert context.decode([Chunk(1, 0, tokens[:50], 1)])
    context.interrupt()
    assert not context.decode([Chunk(0, 0, tokens, 1)])
    assert (context.length(0), context.length(1)) == (0, 50)
    assert context.decode([Chunk(0, 0, tokens, 1)]), "the flag counts once"
    assert context.length(0) == 400
    context.close()


def test_interrupt_from_another_thread_comes_through_in_the_middle(tiny: LlamaModel) -> None:
    context = LlamaContext(tiny, context_length=1024, slots=1, threads=1)
    tokens = [300 + i % 500 for i in range(500)]
    stop = threading.Event()

    def interrupt() -> None:
        while not stop.wait(0.0005):
            context.interrupt()

    other = threading.Thread(target=interrupt)
    other.start()
    deadline = time.monotonic() + 20
    while context.decode([Chunk(0, 0, tokens, 1)]):
        context.trim(0, 0)
        assert time.monotonic() < deadline
    stop.set()
    other.join()
    assert context.length(0) == 0
    context.close()


def test_trim_forgets_a_tail_and_everything(tiny: LlamaModel) -> None:
    context = LlamaContext(tiny, context_length=256, slots=1, threads=1)
    context.decode([Chunk(0, 0, [300, 301, 302, 303], 1)])
    assert context.trim(0, 2) and context.length(0) == 2
    assert context.trim(0, 0) and context.length(0) == 0
    context.close()


def test_no_room_is_an_error_and_not_a_crash(tiny: LlamaModel) -> None:
    context = LlamaContext(tiny, context_length=256, slots=2, threads=1)
    assert context.decode([Chunk(0, 0, [300] * 250, 1)])
    with pytest.raises(EngineError, match="no room"):
        context.decode([Chunk(1, 0, [300] * 250, 1)])
    assert context.length(0) == 250
    context.close()


def test_a_copied_prefix_is_the_same_cells_and_outlives_its_source(tiny: LlamaModel) -> None:
    context = LlamaContext(tiny, context_length=256, slots=4, threads=1)
    tokens = [300 + i % 500 for i in range(200)]
    assert context.decode([Chunk(0, 0, tokens, 1)])
    alone = context.scores(199, 300, 5)
    for slot in (1, 2, 3):
        assert context.copy_prefix(0, slot, 190)
    # 200 cells are used, not 770: there is room for what follows in each.
    assert [context.length(slot) for slot in range(4)] == [200, 190, 190, 190]
    context.trim(0, 0)
    assert context.decode([Chunk(slot, 190, tokens[190:], 1) for slot in (1, 2, 3)])
    for row in (9, 19, 29):
        shared = context.scores(row, 300, 5)
        assert [piece for piece, _ in shared.top] == [piece for piece, _ in alone.top]
        assert shared.logprob == pytest.approx(alone.logprob, abs=1e-2)
    context.trim(1, 100)
    assert (context.length(1), context.length(2)) == (100, 200)
    assert context.copy_prefix(1, 2, 50) and context.length(2) == 50, "what it held is forgotten"
    context.close()


def test_four_answers_to_one_prompt_fit_where_the_prompt_fits_once(tiny: LlamaModel) -> None:
    prompt = tiny.tokenize(rendered(words(500, 5)))[:440]
    answerer = Answerer(tiny, slots=4, context_length=512)
    assert len(prompt) + 4 * 17 <= 512 < 2 * len(prompt)
    receivers = [Receiver() for _ in range(4)]
    for receiver, seed in zip(receivers, (None, 1, 2, 3), strict=True):
        sampling = Sampling(temperature=0) if seed is None else Sampling(temperature=1, seed=seed)
        answerer.engine.add(Sequence(prompt, max_tokens=16, sampling=sampling, emit=receiver))
    answerer.drain()
    greedy = answerer.tokens(prompt, Sampling(temperature=0), max_tokens=16)
    answerer.close()
    assert receivers[0].text == b"".join(map(tiny.piece, greedy)).decode(errors="replace")
    assert len({r.text for r in receivers}) == 4
    usages = [r.last.usage for r in receivers if isinstance(r.last, Finished)]
    assert [u.cached_tokens for u in usages] == [0, 439, 439, 439]


def test_scores_are_the_softmax_of_the_row(tiny: LlamaModel) -> None:
    context = LlamaContext(tiny, context_length=64, slots=1, threads=1)
    context.decode([Chunk(0, 0, [300, 301], 1)])
    all_of_them = context.scores(1, 5, tiny.vocabulary)
    total = sum(math.exp(logprob) for _, logprob in all_of_them.top)
    assert total == pytest.approx(1, abs=1e-5)
    sampler = context.sampler(Sampling(temperature=0), [])
    best = context.sample(1, sampler)
    context.release(sampler)
    assert all_of_them.top[0] == (tiny.piece(best), context.scores(1, best, 0).logprob)
    context.close()


def test_a_seeded_answer_repeats_also_after_its_prompt_was_shared(tiny: LlamaModel) -> None:
    prompt = tiny.tokenize(rendered(words(400, 6)))[:300]
    cold = Answerer(tiny, slots=4)
    expected = cold.tokens(prompt, SEEDED, max_tokens=24)
    cold.close()
    warm = Answerer(tiny, slots=4)
    for seed in (11, 12, 13):
        sampling = Sampling(temperature=1.2, seed=seed)
        receiver = Receiver()
        warm.engine.add(Sequence(prompt, max_tokens=24, sampling=sampling, emit=receiver))
    warm.drain()
    again = warm.run(prompt, SEEDED, 24, [])
    warm.close()
    assert again.cached == 256, "what one computed alone the others may start from too"
    assert again.tokens[300:] == expected
