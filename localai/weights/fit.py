"""Whether a model fits into memory, and which quantization and context do: arithmetic alone.

It must not know how memory is measured or files are found: bytes come in, rows and a choice go out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from localai.errors import DoesNotFit, InvalidRequest
from localai.model import Architecture, FileSpec, ModelSpec
from localai.weights.memory import (
    SHARED,
    Keeping,
    bytes_needed,
    compute_bytes,
    kv_bytes,
)

# Contexts in tokens. A schema, its question and the SQL take 1 to 2 k tokens: below ENOUGH a
# smaller quantization is the better bargain, and below LEAST a model is of no use.
LEAST = 512
ENOUGH = 2_048
COMFORTABLE = 4_096
MOST = 32_768
STEP = 256
# Beyond COMFORTABLE, or of several streams, the KV cache may take this share of the free memory.
KV_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class FitRow:
    """One quantization in bytes; `weights`, `total` and `fits` are None where its size is unknown.

    kv_per_1k: KV cache (f16) of 1000 tokens; compute: llama.cpp's work buffers and the process;
    total: everything, at `context` tokens.
    """

    quant: str
    weights: int | None
    kv_per_1k: int
    compute: int
    context: int
    total: int | None
    fits: bool | None
    installed: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A quantization and the context (tokens) to give it; `needed` bytes, None if unknown.

    streams: so many requests have that context each; 0: all of them share it."""

    quant: str
    context: int
    needed: int | None
    streams: int = 0


def fit(
    spec: ModelSpec,
    *,
    free: int,
    context: int | None = None,
    installed: Mapping[str, int] | None = None,
) -> tuple[FitRow, ...]:
    """A row for every quantization, the smallest first, those of unknown size last.

    free: bytes; context: tokens, None for the comfortable one (at most 4096); installed: the
    quantizations that are here, with their real size in bytes.
    """
    native = spec.architecture.context
    context = context or min(native, COMFORTABLE)
    here = _upper(installed)
    rows = [
        _row(spec, quant, weights, free, context, quant.upper() in here)
        for quant, weights in _sizes(spec, here).items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.weights is None, row.weights or 0)))


def _row(
    spec: ModelSpec, quant: str, weights: int | None, free: int, context: int, installed: bool
) -> FitRow:
    total = None if weights is None else bytes_needed(spec.architecture, weights, context)
    return FitRow(
        quant=quant,
        weights=weights,
        kv_per_1k=spec.architecture.kv_bytes_per_token * 1000,
        compute=compute_bytes(spec.architecture, context),
        context=context,
        total=total,
        fits=None if total is None else total <= free,
        installed=installed,
    )


def choose(
    spec: ModelSpec,
    *,
    free: int,
    context: int | None = None,
    installed: Mapping[str, int] | None = None,
    quants: Collection[str] | None = None,
    keeping: Keeping = SHARED,
) -> Choice:
    """The quantization and the context for the memory that is free.

    The default quantization if it leaves room for 2048 tokens of context (or the whole native
    one), else the largest that does, else the same with 512 tokens; then as much context as there
    is room for, to 4096 tokens, and beyond while the KV cache takes at most a quarter of `free`.
    A given `context` is kept as it is. `quants` restricts the choice, for example to what is here.

    Of streams there is at least one, with at most 4096 tokens unless more are asked for; and as
    many as were asked for while their KV cache takes at most a quarter of `free`.

    Raises DoesNotFit with the numbers and, where there is one, the quantization that would fit.
    """
    sizes = _sizes(spec, _upper(installed))
    allowed = {quant.upper() for quant in quants} if quants is not None else None
    one = replace(keeping, streams=min(keeping.streams, 1))
    for enough in _contexts(spec, context):
        for quant, weights in _by_preference(spec, sizes):
            if allowed is not None and quant.upper() not in allowed:
                continue
            if bytes_needed(spec.architecture, weights, enough, one) <= free:
                chosen = context or _largest_context(spec, weights, free, enough, one)
                kept = _with_streams(spec.architecture, weights, chosen, free, keeping)
                needed = bytes_needed(spec.architecture, weights, chosen, kept)
                return Choice(quant, chosen, needed, kept.streams)
    if not any(sizes.values()):
        return Choice(spec.default_quant, context or ENOUGH, None, keeping.streams)
    raise _does_not_fit(spec, sizes, allowed, free, context)


