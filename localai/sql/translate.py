"""Rewrites what SQLite would misread or not know of PostgreSQL; it must not judge the rest.

Dates first: SQLite keeps them as text, and counts with them through functions and modifiers.
"""

from __future__ import annotations

import re

from sqlglot import exp

from localai.schema import Schema
from localai.sql.kinds import kinds

# https://sqlite.org/lang_datefunc.html; PostgreSQL's DOW counts from Sunday = 0 too.
PARTS = {"YEAR": "%Y", "MONTH": "%m", "DAY": "%d", "HOUR": "%H", "MINUTE": "%M"}
PARTS |= {"DOW": "%w", "DOY": "%j"}
STARTS: dict[str, tuple[str, ...]] = {
    "YEAR": ("start of year",),
    "MONTH": ("start of month",),
    "WEEK": ("-6 days", "weekday 1"),
    "DAY": (),
}
MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}
DAYS = {"DAY": 1, "WEEK": 7}
SECONDS = {"SECOND": 1, "MINUTE": 60, "HOUR": 3600}


def translate(tree: exp.Query, schema: Schema) -> None:
    """Rewrites, in place: parts and starts of dates, dates plus or minus intervals and days, days
    between dates, today and now (in local time), and the division of decimal columns.

    What it does not know it leaves as it is, for the check to refuse.
    """
    # From the leaves up, so that an outer step sees what the inner ones have become.
    for node in reversed(list(tree.walk())):
        new = _translated(node, tree, schema)
        if new is not None:
            node.replace(new)


def _translated(node: exp.Expr, tree: exp.Query, schema: Schema) -> exp.Expr | None:
    if isinstance(node, exp.CurrentDate):
        return _call("DATE", "now", "localtime")
    if isinstance(node, exp.CurrentTimestamp):
        return _call("DATETIME", "now", "localtime")
    if isinstance(node, exp.Extract):
        return _part(node)
    if isinstance(node, exp.TimestampTrunc):
        return _start(node)
    if isinstance(node, exp.Add | exp.Sub):
        return _moved(node, tree, schema) or _days_between(node, tree, schema)
    if isinstance(node, exp.Div):
        return _real_division(node, tree, schema)
    return None


def _part(node: exp.Extract) -> exp.Expr | None:
    code = PARTS.get(node.name.upper())
    if code is None:
        return None
    text = exp.Anonymous(this="STRFTIME", expressions=[_text(code), node.expression])
    return exp.cast(text, "INT")


def _start(node: exp.TimestampTrunc) -> exp.Expr | None:
    unit = node.text("unit").upper()
    if unit == "QUARTER":
        month = exp.Anonymous(this="STRFTIME", expressions=[_text("%m"), node.this])
        back = exp.Mod(this=exp.paren(exp.cast(month, "INT") - 1), expression=_number("3"))
        months = exp.DPipe(this=_text("-"), expression=exp.paren(back))
        modifier = exp.DPipe(this=months, expression=_text(" months"))
        return _call("DATE", node.this, "start of month", modifier)
    modifiers = STARTS.get(unit)
    return None if modifiers is None else _call("DATE", node.this, *modifiers)


def _moved(node: exp.Binary, tree: exp.Query, schema: Schema) -> exp.Expr | None:
    found = kinds(node.left, tree, schema)
    if found not in ({"date"}, {"timestamp"}):
        return None
    sign = 1 if isinstance(node, exp.Add) else -1
    if isinstance(node.right, exp.Literal) and node.right.is_int and found == {"date"}:
        return _call("DATE", node.left, f"{sign * int(node.right.name):+d} days")
    step = _step(node.right)
    if step is None:
        return None
    count, unit = sign * step[0], step[1]
    name = "DATETIME" if found == {"timestamp"} or unit in SECONDS else "DATE"
    if unit in MONTHS:
        return _by_months(name, node.left, count * MONTHS[unit])
    if unit in DAYS:
        return _call(name, node.left, f"{count * DAYS[unit]:+d} days")
    return _call(name, node.left, f"{count * SECONDS[unit]:+d} seconds")


def _step(node: exp.Expr) -> tuple[int, str] | None:
    unit = node.text("unit").upper().removesuffix("S")
    if not isinstance(node, exp.Interval) or unit not in {**MONTHS, **DAYS, **SECONDS}:
        return None
    return (int(node.name), unit) if re.fullmatch(r"[+-]?\d{1,9}", node.name) else None


def _by_months(name: str, start: exp.Expr, months: int) -> exp.Expr:
    moved = _call(name, start, f"{months:+d} months")
    if "start of" in start.sql("sqlite"):
        return moved
    # SQLite makes 31 February the 3 March, PostgreSQL the last of February: the earlier one.
    last: exp.Expr = _call(
        "DATE", start.copy(), "start of month", f"{months + 1:+d} months", "-1 days"
    )
    if name == "DATETIME":
        time = exp.Anonymous(this="TIME", expressions=[start.copy()])
        last = exp.DPipe(this=exp.DPipe(this=last, expression=_text(" ")), expression=time)
    return exp.Anonymous(this="MIN", expressions=[moved, last])


def _days_between(node: exp.Binary, tree: exp.Query, schema: Schema) -> exp.Expr | None:
    if not isinstance(node, exp.Sub):
        return None
    if any(kinds(side, tree, schema) != {"date"} for side in (node.left, node.right)):
        return None
    left, right = _call("JULIANDAY", node.left), _call("JULIANDAY", node.right)
    return exp.cast(exp.Sub(this=left, expression=right), "INT")


def _real_division(node: exp.Div, tree: exp.Query, schema: Schema) -> exp.Expr | None:
    # SQLite keeps 100.00 in a DECIMAL column as the integer 100, and then divides integers.
    if "decimal" not in kinds(node.left, tree, schema) | kinds(node.right, tree, schema):
        return None
    node.set("this", exp.cast(node.left, "DOUBLE"))
    return node


def _call(name: str, *arguments: exp.Expr | str) -> exp.Anonymous:
    parts = [_text(part) if isinstance(part, str) else part for part in arguments]
    inner = parts[0]
    if isinstance(inner, exp.Anonymous) and inner.name == name:
        # DATE(DATE(x, 'a'), 'b') is DATE(x, 'a', 'b').
        parts = [*inner.expressions, *parts[1:]]
    return exp.Anonymous(this=name, expressions=parts)


def _text(text: str) -> exp.Literal:
    return exp.Literal(this=text, is_string=True)


def _number(text: str) -> exp.Literal:
    return exp.Literal(this=text, is_string=False)
