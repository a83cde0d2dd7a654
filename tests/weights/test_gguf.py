from __future__ import annotations

import dataclasses
import os
import struct
import tracemalloc
from pathlib import Path

import gguf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localai.errors import ArchitectureMismatch, InvalidGGUF
from localai.weights.check import Difference, architecture, check, compare, sha256_of
from localai.weights.gguf import FILE_TYPES, TENSOR_TYPES, Tensor, read_header
from tests.weights import tiny

CONTENT = tiny.gguf(rows=20)
HEADER_BYTES = len(CONTENT) - 2 * 64 * 20 * 4


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "model.gguf"


def refusal(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(InvalidGGUF) as caught:
        read_header(path)
    return caught.value.message


def head(*, tensors: int = 0, keys: int = 0, version: int = 3) -> bytes:
    return struct.pack("<4sIQQ", b"GGUF", version, tensors, keys)


def test_a_sound_file_is_read(path: Path) -> None:
    path.write_bytes(CONTENT)
    header = read_header(path)
    assert header.version == 3
    assert header.quant == "Q5_K_M"
    assert header.metadata["llama.rope.freq_base"] == 1_000_000.0
    assert header.lengths == {"tokenizer.ggml.tokens": 300}
    assert header.data_offset == HEADER_BYTES
    assert header.tensors[1] == Tensor("output.weight", (64, 20), "F32", 5120, 5120)
    assert architecture(header) == tiny.ARCHITECTURE


def test_version_2_is_read(path: Path) -> None:
    path.write_bytes(tiny.gguf(version=2))
    assert architecture(read_header(path)) == tiny.ARCHITECTURE


def test_what_the_gguf_package_writes_is_read(path: Path) -> None:
    import numpy

    writer = gguf.GGUFWriter(path, "llama")
    writer.add_block_count(3)
    writer.add_head_count(4)
    writer.add_head_count_kv([2, 2, 1])
    writer.add_embedding_length(64)
    writer.add_context_length(512)
    writer.add_vocab_size(99)
    writer.add_custom_alignment(64)
    writer.add_tensor("a", numpy.zeros((3, 64), dtype=numpy.float16))
    writer.add_tensor("b", numpy.zeros((2, 34), dtype=numpy.uint8), raw_dtype=_Q8_0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    header = read_header(path)
    read = gguf.GGUFReader(path)
    for ours, theirs in zip(header.tensors, read.tensors, strict=True):
        assert (ours.name, ours.bytes) == (theirs.name, theirs.n_bytes)
        assert header.data_offset + ours.offset == theirs.data_offset
    found = architecture(header)
    assert (found.kv_heads, found.head_dim, found.feed_forward) == (2, 16, 0)
    assert (found.vocabulary, found.rope_theta, found.layers) == (99, 10_000.0, 3)


_Q8_0 = gguf.GGMLQuantizationType.Q8_0


def test_types_are_those_of_the_gguf_package() -> None:
    theirs = {
        int(kind): (kind.name, *sizes) for kind, sizes in gguf.constants.GGML_QUANT_SIZES.items()
    }
    assert theirs.items() >= TENSOR_TYPES.items()
    names = {int(kind): kind.name for kind in gguf.LlamaFileType}
    for number, name in FILE_TYPES.items():
        assert names[number] in (f"MOSTLY_{name}", f"ALL_{name}")


@pytest.mark.parametrize("kept", [0, 3, 4, 12, 30, HEADER_BYTES - 1, HEADER_BYTES, -1])
def test_a_cut_file_is_refused(path: Path, kept: int) -> None:
    refusal(path, CONTENT[:kept])


def test_a_file_cut_in_its_tensors_says_so(path: Path) -> None:
    message = refusal(path, CONTENT[:-1000])
    assert f"ends at byte {len(CONTENT)}, and the file at {len(CONTENT) - 1000}" in message
    assert "cut short" in message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<!DOCTYPE html>" * 9, "begins with b'<!DO'"),
        (b"version https://git-lfs.github.com/spec/v1\n", "begins with b'vers'"),
        (head(version=1), "of GGUF version 1"),
        (struct.pack(">4sIQQ", b"GGUF", 3, 0, 0), "big-endian"),
        (head(tensors=2**40), "announces 1099511627776 tensors"),
        (head(keys=2**40), "announces 1099511627776 metadata keys"),
        (head(keys=1) + struct.pack("<Q", 2**60), "a key announces"),
        (head(keys=1) + tiny.text("a") + struct.pack("<I", 77), "unknown value type 77"),
        (head(keys=1) + tiny.text("a") + struct.pack("<IQ", 8, 2**50), "'a' announces"),
        (head(keys=1) + tiny.text("a") + struct.pack("<IIQ", 9, 0, 2**50), "elements of 'a'"),
        (head(keys=1) + tiny.text("a") + struct.pack("<IIQ", 9, 8, 2**20), "more than the file"),
        (head(keys=1) + tiny.text("a") + struct.pack("<IIQ", 9, 9, 1), "unreadable type 9"),
        (
            head(keys=1) + tiny.text("a") + struct.pack("<IIQQ", 9, 8, 1, 2**21) + bytes(2**21),
            "a text in 'a' announces 2097152 bytes",
        ),
        (head(keys=1) + struct.pack("<Q", 2) + b"\xff\xfe", "not UTF-8"),
        (head(keys=2) + (tiny.text("a") + struct.pack("<IB", 0, 1)) * 2, "there twice"),
        (
            head(keys=1) + tiny.text("general.alignment") + struct.pack("<II", 4, 48),
            "alignment is 48",
        ),
        (
            head(keys=1) + tiny.text("general.alignment") + struct.pack("<II", 4, 0),
            "alignment is 0",
        ),
        (head(tensors=1) + tiny.text("t" * 64), "64 bytes; at most 63"),
        (head(tensors=1) + tiny.text("t") + struct.pack("<I", 9), "has 9 dimensions"),
        (head(tensors=1) + tiny.text("t") + struct.pack("<IQIQ", 1, 8, 99, 0), "unknown type 99"),
        (head(tensors=1) + tiny.text("t") + struct.pack("<IQIQ", 1, 8, 8, 0), "shape (8,)"),
        (head(tensors=1) + tiny.text("t") + struct.pack("<IQIQ", 1, 0, 0, 0), "shape (0,)"),
        (
            head(tensors=1) + tiny.text("t") + struct.pack("<I4QIQ", 4, *[2**60] * 4, 0, 0),
            "impossible shape",
        ),
        (head(tensors=1) + tiny.text("t") + struct.pack("<IQIQ", 1, 8, 0, 7), "off the alignment"),
        (
            head(tensors=1) + tiny.text("t") + struct.pack("<IQIQ", 1, 8, 0, 2**64 - 32),
            "cut short",
        ),
        (
            head(tensors=2) + (tiny.text("t") + struct.pack("<IQIQ", 1, 8, 0, 0)) * 2 + bytes(4096),
            "same name",
        ),
    ],
)
def test_a_hostile_header_is_refused_by_name(path: Path, content: bytes, said: str) -> None:
    message = refusal(path, content)
    assert said in message
    assert str(path) in message


