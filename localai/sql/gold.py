"""Runs a question's right queries; it must not know what is compared with their rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from localai.errors import SQLError
from localai.sql.compare import Right
from localai.sql.database import Cell, Limits, Result
from localai.sql.source import Source

KEY = "sort_key_"
Check = Callable[[str], str]


class Sorted(NamedTuple):
    """A query with what it sorts by among its columns: `added` ones after its own, `keys` by number
    or name. keys is None where some of it cannot be had so."""

    query: str
    added: int
    keys: tuple[int | str, ...] | None


def right_rows(
    golds: tuple[str, ...], source: Source, check: Check, *, ordered: bool, limits: Limits
) -> Iterator[tuple[str, Right | SQLError]]:
    """Each right query with its rows, or with what kept it from running.

    check: PostgreSQL in, the database's own SQL out; what it refuses is tried as the database's own
    SQL. ordered: whether the question asks for an order, so that ORDER BY counts.
    """
    for gold in golds:
        try:
            yield gold, _right(gold, source, check, limits, by=sorted_by(gold) if ordered else None)
        except SQLError as error:
            yield gold, error


def _right(gold: str, source: Source, check: Check, limits: Limits, *, by: Sorted | None) -> Right:
    try:
        result = source.run(check(by.query if by else gold), limits)
    except SQLError as error:
        try:
            result = source.run(gold, limits)
        except SQLError:
            # It is meant to be PostgreSQL: what is wrong with it as that is what helps.
            raise error from None
        by = by and Sorted(gold, 0, None)
    if result.truncated:
        raise SQLError(f"The right query gives more than {limits.max_rows} rows.")
    columns = len(result.columns) - (by.added if by else 0)
    rows = [row[:columns] for row in result.rows]
    return Right(columns, rows, _keys(result, by) if by else None)


def _keys(result: Result, by: Sorted) -> list[tuple[Cell, ...]]:
    if by.keys is None:
        return [(number,) for number in range(len(result.rows))]
    names = [name.lower() for name in result.columns]
    places = [names.index(key.lower()) if isinstance(key, str) else key for key in by.keys]
    return [tuple(row[place] for place in places) for row in result.rows]


def sorted_by(gold: str) -> Sorted | None:
    """What a query sorts by; None where it does not sort, or is no PostgreSQL."""
    import sqlglot
    from sqlglot import exp

    try:
        tree = sqlglot.parse_one(gold, read="postgres")
    except sqlglot.errors.SqlglotError:
        return None
    order = tree.args.get("order")
    if not isinstance(tree, exp.Query) or order is None:
        return None
    shown = {name.lower() for name in tree.named_selects}
    keys: list[int | str] = []
    extra: list[exp.Expr] = []
    for term in order.expressions:
        key = term.this
        if isinstance(key, exp.Literal) and key.is_int:
            keys.append(int(key.name) - 1)
        elif isinstance(key, exp.Column) and not key.table and key.name.lower() in shown:
            keys.append(key.name)
        else:
            keys.append(f"{KEY}{len(extra)}")
            extra.append(exp.alias_(key.copy(), f"{KEY}{len(extra)}"))
    if extra and (not isinstance(tree, exp.Select) or tree.args.get("distinct")):
        return Sorted(gold, 0, None)
    if extra:
        tree = tree.select(*extra)
    return Sorted(tree.sql("postgres"), len(extra), tuple(keys))
