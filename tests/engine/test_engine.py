from __future__ import annotations

import math
import random

import pytest

from localai.errors import Cancelled, EngineError
from localai.reply import Event, Failed, Finished, Progress, TextDelta, Usage
from localai.request import Sampling
from tests.fakes import END, FakeLanguageModel, Receiver, drain, engine, run_alone, sequence

SEEDED = Sampling(temperature=0.6, seed=7)


def test_one_request_gets_its_text_reason_and_usage() -> None:
    runner = engine(FakeLanguageModel())
    receiver = Receiver()
    runner.add(sequence("hello", receiver))
    drain(runner)
    assert receiver.text == run_alone("hello")
    assert receiver.last == Finished("length", Usage(5, 8, 0))


def test_an_end_token_stops_and_is_not_counted() -> None:
    model = FakeLanguageModel(script=lambda held: END if len(held) == 7 else ord("x"))
    runner, receiver = engine(model), Receiver()
    runner.add(sequence("hello", receiver))
    drain(runner)
    assert receiver.text == "xx"
    assert receiver.last == Finished("stop", Usage(5, 2, 0))


def test_a_stop_text_ends_the_answer_and_is_not_shown() -> None:
    text = iter("abcdefgh")
    runner, receiver = engine(FakeLanguageModel(script=lambda _: ord(next(text)))), Receiver()
    runner.add(sequence("hello", receiver, stop=("de",)))
    drain(runner)
    assert receiver.text == "abc"
    assert receiver.last == Finished("stop", Usage(5, 5, 0))


@pytest.mark.parametrize("slots", [1, 2, 4])
@pytest.mark.parametrize("can_trim", [True, False])
def test_text_is_the_same_with_batching_and_reuse_in_any_order(slots: int, can_trim: bool) -> None:
    choose = random.Random(slots)
    prompts = ["".join(choose.choices("abc", k=choose.randint(1, 60))) for _ in range(40)]
    runner = engine(FakeLanguageModel(slots=slots, can_trim=can_trim, context_length=256))
    receivers = [Receiver() for _ in prompts]
    for prompt, receiver in zip(prompts, receivers, strict=True):
        seed = choose.choice([Sampling(temperature=0), SEEDED])
        runner.add(sequence(prompt, receiver, sampling=seed))
        for _ in range(choose.randint(0, 4)):
            runner.step()
    drain(runner)
    assert [r.text for r in receivers] == [run_alone(p) for p in prompts]


def test_a_second_turn_computes_only_what_is_new() -> None:
    model = FakeLanguageModel()
    runner, first, second = engine(model), Receiver(), Receiver()
    runner.add(sequence("a" * 50, first))
    drain(runner)
    model.batches.clear()
    runner.add(sequence("a" * 50 + first.text + "more", second))
    drain(runner)
    assert isinstance(second.last, Finished)
    # The last sampled token was never computed, so 57 of 62 are there.
    assert second.last.usage.cached_tokens == 57
    assert sum(len(c.tokens) for batch in model.batches for c in batch) == 5 + 7


def test_a_seeded_request_on_an_idle_engine_computes_in_the_same_shapes_cold_and_warm() -> None:
    def shapes(model: FakeLanguageModel) -> list[tuple[int, int]]:
        return [(c.start, len(c.tokens)) for batch in model.batches for c in batch]

    cold = FakeLanguageModel()
    runner = engine(cold)
    runner.add(sequence("b" * 40, Receiver(), sampling=SEEDED))
    drain(runner)
    expected = shapes(cold)

    warm = FakeLanguageModel()
    runner = engine(warm)
    for prompt in ("z" * 70, "b" * 20, "b" * 40, "b" * 40):
        warm.batches.clear()
        runner.add(sequence(prompt, Receiver(), sampling=SEEDED))
        drain(runner)
    # Warm: 32 of 40 tokens (two whole chunks of 16) are taken over, the rest is as it was cold.
    assert shapes(warm) == expected[2:]
    assert sum(bool(held) for held in warm.memory) == 1, "another slot's tokens change the bits"


def test_a_seeded_request_does_not_start_from_tokens_that_were_computed_beside_others() -> None:
    model = FakeLanguageModel()
    runner = engine(model)
    for letter in "cd":
        runner.add(sequence(letter * 40, Receiver()))
    drain(runner)
    receiver = Receiver()
    runner.add(sequence("c" * 40, receiver, sampling=SEEDED))
    drain(runner)
    assert isinstance(receiver.last, Finished)
    assert receiver.last.usage.cached_tokens == 0


@pytest.mark.parametrize("steps", [0, 1, 2, 4])
def test_a_cancelled_request_ends_once_and_its_neighbour_does_not_notice(steps: int) -> None:
    model = FakeLanguageModel(slots=2)
    runner, gone, stays = engine(model), Receiver(), Receiver()
    victim = sequence("v" * 40, gone, max_tokens=50)
    runner.add(victim)
    runner.add(sequence("w" * 20, stays, max_tokens=20))
    for _ in range(steps):
        runner.step()
    victim.cancelled = True
    drain(runner)
    assert isinstance(gone.last, Failed) and isinstance(gone.last.error, Cancelled)
    assert stays.text == run_alone("w" * 20, 20)


