"""What sqlglot's DuckDB text of PostgreSQL lacks, as rules; it must not apply them.

A text that is no number or date becomes NULL where PostgreSQL would stop.
"""

from __future__ import annotations

from sqlglot import exp

from localai.errors import SQLRejected
from localai.sql.checking.kinding import kind, mark
from localai.sql.kinds import MOMENTS, NUMBERS, WHOLE
from localai.sql.semantics import patterns, templates
from localai.sql.translation import guards
from localai.sql.translation.duckdb_templates import of_moment, of_number, read_codes
from localai.sql.translation.rewriting import (
    Rule,
    Rules,
    call,
    interval_of,
    literal,
    moment,
    moment_of,
)


def divide(node: exp.Expr) -> exp.Expr | None:
    """`a / b`: of whole numbers whole."""
    guards.divide(node)
    if kind(node.this) in WHOLE and kind(node.args["expression"]) in WHOLE:
        return exp.IntDiv(this=node.this, expression=node.args["expression"])
    return None


def whole_division(node: exp.Expr) -> exp.Expr | None:
    """DIV(a, b): the whole part of a quotient."""
    guards.remainder(node)
    if kind(node.this) in WHOLE and kind(node.args["expression"]) in WHOLE:
        return None
    return call("TRUNC", exp.Div(this=node.this, expression=node.args["expression"]))


def cast(node: exp.Expr) -> exp.Expr | None:
    """`a::type`: of a text, without stopping; VARCHAR(n) cuts off."""
    assert isinstance(node, exp.Cast)
    found = kind(node)
    if found == "text" and node.to.expressions:
        size = int(node.to.expressions[0].name)
        return call("LEFT", exp.Cast(this=node.this, to=exp.DataType.build("TEXT")), size)
    if found == "decimal" and not node.to.expressions and kind(node.this) != "text":
        # DuckDB's DECIMAL alone keeps three digits.
        return (
            node.this if kind(node.this) == "decimal" else guards.cast(node.this, "DOUBLE", found)
        )
    if found == "decimal" and not node.to.expressions:
        node.set("to", exp.DataType.build("DOUBLE"))
    if found in WHOLE and kind(node.this) == "decimal" and not isinstance(node.this, exp.Column):
        # Of what it holds as DOUBLE, DuckDB rounds halves to even.
        node.set("this", call("ROUND", node.this))
    if kind(node.this) == "text" and found in (*NUMBERS, *MOMENTS, "boolean"):
        return exp.TryCast(this=node.this, to=node.to, safe=True)
    return None


def to_char(node: exp.Expr) -> exp.Expr | None:
    """TO_CHAR(value, 'template')."""
    value, template = _with_template(node)
    if kind(value) in NUMBERS:
        return of_number(value, template)
    at = moment_of(value.this if isinstance(value, exp.Cast) else value)
    if at is not None:
        return mark(literal(templates.show(at, template)), "text")
    if kind(value) == "time":
        # STRFTIME takes no time of day.
        value = exp.Add(this=guards.cast(literal("2000-01-01"), "DATE", "date"), expression=value)
    return of_moment(guards.as_moment(value), template)


def _with_template(node: exp.Expr) -> tuple[exp.Expr, str]:
    if len(node.expressions) != 2 or not isinstance(node.expressions[1], exp.Literal):
        raise SQLRejected(f"{node.name.upper()} takes a value and a template, like 'YYYY-MM'.")
    return node.expressions[0], node.expressions[1].name


def to_moment(node: exp.Expr) -> exp.Expr | None:
    """TO_DATE(text, 'template') and TO_TIMESTAMP; that of seconds since 1970 too."""
    if len(node.expressions) == 1:
        seconds = guards.cast(node.expressions[0], "DOUBLE", "real")
        micros = exp.Mul(this=seconds, expression=literal(1_000_000))
        return call("MAKE_TIMESTAMP", exp.Cast(this=micros, to=exp.DataType.build("BIGINT")))
    value, template = _with_template(node)
    name, found = ("DATE", "date") if node.name.lower() == "to_date" else ("TIMESTAMP", "timestamp")
    at = templates.parse(value.name, template) if isinstance(value, exp.Literal) else None
    if at is not None:
        return guards.cast(moment(at, "timestamp"), name, found)  # type: ignore[arg-type]
    if kind(value) in MOMENTS:
        return guards.cast(value, name, found)  # type: ignore[arg-type]
    read = call("TRY_STRPTIME", value, read_codes(template))
    return guards.cast(read, name, found)  # type: ignore[arg-type]


