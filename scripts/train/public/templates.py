"""Owns templates: human questions and answers with gaps where items and values stood.

It must not know which schemas the gaps are filled from.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from pairs import Answer, is_same_value

from localai.linking.implied import with_implied
from localai.linking.joins import Edge
from localai.linking.mentions import Mention, find_mentions
from localai.linking.prompt import Linker
from localai.linking.words import split_question

# Names of tables and columns are only spelled in a question's own words up to this many gaps.
_MOST_GAPS = 9


class Gap(NamedTuple):
    """A place in a question. kind: t, c or v; `key` is a table, an Item or a value's number.

    `text` is what stood there; `kept` says that it stays, since it is no name of the item's.
    """

    kind: str
    key: Any
    text: str
    kept: bool = False


class Template(NamedTuple):
    """A question in parts (text or Gap) with its answer over the items of the schema it is of."""

    parts: tuple[str | Gap, ...]
    answer: Answer
    linker: Linker
    form: str


def mentions_of(linker: Linker, question: str) -> tuple[list[Mention], list[tuple[int, int]]]:
    """What the linker finds in a question, and where each of its pieces stands."""
    pieces = split_question(question)
    found = with_implied(find_mentions(pieces, question, linker.catalog), pieces, linker.catalog)
    return found, [(piece.start, piece.end) for piece in pieces]


def template_of(linker: Linker, question: str, answer: Answer) -> Template | None:
    """The template of a question; None where the answer needs what the question does not name."""
    question = " ".join(question.split())
    mentions, places = mentions_of(linker, question)
    answer = with_values_numbered(answer, mentions)
    parts: list[str | Gap] = []
    done = 0
    for number, mention in enumerate(mentions):
        if mention.end <= mention.start:
            continue
        start, end = places[mention.start][0], places[mention.end - 1][1]
        if start < done:
            return None
        gap = _gap(number, mention, question[start:end], answer)
        parts += [question[done:start], question[start:end] if gap is None else gap]
        done = end
    parts.append(question[done:])
    answer = with_rows_said(linker, answer, parts)
    if not _is_whole(linker, answer, parts):
        return None
    return Template(tuple(p for p in parts if p), answer, linker, _form(parts, answer, linker))


def _gap(number: int, mention: Mention, text: str, answer: Answer) -> Gap | None:
    if mention.value is not None:
        used = any(_is(part, "v") and part[1] == number for part in answer)
        return Gap("v", number, text) if used else None
    if mention.item is None:
        return None
    kind = "t" if mention.item.column < 0 else "c"
    key = mention.item.table if kind == "t" else mention.item
    return Gap(kind, key, text, mention.keeps_words)


def with_values_numbered(answer: Answer, mentions: list[Mention]) -> Answer:
    """The answer with the number of the mention for each value's text; -1 where there is none."""
    out: Answer = []
    for part in answer:
        if _is(part, "v"):
            numbers = [
                n
                for n, m in enumerate(mentions)
                if m.value is not None and is_same_value(m.value, part[1], part[2])
            ]
            part = ("v", numbers[0] if numbers else -1, part[2])
        out.append(part)
    return out


def with_rows_said(linker: Linker, answer: Answer, parts: list[str | Gap]) -> Answer:
    """The answer with ("d", table) for the columns that name a table's rows, where the question
    mentions none of them."""
    said = {part.key for part in parts if isinstance(part, Gap) and part.kind == "c"}
    out = list(answer)
    for number in range(len(linker.schema.tables)):
        named = sorted(item for item in linker.catalog.display if item.table == number)
        if not named or said.intersection(named):
            continue
        wanted: Answer = []
        for item in named:
            wanted += [",", ("c", item)] if wanted else [("c", item)]
        place = 0
        while place <= len(out) - len(wanted):
            if out[place : place + len(wanted)] == wanted:
                out[place : place + len(wanted)] = [("d", number)]
            place += 1
    return out


def _is_whole(linker: Linker, answer: Answer, parts: list[str | Gap]) -> bool:
    gaps = [part for part in parts if isinstance(part, Gap)]
    said = {gap.key for gap in gaps if gap.kind == "c"}
    used = {part[1] for part in answer if _is(part, "c")}
    used |= {part[2] for part in answer if _is(part, "v")}
    columns = used - {None} >= said and said >= {p[1] for p in answer if _is(p, "c")}
    values = all(part[1] >= 0 for part in answer if _is(part, "v"))
    return columns and values and 0 < len(gaps) <= _MOST_GAPS


def _form(parts: list[str | Gap], answer: Answer, linker: Linker) -> str:
    """What makes two templates the same: words and the kinds of gaps, whatever stood there."""
    names: dict[Any, str] = {}
    out = []
    for part in parts:
        if isinstance(part, str):
            out.append(part.lower())
            continue
        letter = linker.catalog.letter(part.key) if part.kind == "c" else ""
        text = part.text.lower() if part.kept else ""
        key = (part.kind, part.key)
        out.append(f"{{{names.setdefault(key, f'{part.kind}{len(names)}{letter}{text}')}}}")
    out.append("=>")
    for part in answer:
        known = names.get((part[0], part[1]), part[0]) if isinstance(part, tuple) else part
        out.append(known)
    return " ".join(" ".join(out).split())


def tables_of(template: Template) -> list[int]:
    """The tables that a template speaks of, those of its answer first."""
    found = [
        part[1].table if part[0] == "c" else part[2].table if part[0] == "v" else part[1]
        for part in template.answer
        if isinstance(part, tuple) and not (part[0] == "v" and part[2] is None)
    ]
    for part in template.parts:
        if isinstance(part, Gap) and part.kind != "v":
            found.append(part.key if part.kind == "t" else part.key.table)
    return list(dict.fromkeys(found))


def is_child(edge: Edge, linker: Linker) -> bool:
    """Whether the edge leads from the table with the foreign key to the one that it refers to."""
    names = {name.lower() for name in edge.right_columns}
    return names == {name.lower() for name in linker.schema.tables[edge.right].primary_key}


def _is(part: Any, kind: str) -> bool:
    return isinstance(part, tuple) and part[0] == kind
