"""Reads the schema of a PostgreSQL database into values; it must not know prompts or models."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from localai.errors import DatabaseError
from localai.schema import Column, Schema, Table
from localai.sql.database import Introspection
from localai.sql.databases.assembly import Key, assembled
from localai.sql.databases.postgres_reader import Reader
from localai.sql.databases.postgres_values import Size, Sizes, with_values
from localai.sql.databases.values import few
from localai.sql.names import quoted

if TYPE_CHECKING:
    import psycopg

# Tables, views, materialised views and foreign tables of the users: neither partitions, which
# their table stands for, nor what an extension keeps for itself.
RELATIONS = """
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
        AND n.nspname !~ '^(pg_|_timescaledb)' AND n.nspname <> 'information_schema'
        AND NOT EXISTS (
            SELECT FROM pg_depend e
            WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e'
        )
"""
TABLES = f"""
    SELECT c.oid::bigint, CASE WHEN pg_table_is_visible(c.oid) THEN '' ELSE n.nspname END,
        c.relname, c.relkind::text, coalesce(obj_description(c.oid, 'pg_class'), ''),
        %s
    {RELATIONS} AND has_schema_privilege(n.oid, 'USAGE')
        AND (has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT'))
    ORDER BY NOT pg_table_is_visible(c.oid), n.nspname, c.oid
"""
SIZE = """
    CASE WHEN c.relkind = 'p'
        THEN (SELECT sum(pg_relation_size(t.relid)) FROM pg_partition_tree(c.oid) t)::bigint
        ELSE pg_relation_size(c.oid) END
"""
# The size when it was last counted, which waits for no lock.
OLD_SIZE = "c.relpages::bigint * 8192"
# A domain is shown as the type that it narrows.
COLUMNS = f"""
    WITH RECURSIVE base (oid, type, mod) AS (
        SELECT oid, oid, -1 FROM pg_type WHERE typtype <> 'd'
        UNION ALL
        SELECT t.oid, b.type, CASE WHEN t.typtypmod <> -1 THEN t.typtypmod ELSE b.mod END
        FROM pg_type t JOIN base b ON t.typbasetype = b.oid WHERE t.typtype = 'd'
    ), labels AS (
        SELECT enumtypid AS oid, array_agg(enumlabel::text ORDER BY enumsortorder) AS labels
        FROM pg_enum GROUP BY enumtypid
    ), relation AS (SELECT c.oid {RELATIONS})
    SELECT a.attrelid::bigint, a.attname,
        format_type(b.type, CASE WHEN a.atttypmod <> -1 THEN a.atttypmod ELSE b.mod END),
        t.typcategory::text, coalesce(d.description, ''), l.labels
    FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid
        JOIN base b ON b.oid = a.atttypid JOIN pg_type t ON t.oid = b.type
        LEFT JOIN labels l ON l.oid = b.type
        LEFT JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = a.attrelid
            AND d.objsubid = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped
        AND has_column_privilege(a.attrelid, a.attnum, 'SELECT')
    ORDER BY a.attrelid, a.attnum
"""
KEYS = """
    SELECT k.conrelid::bigint, k.contype::text, k.confrelid::bigint,
        (SELECT array_agg(a.attname::text ORDER BY u.place)
            FROM unnest(k.conkey) WITH ORDINALITY u (number, place)
            JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number),
        (SELECT array_agg(a.attname::text ORDER BY u.place)
            FROM unnest(k.confkey) WITH ORDINALITY u (number, place)
            JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number)
    FROM pg_constraint k WHERE k.contype IN ('p', 'f') AND k.conparentid = 0
    ORDER BY k.conrelid, k.oid
"""
# Shorter words for the same types, as people and models write them.
SHORTER = (
    (re.compile(r"^character varying"), "varchar"),
    (re.compile(r"^character"), "char"),
    (re.compile(r"^(timestamp|time)(\(\d\))? without time zone"), r"\1\2"),
    (re.compile(r"^(timestamp|time)(\(\d\))? with time zone"), r"\1tz\2"),
)
SIZE_SECONDS = 2.0
SECONDS = 30.0  # for each reading of the catalogue
VIEWS = ("v", "m")


def introspect(connection: psycopg.Connection[Any], how: Introspection, name: str) -> Schema:
    """Tables, views, columns, comments, keys, joins and the few distinct values of text columns.

    Only what the role may read; materialised views count as views. name: as errors say it.

    Raises DatabaseError: no table, none that may be read, or one of `how.tables` is not there.
    """
    reader = Reader(connection, name)
    tables, sizes = _tables(reader, how)
    if not tables:
        raise _nothing(reader, name)
    return assembled(
        tuple(tables.values()),
        _declared(reader, tables),
        how,
        name=name,
        dialect="postgres",
        fill=lambda chosen: with_values(reader, chosen, sizes, how.seconds),
    )


def _tables(reader: Reader, how: Introspection) -> tuple[dict[int, Table], Sizes]:
    """Tables by oid, those first that a bare name finds, and how big they are."""
    columns: dict[int, list[Column]] = {}
    for oid, *column in reader.all(COLUMNS, SECONDS):
        columns.setdefault(oid, []).append(_column(how, *column))
    primary = {
        oid: tuple(names) for oid, kind, _, names, _ in reader.all(KEYS, SECONDS) if kind == "p"
    }
    tables: dict[int, Table] = {}
    sizes: Sizes = {}
    found = reader.some(TABLES % SIZE, SIZE_SECONDS)
    if found is None:
        found = reader.all(TABLES % OLD_SIZE, SECONDS)
    for oid, space, name, kind, comment, size in found:
        if oid in columns:
            readable = {column.name for column in columns[oid]}
            key = primary.get(oid, ())
            tables[oid] = Table(
                name,
                tuple(columns[oid]),
                key if readable.issuperset(key) else (),
                kind in VIEWS,
                comment,
                space,
            )
            sizes[space, name] = Size(kind, size or 0)
    return tables, sizes


def _column(
    how: Introspection, name: str, type_: str, category: str, comment: str, labels: list[str] | None
) -> Column:
    if labels is not None and category == "E":
        return Column(name, "ENUM", comment, (few(labels) or ()) if how.values else ())
    for pattern, short in SHORTER:
        type_ = pattern.sub(short, type_)
    return Column(name, type_, comment)


def _declared(reader: Reader, tables: Mapping[int, Table]) -> Iterator[Key]:
    for oid, kind, to_oid, columns, to_columns in reader.all(KEYS, SECONDS):
        here, there = tables.get(oid), tables.get(to_oid)
        if kind != "f" or here is None or there is None:
            continue
        if all(map(here.column, columns)) and all(map(there.column, to_columns)):
            yield here, tuple(columns), there, tuple(to_columns)


def _nothing(reader: Reader, name: str) -> DatabaseError:
    ((tables, role),) = reader.all(f"SELECT count(*), current_user::text {RELATIONS}", SECONDS)
    if not tables:
        return DatabaseError(f"{name} has no tables.", hint="Check the database's name.")
    return DatabaseError(
        f"{name} has {tables} tables, and {role} may read none of them.",
        hint="Their owner can allow that: GRANT SELECT ON ALL TABLES IN SCHEMA public TO "
        f"{quoted(role)}; (and GRANT USAGE ON SCHEMA for others than public).",
    )
