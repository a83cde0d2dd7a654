"""Reads the header of a GGUF file within fixed bounds, and whether the file holds its tensors.

It must not know the registry, the Hub or llama.cpp: a hostile file meets this reader first.
"""

from __future__ import annotations

import math
import struct
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NoReturn

from localai.errors import InvalidGGUF

# Several times what the largest published models carry (Gemma 3: 262 k tokens, 15 MB of header).
MAX_METADATA_BYTES = 64 * 2**20
MAX_TENSORS = 65_536
MAX_KEYS = 4_096
MAX_KEY_BYTES = 65_535
MAX_STRING_BYTES = 2**20
MAX_ARRAY = 2**24
# Numeric arrays up to this length are kept (per-layer settings); longer ones are only counted.
KEPT_ARRAY = 1_024
# From ggml.h: GGML_MAX_NAME and GGML_MAX_DIMS.
MAX_TENSOR_NAME_BYTES = 63
MAX_DIMENSIONS = 4

DEFAULT_ALIGNMENT = 32

_SCALARS = {
    0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f",
    7: "<?", 10: "<Q", 11: "<q", 12: "<d",
}  # fmt: skip
_STRING, _ARRAY, _DOUBLE = 8, 9, 12

# ggml_type -> name, elements per block, bytes per block (ggml.c, type_traits).
TENSOR_TYPES: dict[int, tuple[str, int, int]] = {
    0: ("F32", 1, 4), 1: ("F16", 1, 2), 2: ("Q4_0", 32, 18), 3: ("Q4_1", 32, 20),
    6: ("Q5_0", 32, 22), 7: ("Q5_1", 32, 24), 8: ("Q8_0", 32, 34), 9: ("Q8_1", 32, 40),
    10: ("Q2_K", 256, 84), 11: ("Q3_K", 256, 110), 12: ("Q4_K", 256, 144), 13: ("Q5_K", 256, 176),
    14: ("Q6_K", 256, 210), 15: ("Q8_K", 256, 292), 16: ("IQ2_XXS", 256, 66),
    17: ("IQ2_XS", 256, 74), 18: ("IQ3_XXS", 256, 98), 19: ("IQ1_S", 256, 50),
    20: ("IQ4_NL", 32, 18), 21: ("IQ3_S", 256, 110), 22: ("IQ2_S", 256, 82),
    23: ("IQ4_XS", 256, 136), 24: ("I8", 1, 1), 25: ("I16", 1, 2), 26: ("I32", 1, 4),
    27: ("I64", 1, 8), 28: ("F64", 1, 8), 29: ("IQ1_M", 256, 56), 30: ("BF16", 1, 2),
    34: ("TQ1_0", 256, 54), 35: ("TQ2_0", 256, 66), 39: ("MXFP4", 32, 17), 40: ("NVFP4", 64, 36),
    41: ("Q1_0", 128, 18),
}  # fmt: skip

# general.file_type -> the name that files and registries use (llama.h, llama_ftype).
FILE_TYPES: dict[int, str] = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K",
    11: "Q3_K_S", 12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S",
    17: "Q5_K_M", 18: "Q6_K", 19: "IQ2_XXS", 20: "IQ2_XS", 21: "Q2_K_S", 22: "IQ3_XS",
    23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL", 26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S",
    29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M", 32: "BF16", 36: "TQ1_0", 37: "TQ2_0",
    38: "MXFP4_MOE", 39: "NVFP4", 40: "Q1_0",
}  # fmt: skip

