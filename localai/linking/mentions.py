"""Owns finding what a question mentions: which words stand for which column, table or value.

It must not know slot numbers or SQL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from localai.linking.candidates import Candidate, best, denied
from localai.linking.catalog import Catalog, Item
from localai.linking.context import Place, leading_to, nearest
from localai.linking.english import KNOWN
from localai.linking.lexicon import ABBREVIATIONS, STOP
from localai.linking.mention import Mention, with_own_keys
from localai.linking.naming import bag
from localai.linking.senses import VERBS
from localai.linking.spelling import is_titled, spelt_right
from localai.linking.standing import FIGURES, can_stand_alone
from localai.linking.values import ValueSpan, find_values, part_of_stored
from localai.linking.words import Piece, deep_stem, expand, stem

__all__ = ["Mention", "find_mentions"]

_LONGEST = 5
# What is found with a lower score keeps its words.
_KEPT = 0.68
# So many words may stand between a verb and what it leads to: `ended at the station`.
_NEXT = 4
_LEADING = frozenset("at in from to by with on into".split())
_BETWEEN = frozenset("of the in for a an at was is".split())
# What goes before the way in which something was done.
_WAYS = ("by", "via", "through", "over", "using", "is", "are", "was", "were")
_SKIPPED = frozenset(("of", "the"))


def find_mentions(pieces: Sequence[Piece], question: str, catalog: Catalog) -> list[Mention]:
    """The question's mentions in order of place; no two overlap."""
    pieces = spelt_right(pieces, catalog)
    candidates = [
        Candidate(span.start, span.end, _value_score(span, pieces, catalog), value=span.value)
        for span in find_values(pieces, question, catalog)
    ]
    for start in range(len(pieces)):
        if pieces[start].kind == "word":
            candidates.extend(_names(pieces, start, catalog))
            candidates.extend(denied(pieces, start, catalog))
    candidates.extend(_shared_heads(pieces, catalog))
    chosen = _without_overlap(candidates, len(pieces))
    chosen.extend(_guessed_values(pieces, question, chosen, catalog))
    chosen.sort(key=lambda candidate: candidate.start)
    mentions = [_mention(candidate, chosen, pieces, catalog) for candidate in chosen]
    return merged(with_own_keys(mentions, pieces, catalog), catalog)


def _value_score(span: ValueSpan, pieces: Sequence[Piece], catalog: Catalog) -> float:
    """A stored word in small letters is no value where something of the schema is called so."""
    piece = pieces[span.start]
    if span.value.kind == "stored" and span.end == span.start + 1 and piece.text.islower():
        scores = catalog.forms.get(piece.stem, {})
        named = max(scores.values(), default=0.0) >= 0.95
        listed = piece.text in span.value.stored.values()
        if named and not (listed and _says_value(span, pieces, catalog)):
            return 0.8
    return span.score + 0.35


def _says_value(span: ValueSpan, pieces: Sequence[Piece], catalog: Catalog) -> bool:
    """`orders by phone`, `of type premium`: whether the words around a listed one take it as it
    is listed, though a column is called so."""
    before, after = pieces[max(0, span.start - 1) : span.start], pieces[span.end : span.end + 1]
    if before and before[0].text.lower() in _WAYS:
        return True
    words = {stem(word) for place in span.value.stored for word in catalog.words[Item(*place)]}
    return any(piece.stem in words or piece.text in "\"'" for piece in (*before, *after))


def _names(pieces: Sequence[Piece], start: int, catalog: Catalog) -> list[Candidate]:
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
        scores = _scores(pieces, start, end, "".join(stems), catalog)
        if scores and not _is_sum_of_another(pieces, start, end, scores, catalog):
            found.append(best(start, end, scores, catalog.keys))
    return found


def _scores(
    pieces: Sequence[Piece], start: int, end: int, stems: str, catalog: Catalog
) -> dict[Item, float]:
    """The items that the pieces from `start` to `end` may mean, with how surely they do."""
    scores = dict(catalog.forms.get(stems, {}))
    if end > start + 1:
        return scores or _in_other_words(pieces, start, end, catalog)
    if not can_stand_alone(pieces, start, scores, catalog):
        return {}
    if max(scores.values(), default=0.0) < 0.7:
        _add_loose(scores, pieces[start], catalog)
    return scores


def _in_other_words(
    pieces: Sequence[Piece], start: int, end: int, catalog: Catalog
) -> dict[Item, float]:
    """A name's words in other forms and another order, with small words between them."""
    said = [piece for piece in pieces[start:end] if piece.text.lower() not in _BETWEEN]
    whole = said[:1] == [pieces[start]] and said[-1:] == [pieces[end - 1]]
    words = bag([piece.stem for piece in said])
    if not whole or len(words) < len(said) or any(piece.kind != "word" for piece in said):
        return {}
    return dict(catalog.bags.get(words, {}))


