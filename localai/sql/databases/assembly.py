"""Makes a schema of what a database's catalogue tells; it must not know kinds of databases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from localai.errors import DatabaseError
from localai.schema import ForeignKey, Schema, Table
from localai.sql.database import Introspection
from localai.sql.databases.joins import inferred

Fill = Callable[[tuple[Table, ...]], tuple[Table, ...]]
# A table's columns and those of another that they refer to, pairwise.
Key = tuple[Table, tuple[str, ...], Table, tuple[str, ...]]


def assembled(
    tables: Sequence[Table],
    declared: Iterable[Key],
    how: Introspection,
    *,
    name: str,
    dialect: str,
    fill: Fill | None = None,
) -> Schema:
    """The tables that `how` asks for, with the keys between them, joins told by names, and values.

    Tables come with those first that a bare name finds; keys name tables by it, so others have
    none. fill: adds the values, called where `how` asks for them. name: the database's, for errors.

    Raises DatabaseError where a table of `how.tables` is not there.
    """
    chosen = _chosen(tables, how.tables, name) if how.tables else tuple(tables)
    firsts: dict[str, Table] = {}
    for table in chosen:
        firsts.setdefault(table.name.lower(), table)
    keys = tuple(
        ForeignKey(table.name, columns, target.name, to_columns)
        for table, columns, target, to_columns in declared
        if firsts.get(table.name.lower()) is table and firsts.get(target.name.lower()) is target
    )
    keys += tuple(inferred(chosen, keys))
    if fill is not None and how.values:
        chosen = fill(chosen)
    return Schema(chosen, keys, dialect)


def _chosen(tables: Sequence[Table], wanted: Sequence[str], name: str) -> tuple[Table, ...]:
    by_name: dict[str, list[Table]] = {}
    for table in tables:
        for spelling in _spellings(table):
            by_name.setdefault(spelling.lower(), []).append(table)
    missing = [each for each in wanted if each.strip().lower() not in by_name]
    if missing:
        raise DatabaseError(
            f"{name} has no table {', '.join(missing)}.", hint=_meant(missing, tables)
        )
    # A bare name means the table that SQL finds by it; where there is none, all of that name.
    found: set[int] = set()
    for each in wanted:
        named = by_name[each.strip().lower()]
        bare = [table for table in named if not table.namespace]
        found |= {id(table) for table in (bare or named)}
    return tuple(table for table in tables if id(table) in found)


def _spellings(table: Table) -> Iterator[str]:
    yield table.name
    if table.namespace:
        yield f"{table.namespace}.{table.name}"


def _meant(missing: Sequence[str], tables: Sequence[Table]) -> str:
    import difflib

    spelled = {spelling.lower(): spelling for table in tables for spelling in _spellings(table)}
    close = [
        spelled[match]
        for each in missing
        for match in difflib.get_close_matches(each.strip().lower(), spelled, n=3)
    ]
    if close:
        return f"Did you mean {', '.join(dict.fromkeys(close))}?"
    listed = [table.name for table in tables]
    shown = ", ".join(listed[:20]) + (f" and {len(listed) - 20} more" if len(listed) > 20 else "")
    return f"It has: {shown}."