Scalar = int | float | bool | str
Value = Scalar | tuple[int | float | bool, ...]


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor: `offset` is in bytes from the header's `data_offset`."""

    name: str
    dims: tuple[int, ...]
    type: str
    offset: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Header:
    """A sound header. `lengths` holds every array's length, `metadata` scalars and short arrays.

    doubles: keys whose number is of 64 bits, which some readers refuse in place of 32.
    """

    version: int
    metadata: Mapping[str, Value]
    lengths: Mapping[str, int]
    tensors: tuple[Tensor, ...]
    data_offset: int
    file_bytes: int
    doubles: frozenset[str] = frozenset()

    @property
    def architecture(self) -> str:
        """`general.architecture`, or "" where the file names none."""
        name = self.metadata.get("general.architecture", "")
        return name if isinstance(name, str) else ""

    @property
    def quant(self) -> str | None:
        """The quantization that `general.file_type` names, else the type of most of the weights
        (as llama.cpp guesses); None only without tensors."""
        number = self.metadata.get("general.file_type")
        if isinstance(number, int) and number in FILE_TYPES:
            return FILE_TYPES[number]
        bytes_of: Counter[str] = Counter()
        for tensor in self.tensors:
            bytes_of[tensor.type] += tensor.bytes
        return bytes_of.most_common(1)[0][0] if bytes_of else None


def read_header(path: Path) -> Header:
    """The header of a GGUF file of version 2 or 3; token texts are counted, never built.

    Raises InvalidGGUF for everything that is not a whole, sound file, and OSError where the file
    cannot be read. Memory is bounded by MAX_METADATA_BYTES, work by it and MAX_TENSORS.
    """
    with path.open("rb", buffering=2**20) as file:
        size = path.stat().st_size
        return _Reader(file, path, size).header()


