"""Every rule that turns PostgreSQL into SQLite, in one table; it must not apply them."""

from __future__ import annotations

from sqlglot import exp

from localai.sql.translation import (
    sqlite_casts,
    sqlite_comparisons,
    sqlite_dates,
    sqlite_queries,
    sqlite_series,
    sqlite_sums,
    sqlite_texts,
    sqlite_totals,
)
from localai.sql.translation.rewriting import Rule, Rules, literal

NAMED: dict[str, Rule] = {
    "age": sqlite_dates.age,
    "to_char": sqlite_dates.to_char,
    "to_date": sqlite_dates.to_date,
    "to_timestamp": sqlite_dates.to_timestamp,
    "strftime": sqlite_dates.strftime,
    "every": sqlite_texts.by_name("MIN", "expressions"),
    "cardinality": sqlite_texts.by_name("JSON_ARRAY_LENGTH", "expressions"),
}
COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)


def _by_its_name(node: exp.Expr) -> exp.Expr | None:
    rule = NAMED.get(node.name.lower())
    return rule(node) if rule is not None else None


def _compared(node: exp.Expr) -> exp.Expr | None:
    return sqlite_queries.compared_with_many(node) or sqlite_comparisons.compare(node)


def _plain_text(node: exp.Expr) -> exp.Expr | None:
    return literal(node.name)


RULES: Rules = {
    **sqlite_texts.RULES,
    **sqlite_totals.RULES,
    **sqlite_queries.RULES,
    **dict.fromkeys(COMPARISONS, _compared),
    **dict.fromkeys((exp.NullSafeEQ, exp.NullSafeNEQ), sqlite_comparisons.compare),
    **dict.fromkeys((exp.ByteString, exp.RawString, exp.UnicodeString, exp.National), _plain_text),
    exp.Table: sqlite_series.series,
    exp.ExplodingGenerateSeries: sqlite_series.lone_series,
    exp.Between: sqlite_comparisons.between,
    exp.In: lambda node: sqlite_queries.among(node) or sqlite_comparisons.within(node),
    exp.Ordered: sqlite_comparisons.ordered,
    exp.Add: sqlite_sums.add,
    exp.Sub: sqlite_sums.subtract,
    exp.Mul: sqlite_sums.multiply,
    exp.Div: sqlite_sums.divide,
    exp.Mod: sqlite_sums.remainder,
    exp.Neg: sqlite_sums.negate,
    exp.Cast: sqlite_casts.cast,
    exp.TryCast: sqlite_casts.cast,
    exp.Date: sqlite_casts.to_date_call,
    exp.Extract: sqlite_dates.extract,
    exp.TimestampTrunc: sqlite_dates.start,
    exp.Interval: sqlite_dates.as_written,
    exp.TimestampFromParts: sqlite_texts.by_name(
        "MAKE_TIMESTAMP", "year", "month", "day", "hour", "min", "sec"
    ),
    exp.AtTimeZone: sqlite_dates.at_time_zone,
    exp.Anonymous: _by_its_name,
}
