"""The models that other tests run on are true to their numbers, whole and talkative."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import llama_cpp
import pytest
from gguf import GGUFReader
from gguf.quants import dequantize

from localai.llama.model import LlamaModel
from localai.model import Architecture
from localai.request import RenderedPrompt, Segment
from localai.weights.check import architecture
from localai.weights.gguf import read_header
from tests.gguf_models import model_like, tiny_llama
from tests.gguf_vocabularies import CHATML_CONTROLS, Kind
from tests.gguf_weights import QUANTS, Noise

TEXTS = (
    "SELECT count(*)\n\tFROM t;",
    "Größe: 漢字, кириллица, 😀👩‍💻 \x00\x7f",
    "  two  spaces  ",
    "hello world",
)

Open = Callable[[Path], LlamaModel]


@pytest.fixture
def load() -> Iterator[Open]:
    opened: list[LlamaModel] = []

    def load(path: Path) -> LlamaModel:
        opened.append(LlamaModel(path))
        return opened[-1]

    yield load
    for model in opened:
        model.close()


def tokens(model: LlamaModel, text: str, trusted: bool = False) -> list[int]:
    return model.tokenize(RenderedPrompt((Segment(text, trusted),)))


def greedy(model: LlamaModel, prompt: str, count: int) -> list[int]:
    """What a bare llama.cpp loop says, the end token included."""
    params = llama_cpp.llama_context_default_params()
    params.n_ctx, params.n_threads, params.n_threads_batch = 512, 1, 1
    context = llama_cpp.llama_init_from_model(model.handle, params)
    sampler = llama_cpp.llama_sampler_init_greedy()
    said: list[int] = []
    step = tokens(model, prompt)
    while len(said) < count:
        ids = (llama_cpp.llama_token * len(step))(*step)
        assert llama_cpp.llama_decode(context, llama_cpp.llama_batch_get_one(ids, len(step))) == 0
        step = [llama_cpp.llama_sampler_sample(sampler, context, -1)]
        said += step
    llama_cpp.llama_sampler_free(sampler)
    llama_cpp.llama_free(context)
    return said


@pytest.mark.parametrize("vocabulary", ["spm", "bpe"])
@pytest.mark.parametrize("text", TEXTS)
def test_any_text_comes_back_whole(tmp_path: Path, load: Open, vocabulary: Kind, text: str) -> None:
    model = load(tiny_llama(tmp_path / "m.gguf", vocabulary=vocabulary))
    ids = tokens(model, text)
    assert model.bos
    assert model.piece(ids[0]) == b""
    # SentencePiece sets a space before the first word.
    assert b"".join(map(model.piece, ids)).decode() == " " * (vocabulary == "spm") + text


@pytest.mark.parametrize("vocabulary", ["spm", "bpe"])
def test_words_are_tokens_and_not_letters(tmp_path: Path, load: Open, vocabulary: Kind) -> None:
    model = load(tiny_llama(tmp_path / "m.gguf", vocabulary=vocabulary))
    assert len(tokens(model, "select the name of the customer")) <= 11


@pytest.mark.parametrize("vocabulary", ["spm", "bpe"])
@pytest.mark.parametrize("quant", ["F16", "Q8_0", "Q4_0", "Q6_K", "Q4_K_M"])
def test_it_talks_on_in_varied_whole_characters(
    tmp_path: Path, load: Open, vocabulary: Kind, quant: str
) -> None:
    wide: dict[str, Any] = {"embedding": 256, "feed_forward": 512} if "K" in quant else {}
    model = load(tiny_llama(tmp_path / "m.gguf", vocabulary=vocabulary, quant=quant, **wide))
    said = greedy(model, "hello", 200)
    assert len(set(said)) > 100
    assert max(len(list(run)) for _, run in itertools.groupby(said)) < 10
    assert not any(map(model.is_end, said))
    assert b"".join(map(model.piece, said)).decode().strip()


def test_the_end_comes_when_asked_for(tmp_path: Path, load: Open) -> None:
    model = load(tiny_llama(tmp_path / "m.gguf", eos_logit=20))
    assert model.is_end(greedy(model, "hello", 1)[0])


def test_single_bytes_come_when_asked_for(tmp_path: Path, load: Open) -> None:
    model = load(tiny_llama(tmp_path / "m.gguf", byte_logit=20))
    assert 3 <= greedy(model, "hello", 1)[0] < 259


def test_the_prompt_matters_to_the_answer(tmp_path: Path, load: Open) -> None:
    model = load(tiny_llama(tmp_path / "m.gguf"))
    first, second = (greedy(model, f"{word} the same end", 20) for word in ("hello", "today"))
    assert first != second


def test_a_seed_is_one_file(tmp_path: Path) -> None:
    one, same, other = (
        tiny_llama(tmp_path / f"{place}.gguf", seed=seed).read_bytes()
        for place, seed in enumerate((7, 7, 8))
    )
    assert one == same != other


def test_control_tokens_and_template_are_in_the_file(tmp_path: Path, load: Open) -> None:
    path = tiny_llama(tmp_path / "m.gguf", controls=CHATML_CONTROLS, chat_template="{{ messages }}")
    model = load(path)
    assert len(tokens(model, "<|im_start|>", trusted=True)) == 2
    assert len(tokens(model, "<|im_start|>")) > 2
    assert model.chat_template == "{{ messages }}"
    assert (model.bos, model.eos) == ("<s>", "</s>")


@pytest.mark.parametrize("name", ["llama", "qwen2"])
@pytest.mark.parametrize("sparse", [False, True])
def test_the_header_says_every_number_asked_for(
    tmp_path: Path, load: Open, name: str, sparse: bool
) -> None:
    asked = Architecture(
        name=name,
        layers=3,
        heads=4,
        kv_heads=2,
        head_dim=32,
        embedding=128,
        feed_forward=160,
        vocabulary=1_234,
        context=4_321,
        rope_theta=1e6,
        sliding_window=512,
    )
    path = model_like(tmp_path / "m.gguf", asked, "Q8_0", sparse=sparse)
    assert architecture(read_header(path)) == asked
    assert len(set(greedy(load(path), "hello", 50))) > 20


def test_a_sparse_file_takes_the_room_of_one_layer(tmp_path: Path) -> None:
    whole, sparse = (
        tiny_llama(tmp_path / f"{each}.gguf", layers=40, embedding=256, sparse=each).stat()
        for each in (False, True)
    )
    assert whole.st_size == sparse.st_size
    assert sparse.st_blocks * 512 < whole.st_blocks * 512 / 4


def test_q4_k_m_is_finer_where_files_of_that_name_are(tmp_path: Path) -> None:
    wide: dict[str, Any] = {"layers": 8, "embedding": 256, "feed_forward": 512}
    tensors = GGUFReader(tiny_llama(tmp_path / "m.gguf", quant="Q4_K_M", **wide)).tensors
    fine = {tensor.name for tensor in tensors if tensor.tensor_type.name == "Q6_K"}
    places = [
        f"blk.{layer}.{name}.weight" for layer in (0, 3, 6, 7) for name in ("attn_v", "ffn_down")
    ]
    assert fine == {"output.weight", *places}


@pytest.mark.parametrize("quant", QUANTS)
def test_noise_has_the_deviation_asked_for(quant: str) -> None:
    store = QUANTS[quant]
    blocks = Noise(store, seed=0).matrix(300, 512, 0.05).reshape(300, -1)
    weights = dequantize(blocks, store.tensor_type)
    assert weights.shape == (300, 512)
    assert weights.std() == pytest.approx(0.05, rel=0.1)
    assert abs(weights.mean()) < 0.002


@pytest.mark.parametrize("quant", QUANTS)
def test_a_row_can_be_a_bias(quant: str) -> None:
    store = QUANTS[quant]
    noise = Noise(store, seed=0)
    matrix = noise.matrix(3, 512, 1.0)
    noise.raise_first(matrix, 1.0)
    noise.one_weight_rows(matrix, {1: -20.0})
    weights = dequantize(matrix.reshape(3, -1), store.tensor_type)
    assert weights[[0, 2], 0] == pytest.approx(3**0.5, rel=1e-3)
    assert weights[1, 0] == pytest.approx(-20, rel=1e-3)
    assert not weights[1, 1:].any()
