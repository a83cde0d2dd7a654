"""Random expressions over the table `days`, of every kind and to any depth; a seed repeats them."""

from __future__ import annotations

import random
from collections.abc import Callable

UNITS = ("day", "week", "month", "year", "hour", "minute", "second")
COUNTS = (1, 2, 3, 7, -1, -2, 10, 45)
SPANS = ("1 year 2 months", "1 month 3 days", "2 days 05:30:00", "1 day 2 hours", "-1 month 1 day")
PARTS = ("YEAR", "MONTH", "DAY", "DOW", "DOY", "HOUR", "QUARTER", "WEEK", "EPOCH", "ISODOW")
STARTS = ("year", "quarter", "month", "week", "day", "hour")
OPERATORS = ("=", "<>", "<", "<=", ">", ">=")
TEMPLATES = ("YYYY-MM", "FMMonth YYYY", "Dy DD Mon", "YYYY-MM-DD HH24:MI", "Q", "IYYY-IW", "Day")


class Expressions:
    """Makes expressions; every one is PostgreSQL, and means nothing in particular."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)

    def any(self, depth: int) -> str:
        """An expression of any kind."""
        kinds = (self.date, self.moment, self.span, self.whole, self.number, self.truth, self.text)
        return self._dice.choice(kinds)(depth)

    def _one(self, *choices: object) -> str:
        return str(self._dice.choice(choices))

    def _made(self, *choices: Callable[[], str]) -> str:
        return self._dice.choice(choices)()

    def _point(self, depth: int) -> str:
        return self._made(lambda: self.date(depth), lambda: self.moment(depth))

    def span(self, depth: int) -> str:
        """An interval."""
        plain = f"INTERVAL '{self._one(*COUNTS)} {self._one(*UNITS)}'"
        if depth <= 0:
            return plain
        return self._made(
            lambda: plain,
            lambda: f"INTERVAL '{self._one(*SPANS)}'",
            lambda: f"({self.moment(depth - 1)} - {self.moment(depth - 1)})",
            lambda: f"AGE({self.moment(depth - 1)}, {self.moment(depth - 1)})",
            lambda: f"({self.whole(0)} * INTERVAL '1 {self._one(*UNITS)}')",
        )

    def date(self, depth: int) -> str:
        """A date."""
        if depth <= 0:
            return self._one("d", "d", "DATE '2024-02-29'", "CURRENT_DATE")
        return self._made(
            lambda: self.date(0),
            lambda: f"({self.date(depth - 1)} {self._one('+', '-')} {self._one(1, 30, 'n')})",
            lambda: f"{self.moment(depth - 1)}::date",
            lambda: f"COALESCE({self.date(depth - 1)}, {self.date(0)})",
            lambda: f"CASE WHEN {self.truth(depth - 1)} THEN {self.date(0)} ELSE d END",
            lambda: f"{self._one('GREATEST', 'LEAST')}({self.date(depth - 1)}, {self.date(0)})",
        )

    def moment(self, depth: int) -> str:
        """A timestamp."""
        if depth <= 0:
            return self._one("at", "at", "d::timestamp", "TIMESTAMP '2024-02-29 10:11:12'", "NOW()")
        sign = self._one("+", "-")
        return self._made(
            lambda: self.moment(0),
            lambda: f"({self._point(depth - 1)} {sign} {self.span(depth - 1)})",
            lambda: f"DATE_TRUNC('{self._one(*STARTS)}', {self._point(depth - 1)})",
            lambda: f"COALESCE({self.moment(depth - 1)}, {self.moment(0)})",
        )

    def whole(self, depth: int) -> str:
        """An integer."""
        if depth <= 0:
            return self._one("n", "n", "2", "-3", "10")
        return self._made(
            lambda: f"({self.whole(depth - 1)} {self._one('+', '-', '*')} {self.whole(0)})",
            lambda: f"({self.whole(depth - 1)} / {self._one(2, -4, 'NULLIF(n, 0)')})",
            lambda: f"({self.whole(depth - 1)} % {self._one(2, 3, 7)})",
            lambda: f"({self.date(depth - 1)} - {self.date(depth - 1)})",
            lambda: f"({self.number(depth - 1)})::int",
        )

    def number(self, depth: int) -> str:
        """A number."""
        if depth <= 0:
            return self._one("x", "n", "2.5", "0.75")
        part = self._one(*PARTS)
        return self._made(
            lambda: f"({self.number(depth - 1)} {self._one('+', '-')} {self.number(0)})",
            lambda: f"({self.number(depth - 1)} / {self._one(2, 3.0, 'NULLIF(x, 0)')})",
            lambda: f"EXTRACT({part} FROM {self.moment(depth - 1)})",
            lambda: f"EXTRACT({self._one('YEAR', 'DAY', 'EPOCH')} FROM {self.span(depth - 1)})",
            lambda: f"ROUND(({self.number(depth - 1)})::numeric, {self._one(0, 1, 2)})",
            lambda: f"{self._one('ABS', 'FLOOR', 'CEIL')}({self.number(depth - 1)})",
        )

    def truth(self, depth: int) -> str:
        """A condition."""
        if depth <= 0:
            return self._one("n > 2", "d IS NULL", "d > '2023-06-01'", "x < 1")
        operator = self._one(*OPERATORS)
        return self._made(
            lambda: f"{self._point(depth - 1)} {operator} {self._point(depth - 1)}",
            lambda: f"{self._point(depth - 1)} {operator} '2024-01-31'",
            lambda: f"{self.span(depth - 1)} {operator} {self.span(depth - 1)}",
            lambda: f"{self.number(depth - 1)} {operator} {self.whole(depth - 1)}",
            lambda: f"{self._point(depth - 1)} BETWEEN {self._point(0)} AND {self._point(0)}",
            lambda: f"{self.date(depth - 1)} IN ({self.date(0)}, '2024-01-31')",
            lambda: f"({self.truth(depth - 1)} {self._one('AND', 'OR')} {self.truth(depth - 1)})",
            lambda: f"NOT ({self.truth(depth - 1)})",
        )

    def text(self, depth: int) -> str:
        """A text."""
        return self._made(
            lambda: f"TO_CHAR({self._point(depth - 1)}, '{self._one(*TEMPLATES)}')",
            lambda: f"({self.date(depth - 1)})::text",
            lambda: f"TO_CHAR({self.number(depth - 1)}, 'FM9999999990.00')",
            lambda: f"({self.whole(depth - 1)})::text || 'x'",
        )
