"""Owns finding what a question mentions: which words stand for which column, table or value.

It must not know slot numbers or SQL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from localai.linking.catalog import Catalog, Item
from localai.linking.lexicon import ABBREVIATIONS, COMMANDS, NOUNS_TOO, STOP
from localai.linking.values import Value, ValueSpan, find_values, part_of_stored
from localai.linking.words import Piece, deep_stem, expand, stem

_LONGEST = 5
_SURE = 0.8
_SKIPPED = frozenset(("of", "the"))


@dataclass(frozen=True, slots=True)
class Mention:
    """Pieces `start` to `end` (exclusive) mean `item` or `value`; a value's `item` is its column.

    With `keeps_words` the words stay in the prompt before the slot, for they say more than the
    item's name, or the link is unsure.
    """

    start: int
    end: int
    item: Item | None
    value: Value | None
    keeps_words: bool = False


@dataclass(frozen=True, slots=True)
class _Candidate:
    start: int
    end: int
    score: float
    items: tuple[Item, ...] = ()
    value: Value | None = None
    hint: bool = False


def find_mentions(pieces: Sequence[Piece], question: str, catalog: Catalog) -> list[Mention]:
    """The question's mentions in order of place; no two overlap."""
    candidates = [
        _Candidate(span.start, span.end, _value_score(span), value=span.value)
        for span in find_values(pieces, question, catalog)
    ]
    for start in range(len(pieces)):
        if pieces[start].kind == "word":
            candidates.extend(_names(pieces, start, catalog))
    candidates.extend(_shared_heads(pieces, catalog))
    chosen = _without_overlap(candidates, len(pieces))
    chosen.extend(_guessed_values(pieces, question, chosen, catalog))
    chosen.sort(key=lambda candidate: candidate.start)
    return _resolve(chosen, pieces, catalog)


def _value_score(span: ValueSpan) -> float:
    return span.score + 0.35


def _names(pieces: Sequence[Piece], start: int, catalog: Catalog) -> list[_Candidate]:
    """The items that the words from `start` on may name, one candidate for each length."""
    found = []
    stems: list[str] = []
    for end in range(start + 1, min(start + _LONGEST, len(pieces)) + 1):
        if not _may_be_in_a_name(pieces, end - 1):
            break
        added = _stems_of(pieces, end - 1)
        if not added:
            if not stems:
                break
            continue
        stems.extend(added)
        if end > start + 1 and _is_plural_table(pieces, start, catalog):
            break
        scores = dict(catalog.forms.get("".join(stems), {}))
        if end == start + 1:
            if not _can_stand_alone(pieces, start, scores):
                continue
            if max(scores.values(), default=0.0) < 0.7:
                _add_loose(scores, pieces[start], catalog)
        if scores:
            found.append(_best(start, end, scores))
    return found


def _may_be_in_a_name(pieces: Sequence[Piece], place: int) -> bool:
    """Words, numbers, hyphens and possessives may; the apostrophe of "I'd" may not."""
    piece = pieces[place]
    if piece.text in ("'", "’"):
        following = pieces[place + 1].text if place + 1 < len(pieces) else ""
        return following == "s" or (place > 0 and pieces[place - 1].text.endswith("s"))
    return piece.kind in ("word", "number") or piece.text in ("-", "_")


def _stems_of(pieces: Sequence[Piece], place: int) -> list[str]:
    """What a piece adds to a name: nothing for small words, signs and the s of a possessive."""
    piece = pieces[place]
    possessive = piece.text == "s" and place > 0 and pieces[place - 1].text in ("'", "’")
    if possessive or piece.kind == "sign" or piece.text.lower() in _SKIPPED:
        return []
    if piece.stem in ABBREVIATIONS:
        return [stem(word) for word in expand([piece.stem])]
    return [piece.stem]


def _is_plural_table(pieces: Sequence[Piece], start: int, catalog: Catalog) -> bool:
    """`ships built` is a table and a column, where `ship name` and `ships' name` are a column."""
    piece = pieces[start]
    if piece.stem == piece.text.lower() or pieces[start + 1].text in "'’":
        return False
    exact = catalog.forms.get(piece.stem, {})
    return any(item.column < 0 and score >= 0.95 for item, score in exact.items())


def _shared_heads(pieces: Sequence[Piece], catalog: Catalog) -> list[_Candidate]:
    """`first and last names`: the first word of such a pair has its noun after the second."""
    found = []
    for place in range(len(pieces) - 3):
        first, joint, second, head = pieces[place : place + 4]
        if joint.text.lower() not in ("and", "or", ",", "&") or first.kind != "word":
            continue
        scores = catalog.forms.get(first.stem + head.stem, {})
        if scores and catalog.forms.get(second.stem + head.stem):
            found.append(_best(place, place + 1, scores))
    return found


