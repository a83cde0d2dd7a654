"""Says dates, spans of time and parts of dates; it must not know whole queries."""

from __future__ import annotations

from datetime import date

from sqlglot import exp

from localai.sql.explain import calls
from localai.sql.explain.moments import NOW, TODAY, Moment, Step, find
from localai.sql.explain.values import arithmetic, cast
from localai.sql.explain.voice import Voice, Words
from localai.sql.explain.words import bare, day, listing

# Of a format of strftime: what it picks out of a date.
FORMATS = {
    "%Y": "the year of {}",
    "%Y-%m": "the month of {}",
    "%Y-%m-%d": "the day of {}",
    "%m": "the number of the month of {}",
    "%d": "the day of the month of {}",
    "%H": "the hour of {}",
    "%M": "the minute of {}",
    "%j": "the day of the year of {}",
    "%w": "the weekday of {} (0 is Sunday)",
    "%W": "the week of {}",
    "%V": "the week of {}",
    "%A": "the name of the weekday of {}",
    "%B": "the name of the month of {}",
    "%s": "{} in seconds since 1970",
}
PARTS = {
    "YEAR": "the year of {}",
    "QUARTER": "the quarter of {}",
    "MONTH": "the number of the month of {}",
    "WEEK": "the week of {}",
    "DAY": "the day of the month of {}",
    "HOUR": "the hour of {}",
    "MINUTE": "the minute of {}",
    "SECOND": "the second of {}",
    "DOW": "the weekday of {} (0 is Sunday)",
    "ISODOW": "the weekday of {} (1 is Monday)",
    "DOY": "the day of the year of {}",
    "DAYOFWEEK": "the weekday of {} (0 is Sunday)",
    "DAYOFYEAR": "the day of the year of {}",
    "EPOCH": "{} in seconds since 1970",
}
NAMED: dict[type[exp.Expr], str] = {
    exp.Year: PARTS["YEAR"],
    exp.Quarter: PARTS["QUARTER"],
    exp.Month: PARTS["MONTH"],
    exp.Week: PARTS["WEEK"],
    exp.Day: PARTS["DAY"],
    exp.Hour: PARTS["HOUR"],
    exp.Minute: PARTS["MINUTE"],
    exp.Dayname: FORMATS["%A"],
    exp.Monthname: FORMATS["%B"],
    exp.LastDay: "the last day of the month of {}",
}
AGES: dict[type[exp.Expr], str] = {
    exp.GT: "is less than {} ago",
    exp.GTE: "is at most {} ago",
    exp.LT: "is more than {} ago",
    exp.LTE: "is at least {} ago",
}


def is_moment(node: exp.Expr, voice: Voice) -> bool:
    """Whether a value is a date: a written one, or one that is counted from another."""
    if isinstance(node, exp.Literal):
        return node.is_string and day(node.name) is not None
    return find(node, voice.dialect) is not None


def say(moment: Moment, voice: Voice) -> str:
    """`7 days ago`, `the start of last month`, `1 month before 31 March 2026`."""
    steps = list(moment.steps)
    said = _start(moment, steps, voice)
    while steps:
        step = steps.pop(0)
        if step.count is None:
            said = f"the start of the {step.unit.lower()} of {said}"
            continue
        spans = [_span(step)]
        while steps and steps[0].count is not None and (steps[0].count > 0) == (step.count > 0):
            spans.append(_span(steps.pop(0)))
        on = step.count > 0
        if said in (TODAY, NOW):
            said = f"{listing(spans)} {'from now' if on else 'ago'}"
        else:
            said = f"{listing(spans)} {'after' if on else 'before'} {said}"
    return f"{said} (in UTC)" if moment.utc else said


def _start(moment: Moment, steps: list[Step], voice: Voice) -> str:
    if isinstance(moment.base, date):
        return day(moment.base.isoformat()) or moment.base.isoformat()
    if isinstance(moment.base, exp.Expr):
        return bare(voice.operand(moment.base))
    if not steps or steps[0].count is not None or steps[0].unit == "DAY":
        return moment.base
    unit = steps.pop(0).unit.lower()
    which = "this"
    if steps and steps[0].unit.lower() == unit and steps[0].count in (-1, 1):
        which = "last" if steps.pop(0).count == -1 else "next"
    return f"the start of {which} {unit}"


def _span(step: Step) -> str:
    return calls.span(abs(step.count or 0), step.unit.lower())


def age(kind: type[exp.Expr], node: exp.Expr, voice: Voice) -> str | None:
    """`is at most 7 days ago` for a comparison with so long before today; else None."""
    moment = find(node, voice.dialect)
    if moment is None or kind not in AGES or moment.utc or moment.base not in (TODAY, NOW):
        return None
    if len(moment.steps) != 1 or (moment.steps[0].count or 0) >= 0:
        return None
    return AGES[kind].format(_span(moment.steps[0]))


def _moment(node: exp.Expr, voice: Voice) -> str:
    moment = find(node, voice.dialect)
    if moment is None:
        return voice.quoted(node)
    if isinstance(moment.base, exp.Expr) and [step.count for step in moment.steps] == [None]:
        # All days of a month, say, become one: what is shown is the month, as its first day.
        return f"the {moment.steps[0].unit.lower()} of {bare(voice.operand(moment.base))}"
    return say(moment, voice)


