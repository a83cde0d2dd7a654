from __future__ import annotations

import ctypes
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from localai.engine import Engine, Sequence
from localai.errors import InvalidRequest
from localai.llama import LlamaContext, LlamaModel, grammar
from localai.llama.binding import lib
from localai.llama.candidates import Candidates
from localai.llama.sampler import Sampler
from localai.reply import Failed, Finished
from localai.request import Sampling
from tests.fakes import Receiver
from tests.gguf_models import tiny_llama
from tests.llama.answers import Answerer
from tests.llama.test_gbnf import JSON

GREEDY = Sampling(temperature=0)
SQL = r"""
root ::= " "? "select " column (", " column)* " from " table (" where " test)? ";"
column ::= "*" | name | ("count" | "sum") "(" name ")"
table ::= "customer" | "c" ("ity" | "ountry")
test ::= name " " ("=" | "<>" | "like") " " ([0-9]{1,4} | "'" [^'\n]{0,12} "'")
name ::= "name" | "value" | "cit" ("ies" | "y") | "\"Größe €\""
"""
GRAMMARS = [
    SQL,
    JSON,
    "root ::= [a-z ]{30}",
    'root ::= ("the" | " the" | "of the" | "and")+ "."',
    "root ::= [^a-z]+",
    "root ::= [à-ü漢字]{3,6} | [а-я]*",
    'root ::= "(" (root | [0-9]) ")"',
]


