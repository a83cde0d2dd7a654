"""Makes templates from the head of one human question and the tail of another.

It must not know which schemas the gaps are filled from.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from pairs import Answer

from localai.linking.catalog import Item
from localai.linking.prompt import Linker
from public.templates import Gap, Template

_RELATIVE = frozenset(
    "that who whose with without which in from having living located sorted ordered where not on "
    "at working belonging made".split()
)
# What a head may say: others (`sort`, `the three oldest`) ask for more than it shows.
_PLAIN = frozenset(
    "what which who are is was were the a an and all of for from with in by to please can could "
    "you me us i we list show give return find tell display get see report select provide identify "
    "state want need know would like how many number count counts total different distinct unique "
    "each every any various names name named their its his her values details information do does "
    "have has there on that s".split()
)
# The most words that open a question of counts or rows.
_OPENING = 6
_COUNTED, _ASKED, _NAMED = "how many", "which", "the names of"


class Head(NamedTuple):
    """What a question shows, up to its table: kind is one of the three above; `many` tells
    whether the table stood in the plural."""

    kind: str
    parts: tuple[str | Gap, ...]
    items: Answer
    distinct: bool
    many: bool
    template: Template


class Tail(NamedTuple):
    """What a question says of its table, which stood in the plural where `many`."""

    kind: str
    gap: Gap
    parts: tuple[str | Gap, ...]
    rest: Answer
    distinct: bool
    template: Template


def mixed(templates: Sequence[Template], rng: random.Random) -> Iterator[Template]:
    """Endless templates; each head may meet each tail that suits it."""
    found = [parts for template in templates if (parts := _split(template)) is not None]
    heads = [head for head, _ in found]
    tails = [tail for _, tail in found if len(tail.rest) > 2]
    while heads and tails:
        template = _joined(rng.choice(heads), rng.choice(tails), rng)
        if template is not None:
            yield template


def _split(template: Template) -> tuple[Head, Tail] | None:
    """The template's head and tail, where all that it shows stands before its table."""
    answer = template.answer
    if answer[0] != "SELECT" or "FROM" not in answer:
        return None
    start, end = 2 if answer[1] == "DISTINCT" else 1, answer.index("FROM")
    items, rest = answer[start:end], answer[end:]
    own = rest[1][1]
    place = next((n for n, p in enumerate(template.parts) if _is_table(p, own)), 0)
    if not place:
        return None
    before, gap, behind = template.parts[:place], template.parts[place], template.parts[place + 1 :]
    kind = _kind(before, items, own)
    shown = [part[1] for part in items if isinstance(part, tuple)]
    said = [part.key for part in behind if isinstance(part, Gap) and part.kind == "c"]
    said += [part[1] for part in rest if isinstance(part, tuple) and part[0] == "c"]
    if kind is None or set(said) & set(shown) or not isinstance(gap, Gap) or gap.kept:
        return None
    distinct = start == 2
    head = Head(kind, before, items, distinct, _is_many(gap), template)
    return head, Tail(kind, gap, behind, rest, distinct, template)


def _kind(before: Sequence[str | Gap], items: Answer, own: int) -> str | None:
    gaps = [part for part in before if isinstance(part, Gap)]
    said = before[-1].lower().split() if isinstance(before[-1], str) else []
    last = said[-2:]
    if not gaps and len(said) > _OPENING:
        return None
    if items == ["COUNT", "(", "*", ")"] and not gaps:
        return _COUNTED if last == ["how", "many"] else _NAMED
    if items == [("d", own)] and not gaps and not {"number", "many", "count"} & set(said):
        return _ASKED if last[-1:] in (["which"], ["what"]) else _NAMED
    columns = [part for part in items if part != ","]
    plain = all(isinstance(p, tuple) and p[0] == "c" and p[1].table == own for p in columns)
    texts = [part for part in before if isinstance(part, str)]
    if not _PLAIN.issuperset(re.findall(r"[a-z]+", " ".join(texts).lower())):
        return None
    keys = [gap.key for gap in gaps if gap.kind == "c" and not gap.kept]
    if not plain or len(keys) != len(gaps) or keys != [part[1] for part in columns]:
        return None
    return _NAMED if {"of", "for", "from"} & set(last) else None


