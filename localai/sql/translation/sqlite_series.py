"""generate_series for SQLite, as a query that calls itself; it must not know other functions."""

from __future__ import annotations

from sqlglot import exp

from localai.errors import SQLRejected
from localai.sql.checking.kinding import mark
from localai.sql.translation.rewriting import interval_of, literal, moment_of, wrapped
from localai.sql.translation.sqlite_sums import add, is_day


def series(node: exp.Expr) -> exp.Expr | None:
    """`generate_series(a, b, step)` in a table's place, as a recursive query."""
    call_ = node.this
    if not isinstance(call_, exp.ExplodingGenerateSeries | exp.GenerateSeries):
        return None
    alias = node.args.get("alias")
    table = alias.name if alias is not None else "generate_series"
    name = alias.columns[0].name if alias is not None and alias.columns else table
    steps = f"{table}_steps"
    start, end, step = call_.args["start"], call_.args["end"], call_.args.get("step")
    if any(_depends(part) for part in (start, end, step) if part is not None):
        raise SQLRejected("SQLite cannot make a series that depends on a row.")
    column = exp.column(name)
    if interval_of(step) is not None or moment_of(start) is not None:
        mark(column, "date" if is_day(start) else "timestamp")
    following = exp.Add(this=column, expression=step if step is not None else literal(1))
    moved = add(following) or following
    up = not _is_negative(step)
    more = (exp.LTE if up else exp.GTE)(this=moved.copy(), expression=wrapped(end.copy()))
    first = exp.Select(expressions=[exp.Alias(this=start, alias=exp.to_identifier(name))])
    begun = (exp.LTE if up else exp.GTE)(this=wrapped(start.copy()), expression=wrapped(end))
    first = first.where(begun, copy=False)
    rest = exp.Select(expressions=[moved]).from_(steps, copy=False).where(more, copy=False)
    cte = exp.CTE(
        this=exp.Union(this=first, expression=rest, distinct=False),
        alias=exp.TableAlias(this=exp.to_identifier(steps), columns=[exp.to_identifier(name)]),
    )
    query = exp.select(exp.column(name)).from_(steps, copy=False)
    query.set("with_", exp.With(expressions=[cte], recursive=True))
    found = exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier(table)))
    found.set("joins", node.args.get("joins"))
    return found


def _depends(node: exp.Expr) -> bool:
    inside = node.walk(prune=lambda part: isinstance(part, exp.Query))
    return any(isinstance(part, exp.Column) for part in inside)


def lone_series(node: exp.Expr) -> exp.Expr | None:
    """generate_series elsewhere than in FROM."""
    if isinstance(node.parent, exp.Table):
        return None
    raise SQLRejected("SQLite can make a series of rows in FROM alone.")


def _is_negative(step: exp.Expr | None) -> bool:
    span = interval_of(step)
    return isinstance(step, exp.Neg) or (span is not None and span.length() < 0)
