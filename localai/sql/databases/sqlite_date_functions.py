"""PostgreSQL's functions of dates and spans of time, over the texts that SQLite keeps for them.

It must not know how they are added to a connection.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from localai.sql.databases.sqlite_number_functions import as_number
from localai.sql.databases.sqlite_totals import Value
from localai.sql.semantics import intervals, moments, number_templates, templates
from localai.sql.semantics.intervals import Interval


def _moment(value: Value) -> datetime | None:
    return moments.read(value)


def _written(moment: datetime | None, like: Value) -> str | None:
    """The moment, as a date where `like` is one, and it is midnight."""
    return None if moment is None else moments.write(moment, day=len(str(like).strip()) <= 10)


def _span(value: Value) -> Interval | None:
    return intervals.parse(str(value))


def date_add(value: Value, step: Value, sign: int = 1) -> Value:
    """`value + step`, of a date or timestamp and an interval."""
    moment, span = _moment(value), _span(step)
    if moment is None or span is None:
        return None
    return _written(moments.add(moment, span if sign > 0 else -span), value)


def date_part(unit: Value, value: Value) -> Value:
    """EXTRACT(unit FROM value), of an interval or a moment."""
    moment = _moment(value)
    if moment is not None:
        return moments.part(str(unit), moment)
    span = _span(value)
    return None if span is None else intervals.part(str(unit), span)


def date_trunc(unit: Value, value: Value) -> Value:
    """DATE_TRUNC(unit, value), of an interval or a moment."""
    moment = _moment(value)
    if moment is not None:
        start = moments.truncate(str(unit), moment)
        return None if start is None else moments.write(start, day=True)
    span = _span(value)
    cut = None if span is None else intervals.truncate(str(unit), span)
    return None if cut is None else cut.text()


def of_moments(one: Value, other: Value, how: Callable[[datetime, datetime], Interval]) -> Value:
    """The interval that `how` finds between two moments."""
    ends = _moment(one), _moment(other)
    return None if ends[0] is None or ends[1] is None else how(ends[0], ends[1]).text()


def interval_sum(one: Value, other: Value, sign: int = 1) -> Value:
    """The sum of two intervals."""
    spans = _span(one), _span(other)
    if spans[0] is None or spans[1] is None:
        return None
    return spans[0].plus(spans[1] if sign > 0 else -spans[1]).text()


def interval_times(span: Value, factor: Value) -> Value:
    """The product of an interval and a number."""
    value, number = _span(span), as_number(factor)
    return None if value is None or number is None else value.times(number).text()


def interval_seconds(span: Value) -> Value:
    """An interval as a number that compares as it does."""
    value = _span(span)
    return None if value is None else value.length() / intervals.SECOND


def to_char(value: Value, template: Value) -> Value:
    """TO_CHAR of a moment or a number."""
    if isinstance(value, int | float):
        return number_templates.show(value, str(template))
    moment = _moment(value)
    return None if moment is None else templates.show(moment, str(template))


def to_moment(text: Value, template: Value, day: bool) -> Value:
    """TO_DATE and TO_TIMESTAMP."""
    moment = templates.parse(str(text), str(template))
    if moment is None:
        return None
    return moment.date().isoformat() if day else moments.write(moment)


def make_moment(*parts: Value, day: bool) -> Value:
    """MAKE_DATE and MAKE_TIMESTAMP; None for no such day."""
    whole = [int(part or 0) for part in parts[:5]]
    seconds = float(parts[5] or 0) if len(parts) > 5 else 0.0
    try:
        start = datetime(*whole)  # type: ignore[arg-type]  # three or five whole numbers
    except (ValueError, OverflowError):
        return None
    moment = moments.add(start, Interval(0, 0, round(seconds * intervals.SECOND)))
    return None if moment is None else moments.write(moment, day=day)


DATES: list[tuple[str, tuple[int, ...], Callable[..., Value]]] = [
    ("AGE", (2,), partial(of_moments, how=moments.age)),
    ("TIMESTAMP_DIFF", (2,), partial(of_moments, how=moments.between)),
    ("DATE_ADD", (2,), date_add),
    ("DATE_SUB", (2,), partial(date_add, sign=-1)),
    ("DATE_PART", (2,), date_part),
    ("DATE_TRUNC", (2,), date_trunc),
    ("INTERVAL_ADD", (2,), interval_sum),
    ("INTERVAL_SUB", (2,), partial(interval_sum, sign=-1)),
    ("INTERVAL_TIMES", (2,), interval_times),
    ("INTERVAL_SECONDS", (1,), interval_seconds),
    ("MAKE_DATE", (3,), partial(make_moment, day=True)),
    ("MAKE_TIMESTAMP", (6,), partial(make_moment, day=False)),
    ("TO_CHAR", (2,), to_char),
    ("TO_DATE", (2,), partial(to_moment, day=True)),
    ("TO_TIMESTAMP", (2,), partial(to_moment, day=False)),
]
