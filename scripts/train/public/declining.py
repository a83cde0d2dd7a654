"""Owns human questions that a schema cannot answer: of another schema, or with something taken out.

It must not know the model's language, nor tokens or models.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from pairs import Answer

from localai.linking.catalog import Item
from localai.linking.prompt import Linker
from localai.schema import Schema
from public.templates import mentions_of

# Names that any table has: not to find them says nothing.
_GENERAL = frozenset(
    "name names id ids number numbers title titles type types date dates code codes count total "
    "details detail description order record records key no value values one ones".split()
)


def telling(linker: Linker, question: str, answer: Answer) -> dict[Item, tuple[int, int]]:
    """The items of the answer that the question names in words of their own: item -> the pieces."""
    used = {part[1] for part in answer if isinstance(part, tuple) and part[0] == "c"}
    used |= {Item(part[1], -1) for part in answer if isinstance(part, tuple) and part[0] == "t"}
    found: dict[Item, tuple[int, int]] = {}
    text = " ".join(question.split())
    mentions, places = mentions_of(linker, text)
    for mention in mentions:
        if mention.value is not None or mention.item not in used or mention.item is None:
            continue
        words = text[places[mention.start][0] : places[mention.end - 1][1]].lower().split()
        if not _GENERAL.issuperset(words):
            found.setdefault(mention.item, (mention.start, mention.end))
    return found


def lacks(linker: Linker, question: str, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """How many of these pieces of the question the schema has nothing for, and has something."""
    mentions, _ = mentions_of(linker, " ".join(question.split()))
    missing = sum(
        not any(m.start < end and start < m.end for m in mentions) for start, end in spans
    )
    return missing, len(spans) - missing


def elsewhere(
    linker: Linker, question: str, answer: Answer, others: Sequence[Linker], rng: random.Random
) -> Linker | None:
    """One of the other schemas that lacks something the question names; rather one that has a part
    of it."""
    spans = list(telling(linker, question, answer).values())
    found = [(lacks(other, question, spans), other) for other in others]
    unable = [(has, other) for (missing, has), other in found if missing]
    if not unable:
        return None
    most = max(has for has, _ in unable)
    best = [other for has, other in unable if has == most or rng.random() < 0.2]
    return rng.choice(best)


def without_something(
    linker: Linker, question: str, answer: Answer, rng: random.Random
) -> Linker | None:
    """The question's own schema without a column or a table that the question names."""
    named = telling(linker, question, answer)
    items = [item for item in named if item not in linker.catalog.keys]
    if not items:
        return None
    item = rng.choice(items)
    if item.column < 0 and len(linker.schema.tables) < 2:
        return None
    smaller = Linker(_without(linker.schema, item))
    missing, _ = lacks(smaller, question, [named[item]])
    return smaller if missing else None


def _without(schema: Schema, item: Item) -> Schema:
    table = schema.tables[item.table]
    if item.column < 0:
        tables = tuple(t for t in schema.tables if t is not table)
        name = table.name.lower()
        keys = [k for k in schema.foreign_keys if name not in (k.table.lower(), k.to_table.lower())]
        return Schema(tables, tuple(keys), schema.dialect)
    columns = tuple(c for place, c in enumerate(table.columns) if place != item.column)
    tables = tuple(replace(t, columns=columns) if t is table else t for t in schema.tables)
    return Schema(tables, schema.foreign_keys, schema.dialect)