def _call(node: exp.Anonymous, voice: Voice) -> str:
    name, arguments = node.name.upper(), node.expressions
    if name in ("DATE", "DATETIME", "DATE_ADD") and len(arguments) > 1:
        return _moment(node, voice)
    if name == "DATE_PART" and len(arguments) == 2 and isinstance(arguments[0], exp.Literal):
        return _part(arguments[0].name, arguments[1], node, voice)
    if name == "STRFTIME" and voice.dialect == "sqlite" and len(arguments) > 2:
        whole = exp.Anonymous(this="DATETIME", expressions=[one.copy() for one in arguments[1:]])
        said = _moment(whole, voice)
        pattern = FORMATS.get(arguments[0].name)
        return voice.quoted(node) if "`" in said or not pattern else pattern.format(bare(said))
    if name == "DATETIME" and isinstance(arguments[0], exp.Literal):
        return _moment(node, voice)
    return calls.call(node, voice)


def _date(node: exp.Date, voice: Voice) -> str:
    if isinstance(node.this, exp.Column):
        return f"the day of {voice.operand(node.this)}"
    return _moment(node, voice)


def _formatted(node: exp.TimeToStr, voice: Voice) -> str:
    value = node.this.this if isinstance(node.this, exp.TsOrDsToTimestamp) else node.this
    form = node.args["format"]
    if isinstance(value, exp.Literal) and value.name.lower() == "now":
        value = exp.Date(this=value.copy())
    said = bare(voice.operand(value))
    if isinstance(form, exp.Literal) and form.name in FORMATS:
        return FORMATS[form.name].format(said)
    return f"{said} written as {voice.operand(form)}"


def _extract(node: exp.Extract, voice: Voice) -> str:
    return _part(node.name, node.expression, node, voice)


def _part(name: str, value: exp.Expr, node: exp.Expr, voice: Voice) -> str:
    pattern = PARTS.get(name.upper())
    if pattern is None:
        return voice.quoted(node)
    if _is_span(value):
        pattern = f"the part in {name.lower()}s of {{}}"
    return pattern.format(bare(voice.operand(value)))


def _is_span(node: exp.Expr) -> bool:
    """Whether a value is a length of time rather than a moment, as far as it can be seen."""
    node = node.unnest()
    if isinstance(node, exp.Anonymous):
        return node.name.upper() in ("AGE", "TIMESTAMP_DIFF")
    return isinstance(node, exp.Sub | exp.Interval | exp.TimestampDiff) and not (
        isinstance(node, exp.Sub) and isinstance(node.right, exp.Interval | exp.Literal)
    )


def _named(node: exp.Expr, voice: Voice) -> str:
    inner = node.this.this if isinstance(node.this, exp.TsOrDsToDate) else node.this
    return NAMED[type(node)].format(bare(voice.operand(inner)))


def _difference(node: exp.DateDiff, voice: Voice) -> str:
    unit = node.text("unit").lower() or "day"
    return f"the {unit}s from {voice.operand(node.expression)} to {voice.operand(node.this)}"


def _between(node: exp.Sub, voice: Voice) -> str | None:
    left, right = _julian(node.left), _julian(node.right)
    if left is not None and right is not None:
        return f"the days from {_plain(right, voice)} to {_plain(left, voice)}"
    return None


def _plain(node: exp.Expr, voice: Voice) -> str:
    if isinstance(node, exp.Literal) and node.name.lower() == "now":
        return "now (in UTC)"
    return voice.operand(node)


def _julian(node: exp.Expr) -> exp.Expr | None:
    node = node.unnest()
    if isinstance(node, exp.Anonymous) and node.name.upper() == "JULIANDAY":
        return node.expressions[0] if len(node.expressions) == 1 else None
    return None


def _sum(node: exp.Add | exp.Sub, voice: Voice) -> str:
    """Plus and minus, where a date may be meant."""
    moment = find(node, voice.dialect)
    if moment is not None:
        return say(moment, voice)
    between = _between(node, voice) if isinstance(node, exp.Sub) else None
    return between or arithmetic(node, voice)


def _whole(node: exp.Cast, voice: Voice) -> str:
    """A cast, where a part of a date may be meant: its number is a whole one anyway."""
    part = isinstance(node.this, exp.TimeToStr | exp.Extract) or (
        isinstance(node.this, exp.Sub) and _between(node.this, voice) is not None
    )
    if part and "INT" in node.to.sql(voice.dialect).upper():
        return voice.value(node.this)
    moment = find(node, voice.dialect)
    return say(moment, voice) if moment is not None else cast(node, voice)


DATES: Words = {
    exp.CurrentDate: (_moment, ""),
    exp.CurrentTimestamp: (_moment, ""),
    exp.Localtimestamp: (_moment, ""),
    exp.TimestampTrunc: (_moment, "this unit"),
    exp.DateTrunc: (_moment, "this unit"),
    exp.Anonymous: (_call, "this expressions"),
    exp.Date: (_date, "this"),
    exp.TimeToStr: (_formatted, "this format"),
    exp.Extract: (_extract, "this expression"),
    exp.DateDiff: (_difference, "this expression unit date_part_boundary"),
    exp.Add: (_sum, "this expression"),
    exp.Sub: (_sum, "this expression"),
    exp.Cast: (_whole, "this to"),
    **{kind: (calls.known, parts) for kind, (_, parts) in calls.KINDS.items()},
    exp.Initcap: (calls.known, "this expression"),
    exp.Pad: (calls.known, "this expression fill_pattern is_left"),
    **dict.fromkeys(NAMED, (_named, "this")),
}
