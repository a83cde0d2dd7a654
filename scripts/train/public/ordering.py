"""Owns the order of an answer's columns: that in which the question names them.

It must not know where questions come from, nor the model's words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pairs import Answer

from localai.linking.catalog import Item
from localai.linking.prompt import Link, Linker

_SAID = {
    "AVG": ("average", "mean", "averaged", "avg"),
    "MAX": ("maximum", "max", "maximal", "highest", "largest", "latest", "greatest", "most"),
    "MIN": ("minimum", "min", "minimal", "lowest", "smallest", "earliest", "least"),
    "SUM": ("total", "sum", "overall", "altogether"),
}
_COUNTS = re.compile(r"\b(?:how many|numbers?|counts?|how often|amount)\b")
_LISTS = frozenset("list show give return tell find display".split())
# A second sentence begins behind so many words.
_FIRST_WORDS = 4


def in_question_order(answer: Answer, question: str, linker: Linker) -> Answer:
    """The answer with its columns in the question's order, where it names all of them."""
    found = _shown(answer)
    if found is None:
        return answer
    head, items, tail = found
    link = linker.link(question)
    words = link.prompt.split("<question>")[1].removesuffix("<sql>").split()
    starts = [n for n, word in enumerate(words) if word in _LISTS and n >= _FIRST_WORDS]
    for start in (*starts[-1:], 0):
        places = [_place(item, words, start, link) for item in items]
        known = [place for place in places if place is not None]
        if len(known) == len(items):
            order = sorted(range(len(items)), key=known.__getitem__)
            joined = [part for n in order for part in (",", *items[n])]
            return [*head, *joined[1:], *tail]
    return answer


def _shown(answer: Answer) -> tuple[Answer, list[Answer], Answer] | None:
    """(what opens it, what it shows, the rest); None where it shows but one thing."""
    if "FROM" not in answer or answer[0] != "SELECT":
        return None
    start = 2 if answer[1] == "DISTINCT" else 1
    end = answer.index("FROM")
    items: list[Answer] = [[]]
    depth = 0
    for part in answer[start:end]:
        depth += {"(": 1, ")": -1}.get(part, 0) if isinstance(part, str) else 0
        if part == "," and not depth:
            items.append([])
        else:
            items[-1].append(part)
    return None if len(items) < 2 else (answer[:start], items, answer[end:])


def _place(item: Answer, words: Sequence[str], start: int, link: Link) -> tuple[int, int] | None:
    """Where the question's words, from the one at `start`, name the item; None where they do not.
    The second figure tells figures of one column apart."""
    name = item[0] if isinstance(item[0], str) else ""
    if name == "COUNT":
        before = len(" ".join(words[:start]))
        found = _COUNTS.search(" ".join(words), before)
        return None if found is None else (" ".join(words)[: found.start()].count(" "), 0)
    columns = [part[1] for part in item if isinstance(part, tuple) and part[0] == "c"]
    tables = [part[1] for part in item if isinstance(part, tuple) and part[0] == "t"]
    if any(column not in link.slots.columns for column in columns) or not [*columns, *tables]:
        return None
    numbers = [link.slots.columns.index(column) for column in columns]
    places = [_first(f"<c{number}>", words, start) for number in numbers]
    if columns and places[0] is None:
        places = [_of_table(columns[0], words, start, link)]
    if tables and tables[0] in link.slots.tables:
        places.append(_first(f"<t{link.slots.tables.index(tables[0])}>", words, start))
    if not places or places[0] is None:
        return None
    said = [n for n, word in enumerate(words) if word in _SAID.get(name, ()) and n >= start]
    return places[0], min(said, default=-1)


def _of_table(item: Item, words: Sequence[str], start: int, link: Link) -> int | None:
    """Where the table stands whose rows the column names."""
    if item not in link.slots.display or item.table not in link.slots.tables:
        return None
    return _first(f"<t{link.slots.tables.index(item.table)}>", words, start)


def _first(slot: str, words: Sequence[str], start: int) -> int | None:
    """Its first place, rather one where no value stands beside it."""
    places = [n for n in range(start, len(words)) if words[n] == slot]
    bare = [n for n in places if not any(w.startswith("<v") for w in words[n + 1 : n + 3])]
    return next(iter(bare or places), None)
