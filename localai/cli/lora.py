"""`localai lora`: adapters of one's own, added, listed and removed.

It must not know where files or registry entries are kept, nor what is in an adapter.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from localai.cli.output import emit, json_option, note, printable, size, table
from localai.errors import LocalAIError, UnknownAdapter
from localai.model import AdapterSpec
from localai.registry import Registry, add_adapter, remove_adapter
from localai.weights.adapters import check_adapter, forget, keep, place_of
from localai.weights.store import Store


@click.group()
def lora() -> None:
    """Add, list and remove LoRA adapters: small files that change what a model says.

    \b
    Examples:
      localai lora add shop-sql ./shop-sql.gguf --model @cf/defog/sqlcoder-7b-2
      localai lora ls
    """


@lora.command(short_help="Take a GGUF file on this disk as an adapter.")
@click.argument("name")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--model", required=True, metavar="ID", help="The model that it was made for.")
@click.option("--description", default="", metavar="TEXT", help="What it is good for.")
@click.option("--copy", is_flag=True, help="Copy the file; else it is linked.")
def add(name: str, file: Path, model: str, description: str, copy: bool) -> None:
    """Take FILE, a LoRA adapter in GGUF, under NAME; requests name it in `lora`.

    It has at most rank 32 and 500 MB, as on Workers AI. llama.cpp's convert_lora_to_gguf.py makes
    one of an adapter in PEFT's form. A server that is running knows it after its next start.

    \b
    Examples:
      localai lora add shop-sql ./shop-sql.gguf --model @cf/defog/sqlcoder-7b-2
      localai lora add polite ./polite.gguf --model @local/mine --copy
    """
    file = file.expanduser().absolute()
    spec = Registry.load().resolve(model)
    installed = Store().find(spec)
    found = check_adapter(file, spec, installed.path if installed else None)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    path = place_of(name)
    # First the entry, which may be refused; then the file, which may be large.
    add_adapter(
        AdapterSpec(name, spec.id, path, description, found.rank, found.alpha, found.bytes, now)
    )
    try:
        keep(file, path, copy=copy)
    except BaseException:
        remove_adapter(name)
        raise
    click.echo(f"{name} (rank {found.rank}, {size(found.bytes)}) is an adapter of {spec.id}")
    for remark in found.notes:
        note(printable(remark))


@lora.command()
@json_option
def ls(as_json: bool) -> None:
    """List the adapters, each with its model.

    \b
    Examples:
      localai lora ls
      localai lora ls --json
    """
    adapters = Registry.load().adapters
    if as_json:
        return emit([facts(one) for one in adapters])
    if not adapters:
        note("There is none yet: localai lora add NAME FILE.gguf --model ID")
    rows = [
        (one.name, one.model, one.rank or "", size(one.bytes), _state(one), one.description)
        for one in adapters
    ]
    names = ("adapter", "model", "rank", "size", "file", "about")
    table(names, rows, right=(2, 3), whole=(0, 1))
    return None


@lora.command(short_help="Remove an adapter.")
@click.argument("name")
def rm(name: str) -> None:
    """Remove the adapter NAME; of a file that was linked, only the link goes.

    \b
    Examples:
      localai lora rm shop-sql
    """
    known = Registry.load().adapters
    adapter = next((one for one in known if name.casefold() in (one.name.casefold(), one.id)), None)
    if adapter is None:
        raise UnknownAdapter(printable(name)[:100], tuple(one.name for one in known))
    if not remove_adapter(adapter.name):
        raise LocalAIError(f"{adapter.name} stands in a registry file: take it out there.")
    freed = forget(adapter)
    what = f"{size(freed)} freed" if freed else "the file that was added stays"
    click.echo(f"Removed {adapter.name}: {what}.")


def facts(adapter: AdapterSpec) -> dict[str, object]:
    """An adapter as JSON: the registry's keys, its ID, and whether its file is there."""
    there = adapter.path.is_file()
    return {"id": adapter.id, **asdict(adapter), "path": str(adapter.path), "there": there}


def _state(adapter: AdapterSpec) -> str:
    return "" if adapter.path.is_file() else "missing"
