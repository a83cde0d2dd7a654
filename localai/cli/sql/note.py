"""`localai sql note`: what a user wrote down about a database; it must not know what it is for."""

from __future__ import annotations

from pathlib import Path

import click

from localai.cli.output import emit, json_option, note, printable
from localai.sql.databases import describe
from localai.sql.notes import Notes
from localai.weights.store import data_directory


@click.command("note")
@click.argument("text", required=False)
@click.option("--db", "target", metavar="TARGET", required=True, help="The database.")
@click.option("--list", "listed", is_flag=True, help="List the notes, with their numbers.")
@click.option("--remove", type=click.IntRange(1), metavar="N", help="Forget note number N.")
@json_option
def note_(text: str | None, target: str, listed: bool, remove: int | None, as_json: bool) -> None:
    """Write down what the words of your questions mean in a database.

    Each note stands in every prompt about that database. Without TEXT they are listed.

    \b
    Examples:
      localai sql note --db shop.db "revenue means price * quantity"
      localai sql note --db shop.db --list
      localai sql note --db shop.db --remove 2
    """
    if sum((text is not None, listed, remove is not None)) > 1:
        raise click.UsageError("Give a text, or --list, or --remove: one of them.")
    if "://" not in target and not Path(target).exists():
        raise click.UsageError(f"--db {target}: there is no such file or folder.")
    name, key = describe(target)
    notes = Notes(data_directory(), key)
    if text is not None:
        added = notes.add(text)
        told = f"Noted for {name}." if added else f"That is noted for {name} already."
    elif remove is not None:
        told = f"Forgotten: {notes.remove(remove)}"
    else:
        told = ""
    for remark in notes.remarks:
        note(printable(remark))
    if as_json:
        emit({"database": name, "notes": list(notes.all())})
    elif told:
        note(printable(told))
    else:
        _list(notes.all(), name)


def _list(notes: tuple[str, ...], name: str) -> None:
    for number, text in enumerate(notes, 1):
        click.echo(f"{number}  {printable(text)}")
    if not notes:
        note(f"There is no note about {printable(name)}.")
