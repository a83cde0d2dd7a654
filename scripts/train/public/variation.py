"""Owns variations of schemas and of questions' wording that leave the answers what they are.

It must not know where the questions come from nor the model's language.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from pairs import Answer

from localai.linking.catalog import Item
from localai.linking.prompt import Linker
from localai.linking.trees import connect
from localai.schema import Column, ForeignKey, Schema, Table

_SMALL = (
    "the of what which show list find with that are is and for all each number how many".split()
)
_POLITE = (
    "please {}|can you {}|could you please {}|I want to know {}|tell me {}|{}, please|"
    "I would like to know {}|hey, {}|do you know {}|{} thanks|can you tell me {}|we need {}"
).split("|")
_OPENINGS = re.compile(
    r"^(what (is|are|was|were) (all )?(the |an? )?|which |who (is|are) (the )?|(please )?"
    r"(show|find|list|give|return|display|tell)( me)?( us)? (all )?(the |an? )?)",
    re.IGNORECASE,
)


def needed_tables(linker: Linker, answer: Answer) -> set[int]:
    """The tables of an answer, and those between them that its joins go through."""
    named = {part[1].table for part in answer if _is(part, "c")}
    named |= {part[1] for part in answer if _is(part, "t")}
    found = set(named)
    for one in sorted(named):
        for other in sorted(named - {one}):
            found |= {edge.right for edge in connect(linker.graph, [one, other]) or []}
    return found


class Varied:
    """A schema made from parts of another: `schema`, and where its items went."""

    def __init__(self, schema: Schema, places: Mapping[Item, Item]) -> None:
        self.schema = schema
        self.places = places

    def answer(self, answer: Answer) -> Answer:
        """The answer over the schema's own items."""
        return [self._part(part) for part in answer]

    def _part(self, part: object) -> object:
        if not isinstance(part, tuple):
            return part
        if part[0] == "t":
            return ("t", self.places[Item(part[1], -1)].table)
        if part[0] == "c":
            return ("c", self.places[part[1]])
        return (part[0], part[1], None if part[2] is None else self.places[part[2]])


def varied(
    schema: Schema,
    linker: Linker,
    keep: set[Item],
    tables: set[int],
    donors: Sequence[Schema],
    rng: random.Random,
) -> Varied:
    """The schema, with the items of the linker's, in another order, without some tables that are
    not in `tables`, with tables of other databases beside them, with other names for some columns
    that are not in `keep`."""
    dropped = rng.choice((0.0, 0.0, 0.3, 0.6, 0.9))
    kept = [
        (number, table)
        for number, table in enumerate(schema.tables)
        if number in tables or rng.random() >= dropped
    ]
    own = {table.name.lower() for _, table in kept}
    strange, foreign = _strangers(own, donors, rng)
    mixed: list[tuple[int, Table]] = [*kept, *((-1, table) for table in strange)]
    rng.shuffle(mixed)
    renames = rng.random() < 0.5
    pool = [c for donor in donors for t in donor.tables for c in t.columns] if renames else []
    places: dict[Item, Item] = {}
    made = []
    for new, (old, table) in enumerate(mixed):
        order = list(range(len(table.columns)))
        rng.shuffle(order)
        columns = [table.columns[place] for place in order]
        if old >= 0:
            fixed = [
                Item(old, place) in keep or Item(old, place) in linker.catalog.keys
                for place in order
            ]
            columns = _renamed(columns, fixed, pool, rng)
            places[Item(old, -1)] = Item(new, -1)
            for position, place in enumerate(order):
                places[Item(old, place)] = Item(new, position)
        made.append(Table(table.name, tuple(columns), table.primary_key))
    foreign += [
        key for key in schema.foreign_keys if {key.table.lower(), key.to_table.lower()} <= own
    ]
    return Varied(Schema(tuple(made), tuple(foreign), schema.dialect), places)


def _strangers(
    own: set[str], donors: Sequence[Schema], rng: random.Random
) -> tuple[list[Table], list[ForeignKey]]:
    """Up to three tables of another database, with the keys among them."""
    count = rng.choice((0, 0, 0, 1, 1, 2, 3))
    if not count or not donors:
        return [], []
    donor = rng.choice(donors)
    pool = [table for table in donor.tables if table.name.lower() not in own and table.columns]
    found = rng.sample(pool, min(count, len(pool)))
    names = {table.name.lower() for table in found}
    keys = [k for k in donor.foreign_keys if {k.table.lower(), k.to_table.lower()} <= names]
    return found, keys


def _renamed(
    columns: list[Column], fixed: Sequence[bool], pool: Sequence[Column], rng: random.Random
) -> list[Column]:
    """The columns, one in four of those that are not fixed called as one of its type in `pool`."""
    taken = {column.name.lower() for column in columns}
    out = []
    for column, is_fixed in zip(columns, fixed, strict=True):
        other = rng.choice(pool) if pool and not is_fixed and rng.random() < 0.25 else column
        if other.type == column.type and other.name.lower() not in taken:
            taken.add(other.name.lower())
            column = replace(column, name=other.name, values=())
        out.append(column)
    return out


def listed(
    schema: Schema, literals: Mapping[Item, Iterable[str]], rng: random.Random, keep: float
) -> Schema:
    """The schema with listed values for texts, each column with the chance `keep`; not always
    all values that are known."""
    tables = []
    for number, table in enumerate(schema.tables):
        columns = []
        for place, column in enumerate(table.columns):
            known = sorted(literals.get(Item(number, place), ()))
            shown = known if known and column.type == "TEXT" and rng.random() < keep else []
            columns.append(replace(column, values=tuple(shown)))
        tables.append(replace(table, columns=tuple(columns)))
    return replace(schema, tables=tuple(tables))


def reworded(question: str, rng: random.Random) -> str:
    """The question as it may also be typed: in lower case, without its mark, politely, in key
    words, with a slip in a small word; most of the time as it is."""
    text = question.strip()
    if rng.random() < 0.3:
        text = text.rstrip(" ?.")
    if rng.random() < 0.08:
        short = _OPENINGS.sub("", text.rstrip(" ?."), count=1)
        text = re.sub(r"\b(the|a|an|all) ", "", short, flags=re.IGNORECASE)
    elif rng.random() < 0.08:
        text = rng.choice(_POLITE).format(
            text[0].lower() + text[1:] if text[1:2].islower() else text
        )
    if rng.random() < 0.05:
        text = _slipped(text, rng)
    if rng.random() < 0.12:
        text = text.lower()
    return text if len(text.split()) > 1 else question


def _slipped(text: str, rng: random.Random) -> str:
    words = text.split(" ")
    places = [n for n, word in enumerate(words) if word.lower() in _SMALL and len(word) > 2]
    if not places:
        return text
    place = rng.choice(places)
    word = words[place]
    at = rng.randrange(len(word) - 1)
    words[place] = rng.choice(
        (word[:at] + word[at + 1] + word[at] + word[at + 2 :], word[:at] + word[at + 1 :])
    )
    return " ".join(words)


def _is(part: object, kind: str) -> bool:
    return isinstance(part, tuple) and part[0] == kind
