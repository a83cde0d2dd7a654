"""Makes up database schemas for the generator: tables, columns, keys, listed values.

It must not know questions.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import made_up.words as W
from localai.schema import Column, ForeignKey, Schema, Table
from made_up import worlds
from made_up.naming import Style, plural, pseudo
from made_up.split import COMMON, Split
from made_up.worlds import Deed, Entity, World

__all__ = ["Col", "Maker", "Tab", "plural", "pseudo", "schema_of"]
TYPES = {
    "n": ("INTEGER", "REAL", "NUMERIC", "INT", "DECIMAL(10,2)"),
    "s": ("TEXT", "TEXT", "VARCHAR(60)"),
    "d": ("DATE", "DATE", "TEXT", "DATETIME", "TIMESTAMP"),
    "b": ("BOOLEAN", "BOOLEAN", "INTEGER", "TINYINT(1)"),
}
COUNTS = (13, 19, 20, 16, 11, 8, 5, 4, 2, 2)
_TWINS = {"n": ("old", "last", "planned", "net"), "d": ("planned", "last", "previous")}


@dataclass
class Col:
    """A column with what people call it. kind: n, s, d, b, or k for a key. `base` is what it is
    called everywhere; `stored` what the data holds, where that is not `values`."""

    words: str
    kind: str
    name: str = ""
    type: str = ""
    values: list[str] = field(default_factory=list)
    listed: bool = True
    display: bool = False
    place: int = -1
    base: str = ""
    stored: tuple[str, ...] = ()
    parent: int = -1


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
    kind: str = "i"
    entity: str = ""
    roles: list[str] = field(default_factory=list)
    primary: tuple[str, ...] = ()
    is_view: bool = False


class Maker:
    """Makes one schema; `rng` decides everything."""

    def __init__(self, rng: random.Random, split: Split) -> None:
        self.rng = rng
        self.split = split
        self._style = Style(rng)
        self.style = self._style.name
        self.world: World = rng.choice(worlds.WORLDS)
        self.deeds: list[Deed] = self.world.deeds
        self._nouns: set[str] = set()
        self._odd = 0.4 if rng.random() < 0.2 else 0.03

    def tables(self) -> list[Tab]:
        """The tables, named and keyed."""
        rng = self.rng
        count = rng.choices(range(1, len(COUNTS) + 1), COUNTS)[0]
        chosen = worlds.some_entities(rng, self.world, count)
        tabs = [self._tab(name, self.world.entities[name]) for name in chosen]
        for tab in tabs:
            self._refer(tab, chosen)
            self._columns(tab)
        for tab in tabs:
            self._name(tab, tabs)
        if len(tabs) == 1 and rng.random() < 0.15:
            tabs[0].is_view = True
            tabs[0].name = rng.choice([f"v_{tabs[0].name}", f"{tabs[0].name}_view"])
        if len(tabs) > 1 and rng.random() < 0.1:
            tabs.append(self._view(tabs))
        return tabs

    def new_word(self) -> str:
        """A word that is none, of this side of the split."""
        while not self.split.has(word := pseudo(self.rng)):
            pass
        return word

    def _tab(self, name: str, entity: Entity) -> Tab:
        rng = self.rng
        held = self.split.held_out
        options = self.split.words(entity.nouns)
        if not options or rng.random() < 0.1:
            options = worlds.nouns(entity.kind, held)
        options = [noun for noun in options if self._fits(noun)]
        noun = rng.choice(options) if options and rng.random() > self._odd else self.new_word()
        self._nouns.add(noun)
        return Tab(noun, plural(noun), person=entity.kind == "p", kind=entity.kind, entity=name)

    def _view(self, tabs: list[Tab]) -> Tab:
        """A view beside the tables, with columns of one of them and of what it refers to."""
        rng = self.rng
        of = rng.choice([tab for tab in tabs if tab.kind != "c"] or tabs)
        one = f"{of.one} {rng.choice(['overview', 'report', 'summary', 'statistics'])}"
        view = Tab(one, one if one.endswith("s") else plural(one), kind="v", is_view=True)
        view.name = self._style.spell(["v", *one.split()] if rng.random() < 0.4 else one.split())
        cols = [
            Col(c.words, c.kind, values=c.values, base=c.base) for c in of.cols if c.kind in "nd"
        ]
        for parent in of.parents:
            named = [c for c in tabs[parent].cols if c.display][:1]
            cols += [
                Col(f"{tabs[parent].one} name", "s", values=c.values, listed=False) for c in named
            ]
        cols = cols or [Col("total", "n", values=["total"], base="total")]
        for col in cols:
            col.name, col.type = self._style.spell(col.words.split()), self._type(col)
        view.cols = _unique(cols)
        return view

    def _fits(self, noun: str) -> bool:
        """Whether no other table's noun is this one's, or its last word."""
        last = noun.split()[-1]
        return all(last != other.split()[-1] for other in self._nouns)

    def _refer(self, tab: Tab, chosen: list[str]) -> None:
        for parent in self.world.entities[tab.entity].parents:
            if parent.entity in chosen and not (parent.optional and self.rng.random() < 0.2):
                tab.parents.append(chosen.index(parent.entity))
                tab.roles.append(parent.role)
        if tab.parents and self.rng.random() < 0.03:
            tab.parents.append(tab.parents[0])
            tab.roles.append(self.rng.choice(["second", "previous", "other", "main"]))
        if tab.kind in "pco" and self.rng.random() < 0.06:
            tab.parents.append(chosen.index(tab.entity))
            tab.roles.append(self.rng.choice("parent manager mentor superior".split()))

    def _columns(self, tab: Tab) -> None:
        rng = self.rng
        cols = self._naming(tab)
        own = [c for c in self.world.entities[tab.entity].columns if self.split.has(c[0])]
        keep = rng.choice([0.6, 0.8, 1.0])
        added = [c for c in own if rng.random() < keep or c[0] in ("quantity", "unit price")]
        more = rng.choices([0, 1, 2, 3], [40, 35, 17, 8])[0] + (2 if len(added) < 2 else 0)
        for _ in range(more):
            kind = rng.choices("nsdb", [40, 30, 18, 12])[0]
            added.append((rng.choice(worlds.columns(kind, self.split.held_out)), kind))
        seen = {col.words for col in cols}
        for words, kind in added:
            if words not in seen:
                seen.add(words)
                cols.append(self._column(words, kind))
        if rng.random() < 0.12:
            cols += self._twin(cols)
        if rng.random() < 0.4:
            rng.shuffle(cols)
        tab.cols = cols

    def _naming(self, tab: Tab) -> list[Col]:
        """The columns that name a row."""
        rng = self.rng
        shape = rng.random()
        if tab.kind in "el":
            if shape < 0.22:
                end = rng.choice(["number", "number", "code", "reference"])
                codes = [f"{tab.one[:2].upper()}-{rng.randint(100, 9999)}" for _ in range(8)]
                return [Col(f"{tab.one} {end}", "s", values=codes, base="code")]
            if tab.kind == "l" or shape < 0.8:
                return []
        if tab.person and shape < 0.3:
            return [
                Col("first name", "s", values=rng.sample(W.FIRST_NAMES, 8), display=True),
                Col("last name", "s", values=rng.sample(W.LAST_NAMES, 8), display=True),
            ]
        if shape > 0.95:
            return []
        person = ["full name"] if tab.person else ["title", "label"]
        word = rng.choice(["name", "name", "name", *person, f"{tab.one} name"])
        return [Col(word, "s", values=self._names(tab), display=True)]

    def _names(self, tab: Tab) -> list[str]:
        rng = self.rng
        if tab.person:
            return [f"{rng.choice(W.FIRST_NAMES)} {rng.choice(W.LAST_NAMES)}" for _ in range(8)]
        makers = [
            lambda: pseudo(rng).capitalize(),
            lambda: f"{pseudo(rng).capitalize()} {pseudo(rng).capitalize()}",
            lambda: f"{rng.choice(W.ADJECTIVES)} {rng.choice(W.THINGS)}",
            lambda: f"{pseudo(rng)[:2].upper()}-{rng.randint(10, 999)}",
            lambda: rng.choice(W.THINGS),
        ]
        make = rng.choice(makers)
        return list(dict.fromkeys(make() for _ in range(8)))

    def _column(self, words: str, kind: str) -> Col:
        rng = self.rng
        if kind == "s":
            return self._text(words)
        if kind == "b":
            stored = rng.choice([("no", "yes"), ("N", "Y"), ()]) if rng.random() < 0.25 else ()
            return Col(words, "b", values=[words], base=words, stored=stored)
        said = self._style.date_words(words) if kind == "d" else self._maybe_new(words)
        return Col(said, kind, values=[words] if kind == "n" else [], base=words)

    def _maybe_new(self, words: str) -> str:
        return self.new_word() if self.rng.random() < self._odd / 2 else words

    def _text(self, text: str) -> Col:
        rng = self.rng
        values = [v for v in W.TEXTS.get(text, "").split("|") if v]
        listed = bool(values) and rng.random() < 0.9
        if not values or rng.random() < 0.12:
            values = [pseudo(rng).capitalize() for _ in range(6)]
        most = min(len(values), rng.randint(3, 8))
        values = rng.sample(values, most) if len(values) > 2 else values
        return Col(self._maybe_new(text), "s", values=values, listed=listed, base=text)

    def _twin(self, cols: list[Col]) -> list[Col]:
        """A column whose words hold another's: `planned delivery date`."""
        rng = self.rng
        options = [c for c in cols if c.kind in _TWINS]
        if not options:
            return []
        col = rng.choice(options)
        words = f"{rng.choice(_TWINS[col.kind])} {col.words}"
        return [Col(words, col.kind, values=[words] if col.kind == "n" else [], base=words)]

    def _name(self, tab: Tab, tabs: list[Tab]) -> None:
        rng, style = self.rng, self._style
        noun = (tab.many if style.plural_tables else tab.one).split()
        tab.name = style.table(noun, tab.kind in "el")
        keys = [Col("id", "k", name=style.spell(style.key_words(tab.one.split())), type="INTEGER")]
        if rng.random() < 0.07:
            keys[0].type = rng.choice(["TEXT", "VARCHAR(12)", "UUID", "BIGINT"])
        for parent, role in zip(tab.parents, tab.roles, strict=True):
            words = style.foreign_words(tabs[parent].one.split(), role)
            keys.append(Col("", "k", name=style.spell(words), type="INTEGER", parent=parent))
        if tab.kind == "l" and len(tab.parents) > 1 and rng.random() < 0.4:
            keys = keys[1:]
        for col in tab.cols:
            col.name, col.type = self._spelled(tab, col), self._type(col)
        tab.cols = _unique([*keys, *tab.cols])
        own = [c for c in tab.cols if c.kind == "k" and c.parent < 0]
        tab.key = own[0].name if own else ""
        tab.primary = tuple(c.name for c in own or tab.cols if c.kind == "k")

    def _spelled(self, tab: Tab, col: Col) -> str:
        parts = col.words.split()
        own = tab.one.split()
        if self.style == "prefix" and not col.words.startswith(tab.one):
            parts = [own[0][:4] if self.rng.random() < 0.3 else own[-1], *parts]
        if col.kind == "n" and col.base not in COMMON and self.rng.random() < 0.08:
            parts.append(self.rng.choice(["cm", "kg", "eur", "usd", "m", "km", "pct"]))
        return self._style.spell(parts)

    def _type(self, col: Col) -> str:
        found = self.rng.choice(TYPES[col.kind]) if not col.stored else "TEXT"
        known = col.name.lower().endswith(("date", "_at", "_on"))
        return "DATE" if col.kind == "d" and found == "TEXT" and not known else found


def _unique(cols: list[Col]) -> list[Col]:
    taken: dict[str, Col] = {}
    for col in cols:
        if col.name.lower() not in taken:
            taken[col.name.lower()] = col
            col.place = len(taken) - 1
    return list(taken.values())


def schema_of(tabs: list[Tab], rng: random.Random, declare: bool) -> Schema:
    """The value that `link` takes; foreign keys are sometimes left to be inferred."""
    tables, keys = [], []
    declared = declare or rng.random() < 0.85
    for tab in tabs:
        columns = []
        for col in tab.cols:
            shown = col.values if col.kind == "s" and col.listed else col.stored
            comment = col.words if rng.random() < 0.04 else ""
            columns.append(Column(col.name, col.type, comment, tuple(sorted(set(shown)))))
            other = tabs[col.parent] if col.parent >= 0 else None
            if declared and other is not None and other.key and not other.is_view:
                keys.append(ForeignKey(tab.name, (col.name,), other.name, (other.key,)))
        primary = () if tab.is_view else tab.primary
        tables.append(Table(tab.name, tuple(columns), primary, tab.is_view))
    return Schema(tuple(tables), tuple(keys))