def test_a_failed_decode_ends_its_batch_and_the_engine_goes_on() -> None:
    model = FakeLanguageModel(slots=2)
    runner, broken, later = engine(model), Receiver(), Receiver()
    runner.add(sequence("x" * 20, broken))
    runner.step()
    model.failures.append(EngineError("llama_decode failed (-3)."))
    runner.step()
    runner.add(sequence("x" * 20, later))
    drain(runner)
    assert isinstance(broken.last, Failed) and "(-3)" in str(broken.last.error)
    assert later.text == run_alone("x" * 20)


def test_a_receiver_that_raises_loses_only_its_own_request() -> None:
    def broken(event: Event) -> None:
        raise ValueError("receiver")

    runner, good = engine(FakeLanguageModel(slots=2)), Receiver()
    bad = sequence("p" * 5, Receiver())
    bad._emit = broken
    runner.add(bad)
    runner.add(sequence("q" * 5, good))
    drain(runner)
    assert good.text == run_alone("q" * 5)
    assert bad.ended


def test_an_interrupted_decode_is_taken_up_again() -> None:
    model = FakeLanguageModel()
    runner, receiver = engine(model), Receiver()
    runner.add(sequence("i" * 40, receiver))
    runner.step()
    model.interrupt()
    drain(runner)
    assert receiver.text == run_alone("i" * 40)


def test_a_grammar_picks_instead_and_what_it_refused_is_counted() -> None:
    def grammar(answer: str) -> str:
        return "\0" if answer == "yes" else "yes"[len(answer)]

    runner, receiver = engine(FakeLanguageModel(script=lambda held: ord("e"))), Receiver()
    runner.add(sequence("hello", receiver, grammar=grammar))
    drain(runner)
    assert receiver.text == "yes"
    # The e was the first choice, and after the s nothing but an end was left.
    assert receiver.last == Finished("stop", Usage(5, 3, 0, 2))


def test_a_grammar_without_a_way_on_fails_its_own_request() -> None:
    runner, stuck, other = engine(FakeLanguageModel(slots=2)), Receiver(), Receiver()
    runner.add(sequence("hello", stuck, grammar=lambda answer: "" if len(answer) == 2 else "ab"))
    runner.add(sequence("hello", other))
    drain(runner)
    assert isinstance(stuck.last, Failed) and "no token" in str(stuck.last.error)
    assert other.text == run_alone("hello")


@pytest.mark.parametrize("stop", [(), ("de",), ("efghx",), ("gh",)])
def test_every_token_has_its_score_also_when_its_text_is_held_back_or_cut(
    stop: tuple[str, ...],
) -> None:
    text = iter("abcdefgh")
    model = FakeLanguageModel(script=lambda _: ord(next(text)))
    runner, receiver = engine(model), Receiver()
    runner.add(sequence("hello", receiver, stop=stop, top_logprobs=2))
    drain(runner)
    scores = [s for e in receiver.events if isinstance(e, TextDelta) for s in e.tokens]
    assert isinstance(receiver.last, Finished)
    count = receiver.last.usage.completion_tokens
    assert b"".join(score.piece for score in scores) == b"abcdefgh"[:count]
    assert all(score.logprob == math.log(0.5) and len(score.top) == 2 for score in scores)
    shown = [e.text for e in receiver.events if isinstance(e, TextDelta)]
    if stop == ("efghx",):
        assert shown == ["a", "b", "c", "d", "efgh"], "the text that was held back has four scores"


def test_no_scores_where_none_were_asked_for_and_none_of_the_end() -> None:
    model = FakeLanguageModel(script=lambda held: END if len(held) == 7 else ord("x"))
    runner, plain, scored = engine(model), Receiver(), Receiver()
    runner.add(sequence("hello", plain))
    runner.add(sequence("hello", scored, top_logprobs=0))
    drain(runner)
    assert [e.tokens for e in plain.events if isinstance(e, TextDelta)] == [(), ()]
    scores = [s for e in scored.events if isinstance(e, TextDelta) for s in e.tokens]
    assert [(s.piece, s.top) for s in scores] == [(b"x", ()), (b"x", ())]


def test_progress_tells_what_is_cached_and_then_each_chunk() -> None:
    runner, receiver = engine(FakeLanguageModel()), Receiver()
    runner.add(sequence("p" * 20, Receiver()))
    drain(runner)
    runner.add(sequence("p" * 20 + "q" * 30, receiver, progress=True))
    drain(runner)
    told = [e for e in receiver.events if isinstance(e, Progress)]
    assert receiver.events[: len(told)] == told, "before the first text"
    assert told == [Progress(computed, 50) for computed in (20, 32, 48, 50)]


def test_progress_goes_on_after_an_interruption() -> None:
    model = FakeLanguageModel()
    runner, receiver = engine(model), Receiver()
    runner.add(sequence("i" * 40, receiver, progress=True))
    runner.step()
    model.interrupt()
    drain(runner)
    told = [e.computed for e in receiver.events if isinstance(e, Progress)]
    assert told == sorted(told) and (told[0], told[-1]) == (0, 40)