def at_time_zone(node: exp.Expr) -> exp.Expr | None:
    """`moment AT TIME ZONE 'UTC'` of what is UTC's already."""
    unix = isinstance(node.this, exp.Anonymous) and node.this.name == "MAKE_TIMESTAMP"
    return node.this if unix and node.args["zone"].name.upper() in ("UTC", "GMT") else None


def to_number(node: exp.Expr) -> exp.Expr | None:
    """TO_NUMBER(text, 'template')."""
    digits = call("REGEXP_REPLACE", node.this, "[^0-9.+-]", "", "g")
    return exp.TryCast(this=digits, to=exp.DataType.build("DOUBLE", dialect="duckdb"), safe=True)


CLOCK_UNITS = ("HOUR", "MINUTE", "SECOND", "MILLISECONDS", "MICROSECONDS")


def start(node: exp.Expr) -> exp.Expr | None:
    """DATE_TRUNC: DuckDB's centuries begin a year early."""
    node.set("this", guards.as_moment(node.this))
    if kind(node.this) == "date" and node.text("unit").upper() in CLOCK_UNITS:
        # DuckDB 2.0 compares the hour of a bare date wrongly.
        node.set("this", guards.cast(node.this, "TIMESTAMP", "timestamp"))
    years = {"CENTURY": 100, "MILLENNIUM": 1000}.get(node.text("unit").upper())
    if years is None or kind(node.this) == "interval":
        return None
    year = exp.paren(exp.Sub(this=call("DATE_PART", "year", node.this), expression=literal(1)))
    whole = exp.IntDiv(this=year, expression=literal(years))
    first = exp.Add(this=exp.Mul(this=whole, expression=literal(years)), expression=literal(1))
    return guards.cast(call("MAKE_DATE", first, 1, 1), "TIMESTAMP", "timestamp")


def extract(node: exp.Expr) -> exp.Expr | None:
    """EXTRACT(part FROM value), of a text too."""
    node.set("expression", guards.as_moment(node.args["expression"]))
    return None


def summed(node: exp.Expr) -> exp.Expr | None:
    """SUM of spans of time: by their parts, as DuckDB sums none."""
    inner = node.this
    if kind(inner) != "interval":
        return None

    def total(*parts: tuple[str, int]) -> exp.Expr:
        added: exp.Expr | None = None
        for name, size in parts:
            part = exp.Mul(this=call("DATE_PART", name, inner.copy()), expression=literal(size))
            added = part if added is None else exp.Add(this=added, expression=part)
        return exp.Cast(this=exp.Sum(this=added), to=exp.DataType.build("BIGINT"))

    months = call(
        "TO_MONTHS", exp.Cast(this=total(("year", 12), ("month", 1)), to=exp.DataType.build("INT"))
    )
    days = call("TO_DAYS", exp.Cast(this=total(("day", 1)), to=exp.DataType.build("INT")))
    clock = total(("hour", 3_600_000_000), ("minute", 60_000_000), ("microseconds", 1))
    both = exp.Add(this=months, expression=days)
    return exp.paren(exp.Add(this=both, expression=call("TO_MICROSECONDS", clock)), copy=False)


def like(node: exp.Expr) -> exp.Expr | None:
    """`a LIKE 'b\\%'`: DuckDB knows the backslash when told."""
    guards.like(node)
    pattern = node.args["expression"]
    if isinstance(node.parent, exp.Escape) or "\\" not in pattern.name:
        return None
    bare = type(node)(this=node.this, expression=pattern)
    escaped = exp.Escape(this=bare, expression=literal("\\"))
    return exp.Not(this=escaped) if node.args.get("negate") else escaped


def similar(node: exp.Expr) -> exp.Expr | None:
    """`a SIMILAR TO 'b%'`."""
    pattern = node.args["expression"]
    if not isinstance(pattern, exp.Literal):
        raise SQLRejected("SIMILAR TO needs a pattern that is written out.")
    found = call("REGEXP_MATCHES", node.this, patterns.for_re2(patterns.similar(pattern.name)))
    return exp.Not(this=found) if node.args.get("negate") else found


def regexp(node: exp.Expr) -> exp.Expr | None:
    """`a ~ 'b'` and `a ~* 'b'`."""
    flags = "i" if isinstance(node, exp.RegexpILike) else node.text("flag")
    return call(
        "REGEXP_MATCHES", node.this, _re2(node.args["expression"]), *([flags] if flags else [])
    )


