"""Owns filling templates: items of another schema, and values of theirs, put into the gaps.

It must not know where templates come from nor how questions are linked.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from made_up.schemas import plural, pseudo
from pairs import Answer

from localai.linking.catalog import Item
from localai.linking.prompt import Linker
from localai.schema import ForeignKey, Schema, Table
from public.templates import Gap, Template, is_child, tables_of

_NUMBERS = "two three four five six seven eight nine ten".split()
_SINGULAR = frozenset("a an each every per one this another any which".split())


class Filled(NamedTuple):
    """A question over the schema of `linker`, its answer, and the columns that it names."""

    linker: Linker
    question: str
    answer: Answer
    named: list[Item]


class Unfit(Exception):
    """The schema has nothing for one of the template's gaps."""


class Filler:
    """Fills templates from one schema; `rng` decides what."""

    def __init__(self, linker: Linker, rng: random.Random) -> None:
        self.linker = linker
        self.rng = rng
        self._catalog = linker.catalog

    def fill(self, template: Template) -> Filled:
        """A question with its answer. Raises Unfit."""
        tables = self._tables(template)
        columns = self._columns(template, tables)
        linker = self._renamed(template, tables, columns)
        values: dict[int, tuple[str, str]] = {}
        for part in template.answer:
            if isinstance(part, tuple) and part[0] == "v" and part[1] not in values:
                beside = columns[part[2]] if part[2] is not None else None
                values[part[1]] = self._value(_text_of(template, part[1]), part[2], beside)
        text = "".join(
            self._said(n, template, tables, columns, values) for n in range(len(template.parts))
        )
        answer: Answer = []
        for part in template.answer:
            answer += self._placed(part, tables, columns, values)
        named = {p.key for p in template.parts if isinstance(p, Gap) and p.kind == "c"}
        return Filled(linker, text, answer, [columns[item] for item in columns if item in named])

    def _renamed(
        self, template: Template, tables: dict[int, int], columns: dict[Item, Item]
    ) -> Linker:
        """The schema with the template's own names where its words hint at them: `oldest` at age,
        `clients` at customers."""
        names: dict[Item, str] = {}
        for part in template.parts:
            if isinstance(part, Gap) and part.kept and part.kind != "v":
                item = Item(part.key, -1) if part.kind == "t" else part.key
                old = template.linker.schema.tables[item.table]
                new = Item(tables[part.key], -1) if part.kind == "t" else columns[part.key]
                names[new] = old.name if item.column < 0 else old.columns[item.column].name
        return Linker(renamed(self.linker.schema, names)) if names else self.linker

    def _tables(self, template: Template) -> dict[int, int]:
        """Which table stands for which: those that keys join are joined alike."""
        chosen: dict[int, int] = {}
        graph, own = template.linker.graph, self.linker.graph
        for table in tables_of(template):
            pool = list(range(len(self.linker.schema.tables)))
            for edge in graph[table]:
                if edge.right in chosen:
                    down = is_child(edge, template.linker)
                    fits = [
                        e.right for e in own[chosen[edge.right]] if is_child(e, self.linker) != down
                    ]
                    pool = [t for t in pool if t in fits]
            pool = [t for t in pool if t not in chosen.values()]
            if not pool:
                raise Unfit("table")
            chosen[table] = self.rng.choice(pool)
        return chosen

    def _columns(self, template: Template, tables: dict[int, int]) -> dict[Item, Item]:
        wanted: list[Item] = []
        for part in [*template.answer, *template.parts]:
            if isinstance(part, Gap):
                wanted += [part.key] if part.kind == "c" else []
            elif isinstance(part, tuple) and part[0] in "cv":
                wanted += [part[1] if part[0] == "c" else part[2]]
        chosen: dict[Item, Item] = {}
        for item in dict.fromkeys(item for item in wanted if item is not None):
            pool = self._alike(template.linker, item, tables[item.table])
            pool = [other for other in pool if other not in chosen.values()]
            if not pool:
                raise Unfit("column")
            chosen[item] = self.rng.choice(pool)
        return chosen

    def _alike(self, source: Linker, item: Item, table: int) -> list[Item]:
        """The columns of a table in the role that a column has in its own schema."""
        places = range(len(self.linker.schema.tables[table].columns))
        own = [Item(table, place) for place in places]
        name = source.schema.tables[item.table].columns[item.column].name
        if item in source.catalog.keys:
            primary = self.linker.schema.tables[table].primary_key
            if name not in source.schema.tables[item.table].primary_key or len(primary) != 1:
                raise Unfit("foreign key")
            columns = self.linker.schema.tables[table].columns
            return [i for i in own if columns[i.column].name == primary[0]]
        catalog = self._catalog
        named = item in source.catalog.display
        return [
            other
            for other in own
            if other not in catalog.keys
            and catalog.kinds[other] == source.catalog.kinds[item]
            and (other in catalog.display) == named
            and catalog.words[other] != ["nameless"]
        ]

    def _value(self, text: str, was: Item | None, beside: Item | None) -> tuple[str, str]:
        """(as the question says it, as the answer compares it)."""
        rng = self.rng
        bare = text.strip("\"'`“”‘’")
        if bare.lower() in _NUMBERS:
            word = rng.choice(_NUMBERS)
            return word, str(_NUMBERS.index(word) + 2)
        plain = bare.replace(",", "")
        if plain.isdigit():
            kind = "n" if beside is None else self._catalog.kinds[beside]
            if kind != "n":
                return text, plain
            new = plain if rng.random() < 0.3 else str(_alike_number(int(plain), rng))
            return text.replace(bare, new), new
        if beside is None or self._catalog.kinds[beside] != "s":
            return text, bare
        listed = self.linker.schema.tables[beside.table].columns[beside.column].values
        new = rng.choice(listed) if listed and rng.random() < 0.95 else pseudo(rng).capitalize()
        if text == bare and not listed and rng.random() < 0.5:
            return f"'{new}'", new
        return text.replace(bare, new), new

    def _said(
        self,
        place: int,
        template: Template,
        tables: dict[int, int],
        columns: dict[Item, Item],
        values: dict[int, tuple[str, str]],
    ) -> str:
        part = template.parts[place]
        if isinstance(part, str):
            return part
        if part.kind == "v":
            return values[part.key][0]
        if part.kept:
            return part.text
        if part.kind == "t":
            return self._table(template, place, part, tables[part.key])
        return self._column(part, columns[part.key])

    def _table(self, template: Template, place: int, part: Gap, number: int) -> str:
        words = self._catalog.words[Item(number, -1)]
        before = template.parts[place - 1] if place else ""
        last = before.split()[-1].lower() if isinstance(before, str) and before.split() else ""
        text = " ".join(words)
        many = part.text.lower().endswith("s") and last not in _SINGULAR
        singular = text[:-1] if text.endswith("s") and not text.endswith("ss") else text
        return _cased(plural(singular) if many and len(singular) > 2 else singular, place)

    def _column(self, part: Gap, item: Item) -> str:
        words = self._catalog.words[item]
        named = self._catalog.words[Item(item.table, -1)]
        if len(words) > len(named) and words[: len(named)] == named and self.rng.random() < 0.7:
            words = words[len(named) :]
        text = " ".join(words)
        lower = part.text.lower()
        if lower.endswith("s") and not lower.endswith("ss") and text[-1:] != "s" and len(text) > 2:
            text = plural(text)
        return text

    def _placed(
        self,
        part: Any,
        tables: dict[int, int],
        columns: dict[Item, Item],
        values: dict[int, tuple[str, str]],
    ) -> Answer:
        if not isinstance(part, tuple):
            return [part]
        if part[0] == "t":
            return [("t", tables[part[1]])]
        if part[0] == "c":
            return [("c", columns[part[1]])]
        if part[0] == "v":
            return [("v", values[part[1]][1], None if part[2] is None else columns[part[2]])]
        named = sorted(i for i in self._catalog.display if i.table == tables[part[1]])
        if not named:
            raise Unfit("names of rows")
        out: Answer = []
        for item in named:
            out += [",", ("c", item)] if out else [("c", item)]
        return out


