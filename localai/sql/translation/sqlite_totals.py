"""Totals for SQLite, which has the simplest ones alone; it must not know what they are over.

The others are functions that `databases/sqlite_functions.py` adds; lists are kept as JSON.
"""

from __future__ import annotations

from sqlglot import exp

from localai.errors import SQLRejected
from localai.sql.checking.kinding import kind
from localai.sql.translation.rewriting import Rules, call, literal
from localai.sql.translation.sqlite_texts import by_name

SPANS: dict[type[exp.Expr], str] = {
    exp.Sum: "INTERVAL_SUM",
    exp.Avg: "INTERVAL_AVG",
    exp.Min: "INTERVAL_MIN",
    exp.Max: "INTERVAL_MAX",
}


def joined(node: exp.Expr) -> exp.Expr | None:
    """STRING_AGG(text, separator)."""
    separator = node.args.get("separator") or literal(",")
    plain, name = "GROUP_CONCAT", "STRING_AGG"
    return _listed(node.this, plain, name, [separator])


def listed(node: exp.Expr) -> exp.Expr | None:
    """ARRAY_AGG(value)."""
    return _listed(node.this, "JSON_GROUP_ARRAY", "ARRAY_AGG", [])


def _listed(inner: exp.Expr, plain: str, name: str, more: list[exp.Expr]) -> exp.Expr:
    order = inner.expressions if isinstance(inner, exp.Order) else []
    value = inner.this if isinstance(inner, exp.Order) else inner
    ways = " ".join(_way(item) for item in order)
    if isinstance(value, exp.Distinct):
        # PostgreSQL sorts to find the distinct ones, by the value itself.
        return call(f"{name}_DISTINCT", value.expressions[0], *more, ways or "asc")
    if not order:
        return call(plain, value, *more)
    return call(f"{name}_BY", value, *more, ways, *(item.this for item in order))


def _way(item: exp.Expr) -> str:
    down = bool(item.args.get("desc"))
    first = item.args.get("nulls_first")
    return ("desc" if down else "asc") + ("-first" if first else "-last")


def within(node: exp.Expr) -> exp.Expr | None:
    """`PERCENTILE_CONT(p) WITHIN GROUP (ORDER BY x)` and MODE."""
    order = node.args["expression"].expressions
    if len(order) != 1:
        raise SQLRejected("WITHIN GROUP is understood with one ORDER BY item.")
    value, down = order[0].this, bool(order[0].args.get("desc"))
    inner = node.this
    if isinstance(inner, exp.Mode):
        return call("MODE", value, *(["desc"] if down else []))
    if not isinstance(inner, exp.PercentileCont | exp.PercentileDisc):
        raise SQLRejected("WITHIN GROUP is understood for percentiles and MODE.")
    share = inner.this
    if down:
        share = exp.Sub(this=literal(1), expression=share)
    name = "PERCENTILE_CONT" if isinstance(inner, exp.PercentileCont) else "PERCENTILE_DISC"
    if kind(value) == "interval":
        raise SQLRejected("Percentiles of spans of time are not carried over to SQLite.")
    return call(name, value, share)


def of_spans(node: exp.Expr) -> exp.Expr | None:
    """SUM, AVG, MIN and MAX, of spans of time."""
    inner = node.this
    if kind(inner) != "interval" or not isinstance(inner, exp.Expr):
        return None
    return call(SPANS[type(node)], inner, of="interval")


def counted(node: exp.Expr) -> exp.Expr | None:
    """COUNT(DISTINCT (a, b)): SQLite counts one value, so the two become one."""
    inner = node.this
    if not isinstance(inner, exp.Distinct):
        return None
    parts = inner.expressions
    if len(parts) == 1 and isinstance(parts[0], exp.Tuple):
        parts = parts[0].expressions
    if len(parts) > 1:
        inner.set("expressions", [call("JSON_ARRAY", *parts)])
    return None


def array(node: exp.Expr) -> exp.Expr | None:
    """`ARRAY[a, b]`, but where ANY or ALL takes it."""
    parent = node.parent
    while isinstance(parent, exp.Paren):
        parent = parent.parent
    taken = isinstance(parent, exp.Any | exp.All) or (
        isinstance(parent, exp.Anonymous) and parent.name.lower() in ("any", "all", "some")
    )
    return None if taken else call("JSON_ARRAY", *node.expressions)


def item(node: exp.Expr) -> exp.Expr | None:
    """`list[2]`."""
    index = node.expressions[0] if len(node.expressions) == 1 else None
    if kind(node.this) != "array" or not isinstance(index, exp.Literal):
        raise SQLRejected(f"SQLite cannot say {node.sql('postgres')}.")
    value = node.this.this if isinstance(node.this, exp.Paren) else node.this
    # sqlglot counts from 0.
    return call("JSON_EXTRACT", value, f"$[{index.name}]")


def as_text(node: exp.Expr) -> exp.Expr | None:
    """ARRAY_TO_STRING(list, separator)."""
    inner, separator = node.this, node.args["expression"]
    if isinstance(inner, exp.Anonymous) and inner.name == "JSON_GROUP_ARRAY":
        return call("GROUP_CONCAT", *inner.expressions, separator)
    return call("ARRAY_TO_STRING", inner, separator)


RULES: Rules = {
    exp.GroupConcat: joined,
    exp.ArrayAgg: listed,
    exp.WithinGroup: within,
    exp.Count: counted,
    exp.Array: array,
    exp.Bracket: item,
    exp.ArrayToString: as_text,
    exp.ArraySize: by_name("JSON_ARRAY_LENGTH", "this"),
    exp.LogicalAnd: by_name("MIN", "this"),
    exp.LogicalOr: by_name("MAX", "this"),
    exp.Stddev: by_name("STDDEV_SAMP", "this"),
    exp.StddevSamp: by_name("STDDEV_SAMP", "this"),
    exp.StddevPop: by_name("STDDEV_POP", "this"),
    exp.Variance: by_name("VAR_SAMP", "this"),
    exp.VariancePop: by_name("VAR_POP", "this"),
    exp.Corr: by_name("CORR", "this", "expression"),
    exp.CovarSamp: by_name("COVAR_SAMP", "this", "expression"),
    exp.CovarPop: by_name("COVAR_POP", "this", "expression"),
    exp.Sum: of_spans,
    exp.Avg: of_spans,
    exp.Min: of_spans,
    exp.Max: of_spans,
}
