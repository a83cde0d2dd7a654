"""A database's schema as values; it must not know how a schema is read or shown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `type` is as declared (may be empty in SQLite); `values` holds the distinct
    values of a text column that has few of them, as the data spells them, sorted; empty if unknown.
    """

    name: str
    type: str
    comment: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One table or view. `namespace` is its PostgreSQL or DuckDB schema where a bare name would not
    find it, else empty."""

    name: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    is_view: bool = False
    comment: str = ""
    namespace: str = ""

    def column(self, name: str) -> Column | None:
        """The column of that name, compared without case as SQL does, or None."""
        return next((c for c in self.columns if c.name.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """`table.columns` refer to `to_table.to_columns`, pairwise; `inferred` from names alone."""

    table: str
    columns: tuple[str, ...]
    to_table: str
    to_columns: tuple[str, ...]
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Schema:
    """A whole database. `dialect` is sqlglot's name for its SQL: sqlite, duckdb or postgres.

    notes: what its user wrote down about it, such as "revenue means price * quantity".
    """

    tables: tuple[Table, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()
    dialect: str = "sqlite"
    notes: tuple[str, ...] = ()

    def table(self, name: str) -> Table | None:
        """The table of that name, compared without case as SQL does, or None."""
        return next((t for t in self.tables if t.name.lower() == name.lower()), None)
