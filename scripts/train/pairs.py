"""Owns the training pair: an answer over a schema's items, encoded for the prompt of one question.

It must not know where questions come from.
"""

from __future__ import annotations

import re
from typing import Any

from localai.linking.catalog import Item
from localai.linking.prompt import Link
from localai.linking.values import Value

# A keyword as text, ("c", Item), ("t", table) or ("v", text, the column beside it or None).
Part = Any
Answer = list[Part]


class CannotSay(Exception):
    """The model's language, or this prompt's slots, cannot express the answer."""


def column(item: Item) -> Part:
    return ("c", item)


def table(number: int) -> Part:
    return ("t", number)


def value(text: str, beside: Item | None) -> Part:
    return ("v", str(text), beside)


def encode(answer: Answer, link: Link) -> str:
    """The answer as the model shall write it after this prompt; raises CannotSay."""
    slots = link.slots
    tables = {p[1].table for p in answer if _is(p, "c")} | {p[1] for p in answer if _is(p, "t")}
    answer = [_shown_twin(p, link, tables) if _is(p, "c") else p for p in answer]
    answer = _with_holders(answer, link)
    answer = _grouped_by_rows(answer, link, tables)
    out: list[str] = []
    place = 0
    while place < len(answer):
        part = answer[place]
        if part == "FROM":
            numbers = []
            place += 1
            while place < len(answer) and (answer[place] == "," or _is(answer[place], "t")):
                if answer[place] != ",":
                    numbers.append(_find(slots.tables, answer[place][1]))
                place += 1
            out.append("FROM " + " , ".join(f"<t{n}>" for n in sorted(numbers)))
            continue
        out.append(_said(part, link))
        place += 1
    return with_rows(link.prompt, " ".join(out))


def _grouped_by_rows(answer: Answer, link: Link, tables: set[int]) -> Answer:
    """The answer with groups by the names of rows that others refer to said as groups by these
    rows: two of them may share a name."""
    out = list(answer)
    for place, part in enumerate(answer):
        if part != "GROUP BY" or len(out) != len(answer):
            continue
        end = place + 1
        while end < len(out) and (out[end] == "," or _is(out[end], "c")):
            end += 1
        end -= out[end - 1] == ","
        keys = [key[1] for key in out[place + 1 : end] if key != ","]
        if keys and end < len(out) and _is(out[end], "t"):
            continue
        owner = keys[0].table if keys else -1
        named = {item for item in link.slots.display if item.table == owner}
        if keys and set(keys) == named and _is_referred_to(owner, link, tables):
            out[place + 1 : end] = [table(owner)]
    return out


def _is_referred_to(owner: int, link: Link, tables: set[int]) -> bool:
    key = link.slots.schema.tables[owner].primary_key
    edges = link.slots.graph[owner]
    return bool(key) and any(e.right in tables and e.left_columns == key for e in edges)


def with_rows(prompt: str, answer: str) -> str:
    """The answer with a table's slot for the columns that name its rows, where the question does
    not name all of them: `which <t0>` is answered by SELECT <t0>."""
    schema, asked = prompt.split("<question>")
    asked = re.sub(r"<c\d+>(?: \w)? <v\d+>", "", asked)
    for entry in schema.split("|"):
        head, _, columns = entry.partition(":")
        starred = re.findall(r"(<c\d+>)[^,]* \*", columns)
        if not starred or all(column in asked for column in starred):
            continue
        slot = re.findall(r"<t\d+>", head)[0]
        answer = _outer(answer, starred, slot)
    return answer


def _outer(answer: str, starred: list[str], slot: str) -> str:
    """The answer with the slot for these columns, save in its inner queries: they list columns."""
    inner = answer.find("( SELECT")
    if inner < 0:
        return _LISTS.sub(lambda m: m[1] + _replaced(m[2], starred, slot), answer)
    end = _closing(answer, inner)
    before = _LISTS.sub(lambda m: m[1] + _replaced(m[2], starred, slot), answer[:inner])
    return before + answer[inner:end] + _outer(answer[end:], starred, slot)


def _closing(text: str, start: int) -> int:
    """The place behind the bracket that closes the one at `start`."""
    depth = 0
    for place in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if not depth:
            return place + 1
    return len(text)


