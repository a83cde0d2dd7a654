"""Makes up database schemas for the generator: tables, columns, keys, listed values, naming styles.

It must not know questions.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import words as W
from split import Split

from localai.schema import Column, ForeignKey, Schema, Table

TYPES = {
    "n": ("INTEGER", "REAL", "NUMERIC", "INT", "DECIMAL(10,2)"),
    "s": ("TEXT", "TEXT", "VARCHAR(60)"),
    "d": ("DATE", "DATE", "TEXT", "DATETIME"),
    "b": ("BOOLEAN", "INTEGER", "TINYINT(1)"),
}


@dataclass
class Col:
    """A column with what people call it. kind: n, s, d, b, or k for a key."""

    words: str
    kind: str
    name: str = ""
    type: str = ""
    values: list[str] = field(default_factory=list)
    listed: bool = True
    display: bool = False
    place: int = -1


@dataclass
class Tab:
    """A table with its nouns; `parents` are the tables that its foreign keys refer to."""

    one: str
    many: str
    name: str = ""
    person: bool = False
    cols: list[Col] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    key: str = ""


def plural(noun: str) -> str:
    for one, many in (
        ("person", "people"),
        ("child", "children"),
        ("man", "men"),
        ("foot", "feet"),
    ):
        if noun.endswith(one):
            return noun[: -len(one)] + many
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


def pseudo(rng: random.Random) -> str:
    return "".join(rng.choice(W.SYLLABLES) for _ in range(rng.randint(2, 3)))


def _words(rng: random.Random, text: str) -> str:
    return pseudo(rng) if rng.random() < 0.12 else text


class Maker:
    """Makes one schema; `rng` decides everything."""

    def __init__(self, rng: random.Random, split: Split) -> None:
        self.rng = rng
        self.split = split
        self.style = rng.choice(
            ["snake", "snake", "snake", "camel", "pascal", "squash", "prefix", "abbr"]
        )
        self.plural_tables = rng.random() < 0.6
        self.table_prefix = rng.choice(["", "", "", "", "tbl", "tbl_"])
        self.id_style = rng.choice(["id", "table_id", "table_id", "table_no"])

    def tables(self) -> list[Tab]:
        rng = self.rng
        count = rng.choices([1, 2, 3, 4, 5, 6], [28, 26, 22, 12, 8, 4])[0]
        nouns = rng.sample(self.split.words(W.ENTITIES), count)
        tabs = []
        for number, noun in enumerate(nouns):
            noun = noun.replace("_", " ")
            person = noun in W.PERSONS
            if rng.random() < 0.15:
                noun = pseudo(rng)
            tab = Tab(noun, plural(noun), person=person)
            if number:
                pool = range(number)
                tab.parents = rng.sample(pool, min(number, rng.choice([1, 1, 1, 2])))
                if number > 1 and rng.random() < 0.15:
                    tab.parents = []
            self._columns(tab)
            tabs.append(tab)
        for tab in tabs:
            self._name(tab, tabs)
        return tabs

    def _columns(self, tab: Tab) -> None:
        rng = self.rng
        cols: list[Col] = []
        shape = rng.random()
        if tab.person and shape < 0.35:
            cols.append(Col("first name", "s", values=rng.sample(W.FIRST_NAMES, 8), display=True))
            cols.append(Col("last name", "s", values=rng.sample(W.LAST_NAMES, 8), display=True))
        elif shape < 0.9:
            word = rng.choice(
                [
                    "name",
                    "name",
                    "name",
                    "title",
                    "full name" if tab.person else "label",
                    f"{tab.one} name",
                ]
            )
            cols.append(Col(word, "s", values=self._names(tab), display=True))
        wide = rng.choices([0, 1, 2], [50, 35, 15])[0]
        for text in rng.sample(self.split.words(W.TEXTS), rng.randint(0, 2 + wide)):
            cols.append(self._text(text))
        for text in rng.sample(
            self.split.words(W.NUMBERS), rng.randint(0 if cols else 1, 2 + wide)
        ):
            cols.append(Col(_words(rng, text), "n"))
            cols[-1].values = [text]
        for text in rng.sample(W.DATES, rng.choice([0, 0, 1, 1, 2])):
            cols.append(Col(text, "d"))
        if rng.random() < 0.4:
            flag = rng.choice(list(W.FLAGS))
            cols.append(Col(flag, "b", values=list(filter(None, [flag]))))
        rng.shuffle(cols) if rng.random() < 0.4 else None
        tab.cols = cols

    def _names(self, tab: Tab) -> list[str]:
        rng = self.rng
        if tab.person:
            return [f"{rng.choice(W.FIRST_NAMES)} {rng.choice(W.LAST_NAMES)}" for _ in range(8)]
        makers = [
            lambda: pseudo(rng).capitalize(),
            lambda: f"{pseudo(rng).capitalize()} {pseudo(rng).capitalize()}",
            lambda: (
                f"{rng.choice(['Blue', 'Big', 'Old', 'New', 'Royal'])} {pseudo(rng).capitalize()}"
            ),
            lambda: f"{pseudo(rng)[:2].upper()}-{rng.randint(10, 999)}",
        ]
        make = rng.choice(makers)
        return list(dict.fromkeys(make() for _ in range(8)))

    def _text(self, text: str) -> Col:
        rng = self.rng
        values = [v for v in W.TEXTS[text].split("|") if v]
        if not values or rng.random() < 0.15:
            values = [pseudo(rng).capitalize() for _ in range(6)]
        values = (
            rng.sample(values, min(len(values), rng.randint(3, 8))) if len(values) > 2 else values
        )
        return Col(_words(rng, text), "s", values=values, listed=rng.random() < 0.85)

    def _spell(self, words: list[str]) -> str:
        if self.style == "camel":
            return words[0] + "".join(w.capitalize() for w in words[1:])
        if self.style == "pascal":
            return "".join(w.capitalize() for w in words)
        if self.style == "squash":
            return "".join(words)
        if self.style == "abbr":
            words = [
                w if len(w) < 6 else w[0] + "".join(c for c in w[1:] if c not in "aeiou")[:4]
                for w in words
            ]
        return "_".join(words)

    def _name(self, tab: Tab, tabs: list[Tab]) -> None:
        noun = (tab.many if self.plural_tables else tab.one).split()
        spelled = self._spell(noun)
        if self.table_prefix:
            spelled = self.table_prefix + (
                spelled if self.table_prefix.endswith("_") else spelled[0].upper() + spelled[1:]
            )
        tab.name = spelled
        own = tab.one.split()
        tab.key = self._spell(
            ["id"]
            if self.id_style == "id"
            else [*own, "id" if self.id_style == "table_id" else "no"]
        )
        columns = [Col("id", "k", name=tab.key, type="INTEGER")]
        for parent in tab.parents:
            other = tabs[parent]
            name = self._spell([*other.one.split(), "id"]) if self.id_style == "id" else ""
            columns.append(Col("", "k", name=name or self._key_of(other), type="INTEGER"))
        for col in tab.cols:
            parts = col.words.split()
            if self.style == "prefix" and not col.words.startswith(tab.one):
                parts = [own[0][:4] if self.rng.random() < 0.3 else own[-1], *parts]
            if col.kind == "n" and self.rng.random() < 0.1:
                parts.append(self.rng.choice(["cm", "kg", "eur", "usd", "m", "km", "pct"]))
            col.name = self._spell(parts)
            col.type = self.rng.choice(TYPES[col.kind])
            if (
                col.kind == "d"
                and col.type == "TEXT"
                and not col.name.lower().endswith(("date", "_at", "_on"))
            ):
                col.type = "DATE"
        taken: set[str] = set()
        unique = []
        for col in [*columns, *tab.cols]:
            if col.name.lower() not in taken:
                taken.add(col.name.lower())
                col.place = len(unique)
                unique.append(col)
        tab.cols = unique

    def _key_of(self, tab: Tab) -> str:
        return self._spell([*tab.one.split(), "id" if self.id_style == "table_id" else "no"])


def schema_of(tabs: list[Tab], rng: random.Random, declare: bool) -> Schema:
    """The value that `link` takes; foreign keys are sometimes left to be inferred."""
    tables = []
    keys = []
    declared = declare or rng.random() < 0.8
    for tab in tabs:
        columns = []
        for col in tab.cols:
            values = tuple(sorted(set(col.values))) if col.kind == "s" and col.listed else ()
            columns.append(Column(col.name, col.type, "", values))
        tables.append(Table(tab.name, tuple(columns), (tab.key,)))
        foreign = [c for c in tab.cols[1:] if c.kind == "k"]
        for col, parent in zip(foreign, tab.parents, strict=False):
            if declared:
                keys.append(
                    ForeignKey(tab.name, (col.name,), tabs[parent].name, (tabs[parent].key,))
                )
    return Schema(tuple(tables), tuple(keys))
