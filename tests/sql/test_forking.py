"""The embedded model's candidates: where its answer could have gone another way."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from localai.reply import Event, Finished, TextDelta, TokenScore, Usage
from localai.request import GenerateRequest, Sampling
from localai.sql.candidates import Reply, read
from localai.sql.forking import forked, turns
from tests.sql.test_candidates import Stream

REQUEST = GenerateRequest(
    "m", prompt="<sql>", raw=True, grammar="root ::= x", sampling=Sampling(temperature=0)
)


def token(piece: str, chance: float, **others: float) -> TokenScore:
    top = ((piece, chance), *others.items())
    return TokenScore(
        piece.encode(), math.log(chance), tuple((p.encode(), math.log(c)) for p, c in top)
    )


def stream(*tokens: TokenScore) -> Stream:
    events: list[Event] = [TextDelta(one.piece.decode(), (one,)) for one in tokens]
    return Stream([*events, Finished("stop", Usage(3, len(tokens)))])


class Model:
    """Writes `a b`, in doubt of both; goes on from whatever it is given with `!`."""

    def __init__(self) -> None:
        self.requests: list[GenerateRequest] = []

    def __call__(self, request: GenerateRequest) -> Stream:
        self.requests.append(request)
        if len(self.requests) == 1:
            return stream(token("a", 0.6, c=0.3, d=0.05), token(" b", 0.5, **{" e": 0.4}))
        return stream(token("!", 0.5))


def test_it_leaves_its_own_answer_where_another_token_was_nearly_as_likely() -> None:
    model = Model()
    seen: list[Event] = []
    replies = forked(REQUEST, model, 5, seen.append)
    assert [reply.text for reply in replies] == ["a b", "a e!", "c!"]
    assert [reply.likelihood for reply in replies] == pytest.approx([0.3, 0.6 * 0.4 * 0.5, 0.15])
    assert [reply.lowest for reply in replies] == pytest.approx([0.5, 0.4, 0.3])
    own, *others = model.requests
    assert own.prompt == "<sql>" and own.grammar and own.top_logprobs
    assert [one.prompt for one in others] == ["<sql>a e", "<sql>c"]
    # A grammar begins with an answer's beginning, and scores are wanted all the same.
    assert all(one.grammar is None and one.top_logprobs == 0 for one in others)
    assert [event for event in seen if isinstance(event, TextDelta)][0].text == "a"
    assert len([event for event in seen if isinstance(event, TextDelta)]) == 2


@pytest.mark.parametrize(("count", "texts"), [(1, ["a b"]), (2, ["a b", "a e!"])])
def test_there_are_at_most_so_many(count: int, texts: list[str]) -> None:
    assert [reply.text for reply in forked(REQUEST, Model(), count, None)] == texts


def test_where_it_is_in_no_doubt_there_is_one_alone() -> None:
    requests: list[GenerateRequest] = []

    def generate(request: GenerateRequest) -> Stream:
        requests.append(request)
        return stream(token("a", 0.95, b=0.04), token(" c", 0.99, d=0.01))

    assert [reply.text for reply in forked(REQUEST, generate, 5, None)] == ["a c"]
    assert len(requests) == 1


def reply(*scores: TokenScore) -> Reply:
    return replace(read(stream(token("x", 1.0))), scores=scores)


def test_what_the_grammar_refused_is_no_way_to_go() -> None:
    taken = TokenScore(b"a", math.log(0.2), ((b"z", math.log(0.7)), (b"a", math.log(0.2))))
    assert turns(reply(taken), 4) == []


def test_half_a_character_and_the_end_are_no_ways_to_go() -> None:
    half = TokenScore(b"a", math.log(0.4), ((b"\xc3", math.log(0.3)), (b"", math.log(0.3))))
    assert turns(reply(half), 4) == []


def test_an_engine_without_scores_gives_one_answer() -> None:
    def generate(_: GenerateRequest) -> Stream:
        return Stream([TextDelta("a"), Finished("stop", Usage(1, 1))])

    (only,) = forked(REQUEST, generate, 5, None)
    assert (only.text, only.likelihood, only.lowest) == ("a", None, None)
