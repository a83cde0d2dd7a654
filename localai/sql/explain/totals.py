"""Says counts, sums, averages and windows; it must not know whole queries."""

from __future__ import annotations

from sqlglot import exp

from localai.sql.explain.order import ordering
from localai.sql.explain.voice import Voice, Words
from localai.sql.explain.words import bare, listing

SIMPLE: dict[type[exp.Expr], str] = {
    exp.Sum: "sum of", exp.Avg: "average", exp.Min: "lowest", exp.Max: "highest",
    exp.Median: "median", exp.Stddev: "standard deviation of", exp.Variance: "variance of",
    exp.StddevSamp: "standard deviation of", exp.StddevPop: "standard deviation (of all) of",
}  # fmt: skip
DATED = {exp.Min: "earliest", exp.Max: "latest"}
LETTERED = {exp.Min: "first (by the alphabet)", exp.Max: "last (by the alphabet)"}


def _count(node: exp.Count, voice: Voice) -> str:
    counted = node.this
    if isinstance(counted, exp.Distinct):
        parts = [bare(voice.value(one)) for one in counted.expressions]
        what = "values" if len(parts) == 1 else "combinations"
        return f"the number of different {what} of {listing(parts)}"
    if isinstance(counted, exp.Star | exp.Literal):
        return f"the number of {voice.scope.noun}"
    only = _only_where(counted, zero=False)
    if only is not None and isinstance(only[0], exp.Literal | exp.Column):
        return f"the number of {voice.scope.noun} where {voice.condition(only[1])}"
    return f"the number of values of {bare(voice.operand(counted))}"


def _simple(node: exp.AggFunc, voice: Voice) -> str:
    argument, name = node.this, SIMPLE[type(node)]
    different = ""
    if isinstance(argument, exp.Distinct) and len(argument.expressions) == 1:
        argument, different = argument.expressions[0], " different values of"
    only = _only_where(argument, zero=isinstance(node, exp.Sum))
    if only is not None:
        value, met = only
        if isinstance(node, exp.Sum) and isinstance(value, exp.Literal) and value.name == "1":
            return f"the number of {voice.scope.noun} where {voice.condition(met)}"
        return f"{_simple(type(node)(this=value), voice)} where {voice.condition(met)}"
    if isinstance(argument.unnest(), exp.Predicate) and type(node) in (exp.Min, exp.Max):
        which = "any" if isinstance(node, exp.Max) else "every"
        return f"whether {voice.condition(argument)} in {which} row"
    kind = voice.kind(argument)
    name = (DATED if kind == "date" else LETTERED if kind == "text" else {}).get(type(node), name)
    choice = isinstance(argument.unnest(), exp.Case | exp.If | exp.Add | exp.Sub)
    said = voice.operand(argument) if choice else bare(voice.value(argument))
    if different:
        return f"the {name.removesuffix(' of')} of the{different} {said}"
    loose = not isinstance(argument, exp.Column) and not name.endswith(" of")
    return f"the {name} of {said}" if loose else f"the {name} {said}"


def _only_where(node: exp.Expr, *, zero: bool) -> tuple[exp.Expr, exp.Expr] | None:
    """Value and condition of `CASE WHEN condition THEN value [ELSE NULL, or 0 for a sum] END`."""
    if isinstance(node, exp.Case) and len(node.args["ifs"]) == 1 and node.this is None:
        arm, other = node.args["ifs"][0], node.args.get("default")
    elif isinstance(node, exp.If):
        arm, other = node, node.args.get("false")
    else:
        return None
    nothing = other is None or isinstance(other, exp.Null)
    if nothing or (zero and isinstance(other, exp.Literal) and other.name == "0"):
        return arm.args["true"], arm.this
    return None


def _whether(node: exp.LogicalOr | exp.LogicalAnd, voice: Voice) -> str:
    which = "any" if isinstance(node, exp.LogicalOr) else "every"
    return f"whether {voice.condition(node.this)} in {which} row"


def _filter(node: exp.Filter, voice: Voice) -> str:
    return f"{voice.value(node.this)} where {voice.condition(node.expression.this)}"


def _texts(node: exp.GroupConcat | exp.ArrayAgg, voice: Voice) -> str:
    argument, order = node.this, ""
    if isinstance(argument, exp.Order):
        argument, order = argument.this, f", {ordering(argument, voice)}"
    which = "all values"
    if isinstance(argument, exp.Distinct):
        argument, which = argument.expressions[0], "all different values"
    return f"{which} of {bare(voice.value(argument))} in one list{order}"