_LISTS = re.compile(
    r"(SELECT (?:DISTINCT )?|GROUP BY )(.*?)(?= FROM| HAVING| ORDER BY| LIMIT| \)$|$)"
)


def _replaced(listed: str, starred: list[str], slot: str) -> str:
    items = listed.split(" , ")
    for place in range(len(items) - len(starred) + 1):
        if sorted(items[place : place + len(starred)]) == sorted(starred):
            items[place : place + len(starred)] = [slot]
            break
    return " , ".join(items)


def _shown_twin(part: Part, link: Link, tables: set[int]) -> Part:
    """A hidden key column's equal in another table of the answer, where the prompt shows it."""
    slots = link.slots
    item = part[1]
    if item in slots.columns:
        return part
    name = slots.schema.tables[item.table].columns[item.column].name
    for edge in slots.graph[item.table]:
        if edge.right in tables and edge.left_columns == (name,):
            names = [c.name.lower() for c in slots.schema.tables[edge.right].columns]
            if edge.right_columns[0].lower() in names:
                twin = Item(edge.right, names.index(edge.right_columns[0].lower()))
                if twin in slots.columns:
                    return column(twin)
    return part


def _with_holders(answer: Answer, link: Link) -> Answer:
    """The answer with a hidden key of one other table said as that table's own key, or as its rows
    where they are told apart, where the question speaks of that table."""
    hidden = {p[1] for p in answer if _is(p, "c")} - set(link.slots.columns)
    if len(hidden) != 1 or answer.count("SELECT") != 1 or "FROM" not in answer:
        return answer
    [item] = hidden
    for edge in link.slots.graph[item.table]:
        held = link.slots.schema.tables[edge.right]
        name = link.slots.schema.tables[item.table].columns[item.column].name
        if not edge.up or edge.left_columns != (name,) or edge.right_columns != held.primary_key:
            continue
        keys = [other.right for other in link.slots.graph[item.table]]
        if keys.count(edge.right) > 1 or edge.right not in link.slots.tables:
            continue
        if f"<t{link.slots.tables.index(edge.right)}>" not in link.prompt.split("<question>")[1]:
            continue
        names = [column.name for column in held.columns]
        own = Item(edge.right, names.index(held.primary_key[0]))
        said = column(own) if own in link.slots.columns else table(edge.right)
        if said[0] == "t" and not _tells_apart(answer, item):
            continue
        place = answer.index("FROM") + 1
        out = [*answer[:place], table(edge.right), ",", *answer[place:]]
        out = [said if part == column(item) else part for part in out]
        groups = [n for n, part in enumerate(out) if part == said and out[n - 1] == "GROUP BY"]
        return [table(edge.right) if n in groups else part for n, part in enumerate(out)]
    return answer


def _tells_apart(answer: Answer, item: Item) -> bool:
    """Whether the column is only counted or grouped by."""
    places = [place for place, part in enumerate(answer) if part == column(item)]
    return all(answer[place - 1] in ("DISTINCT", "GROUP BY") for place in places) and (
        "DISTINCT" not in answer[1:2]
    )


def _is(part: Part, kind: str) -> bool:
    return isinstance(part, tuple) and part[0] == kind


def _said(part: Part, link: Link) -> str:
    if isinstance(part, str):
        return part
    if part[0] == "c":
        return f"<c{_find(link.slots.columns, part[1])}>"
    if part[0] == "t":
        return f"<t{_find(link.slots.tables, part[1])}>"
    for number, found in enumerate(link.slots.values):
        if is_same_value(found, part[1], part[2]):
            return f"<v{number}>"
    raise CannotSay(f"value {part[1]}")


def _find(places: tuple[Any, ...], wanted: Any) -> int:
    if wanted not in places:
        raise CannotSay(f"slot {wanted}")
    return places.index(wanted)


def is_same_value(found: Value, text: str, beside: Item | None) -> bool:
    """Whether a value that the linker found is this text, compared with the column beside it."""
    if text == "@period":
        return found.kind == "period"
    if beside is not None and tuple(beside) in found.stored:
        return found.stored[tuple(beside)].lower() == text.lower()
    try:
        return float(found.text) == float(text)
    except ValueError:
        return "".join(filter(str.isalnum, found.text.lower())) == "".join(
            filter(str.isalnum, text.lower())
        )
