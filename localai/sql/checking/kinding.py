"""The kind of each expression of a syntax tree, as PostgreSQL types it; names are known already."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from sqlglot import exp

from localai.sql.kinds import MOMENTS, NUMBERS, WHOLE, Kind, declared, promoted

T = exp.DataType.Type
CASTS: dict[object, Kind] = {
    **dict.fromkeys((T.INT, T.SMALLINT, T.TINYINT), "integer"),
    **dict.fromkeys((T.BIGINT, T.INT128), "bigint"),
    **dict.fromkeys((T.DECIMAL, T.MONEY, T.BIGDECIMAL), "decimal"),
    **dict.fromkeys((T.FLOAT, T.DOUBLE), "real"),
    **dict.fromkeys((T.TEXT, T.VARCHAR, T.CHAR, T.NVARCHAR, T.BPCHAR, T.NCHAR, T.NAME), "text"),
    **dict.fromkeys((T.TIMESTAMP, T.TIMESTAMPTZ, T.TIMESTAMPNTZ, T.DATETIME), "timestamp"),
    **dict.fromkeys((T.TIME, T.TIMETZ), "time"),
    **dict.fromkeys((T.JSON, T.JSONB), "json"),
    T.ARRAY: "array",
    T.BOOLEAN: "boolean",
    T.DATE: "date",
    T.INTERVAL: "interval",
}

FIXED: dict[Kind, tuple[type[exp.Expr], ...]] = {
    "boolean": (
        exp.Predicate, exp.Connector, exp.Not, exp.LogicalAnd, exp.LogicalOr, exp.StartsWith,
        exp.RegexpLike, exp.RegexpILike, exp.Boolean,
    ),
    "bigint": (exp.Count, exp.RowNumber, exp.Rank, exp.DenseRank),
    "integer": (
        exp.Length, exp.StrPosition, exp.Ascii, exp.Unicode, exp.Ntile, exp.ArraySize, exp.Year,
        exp.Month, exp.Day, exp.Hour, exp.Minute, exp.Quarter, exp.Week, exp.DayOfWeek,
    ),
    "decimal": (exp.Extract, exp.ToNumber),
    "real": (
        exp.PercentRank, exp.CumeDist, exp.Rand, exp.Cbrt, exp.Degrees, exp.Radians, exp.Pi,
        exp.Sin, exp.Cos, exp.Tan, exp.Asin, exp.Acos, exp.Atan, exp.Atan2, exp.Corr,
        exp.CovarPop, exp.CovarSamp,
    ),
    "text": (
        exp.Upper, exp.Lower, exp.Initcap, exp.Trim, exp.Left, exp.Right, exp.Substring,
        exp.SplitPart, exp.Concat, exp.ConcatWs, exp.DPipe, exp.Replace, exp.Translate,
        exp.Repeat, exp.Reverse, exp.Pad, exp.Chr, exp.RegexpReplace, exp.GroupConcat,
        exp.ArrayToString, exp.TimeToStr, exp.JSONExtractScalar, exp.Typeof, exp.Dayname,
        exp.Monthname,
    ),
    "date": (exp.CurrentDate, exp.Date, exp.StrToDate),
    "timestamp": (
        exp.CurrentTimestamp, exp.Localtimestamp, exp.StrToTime, exp.UnixToTime, exp.AtTimeZone,
        exp.TimestampFromParts, exp.Datetime,
    ),
    "time": (exp.CurrentTime, exp.Localtime, exp.Time),
    "interval": (exp.Interval, exp.MakeInterval, exp.JustifyDays, exp.JustifyHours),
    "array": (exp.Array, exp.ArrayAgg),
    "json": (exp.JSONExtract,),
}  # fmt: skip
OF_CLASS: dict[type[exp.Expr], Kind] = {
    cls: kind for kind, classes in FIXED.items() for cls in classes
}

OF_NAME: dict[str, Kind] = {
    **dict.fromkeys(("to_char", "printf"), "text"),
    **dict.fromkeys(("strftime",), "text"),
    **dict.fromkeys(("to_date", "make_date"), "date"),
    **dict.fromkeys(("to_timestamp", "strptime", "datetime"), "timestamp"),
    **dict.fromkeys(("clock_timestamp", "statement_timestamp"), "timestamp"),
    "age": "interval",
    "time": "time",
    "every": "boolean",
    "julianday": "real",
    "total": "real",
    "cardinality": "integer",
    "unixepoch": "integer",
    "json_array_length": "integer",
    "date_diff": "bigint",
}

# They have the kind of what they are of.
CARRIERS = (
    exp.Paren, exp.Min, exp.Max, exp.Nullif, exp.Neg, exp.FirstValue, exp.LastValue, exp.NthValue,
    exp.Window, exp.Filter, exp.Alias, exp.Abs, exp.Order, exp.Ordered, exp.IgnoreNulls,
    exp.RespectNulls,
)  # fmt: skip
# These, of any of their values.
CHOICES = (exp.Coalesce, exp.Greatest, exp.Least, exp.Distinct)
ROUNDED = (exp.Round, exp.Ceil, exp.Floor, exp.Trunc, exp.Sign)
ROOTED = (exp.Pow, exp.Sqrt, exp.Exp, exp.Ln, exp.Log)
SPREADS = (exp.Stddev, exp.StddevSamp, exp.StddevPop, exp.Variance, exp.VariancePop)

Rule = Callable[[exp.Expr], "Kind | None"]


def kind(node: exp.Expr | None) -> Kind | None:
    """What the expression was found to be; None for unknown, and for texts of no type yet."""
    return None if node is None else cast("Kind | None", node.meta.get("kind"))


def mark(node: exp.Expr, found: Kind | None) -> exp.Expr:
    """The node itself, with what it is written on it."""
    if found is None:
        node.meta.pop("kind", None)
    else:
        node.meta["kind"] = found
    return node


def mark_stored(node: exp.Expr) -> None:
    """Writes on a column that its values are just as some table holds them."""
    node.meta["stored"] = True


def is_stored(node: exp.Expr) -> bool:
    """Whether the column's values are just as some table holds them."""
    return bool(node.meta.get("stored"))


