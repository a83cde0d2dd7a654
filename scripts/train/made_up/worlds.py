"""Reads the generator's worlds, and says which nouns and attributes there are of each kind.

It must not know naming styles or questions.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from functools import cache

import made_up.words as W
from made_up.domains import BUSINESS
from made_up.domains_more import LEISURE, SOCIETY
from made_up.split import Split


@dataclass(frozen=True)
class Parent:
    """A key to `entity`; `role` where there are several keys to it."""

    entity: str
    optional: bool
    role: str


@dataclass(frozen=True)
class Entity:
    """A table of a world. `kind`: p, o, i, c, e or l; `columns` are (words, kind)."""

    nouns: tuple[str, ...]
    kind: str
    parents: tuple[Parent, ...]
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Deed:
    """What `who` (an entity) does to `what`: buy, bought, bought."""

    who: str
    base: str
    past: str
    participle: str
    what: str


@dataclass
class World:
    """Entities by their first noun, and deeds."""

    entities: dict[str, Entity] = field(default_factory=dict)
    deeds: list[Deed] = field(default_factory=list)


def _column(text: str) -> tuple[str, str]:
    if text[0] in "#@":
        return text[1:], "n" if text[0] == "#" else "d"
    return text, "b" if text in W.FLAGS else "s"


def _parent(text: str) -> Parent:
    name, _, role = text.rstrip("?").partition(":")
    return Parent(name, text.endswith("?"), role)


def _read(text: str) -> list[World]:
    worlds: list[World] = []
    for line in text.strip().splitlines():
        if line.startswith("=="):
            worlds.append(World())
        elif line.startswith("+"):
            for deed in line[1:].split("|"):
                who, verb, what = deed.split()
                worlds[-1].deeds.append(Deed(who, *verb.replace("_", " ").split(":"), what))
        else:
            nouns, kind, parents, columns = (part.strip() for part in line.split("|"))
            names = nouns.split(",")
            worlds[-1].entities[names[0]] = Entity(
                tuple(name.replace("_", " ") for name in names),
                kind,
                tuple(_parent(p) for p in re.split(r",\s*", parents) if p),
                tuple(_column(c) for c in re.split(r",\s*", columns) if c),
            )
    return worlds


def _weight(world: World) -> int:
    """How often a world comes: most that is asked of a business is about what it sells."""
    if {"order_item", "product_supplier"} & set(world.entities):
        return 4
    bought = {("quantity", "n"), ("unit price", "n")}
    sells = any(bought <= set(entity.columns) for entity in world.entities.values())
    return 2 if sells or "order_entry" in world.entities else 1


_EVERY = [world for text in (BUSINESS, SOCIETY, LEISURE) for world in _read(text)]
WORLDS = [w for w in _EVERY for _ in range(_weight(w))]


@cache
def nouns(kind: str, held_out: bool) -> list[str]:
    """All nouns of a kind of table on one side of the split."""
    every = [n for w in WORLDS for e in w.entities.values() if e.kind == kind for n in e.nouns]
    loose = [noun.replace("_", " ") for noun in W.ENTITIES]
    if kind in "pi":
        every += [noun for noun in loose if (noun in W.PERSONS) == (kind == "p")]
    return Split(held_out).words(dict.fromkeys(every))


@cache
def columns(kind: str, held_out: bool) -> list[str]:
    """All attributes of a kind on one side of the split."""
    own = {"n": W.NUMBERS, "s": W.TEXTS, "d": W.DATES, "b": W.FLAGS}[kind]
    more = [name for w in WORLDS for e in w.entities.values() for name, k in e.columns if k == kind]
    return Split(held_out).words(dict.fromkeys([*own, *more]))


def some_entities(rng: random.Random, world: World, count: int) -> list[str]:
    """Up to `count` entities that mostly hang together: one, then what it refers to or is
    referred to by."""
    names = list(world.entities)
    hubs = [name for name in names if world.entities[name].kind in "el"]
    links = [name for name in names if world.entities[name].kind == "l"]
    start = rng.choice([names, hubs or names, links or hubs or names])
    chosen = [rng.choice(start if count > 1 else names)]
    while len(chosen) < min(count, len(names)):
        up = [p.entity for c in chosen for p in world.entities[c].parents]
        down = [n for n in names if {p.entity for p in world.entities[n].parents} & set(chosen)]
        pool = [
            n
            for n in [*up, *up, *up, *up, *up, *up, *down]
            if n not in chosen and n in world.entities
        ]
        if not pool or rng.random() < 0.06:
            pool = [n for n in names if n not in chosen]
        chosen.append(rng.choice(pool))
    rng.shuffle(chosen)
    return chosen
