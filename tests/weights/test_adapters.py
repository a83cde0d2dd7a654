"""What an adapter's file must be, and what it says where it is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from localai.errors import (
    AdapterMissing,
    ArchitectureMismatch,
    InvalidAdapter,
    InvalidGGUF,
    WeightsError,
)
from localai.model import FileSpec, ModelSpec
from localai.weights import adapters
from localai.weights.adapters import check_adapter
from localai.weights.check import architecture
from localai.weights.gguf import read_header
from tests import gguf_adapters
from tests.gguf_adapters import Factors
from tests.gguf_models import tiny_llama

Q, WORDS = "blk.0.attn_q.weight", "token_embd.weight"


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama(tmp_path_factory.mktemp("weights") / "tiny.gguf")


@pytest.fixture
def spec(weights: Path) -> ModelSpec:
    files = (FileSpec("F16", weights.name, path=weights),)
    numbers = architecture(read_header(weights))
    return ModelSpec("@local/tiny", "tiny", numbers, files, "F16", "plain", "MIT")


@pytest.fixture
def pairs(weights: Path) -> Factors:
    return gguf_adapters.factors(weights)


def zeros(*shape: int) -> Any:
    return np.zeros(shape, np.float32)


def test_a_sound_one_says_its_rank_alpha_and_size(
    weights: Path, spec: ModelSpec, pairs: Factors, tmp_path: Path
) -> None:
    path = gguf_adapters.adapter(tmp_path / "a.gguf", pairs, alpha=16.0)
    found = check_adapter(path, spec, weights)
    size = sum(matrix.nbytes for pair in pairs.values() for matrix in pair)
    assert found == (4, 16.0, size, ())
    (note,) = check_adapter(path, spec).notes
    assert "not here" in note


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"general__type": "model"}, "general.type is 'model'"),
        ({"general__type": None}, "general.type is None"),
        ({"general__type": 3}, "general.type is 3"),
        ({"adapter__type": "control_vector"}, "adapter.type 'control_vector'"),
        ({"adapter__alora__invocation_tokens": [1, 2]}, "aLoRA"),
        ({"alpha": None, "adapter__lora__alpha": 8}, "alpha is 8, and it must be a float32"),
        ({"alpha": None, "adapter__lora__alpha": "8"}, "alpha is '8'"),
        ({"alpha": None, "adapter__lora__alpha": [8.0]}, "alpha is"),
        ({"alpha": 0.0}, "alpha is 0.0"),
        ({"alpha": -1.0}, "alpha is -1.0"),
        ({"alpha": float("nan")}, "alpha is nan"),
    ],
)
def test_a_header_that_says_something_else(
    said: dict[str, Any], problem: str, spec: ModelSpec, pairs: Factors, tmp_path: Path
) -> None:
    path = gguf_adapters.adapter(tmp_path / "a.gguf", pairs, **said)
    with pytest.raises(InvalidAdapter, match=problem):
        check_adapter(path, spec)


def test_an_alpha_of_64_bits_would_end_the_process(
    spec: ModelSpec, pairs: Factors, tmp_path: Path
) -> None:
    path = gguf_adapters.adapter(
        tmp_path / "a.gguf",
        pairs,
        alpha=None,
        change=lambda writer: writer.add_float64("adapter.lora.alpha", 8.0),
    )
    with pytest.raises(InvalidAdapter, match="float32"):
        check_adapter(path, spec)


@pytest.mark.parametrize(
    ("pair", "problem"),
    [
        ((zeros(33, 64), zeros(64, 33)), "rank 33, and at most 32"),
        ((zeros(4, 64), zeros(64, 5)), "rank 4 in lora_a and 5 in lora_b"),
        ((zeros(64), zeros(64, 4)), "no matrix"),
        ((zeros(2, 4, 64), zeros(3, 64, 4)), "experts"),
        ((np.zeros((4, 64), np.float64), zeros(64, 4)), "of type F64"),
    ],
)
def test_two_factors_that_are_none(
    pair: Any, problem: str, spec: ModelSpec, tmp_path: Path
) -> None:
    path = gguf_adapters.adapter(tmp_path / "a.gguf", {Q: pair})
    with pytest.raises(InvalidAdapter, match=problem):
        check_adapter(path, spec)


def test_a_factor_without_the_other_other_tensors_and_none(
    spec: ModelSpec, pairs: Factors, tmp_path: Path
) -> None:
    def refused(pairs: Factors, name: str = "", tensor: Any = None) -> str:
        path = gguf_adapters.adapter(
            tmp_path / "a.gguf",
            pairs,
            change=lambda writer: writer.add_tensor(name, tensor) if name else None,
        )
        with pytest.raises(InvalidAdapter) as caught:
            check_adapter(path, spec)
        return str(caught.value)

    assert f"{Q} has no lora_b" in refused({}, f"{Q}.lora_a", zeros(4, 64))
    assert f"{Q} has no lora_a" in refused({}, f"{Q}.lora_b", zeros(64, 4))
    assert "neither a lora_a nor a lora_b" in refused(pairs, "blk.0.attn_q.weight", zeros(64, 64))
    assert "no tensors" in refused({})
    assert "no tensors" in refused({}, "blk.0.attn_norm.weight", zeros(64))


def test_norms_are_taken_and_told(
    weights: Path, spec: ModelSpec, pairs: Factors, tmp_path: Path
) -> None:
    path = gguf_adapters.adapter(
        tmp_path / "a.gguf",
        pairs,
        change=lambda writer: writer.add_tensor("blk.0.attn_norm.weight", zeros(64)),
    )
    (note,) = check_adapter(path, spec, weights).notes
    assert "blk.0.attn_norm.weight" in note


@pytest.mark.parametrize(
    ("name", "pair", "with_weights", "without"),
    [
        (Q, (zeros(4, 128), zeros(64, 4)), "128 columns", "embedding of 128, the model's is 64"),
        (Q, (zeros(4, 64), zeros(96, 4)), "96 rows", None),
        ("blk.0.ffn_down.weight", (zeros(4, 128), zeros(32, 4)), "32 rows", "embedding of 32"),
        ("blk.7.attn_q.weight", (zeros(4, 64), zeros(64, 4)), "2 layers", "2 layers"),
        ("blk.0.attn_qkv.weight", (zeros(4, 64), zeros(64, 4)), "no matrix", None),
        ("blk.0.attn_norm.x", (zeros(4, 64), zeros(64, 4)), "no matrix", None),
        (Q, (zeros(2, 4, 64), zeros(2, 64, 4)), "experts", None),
    ],
)
def test_another_models_shapes(
    name: str,
    pair: Any,
    with_weights: str,
    without: str | None,
    weights: Path,
    spec: ModelSpec,
    tmp_path: Path,
) -> None:
    path = gguf_adapters.adapter(tmp_path / "a.gguf", {name: pair})
    # What the registry knows is compared first, and without weights at all.
    with pytest.raises(ArchitectureMismatch, match=without or with_weights):
        check_adapter(path, spec, weights)
    if without is not None:
        with pytest.raises(ArchitectureMismatch, match=without):
            check_adapter(path, spec)
    else:
        assert check_adapter(path, spec).notes


def test_another_family(spec: ModelSpec, pairs: Factors, tmp_path: Path) -> None:
    path = gguf_adapters.adapter(tmp_path / "a.gguf", pairs, architecture="qwen2")
    with pytest.raises(ArchitectureMismatch, match="for 'qwen2', the model 'llama'") as caught:
        check_adapter(path, spec)
    assert "--model" in caught.value.hint


def test_words_that_are_the_output_matrix_too(spec: ModelSpec, tmp_path: Path) -> None:
    tied = gguf_adapters.merged(
        tmp_path / "tied.gguf", tiny_llama(tmp_path / "b.gguf"), without="output.weight"
    )
    pair = (zeros(1000, 4), zeros(64, 4))
    path = gguf_adapters.adapter(tmp_path / "a.gguf", {WORDS: pair})
    with pytest.raises(InvalidAdapter, match="also the output matrix"):
        check_adapter(path, spec, tied)


def test_words_have_their_factor_the_other_way_round(
    weights: Path, spec: ModelSpec, tmp_path: Path
) -> None:
    right, wrong = (zeros(1000, 4), zeros(64, 4)), (zeros(4, 64), zeros(1000, 4))
    path = gguf_adapters.adapter(tmp_path / "right.gguf", {WORDS: right})
    assert check_adapter(path, spec, weights).rank == 4
    path = gguf_adapters.adapter(tmp_path / "wrong.gguf", {WORDS: wrong})
    with pytest.raises(WeightsError):
        check_adapter(path, spec, weights)


def test_too_large_missing_and_cut_short(
    spec: ModelSpec, pairs: Factors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = gguf_adapters.adapter(tmp_path / "a.gguf", pairs)
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    with pytest.raises(InvalidGGUF, match="cut short"):
        check_adapter(path, spec)
    path.write_bytes(whole)
    monkeypatch.setattr(adapters, "MAX_BYTES", 10**4)
    with pytest.raises(InvalidAdapter, match="MB, and at most 0 MB"):
        check_adapter(path, spec)
    with pytest.raises(AdapterMissing, match="missing required files"):
        check_adapter(tmp_path / "away.gguf", spec)


def test_a_model_is_no_adapter(weights: Path, spec: ModelSpec) -> None:
    with pytest.raises(InvalidAdapter, match="convert_lora_to_gguf"):
        check_adapter(weights, spec)


def test_mixtures_of_experts(weights: Path, spec: ModelSpec, tmp_path: Path) -> None:
    name = "blk.0.ffn_up_exps.weight"
    path = gguf_adapters.adapter(tmp_path / "a.gguf", {name: (zeros(2, 4, 64), zeros(2, 128, 4))})
    assert check_adapter(path, replace(spec)).rank == 4
