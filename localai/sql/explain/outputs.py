"""Says what a SELECT gives, item by item; it must not know where its rows come from."""

from __future__ import annotations

from sqlglot import exp

from localai.sql.explain.voice import Voice
from localai.sql.explain.words import bare, definite, listing, readable


def items(node: exp.Select, voice: Voice) -> str:
    """What the SELECT gives: `the name and price of products and the number of orders`."""
    parts: list[str] = []
    said = [_item(one, node, voice) for one in node.expressions]
    owners = [
        voice.scope.sources.get(one.table.lower(), "") if isinstance(one, exp.Column) else ""
        for one in (item.unalias() for item in node.expressions)
    ]
    index = 0
    while index < len(said):
        end = index + 1
        ending = f" of {owners[index]}"
        while (end < len(said) and owners[index] and owners[end] == owners[index]
               and said[index].endswith(ending) and said[end].endswith(ending)):  # fmt: skip
            end += 1
        names = [one.removesuffix(ending) for one in said[index:end]]
        tail = ending if end > index + 1 else ""
        parts.append(definite((listing(names) if tail else said[index]) + tail))
        index = end
    if len(parts) == len(said) and all(isinstance(one, exp.Column) for one in node.expressions):
        return definite(listing([bare(one) for one in parts]))
    return listing(parts)


def _item(item: exp.Expr, node: exp.Select, voice: Voice) -> str:
    value = item.unalias()
    if isinstance(value, exp.Case | exp.If):
        said = f"({voice.value(value)})"
        return f"{readable(item.alias)} {said}" if item.alias else said
    said = voice.value(value)
    if node.args.get("group") or is_one_total(value) or not value.find(exp.Column):
        return said
    totals = [one.unalias() for one in node.expressions if is_one_total(one)]
    if not totals:
        return said
    # Beside one MIN or MAX, SQLite takes the other columns from the row that has it.
    known = voice.dialect == "sqlite" and len(totals) == 1
    which = "that" if known and isinstance(totals[0], exp.Min | exp.Max) else "any"
    return f"{said} (of {which} row)"


def is_total(node: exp.Select) -> bool:
    """Whether all that the SELECT gives are totals over all rows together."""
    return bool(node.expressions) and all(is_one_total(one) for one in node.expressions)


def is_one_total(node: exp.Expr) -> bool:
    """Whether a value is made of totals over rows; those of subqueries and windows are not."""
    inside = node.walk(prune=lambda one: isinstance(one, exp.Query))
    return any(isinstance(one, exp.AggFunc) and not _is_windowed(one) for one in inside)


def _is_windowed(node: exp.Expr) -> bool:
    parent = node.parent
    if isinstance(parent, exp.Filter):
        parent = parent.parent
    return isinstance(parent, exp.Window)
