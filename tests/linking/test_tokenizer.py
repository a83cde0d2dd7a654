"""The shipped file cuts text as the training did, or the weights see what they never learned."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import llama_cpp
import pytest
from gguf import GGUFReader

from tests.linking.corpus import texts

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "localai" / "embedded" / "sql-tiny.gguf"
sys.path.append(str(ROOT / "scripts" / "train"))
# The training's files are scripts, not a package, so the type checker cannot follow them.
training: Any = importlib.import_module("network.tokenizer")


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    """The training's tokenizer, with the merges that the file ships."""
    field = GGUFReader(MODEL).fields["tokenizer.ggml.merges"]
    return training.Tokenizer([tuple(merge.split(" ")) for merge in field.contents()])


@pytest.fixture(scope="module")
def llama() -> llama_cpp.Llama:
    return llama_cpp.Llama(str(MODEL), vocab_only=True, verbose=False)


def test_every_text_of_the_corpus_gets_the_trainings_ids(
    tokenizer: Any, llama: llama_cpp.Llama
) -> None:
    corpus = texts()
    assert len(corpus) >= 2000
    different = [
        text
        for text in corpus
        if llama.tokenize(text.encode(), add_bos=False, special=False) != tokenizer.encode(text)
    ]
    assert different == []


def test_the_pieces_stand_in_the_trainings_order(tokenizer: Any) -> None:
    pieces = GGUFReader(MODEL).fields["tokenizer.ggml.tokens"].contents()
    assert pieces == tokenizer.pieces
    assert pieces[tokenizer.bos] == training.BOS and pieces[tokenizer.eos] == training.EOS


def test_every_slot_and_keyword_is_one_token(llama: llama_cpp.Llama) -> None:
    for text in training.user_defined():
        assert len(llama.tokenize(text.encode(), add_bos=False, special=False)) == 1, text


def test_every_byte_is_a_token_and_any_text_comes_back(
    tokenizer: Any, llama: llama_cpp.Llama
) -> None:
    assert set(training.byte_letters().values()) <= set(tokenizer.pieces)
    for text in texts():
        ids = llama.tokenize(text.encode(), add_bos=False, special=False)
        assert llama.detokenize(ids, special=True).decode() == text
