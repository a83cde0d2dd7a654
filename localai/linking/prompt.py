"""Owns slots: which number each item and value gets, and the prompt that the model reads.

It must not know how an answer turns into SQL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from localai.linking.catalog import Catalog, Item
from localai.linking.implied import with_implied
from localai.linking.joins import Edge, edges
from localai.linking.mentions import Mention, find_mentions
from localai.linking.values import Value
from localai.linking.words import Piece, split_question
from localai.schema import Schema

MOST_TABLES = 10
MOST_COLUMNS = 40
MOST_VALUES = 12
_MOST_WORDS = 32


@dataclass(frozen=True, slots=True)
class Slots:
    """What the slot numbers of one prompt stand for; positions are slot numbers."""

    schema: Schema
    tables: tuple[int, ...]
    columns: tuple[Item, ...]
    values: tuple[Value, ...]
    graph: dict[int, list[Edge]]
    kinds: dict[Item, str]
    display: set[Item]


class Link(NamedTuple):
    """The prompt for the embedded model, and what its slots stand for."""

    prompt: str
    slots: Slots


class Linker:
    """Links questions over one schema; what depends on the schema alone is worked out once."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.catalog = Catalog(schema)
        self.graph = edges(schema)
        # The order in which a schema lists its tables is to change nothing.
        self._by_weight = sorted(range(len(schema.tables)), key=self._weight)

    def _weight(self, number: int) -> tuple[int, int, list[str], str]:
        """Orders tables: first those with many keys and columns, whatever they are called."""
        table = self.schema.tables[number]
        kinds = [self.catalog.kinds[Item(number, at)] for at in range(len(table.columns))]
        return -len(self.graph[number]), -len(kinds), sorted(kinds), table.name

    def link(self, question: str) -> Link:
        """Puts slots for what the question mentions, and writes the prompt. Deterministic."""
        question = " ".join(question.split())
        pieces = split_question(question)
        named = find_mentions(pieces, question, self.catalog)
        mentions = with_implied(named, pieces, self.catalog)
        tables, columns, values = self._number(mentions)
        names = {item: f"<c{n}> {self.catalog.letter(item)}" for n, item in enumerate(columns)}
        asked = _ask(pieces, mentions, tables, names, len(values))
        shown = _Shown(self.catalog, self.graph, tables, columns, values, _named(mentions))
        slots = Slots(
            self.schema,
            tuple(tables),
            tuple(columns),
            tuple(values),
            self.graph,
            self.catalog.kinds,
            self.catalog.display,
        )
        return Link(f"<schema>{shown.text()}<question> {asked}<sql>", slots)

    def _number(self, mentions: Sequence[Mention]) -> tuple[list[int], list[Item], list[Value]]:
        tables: list[int] = []
        columns: list[Item] = []
        values: list[Value] = []
        for mention in mentions:
            if mention.value is not None:
                values.append(mention.value)
            if mention.item is not None and mention.item.column < 0:
                tables.append(mention.item.table)
            elif mention.item is not None:
                columns.append(mention.item)
        asked = self._asked(tables, columns, values)
        tables = (asked + self._around(asked))[:MOST_TABLES]
        columns = list(dict.fromkeys([*columns, *self._shown_columns(tables, asked, values)]))
        return tables, columns[:MOST_COLUMNS], values[:MOST_VALUES]

    def _asked(
        self, tables: Sequence[int], columns: Sequence[Item], values: Sequence[Value]
    ) -> list[int]:
        """The tables that the question is about, those first that it names; where it says nothing
        of any, all."""
        named = [*tables, *(item.table for item in columns)]
        named += [table for value in values for table, _ in value.stored]
        return list(dict.fromkeys(named or self._by_weight))

    def _around(self, asked: Sequence[int]) -> list[int]:
        """The neighbours of the tables asked about, each once."""
        near = [{edge.right for edge in self.graph[table]} for table in asked]
        around = [table for tables in near for table in self._by_weight if table in tables]
        return [table for table in dict.fromkeys(around) if table not in asked]

    def _shown_columns(
        self, tables: Sequence[int], asked: Sequence[int], values: Sequence[Value]
    ) -> list[Item]:
        """The unmentioned columns to list: of tables not asked about those that name a row, of the
        others all; keys only where nothing else names a row."""
        marked = {Item(*place) for value in values for place in value.stored}
        shown: list[Item] = []
        rest: list[Item] = []
        for table in tables:
            items = [Item(table, place) for place in range(len(self.schema.tables[table].columns))]
            named = any(item in self.catalog.display for item in items)
            primary = {name.lower() for name in self.schema.tables[table].primary_key}
            for item in items:
                name = self.schema.tables[table].columns[item.column].name.lower()
                if item in marked or item in self.catalog.display:
                    shown.append(item)
                elif table not in asked:
                    continue
                elif self.catalog.says_something(item) or (not named and name in primary):
                    rest.append(item)
        chosen = set([*shown, *rest][:MOST_COLUMNS])
        return sorted(chosen, key=lambda item: (tables.index(item.table), self._look(item)))

    def _look(self, item: Item) -> tuple[bool, str, list[str], int]:
        """Orders a table's columns by what they are and how they read, not by where they stand."""
        catalog = self.catalog
        letter = catalog.letter(item)
        return item not in catalog.display, letter, catalog.words[item], item.column


