"""Owns what a question names and an answer does not use; it must not know how answers are read.

An answer that leaves out a column or value of the question is hardly ever right: of the embedded
model's 96 right answers to the hundred questions of `tests/linking/heldout/` and the sixty of
`tests/sql/fixture/`, none did, and of its 48 wrong ones that were given 11 did.
"""

from __future__ import annotations

import re

from localai.linking.prompt import Link

_COLUMN = re.compile(r"<c\d+>")
_SLOT_OR_MARK = re.compile(r"<\w+>")
_WORD = re.compile(r"\w+")
_SLOT = re.compile(r"<[cv]\d+>")
# Counting rows counts what each of them holds: "how many <c0> for each <c1>". In front of a table,
# "how many <c0> b <t0>", it says which of them.
_COUNTED = re.compile(
    r"\b(?:how many|(?:number|count) of|count)(?: the| all| different| distinct)*"
    r" (<c\d+>)(?: [a-z]\b)?+(?! <t)"
)
# What cannot be said over slots. A column that is called so has its slot in the question in place
# of the word.
_BEYOND = re.compile(r"\b(?:ratios?|medians?|cumulative)\b")
# What only these two say.
_PARTS = re.compile(r"\b(?:percent(?:age)?s?|proportions?|(?:share|fraction)(?= of\b))\b")
_SAYING_PARTS = ("SHARE", "PART")


def left_out(linked: Link, answer: str) -> tuple[str, ...]:
    """Names of the columns, and texts of the values, that the prompt's question has and the answer
    has not, in the question's order; then words for what no answer can say."""
    question = linked.prompt.rpartition("<question>")[2]
    used = set(_SLOT.findall(answer))
    if "COUNT" in answer:
        used.update(_COUNTED.findall(question))
    missed = dict.fromkeys(slot for slot in _SLOT.findall(question) if slot not in used)
    names = [_name(linked, slot[1], int(slot[2:-1])) for slot in missed]
    beyond = _BEYOND.findall(question)
    if not any(word in answer for word in _SAYING_PARTS):
        beyond += _PARTS.findall(question)
    return (*names, *dict.fromkeys(beyond))


def unread(linked: Link) -> frozenset[str]:
    """The words, in lower case, for which the prompt's question has no slot."""
    question = linked.prompt.rpartition("<question>")[2]
    return frozenset(_WORD.findall(_SLOT_OR_MARK.sub(" ", question)))


def unasked(linked: Link, answer: str) -> int:
    """How many columns the answer has that the prompt's question does not name."""
    question = linked.prompt.rpartition("<question>")[2]
    return len(set(_COLUMN.findall(answer)) - set(_COLUMN.findall(question)))


def _name(linked: Link, kind: str, number: int) -> str:
    slots = linked.slots
    if kind == "v":
        return slots.values[number].text
    item = slots.columns[number]
    return slots.schema.tables[item.table].columns[item.column].name
