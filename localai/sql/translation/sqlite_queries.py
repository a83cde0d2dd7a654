"""Whole queries for SQLite: lists of rows, ANY and ALL, halves of a UNION, the first of each.

It must not know expressions.
"""

from __future__ import annotations

from sqlglot import exp

from localai.errors import SQLRejected
from localai.sql.checking.outputs import heading
from localai.sql.translation.rewriting import Rule, Rules, literal

OPERATORS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
LISTED = "listed"


def refused(what: str) -> Rule:
    """A rule that refuses by name."""

    def rule(node: exp.Expr) -> exp.Expr | None:
        raise SQLRejected(f"SQLite has no {what}, which the model's SQL uses.")

    return rule


def values(node: exp.Expr) -> exp.Expr | None:
    """`(VALUES (1, 'a'), (2, 'b')) AS v (x, y)`, as a UNION of SELECTs."""
    alias = node.args.get("alias")
    names = [name.name for name in alias.columns] if alias is not None else []
    if not isinstance(node.parent, exp.From | exp.Join | exp.Subquery | exp.CTE):
        return None
    selects = []
    for at, row in enumerate(node.expressions):
        cells = row.expressions if isinstance(row, exp.Tuple) else [row]
        columns = [names[i] if i < len(names) else f"column{i + 1}" for i in range(len(cells))]
        items = [
            exp.alias_(cell, name, copy=False) if at == 0 else cell
            for cell, name in zip(cells, columns, strict=True)
        ]
        selects.append(exp.Select(expressions=items))
    query: exp.Expr = selects[0]
    for select in selects[1:]:
        query = exp.Union(this=query, expression=select, distinct=False)
    if isinstance(node.parent, exp.Subquery | exp.CTE):
        return query
    return exp.Subquery(this=query, alias=_only_name(alias))


def _only_name(alias: exp.Expr | None) -> exp.Expr | None:
    return None if alias is None else exp.TableAlias(this=alias.this)


def subquery(node: exp.Expr) -> exp.Expr | None:
    """`(SELECT ...) AS t (a, b)`: the names go onto the columns themselves."""
    alias = node.args.get("alias")
    if not isinstance(alias, exp.TableAlias) or not alias.columns:
        return None
    query = node.this
    while isinstance(query, exp.SetOperation | exp.Subquery):
        query = query.this
    if not isinstance(query, exp.Select) or any(item.is_star for item in query.expressions):
        raise SQLRejected(f"SQLite cannot name the columns of {alias.name} from outside.")
    items = []
    for item, name in zip(query.expressions, alias.columns, strict=False):
        items.append(exp.alias_(item.unalias(), name.name, copy=False))
    query.set("expressions", items + query.expressions[len(items) :])
    alias.set("columns", None)
    return None


def compared_with_many(node: exp.Expr) -> exp.Expr | None:
    """`a = ANY (...)` and `a > ALL (...)`; None for what is neither."""
    many = node.args["expression"]
    is_all = isinstance(many, exp.All) or _is_call(many, "all")
    if not (is_all or isinstance(many, exp.Any) or _is_call(many, "any", "some")):
        return None
    inner = many.expressions[0] if isinstance(many, exp.Anonymous) else many.this
    while isinstance(inner, exp.Paren):
        inner = inner.this
    if isinstance(inner, exp.Array):
        return _of_list(node, inner, is_all)
    query = inner.this if isinstance(inner, exp.Subquery) else inner
    if not isinstance(query, exp.Query):
        raise SQLRejected(f"SQLite cannot say {node.sql('postgres')}.")
    if isinstance(node, exp.EQ) and not is_all:
        return exp.In(this=node.this, query=exp.Subquery(this=query))
    if isinstance(node, exp.NEQ) and is_all:
        return exp.Not(this=exp.In(this=node.this, query=exp.Subquery(this=query)))
    return _of_extreme(node, query, is_all)


def _is_call(node: exp.Expr, *names: str) -> bool:
    return isinstance(node, exp.Anonymous) and node.name.lower() in names


def _of_list(node: exp.Expr, array: exp.Array, is_all: bool) -> exp.Expr:
    if isinstance(node, exp.EQ) and not is_all:
        return exp.In(this=node.this, expressions=array.expressions)
    if isinstance(node, exp.NEQ) and is_all:
        return exp.Not(this=exp.In(this=node.this, expressions=array.expressions))
    parts = [type(node)(this=node.this.copy(), expression=part) for part in array.expressions]
    joined: exp.Expr = parts[0]
    for part in parts[1:]:
        joined = (exp.And if is_all else exp.Or)(this=joined, expression=part)
    return exp.paren(joined, copy=False)


def _of_extreme(node: exp.Expr, query: exp.Query, is_all: bool) -> exp.Expr:
    """By the largest or smallest of a subquery; with none, ALL is true and ANY is not."""
    up = isinstance(node, exp.GT | exp.GTE)
    if not up and not isinstance(node, exp.LT | exp.LTE):
        raise SQLRejected(f"SQLite cannot say {node.sql('postgres')}.")
    first = query
    while isinstance(first, exp.SetOperation):
        first = first.this
    item = first.expressions[0]
    first.set("expressions", [exp.alias_(item.unalias(), LISTED, copy=False)])
    column = exp.column(LISTED)
    best = (exp.Max if up == is_all else exp.Min)(this=column)
    # A missing value makes ALL unknown: no extreme then.
    complete = exp.EQ(this=exp.Count(this=exp.Star()), expression=exp.Count(this=column.copy()))
    shown: exp.Expr = exp.Case(ifs=[exp.If(this=complete, true=best)]) if is_all else best
    source = exp.Subquery(this=query.copy())
    extreme = exp.Select(expressions=[shown]).from_(source, copy=False)
    found = type(node)(this=node.this, expression=exp.Subquery(this=extreme))
    if not is_all:
        return exp.paren(found, copy=False)
    none = exp.Not(this=exp.Exists(this=query.copy()))
    return exp.paren(exp.Or(this=none, expression=found), copy=False)


