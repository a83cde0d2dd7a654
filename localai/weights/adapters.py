"""Holds a LoRA adapter's GGUF against the model that it is for; keeps the files a user adds.

It must not know requests, nor how an adapter is computed with. What llama.cpp would answer with the
end of the process (a key of another type, tables of words where there is no output matrix of its
own) is refused here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, NoReturn

from localai.errors import AdapterMissing, ArchitectureMismatch, InvalidAdapter
from localai.model import AdapterSpec, ModelSpec
from localai.weights import added
from localai.weights.gguf import Header, Tensor, read_header
from localai.weights.store import data_directory, plainly

MAX_RANK = 32
MAX_BYTES = 500 * 10**6
"""Both are Workers AI's limits, so that what works here works there."""

TYPES = ("F32", "F16", "BF16", "Q8_0")
"""What llama.cpp's convert_lora_to_gguf.py writes."""

_ALPHA = "adapter.lora.alpha"
_WORDS, _OUTPUT = "token_embd.weight", "output.weight"
# By these names, matrices from and to the embedding in every architecture that has them.
_FROM_EMBEDDING = ("attn_q", "attn_k", "attn_v", "ffn_gate", "ffn_up")
_TO_EMBEDDING = ("attn_output", "ffn_down")
_MERGE = "Merge it into the weights (llama-export-lora), and add those: localai add FILE --id ID"


class Pair(NamedTuple):
    """The two factors of what is added to one matrix."""

    a: Tensor
    b: Tensor


class Adapter(NamedTuple):
    """A sound adapter. rank: the largest of its pairs. alpha: None where the file gives none, which
    stands for the rank. bytes: of its matrices. notes: for the user, of what was taken anyhow.
    """

    rank: int
    alpha: float | None
    bytes: int
    notes: tuple[str, ...]


def check_adapter(path: Path, spec: ModelSpec, weights: Path | None = None) -> Adapter:
    """Read an adapter's header and hold it against a model, and its weights where they are here.

    Raises AdapterMissing, InvalidGGUF, InvalidAdapter, ArchitectureMismatch.
    """
    if not path.is_file():
        raise AdapterMissing(
            f"Finetune is missing required files ({path}).",
            hint="Add it anew: localai lora rm NAME, then localai lora add NAME FILE --model ID",
        )
    with plainly(f"{path} could not be read"):
        header = read_header(path)
    alpha = _alpha(path, header)
    pairs, notes = _pairs(path, header)
    _refuse_family(path, header, spec)
    for name, pair in pairs.items():
        _check_pair(path, name, pair)
        _check_numbers(path, name, pair, spec)
    if weights is not None:
        _check_shapes(path, pairs, spec, weights)
    else:
        notes += (f"The weights of {spec.id} are not here: shapes are compared when it is used.",)
    size = sum(tensor.bytes for pair in pairs.values() for tensor in pair)
    rank = max(pair.b.dims[0] for pair in pairs.values())
    return Adapter(rank, alpha, size, notes)


def place_of(name: str) -> Path:
    """Where `keep` puts an adapter of that name, which the registry has allowed."""
    return _folder() / f"{name.casefold()}.gguf"


def keep(file: Path, target: Path, *, copy: bool) -> None:
    """Put a link to a file, or a copy of it, at its place. Raises NotEnoughDisk, WeightsError."""
    with plainly(f"{file} could not be added"):
        added.place(file, target, copy=copy)


def forget(adapter: AdapterSpec) -> int:
    """Take away the link or copy that `keep` made; the bytes freed. Files elsewhere stay."""
    if adapter.path.parent != _folder():
        return 0
    with plainly(f"{adapter.path} could not be removed"):
        return added.unlink(adapter.path, data_directory())


def _folder() -> Path:
    return data_directory().absolute() / "adapters"


def _alpha(path: Path, header: Header) -> float | None:
    """The adapter's alpha, after the header said that it is an adapter."""
    said = header.metadata
    kind, sort = said.get("general.type"), said.get("adapter.type")
    if kind != "adapter" or sort != "lora":
        _refuse(
            path,
            f"its general.type is {kind!r} and its adapter.type {sort!r}, "
            "and they must be 'adapter' and 'lora'",
            "llama.cpp's convert_lora_to_gguf.py makes one of an adapter in PEFT's form.",
        )
    if any(key.startswith("adapter.alora.") for key in (*said, *header.lengths)):
        _refuse(path, "it is an activated one (aLoRA), for a part of each text alone", _MERGE)
    alpha = said.get(_ALPHA)
    if alpha is None and _ALPHA not in header.lengths:
        return None
    if not isinstance(alpha, float) or _ALPHA in header.doubles or not 0 < alpha < math.inf:
        _refuse(path, f"its {_ALPHA} is {alpha!r}, and it must be a float32 above 0", "")
    return alpha


