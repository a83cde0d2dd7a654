"""logit_bias on a real model: bans, forces, and never overrules a grammar."""

from __future__ import annotations

import json

import pytest

from localai.engine import Sequence
from localai.errors import InvalidRequest
from localai.llama import LlamaModel
from localai.reply import Event, Failed, TextDelta
from localai.request import Sampling
from tests.llama.answers import Answerer

PROMPT = "select the name of the customer from the city and"


def biased(*biases: tuple[int, float], **more: float) -> Sampling:
    return Sampling(**{"temperature": 0, **more}, logit_bias=biases)  # type: ignore[arg-type]


def test_minus_100_bans_and_100_forces(answerer: Answerer) -> None:
    said = answerer.tokens(PROMPT, biased(), max_tokens=30)
    for token in set(said):
        assert token not in answerer.tokens(PROMPT, biased((token, -100)), max_tokens=30)
    other = next(t for t in range(300, 400) if t not in said)
    assert answerer.tokens(PROMPT, biased((other, 100)), max_tokens=5) == [other] * 5
    assert answerer.tokens(PROMPT, biased((other, 0)), max_tokens=30) == said


def test_with_a_temperature_cut_offs_penalties_and_a_seed(answerer: Answerer) -> None:
    more = {"temperature": 1.5, "top_k": 20, "top_p": 0.9, "seed": 7}
    plain = answerer.tokens(PROMPT, biased(**more), max_tokens=40)
    banned = tuple((token, -100.0) for token in set(plain[:10]))
    once = answerer.tokens(PROMPT, biased(*banned, **more), max_tokens=40)
    assert not {token for token, _ in banned} & set(once)
    assert answerer.tokens(PROMPT, biased(*banned, **more), max_tokens=40) == once
    # A bias comes first: a forced token is then penalized like any other.
    heavy = biased((300, 15.0), temperature=0, presence_penalty=100)
    assert answerer.tokens(PROMPT, heavy, max_tokens=10).count(300) == 1


def test_the_end_can_be_forced_and_biases_add_up(answerer: Answerer) -> None:
    end = next(t for t in range(1000) if answerer.model.is_end(t))
    assert answerer.tokens(PROMPT, biased((end, 100)), max_tokens=9) == []
    said = answerer.tokens(PROMPT, biased(), max_tokens=9)
    assert answerer.tokens(PROMPT, biased((end, 100), (end, -100)), max_tokens=9) == said


@pytest.mark.parametrize("token", [-1, 1000, 10**8])
def test_a_token_that_the_model_does_not_have(answerer: Answerer, token: int) -> None:
    events: list[Event] = []
    with pytest.raises(AssertionError):
        answerer.run([300, 301], biased((token, 1)), 4, events)
    (failed,) = events
    assert isinstance(failed, Failed) and isinstance(failed.error, InvalidRequest)
    assert failed.error.field == f"logit_bias.{token}"
    assert str(token) in str(failed.error) and "0 to 999" in str(failed.error)
    assert answerer.tokens(PROMPT, biased(), max_tokens=3)


def constrained(
    answerer: Answerer, grammar: str, sampling: Sampling, *, tokens: int, json_after: str | None
) -> str:
    events: list[Event] = []
    answerer.engine.add(
        Sequence(
            answerer.model.tokenize(answerer.prompt(PROMPT)),
            max_tokens=tokens,
            sampling=sampling,
            emit=events.append,
            grammar=answerer.model.grammar(grammar, json_after),
        )
    )
    answerer.drain()
    assert not isinstance(events[-1], Failed), events[-1]
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def test_a_grammar_wins(tiny: LlamaModel, answerer: Answerer) -> None:
    letters = {tiny.piece(t): t for t in range(tiny.vocabulary)}
    yes_or_no = 'root ::= "yes" | "no"'
    against = [(token, -100.0) for piece, token in letters.items() if piece[:1] in (b"y", b"n")]
    outside = [(letters[b"Q"], 100.0)] if b"Q" in letters else [(500, 100.0)]
    for temperature in (0.0, 2.0):
        sampling = biased(*against, *outside, temperature=temperature)
        said = constrained(answerer, yes_or_no, sampling, tokens=9, json_after=None)
        assert said in ("yes", "no")
    # Within the grammar the bias decides.
    for word in (b"y", b"n"):
        for_it = [(t, 100.0) for piece, t in letters.items() if piece and b"yes no".find(piece) >= 0
                  and piece[:1] == word]  # fmt: skip
        said = constrained(answerer, yes_or_no, biased(*for_it), tokens=9, json_after=None)
        assert said.encode()[:1] == word


def test_json_still_comes_to_its_end(tiny: LlamaModel, answerer: Answerer) -> None:
    quotes = [(t, -100.0) for t in range(tiny.vocabulary) if set(tiny.piece(t)) & set(b'"}],')]
    grammar = (
        'root ::= "{" pair ("," pair)* "}"\npair ::= "\\"" [a-z] [a-z]* "\\":" "\\"" [a-z]* "\\""\n'
    )
    said = constrained(answerer, grammar, biased(*quotes), tokens=60, json_after="")
    assert isinstance(json.loads(said), dict)
