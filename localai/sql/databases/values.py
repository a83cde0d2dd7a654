"""Which columns have few enough distinct values to be listed; it must not know databases."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from localai.schema import Table
from localai.sql.names import always_quoted

MAX_VALUES = 50
MAX_VALUE_CHARS = 60
# Rows that are looked at first: they tell most columns with many values apart.
FIRST_ROWS = 200
SAMPLED_ROWS = 10_000
TEXT_TYPES = re.compile(r"CHAR|CLOB|TEXT|STRING|ENUM", re.IGNORECASE)


class Budget:
    """The time that all values together may take; no table takes more than a quarter of it."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._each = seconds / 4

    @property
    def left(self) -> float:
        """Seconds that the next statement may take; 0 where there is nothing left."""
        return max(0.0, min(self._each, self._until - time.monotonic()))


def few(values: Iterable[object]) -> tuple[str, ...] | None:
    """The texts among distinct `values`, sorted; None where they are too many or too long."""
    texts = sorted(value for value in values if isinstance(value, str) and value.strip())
    if len(texts) > MAX_VALUES or any(len(text) > MAX_VALUE_CHARS for text in texts):
        return None
    return tuple(texts)


def filled(table: Table, values: Mapping[str, Sequence[str]]) -> Table:
    """The table with the values that were found of its columns, by name."""
    columns = (replace(c, values=tuple(values.get(c.name, c.values))) for c in table.columns)
    return replace(table, columns=tuple(columns))


def quoted_name(table: Table) -> str:
    """The table's name as SQL, after its namespace where it has one."""
    name = always_quoted(table.name)
    return f"{always_quoted(table.namespace)}.{name}" if table.namespace else name