def _is_sum_of_another(
    pieces: Sequence[Piece], start: int, end: int, scores: Mapping[Item, float], catalog: Catalog
) -> bool:
    """The total quantity is a quantity's, not an amount, though the words are much the same."""
    if end != start + 2 or pieces[start].text.lower() not in FIGURES:
        return False
    rest = catalog.forms.get(pieces[start + 1].stem, {})
    return max(scores.values()) < 0.9 <= max(rest.values(), default=0.0)


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


def _shared_heads(pieces: Sequence[Piece], catalog: Catalog) -> list[Candidate]:
    """`first and last names`: the first word of such a pair has its noun after the second."""
    found = []
    for place in range(len(pieces) - 3):
        first, joint, second, head = pieces[place : place + 4]
        if joint.text.lower() not in ("and", "or", ",", "&") or first.kind != "word":
            continue
        scores = catalog.forms.get(first.stem + head.stem, {})
        if scores and catalog.forms.get(second.stem + head.stem):
            found.append(best(place, place + 1, scores))
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
    for noun in VERBS.get(piece.text.lower(), ()):
        for item, score in catalog.forms.get(noun, {}).items():
            if score >= 0.7:
                scores[item] = max(scores.get(item, 0.0), 0.62 * score)


def _without_overlap(candidates: Sequence[Candidate], length: int) -> list[Candidate]:
    taken = [False] * length
    chosen = []
    for candidate in sorted(candidates, key=lambda c: (-c.score, c.start, c.end)):
        if any(taken[candidate.start : candidate.end]):
            continue
        taken[candidate.start : candidate.end] = [True] * (candidate.end - candidate.start)
        chosen.append(candidate)
    return chosen


def _guessed_values(
    pieces: Sequence[Piece], question: str, chosen: Sequence[Candidate], catalog: Catalog
) -> list[Candidate]:
    """Runs of capitalised words that nothing else explains: names that no listed column holds."""
    taken = {place for candidate in chosen for place in range(candidate.start, candidate.end)}
    guesses = []
    titled = is_titled(pieces)
    place = 0
    while place < len(pieces):
        end = place
        while end < len(pieces) and end not in taken and _is_name(pieces[end], titled):
            end += 1
        if end > place and (place > 0 or end - place > 1):
            text = question[pieces[place].start : pieces[end - 1].end]
            guesses.append(Candidate(place, end, 0.5, value=part_of_stored(text, catalog)))
        place = max(end, place + 1)
    return guesses


def _is_name(piece: Piece, titled: bool) -> bool:
    """In A Question Like This a capital says nothing of a common word."""
    capital = piece.kind == "word" and piece.text[0].isupper() and len(piece.text) > 1
    word = piece.text.lower()
    return capital and word not in STOP and not (titled and {word, piece.stem} & KNOWN)


def _mention(
    candidate: Candidate, chosen: Sequence[Candidate], pieces: Sequence[Piece], catalog: Catalog
) -> Mention:
    if candidate.value is not None:
        return Mention(candidate.start, candidate.end, None, candidate.value)
    places = table_places(chosen)
    items: Sequence[tuple[Item, float]] = candidate.items
    if candidate.start and pieces[candidate.start - 1].text.lower() == "who":
        items = [pair for pair in items if catalog.words[pair[0]][-1] == "by"] or items
    before = [piece.text.lower() for piece in pieces[max(0, candidate.start - 4) : candidate.start]]
    if "much" in before and "how" in before:
        items = [pair for pair in items if catalog.kinds.get(pair[0]) == "n"] or items
    if pieces[candidate.end : candidate.end + 1] and pieces[candidate.end].text in _LEADING:
        led = [c for c in chosen if 0 < c.start - candidate.end < _NEXT][:1]
        items = leading_to({table for c in led for table in _tables(c)}, items, catalog)
    item, score = nearest(candidate.start, candidate.end, items, places, catalog)
    return Mention(
        candidate.start, candidate.end, item, None, score < _KEPT, negated=candidate.negated
    )


def merged(mentions: Sequence[Mention], catalog: Catalog) -> list[Mention]:
    """Neighbouring words that mean one column are one mention: `sea level` of a pressure there."""
    out: list[Mention] = []
    for mention in mentions:
        last = out[-1] if out else None
        same = last and last.item == mention.item and last.value is None is mention.value
        if not (last and mention.item and same and last.end == mention.start):
            out.append(mention)
            continue
        words = mention.end - last.start
        unsure = (
            last.keeps_words
            and mention.keeps_words
            and words < len(catalog.words[mention.item]) - 1
        )
        out[-1] = replace(last, end=mention.end, keeps_words=unsure)
    return out


def table_places(chosen: Sequence[Candidate]) -> list[Place]:
    """Whatever in the question points to one table, tables most of all."""
    places = []
    for candidate in chosen:
        tables = _tables(candidate)
        if candidate.value is not None:
            weight = 0.4
        else:
            weight = 1.0 if candidate.items[0][0].column < 0 else 0.5
        if len(tables) == 1:
            places.append(Place(next(iter(tables)), candidate.start, weight))
    return places


def _tables(candidate: Candidate) -> set[int]:
    if candidate.value is not None:
        return {table for table, _ in candidate.value.stored}
    return {item.table for item, _ in candidate.items}
