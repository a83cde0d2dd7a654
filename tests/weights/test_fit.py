from __future__ import annotations

import pytest

from localai.errors import DoesNotFit
from localai.model import Architecture, FileSpec, ModelSpec
from localai.weights.fit import choose, fit
from localai.weights.memory import Keeping, bytes_needed, kv_bytes
from tests.weights import tiny

GB = 10**9
MIB = 2**20
LLAMA_7B = Architecture("llama", 32, 32, 32, 128, 4096, 11008, 32016, 16384, 1e6)
LLAMA3_8B = Architecture("llama", 32, 32, 8, 128, 4096, 14336, 128256, 131072, 5e5)
TINY_1B = Architecture("llama", 22, 32, 4, 64, 2048, 5632, 32000, 2048, 1e4)
SIZES = {"Q5_K_M": 4.78, "Q2_K": 2.53, "Q4_K_M": 4.08, "Q8_0": 7.16, "F16": 13.5}


def model(architecture: Architecture = LLAMA_7B, **sizes: float) -> ModelSpec:
    listed = sizes or SIZES
    files = [FileSpec(quant, f"{quant}.gguf", gigabytes=size) for quant, size in listed.items()]
    return tiny.spec(*files, architecture=architecture)


def test_rows_add_up_from_the_smallest_file_on() -> None:
    rows = fit(model(), free=8 * GB, installed={"q2_k": 2_532_939_776})
    assert [row.quant for row in rows] == ["Q2_K", "Q4_K_M", "Q5_K_M", "Q8_0", "F16"]
    assert [row.fits for row in rows] == [True, True, True, False, False]
    assert [row.installed for row in rows] == [True, False, False, False, False]
    first = rows[0]
    assert first.weights == 2_532_939_776
    assert first.kv_per_1k == 524_288 * 1000
    assert first.context == 4096
    assert first.total == 2_532_939_776 + 4096 * 524_288 + first.compute


def test_a_short_native_context_bounds_the_table() -> None:
    assert fit(model(TINY_1B), free=GB)[0].context == 2048
    assert fit(model(TINY_1B), free=GB, context=8192)[0].context == 8192


def test_a_file_of_unknown_size_makes_no_claim() -> None:
    spec = tiny.spec(FileSpec("Q4_K_M", "a.gguf"), architecture=LLAMA_7B)
    (row,) = fit(spec, free=GB)
    assert (row.weights, row.total, row.fits) == (None, None, None)
    choice = choose(spec, free=GB)
    assert (choice.quant, choice.needed) == ("Q4_K_M", None)


@pytest.mark.parametrize(
    ("free", "quant", "context"),
    [
        (8.0, "Q5_K_M", 4096),
        (6.5, "Q5_K_M", 2816),  # the default with less context rather than a smaller file
        (5.6, "Q4_K_M", 2560),
        (4.2, "Q2_K", 2816),
        (3.0, "Q2_K", 512),
        (64.0, "Q5_K_M", 16384),
        (24.0, "Q5_K_M", 11264),  # a quarter of the memory is 6 GB of KV cache
    ],
)
def test_the_choice_follows_the_free_memory(free: float, quant: str, context: int) -> None:
    bytes_free = int(free * GB)
    choice = choose(model(), free=bytes_free)
    assert (choice.quant, choice.context) == (quant, context)
    assert choice.needed is not None and choice.needed <= bytes_free


@pytest.mark.parametrize("free", range(3, 40))
def test_whatever_is_chosen_fits(free: int) -> None:
    spec = model(LLAMA3_8B)
    choice = choose(spec, free=free * GB)
    chosen = spec.file(choice.quant)
    assert chosen is not None and chosen.size is not None
    assert bytes_needed(LLAMA3_8B, chosen.size, choice.context) == choice.needed
    assert choice.needed is not None and choice.needed <= free * GB


def test_a_given_context_is_kept() -> None:
    assert choose(model(), free=64 * GB, context=1000).context == 1000
    assert choose(model(), free=8 * GB, context=8192).quant == "Q2_K"


def test_the_choice_can_be_held_to_what_is_installed() -> None:
    installed = {"Q8_0": 7_161_089_728}
    assert choose(model(), free=64 * GB, installed=installed, quants=installed).quant == "Q8_0"
    with pytest.raises(DoesNotFit) as caught:
        choose(model(), free=6 * GB, installed=installed, quants=installed)
    assert "Q8_0 with 512 tokens of context needs 7.52" in caught.value.message
    assert "6.00 GB is free" in caught.value.message
    assert "localai pull @cf/defog/sqlcoder-7b-2 --quant Q5_K_M" in caught.value.hint
    assert caught.value.needed > caught.value.free == 6 * GB


def test_too_large_a_context_names_one_that_fits() -> None:
    with pytest.raises(DoesNotFit, match="16384 tokens") as caught:
        choose(model(), free=8 * GB, context=16384)
    assert "Q5_K_M with --ctx 2048 would fit" in caught.value.hint


def test_where_nothing_fits_nothing_is_promised() -> None:
    with pytest.raises(DoesNotFit) as caught:
        choose(model(), free=GB)
    assert "Q2_K with 512 tokens" in caught.value.message
    assert "smaller model" in caught.value.hint


def test_streams_have_their_context_each_while_they_take_a_quarter_of_what_is_free() -> None:
    asked = Keeping(streams=8)
    small = choose(model(), free=12 * GB, keeping=asked)
    large = choose(model(), free=400 * GB, keeping=asked)
    assert (large.streams, large.context) == (8, 4096)
    assert 1 <= small.streams < 8
    of_one = kv_bytes(model().architecture, small.context, Keeping(streams=1))
    assert small.streams == 1 or of_one * small.streams <= 3 * GB
    assert choose(model(), free=400 * GB, context=9000, keeping=asked).context == 9000
