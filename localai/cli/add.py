"""`localai add` and `rm`: a GGUF of one's own becomes a model's weights, and goes again.

It must not know where weights or registry entries are kept.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from localai.cli.output import note, printable, size
from localai.errors import LocalAIError, NotDownloaded, UnknownModel
from localai.model import FileSpec, ModelSpec
from localai.registry import Registry, add_local, remove_local
from localai.weights.check import architecture
from localai.weights.gguf import read_header
from localai.weights.store import Installed, Store

EMBEDDED = "@localai/"
POOLINGS = (1, 2, 3)
"""llama.h's mean, first and last token: such a file makes vectors, and no text."""


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--id", "model", required=True, help="A new ID, or one of the registry.")
@click.option("--quant", metavar="Q", help="Its quantization. Default: what the file says.")
@click.option("--copy", is_flag=True, help="Copy the file; else it is linked.")
@click.option("--force", is_flag=True, help="Take a file of another architecture; says so.")
def add(file: Path, model: str, quant: str | None, copy: bool, force: bool) -> None:
    """Take FILE, a GGUF on this disk, as the weights of a model.

    Under a registry ID the file must have that model's architecture. A new ID begins with @cf/,
    @hf/, @local/ or qianfan:, and uses the chat template in the file, if there is one.

    \b
    Examples:
      localai add ./my-model.Q4_K_M.gguf --id @local/my-model
      localai add ./sqlcoder-7b-q5_k_m.gguf --id @cf/defog/sqlcoder-7b-2
    """
    file = file.expanduser().absolute()
    spec = _known(model)
    if spec is not None and spec.id.startswith(EMBEDDED):
        raise LocalAIError(
            f"{spec.id} is part of this package and keeps its own weights.",
            hint="Add the file under an ID of your own, such as @local/my-model.",
        )
    store = Store()
    if spec is None or _is_own(spec):
        own = _described(file, spec.id if spec else model, quant)
        installed = _add_own(store, file, own, before=spec, copy=copy)
    else:
        installed = store.add(spec, file, quant=quant, copy=copy, force=force)
    name = spec.id if spec else model
    click.echo(f"{name} {installed.quant} is {installed.path} ({size(installed.bytes)})")
    for remark in installed.notes:
        note(printable(remark))


@click.command()
@click.argument("model")
@click.option("--quant", metavar="Q", help="Only this quantization.")
def rm(model: str, quant: str | None) -> None:
    """Remove MODEL's weights from this disk.

    Of a file that was added by a link, only the link goes. A model of your own also leaves the
    registry with its last file.

    \b
    Examples:
      localai rm @cf/meta/llama-3.2-1b-instruct
      localai rm @local/my-model --quant Q4_K_M
    """
    spec, store = Registry.load().resolve(model), Store()
    if spec.id.startswith(EMBEDDED):
        raise LocalAIError(f"{spec.id} is part of this package and cannot be removed alone.")
    if store.find(spec, quant) is None and not _is_own(spec):
        raise NotDownloaded(spec.id)
    freed = store.remove(spec, quant)
    if _is_own(spec):
        _leave_registry(spec, quant)
    what = f"{size(freed)} freed" if freed else "the file that was added stays"
    click.echo(f"Removed {spec.id}{f' {quant}' if quant else ''}: {what}.")


def _known(model: str) -> ModelSpec | None:
    try:
        return Registry.load().resolve(model)
    except UnknownModel:
        return None


def _is_own(spec: ModelSpec) -> bool:
    """Whether `add` made the entry: all of its files are on this disk and none is on the Hub."""
    return all(file.path and not file.repository for file in spec.files)


def _add_own(
    store: Store, file: Path, spec: ModelSpec, *, before: ModelSpec | None, copy: bool
) -> Installed:
    # First the entry, which may be refused; then the file, which may be large.
    add_local(spec)
    try:
        installed = store.add(spec, file, quant=spec.default_quant, copy=copy)
    except BaseException:
        remove_local(spec.id)
        if before:
            add_local(before)
        raise
    new = FileSpec(installed.quant, file.name, bytes=installed.bytes, path=installed.path)
    others = [one for one in (before.files if before else ()) if one.quant != new.quant]
    add_local(replace(spec, files=(new, *others)))
    return installed


def _described(file: Path, model: str, quant: str | None) -> ModelSpec:
    """A registry entry from the file's own header. Raises InvalidGGUF, LocalAIError."""
    header = read_header(file)
    quant = (quant or header.quant or "").upper()
    if not quant:
        raise LocalAIError(
            f"{file} does not say its quantization.", hint="Name it with --quant, e.g. Q4_K_M."
        )
    said = header.metadata
    return ModelSpec(
        id=model,
        title=str(said.get("general.name") or file.stem),
        architecture=architecture(header),
        files=(FileSpec(quant, file.name, bytes=file.stat().st_size, path=file),),
        default_quant=quant,
        prompt="gguf" if "tokenizer.chat_template" in said else "plain",
        licence=str(said.get("general.license") or "unknown"),
        description=f"Added from {file.name}.",
        embeds=said.get(f"{header.architecture}.pooling_type") in POOLINGS,
    )


def _leave_registry(spec: ModelSpec, quant: str | None) -> None:
    rest = tuple(file for file in spec.files if quant and file.quant.upper() != quant.upper())
    if not rest:
        if not remove_local(spec.id):
            raise LocalAIError(f"{spec.id} stands in a registry file of yours: take it out there.")
    elif len(rest) < len(spec.files):
        add_local(replace(spec, files=rest, default_quant=rest[0].quant))
