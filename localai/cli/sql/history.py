"""`localai sql history`: what was asked before; it must not know how it was answered."""

from __future__ import annotations

from datetime import datetime

import click

from localai.cli.output import emit, json_option, note, printable
from localai.sql.databases import describe
from localai.sql.history import Entry, History
from localai.weights.store import data_directory


@click.command("history")
@click.option("--search", default="", metavar="TEXT", help="Questions and SQL with these words.")
@click.option("--db", "target", metavar="TARGET", help="Questions about this database only.")
@click.option("--limit", type=click.IntRange(1), default=20, metavar="N", show_default=True,
              help="The latest N.")  # fmt: skip
@click.option("--clear", is_flag=True, help="Forget all questions, or with --db that database's.")
@click.option("--yes", is_flag=True, help="With --clear: do not ask.")
@json_option
def history(
    search: str, target: str | None, limit: int, clear: bool, yes: bool, as_json: bool
) -> None:
    """Show what was asked before, with its SQL and time; rows are never kept.

    \b
    Examples:
      localai sql history
      localai sql history --search "berlin" --db shop.db
      localai sql history --clear
    """
    kept = History(data_directory())
    key = describe(target)[1] if target else None
    if clear:
        if search:
            raise click.UsageError("--clear does not go with --search.")
        which = f"about {target}" if target else "about all databases"
        if not yes and not click.confirm(f"Forget all questions {which}?", err=True):
            note("Kept.")
            click.get_current_context().exit(1)
        note(f"Forgotten: {kept.clear(key)} questions.")
        return
    found = kept.entries(database=key, search=search, limit=limit)
    for remark in kept.remarks:
        note(printable(remark))
    if as_json:
        emit([one.to_dict() for one in found])
    else:
        tell(found)


def tell(found: list[Entry]) -> None:
    """The entries, oldest first, as a terminal scrolls."""
    for one in reversed(found):
        for line in lines(one):
            click.echo(printable(line))
    if not found:
        note("Nothing was asked so far, or nothing that fits.")


def lines(one: Entry) -> list[str]:
    when = datetime.fromisoformat(one.asked_at).astimezone().strftime("%Y-%m-%d %H:%M")
    seconds = one.model_seconds + one.database_seconds
    count = one.row_count
    rows = "" if count is None else ", 1 row" if count == 1 else f", {count} rows"
    told = [f"{when}  {one.name}  {one.question}"]
    if one.sql is None:
        return [*told, f"    no answer: {one.reason}"]
    return [*told, f"    {one.sql}", f"    {seconds:.1f} s{rows}, {one.model or 'own SQL'}"]
