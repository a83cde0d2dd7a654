"""Holds a file of weights against what the registry says of its model.

It must not know where files come from or how they are kept.
"""

from __future__ import annotations

import hashlib
import math
from pathlib import Path
from typing import NamedTuple

from localai.errors import ArchitectureMismatch, InvalidGGUF
from localai.model import Architecture, ModelSpec
from localai.weights.gguf import Header, read_header

# llama.cpp's value for a file that names none (llama-model.cpp, load_hparams).
DEFAULT_ROPE_THETA = 10_000.0
# Room for a float32 in the file against decimal digits in the registry; 1e4 for 1e6 is far off.
ROPE_TOLERANCE = 1e-3


class Difference(NamedTuple):
    """One number in which a file and the registry disagree; a `mild` one does not refuse it."""

    name: str
    found: str | float | None
    expected: str | float | None
    mild: bool = False

    def __str__(self) -> str:
        name = self.name.replace("_", " ")
        return f"{name}: the file says {self.found}, the registry {self.expected}"


class Checked(NamedTuple):
    """A file that passed; `notes` are sentences for the user (what was taken nevertheless)."""

    header: Header
    notes: tuple[str, ...]


def check(path: Path, spec: ModelSpec, *, force: bool = False) -> Checked:
    """Reads the header and compares its architecture with the registry's.

    With `force` a differing architecture becomes notes. Raises InvalidGGUF, ArchitectureMismatch.
    """
    header = read_header(path)
    _refuse_parts(path, header)
    if force:
        # A forced file need not even name all the numbers: llama.cpp decides when it loads it.
        try:
            differences = compare(architecture(header), spec.architecture)
        except InvalidGGUF as error:
            return Checked(header, (f"Taken with --force: {error.message}",))
        return Checked(header, tuple(f"Taken with --force: {one}." for one in differences))
    differences = compare(architecture(header), spec.architecture)
    grave = [difference for difference in differences if not difference.mild]
    if grave:
        raise ArchitectureMismatch(
            f"{path} is not {spec.id}: {'; '.join(map(str, grave))}.", hint=_way_out(grave)
        )
    return Checked(header, tuple(f"{difference}." for difference in differences))


def _refuse_parts(path: Path, header: Header) -> None:
    parts = header.metadata.get("split.count", 0)
    if isinstance(parts, int) and parts > 1:
        raise InvalidGGUF(
            f"{path} is one of {parts} parts of a model; only whole files are taken.",
            hint="Join them with: llama-gguf-split --merge FIRST_PART OUTPUT",
        )
    if not header.tensors:
        raise InvalidGGUF(f"{path} has no tensors: it is a vocabulary without weights.")


def _way_out(grave: list[Difference]) -> str:
    if [difference.name for difference in grave] == ["rope_theta"]:
        return "Early conversions lack rope.freq_base and answer badly: take a newer file."
    return "Name the right ID, or take it all the same with: localai add FILE --id ID --force"


def architecture(header: Header) -> Architecture:
    """The architecture numbers of a GGUF; raises InvalidGGUF where one is missing or absurd.

    Defaults are llama.cpp's: as many KV heads as heads, head_dim = embedding / heads, rope theta
    10000. A number that a file gives per layer counts with its largest value.
    """
    name = header.architecture
    if not name:
        raise InvalidGGUF("The file does not say general.architecture.")
    heads = _number(header, f"{name}.attention.head_count")
    embedding = _number(header, f"{name}.embedding_length")
    return Architecture(
        name=name,
        layers=_number(header, f"{name}.block_count"),
        heads=heads,
        kv_heads=_number(header, f"{name}.attention.head_count_kv", heads),
        head_dim=_number(header, f"{name}.attention.key_length", max(embedding // heads, 1)),
        embedding=embedding,
        feed_forward=_number(header, f"{name}.feed_forward_length", 0),
        vocabulary=_vocabulary(header, name),
        context=_number(header, f"{name}.context_length"),
        rope_theta=_rope_theta(header, name),
        sliding_window=_number(header, f"{name}.attention.sliding_window", 0) or None,
    )


def _number(header: Header, key: str, default: int | None = None) -> int:
    value = header.metadata.get(key, default)
    if isinstance(value, tuple) and value:
        value = max(value)
    if type(value) is not int or (value < 1 and default is None):
        raise InvalidGGUF(f"The file's {key} is {value!r}, and it must be a positive number.")
    return max(value, 0)


def _vocabulary(header: Header, name: str) -> int:
    tokens = header.lengths.get("tokenizer.ggml.tokens")
    if tokens:
        return tokens
    return _number(header, f"{name}.vocab_size")


def _rope_theta(header: Header, name: str) -> float:
    value = header.metadata.get(f"{name}.rope.freq_base", DEFAULT_ROPE_THETA)
    if not isinstance(value, int | float) or not 0 < value < math.inf:
        raise InvalidGGUF(f"The file's {name}.rope.freq_base is {value!r}.")
    return float(value)


def compare(found: Architecture, expected: Architecture) -> tuple[Difference, ...]:
    """Where a file and the registry disagree. A number that either does not know (0, "" or None)
    is passed over. Another native context is mild: it changes no weight, only what is allowed."""
    differences = []
    for name in Architecture.__dataclass_fields__:
        ours, theirs = getattr(found, name), getattr(expected, name)
        if not ours or not theirs or ours == theirs:
            continue
        if name == "rope_theta" and math.isclose(ours, theirs, rel_tol=ROPE_TOLERANCE):
            continue
        differences.append(Difference(name, ours, theirs, mild=name == "context"))
    return tuple(differences)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file as 64 lower-case hex digits (about 1 GB/s)."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
