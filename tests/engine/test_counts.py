"""What the engine counts: tokens in all, and rates of late."""

from __future__ import annotations

import time

from localai.engine import EngineThread
from localai.engine.counts import WINDOW, Counts
from tests.fakes import FakeLanguageModel, Receiver, drain, engine, sequence


def test_rates_are_tokens_by_the_seconds_of_the_steps_that_computed_them() -> None:
    now = 100.0
    counts = Counts(lambda: now)
    assert counts.rates() == (None, None)
    counts.add(256, 0, 0.5)
    counts.add(0, 2, 0.25)
    now += 3
    counts.add(0, 2, 0.25)
    counts.add(64, 1, 0.5)
    prefill, decode = counts.rates()
    assert prefill == 320 / 1.0
    assert decode == 5 / 1.0
    assert (counts.prefilled, counts.decoded) == (320, 5)


def test_rates_forget_what_is_long_ago() -> None:
    now = 100.0
    counts = Counts(lambda: now)
    counts.add(10, 10, 1.0)
    now += WINDOW + 1
    assert counts.rates() == (None, None)
    counts.add(0, 4, 2.0)
    assert counts.rates() == (None, 2.0)
    assert counts.decoded == 14


def test_the_engine_counts_prompts_and_answers_apart() -> None:
    runner = engine(FakeLanguageModel(slots=2))
    for prompt in ("hello", "other"):
        runner.add(sequence(prompt, Receiver()))
    drain(runner)
    # An answer of eight tokens: the first comes out of the prompt, the last is never computed.
    assert (runner.counts.prefilled, runner.counts.decoded) == (10, 14)


def test_a_status_says_what_is_held_and_done() -> None:
    runner = engine(FakeLanguageModel(slots=2, context_length=256))
    thread = EngineThread(runner, max_queue=4)
    receiver = Receiver()
    try:
        thread.submit(sequence("hello", receiver))
        assert receiver.done.wait(10)
        eventually_idle(thread)
        status = thread.status()
        assert (status.running, status.waiting, status.slots) == (0, 0, 2)
        assert status.kv_size == 256
        assert status.kv_used == status.cached_tokens == 12
        assert (status.prefilled_tokens, status.decoded_tokens) == (5, 7)
        assert status.decode_rate is not None
    finally:
        thread.close()


def eventually_idle(thread: EngineThread) -> None:
    """The end is told before the slot is given back and the step is counted."""
    end = time.monotonic() + 10
    while thread.num_running or thread.status().decoded_tokens < 7:
        assert time.monotonic() < end
        time.sleep(0.005)
