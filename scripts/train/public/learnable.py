"""Owns which pairs can be learnt: the question, or a name in the prompt, tells each column.

It must not know where questions come from.
"""

from __future__ import annotations

import re

_COLUMN = re.compile(r"<c\d+>")
_ENTRY = re.compile(r"(<c\d+>) ([^,|]*)")
_LETTERS = frozenset(("s", "n", "d", "k", "b"))
# Names are known again by so many letters: `released` at `releasedate`.
_LETTERS_ALIKE = 4


def is_learnable(prompt: str, answer: str) -> bool:
    """Whether each column of the answer is a slot of the question, names rows, is called by a
    word of the question, or lists a value of it."""
    schema, asked = prompt.split("<question>")
    hidden = {column for column in _COLUMN.findall(answer) if f"{column} " not in asked}
    if not hidden:
        return True
    known = {slot: words.split() for slot, words in _ENTRY.findall(schema)}
    return all(_is_told(known.get(column, []), asked) for column in hidden)


def _is_told(words: list[str], asked: str) -> bool:
    names = [word for word in words if word not in _LETTERS and word != "*"]
    if "*" in words or any(word.startswith("<v") for word in words):
        return True
    return any(f" {name[:_LETTERS_ALIKE]}" in asked for name in names)
