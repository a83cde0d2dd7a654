"""Finds the distinct values of PostgreSQL's text columns; it must not know how they are used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from localai.schema import Table
from localai.sql.databases.postgres_reader import Reader, Rows
from localai.sql.databases.values import (
    FIRST_ROWS,
    MAX_VALUE_CHARS,
    MAX_VALUES,
    SAMPLED_ROWS,
    Budget,
    few,
    filled,
    quoted_name,
)
from localai.sql.names import always_quoted

TEXT = re.compile(r"(?:varchar|char|text|citext|bpchar|name)\b(?!.*\[)|character")
BATCH_TABLES = 20  # in one statement: a far server takes as long to answer for one
SAMPLED_BYTES = 2_000_000  # about 20,000 rows, of pages picked at random
# The server keeps the most frequent values of each column: all of them, where it has counted as
# many distinct ones (https://www.postgresql.org/docs/current/view-pg-stats.html).
STATISTICS = f"""
    SELECT CASE WHEN pg_table_is_visible(c.oid) THEN '' ELSE n.nspname END, c.relname, s.attname,
        s.most_common_vals::text::text[]
    FROM pg_stats s JOIN pg_namespace n ON n.nspname = s.schemaname
        JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.tablename
    WHERE s.n_distinct BETWEEN 1 AND {MAX_VALUES} AND c.reltuples > {SAMPLED_ROWS}
        AND cardinality(s.most_common_vals) >= s.n_distinct
        AND s.inherited = (c.relkind = 'p')
"""


@dataclass(frozen=True)
class Size:
    """What a table is, by pg_class.relkind, and how many bytes it has."""

    kind: str
    bytes: int


Sizes = dict[tuple[str, str], Size]


@dataclass
class _Search:
    """What is known of one table: columns that may have few values, and those values."""

    table: Table
    size: Size
    columns: list[str]
    found: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_slow(self) -> bool:
        return self.size.kind in ("v", "f")


def with_values(
    reader: Reader, tables: Sequence[Table], sizes: Sizes, seconds: float
) -> tuple[Table, ...]:
    """The tables with the values of their text columns, as far as `seconds` suffice.

    Of big tables they come from the server's statistics, else from a sample; what may take any
    time, views and foreign tables, comes last.
    """
    budget = Budget(seconds)
    searches = [
        _Search(
            table,
            sizes[table.namespace, table.name],
            [column.name for column in table.columns if TEXT.match(column.type)],
        )
        for table in tables
    ]
    _remember(reader, budget, searches)
    for slow in (False, True):
        chosen = [each for each in searches if each.columns and each.is_slow == slow]
        size = 1 if slow else BATCH_TABLES
        for batch in _batches(chosen, size):
            _look(reader, budget, batch)
        for batch in _batches([each for each in chosen if each.columns], size):
            _sample(reader, budget, batch)
    return tuple(filled(search.table, search.found) for search in searches)


def _batches(searches: Sequence[_Search], size: int) -> Iterator[Sequence[_Search]]:
    for start in range(0, len(searches), size):
        yield searches[start : start + size]


def _remember(reader: Reader, budget: Budget, searches: Iterable[_Search]) -> None:
    rows = reader.some(STATISTICS, budget.left) if budget.left else None
    known = {(space, table, column): values for space, table, column, values in rows or ()}
    for search in searches:
        for name in list(search.columns):
            values = known.get((search.table.namespace, search.table.name, name))
            if values is not None:
                search.found[name] = few(values) or ()
                search.columns.remove(name)


def _look(reader: Reader, budget: Budget, batch: Sequence[_Search]) -> None:
    """Read the first rows: all of a small table, and enough to see that a column has many."""
    parts = []
    for number, search in enumerate(batch):
        cells = (f"left({always_quoted(n)}::text, {MAX_VALUE_CHARS + 1})" for n in search.columns)
        parts.append(
            f"(SELECT {number}, ARRAY[{', '.join(cells)}] FROM {quoted_name(search.table)} "
            f"LIMIT {FIRST_ROWS + 1})"
        )
    rows = _read(reader, budget, parts)
    for number, search in enumerate(batch):
        mine = [cells for place, cells in rows or () if place == number]
        kept = []
        for place, name in enumerate(search.columns if rows is not None else ()):
            values = few({cells[place] for cells in mine})
            if values is None:
                continue
            if len(mine) > FIRST_ROWS:
                kept.append(name)
            # Should there be no time for a sample: this few of them are likely all.
            if len(mine) <= FIRST_ROWS or len(values) <= FIRST_ROWS // 10:
                search.found[name] = values
        search.columns = kept


def _sample(reader: Reader, budget: Budget, batch: Sequence[_Search]) -> None:
    parts = []
    for number, search in enumerate(batch):
        lists = []
        for name in map(always_quoted, search.columns):
            sample = f"SELECT {name} AS v FROM {_sampled(search)}"
            lists.append(
                f"to_json(ARRAY(SELECT DISTINCT left(v::text, {MAX_VALUE_CHARS + 1}) "
                f"FROM ({sample}) s LIMIT {MAX_VALUES + 2}))"
            )
        parts.append(f"(SELECT {number}, ARRAY[{', '.join(lists)}])")
    for number, listed in _read(reader, budget, parts) or ():
        for name, values in zip(batch[number].columns, listed, strict=True):
            batch[number].found[name] = few(values) or ()


def _sampled(search: _Search) -> str:
    table = quoted_name(search.table)
    if search.size.kind not in ("r", "m", "p"):
        return f"{table} LIMIT {SAMPLED_ROWS}"
    share = 100 * SAMPLED_BYTES / max(search.size.bytes, 1)
    return table if share >= 100 else f"{table} TABLESAMPLE SYSTEM ({share:.6f})"


def _read(reader: Reader, budget: Budget, parts: Sequence[str]) -> Rows | None:
    """The rows of all parts at once, or of those parts that can be had one by one."""
    if not parts or not budget.left:
        return None
    rows = reader.some(" UNION ALL ".join(parts), budget.left)
    if rows is not None or len(parts) == 1:
        return rows
    found: Rows = []
    for part in parts:
        found += reader.some(part, budget.left) or () if budget.left else ()
    return found
