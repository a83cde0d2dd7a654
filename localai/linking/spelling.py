"""Owns words that the schema spells otherwise: slips of the keyboard, and its shortened names.

It must not know columns or slots.
"""

from __future__ import annotations

from collections.abc import Sequence

from localai.linking.catalog import Catalog
from localai.linking.english import KNOWN
from localai.linking.lexicon import COMMANDS, RELATED, STOP
from localai.linking.shortening import corner, meant
from localai.linking.words import Piece, stem

_SHORTEST = 5


def spelt_right(pieces: Sequence[Piece], catalog: Catalog) -> list[Piece]:
    """The pieces, where each misspelt one, and each that a name shortens, has the stem of the
    schema's or the data's word."""
    titled = is_titled(pieces)
    return [
        _right(piece, catalog, titled or not place or piece.text.islower())
        if piece.kind == "word"
        else piece
        for place, piece in enumerate(pieces)
    ]


def is_titled(pieces: Sequence[Piece]) -> bool:
    """Whether The Words All Begin With Capitals, so that they say nothing of names."""
    words = [piece.text for piece in pieces if piece.kind == "word"]
    return all(word[0].isupper() for word in words if word.lower() not in STOP and len(word) > 1)


def _right(piece: Piece, catalog: Catalog, plain: bool) -> Piece:
    """`plain` says that a capital, if there is one, does not make the word a name of its own."""
    word = piece.text.lower()
    other = _other_number(word, catalog)
    if other:
        return piece._replace(stem=other)
    if word in catalog.written:
        return piece._replace(stem=stem(catalog.written[word]))
    if plain and catalog.shortened and not _says_itself(piece, word, catalog):
        short = meant(word, catalog.shortened.get(corner(word), ()))
        if short:
            return piece._replace(stem=stem(catalog.written.get(short, short)))
    short = _cut_short(word, piece.stem, catalog)
    if short:
        return piece._replace(stem=stem(catalog.written.get(short, short)))
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


def _cut_short(word: str, root: str, catalog: Catalog) -> str:
    """The one word of a name that a noun is cut short to, where nothing is called as it is spelt:
    the `pat` of `pat_master` for a patient; else ''."""
    if len(word) < _SHORTEST or root not in RELATED or root in STOP or catalog.knows(root, word):
        return ""
    found = {written for short, written in catalog.cut.items() if root.startswith(short)}
    return found.pop() if len(found) == 1 else ""


def _other_number(word: str, catalog: Catalog) -> str:
    """The name's form of a noun like `sku`, the s of whose plural no stem takes away, else ''."""
    if word in catalog.stems:
        return ""
    ways = (f"{word}s", word[:-1] if word.endswith(("us", "is")) else "")
    return next((way for way in ways if way in catalog.stems and stem(way) == way), "")


def _says_itself(piece: Piece, word: str, catalog: Catalog) -> bool:
    small = word in STOP or word in COMMANDS
    return small or piece.stem in catalog.stems or word in catalog.stored


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
