"""Owns which of the ways to join some tables is meant where there are several.

It must not know slots or how SQL is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from localai.linking.joins import Edge

Graph = Mapping[int, Sequence[Edge]]
# Columns (table, name in small letters), and how much speaks for a join by them.
Liked = Mapping[tuple[int, str], int]


def connect(graph: Graph, tables: Sequence[int], liked: Liked | None = None) -> list[Edge] | None:
    """The edges that join all `tables` with the first, each table joined once; None if impossible.

    Of all ways those with the fewest tables; of these one that starts from a single table and
    goes to what its rows refer to, which makes no row of it two; then the shortest. A column that
    is `liked` decides between keys that join the same tables. The order of the schema's tables
    decides only where nothing else does.
    """
    wanted = list(dict.fromkeys(tables))
    if len(wanted) == 1:
        return []
    liked = liked or {}
    ways = [way for root in graph if (way := _from_root(graph, root, wanted, liked, True))]
    ways += [way for root in wanted if (way := _from_root(graph, root, wanted, liked, False))]
    if not ways:
        return None
    best = min(ways, key=lambda way: _cost(graph, way, wanted, liked))
    return _ordered(best, wanted[0])


def _from_root(
    graph: Graph, root: int, wanted: Sequence[int], liked: Liked, climbing: bool
) -> list[Edge]:
    """The edges from `root` to all wanted tables by short ways, one edge to a table; none where
    some cannot be reached. Where `climbing`, only from rows to what they refer to."""
    tree: list[Edge] = []
    joined = [root]
    missing = [table for table in wanted if table != root]
    while missing:
        path = _nearest(graph, joined, missing, liked, climbing)
        tree += path
        joined += [edge.right for edge in path]
        if not path:
            return []
        missing = [table for table in missing if table not in joined]
    return tree


def _nearest(
    graph: Graph, joined: Sequence[int], missing: Sequence[int], liked: Liked, climbing: bool
) -> list[Edge]:
    """The shortest path from the joined tables to a missing one."""
    seen = set(joined)
    paths: list[list[Edge]] = [[]]
    starts = list(joined)
    while paths:
        longer: list[list[Edge]] = []
        for path in paths:
            for start in starts if not path else [path[-1].right]:
                edges = [e for e in graph[start] if e.right not in seen and (e.up or not climbing)]
                for right in dict.fromkeys(edge.right for edge in edges):
                    ways = [edge for edge in edges if edge.right == right]
                    longer.append([*path, max(ways, key=lambda edge: _liking(edge, liked))])
        arrived = [path for path in longer if path[-1].right in missing]
        if arrived:
            return max(arrived, key=lambda path: sum(_liking(edge, liked) for edge in path))
        seen.update(path[-1].right for path in longer)
        paths = list({path[-1].right: path for path in reversed(longer)}.values())[::-1]
    return []


def _liking(edge: Edge, liked: Liked) -> int:
    return sum(liked.get(end, 0) for end in edge.referring())


def _cost(
    graph: Graph, way: Sequence[Edge], wanted: Sequence[int], liked: Liked
) -> tuple[object, ...]:
    """What speaks against a way, the gravest first."""
    bridges = sorted({edge.right for edge in way} | {way[0].left} - set(wanted))
    depths = {way[0].left: 0}
    for edge in way:
        depths[edge.right] = depths[edge.left] + 1
    return (
        len(way),
        -sum(_liking(edge, liked) for edge in way),
        sum(not edge.up for edge in way),
        sum(depths.values()),
        sum(edge.role for edge in way),
        sum(len(graph[table]) for table in bridges),
    )


def _ordered(way: Sequence[Edge], start: int) -> list[Edge]:
    """The edges as they are joined to `start`, each read from the table that is there."""
    both = [*way, *(edge.turned() for edge in way)]
    joined = [start]
    ordered: list[Edge] = []
    while len(ordered) < len(way):
        edge = next(e for e in both if e.left in joined and e.right not in joined)
        ordered.append(edge)
        joined.append(edge.right)
    return ordered