def link(schema: Schema, question: str) -> Link:
    """Puts slots for what `question` mentions of `schema`, and writes the embedded model's prompt.

    It shows the tables that the question is about and their neighbours: of 323,000 answers one in
    fifty needs more, and prompts are half as long. Whatever the schema's size, 2,048 tokens are
    enough for prompt and answer.
    """
    return Linker(schema).link(question)


def _named(mentions: Sequence[Mention]) -> set[Item]:
    """The items whose name the question gives in full, so that the slot says it all."""
    sure = [m for m in mentions if m.value is None and not m.keeps_words]
    return {m.item for m in sure if m.item is not None}


def _ask(
    pieces: Sequence[Piece],
    mentions: Sequence[Mention],
    tables: Sequence[int],
    columns: Mapping[Item, str],
    values: int,
) -> str:
    """The question with its mentions replaced; words in lower case, one space between them.

    `columns` holds each column's slot with the letter of its kind after it.
    """
    out: list[str] = []
    place = 0
    seen = 0
    for mention in mentions:
        out.extend(_plain(piece) for piece in pieces[place : mention.start])
        if mention.negated:
            out.append("not")
        elif mention.keeps_words:
            out.extend(_plain(piece) for piece in pieces[mention.start : mention.end])
        if mention.value is not None:
            if seen < values:
                beside = columns.get(mention.item, "") if mention.item is not None else ""
                out.append("" if out and out[-1] == beside else beside)
                out.append(f"<v{seen}>")
            seen += 1
        elif mention.item is not None and mention.item.column < 0:
            if mention.item.table in tables:
                out.append(f"<t{tables.index(mention.item.table)}>")
        elif mention.item is not None:
            out.append(columns.get(mention.item, ""))
        place = mention.end
    out.extend(_plain(piece) for piece in pieces[place:])
    return " ".join(word for word in out if word)


def _plain(piece: Piece) -> str:
    return piece.text.lower().replace("<", "").replace(">", "") if piece.text not in "?.!" else ""


class _Shown:
    """Writes the schema part of the prompt."""

    def __init__(
        self,
        catalog: Catalog,
        graph: dict[int, list[Edge]],
        tables: Sequence[int],
        columns: Sequence[Item],
        values: Sequence[Value],
        named: set[Item],
    ) -> None:
        self._catalog = catalog
        self._graph = graph
        self._tables = tables
        self._columns = columns
        self._named = named
        self._marks: dict[Item, list[int]] = {}
        for number, value in enumerate(values):
            for place in value.stored:
                self._marks.setdefault(Item(*place), []).append(number)

    def text(self) -> str:
        return "|".join(self._table(number, table) for number, table in enumerate(self._tables))

    def _table(self, number: int, table: int) -> str:
        head = f" <t{number}>"
        if Item(table, -1) not in self._named:
            head += " " + _short(self._catalog.words[Item(table, -1)])
        referred = {edge.right for edge in self._graph[table]}
        head += "".join(f" <t{n}>" for n, other in enumerate(self._tables) if other in referred)
        shown = [
            self._column(place, item)
            for place, item in enumerate(self._columns)
            if item.table == table
        ]
        return f"{head} :{' ,'.join(shown)}"

    def _column(self, number: int, item: Item) -> str:
        text = f" <c{number}>"
        if item not in self._named:
            text += " " + _short(self._catalog.words[item])
        text += " " + self._catalog.letter(item)
        if item in self._catalog.display:
            text += " *"
        return text + "".join(f" <v{value}>" for value in self._marks.get(item, ()))


def _short(words: Sequence[str]) -> str:
    return " ".join(words)[:_MOST_WORDS].replace("<", "").replace(">", "")
