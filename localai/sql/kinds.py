"""The kinds of values that queries tell apart, by declared column types; it must not know trees."""

from __future__ import annotations

import re
from typing import Literal

# bigint beside integer: PostgreSQL's sum of the one is exact with decimals, of the other whole.
Kind = Literal[
    "integer", "bigint", "decimal", "real", "text", "boolean",
    "date", "timestamp", "time", "interval", "array", "json", "other",
]  # fmt: skip

WHOLE: frozenset[Kind | None] = frozenset({"integer", "bigint"})
NUMBERS: frozenset[Kind | None] = WHOLE | {"decimal", "real"}
MOMENTS: frozenset[Kind | None] = frozenset({"date", "timestamp"})

# In this order: DATETIME is a timestamp, INTERVAL no INT, and POINT neither.
PATTERNS: tuple[tuple[str, Kind], ...] = (
    (r"\[\]|^ARRAY|\bLIST\b|^STRUCT|^MAP|^UNION", "array"),
    (r"JSON", "json"),
    (r"INTERVAL", "interval"),
    (r"BOOL", "boolean"),
    (r"DATETIME|TIMESTAMP", "timestamp"),
    (r"DATE", "date"),
    (r"\bTIME", "time"),
    (r"BLOB|BYTEA|BINARY|UUID|POINT|INET|CIDR|RANGE|VECTOR", "other"),
    (r"BIGINT|BIG INT|INT8|INT64|HUGEINT|BIGSERIAL", "bigint"),
    (r"INT|SERIAL", "integer"),
    (r"CHAR|TEXT|CLOB|STRING|^NAME$", "text"),
    (r"NUMERIC|DECIMAL|NUMBER|MONEY", "decimal"),
    (r"REAL|FLOA|DOUB", "real"),
)
DECLARED = [(re.compile(pattern, re.IGNORECASE), kind) for pattern, kind in PATTERNS]


def declared(column_type: str) -> Kind | None:
    """The kind of a column by its declared type; None where the type does not tell."""
    return next((kind for pattern, kind in DECLARED if pattern.search(column_type)), None)


def promoted(left: Kind | None, right: Kind | None) -> Kind | None:
    """The kind of a sum or product of two numbers; None unless both are."""
    if left not in NUMBERS or right not in NUMBERS:
        return None
    order: tuple[Kind, ...] = ("real", "decimal", "bigint")
    return next((kind for kind in order if kind in (left, right)), "integer")
