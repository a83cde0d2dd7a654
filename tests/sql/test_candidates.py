"""Replies read from scripted streams: where they end, what they are worth, and who reads them."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Sequence

import pytest

from localai.errors import Cancelled, EngineError, Overloaded
from localai.reply import Event, Failed, Finished, TextDelta, TokenScore, Usage
from localai.request import GenerateRequest, Sampling
from localai.sql.candidates import confidence, read, sampled, total

REQUEST = GenerateRequest("m", prompt="?", sampling=Sampling(temperature=0))
USAGE = Usage(10, 5, 3, 2)


class Stream:
    """Events that were scripted; after `cancel` comes the end alone."""

    def __init__(self, events: Sequence[Event], gate: threading.Event | None = None) -> None:
        self.events = events
        self.gate = gate
        self.cancelled = self.closed = False

    def __iter__(self) -> Iterator[Event]:
        for event in self.events:
            if self.gate is not None:
                assert self.gate.wait(30)
            if self.cancelled:
                yield Failed(Cancelled(), USAGE)
                return
            yield event

    def cancel(self) -> None:
        self.cancelled = True

    def close(self) -> None:
        self.closed = self.cancelled = True
        if self.gate is not None:
            self.gate.set()


def said(text: str) -> list[Event]:
    return [TextDelta(text), Finished("stop", USAGE)]


def scored(*tokens: tuple[str, float]) -> list[TokenScore]:
    return [TokenScore(piece.encode(), math.log(chance)) for piece, chance in tokens]


def test_the_likelihood_is_that_of_the_sqls_tokens_alone() -> None:
    scores = scored(("```sql\n", 0.1), (" SELECT", 0.5), (" 1", 0.125), (";\nBye", 0.1))
    assert confidence("SELECT 1", scores) == pytest.approx(0.25)
    assert confidence("SELECT '", scored(("SELECT '", 0.5), (";", 1.0))) == pytest.approx(0.5)
    assert confidence("x", scored(("a", 0.5), ("b", 0.5))) == pytest.approx(0.5)
    assert confidence("SELECT 1", []) is None


def test_a_token_may_hold_part_of_a_character() -> None:
    scores = [TokenScore(piece, math.log(0.5)) for piece in (b"'\xc3", b"\xa9'")]
    assert confidence("'é'", scores) == pytest.approx(0.5)


def test_a_reply_is_read_to_the_end_of_its_sql_with_its_likelihood() -> None:
    events = [
        TextDelta("SELECT 1", tuple(scored(("SELECT", 0.5), (" 1", 0.5)))),
        TextDelta("; -- and", tuple(scored(("; -- and", 0.01)))),
        TextDelta(" more", tuple(scored((" more", 0.01)))),
    ]
    stream = Stream(events)
    reply = read(stream)
    assert (reply.sql, reply.ended, reply.usage) == ("SELECT 1", True, USAGE)
    assert reply.confidence == pytest.approx(0.5)
    assert stream.closed


@pytest.mark.parametrize(
    ("text", "declines"),
    [
        ("I do not know", True),
        ("SELECT 'I do not know' AS answer;", True),
        ("SELECT 'I do not know'", True),
        ("SELECT name FROM t WHERE said = 'I do not know'", False),
    ],
)
def test_a_model_may_decline_in_sql_too(text: str, declines: bool) -> None:
    assert read(Stream(said(text))).declines is declines


def test_all_candidates_are_submitted_before_the_first_is_read() -> None:
    gate = threading.Event()
    streams: list[Stream] = []
    requests: list[GenerateRequest] = []

    def generate(request: GenerateRequest) -> Stream:
        requests.append(request)
        streams.append(Stream(said(f"SELECT {len(streams)};"), gate))
        if len(streams) == 4:
            gate.set()
        return streams[-1]

    seen: list[Event] = []
    replies = sampled(REQUEST, generate, 4, seen.append)
    assert [reply.sql for reply in replies] == ["SELECT 0", "SELECT 1", "SELECT 2", "SELECT 3"]
    assert [event for event in seen if isinstance(event, TextDelta)] == [TextDelta("SELECT 0;")]
    assert all(stream.closed for stream in streams)
    greedy, *others = [request.sampling for request in requests]
    assert greedy.temperature == 0
    assert [each.seed for each in others] == [1, 2, 3]
    assert all(each.temperature > 0 for each in others)
    assert {request.prompt for request in requests} == {"?"}


def test_one_that_fails_ends_all_and_is_told() -> None:
    gate = threading.Event()
    streams: list[Stream] = []

    def generate(_: GenerateRequest) -> Stream:
        if streams:
            streams.append(Stream(said("SELECT 1"), gate))
        else:
            streams.append(Stream([Failed(Overloaded(64))]))
        return streams[-1]

    with pytest.raises(Overloaded):
        sampled(REQUEST, generate, 3, None)
    assert len(streams) == 3 and all(stream.closed for stream in streams)


def test_ctrl_c_ends_all() -> None:
    gate = threading.Event()
    streams: list[Stream] = []

    def generate(_: GenerateRequest) -> Stream:
        streams.append(Stream(said("SELECT 1"), gate if streams else None))
        return streams[-1]

    def interrupt(_: Event) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sampled(REQUEST, generate, 3, interrupt)
    assert len(streams) == 3 and all(stream.closed for stream in streams)


def test_one_that_cannot_be_submitted_leaves_none_running() -> None:
    streams: list[Stream] = []

    def generate(_: GenerateRequest) -> Stream:
        if streams:
            raise EngineError("no more")
        streams.append(Stream(said("SELECT 1")))
        return streams[-1]

    with pytest.raises(EngineError):
        sampled(REQUEST, generate, 2, None)
    assert streams[0].closed


def test_usage_adds_up() -> None:
    assert total([USAGE, None, USAGE]) == Usage(20, 10, 6, 4)
    assert total([None]) is None