def _pairs(path: Path, header: Header) -> tuple[Mapping[str, Pair], tuple[str, ...]]:
    """The factors by the name of the matrix that they are for, and what was left out."""
    if header.file_bytes > MAX_BYTES:
        size = f"{header.file_bytes / 1e6:.1f} MB, and at most {MAX_BYTES // 10**6} MB are taken"
        _refuse(path, f"it has {size}", _MERGE)
    halves: dict[str, dict[str, Tensor]] = {}
    norms = []
    for tensor in header.tensors:
        name, _, half = tensor.name.rpartition(".")
        if half in ("lora_a", "lora_b"):
            halves.setdefault(name, {})[half] = tensor
        elif tensor.name.endswith("_norm.weight"):
            norms.append(tensor.name)
        else:
            _refuse(path, f"its tensor {tensor.name} is neither a lora_a nor a lora_b", "")
    for name, pair in halves.items():
        if len(pair) < 2:
            _refuse(path, f"{name} has no {'lora_b' if 'lora_a' in pair else 'lora_a'}", "")
    if not halves:
        _refuse(path, "it has no tensors", "")
    notes = (f"llama.cpp does not apply {', '.join(norms[:3])}: {len(norms)} in all.",)
    pairs = {name: Pair(pair["lora_a"], pair["lora_b"]) for name, pair in halves.items()}
    return pairs, notes if norms else ()


def _refuse_family(path: Path, header: Header, spec: ModelSpec) -> None:
    if header.architecture != spec.architecture.name:
        raise _mismatch(
            path, spec, f"it is for {header.architecture!r}, the model {spec.architecture.name!r}"
        )


def _check_pair(path: Path, name: str, pair: Pair) -> None:
    """That the two factors fit each other, whatever the model."""
    a, b = pair
    for tensor in pair:
        if tensor.type not in TYPES:
            allowed = ", ".join(TYPES)
            _refuse(path, f"{tensor.name} is of type {tensor.type}; allowed: {allowed}", "")
        if len(tensor.dims) < 2:
            _refuse(path, f"{tensor.name} is no matrix", "")
    # Of the table of words llama.cpp takes A the other way round.
    ranks = (a.dims[0] if name == _WORDS else a.dims[1], b.dims[0])
    if ranks[0] != ranks[1]:
        _refuse(path, f"{name} has the rank {ranks[0]} in lora_a and {ranks[1]} in lora_b", "")
    if a.dims[2:] != b.dims[2:]:
        _refuse(path, f"{name} is for {a.dims[2:]} and {b.dims[2:]} experts", "")
    if ranks[0] > MAX_RANK:
        _refuse(
            path,
            f"{name} has the rank {ranks[0]}, and at most {MAX_RANK} is taken",
            f"Train one of a smaller rank. {_MERGE}",
        )


def _check_numbers(path: Path, name: str, pair: Pair, spec: ModelSpec) -> None:
    """What the registry knows of the model's matrices, for as long as its weights are not here."""
    numbers = spec.architecture
    block, _, matrix = name.removeprefix("blk.").partition(".")
    if not (name.startswith("blk.") and block.isdigit()):
        return
    if int(block) >= numbers.layers:
        raise _mismatch(path, spec, f"it has {name}, the model {numbers.layers} layers")
    matrix = matrix.removesuffix(".weight")
    sizes = {**dict.fromkeys(_FROM_EMBEDDING, pair.a.dims[0])}
    sizes |= dict.fromkeys(_TO_EMBEDDING, pair.b.dims[1])
    found = sizes.get(matrix, numbers.embedding)
    if found != numbers.embedding:
        raise _mismatch(
            path, spec, f"{name} is for an embedding of {found}, the model's is {numbers.embedding}"
        )


def _check_shapes(path: Path, pairs: Mapping[str, Pair], spec: ModelSpec, weights: Path) -> None:
    matrices = {tensor.name: tensor for tensor in read_header(weights).tensors}
    for name, pair in pairs.items():
        matrix = matrices.get(name)
        if matrix is None or len(matrix.dims) < 2:
            raise _mismatch(path, spec, f"the model has no matrix {name}")
        if name == _WORDS and _OUTPUT not in matrices:
            _refuse(
                path,
                f"it changes {_WORDS}, which in {spec.id} is also the output matrix: "
                "llama.cpp cannot compute that",
                _MERGE,
            )
        for what, found, expected in _sizes(name, pair, matrix):
            if found != expected:
                raise _mismatch(
                    path, spec, f"{name} is made for {found} {what}, the model has {expected}"
                )


def _sizes(name: str, pair: Pair, matrix: Tensor) -> Iterator[tuple[str, object, object]]:
    """(what, the adapter's, the model's) for each side of a matrix."""
    a, b = pair
    yield "columns", (b.dims[1] if name == _WORDS else a.dims[0]), matrix.dims[0]
    yield "rows", (a.dims[1] if name == _WORDS else b.dims[1]), matrix.dims[1]
    yield "experts", a.dims[2:], matrix.dims[2:]


def _mismatch(path: Path, spec: ModelSpec, why: str) -> ArchitectureMismatch:
    return ArchitectureMismatch(
        f"{path} was not made for {spec.id}: {why}.",
        hint="Name the model that it was made for with --model.",
    )


def _refuse(path: Path, why: str, way_out: str) -> NoReturn:
    raise InvalidAdapter(f"{path} is no LoRA adapter that can be used: {why}.", hint=way_out)