def kind_of(node: exp.Expr) -> Kind | None:
    """What an expression is, by what its parts were marked as."""
    if isinstance(node, exp.Anonymous):
        return OF_NAME.get(node.name.lower())
    if isinstance(node, exp.Literal):
        return _of_literal(node)
    if isinstance(node, exp.Cast):
        found = CASTS.get(node.to.this)
        return declared(node.to.sql()) if found is None else found
    if isinstance(node, CARRIERS):
        return kind(node.this)
    if isinstance(node, CHOICES):
        return _first(list(node.iter_expressions()))
    if isinstance(node, exp.Lag | exp.Lead):
        default = node.args.get("default")
        return _first([node.this] if default is None else [node.this, default])
    rule = RULES.get(type(node))
    if rule is not None:
        return rule(node)
    return _by_class(node)


def _by_class(node: exp.Expr) -> Kind | None:
    found = OF_CLASS.get(type(node))
    if found is not None:
        return found
    return "boolean" if isinstance(node, exp.Predicate | exp.Connector) else None


def _of_literal(node: exp.Literal) -> Kind | None:
    if node.is_string:
        return None
    return "integer" if node.is_int else "decimal"


def _first(parts: list[exp.Expr]) -> Kind | None:
    kinds = [kind(part) for part in parts]
    numbers = [found for found in kinds if found in NUMBERS]
    if len(numbers) == len(kinds) > 1:
        total: Kind | None = numbers[0]
        for found in numbers[1:]:
            total = promoted(total, found)
        return total
    if {"date", "timestamp"} <= set(kinds):
        return "timestamp"
    return next((found for found in kinds if found is not None), None)


def _of_sum(node: exp.Expr) -> Kind | None:
    left, right = kind(node.this), kind(node.args["expression"])
    if "interval" in (left, right):
        other = right if left == "interval" else left
        return "timestamp" if other in MOMENTS else other if other == "time" else "interval"
    if left in MOMENTS or right in MOMENTS:
        return _of_moved(node, left, right)
    return promoted(left, right)


def _of_moved(node: exp.Expr, left: Kind | None, right: Kind | None) -> Kind | None:
    if "time" in (left, right):
        return "timestamp"
    if not isinstance(node, exp.Sub):
        return left if left in MOMENTS else right
    if right in MOMENTS or (isinstance(node.args["expression"], exp.Literal) and right is None):
        # PostgreSQL reads an untyped text as what stands across from it.
        return "interval" if "timestamp" in (left, right) else "integer"
    if left is None and right in MOMENTS:
        return "interval" if right == "timestamp" else "integer"
    return left


def _of_product(node: exp.Expr) -> Kind | None:
    left, right = kind(node.this), kind(node.args["expression"])
    return "interval" if "interval" in (left, right) else promoted(left, right)


def _of_total(node: exp.Expr) -> Kind | None:
    inner = kind(_argument(node))
    return {"integer": "bigint", "bigint": "decimal"}.get(inner or "", inner)  # type: ignore[return-value]


def _of_mean(node: exp.Expr) -> Kind | None:
    inner = kind(_argument(node))
    return inner if inner in ("real", "interval") else "decimal"


def _argument(node: exp.Expr) -> exp.Expr | None:
    inner = node.this
    if isinstance(inner, exp.Distinct) and inner.expressions:
        return cast("exp.Expr", inner.expressions[0])
    return cast("exp.Expr | None", inner)


def _of_rounded(node: exp.Expr) -> Kind | None:
    inner = kind(node.this)
    # Of an integer, PostgreSQL's are double precision, and with digits numeric.
    return "decimal" if node.args.get("decimals") else "real" if inner in WHOLE else inner


def _of_root(node: exp.Expr) -> Kind | None:
    parts = [kind(part) for part in node.iter_expressions()]
    return "decimal" if "decimal" in parts and "real" not in parts else "real"


def _of_case(node: exp.Expr) -> Kind | None:
    branches = node.args.get("ifs") or [node]
    results = [branch.args["true"] for branch in branches]
    last = node.args.get("default") or node.args.get("false")
    return _first(results + ([last] if last is not None else []))


def _of_truncated(node: exp.Expr) -> Kind | None:
    return "interval" if kind(node.this) == "interval" else "timestamp"


def _of_within(node: exp.Expr) -> Kind | None:
    order = node.args["expression"].expressions
    inner = kind(order[0].this) if order else None
    continuous = isinstance(node.this, exp.PercentileCont)
    return "real" if continuous and inner in NUMBERS else inner


RULES: dict[type[exp.Expr], Rule] = {
    exp.Add: _of_sum,
    exp.Sub: _of_sum,
    exp.Mul: _of_product,
    exp.Div: _of_product,
    exp.Mod: _of_product,
    exp.Sum: _of_total,
    exp.Avg: _of_mean,
    exp.Case: _of_case,
    exp.If: _of_case,
    exp.TimestampTrunc: _of_truncated,
    exp.WithinGroup: _of_within,
    **dict.fromkeys(ROUNDED, _of_rounded),
    **dict.fromkeys(ROOTED, _of_root),
    **dict.fromkeys(SPREADS, _of_mean),
}
