"""Says what is kept of a query's rows, in which order, and how many; it must not know the rows."""

from __future__ import annotations

from sqlglot import exp

from localai.sql.explain.order import direction, ordering
from localai.sql.explain.outputs import is_one_total
from localai.sql.explain.voice import Voice


def endings(node: exp.Select | exp.SetOperation, voice: Voice) -> list[str]:
    """What is kept of groups, in which order, and how much of it."""
    said = []
    if isinstance(node, exp.Select):
        name_outputs(node, voice)
    having, order = node.args.get("having"), node.args.get("order")
    if having is not None:
        said.append(f"only where {voice.condition(having.this)}")
    if order is not None:
        said.append(order_of(node, order, voice))
    return said + bounds(node, voice)


def bounds(node: exp.Expr, voice: Voice) -> list[str]:
    """`at most 5`, `leaving out the first 10`."""
    said = []
    limit, offset = node.args.get("limit"), node.args.get("offset")
    if offset is not None:
        said.append(f"leaving out the first {voice.value(offset.expression)}")
    if limit is not None:
        said.append(f"at most {voice.value(limit.expression)}")
    return said


def order_of(node: exp.Expr, order: exp.Order, voice: Voice) -> str:
    """`largest first`, or `sorted by city (A to Z)`."""
    order, limited = order.copy(), node.args.get("limit") is not None
    for one in order.expressions:
        key = one.this if isinstance(one, exp.Ordered) else one
        if isinstance(key, exp.Literal) and key.is_int:
            key.replace((numbered(node, int(key.name)) or key).copy())
    if isinstance(node, exp.Select) and len(order.expressions) == 1 and node.args.get("group"):
        one = order.expressions[0]
        totals = [e.unalias() for e in node.expressions if is_one_total(e)]
        key = voice.scope.outputs.get(one.this.name.lower(), one.this)
        if len(totals) == 1 and totals[0] == key and isinstance(one, exp.Ordered):
            return (
                direction(one, voice, limited)
                .replace("highest", "largest")
                .replace("lowest", "smallest")
            )
    return ordering(order, voice, limited=limited)


def numbered(node: exp.Expr, number: int) -> exp.Expr | None:
    """The output of that number, counted from 1."""
    while isinstance(node, exp.SetOperation):
        node = node.this.unnest()
    if not isinstance(node, exp.Select):
        return None
    inside = 0 < number <= len(node.expressions)
    found = node.expressions[number - 1].unalias() if inside else None
    return found if isinstance(found, exp.Expr) else None


def name_outputs(select: exp.Select, voice: Voice) -> None:
    """Let HAVING and ORDER BY name what SELECT gives, by alias or by number."""
    for one in select.expressions:
        if isinstance(one, exp.Alias):
            voice.scope.outputs[one.alias.lower()] = one.this
