"""Owns a question's words: which of them may name something in a database, and in what other forms.

It must not know any schema.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from localai.linking.lexicon import ASKING, HINTS, NOUNS_TOO, RELATED, STOP
from localai.linking.words import Piece, deep_stem, expand, split_question

# What a word keeps of its weight as a synonym, as another form of the same verb, as a mere hint,
# where it may as well be a word of command, and where a note says it.
SYNONYM, DERIVED, HINTED, DOUBTFUL, NOTED = 0.5, 0.6, 0.3, 0.5, 0.5
LONGEST_VALUE = 5  # words
# Words that say something of any data, so that nothing in a database need be called so.
GENERAL = ASKING.union(
    """
    today yesterday tomorrow day days daily week weeks weekly weekday weekend month months monthly
    quarter quarters quarterly year years yearly annual hour hours minute minutes second seconds
    ago past previous current recent recently earlier later following next present presently late
    monday tuesday wednesday thursday friday saturday sunday percent percentage share ratio rate
    proportion fraction half amount quantity value values record records row rows table tables
    column columns data database entry entries item items thing things something anything result
    results answer question information group grouped break breakdown split compare compared
    comparison against versus rest together including excluding except without least never always
    ever still currently now often once twice times time common frequent frequently greatest best
    worst full complete available corresponding associated people person persons anyone someone
    everyone nobody word words letter letters capital capitals text substring kind kinds part
    well yes don back please us ones came come comes get gets got give gives gave goes went keep
    keeps kept hold holds held contain contains begin begins start starts end ends belong belongs
    correspond involve receive take place occur happen happens do cover covers say says said turn
    date dates left lie lies carry given around perform sang euros dollars pounds metres meters
    kilometres kilometers miles
    hello hey hi dear kindly thanks thank pull pulls output calculate compute determine wonder
    curious single broken low high lower higher highest lowest overall exact exactly roughly
    approximately nearly almost entire whole individual respective particular certain specific
    various multiple several alphabetical alphabetically furthest
    """.split()
)
# What is done to things or how they are: another word for it is likely to be in the data.
DESCRIBING = ("ed", "ing", "ly")

# What is done, and what tables call it.
_DEEDS = """
borrow borrowed borrowing lend lent lending: loan checkout
work works worked working hire hired hires employ employed: employee staff worker job
buy buys bought buying purchase purchased: order purchase sale
sell sells sold selling: sale order
pay pays paid paying: payment invoice
owe owes owed: invoice balance debt
earn earns earned: salary wage
send sends sent ship shipped ships deliver delivered: shipment delivery order
live lives lived living: address city
teach teaches taught: teacher course
study studies studied enrol enrolled enroll: student course enrolment enrollment
drive drives drove driven: driver vehicle
fly flies flew flown: flight
stay stays stayed book booked: booking reservation
treat treated see seen visit visited: visit appointment treatment
write writes wrote written: author
play plays played: player match game
win wins won: winner award
leave absent: leave absence vacation
revenue turnover: order sale invoice payment
"""
DEEDS = {
    word: frozenset(targets.split())
    for line in _DEEDS.strip().splitlines()
    for words, _, targets in [line.partition(":")]
    for word in words.split()
}

Weights = dict[str, float]


class Asked(NamedTuple):
    """For each word of a question, the forms to look for with their weights; `values` holds every
    run of words as it is spelt, in lower case."""

    words: tuple[Weights, ...]
    values: frozenset[str]


def asked(question: str, notes: Iterable[str] = ()) -> Asked:
    """The words of a question that may name or describe something in a database, and at part of
    their weight those of the notes that speak of the same."""
    words = _words(question)
    said = {form for forms in words for form, weight in forms.items() if weight == 1.0}
    for note in notes:
        noted = _words(note)
        if said & {form for forms in noted for form in forms}:
            words += [{form: NOTED * weight for form, weight in forms.items()} for forms in noted]
    return Asked(tuple(words), runs(question))


def runs(question: str) -> frozenset[str]:
    """Every few words in a row, for values to be found among."""
    pieces = split_question(question)
    return frozenset(
        question[first.start : last.end].strip("\"'“”").lower()
        for start, first in enumerate(pieces)
        for last in pieces[start : start + LONGEST_VALUE]
    )


def naming(question: str) -> list[Piece]:
    """The words that seem to name things; one with a capital may be a value of a column."""
    return [
        piece
        for piece in split_question(question)
        if piece.kind == "word"
        and len(piece.text) > 2
        and (piece.start == 0 or piece.text.islower())
        and piece.text.lower() not in GENERAL
        and not piece.text.endswith(DESCRIBING)
    ]


def forms(piece: Piece) -> Weights:
    """The word itself, its synonyms, and what it hints at."""
    word = piece.text.lower()
    if word in STOP:
        return {piece.stem: DOUBTFUL} if word in NOUNS_TOO else _hints(word)
    found = dict.fromkeys(expand([piece.stem]), 1.0)
    found[derived(piece.stem)] = DERIVED
    for other in RELATED.get(piece.stem, ()):
        found.setdefault(other, SYNONYM)
    return {**_hints(word), **found}


def derived(word: str) -> str:
    """What a verb's forms share, told from a word."""
    return "~" + deep_stem(word)


def _words(text: str) -> list[Weights]:
    pieces = {p.text: p for p in split_question(text) if p.kind in ("word", "quoted")}
    return [found for piece in pieces.values() if (found := forms(piece))]


def _hints(word: str) -> Weights:
    return {
        **dict.fromkeys(HINTS.get(word, ()), HINTED),
        **dict.fromkeys(DEEDS.get(word, ()), SYNONYM),
    }