def _percentile(node: exp.WithinGroup, voice: Voice) -> str:
    inner, order = node.this, node.expression
    if isinstance(inner, exp.Mode) and len(order.expressions) == 1:
        return f"the most frequent {bare(voice.value(order.expressions[0].this))}"
    known = isinstance(inner, exp.PercentileCont | exp.PercentileDisc)
    if not known or len(order.expressions) != 1 or order.expressions[0].args.get("desc"):
        return voice.quoted(node)
    return _share(inner.this, order.expressions[0].this, node, voice)


def _quantile(node: exp.PercentileCont, voice: Voice) -> str:
    if node.expression is None:
        return voice.quoted(node)
    return _share(node.expression, node.this, node, voice)


def _share(share: exp.Expr, value: exp.Expr, node: exp.Expr, voice: Voice) -> str:
    if not isinstance(share, exp.Literal) or share.is_string:
        return voice.quoted(node)
    said = bare(voice.value(value))
    if float(share.name) == 0.5:
        return f"the median of {said}"
    return f"the value of {said} that {100 * float(share.name):.4g} % of all lie at or below"


PLACES: dict[type[exp.Expr], str] = {
    exp.RowNumber: "the position",
    exp.Rank: "the rank (with gaps after ties)",
    exp.DenseRank: "the rank (without gaps after ties)",
}
NEIGHBOURS: dict[type[exp.Expr], str] = {exp.Lag: "previous", exp.Lead: "next"}


def _window(node: exp.Window, voice: Voice) -> str:
    order, spec = node.args.get("order"), node.args.get("spec")
    said = _windowed(node.this, ordered=order is not None and spec is None, voice=voice)
    if said is None or node.args.get("over") not in (None, "OVER"):
        return voice.quoted(node)
    frame = _frame(spec, voice) if spec is not None else ""
    if frame is None:
        return voice.quoted(node)
    parts = [bare(voice.value(one)) for one in node.args.get("partition_by") or ()]
    within = f" within each {listing(parts)}" if parts else ""
    by = f" {ordering(order, voice, verb='by')}" if order else ""
    return f"{said}{frame}{by}{within}"


def _windowed(inner: exp.Expr, *, ordered: bool, voice: Voice) -> str | None:
    if type(inner) in PLACES:
        return PLACES[type(inner)]
    if type(inner) in NEIGHBOURS and inner.args.get("default") is None:
        step = inner.args.get("offset")
        which = NEIGHBOURS[type(inner)]
        row = f"the {which} row" if step is None else f"the {which} row, {voice.value(step)} away"
        return f"{bare(voice.value(inner.this))} of {row}"
    if not isinstance(inner, exp.Count | exp.Sum | exp.Avg | exp.Min | exp.Max | exp.Filter):
        return None
    # With an order and no frame of its own, a total runs from the first row to the present one.
    return f"the running {bare(voice.value(inner))}" if ordered else voice.value(inner)


def _frame(spec: exp.Expr, voice: Voice) -> str | None:
    start, end = spec.args.get("start"), spec.args.get("end")
    side, other = spec.args.get("start_side"), spec.args.get("end_side")
    if spec.args.get("kind") != "ROWS" or spec.args.get("exclude"):
        return None
    last = end == "CURRENT ROW"
    if start == "UNBOUNDED" and side == "PRECEDING" and last:
        return " from the first row to this one"
    if start == "UNBOUNDED" and end == "UNBOUNDED" and other == "FOLLOWING":
        return ""
    if isinstance(start, exp.Expr) and side == "PRECEDING" and last:
        return f" over this row and the {voice.value(start)} before it"
    return None


TOTALS: Words = {
    exp.Count: (_count, "this"),
    **dict.fromkeys(SIMPLE, (_simple, "this")),
    exp.LogicalOr: (_whether, "this"),
    exp.LogicalAnd: (_whether, "this"),
    exp.Filter: (_filter, "this expression"),
    exp.GroupConcat: (_texts, "this separator"),
    exp.ArrayAgg: (_texts, "this"),
    exp.WithinGroup: (_percentile, "this expression"),
    exp.PercentileCont: (_quantile, "this expression"),
    exp.Window: (_window, "this partition_by order spec over"),
}
