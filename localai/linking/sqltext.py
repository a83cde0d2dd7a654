"""Owns the spelling of names, texts and periods in SQL; it must not know slots or schemas."""

from __future__ import annotations

import re

from localai.linking.values import Value
from localai.schema import Column

_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_RESERVED = frozenset(
    """all analyse analyze and any array as asc asymmetric authorization between binary both case
    cast check collate column concurrently constraint create cross current_date current_time
    current_user date default deferrable desc distinct do else end except exists false fetch
    for foreign freeze from full glob grant group having ilike in index initially inner
    intersect interval into is isnull join key lateral leading left like limit localtime match
    natural not notnull null of offset on only or order outer overlaps placing primary
    references replace returning right row rows select session_user set similar some symmetric
    table tablesample text then time timestamp to trailing transaction true union unique
    update user using values variadic verbose when where window with year month day""".split()
)

TODAY = "CURRENT_DATE"
THIS_DAY = Value("period", "today", {}, TODAY, f"{TODAY} + INTERVAL '1 day'")
# What each function of the language stands for.
SPELT = {
    **{
        f"EACH_{unit.upper()}": f"DATE_TRUNC('{unit}', {{}})"
        for unit in ("day", "week", "month", "quarter")
    },
    **{part: f"EXTRACT({part} FROM {{}})" for part in ("YEAR", "MONTH", "HOUR")},
    "WEEKDAY": "EXTRACT(DOW FROM {})",
    "AGE": f"EXTRACT(YEAR FROM AGE({TODAY}, {{}}))",
    "PART": "100.0 * {0} / NULLIF(SUM({0}) OVER (), 0)",
}


def is_day(column: Column) -> bool:
    """Whether the column holds days without hours."""
    return column.type.strip().lower() == "date"


def days(start: str, end: str) -> str:
    """The days from `start` to `end`, which are dates without hours."""
    return f"({end} - {start})"


def share(condition: str) -> str:
    """The percentage of rows that meet the condition; of no rows at all it is NULL."""
    return f"100.0 * SUM(CASE WHEN {condition} THEN 1 ELSE 0 END) / NULLIF(COUNT(*), 0)"


def quote(name: str) -> str:
    """`name` as it stands in SQL: in double quotes where a plain word would not do."""
    if _PLAIN_NAME.fullmatch(name) and name not in _RESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """`text` as a text in SQL, its quotes doubled."""
    return "'" + text.replace("'", "''") + "'"


def against_period(column: str, operator: str, value: Value) -> str:
    """A comparison with a stretch of time: `after 2020` begins on the first day not in it."""
    inside = f"{column} >= {value.low} AND {column} < {value.high}"
    return {
        "=": f"({inside})",
        "<>": f"NOT ({inside})",
        ">": f"{column} >= {value.high}",
        ">=": f"{column} >= {value.low}",
        "<": f"{column} < {value.low}",
        "<=": f"{column} < {value.high}",
    }[operator]
