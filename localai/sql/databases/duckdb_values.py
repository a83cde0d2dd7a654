"""Finds the distinct values of DuckDB's text columns; it must not know how they are used."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from localai.schema import Table
from localai.sql.databases.values import (
    MAX_VALUES,
    SAMPLED_ROWS,
    Budget,
    few,
    filled,
    quoted_name,
)
from localai.sql.names import always_quoted

if TYPE_CHECKING:
    import duckdb

# DuckDB counts columns faster than it starts a statement: 300 tables take 0.3 s ten at a time, and
# 0.6 s one by one (2 cores).
BATCH_TABLES = 10
BATCH_ROWS = 500_000  # also what is looked at of a bigger table
COUNT_ERROR = 1.2  # of approx_count_distinct

Search = tuple[Table, list[str]]


def with_values(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[Table],
    sizes: Mapping[tuple[str, str], int],
    seconds: float,
) -> tuple[Table, ...]:
    """The tables with the values of their text columns, as far as `seconds` suffice.

    Small tables come first, views last. sizes: rows by namespace and name, about.
    """
    reader = _Reader(connection, sizes, seconds)
    searches = [
        (table, [c.name for c in table.columns if c.type == "VARCHAR"])
        for table in sorted(tables, key=lambda t: (t.is_view, sizes.get((t.namespace, t.name), 0)))
    ]
    found: dict[int, dict[str, tuple[str, ...]]] = {}
    for batch in reader.batches([each for each in searches if each[1]]):
        counted = [
            (table, [name for name, n in zip(names, counts, strict=True) if n <= reader.max_count])
            for (table, names), counts in reader.each(batch, "approx_count_distinct({})")
        ]
        kept = [search for search in counted if search[1]]
        for (table, names), lists in reader.each(kept, "list(DISTINCT {})"):
            values = zip(names, map(few, map(_listed, lists)), strict=True)
            found[id(table)] = {name: texts for name, texts in values if texts}
    return tuple(filled(table, found.get(id(table), {})) for table in tables)


def _listed(values: list[object] | None) -> list[object]:
    return values or []  # an empty table has no list at all


class _Reader:
    """Runs statements within the time that is left."""

    max_count = int(MAX_VALUES * COUNT_ERROR)

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        sizes: Mapping[tuple[str, str], int],
        seconds: float,
    ) -> None:
        self._connection = connection
        self._sizes = sizes
        self._budget = Budget(seconds)

    def batches(self, searches: Sequence[Search]) -> Iterator[list[Search]]:
        """Searches that go into one statement: of few rows together, and no view among them."""
        batch: list[Search] = []
        rows = 0
        for table, names in searches:
            size = self._size(table)
            if batch and (len(batch) == BATCH_TABLES or rows + size > BATCH_ROWS or table.is_view):
                yield batch
                batch, rows = [], 0
            batch.append((table, names))
            rows += size
        if batch:
            yield batch

    def each(self, searches: Sequence[Search], call: str) -> Iterator[tuple[Search, list[Any]]]:
        """Searches with what `call` gives for their columns, those that it can be had of."""
        parts = (
            f"SELECT {number}, [{', '.join(call.format(always_quoted(n)) for n in names)}] "
            f"FROM {self._sample(table, names)}"
            for number, (table, names) in enumerate(searches)
        )
        for number, results in self._rows(" UNION ALL ".join(parts)) if searches else ():
            yield searches[number], results

    def _size(self, table: Table) -> int:
        return self._sizes.get((table.namespace, table.name), 0)

    def _sample(self, table: Table, names: Sequence[str]) -> str:
        name, size = quoted_name(table), self._size(table)
        if table.is_view:
            columns = ", ".join(map(always_quoted, names))
            return f"(SELECT {columns} FROM {name} LIMIT {SAMPLED_ROWS})"
        share = 100 * BATCH_ROWS / max(size, 1)
        return name if share >= 100 else f"{name} TABLESAMPLE system({share:.6f} PERCENT)"

    def _rows(self, sql: str) -> list[tuple[int, list[Any]]]:
        import duckdb

        left = self._budget.left
        if not left:
            return []
        timer = threading.Timer(left, self._connection.interrupt)
        timer.start()
        try:
            return self._connection.execute(sql).fetchall()
        except (duckdb.InterruptException, duckdb.OperationalError, duckdb.DataError):
            # Out of time or memory, or a view over what cannot be computed.
            return []
        finally:
            timer.cancel()