def test_an_endless_header_is_given_up(path: Path) -> None:
    # Sparse: 1 GB that takes no disk. Every array is within its own limit.
    array = struct.pack("<IIQ", 9, 12, 2**23)
    entries = b""
    with path.open("wb") as file:
        file.write(head(keys=9))
        for number in range(9):
            entries = tiny.text(f"key {number}") + array
            file.write(entries)
            file.seek(2**26, os.SEEK_CUR)
        file.truncate(2**30)
    tracemalloc.start()
    with pytest.raises(InvalidGGUF, match="longer than"):
        read_header(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * 2**20


def test_a_large_vocabulary_is_counted_and_not_built(path: Path) -> None:
    path.write_bytes(tiny.gguf({"tokenizer.ggml.tokens": ["a long token text"] * 200_000}))
    tracemalloc.start()
    header = read_header(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert header.lengths["tokenizer.ggml.tokens"] == 200_000
    assert peak < 3 * 2**20


FUZZ = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@FUZZ
@given(
    edits=st.lists(
        st.tuples(st.integers(0, HEADER_BYTES - 1), st.integers(0, 255)), min_size=1, max_size=6
    ),
    kept=st.integers(0, len(CONTENT)),
)
def test_no_edit_of_a_header_does_harm(path: Path, edits: list[tuple[int, int]], kept: int) -> None:
    content = bytearray(CONTENT)
    for position, value in edits:
        content[position] = value
    path.write_bytes(content[: kept if kept % 2 else None])
    try:
        header = read_header(path)
        architecture(header)
    except InvalidGGUF:
        return
    for tensor in header.tensors:
        assert header.data_offset + tensor.offset + tensor.bytes <= path.stat().st_size


@FUZZ
@given(tail=st.binary(max_size=400), tensors=st.integers(0, 9), keys=st.integers(0, 9))
def test_no_bytes_after_a_magic_do_harm(path: Path, tail: bytes, tensors: int, keys: int) -> None:
    path.write_bytes(head(tensors=tensors, keys=keys) + tail)
    try:
        read_header(path)
    except InvalidGGUF:
        pass


VALUES = st.one_of(
    st.integers(0, 2**32 - 1),
    st.floats(width=32),
    st.text(max_size=5),
    st.lists(st.integers(0, 9), min_size=1, max_size=3),
)


@FUZZ
@given(changes=st.dictionaries(st.sampled_from(list(tiny.METADATA)), VALUES))
def test_no_metadata_value_does_harm(path: Path, changes: dict[str, object]) -> None:
    path.write_bytes(tiny.gguf(changes, rows=1))
    try:
        found = architecture(read_header(path))
    except InvalidGGUF:
        return
    assert found.layers > 0 and found.heads > 0 and found.context > 0 and found.vocabulary > 0
    compare(found, tiny.ARCHITECTURE)


@pytest.mark.parametrize(
    "missing",
    [
        "general.architecture",
        "llama.block_count",
        "llama.attention.head_count",
        "llama.embedding_length",
        "llama.context_length",
        "tokenizer.ggml.tokens",
    ],
)
def test_a_missing_number_is_named(path: Path, missing: str) -> None:
    path.write_bytes(tiny.gguf(without=[missing]))
    said = "llama.vocab_size" if missing == "tokenizer.ggml.tokens" else missing
    with pytest.raises(InvalidGGUF, match=said):
        architecture(read_header(path))


def changed(**numbers: object) -> tuple[Difference, ...]:
    return compare(
        dataclasses.replace(tiny.ARCHITECTURE, **numbers),  # type: ignore[arg-type]
        tiny.ARCHITECTURE,
    )


def test_a_comparison_names_both_numbers() -> None:
    assert compare(tiny.ARCHITECTURE, tiny.ARCHITECTURE) == ()
    assert changed(layers=3, vocabulary=32_016) == (
        Difference("layers", 3, 2),
        Difference("vocabulary", 32_016, 300),
    )
    assert str(changed(kv_heads=4)[0]) == "kv heads: the file says 4, the registry 2"


def test_a_comparison_bears_with_silence_and_rounding() -> None:
    assert changed(rope_theta=1_000_000.1) == ()
    assert changed(feed_forward=0) == ()
    assert changed(sliding_window=4096) == ()
    (context,) = changed(context=4096)
    assert context.mild
    (theta,) = changed(rope_theta=10_000.0)
    assert not theta.mild


def test_a_check_names_every_difference(path: Path) -> None:
    path.write_bytes(tiny.gguf({"llama.block_count": 9, "llama.attention.head_count_kv": 4}))
    with pytest.raises(ArchitectureMismatch) as caught:
        check(path, tiny.spec())
    assert "layers: the file says 9, the registry 2; kv heads: the file says 4" in str(caught.value)
    checked = check(path, tiny.spec(), force=True)
    assert checked.notes == (
        "Taken with --force: layers: the file says 9, the registry 2.",
        "Taken with --force: kv heads: the file says 4, the registry 2.",
    )


def test_force_takes_another_kind_of_model_but_no_broken_file(path: Path) -> None:
    path.write_bytes(tiny.gguf(without=["llama.block_count"]))
    (note,) = check(path, tiny.spec(), force=True).notes
    assert "llama.block_count" in note
    path.write_bytes(CONTENT[:-5])
    with pytest.raises(InvalidGGUF):
        check(path, tiny.spec(), force=True)


def test_a_part_of_a_model_is_refused(path: Path) -> None:
    path.write_bytes(tiny.gguf({"split.count": 3}))
    with pytest.raises(InvalidGGUF, match="one of 3 parts") as caught:
        check(path, tiny.spec())
    assert "--merge" in caught.value.hint


def test_a_vocabulary_without_weights_is_refused(path: Path) -> None:
    path.write_bytes(head())
    assert read_header(path).tensors == ()
    with pytest.raises(InvalidGGUF, match="no tensors"):
        check(path, tiny.spec())


def test_sha256_is_the_usual_one(path: Path) -> None:
    path.write_bytes(b"abc")
    assert sha256_of(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
