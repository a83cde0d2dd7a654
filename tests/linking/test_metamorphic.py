"""Shuffling a schema, or renaming what a question names, changes nothing but numbers and names."""

from __future__ import annotations

import random

import pytest

from localai.linking import Linker
from localai.linking.catalog import Item
from localai.schema import Column, ForeignKey, Schema, Table

NOUNS = "member loan book author branch fine hold visit room copy".split()
OTHERS = "zorble quant mizzle tarn vexil plover drune gasket wimple fjordling".split()
FIGURES = "weight length amount score depth width".split()
QUESTIONS = (
    "how many {0} are there for each {1}",
    "average {f} of {0}",
    "which {0} have the highest {f}",
    "show the name and {f} of every {1}",
    "{0} with {f} over 20 in March 2024",
    "name of the {1} with the most {0}",
)


def made(rng: random.Random) -> Schema:
    """Three tables in a chain, each with a name, a figure and maybe a date."""
    nouns = rng.sample(NOUNS, 3)
    tables, keys = [], []
    for place, noun in enumerate(nouns):
        columns = [Column(f"{noun}_id", "INTEGER"), Column("name", "TEXT")]
        columns.append(Column(rng.choice(FIGURES), "REAL"))
        if rng.random() < 0.5:
            columns.append(Column("opened_on", "DATE"))
        if place:
            columns.append(Column(f"{nouns[place - 1]}_id", "INTEGER"))
            own = (f"{nouns[place - 1]}_id",)
            keys.append(ForeignKey(f"{noun}s", own, f"{nouns[place - 1]}s", own))
        tables.append(Table(f"{noun}s", tuple(columns), (f"{noun}_id",)))
    return Schema(tuple(tables), tuple(keys))


def shuffled(schema: Schema, rng: random.Random) -> Schema:
    tables = tuple(
        Table(t.name, tuple(rng.sample(t.columns, len(t.columns))), t.primary_key)
        for t in rng.sample(schema.tables, len(schema.tables))
    )
    return Schema(tables, schema.foreign_keys)


def names(linker: Linker, question: str) -> tuple[list[str], list[str]]:
    """The names of the slots that stand in the prompt's question, in order."""
    linked = linker.link(question)
    asked = linked.prompt.rpartition("<question>")[2]
    tables = [linker.schema.tables[number].name for number in linked.slots.tables]
    columns = [_name(linker, item) for item in linked.slots.columns]
    return (
        [name for number, name in enumerate(tables) if f"<t{number}>" in asked],
        [name for number, name in enumerate(columns) if f"<c{number}>" in asked],
    )


def _name(linker: Linker, item: Item) -> str:
    table = linker.schema.tables[item.table]
    return f"{table.name}.{table.columns[item.column].name}"


@pytest.mark.parametrize("seed", range(12))
def test_the_order_of_tables_and_columns_changes_no_link(seed: int) -> None:
    rng = random.Random(seed)
    schema = made(rng)
    figure = schema.tables[0].columns[2].name
    nouns = [table.name for table in schema.tables]
    for template in QUESTIONS:
        question = template.format(nouns[0], nouns[1].removesuffix("s"), f=figure)
        wanted = names(Linker(schema), question)
        for _ in range(3):
            assert names(Linker(shuffled(schema, rng)), question) == wanted, question


@pytest.mark.parametrize("seed", range(12))
def test_a_noun_renamed_in_schema_and_question_changes_names_alone(seed: int) -> None:
    rng = random.Random(seed)
    schema = made(rng)
    figure = schema.tables[0].columns[2].name
    nouns = [table.name.removesuffix("s") for table in schema.tables]
    new = dict(zip(nouns, rng.sample(OTHERS, 3), strict=True))

    def renamed(name: str) -> str:
        for old, word in new.items():
            if name in (old, f"{old}s", f"{old}_id"):
                return name.replace(old, word, 1)
        return name

    tables = tuple(
        Table(
            renamed(t.name),
            tuple(Column(renamed(c.name), c.type) for c in t.columns),
            tuple(map(renamed, t.primary_key)),
        )
        for t in schema.tables
    )
    keys = tuple(
        ForeignKey(
            renamed(k.table), tuple(map(renamed, k.columns)),
            renamed(k.to_table), tuple(map(renamed, k.to_columns)),
        )
        for k in schema.foreign_keys
    )  # fmt: skip
    other = Linker(Schema(tables, keys))
    for template in QUESTIONS:
        first = template.format(f"{nouns[0]}s", nouns[1], f=figure)
        second = template.format(f"{new[nouns[0]]}s", new[nouns[1]], f=figure)
        asked = [
            linker.link(question).prompt.rpartition("<question>")[2]
            for linker, question in ((Linker(schema), first), (other, second))
        ]
        assert asked[0] == asked[1]