def _with_streams(
    architecture: Architecture, weights: int, context: int, free: int, keeping: Keeping
) -> Keeping:
    """As many streams as there is room for."""
    for streams in range(keeping.streams, 1, -1):
        kept = replace(keeping, streams=streams)
        modest = kv_bytes(architecture, context, kept) <= free * KV_SHARE
        if modest and bytes_needed(architecture, weights, context, kept) <= free:
            return kept
    return replace(keeping, streams=min(keeping.streams, 1))


def _contexts(spec: ModelSpec, context: int | None) -> tuple[int, ...]:
    if context:
        return (context,)
    native = spec.architecture.context
    return (min(native, ENOUGH), min(native, LEAST))


def _largest_context(
    spec: ModelSpec, weights: int, free: int, enough: int, keeping: Keeping
) -> int:
    most = COMFORTABLE if keeping.streams else MOST
    for context in range(min(spec.architecture.context, most), enough, -STEP):
        kv = kv_bytes(spec.architecture, context, keeping)
        modest = context <= COMFORTABLE or kv <= free * KV_SHARE
        if modest and bytes_needed(spec.architecture, weights, context, keeping) <= free:
            return context
    return enough


def _sizes(spec: ModelSpec, installed: Mapping[str, int]) -> dict[str, int | None]:
    listed = {file.quant: installed.get(file.quant.upper(), file.size) for file in spec.files}
    known = {quant.upper() for quant in listed}
    return listed | {quant: size for quant, size in installed.items() if quant not in known}


def _upper(installed: Mapping[str, int] | None) -> dict[str, int]:
    return {quant.upper(): size for quant, size in (installed or {}).items()}


def _by_preference(spec: ModelSpec, sizes: Mapping[str, int | None]) -> Iterator[tuple[str, int]]:
    """The default first, then from the largest (the best) to the smallest."""
    default = spec.default_quant.upper()
    known = [(quant, size) for quant, size in sizes.items() if size is not None]
    known.sort(key=lambda item: (item[0].upper() != default, -item[1]))
    yield from known


def _does_not_fit(
    spec: ModelSpec,
    sizes: Mapping[str, int | None],
    allowed: Collection[str] | None,
    free: int,
    context: int | None,
) -> DoesNotFit:
    tried = context or min(spec.architecture.context, LEAST)
    known = list(_by_preference(spec, sizes))
    candidates = [one for one in known if allowed is None or one[0].upper() in allowed] or known
    quant, weights = min(candidates, key=lambda one: one[1])
    needed = bytes_needed(spec.architecture, weights, tried)
    return DoesNotFit(
        f"{spec.id} does not fit: {quant} with {tried} tokens of context needs "
        f"{needed / 1e9:.2f} GB of memory, and {free / 1e9:.2f} GB is free.",
        model=spec.id,
        needed=needed,
        free=free,
        hint=_what_would(spec, known, free, context),
    )


def _what_would(
    spec: ModelSpec, known: list[tuple[str, int]], free: int, context: int | None
) -> str:
    for enough in dict.fromkeys((*_contexts(spec, context), *_contexts(spec, None))):
        for quant, weights in known:
            if bytes_needed(spec.architecture, weights, enough) <= free:
                return (
                    f"{quant} with --ctx {enough} would fit: localai pull {spec.id} --quant {quant}"
                )
    return "No quantization of it fits: free some memory, or take a smaller model."


def file_to_take(spec: ModelSpec, quant: str | None, free: int) -> FileSpec:
    """The file to download: the one that is named, else the one that fits into `free` bytes.

    Raises InvalidRequest (field `quant`), DoesNotFit.
    """
    file = spec.file(quant or choose(spec, free=free).quant)
    if file is None:
        has = ", ".join(one.quant for one in spec.files)
        raise InvalidRequest(
            f"{spec.id} has no file {quant}.", field="quant", hint=f"It has: {has}."
        )
    return file