class _Reader:
    """Takes little-endian values off a file, never past its end or MAX_METADATA_BYTES."""

    def __init__(self, file: BinaryIO, path: Path, size: int) -> None:
        self._file = file
        self._path = path
        self._size = size
        self._position = 0
        self._doubles: set[str] = set()

    def header(self) -> Header:
        version = self._version()
        tensor_count = self._count("tensors", MAX_TENSORS)
        key_count = self._count("metadata keys", MAX_KEYS)
        metadata: dict[str, Value] = {}
        lengths: dict[str, int] = {}
        for _ in range(key_count):
            key = self._string(MAX_KEY_BYTES, "a key")
            if key in metadata or key in lengths:
                self._refuse(f"the key {key!r} stands there twice")
            self._value(key, metadata, lengths)
        alignment = self._alignment(metadata)
        tensors = tuple(self._tensor(alignment) for _ in range(tensor_count))
        data_offset = -(-self._position // alignment) * alignment
        self._check_extent(tensors, data_offset)
        doubles = frozenset(self._doubles)
        return Header(version, metadata, lengths, tensors, data_offset, self._size, doubles)

    def _version(self) -> int:
        magic = self._take(4)
        if magic != b"GGUF":
            self._refuse(f"it begins with {magic!r}, not with b'GGUF'")
        version: int = self._scalar("<I")
        if version not in (2, 3):
            swapped = int.from_bytes(version.to_bytes(4, "little"), "big")
            kind = "big-endian" if swapped in (2, 3) else f"of GGUF version {version}"
            self._refuse(f"it is {kind}; little-endian versions 2 and 3 are read")
        return version

    def _value(self, key: str, metadata: dict[str, Value], lengths: dict[str, int]) -> None:
        kind = self._scalar("<I")
        if kind == _STRING:
            metadata[key] = self._string(MAX_STRING_BYTES, f"the value of {key!r}")
        elif kind == _ARRAY:
            self._array(key, metadata, lengths)
        elif kind in _SCALARS:
            metadata[key] = self._scalar(_SCALARS[kind])
            if kind == _DOUBLE:
                self._doubles.add(key)
        else:
            self._refuse(f"the key {key!r} has the unknown value type {kind}")

    def _array(self, key: str, metadata: dict[str, Value], lengths: dict[str, int]) -> None:
        kind = self._scalar("<I")
        lengths[key] = count = self._count(f"elements of {key!r}", MAX_ARRAY)
        if kind == _STRING:
            self._skip_strings(count, key)
        elif kind in _SCALARS:
            width = struct.calcsize(_SCALARS[kind])
            if count <= KEPT_ARRAY:
                form = f"<{count}{_SCALARS[kind][1]}"
                metadata[key] = struct.unpack(form, self._take(count * width))
            else:
                self._skip(count * width)
        else:
            # llama.cpp refuses arrays of arrays as well.
            self._refuse(f"the array {key!r} has elements of the unreadable type {kind}")

    def _skip_strings(self, count: int, key: str) -> None:
        # The one hot loop: vocabularies and merges hold hundreds of thousands of texts.
        if count * 8 > self._left():
            self._refuse(f"{key!r} announces {count} texts, more than the file can hold")
        for _ in range(count):
            length = int.from_bytes(self._take(8), "little")
            if length > MAX_STRING_BYTES:
                self._refuse(f"a text in {key!r} announces {length} bytes")
            self._skip(length)

    def _tensor(self, alignment: int) -> Tensor:
        name = self._string(MAX_TENSOR_NAME_BYTES, "a tensor's name")
        count = self._scalar("<I")
        if not 1 <= count <= MAX_DIMENSIONS:
            self._refuse(f"the tensor {name!r} has {count} dimensions")
        dims = struct.unpack(f"<{count}Q", self._take(8 * count))
        kind, offset = self._scalar("<I"), self._scalar("<Q")
        if kind not in TENSOR_TYPES:
            self._refuse(f"the tensor {name!r} has the unknown type {kind}")
        type_name, block, block_bytes = TENSOR_TYPES[kind]
        elements = math.prod(dims)
        if not 0 < elements < 2**63 or dims[0] % block:
            self._refuse(f"the tensor {name!r} has the impossible shape {dims} for {type_name}")
        if offset % alignment:
            self._refuse(f"the tensor {name!r} lies at {offset}, off the alignment {alignment}")
        return Tensor(name, dims, type_name, offset, elements // block * block_bytes)

    def _check_extent(self, tensors: tuple[Tensor, ...], data_offset: int) -> None:
        if len({tensor.name for tensor in tensors}) != len(tensors):
            self._refuse("two tensors have the same name")
        last = max(tensors, key=lambda tensor: tensor.offset + tensor.bytes, default=None)
        if last is None:
            return
        needed = data_offset + last.offset + last.bytes
        if needed > self._size:
            self._refuse(
                f"the tensor {last.name!r} ends at byte {needed}, and the file at {self._size}: "
                "it has been cut short"
            )

    def _alignment(self, metadata: Mapping[str, Value]) -> int:
        value = metadata.get("general.alignment", DEFAULT_ALIGNMENT)
        if type(value) is not int or not 1 <= value <= 2**16 or value & (value - 1):
            self._refuse(f"general.alignment is {value!r}, not a power of two up to 65536")
        return value

    def _count(self, what: str, limit: int) -> int:
        count: int = self._scalar("<Q")
        if count > limit:
            self._refuse(f"it announces {count} {what}; at most {limit} are read")
        return count

    def _string(self, limit: int, what: str) -> str:
        length = self._scalar("<Q")
        if length > limit:
            self._refuse(f"{what} announces {length} bytes; at most {limit} are read")
        try:
            return self._take(length).decode()
        except UnicodeDecodeError:
            self._refuse(f"{what} is not UTF-8")

    def _scalar(self, form: str) -> int:
        value: int = struct.unpack(form, self._take(struct.calcsize(form)))[0]
        return value

    def _take(self, count: int) -> bytes:
        if count > self._left():
            self._refuse_end()
        data = self._file.read(count)
        if len(data) != count:
            self._refuse_end()
        self._position += count
        return data

    def _skip(self, count: int) -> None:
        if count > self._left():
            self._refuse_end()
        self._position += count
        self._file.seek(self._position)

    def _left(self) -> int:
        return min(self._size, MAX_METADATA_BYTES) - self._position

    def _refuse_end(self) -> NoReturn:
        if self._size > MAX_METADATA_BYTES:
            self._refuse(f"its header is longer than {MAX_METADATA_BYTES} bytes")
        self._refuse(f"it ends at byte {self._size}, within its header")

    def _refuse(self, why: str) -> NoReturn:
        raise InvalidGGUF(
            f"{self._path} is not a sound GGUF file: {why}.",
            hint="Download it again, or convert it with llama.cpp's convert_hf_to_gguf.py.",
        )
