"""Owns what an answer leaves unsaid that SQL wants said: groups, and one row where one is meant.

It must not know slots or schemas.
"""

from __future__ import annotations

from dataclasses import replace

from localai.linking.grammar import BINS, TOTALS, Node, Query

_BEST = ("MIN", "MAX")


def mend(query: Query) -> Query:
    """The query with every shown value of its own in GROUP BY where there are totals or groups, a
    lone MIN or MAX beside values as the one row that has it, `=` a list of rows as IN, nothing
    shown twice, and no group where there is but one."""
    query = replace(
        query,
        items=tuple(dict.fromkeys(map(_mended, query.items))),
        where=query.where and _mended(query.where),
        having=query.having and _mended(query.having),
    )
    return _best_row(query) or _grouped(_told_apart(_binned(_of_one_group(query))))


def has_total(node: Node) -> bool:
    """Whether the node makes one value of many rows."""
    if node.kind == "call" and node.text.split()[0] in TOTALS:
        return True
    return any(has_total(part) for part in node.parts)


def _mended(node: Node) -> Node:
    parts = tuple(map(_mended, node.parts))
    node = replace(node, parts=parts, query=mend(node.query) if node.query else None)
    if node.kind == "compare" and node.text in ("=", "<>"):
        inner = parts[1].query
        if inner is not None and not _is_one_row(inner):
            return Node("in", "NOT" if node.text == "<>" else "", parts)
    return node


def _is_one_row(query: Query) -> bool:
    if query.limit is not None and query.limit.text == "1":
        return True
    return not query.groups and all(map(has_total, query.items))


def _grouped(query: Query) -> Query:
    ordered = [node for node, _ in query.orders]
    totals = [node for node in (*query.items, *ordered) if has_total(node)]
    if not totals and not query.groups and query.having is None:
        return query
    alone = [node for node in (*query.items, *ordered) if not has_total(node) and _is_shown(node)]
    return replace(query, groups=tuple(dict.fromkeys([*query.groups, *alone])))


def _of_one_group(query: Query) -> Query:
    """Without a group beside a count or a share that is of one of its values alone: how many of
    Oslo, what share by phone."""
    if len(query.items) != 2 or query.groups not in ((), query.items[1:]):
        return query
    total, group = query.items
    if group.kind != "column" or query.having is not None or query.orders:
        return query
    shared = total.text == "SHARE" and _says(total.parts[0], group)
    counted = total.text == "COUNT" and query.where is not None and _says(query.where, group)
    if total.kind != "call" or not (shared or counted):
        return query
    return replace(query, items=(total,), groups=())


def _says(test: Node, column: Node) -> bool:
    """Whether the condition leaves one value of the column."""
    if test.kind == "join" and test.text == "AND":
        return any(_says(part, column) for part in test.parts)
    if test.kind != "compare" or test.text != "=":
        return False
    return test.parts[0] == column and test.parts[1].kind == "value"


def _binned(query: Query) -> Query:
    """A date beside stretches of it stands for them: one of the two groups, and both would undo
    the other."""
    bins = {_bin_of(node): node for node in (*query.groups, *query.items) if _bin_of(node)}
    if not bins or not (query.groups or any(map(has_total, query.items))):
        return query
    return replace(
        query,
        items=tuple(bins.get(node, node) for node in query.items),
        groups=tuple(dict.fromkeys(bins.get(node, node) for node in query.groups)),
        orders=tuple((bins.get(node, node), down) for node, down in query.orders),
    )


def _told_apart(query: Query) -> Query:
    """DISTINCT in the order of something that is not shown: of equal rows the first one counts."""
    hidden = [node for node, _ in query.orders if node not in query.items]
    if not query.distinct or not hidden or any(node.kind == "star" for node in query.items):
        return query
    if query.groups or any(map(has_total, (*query.items, *hidden))):
        return replace(query, distinct=False)
    orders = tuple((_first_of(n, down) if n in hidden else n, down) for n, down in query.orders)
    # Rows of the same names are the same here, whatever their keys.
    items = tuple(replace(n, kind="names") if n.kind == "row" else n for n in query.items)
    return replace(query, distinct=False, items=items, groups=items, orders=orders)


def _first_of(node: Node, down: bool) -> Node:
    return Node("call", "MAX" if down else "MIN", (node,))


def _bin_of(node: Node) -> Node | None:
    """The date that the node makes stretches of."""
    return node.parts[0] if node.kind == "call" and node.text in BINS else None


def _is_shown(node: Node) -> bool:
    return node.kind in ("column", "row", "names") or any(map(_is_shown, node.parts))


def _best_row(query: Query) -> Query | None:
    """`name, MAX(age)` without groups asks for the one that is oldest."""
    totals = [node for node in query.items if has_total(node)]
    if query.groups or query.having or query.orders or len(totals) != 1 or len(query.items) < 2:
        return None
    best = totals[0]
    if best.kind != "call" or best.text not in _BEST or any(map(_bin_of, query.items)):
        return None
    items = tuple(best.parts[0] if node is best else node for node in query.items)
    orders = ((best.parts[0], best.text == "MAX"),)
    return replace(query, items=items, orders=orders, limit=Node("number", "1"))
