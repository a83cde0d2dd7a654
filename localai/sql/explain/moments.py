"""Finds which moment a date expression means, in each dialect; it must not know how to say it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlglot import exp

NOW = "now"
TODAY = "today"
UNITS = {
    unit: unit for unit in ("SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
} | {"MON": "MONTH", "MIN": "MINUTE", "SEC": "SECOND"}
_SHIFT = re.compile(r"([+-]?\d{1,9}) (second|minute|hour|day|month|year)s?")
_PIECE = re.compile(r"([+-]?\d{1,9}) ([A-Za-z]+)")


@dataclass(frozen=True, slots=True)
class Step:
    """`count` units on (back, where negative), or with count None to the start of the unit."""

    count: int | None
    unit: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A base, today, now, a day or any other expression, and the steps from it in their order.

    utc: the base is read off a clock in UTC, not in local time.
    """

    base: str | date | exp.Expr
    steps: tuple[Step, ...] = ()
    utc: bool = False

    def after(self, *steps: Step) -> Moment:
        return replace(self, steps=(*self.steps, *steps))


def find(node: exp.Expr, dialect: str) -> Moment | None:
    """The moment that an expression means; None where it is not put together from known parts."""
    node = node.unnest() if isinstance(node, exp.Paren) else node
    if isinstance(node, exp.CurrentDate):
        return Moment(TODAY, utc=dialect == "sqlite")
    if isinstance(node, exp.CurrentTimestamp | exp.Localtimestamp):
        return Moment(NOW, utc=dialect == "sqlite")
    if isinstance(node, exp.Anonymous | exp.Date):
        return _call(node, dialect)
    if isinstance(node, exp.Cast):
        return _cast(node, dialect)
    if isinstance(node, exp.TimestampTrunc | exp.DateTrunc):
        unit = node.text("unit").upper()
        inner = find(node.this, dialect) or Moment(node.this)
        return _settled(inner.after(Step(None, unit))) if unit in UNITS else None
    if isinstance(node, exp.Add | exp.Sub):
        return _moved(node, dialect)
    return None


def _cast(node: exp.Cast, dialect: str) -> Moment | None:
    target, inner = node.to.sql(dialect).upper(), node.this
    if isinstance(inner, exp.Literal) and target == "DATE":
        return _of_text(inner.name)
    found = find(inner, dialect) if target in ("DATE", "TIMESTAMP") else None
    if found is not None and target == "DATE" and found.base == NOW and not found.steps:
        return replace(found, base=TODAY)
    return found if found is None or target == "TIMESTAMP" or found.base == TODAY else None


def _moved(node: exp.Add | exp.Sub, dialect: str) -> Moment | None:
    steps = _interval(node.right, 1 if isinstance(node, exp.Add) else -1)
    if not steps:
        return None
    inner = find(node.left, dialect)
    if inner is None and isinstance(node.right, exp.Interval):
        inner = Moment(node.left)
    return _settled(inner.after(*steps)) if inner is not None else None


def _interval(node: exp.Expr, sign: int) -> list[Step]:
    """The steps of an interval, or of a number of days; none where they are not known."""
    if isinstance(node, exp.Literal) and node.is_int:
        return [Step(sign * int(node.name), "DAY")]
    if not isinstance(node, exp.Interval) or node.this is None:
        return []
    text = f"{node.this.unnest().name} {node.text('unit')}".strip()
    return [Step(sign * count, unit) for count, unit in pieces(text)]


def pieces(text: str) -> list[tuple[int, str]]:
    """`2 hours 30 minutes` as counts and units; none where it has any other part."""
    found = [
        (int(count), UNITS.get(unit.upper().removesuffix("S"), ""))
        for count, unit in _PIECE.findall(text)
    ]
    whole = not _PIECE.sub("", text).strip()
    return found if whole and all(unit for _, unit in found) else []


def _call(node: exp.Expr, dialect: str) -> Moment | None:
    arguments = node.expressions if isinstance(node, exp.Anonymous) else [node.this]
    name = node.name.upper() if isinstance(node, exp.Anonymous) else "DATE"
    if dialect == "duckdb" and name == "NOW":
        return Moment(NOW)
    if name == "DATE_ADD" and len(arguments) == 2 and isinstance(arguments[1], exp.Literal):
        inner = find(arguments[0], dialect) or Moment(arguments[0])
        steps = [Step(count, unit) for count, unit in pieces(arguments[1].name)]
        return _settled(inner.after(*steps)) if steps else None
    if dialect != "sqlite" or name not in ("DATE", "DATETIME") or not arguments:
        return None
    base = _base(arguments[0], NOW if name == "DATETIME" else TODAY)
    texts = [one.name for one in arguments[1:] if isinstance(one, exp.Literal) and one.is_string]
    if base is None or len(texts) != len(arguments) - 1:
        return None
    if name == "DATE":
        texts = [text for text in texts if text.lower() != "start of day"]
    return _modified(base, texts)


def _base(node: exp.Expr, now: str) -> Moment | None:
    if not isinstance(node, exp.Literal):
        return find(node, "sqlite") or Moment(node)
    return Moment(now, utc=True) if node.name.lower() == "now" else _of_text(node.name)


def _modified(moment: Moment, modifiers: list[str]) -> Moment | None:
    """The moment after SQLite's modifiers. Source: https://sqlite.org/lang_datefunc.html."""
    texts = [text.lower() for text in modifiers]
    for index, text in enumerate(texts):
        shift = _SHIFT.fullmatch(text)
        if text == "localtime" and not moment.steps:
            moment = replace(moment, utc=False)
        elif text.startswith("start of "):
            moment = moment.after(Step(None, text.removeprefix("start of ").upper()))
        elif text == "weekday 1" and index and texts[index - 1] == "-6 days":
            # Back six days and on to the next Monday: the Monday of the week.
            moment = replace(moment, steps=(*moment.steps[:-1], Step(None, "WEEK")))
        elif shift is not None:
            moment = moment.after(Step(int(shift[1]), shift[2].upper()))
        else:
            return None
    return _settled(moment)


def _of_text(text: str) -> Moment | None:
    try:
        return Moment(date.fromisoformat(text)) if len(text) == 10 else None
    except ValueError:
        return None


def _settled(moment: Moment) -> Moment:
    """The moment with its steps counted out as far as a known day allows."""
    steps = list(moment.steps)
    base = moment.base
    while isinstance(base, date) and steps:
        moved = _counted(base, steps[0])
        if moved is None:
            break
        base = moved
        steps.pop(0)
    return replace(moment, base=base, steps=tuple(steps))


def _counted(day: date, step: Step) -> date | None:
    try:
        if step.count is not None:
            days = {"DAY": 1, "WEEK": 7}.get(step.unit)
            return _months(day, step) if days is None else day + timedelta(days * step.count)
        if step.unit == "WEEK":
            return day - timedelta(day.weekday())
        if step.unit == "QUARTER":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        if step.unit in ("MONTH", "YEAR"):
            return day.replace(month=day.month if step.unit == "MONTH" else 1, day=1)
        return day if step.unit == "DAY" else None
    except (ValueError, OverflowError):
        return None


def _months(day: date, step: Step) -> date | None:
    months = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}.get(step.unit)
    if months is None or step.count is None or day.day > 28:
        # Where the month that is reached is shorter, databases differ in what they make of it.
        return None
    year, month = divmod(day.year * 12 + day.month - 1 + months * step.count, 12)
    return day.replace(year=year, month=month + 1)
