"""Says a query clause by clause, a line for each; it must not know words for single values."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from localai.sql.explain.endings import bounds, name_outputs, order_of
from localai.sql.explain.queries import group_keys, is_known, steps
from localai.sql.explain.sources import scope_of, subject
from localai.sql.explain.voice import Voice
from localai.sql.explain.words import bare, definite, listing


def clauses(tree: exp.Query, voice: Voice) -> Iterator[str]:
    """`Shows: ...`, `From: ...`, `Only where: ...` and so on."""
    if not is_known(tree):
        yield f"Runs: {voice.quoted(tree)}"
        return
    for name, said in steps(tree, voice):
        yield f"First, {name}: {said}"
    if isinstance(tree, exp.SetOperation):
        yield from _both(tree, voice)
        return
    assert isinstance(tree, exp.Select)
    with voice.within(scope_of(tree)):
        yield from _select(tree, voice)


def _both(tree: exp.SetOperation, voice: Voice) -> Iterator[str]:
    joint = {exp.Union: "Together with", exp.Intersect: "Only what is also in"}
    yield f"Gives: {voice.query(tree.this)}"
    yield f"{joint.get(type(tree), 'Leaving out')}: {voice.query(tree.expression)}"
    if isinstance(tree, exp.Union):
        yield "Repeats: " + ("each row once" if tree.args.get("distinct") else "kept")
    yield from _tail(tree, voice)


def _select(tree: exp.Select, voice: Voice) -> Iterator[str]:
    yield f"Shows: {'; '.join(_item(one, voice) for one in tree.expressions)}"
    if tree.args.get("distinct"):
        yield "Repeats: each row once"
    rows = subject(tree, voice)
    if rows:
        yield f"From: {rows}"
    condition = tree.args.get("where")
    if condition is not None:
        parts = (
            condition.this.flatten() if isinstance(condition.this, exp.And) else [condition.this]
        )
        yield f"Only where: {'; and '.join(voice.condition(one) for one in parts)}"
    if tree.args.get("group"):
        yield f"For each: {listing([bare(voice.value(key)) for key in group_keys(tree)])}"
    name_outputs(tree, voice)
    having = tree.args.get("having")
    if having is not None:
        yield f"Keeps of these: where {voice.condition(having.this)}"
    yield from _tail(tree, voice)


def _item(one: exp.Expr, voice: Voice) -> str:
    said = definite(voice.value(one.unalias()))
    return f"{said} (as {one.alias})" if isinstance(one, exp.Alias) else said


def _tail(tree: exp.Select | exp.SetOperation, voice: Voice) -> Iterator[str]:
    order = tree.args.get("order")
    if order is not None:
        yield f"Order: {order_of(tree, order, voice).removeprefix('sorted by ')}"
    for bound in bounds(tree, voice):
        yield f"Rows: {bound}"