def _add_loose(scores: dict[Item, float], piece: Piece, catalog: Catalog) -> None:
    word = piece.stem
    if word in STOP or len(word) < 3:
        return
    for table in (
        catalog.related.get(word, {}),
        catalog.deep.get(deep_stem(word), {}) if len(word) > 4 else {},
    ):
        for item, score in table.items():
            scores[item] = max(scores.get(item, 0.0), score)


def _best(start: int, end: int, scores: Mapping[Item, float]) -> _Candidate:
    top = max(scores.values())
    items = tuple(sorted(item for item, score in scores.items() if score >= top - 0.06))
    tables = tuple(item for item in items if item.column < 0)
    if tables and top >= 0.95:
        items = tables
    return _Candidate(start, end, top + 0.55 * (end - start - 1), items)


def _can_stand_alone(pieces: Sequence[Piece], start: int, scores: Mapping[Item, float]) -> bool:
    """Whether a lone word may name an item: small words and opening commands must earn it."""
    word = pieces[start].text.lower()
    following = pieces[start + 1].text.lower() if start + 1 < len(pieces) else ""
    if start == 0 and word in COMMANDS and following not in ("of", "and", ","):
        return False
    if word in ("number", "count", "order", "total") and following in ("of", "by"):
        return False
    if word in STOP:
        return word in NOUNS_TOO and max(scores.values(), default=0.0) >= 0.9
    return True


def _without_overlap(candidates: Sequence[_Candidate], length: int) -> list[_Candidate]:
    taken = [False] * length
    chosen = []
    for candidate in sorted(candidates, key=lambda c: (-c.score, c.start, c.end)):
        if any(taken[candidate.start : candidate.end]):
            continue
        taken[candidate.start : candidate.end] = [True] * (candidate.end - candidate.start)
        chosen.append(candidate)
    return chosen


def _guessed_values(
    pieces: Sequence[Piece], question: str, chosen: Sequence[_Candidate], catalog: Catalog
) -> list[_Candidate]:
    """Runs of capitalised words that nothing else explains: names that no listed column holds."""
    taken = {place for candidate in chosen for place in range(candidate.start, candidate.end)}
    guesses = []
    place = 0
    while place < len(pieces):
        end = place
        while end < len(pieces) and end not in taken and _is_name(pieces[end], end):
            end += 1
        if end > place and (place > 0 or end - place > 1):
            text = question[pieces[place].start : pieces[end - 1].end]
            guesses.append(_Candidate(place, end, 0.5, value=part_of_stored(text, catalog)))
        place = max(end, place + 1)
    return guesses


def _is_name(piece: Piece, place: int) -> bool:
    capital = piece.kind == "word" and piece.text[0].isupper() and len(piece.text) > 1
    return capital and piece.text.lower() not in STOP


def _resolve(
    chosen: Sequence[_Candidate], pieces: Sequence[Piece], catalog: Catalog
) -> list[Mention]:
    sure = _table_places(chosen)
    mentions = []
    for candidate in chosen:
        if candidate.value is not None:
            mentions.append(Mention(candidate.start, candidate.end, None, candidate.value))
            continue
        item = candidate.items[0]
        if len(candidate.items) > 1:
            item = min(candidate.items, key=lambda i: _distance(i, candidate, sure, catalog))
        keeps = candidate.score - 0.55 * (candidate.end - candidate.start - 1) < _SURE - 0.12
        mentions.append(Mention(candidate.start, candidate.end, item, None, keeps))
    return mentions


def _table_places(chosen: Sequence[_Candidate]) -> list[tuple[int, int, float]]:
    """(table, place in the question, weight): whatever points to one table, tables most of all."""
    places = []
    for candidate in chosen:
        if candidate.value is not None:
            tables = {table for table, _ in candidate.value.stored}
            if len(tables) == 1:
                places.append((next(iter(tables)), candidate.start, 0.4))
            continue
        tables = {item.table for item in candidate.items}
        if len(tables) == 1:
            is_table = candidate.items[0].column < 0
            places.append((next(iter(tables)), candidate.start, 1.0 if is_table else 0.5))
    return places


def _distance(
    item: Item,
    candidate: _Candidate,
    sure: Sequence[tuple[int, int, float]],
    catalog: Catalog,
) -> tuple[float, int, Item]:
    """How far an ambiguous name is from what points to its table; after it counts as nearer."""
    best = 100.0
    for table, place, weight in sure:
        if table != item.table:
            continue
        gap = (
            place - candidate.end if place >= candidate.end else (candidate.start - place) * 1.6 + 1
        )
        best = min(best, gap / weight + (1 - weight) * 4)
    return (best, int(item in catalog.keys), item)