@pytest.fixture(scope="module", params=["spm", "bpe"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> (
    Iterator[LlamaModel]
):  # fmt: skip
    path = tmp_path_factory.mktemp("models") / f"{request.param}.gguf"
    model = LlamaModel(tiny_llama(path, vocabulary=request.param, vocabulary_size=1200))
    yield model
    model.close()


class MaskingContext(LlamaContext):
    """What laziness must come to: the grammar is asked for every token, then the best is taken."""

    def sample(self, row: int, sampler: Sampler, left: int = 0) -> int:
        assert sampler.grammar is not None
        candidates = Candidates(self._model.vocabulary)
        candidates.fill(self._logits(row))
        handle = sampler.grammar._handle
        lib.llama_sampler_apply(handle, ctypes.byref(candidates.struct))
        logits = candidates.logits.copy()
        for token in range(len(logits)):
            if not self.piece(token) and not self.is_end(token):
                logits[token] = -np.inf
        while not sampler.grammar._is_text(token := int(np.argmax(logits))):
            logits[token] = -np.inf
        sampler.grammar.accept(token)
        return token


def answers(context: LlamaContext, model: LlamaModel, grammars: list[str]) -> list[Receiver]:
    """An answer for each of 100 prompts, ten at once."""
    engine, chance, receivers = Engine(context), random.Random(1), []
    for index in range(100):
        receivers.append(Receiver())
        prompt = [chance.randrange(300, 1100) for _ in range(chance.randint(1, 9))]
        text = grammars[index % len(grammars)]
        engine.add(
            Sequence(
                prompt,
                max_tokens=24,
                sampling=GREEDY,
                emit=receivers[-1],
                grammar=model.grammar(text),
            )
        )
    while engine.step():
        pass
    return receivers


def test_lazily_checked_text_is_the_text_of_full_masking(model: LlamaModel) -> None:
    found = []
    for kind in (LlamaContext, MaskingContext):
        # One slot: then no batch shape can tip a close choice.
        context = kind(model, context_length=512, slots=1, threads=1)
        receivers = answers(context, model, GRAMMARS)
        context.close()
        assert all(isinstance(r.last, Finished) for r in receivers)
        found.append([r.text for r in receivers])
    assert found[0] == found[1]
    assert len(set(found[0])) > 50


def one_answer(
    model: LlamaModel, text: str, *, sampling: Sampling = GREEDY, max_tokens: int = 40
) -> Receiver:
    context = LlamaContext(model, context_length=256, slots=1, threads=1)
    receiver, engine = Receiver(), Engine(context)
    gbnf = model.grammar(text)
    engine.add(
        Sequence([300, 301], max_tokens=max_tokens, sampling=sampling, emit=receiver, grammar=gbnf)
    )
    while engine.step():
        pass
    context.close()
    return receiver


def test_an_answer_ends_when_nothing_but_an_end_can_follow(model: LlamaModel) -> None:
    receiver = one_answer(model, 'root ::= "select €" [0-9] "!"')
    assert (
        receiver.text[:8] == "select €" and receiver.text[8].isdigit() and len(receiver.text) == 10
    )
    assert isinstance(receiver.last, Finished) and receiver.last.reason == "stop"
    exact = receiver.last.usage.completion_tokens
    again = one_answer(model, 'root ::= "select €" [0-9] "!"', max_tokens=exact)
    assert again.last == receiver.last


def test_a_model_that_wants_to_end_must_first_complete_what_it_began(tmp_path: Path) -> None:
    model = LlamaModel(tiny_llama(tmp_path / "hasty.gguf", eos_logit=30))
    receiver = one_answer(model, 'root ::= "select " ("a" | "b" [a-z]*)')
    assert isinstance(receiver.last, Finished) and receiver.last.reason == "stop"
    assert receiver.text.startswith(("select a", "select b"))
    usage = receiver.last.usage
    assert 0 < usage.rejected_tokens <= usage.completion_tokens < 40
    free = one_answer(model, 'root ::= "b"? [a-z]*')
    assert free.text == "" and isinstance(free.last, Finished)
    assert free.last.usage.rejected_tokens == 0
    model.close()


@pytest.mark.parametrize("sampling", [GREEDY, Sampling(temperature=1.5, top_p=0.9, seed=3)])
@pytest.mark.parametrize("text", ['root ::= "ab" [\\x00]', 'root ::= "a\\x00"', "root ::= [\\x00]"])
def test_a_dead_end_fails_this_request_alone(
    tiny: LlamaModel, text: str, sampling: Sampling
) -> None:
    # No token has a NUL character in it.
    context = LlamaContext(tiny, context_length=512, slots=2, threads=1)
    engine, dead, alive = Engine(context), Receiver(), Receiver()
    gbnf = tiny.grammar(text)
    engine.add(Sequence([300], max_tokens=9, sampling=sampling, emit=dead, grammar=gbnf))
    engine.add(Sequence([301], max_tokens=9, sampling=GREEDY, emit=alive))
    while engine.step():
        pass
    context.close()
    assert isinstance(dead.last, Failed) and isinstance(dead.last.error, InvalidRequest)
    assert dead.last.error.field == "grammar" and "allows no token" in str(dead.last.error)
    assert isinstance(alive.last, Finished)


def test_an_ambiguous_grammar_fails_before_it_takes_all_time(
    tiny: LlamaModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grammar, "PATIENCE", 0.02)
    receiver = one_answer(tiny, 'root ::= s\ns ::= "(" s ")" | "(" s "]"')
    assert isinstance(receiver.last, Failed) and "too ambiguous" in str(receiver.last.error)


def test_tokens_that_show_nothing_never_fit(model: LlamaModel) -> None:
    anything = model.grammar("root ::= .*")
    silent = [t for t in range(model.vocabulary) if not model.piece(t) and not model.is_end(t)]
    assert silent and not any(anything.allows(token) for token in silent)
    candidates = Candidates(model.vocabulary)
    candidates.fill(np.zeros(model.vocabulary, np.float32))
    anything.mask(candidates)
    assert not set(silent) & set(candidates.ids.tolist())
    assert anything.allows(300)


def test_an_answer_under_a_grammar_is_utf_8_whatever_bytes_the_model_likes(tmp_path: Path) -> None:
    model = LlamaModel(tiny_llama(tmp_path / "bytes.gguf", byte_logit=9))
    sampling = Sampling(temperature=1, seed=5)
    receiver = one_answer(model, 'root ::= [^"]{40}', sampling=sampling, max_tokens=100)
    assert isinstance(receiver.last, Finished) and receiver.last.reason == "stop"
    assert "\ufffd" not in receiver.text
    assert any(character > "\x7f" for character in receiver.text)
    model.close()


def test_a_model_without_an_end_token_takes_no_grammar(tiny: LlamaModel) -> None:
    alphabet = grammar.Alphabet([b"a", b"b"], [False, False])
    with pytest.raises(InvalidRequest, match="no end token"):
        grammar.Grammar(tiny._vocab, alphabet, 'root ::= "a"')


def test_a_masked_draw_has_the_masked_distribution(tiny: LlamaModel) -> None:
    letters = {token: tiny.piece(token) for token in range(tiny.vocabulary)}
    allowed = [token for token, piece in letters.items() if piece in (b"a", b"b", b"c", b"d")]
    logits = np.full(tiny.vocabulary, -1.0, np.float32)
    logits[300:320] = 5  # what the grammar refuses is far likelier
    logits[allowed] = np.linspace(2, 6, len(allowed))
    candidates = Candidates(tiny.vocabulary)
    count, drawn = 4000, dict.fromkeys(allowed, 0)
    for seed in range(count):
        sampler = Sampler(
            Sampling(temperature=1, seed=seed), [], tiny.vocabulary, tiny.grammar("root ::= [a-d]")
        )
        drawn[sampler.choose(logits, candidates)] += 1
        sampler.close()
    expected = np.exp(logits[allowed]) / np.exp(logits[allowed]).sum() * count
    found = np.array([drawn[token] for token in allowed])
    # Chi-squared; the 99.9 % point of 7 degrees of freedom is 24.3.
    assert len(allowed) <= 8
    assert ((found - expected) ** 2 / expected).sum() < 24.3


@pytest.mark.parametrize("more", [{}, {"top_k": 20}, {"top_p": 0.8}, {"repetition_penalty": 1.3}])
def test_a_seed_repeats_under_a_grammar(answerer: Answerer, more: dict[str, float]) -> None:
    def answer(seed: int) -> str:
        sampling = Sampling(temperature=1.5, seed=seed, **more)  # type: ignore[arg-type]
        return one_answer(answerer.model, GRAMMARS[3], sampling=sampling).text

    assert answer(1) == answer(1)
    assert len({answer(seed) for seed in range(6)}) > 1


def test_the_prompt_is_not_held_against_the_grammar(answerer: Answerer) -> None:
    answerer("and the customer of the city", GREEDY)
    receiver = one_answer(answerer.model, 'root ::= "yes" | "no"')
    assert receiver.text in ("yes", "no")


def test_a_word_with_its_leading_space_needs_a_grammar_that_takes_it(tiny: LlamaModel) -> None:
    (spaced,) = (t for t in range(tiny.vocabulary) if tiny.piece(t) == b" select")
    assert not tiny.grammar('root ::= "select"').allows(spaced)
    assert tiny.grammar('root ::= " "? "select"').allows(spaced)
