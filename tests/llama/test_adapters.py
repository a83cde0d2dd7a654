"""LoRA adapters in llama.cpp: the effect of one is that of the weights with it merged in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from localai.errors import ModelLoadError
from localai.llama import LlamaContext, LlamaModel
from localai.llama.candidates import Logits
from localai.model import AdapterSpec
from tests import gguf_adapters
from tests.gguf_models import tiny_llama

TOKENS = list(range(300, 330))
# Neither changes what attention stores in 16 bits, where a rounded sum can fall on either side.
AFTER_MEMORY = (".output", "1.attn_q", "1.ffn_gate", "1.ffn_up", "1.ffn_down")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base")
    return gguf_adapters.merged(folder / "base.gguf", tiny_llama(folder / "narrow.gguf"))


def spec(path: Path) -> AdapterSpec:
    return AdapterSpec(path.stem, "@local/base", path)


def logits(model: Path, *adapters: Path | None) -> list[Logits]:
    """The numbers after the last token, with each of these adapters in turn, in one context."""
    found = []
    weights = LlamaModel(model)
    context = LlamaContext(weights, context_length=512, slots=1, threads=1)
    for path in adapters:
        adapter = None if path is None else spec(path)
        if adapter is not None:
            context.load_adapter(adapter)
        context.trim(0, 0)
        assert context.decode([(0, 0, TOKENS, 1)], adapter)
        found.append(context._logits(len(TOKENS) - 1).copy())
    context.close()
    weights.close()
    return found


def test_logits_are_those_of_merged_weights(base: Path, tmp_path: Path) -> None:
    pairs = gguf_adapters.factors(base, matrices=AFTER_MEMORY)
    adapter = gguf_adapters.adapter(tmp_path / "a.gguf", pairs)
    plain, changed = logits(base, None, adapter)
    (expected,) = logits(gguf_adapters.merged(tmp_path / "merged.gguf", base, pairs), None)
    # Sums of 32 bits in another order: 4e-6 found, where the adapter itself moves them by 2.
    assert np.abs(changed - expected).max() < 1e-4
    assert np.abs(changed - plain).max() > 1


@pytest.mark.parametrize("alpha", [4.0, 16.0, None])
def test_every_matrix_and_any_alpha(base: Path, tmp_path: Path, alpha: float | None) -> None:
    pairs = gguf_adapters.factors(base)
    adapter = gguf_adapters.adapter(tmp_path / "a.gguf", pairs, alpha=alpha)
    merged = gguf_adapters.merged(tmp_path / "merged.gguf", base, pairs, alpha or 4.0)
    plain, changed = logits(base, None, adapter)
    (expected,) = logits(merged, None)
    # Keys and values are stored in 16 bits: a difference of 1e-6 before becomes one of 5e-4 there.
    assert np.abs(changed - expected).max() < 0.02
    assert np.abs(changed - plain).max() > 1


def test_each_adapter_and_none_again_after_the_others(base: Path, tmp_path: Path) -> None:
    first, second = (
        gguf_adapters.adapter(tmp_path / f"{seed}.gguf", gguf_adapters.factors(base, seed=seed))
        for seed in (1, 2)
    )
    alone = {path: logits(base, path)[0] for path in (None, first, second)}
    turns = [first, None, second, first, second, None]
    for path, got in zip(turns, logits(base, *turns), strict=True):
        assert np.array_equal(got, alone[path])


@pytest.mark.parametrize("quant", ["Q8_0", "Q4_0"])
def test_upon_weights_that_are_stored_otherwise(quant: str, tmp_path: Path) -> None:
    model = tiny_llama(tmp_path / "base.gguf", quant=quant)
    pairs = gguf_adapters.factors(tiny_llama(tmp_path / "same-shapes.gguf"))
    adapter = gguf_adapters.adapter(tmp_path / "a.gguf", pairs)
    plain, changed, again = logits(model, None, adapter, None)
    assert np.abs(changed - plain).max() > 1 and np.array_equal(again, plain)


def test_what_llama_cpp_refuses_says_why(base: Path, tmp_path: Path) -> None:
    pairs = gguf_adapters.factors(base)
    path = gguf_adapters.adapter(tmp_path / "q.gguf", pairs, architecture="qwen2")
    with pytest.raises(ModelLoadError, match=r"adapter q: .*arch mismatch"):
        logits(base, path)
    with pytest.raises(ModelLoadError, match="failed to open"):
        logits(base, tmp_path / "away.gguf")


@pytest.fixture
def context(base: Path) -> Iterator[LlamaContext]:
    model = LlamaModel(base)
    context = LlamaContext(model, context_length=256, slots=2, threads=1)
    yield context
    context.close()
    model.close()


def test_one_is_loaded_once(context: LlamaContext, base: Path, tmp_path: Path) -> None:
    path = gguf_adapters.adapter(tmp_path / "a.gguf", gguf_adapters.factors(base))
    context.load_adapter(spec(path))
    path.unlink()
    context.load_adapter(spec(path))
    assert context.decode([(0, 0, TOKENS, 1), (1, 0, TOKENS, 1)], spec(path))
