"""Owns slips of the keyboard: a word that is one slip away from the only word it can mean.

It must not know columns or slots.
"""

from __future__ import annotations

from collections.abc import Sequence

from localai.linking.catalog import Catalog
from localai.linking.english import KNOWN
from localai.linking.words import Piece

_SHORTEST = 5


def spelt_right(pieces: Sequence[Piece], catalog: Catalog) -> list[Piece]:
    """The pieces, where each misspelt one has the stem of the schema's or the data's word."""
    return [_right(piece, catalog) if piece.kind == "word" else piece for piece in pieces]


def _right(piece: Piece, catalog: Catalog) -> Piece:
    word = piece.text.lower()
    if len(word) < _SHORTEST or {word, piece.stem} & KNOWN or catalog.knows(piece.stem, word):
        return piece
    near = {
        other
        for length in (len(word) - 1, len(word), len(word) + 1)
        for other in catalog.spellings.get((word[0], length), ())
        if _one_slip(word, other)
    }
    by_stem = {catalog.spelt[other] for other in near}
    return piece._replace(stem=by_stem.pop()) if len(by_stem) == 1 else piece


def _one_slip(word: str, other: str) -> bool:
    """A letter too many, too few, changed (in a longer word) or two letters in the wrong order."""
    if len(word) == len(other):
        wrong = [place for place in range(len(word)) if word[place] != other[place]]
        if len(wrong) == 1:
            return len(word) > _SHORTEST + 1
        first, last = wrong[0], wrong[-1]
        swapped = word[first] == other[last] and word[last] == other[first]
        return len(wrong) == 2 and last == first + 1 and swapped
    short, long = sorted((word, other), key=len)
    same = next((n for n, letter in enumerate(short) if letter != long[n]), len(short))
    return short[same:] == long[same + 1 :]
