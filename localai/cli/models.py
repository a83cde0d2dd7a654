"""`localai models`, `show` and `fit`: what the registry knows and this disk has.

It must not know how a registry is read or what a file weighs in memory; it only shows that.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from localai import machine
from localai.cli.lora import facts as adapter_facts
from localai.cli.output import emit, json_option, printable, size, table
from localai.errors import DoesNotFit
from localai.model import FileSpec, ModelSpec
from localai.registry import Registry
from localai.weights.fit import FitRow, choose
from localai.weights.fit import fit as fit_rows
from localai.weights.store import Store


@click.command()
@json_option
def models(as_json: bool) -> None:
    """List the models that the registry knows, and which of their files are on this disk.

    \b
    Examples:
      localai models
      localai models --json
    """
    store = Store()
    known = [(spec, _installed(spec, store)) for spec in Registry.load().models]
    if as_json:
        return emit([_facts(spec, installed) for spec, installed in known])
    rows = [
        (spec.id, _size_of(spec.file()), spec.default_quant, ", ".join(installed))
        for spec, installed in known
    ]
    table(("model", "size", "file", "on this disk"), rows, right=(1,), whole=(0,))
    return None


@click.command()
@click.argument("model")
@json_option
def show(model: str, as_json: bool) -> None:
    """Show MODEL: limits, files with sizes, licence, what is on this disk, memory needed.

    \b
    Examples:
      localai show @cf/defog/sqlcoder-7b-2
      localai show sqlcoder_7b --json
    """
    spec, store = Registry.load().resolve(model), Store()
    installed = _installed(spec, store)
    if as_json:
        return emit({**_facts(spec, installed), "fit": _fit(spec, installed)})
    for name, value in _lines(spec):
        if value:
            click.echo(f"{name:13} {printable(str(value))}")
    _show_rows(spec, fit_rows(spec, free=machine.memory().free, installed=installed))
    return None


@click.command()
@click.argument("model")
@click.option("--ctx", "ctx_tokens", type=click.IntRange(min=16), metavar="N",
              help="Tokens of context to reckon with. Default: chosen.")  # fmt: skip
@json_option
def fit(model: str, ctx_tokens: int | None, as_json: bool) -> None:
    """Show the memory that each file of MODEL takes, and which one is chosen for this machine.

    Memory is weights, KV cache for the context, and llama.cpp's work buffers.

    \b
    Examples:
      localai fit @cf/defog/sqlcoder-7b-2
      localai fit @cf/defog/sqlcoder-7b-2 --ctx 8192 --json
    """
    spec, free = Registry.load().resolve(model), machine.memory().free
    installed = _installed(spec, Store())
    if as_json:
        return emit({"model": spec.id, **_fit(spec, installed, ctx_tokens)})
    rows = fit_rows(spec, free=free, context=ctx_tokens, installed=installed)
    click.echo(f"{spec.id} at {rows[0].context} tokens of context; {size(free)} of memory is free.")
    _show_rows(spec, rows)
    chosen = choose(spec, free=free, context=ctx_tokens, installed=installed)
    click.echo(f"Chosen: {chosen.quant} with {chosen.context} tokens, {size(chosen.needed)}.")
    return None


def _installed(spec: ModelSpec, store: Store) -> dict[str, int]:
    """Quantization -> bytes of what is on this disk."""
    return {one.quant: one.bytes for one in store.installed(spec)}


def _size_of(file: FileSpec | None) -> str:
    return size(file.size if file else None)


def _show_rows(spec: ModelSpec, rows: tuple[FitRow, ...]) -> None:
    words = {True: "yes", False: "no", None: "unknown"}
    shown = [
        (
            row.quant + (" *" if row.quant == spec.default_quant else ""),
            size(row.weights),
            size(row.kv_per_1k),
            size(row.total),
            words[row.fits],
            "yes" if row.installed else "",
        )
        for row in rows
    ]
    names = ("file", "weights", "KV per 1k tokens", "total", "fits", "on this disk")
    table(names, shown, right=(1, 2, 3))
    click.echo("* the default")


def _lines(spec: ModelSpec) -> list[tuple[str, object]]:
    limits, native = spec.limits, spec.architecture.context
    return [
        ("model", spec.id),
        ("title", spec.title + (" (beta)" if spec.beta else "")),
        ("about", spec.description),
        ("task", "embeddings (/v1/embeddings)" if spec.embeds else ""),
        ("made from", spec.base_model),
        ("licence", spec.licence),
        ("terms", spec.terms_url),
        ("aliases", ", ".join(spec.aliases)),
        *((f"in {name}", ", ".join(names)) for name, names in spec.spellings.items()),
        ("prompts", spec.prompt),
        ("context", f"{native} tokens (enforced: the smaller of this and --ctx)"),
        ("documented", limits.context_tokens and f"{limits.context_tokens} tokens of context"),
        ("sequence", limits.sequence_tokens and f"{limits.sequence_tokens} tokens, documented"),
        ("max_tokens", f"{limits.max_tokens}, streamed {limits.max_tokens_stream} (defaults)"),
        ("adapters", ", ".join(one.name for one in spec.adapters)),
    ]


def _facts(spec: ModelSpec, installed: dict[str, int]) -> dict[str, Any]:
    """A model as JSON: the registry's keys, and for each file whether it is on this disk."""
    facts = asdict(spec) | {"spellings": dict(spec.spellings), "installed": list(installed)}
    for file, entry in zip(spec.files, facts["files"], strict=True):
        entry["path"] = None if file.path is None else str(file.path)
        entry["size"] = file.size
        entry["installed"] = file.quant in installed
    facts["adapters"] = [adapter_facts(one) for one in spec.adapters]
    return facts


def _fit(spec: ModelSpec, installed: dict[str, int], context: int | None = None) -> dict[str, Any]:
    """The table as JSON; `choice` is null and `reason` says why where nothing fits."""
    free = machine.memory().free
    rows = fit_rows(spec, free=free, context=context, installed=installed)
    facts: dict[str, Any] = {"free": free, "rows": [asdict(row) for row in rows]}
    try:
        chosen = choose(spec, free=free, context=context, installed=installed)
    except DoesNotFit as error:
        return {**facts, "choice": None, "reason": str(error)}
    return {**facts, "choice": asdict(chosen), "reason": None}
