"""Measuring a model: figures that are plausible and shaped right, never how fast."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from localai.llama import LlamaModel
from localai.llama.measure import Bench
from localai.weights.check import architecture
from localai.weights.gguf import read_header
from tests.gguf_models import tiny_llama


@pytest.fixture
def bench(tiny: LlamaModel) -> Iterator[Bench]:
    bench = Bench(tiny, threads=1, seconds=0.0)
    yield bench
    bench.close()
    bench.close()


def test_every_figure_is_a_span_of_time(bench: Bench) -> None:
    bench.warm()
    figures = [bench.prefill(bench.longest), bench.prefill(1)]
    figures += [bench.decode(sequences) for sequences in (1, 8)]
    figures += bench.batches([1, 32])
    bench.use_threads(2)
    figures.append(bench.decode(1))
    assert all(0 < figure < 60 for figure in figures)


def test_kv_memory_is_what_the_file_says(bench: Bench, tiny_path: Path) -> None:
    said = architecture(read_header(tiny_path)).kv_bytes_per_token
    assert bench.kv_bytes_per_token() == said > 0


@pytest.mark.parametrize("context", [16, 64])
def test_a_model_with_a_short_context_is_measured_within_it(tmp_path: Path, context: int) -> None:
    model = LlamaModel(tiny_llama(tmp_path / "short.gguf", context=context))
    bench = Bench(model, threads=1, seconds=0.01, context_length=context)
    try:
        assert bench.longest <= context
        assert bench.prefill(bench.longest) > 0
        assert bench.decode(8) > 0
        assert all(cost > 0 for cost in bench.batches([1, min(32, bench.longest - 1)]))
        assert bench.kv_bytes_per_token() > 0
    finally:
        bench.close()
        model.close()
