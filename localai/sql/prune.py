"""Keeps the part of a schema that a question is about; it must not know models or their words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from localai.schema import ForeignKey, Schema, Table
from localai.sql.asked import Asked, asked
from localai.sql.ddl import ddl
from localai.sql.relevance import Relevance, relevance

# Characters of a schema's text to a token. Of 140 schemas, nine in ten have more than 2.63 with
# Mistral's first vocabulary of 32k, half have more than 2.84.
CHARACTERS = 2.6
# How many of the best tables to keep at most. Of 400 questions, each over its own few tables among
# 290 of others, 8 with what joins them kept all that the answer needs for 95 %, in 600 tokens; 5
# did for 92 %; without the neighbours' share, 8 did for 90 % (scripts/pruning.py).
MOST = 8
# What a table gets of the score of the best one that a key joins it with.
NEIGHBOUR = 0.5
# So many tables may stand between two.
BRIDGES = 2
# A table with more columns loses those that the question points to least.
WIDE = 25


def tokens(schema: Schema) -> int:
    """About how many tokens the schema takes in a prompt, by its characters: which tokenizer
    will read it is the engine's affair, and a pruning need not be exact."""
    return round(len(ddl(schema)) / CHARACTERS)


def prune(schema: Schema, question: str, room: float, most: int = MOST) -> Schema:
    """The schema itself where it fits about `room` tokens, else the largest of its parts that does,
    and the smallest part where none does."""
    if tokens(schema) <= room:
        return schema
    part = schema
    for part in parts(schema, question, most):
        if tokens(part) <= room:
            break
    return part


def parts(schema: Schema, question: str, most: int = MOST) -> Iterator[Schema]:
    """Ever smaller parts of the schema that `question` is about.

    Each has the tables that the question's words point to best (at most `most`), or that the most
    keys refer to where they point to none, and the tables that stand between two of them; no table
    is without its keys. The last part has no values.
    """
    words = asked(question, schema.notes)
    known = relevance(schema)
    graph = _graph(schema)
    scores = known.tables(words)
    shared = [max((scores[other] for other in graph[place]), default=0.0) for place in graph]
    total = [own + NEIGHBOUR * best for own, best in zip(scores, shared, strict=True)]
    ranked = sorted(graph, key=lambda place: (-total[place], -len(graph[place]), place))
    pointed = [place for place in ranked if total[place] > 0] or ranked
    part = schema
    for count in range(min(most, len(pointed)), 0, -1):
        kept = pointed[:count]
        part = _part(schema, [*kept, *_between(kept, graph, ranked)], known, words)
        yield part
    yield replace(part, tables=tuple(map(_without_values, part.tables)))


def _without_values(table: Table) -> Table:
    return replace(table, columns=tuple(replace(column, values=()) for column in table.columns))


def _graph(schema: Schema) -> dict[int, set[int]]:
    """Which tables a key joins directly, by their places."""
    places = _places(schema)
    graph: dict[int, set[int]] = {place: set() for place in range(len(schema.tables))}
    for key in schema.foreign_keys:
        left, right = places.get(key.table.lower()), places.get(key.to_table.lower())
        if left is not None and right is not None and left != right:
            graph[left].add(right)
            graph[right].add(left)
    return graph


def _places(schema: Schema) -> dict[str, int]:
    """Where the table is that a bare name finds: of namesakes in several namespaces, the first."""
    placed = list(enumerate(schema.tables))
    return {table.name.lower(): place for place, table in reversed(placed)}


def _between(kept: Sequence[int], graph: dict[int, set[int]], ranked: Sequence[int]) -> list[int]:
    """The tables that stand between two kept ones that no key joins directly; where many do, as
    between users and products, the best of them."""
    rank = {place: number for number, place in enumerate(ranked)}
    found = {
        bridge
        for number, left in enumerate(kept)
        for right in kept[number + 1 :]
        if right not in graph[left]
        for bridge in sorted(graph[left] & graph[right], key=lambda p: rank[p])[:BRIDGES]
    }
    return sorted(found - set(kept))


def _part(schema: Schema, places: Sequence[int], known: Relevance, question: Asked) -> Schema:
    tables = tuple(_narrowed(schema, place, known, question) for place in sorted(set(places)))
    kept = _places(schema)
    names = {name for name, place in kept.items() if place in set(places)}
    keys = tuple(
        key
        for key in schema.foreign_keys
        if key.table.lower() in names and key.to_table.lower() in names
    )
    return replace(schema, tables=tables, foreign_keys=keys)


def _narrowed(schema: Schema, place: int, known: Relevance, question: Asked) -> Table:
    """The table; where it is wide, its keys and what the question points to most."""
    table = schema.tables[place]
    if len(table.columns) <= WIDE:
        return table
    keys = _keys(table, schema.foreign_keys)
    scores = known.columns(place, table, question)
    ranked = sorted(
        range(len(scores)),
        key=lambda n: (table.columns[n].name.lower() not in keys, -scores[n], n),
    )
    kept = sorted(ranked[: max(WIDE, len(keys))])
    return replace(table, columns=tuple(table.columns[number] for number in kept))


def _keys(table: Table, foreign_keys: Sequence[ForeignKey]) -> set[str]:
    name = table.name.lower()
    keys = set(table.primary_key)
    for key in foreign_keys:
        if key.table.lower() == name:
            keys.update(key.columns)
        if key.to_table.lower() == name:
            keys.update(key.to_columns)
    return {column.lower() for column in keys}
