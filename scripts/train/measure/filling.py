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
from localai.schema import Column, Schema, Table
from measure.cells import Cell, holds, made_up, near, number_of
from measure.comparisons import Comparison, Needs, Place
from measure.sharing import is_text, shared

Rows = dict[str, list[tuple[Cell, ...]]]
LARGEST = 320  # rows of a table, where a question asks for large groups
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
    loose: bool = False


def style_of(rng: random.Random, loose: bool = False) -> Style:
    """A style drawn at random."""
    return Style(
        rows=rng.choice((24, 36, 48)),
        pool=rng.choice((3, 5, 9)),
        witnesses=rng.choice((0.2, 0.35, 0.5)),
        referred=rng.choice((0.07, 0.2, 0.4, 0.8)),
        unique=rng.random() < 0.75,
        nulls=rng.choice((0.0, 0.05)),
        loose=loose,
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
        self.referring = {(key.table, key.columns[0]) for key in schema.foreign_keys}
        self._shared = shared(schema, [pair for n in asked for pair in n.equal])

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
        self._sizes = _sizes(own, filler)
        self._domains: dict[frozenset[Place], tuple[list[Cell], list[Cell]]] = {}

    def rows(self) -> Rows:
        out: Rows = {}
        for number, table in enumerate(self._filler.schema.tables):
            count = self._rng.choice((self._style.rows, self._style.rows, self._style.rows // 2))
            count = max(count, *(self._rows_for(table, column) for column in table.columns))
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
        alone = table.primary_key == (column.name,) and not (
            self._style.loose and place in self._filler.referring
        )
        if alone or place in self._filler.shared:
            return self._keys(place, alone, count, witnesses)
        kind = self._filler.kind(number, spot)
        if self._filler.is_name(number, spot) and kind == "s" and self._style.unique:
            return self._names(place, count, witnesses)
        pool = list(column.values)
        if not pool and kind != "b":
            pool = [f"zu{n}" for n in range(1, self._style.pool + 1)]
        cells = [self._asked(place, kind, row, witnesses) for row in range(count)]
        for row, cell in enumerate(cells):
            if cell is None:
                cells[row] = made_up(kind, column.type, column.name, pool, self._rng)
        if place in self._sizes:
            return self._grouped(list(dict.fromkeys(cells)), self._sizes[place], count)
        spared = witnesses if place in self._own else 0
        return self._thinned(cells, place, kind, spared)

    def _rows_for(self, table: Table, column: Column) -> int:
        """Rows that it takes to have groups of the size that is asked for."""
        place = (table.name, column.name)
        is_key = table.primary_key == (column.name,) or place not in self._sizes
        return 0 if is_key else min(LARGEST, 3 * self._sizes[place] + 3)

    def _grouped(self, cells: Sequence[Cell], size: int, count: int) -> list[Cell]:
        """The cells again and again, each about `size` times."""
        sizes = [size, size + 1, max(1, size - 1), size + 1]
        out: list[Cell] = []
        for number, cell in enumerate(cells):
            out += [cell] * sizes[(number + self._style.pool) % len(sizes)]
        # The rest in one group, so that the others keep their sizes.
        return (out + [out[-1]] * count)[:count]

    def _asked(self, place: Place, kind: str, row: int, witnesses: int) -> Cell:
        """A cell near what questions name; None where this row has none, or a null is asked for."""
        own = self._own.get(place, ())
        named = [*self._filler.named(place), *own]
        if row < witnesses and own:
            return self._meeting(own, kind)
        if row < len(named) and not self._style.witnesses and named[row].sign == "=":
            return named[row].text if kind == "s" else near(named[row], kind, random.Random(1))
        return near(self._rng.choice(named), kind, self._rng) if self._chance(named, 0.6) else None

    def _chance(self, named: Sequence[Comparison], share: float) -> bool:
        return bool(named) and self._rng.random() < share

    def _thinned(self, cells: list[Cell], place: Place, kind: str, spared: int) -> list[Cell]:
        """The cells with some emptied, but those that a query sorts by; all of a share where a
        question asks for the empty ones."""
        named = (*self._filler.named(place), *self._own.get(place, ()))
        asked = any(comparison.sign == "null" for comparison in named)
        if asked:
            wanted = any(comparison.sign == "null" for comparison in self._own.get(place, ()))
            cells = [None if wanted and row < spared else cell for row, cell in enumerate(cells)]
        elif kind == "b" or place in self._sorted:
            return cells
        share = max(self._style.nulls, 0.2 if asked else 0.0)
        return [
            None if row >= spared and self._rng.random() < share else cell
            for row, cell in enumerate(cells)
        ]

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
            more = [cell for cell in self._made(place, count + len(domain)) if cell not in domain]
            return [*domain, *more][:count]
        if place in self._sizes:
            return self._grouped(domain, self._sizes[place], count)
        return [
            domain[self._rng.randrange(min(witnesses, len(domain)))]
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
            size = self._style.rows
            numbers = [n for text in texts if (n := number_of(text)) is not None]
            asked = texts if is_text(self._filler.schema, group) else numbers[: size // 2]
            domain = list(dict.fromkeys([*asked, *self._made(place, size)]))[:size]
            share = max(2, int(len(domain) * self._style.referred))
            self._domains[group] = domain, self._rng.sample(domain, share)
        return self._domains[group]

    def _made(self, place: Place, count: int) -> list[Cell]:
        """So many different keys."""
        group = self._filler.shared.get(place, frozenset([place]))
        if is_text(self._filler.schema, group):
            return [f"zu{n}" for n in range(1, count + 1)]
        return list(range(1, count + 1))


def _sizes(own: Needs, filler: Filler) -> dict[Place, int]:
    """The size of groups that a question asks for, by the columns that may hold them."""
    return {
        place: size
        for counted, size in own.counted
        for place in (counted, *filler.shared.get(counted, ()))
    }


def _by_place(comparisons: Iterable[Comparison]) -> dict[Place, list[Comparison]]:
    found: dict[Place, list[Comparison]] = defaultdict(list)
    for comparison in dict.fromkeys(comparisons):
        found[comparison.place].append(comparison)
    return dict(found)