def _joined(head: Head, tail: Tail, rng: random.Random) -> Template | None:
    if head.many != _is_many(tail.gap) or head.template is tail.template:
        return None
    link = _link(head, tail)
    if link is None or not _fits(head, tail):
        return None
    own = tail.rest[1][1]
    other = head.template.answer[head.template.answer.index("FROM") + 1][1]
    taken = {p[1] for p in tail.rest if isinstance(p, tuple) and p[0] == "c"}
    taken |= {p.key for p in tail.parts if isinstance(p, Gap) and p.kind == "c"}
    places: dict[Item, Item] = {}
    for part in head.items:
        if isinstance(part, tuple) and part[0] == "c":
            pool = _alike(head.template.linker, part[1], tail.template.linker, own)
            pool = [item for item in pool if item not in taken]
            if not pool:
                return None
            places[part[1]] = rng.choice(pool)
            taken.add(places[part[1]])
    opening = tuple(p._replace(key=places[p.key]) if isinstance(p, Gap) else p for p in head.parts)
    items = [_moved(part, places, other, own) for part in head.items]
    several = tail.distinct and "(" not in items and tail.rest[2:3] == [","]
    distinct = ["DISTINCT"] if head.distinct or several else []
    answer = ["SELECT", *distinct, *items, *tail.rest]
    parts = (*opening, tail.gap, *link, *_ended(tail.parts, opening[0]))
    return Template(parts, answer, tail.template.linker, "")


def _ended(parts: Sequence[str | Gap], opening: str | Gap) -> list[str | Gap]:
    """The parts with the mark of the sentence that opens so."""
    asks = isinstance(opening, str) and opening.lower().startswith(("wh", "how", "in wh"))
    mark = "?" if asks else "."
    last = parts[-1] if isinstance(parts[-1], str) else ""
    if not last:
        return [*parts, mark]
    return [*parts[:-1], last.rstrip(" ?.") + mark if last.strip(" ?.") else mark]


def _fits(head: Head, tail: Tail) -> bool:
    """Whether the rest of the tail's answer may stand behind what the head shows."""
    counted = "(" in head.items
    tables = tail.rest[1:3]
    if counted and ("," in tables or any(word in tail.rest for word in _TAILS)):
        return False
    return not (head.distinct and any(word in tail.rest for word in _TAILS))


_TAILS = ("GROUP BY", "ORDER BY", "LIMIT", "HAVING")


def _link(head: Head, tail: Tail) -> tuple[str, ...] | None:
    """What stands between head and tail; None where they make no sentence."""
    first = tail.parts[0] if tail.parts and isinstance(tail.parts[0], str) else ""
    relative = bool(first.split()) and first.split()[0].lower() in _RELATIVE
    if relative:
        return {_NAMED: (), _COUNTED: (" are there",)}.get(head.kind)
    if first.split()[:2] == ["are", "there"] or not first[:1].isspace():
        return None
    spoken = tail.kind in (_COUNTED, _ASKED) and head.kind in (_COUNTED, _ASKED)
    return () if spoken else None


def _alike(source: Linker, item: Item, linker: Linker, table: int) -> list[Item]:
    """The table's columns in the role that a column has in its own schema."""
    own, catalog = source.catalog, linker.catalog
    if item in own.keys:
        return []
    places = range(len(linker.schema.tables[table].columns))
    return [
        other
        for other in (Item(table, place) for place in places)
        if other not in catalog.keys
        and catalog.kinds[other] == own.kinds[item]
        and (other in catalog.display) == (item in own.display)
    ]


def _moved(part: Any, places: dict[Item, Item], table: int, own: int) -> Any:
    if not isinstance(part, tuple):
        return part
    return ("c", places[part[1]]) if part[0] == "c" else (part[0], own)


def _is_table(part: str | Gap, table: int) -> bool:
    return isinstance(part, Gap) and part.kind == "t" and part.key == table


def _is_many(gap: Gap) -> bool:
    return gap.text.lower().endswith("s")