def _re2(pattern: exp.Expr) -> exp.Expr:
    return literal(patterns.for_re2(pattern.name)) if isinstance(pattern, exp.Literal) else pattern


def regexp_replace(node: exp.Expr) -> exp.Expr | None:
    """REGEXP_REPLACE(text, pattern, replacement, flags)."""
    node.set("expression", _re2(node.args["expression"]))
    return None


def substring(node: exp.Expr) -> exp.Expr | None:
    """SUBSTRING(text FROM pattern)."""
    pattern = node.args.get("start")
    if not (isinstance(pattern, exp.Literal) and pattern.is_string):
        return None
    shown = patterns.for_re2(pattern.name)
    compiled = patterns.regex(pattern.name)
    group = 1 if compiled is not None and compiled.groups else 0
    found = call("REGEXP_MATCHES", node.this, shown)
    part = call("REGEXP_EXTRACT", node.this.copy(), shown, group)
    return exp.Case(ifs=[exp.If(this=found, true=part)])


def initcap(node: exp.Expr) -> exp.Expr | None:
    """INITCAP(text): its words and what is between them, each with a capital, put together."""
    parts = call("REGEXP_EXTRACT_ALL", node.this, r"[\p{L}\p{N}]+|[^\p{L}\p{N}]+")
    part = exp.to_identifier("part")
    first = call("UPPER", call("LEFT", part.copy(), 1))
    rest = call("LOWER", call("SUBSTRING", part.copy(), 2))
    written = exp.Lambda(this=exp.DPipe(this=first, expression=rest, safe=True), expressions=[part])
    return call("ARRAY_TO_STRING", call("LIST_TRANSFORM", parts, written), "")


def within(node: exp.Expr) -> exp.Expr | None:
    """PERCENTILE_CONT of decimals, which DuckDB would round."""
    item = node.args["expression"].expressions[0]
    if isinstance(node.this, exp.PercentileCont) and kind(item.this) in NUMBERS:
        item.set("this", guards.cast(item.this, "DOUBLE", "real"))
    return None


def joined(node: exp.Expr) -> exp.Expr | None:
    """STRING_AGG(DISTINCT text): PostgreSQL sorts to find the distinct ones."""
    if isinstance(node.this, exp.Distinct):
        key = exp.Ordered(this=node.this.expressions[0].copy(), nulls_first=False)
        node.set("this", exp.Order(this=node.this, expressions=[key]))
    return None


def series(node: exp.Expr) -> exp.Expr | None:
    """generate_series(a, b, step) over time: texts among its ends are moments."""
    if interval_of(node.args.get("step")) is not None or kind(node.args.get("step")) == "interval":
        for name in ("start", "end"):
            node.set(name, guards.as_moment(node.args[name]))
    return None


def _by_its_name(node: exp.Expr) -> exp.Expr | None:
    rule = NAMED.get(node.name.lower())
    return rule(node) if rule is not None else None


def _moments(node: exp.Expr) -> exp.Expr:
    node.set("expressions", [guards.as_moment(part) for part in node.expressions])
    return node


NAMED: dict[str, Rule] = {
    "age": _moments,
    "to_char": to_char,
    "to_date": to_moment,
    "to_timestamp": to_moment,
    "every": lambda node: exp.LogicalAnd(this=node.expressions[0]),
}
TEXTS = (exp.ByteString, exp.RawString, exp.UnicodeString, exp.National)
RULES: Rules = {
    **dict.fromkeys(TEXTS, lambda node: literal(node.name)),
    exp.Div: divide,
    exp.Mod: guards.remainder,
    exp.IntDiv: whole_division,
    exp.Cast: cast,
    exp.TimestampTrunc: start,
    exp.Extract: extract,
    exp.Sum: summed,
    exp.Like: like,
    exp.ILike: like,
    exp.SimilarTo: similar,
    exp.RegexpLike: regexp,
    exp.RegexpILike: regexp,
    exp.RegexpReplace: regexp_replace,
    exp.Substring: substring,
    exp.Initcap: initcap,
    exp.WithinGroup: within,
    exp.GroupConcat: joined,
    exp.ToNumber: to_number,
    exp.AtTimeZone: at_time_zone,
    exp.ExplodingGenerateSeries: series,
    exp.Anonymous: _by_its_name,
}
