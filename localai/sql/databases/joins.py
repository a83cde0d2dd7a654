"""Tells which columns refer to which tables by their names; it must not know kinds of databases.

`orders.customer_id` is `customers.id`: undeclared in all files and in many databases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from localai.schema import Column, ForeignKey, Table
from localai.sql.databases.table_names import TableNames, words

ID_WORDS = {"id", "key", "uuid", "guid", "sk", "fk"}  # of any primary key
KEY_WORDS = ID_WORDS | {"code", "no", "nr", "num", "number"}  # the others name the column as well
GLUED = ("id", "key", "code")  # `customerid`: what PostgreSQL makes of customerId
GENERIC = KEY_WORDS | {"name", "uid", "pk", "date", "type", "title", "status", "value"}
Keys = dict[str, list[tuple[Table, Column]]]
MAX_PREFIX = 5  # letters of a prefix that all columns of a table share, as `l_` in TPC-H
TYPE_KINDS = (
    (re.compile(r"uuid|uniqueidentifier", re.IGNORECASE), "uuid"),
    (
        re.compile(r"\[|struct|map|json|union|bool|date|time|interval|blob|bytea|point|geo", re.I),
        "",
    ),
    (re.compile(r"int|serial|numeric|number|dec|real|floa|doub", re.IGNORECASE), "number"),
    (re.compile(r"char|text|string|clob|name|enum", re.IGNORECASE), "text"),
)


def inferred(tables: Sequence[Table], declared: Iterable[ForeignKey]) -> Iterator[ForeignKey]:
    """The joins that names tell of, one at most for each column that declares none itself."""
    known = {(key.table, column) for key in declared for column in key.columns}
    names, keys = TableNames(tables), _keys(tables)
    for table in names.tables:
        for column, named in zip(table.columns, _column_words(table), strict=True):
            if (table.name, column.name) in known:
                continue
            found = _by_stem(names, table, column, named)
            found = found or _by_key(names, keys, table, column, named)
            if found is not None:
                target, to = found
                yield ForeignKey(table.name, (column.name,), target.name, (to.name,), True)


def _column_words(table: Table) -> list[list[str]]:
    named = [words(column.name) for column in table.columns]
    firsts = {each[0] for each in named if len(each) > 1}
    shared = len(named) > 2 and len(firsts) == 1 and all(len(each) > 1 for each in named)
    return [each[1:] for each in named] if shared and len(firsts.pop()) <= MAX_PREFIX else named


def _keys(tables: Sequence[Table]) -> Keys:
    """Tables by the name of their primary key, where it is one column with a name of its own."""
    found: Keys = {}
    for table in tables:
        for column, named in zip(table.columns, _column_words(table), strict=True):
            if table.primary_key == (column.name,) and "".join(named) not in GENERIC:
                found.setdefault("".join(named), []).append((table, column))
    return found


def _by_stem(
    names: TableNames, table: Table, column: Column, named: list[str]
) -> tuple[Table, Column] | None:
    """`customer_id`, `billing_customer_id`, `id_customer` and the like: the table is named."""
    parts = _stem(named)
    if parts is None:
        return None
    stem, suffix = parts
    for start in range(len(stem)):
        target = names.find(stem[start:], table)
        if target is table and start == 0:
            return None  # its own key
        to = target and _column_of(target, column, stem[start:], suffix)
        if target and to:
            return target, to
    own = _column_of(table, column, [], suffix) if stem == ["parent"] else None
    return (table, own) if own else None


def _stem(named: list[str]) -> tuple[list[str], str] | None:
    stem, suffix = list(named), ""
    if len(stem) > 2 and stem[-1].isdigit() and stem[-2] in KEY_WORDS:
        stem.pop()  # `club_id_2`
    while len(stem) > 1 and stem[-1] in KEY_WORDS:
        suffix = stem.pop()
    if len(stem) > 1 and stem[0] in ("id", "fk"):
        stem, suffix = stem[1:], suffix or "id"
    if suffix:
        return stem, suffix
    glued = next((tail for tail in GLUED if stem and stem[-1].endswith(tail)), "")
    if not glued or stem[-1] == glued:
        return None
    return [*stem[:-1], stem[-1].removesuffix(glued)], glued


def _column_of(table: Table, column: Column, stem: list[str], suffix: str) -> Column | None:
    for candidate, named in zip(table.columns, _column_words(table), strict=True):
        is_key = table.primary_key == (candidate.name,)
        if is_key and (suffix in ID_WORDS or named[-1:] == [suffix]) and candidate is not column:
            if _compatible(column, candidate):
                return candidate
    spelled = ([suffix], [*stem, suffix], ["id"] if suffix in ID_WORDS else [suffix])
    for wanted in spelled:
        for candidate, named in zip(table.columns, _column_words(table), strict=True):
            if "".join(named) == "".join(wanted) and _compatible(column, candidate):
                return candidate
    return None


def _by_key(
    names: TableNames, keys: Keys, table: Table, column: Column, named: list[str]
) -> tuple[Table, Column] | None:
    """`custid`, `origin_apid` where one table alone has that for its key; `country`, a number,
    where there is a table of countries with numbers for keys."""
    if table.primary_key == (column.name,):
        return None
    for start in range(len(named)):
        found = [
            (target, to)
            for target, to in keys.get("".join(named[start:]), ())
            if target is not table
            and _compatible(column, to)
            and (_is_keyed(named[start:]) or names.find(named[start:], table) is target)
        ]
        if found:
            return found[0] if len(found) == 1 else None
    target = names.find(named, table)
    if target is None or target is table or _kind(column.type) not in ("number", "uuid"):
        return None
    to = next((c for c in target.columns if target.primary_key == (c.name,)), None)
    return (target, to) if to and _compatible(column, to) else None


def _is_keyed(named: list[str]) -> bool:
    last = named[-1]
    return last in KEY_WORDS or any(last.endswith(tail) and last != tail for tail in GLUED)


def _compatible(column: Column, to: Column) -> bool:
    kinds = {_kind(column.type), _kind(to.type)}
    return "" not in kinds and len(kinds - {"any"}) <= 1


def _kind(type_: str) -> str:
    # SQLite's columns may have no type, or any word for one.
    return next((kind for pattern, kind in TYPE_KINDS if pattern.search(type_)), "any")