def _text_of(template: Template, number: int) -> str:
    return next(
        part.text
        for part in template.parts
        if isinstance(part, Gap) and part.kind == "v" and part.key == number
    )


def _alike_number(number: int, rng: random.Random) -> int:
    """Another number of about as many digits; small ones stay small."""
    if number < 12:
        return rng.randint(1, 12)
    if 1800 <= number <= 2030:
        return rng.randint(1900, 2025)
    return rng.randint(max(1, number // 3), number * 3)


def _cased(text: str, place: int) -> str:
    return text[0].upper() + text[1:] if not place else text


def renamed(schema: Schema, names: Mapping[Item, str]) -> Schema:
    """The schema with other names for some tables and columns. Raises Unfit where two would be
    the same."""
    tables = []
    called = {}
    for number, table in enumerate(schema.tables):
        columns = tuple(
            replace(column, name=names.get(Item(number, place), column.name))
            for place, column in enumerate(table.columns)
        )
        spelled = {c.name: new.name for c, new in zip(table.columns, columns, strict=True)}
        called[table.name.lower()] = {name.lower(): new for name, new in spelled.items()}
        if len({column.name.lower() for column in columns}) < len(columns):
            raise Unfit("two columns of a name")
        key = tuple(spelled[name] for name in table.primary_key if name in spelled)
        name = names.get(Item(number, -1), table.name)
        called[table.name.lower()][""] = name
        tables.append(Table(name, columns, key))
    if len({table.name.lower() for table in tables}) < len(tables):
        raise Unfit("two tables of a name")
    foreign = tuple(_renamed_key(key, called) for key in schema.foreign_keys)
    return Schema(tuple(tables), foreign, schema.dialect)


def _renamed_key(key: ForeignKey, called: Mapping[str, Mapping[str, str]]) -> ForeignKey:
    own, other = called.get(key.table.lower(), {}), called.get(key.to_table.lower(), {})
    return ForeignKey(
        own.get("", key.table),
        tuple(own.get(name.lower(), name) for name in key.columns),
        other.get("", key.to_table),
        tuple(other.get(name.lower(), name) for name in key.to_columns),
    )