def halves(node: exp.Expr) -> exp.Expr | None:
    """UNION and the like: SQLite knows no parentheses around a half, and ALL only with UNION."""
    if not isinstance(node, exp.Union) and not node.args.get("distinct"):
        raise SQLRejected(f"SQLite has no {node.key.upper()} ALL, which the model's SQL uses.")
    for name in ("this", "expression"):
        half = node.args[name]
        if isinstance(half, exp.Subquery):
            inner = half.this
            bare = not any(inner.args.get(part) for part in ("order", "limit", "offset", "with_"))
            if bare and isinstance(inner, exp.Select):
                node.set(name, inner)
            else:
                node.set(name, exp.select("*").from_(half, copy=False))
    return None


def limited(node: exp.Expr) -> exp.Expr | None:
    """FETCH FIRST n ROWS, as LIMIT."""
    options = node.args.get("limit_options")
    if options is not None and options.args.get("with_ties"):
        raise SQLRejected("SQLite has no WITH TIES, which the model's SQL uses.")
    return exp.Limit(expression=node.args.get("count") or literal(1))


def among(node: exp.Expr) -> exp.Expr | None:
    """`(a, b) IN ((1, 2), (3, 4))`: SQLite wants rows to compare with as VALUES."""
    if isinstance(node.this, exp.Tuple) and node.expressions:
        rows = exp.Values(expressions=node.expressions)
        return exp.In(this=node.this, query=exp.Subquery(this=rows))
    return None


def selected(node: exp.Expr) -> exp.Expr | None:
    """A SELECT: an OFFSET needs a LIMIT, LIMIT ALL is none, and DISTINCT ON goes by a number."""
    limit = node.args.get("limit")
    if isinstance(limit, exp.Limit) and (
        limit.is_limit_all or isinstance(limit.expression, exp.Null)
    ):
        node.set("limit", None)
    if node.args.get("offset") is not None and node.args.get("limit") is None:
        node.set("limit", exp.Limit(expression=literal(-1)))
    distinct = node.args.get("distinct")
    on = distinct.args.get("on") if isinstance(distinct, exp.Distinct) else None
    return None if on is None else _first_of_each(node, on)


def _first_of_each(node: exp.Expr, on: exp.Expr) -> exp.Expr:
    """`DISTINCT ON (a)`: the row that comes first for each a, in the order of the query."""
    named = {
        item.alias.lower(): item.this for item in node.expressions if isinstance(item, exp.Alias)
    }
    order = node.args.get("order")
    items = [_spelt_out(item.copy(), named) for item in (order.expressions if order else [])]
    keys = [
        _spelt_out(key.copy(), named)
        for key in (on.expressions if isinstance(on, exp.Tuple) else [on])
    ]
    ordering = exp.Order(expressions=items) if items else None
    nth = exp.Window(this=exp.RowNumber(), partition_by=keys, order=ordering)
    place = exp.Window(this=exp.RowNumber(), order=ordering.copy() if ordering else None)
    inner, outer = node.copy(), exp.Select()
    for part in ("distinct", "order", "limit", "offset", "with_"):
        inner.set(part, None)
    # The inner names are ours, so that no heading is taken for another.
    names = [f"item_{at}" for at in range(1, len(node.expressions) + 1)]
    numbered = [
        _named(item.unalias(), name) for item, name in zip(inner.expressions, names, strict=True)
    ]
    inner.set("expressions", [*numbered, _named(nth, "nth_item"), _named(place, "place_item")])
    shown = [
        _named(exp.column(name), heading(item))
        for name, item in zip(names, node.expressions, strict=True)
    ]
    outer.set("expressions", shown)
    outer.from_(exp.Subquery(this=inner), copy=False)
    outer.where(exp.EQ(this=exp.column("nth_item"), expression=literal(1)), copy=False)
    outer.order_by(exp.column("place_item"), copy=False)
    for part in ("limit", "offset", "with_"):
        outer.set(part, node.args.get(part))
    return outer


def _named(node: exp.Expr, name: str) -> exp.Expr:
    return exp.Alias(this=node, alias=exp.to_identifier(name))


def _spelt_out(item: exp.Expr, named: dict[str, exp.Expr]) -> exp.Expr:
    """The item with the headings in it replaced by what they stand for."""
    for column in list(item.find_all(exp.Column)):
        meant = named.get(column.name.lower()) if not column.table else None
        if meant is not None:
            if column is item:
                return meant.copy()
            column.replace(meant.copy())
    return item


RULES: Rules = {
    exp.Values: values,
    exp.Subquery: subquery,
    exp.Union: halves,
    exp.Intersect: halves,
    exp.Except: halves,
    exp.Fetch: limited,
    exp.Select: selected,
    **{
        kind_: refused(what)
        for kind_, what in (
            (exp.Lateral, "LATERAL"),
            (exp.Unnest, "UNNEST"),
            (exp.Rollup, "ROLLUP"),
            (exp.Cube, "CUBE"),
            (exp.GroupingSets, "GROUPING SETS"),
            (exp.Overlaps, "OVERLAPS"),
            (exp.Qualify, "QUALIFY"),
        )
    },
}
