"""`localai cache`: the prefixes of prompts that are kept on disk, listed and removed.

It must not know what is in their files.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import click

from localai.cli.output import emit, json_option, note, printable, size, table
from localai.errors import LocalAIError
from localai.prefixes import Entry, Folder, prefix_directory
from localai.registry import Registry


@click.group(invoke_without_command=True)
@click.pass_context
def cache(ctx: click.Context) -> None:
    """List and remove what is kept on disk of long prompts, such as schemas.

    A prompt that takes long to read is kept after it was read: the next one that begins alike, also
    after a restart, starts where the two part. It is stored as numbers of the model and as tokens,
    which anyone can turn back into the prompt, so only you may read the files. Commands that load
    a model have --disk-cache to set the size, or to keep nothing.

    \b
    Examples:
      localai cache ls
      localai cache clear @cf/defog/sqlcoder-7b-2
      localai serve --disk-cache 2GB
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(ls)


@cache.command()
@json_option
def ls(as_json: bool = False) -> None:
    """List the kept prompts: model, tokens, size, and when each was last of use.

    \b
    Examples:
      localai cache ls
      localai cache ls --json
    """
    folder = Folder(prefix_directory())
    found = sorted(folder.entries(), key=lambda one: -one[1])
    used = folder.used()
    if as_json:
        told = [facts(entry, last) for entry, last in found]
        return emit({"folder": str(folder.root), "bytes": used, "prefixes": told})
    if not found:
        note("Nothing is kept yet: prompts that take half a second and more to read will be.")
        return None
    now = time.time()
    rows = [
        (entry.about.get("model", ""), entry.about.get("quant", ""), entry.about.get("adapter", ""),
         len(entry.tokens), size(entry.size), _ago(now - last), _ago(now - entry.created))
        for entry, last in found
    ]  # fmt: skip
    names = ("model", "file", "adapter", "tokens", "size", "last used", "written")
    table(names, rows, right=(3, 4), whole=(0,))
    note(f"{size(used)} in {printable(str(folder.root))}")
    return None


@cache.command(short_help="Remove kept prompts.")
@click.argument("model", required=False)
@json_option
def clear(model: str | None, as_json: bool) -> None:
    """Remove the kept prompts of MODEL, or all of them. They are computed again when needed.

    \b
    Examples:
      localai cache clear
      localai cache clear @cf/defog/sqlcoder-7b-2
    """
    folder = Folder(prefix_directory())
    if model is None:
        count, freed = folder.clear()
    else:
        name = _named(model, folder)
        count, freed = folder.remove(lambda entry: entry.about.get("model") == name)
    if as_json:
        emit({"removed": count, "bytes": freed})
    else:
        click.echo(f"Removed {count} kept prompt{'' if count == 1 else 's'}: {size(freed)} freed.")


def facts(entry: Entry, last_used: float) -> dict[str, object]:
    """An entry as JSON; sizes in bytes, times in ISO 8601 and UTC."""
    return {
        "model": entry.about.get("model", ""),
        "quant": entry.about.get("quant", ""),
        "adapter": entry.about.get("adapter", ""),
        "tokens": len(entry.tokens),
        "bytes": entry.size,
        "created": _iso(entry.created),
        "last_used": _iso(last_used),
        "path": str(Path(entry.path)),
    }


def _named(model: str, folder: Folder) -> str:
    """The ID of a model, of those that the registry knows or that something is kept of."""
    kept = {entry.about.get("model", "") for entry, _ in folder.entries()}
    try:
        return Registry.load().resolve(model).id
    except LocalAIError:
        # A model that has left the registry may have left prompts behind.
        if model not in kept:
            raise
        return model


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _ago(seconds: float) -> str:
    for unit, scale in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= scale:
            return f"{int(seconds // scale)} {unit} ago"
    return "just now"
