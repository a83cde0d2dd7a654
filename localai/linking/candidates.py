"""Owns what words may mean before overlaps are settled: the items nearest to them, or their denial.

It must not know which of several finds a question means.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from localai.linking.catalog import Catalog, Item
from localai.linking.senses import ANTONYMS, NEGATIONS
from localai.linking.values import Value
from localai.linking.words import Piece, deep_stem, stem

# How far behind the best an item may be.
_NEAR, _NEARER = 0.3, 0.1


@dataclass(frozen=True, slots=True)
class Candidate:
    """A find before overlaps are settled; `items` with their own scores, the first the best."""

    start: int
    end: int
    score: float
    items: tuple[tuple[Item, float], ...] = ()
    value: Value | None = None
    negated: bool = False


def best(
    start: int, end: int, scores: Mapping[Item, float], keys: Collection[Item] = ()
) -> Candidate:
    """The items that come near the best one, tables alone where the words are a table's name."""
    top = max(scores.values())
    tables = [item for item, score in scores.items() if item.column < 0 and score >= top - 0.03]
    # What a name says in full, with its table's, is not outdone by what only lies near.
    behind = _NEAR if end - start < 2 or top <= 1.0 else _NEARER
    near = {item: score for item, score in scores.items() if score >= top - behind}
    if tables and top >= 0.95:
        near = {item: scores[item] for item in tables}
    elif tables:
        near = {i: score for i, score in near.items() if i not in keys} or near
    ordered = tuple(sorted(near.items(), key=lambda pair: -pair[1]))
    return Candidate(start, end, top + 0.55 * (end - start - 1), ordered)


def denied(pieces: Sequence[Piece], start: int, catalog: Catalog) -> list[Candidate]:
    """`inactive`, `unpaid`, `non-refundable`: a column that says yes or no, or when, is denied."""
    word = pieces[start].text.lower()
    end = start + 1
    if word == "non" and start + 2 < len(pieces) and pieces[start + 1].text == "-":
        rest, end = pieces[start + 2].text.lower(), start + 3
    elif word in ANTONYMS:
        rest = ANTONYMS[word]
    else:
        prefix = next((p for p in NEGATIONS if word.startswith(p)), "")
        rest = word.removeprefix(prefix) if prefix else ""
    if len(rest) < 4 or max(catalog.forms.get(word, {"": 0.0}).values()) >= 0.7:
        return []
    scores = {**catalog.deep.get(deep_stem(rest), {}), **catalog.forms.get(stem(rest), {})}
    kept = {item: score for item, score in scores.items() if _says_whether(item, rest, catalog)}
    return [replace(best(start, end, kept), score=1.1, negated=True)] if kept else []


def _says_whether(item: Item, word: str, catalog: Catalog) -> bool:
    kind = catalog.kinds.get(item, "")
    return kind == "b" or (kind == "d" and word.endswith(("ed", "id", "old", "ent", "en")))
