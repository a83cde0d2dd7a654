"""Owns made-up rows for a schema: keys that match, values that questions name, rows that meet all
that one question asks for ("witnesses") beside rows that meet a part of it.

It must not know how rows are stored, nor models.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from localai.linking.catalog import Catalog, Item
from localai.linking.joins import edges
from localai.schema import Column, Schema, Table
from measure.cells import Cell, holds, made_up, near, number_of
from measure.comparisons import Comparison, Needs, Place

Rows = dict[str, list[tuple[Cell, ...]]]
TRIES = 8  # for a value that meets several comparisons at once


@dataclass(frozen=True, slots=True)
class Style:
    """How one content is made. rows: in the largest table. pool: different texts in a column.
    witnesses: the share of rows that meet the question. referred: the share of keys that other
    tables refer to. unique: whether two rows may not share a name. nulls: share of empty cells."""

    rows: int
    pool: int
    witnesses: float
    referred: float
    unique: bool
    nulls: float


def style_of(rng: random.Random) -> Style:
    return Style(
        rows=rng.choice((24, 36, 48)),
        pool=rng.choice((3, 5, 9)),
        witnesses=rng.choice((0.2, 0.35, 0.5)),
        referred=rng.choice((0.15, 0.4, 0.8)),
        unique=rng.random() < 0.75,
        nulls=rng.choice((0.0, 0.05)),
    )


# The content that a linker sees: as many rows as its list of a column's values may have.
SHOWN = Style(40, 5, 0.0, 0.6, True, 0.03)
PLAIN = Style(40, 5, 0.0, 0.6, True, 0.0)


class Filler:
    """Fills one schema; `pooled` is what all questions over it need."""

    def __init__(self, schema: Schema, pooled: Iterable[Needs]) -> None:
        self.schema = schema
        self._catalog = Catalog(schema)
        asked = list(pooled)
        self._named: dict[Place, list[Comparison]] = _by_place(
            c for n in asked for c in n.comparisons
        )
        self.sorted = frozenset(place for n in asked for place in n.sorted)
        self._shared = _shared(schema, [pair for n in asked for pair in n.equal])

    def rows(self, seed: int, own: Needs | None = None, style: Style | None = None) -> Rows:
        """The rows of each table, by its name. own: what the one question needs."""
        rng = random.Random(seed)
        return _Content(self, rng, style or style_of(rng), own or Needs()).rows()

    def kind(self, number: int, column: int) -> str:
        return self._catalog.kinds.get(Item(number, column), "s")

    def is_name(self, number: int, column: int) -> bool:
        return Item(number, column) in self._catalog.display

    def named(self, place: Place) -> Sequence[Comparison]:
        return self._named.get(place, ())

    @property
    def shared(self) -> Mapping[Place, frozenset[Place]]:
        """Column -> the columns whose values it shares, itself among them."""
        return self._shared


class _Content:
    def __init__(self, filler: Filler, rng: random.Random, style: Style, own: Needs) -> None:
        self._filler = filler
        self._rng = rng
        self._style = style
        self._own = _by_place(own.comparisons)
        self._sorted = own.sorted | filler.sorted
        self._domains: dict[frozenset[Place], tuple[list[Cell], list[Cell]]] = {}

    def rows(self) -> Rows:
        out: Rows = {}
        for number, table in enumerate(self._filler.schema.tables):
            count = self._rng.choice((self._style.rows, self._style.rows, self._style.rows // 2))
            witnesses = int(count * self._style.witnesses)
            columns = [
                self._column(number, table, place, column, count, witnesses)
                for place, column in enumerate(table.columns)
            ]
            listed = list(zip(*columns, strict=True))
            self._rng.shuffle(listed)
            out[table.name] = listed
        return out

    def _column(
        self, number: int, table: Table, spot: int, column: Column, count: int, witnesses: int
    ) -> list[Cell]:
        place = (table.name, column.name)
        alone = table.primary_key == (column.name,)
        if alone or place in self._filler.shared:
            return self._keys(place, alone, count, witnesses)
        kind = self._filler.kind(number, spot)
        pool = list(column.values) or [f"zu{n}" for n in range(1, self._style.pool + 1)]
        if self._filler.is_name(number, spot) and kind == "s" and self._style.unique:
            return self._names(place, count, witnesses)
        named = [*self._filler.named(place), *self._own.get(place, ())]
        cells: list[Cell] = []
        for row in range(count):
            if row < witnesses and place in self._own:
                cells.append(self._meeting(self._own[place], kind))
            elif row < len(named) and not self._style.witnesses and named[row].sign == "=":
                cells.append(
                    near(named[row], kind, random.Random(1)) if kind != "s" else named[row].text
                )
            elif named and self._rng.random() < 0.6:
                cells.append(near(self._rng.choice(named), kind, self._rng))
            else:
                cells.append(made_up(kind, column.type, column.name, pool, self._rng))
        if kind in "nds" and place not in self._sorted:
            for row in range(witnesses, count):
                if self._rng.random() < self._style.nulls:
                    cells[row] = None
        return cells

    def _meeting(self, wanted: Sequence[Comparison], kind: str) -> Cell:
        cell = near(self._rng.choice(wanted), kind, self._rng)
        best = cell
        for _ in range(TRIES):
            if all(holds(cell, comparison) for comparison in wanted):
                return cell
            if any(holds(cell, comparison) for comparison in wanted):
                best = cell
            cell = near(self._rng.choice(wanted), kind, self._rng)
        return best

    def _names(self, place: Place, count: int, witnesses: int) -> list[Cell]:
        named = [c for c in self._filler.named(place) if c.sign in ("=", "like")]
        own = list(self._own.get(place, ()))
        cells: list[Cell] = []
        for row in range(count):
            cell: Cell = None
            if own and row < witnesses:
                cell = self._meeting(own, "s")
            elif named and not self._style.witnesses and row < len(named):
                cell = named[row].text.strip("%")
            elif named and self._rng.random() < 0.3:
                cell = near(self._rng.choice(named), "s", self._rng)
            if cell is None or cell in cells:
                cell = f"zu {row + 1}" if row % 3 else f"Zo{row + 1}"
            cells.append(cell)
        return cells

    def _keys(self, place: Place, alone: bool, count: int, witnesses: int) -> list[Cell]:
        domain, referred = self._domain(place)
        if alone:
            return domain[:count]
        return [
            domain[self._rng.randrange(witnesses)]
            if row < witnesses and self._rng.random() < 0.75
            else self._rng.choice(referred)
            for row in range(count)
        ]

    def _domain(self, place: Place) -> tuple[list[Cell], list[Cell]]:
        """The values that a group of columns shares, those that questions name first; and those
        that are referred to."""
        group = self._filler.shared.get(place, frozenset([place]))
        if group not in self._domains:
            named = [
                c for p in sorted(group) for c in (*self._own.get(p, ()), *self._filler.named(p))
            ]
            texts = list(dict.fromkeys(c.text.strip("%") for c in named))
            domain = self._made(group, texts)
            share = max(2, int(len(domain) * self._style.referred))
            self._domains[group] = domain, self._rng.sample(domain, share)
        return self._domains[group]

    def _made(self, group: frozenset[Place], texts: Sequence[str]) -> list[Cell]:
        size = self._style.rows
        if _is_text(self._filler.schema, group):
            made: list[Cell] = [*texts[:size], *(f"zu{n}" for n in range(1, size + 1))]
        else:
            numbers = [n for t in texts if (n := number_of(t)) is not None]
            made = [*numbers[: size // 2], *range(1, size + 1)]
        return list(dict.fromkeys(made))[:size]


def _by_place(comparisons: Iterable[Comparison]) -> dict[Place, list[Comparison]]:
    found: dict[Place, list[Comparison]] = defaultdict(list)
    for comparison in dict.fromkeys(comparisons):
        found[comparison.place].append(comparison)
    return dict(found)


def _is_text(schema: Schema, group: frozenset[Place]) -> bool:
    """Whether a group of columns holds texts: as its primary keys do, where it has some."""
    types: dict[bool, list[str]] = {True: [], False: []}
    for name, column_name in group:
        table = schema.table(name)
        column = table.column(column_name) if table else None
        if table is not None and column is not None:
            types[table.primary_key == (column.name,)].append(column.type.upper())
    asked = types[True] or types[False]
    kinds = ["CHAR" in type_ or "TEXT" in type_ for type_ in asked]
    return all(kinds) if types[True] else any(kinds)


def _shared(
    schema: Schema, compared: Sequence[tuple[Place, Place]]
) -> dict[Place, frozenset[Place]]:
    """Columns that refer to one another or are compared: each with its whole group."""
    pairs = list(compared)
    for found in edges(schema).values():
        for edge in found:
            left, right = schema.tables[edge.left].name, schema.tables[edge.right].name
            for one, other in zip(edge.left_columns, edge.right_columns, strict=True):
                pairs.append((_spelled(schema, left, one), _spelled(schema, right, other)))
    for key in schema.foreign_keys:
        for one, other in zip(key.columns, key.to_columns, strict=False):
            pairs.append((_spelled(schema, key.table, one), _spelled(schema, key.to_table, other)))
    groups: dict[Place, set[Place]] = {}
    for left_place, right_place in pairs:
        joined = groups.get(left_place, {left_place}) | groups.get(right_place, {right_place})
        for place in joined:
            groups[place] = joined
    return {place: frozenset(group) for place, group in groups.items()}


def _spelled(schema: Schema, table: str, column: str) -> Place:
    found = schema.table(table)
    known = found.column(column) if found else None
    return (found.name if found else table), (known.name if known else column)
