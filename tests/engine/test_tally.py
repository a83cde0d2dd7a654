"""What the engine counts for ever: tokens, and seconds in buckets."""

from __future__ import annotations

import time

from localai.engine import BOUNDS, Engine, Histogram, Tally
from tests.fakes import FakeLanguageModel, Receiver, drain, sequence


def test_a_duration_counts_in_its_bucket_and_all_above() -> None:
    histogram = Histogram()
    for seconds in (0.0, 0.001, 0.0011, 0.3, 60.0, 61.0):
        histogram.observe(seconds)
    below, number, total = histogram.read()
    found = dict(zip(BOUNDS, below, strict=True))
    assert (found[0.001], found[0.0025], found[0.25], found[0.5], found[60.0]) == (2, 3, 3, 4, 5)
    assert number == 6
    assert total == 121.3021
    assert list(below) == sorted(below)


def test_each_token_is_counted_before_its_receiver_hears_of_it() -> None:
    tally, seen = Tally(), []

    class Looking(Receiver):
        def __call__(self, event: object) -> None:
            seen.append((tally.prompt_tokens, tally.generated_tokens))
            super().__call__(event)  # type: ignore[arg-type]

    runner = Engine(FakeLanguageModel(slots=2), tally=tally)
    runner.add(sequence("hello", Looking()))
    drain(runner)
    assert seen[0] == (5, 1)
    assert seen[-1] == (5, 8)
    assert (tally.first_token.read().number, tally.between_tokens.read().number) == (1, 7)


def test_a_tally_goes_on_with_the_next_engine_and_knows_what_was_cached() -> None:
    tally = Tally()
    for _ in range(2):
        runner = Engine(FakeLanguageModel(slots=2), tally=tally)
        for _ in range(2):
            runner.add(sequence("a longer prompt that two requests have in common", Receiver()))
            drain(runner)
    assert tally.prompt_tokens == 4 * 48
    assert tally.cached_tokens == 2 * 47
    assert tally.generated_tokens == 4 * 8


def test_the_first_token_is_awaited_from_the_requests_arrival_on() -> None:
    tally = Tally()
    runner = Engine(FakeLanguageModel(slots=2), tally=tally)
    runner.add(sequence("hello", Receiver(), begun=time.monotonic() - 40))
    drain(runner)
    below, number, total = tally.first_token.read()
    assert (below[BOUNDS.index(30.0)], number) == (0, 1)
    assert total >= 40
    assert tally.between_tokens.read().total < 40


def test_a_request_that_ends_in_its_queue_has_no_first_token() -> None:
    tally = Tally()
    runner = Engine(FakeLanguageModel(slots=1), tally=tally)
    first, second = sequence("hello", Receiver()), sequence("other", Receiver())
    runner.add(first)
    runner.add(second)
    second.cancelled = True
    drain(runner)
    assert tally.first_token.read().number == 1
    assert tally.prompt_tokens == 5
