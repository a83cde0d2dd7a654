"""Owns the words of a schema's names: written out, and in the other ways that people say them.

It must not know tables' contents or questions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import product

from localai.linking.lexicon import MONTH_NAMES, MONTHS, RELATED, STOP
from localai.linking.synonyms import PHRASES
from localai.linking.words import deep_stem, expand, stem

NAMELESS = "nameless"
# What a key's name ends in.
KEY_WORDS = frozenset("id code key no number nr uuid pk".split())
# Small words that questions put elsewhere or leave out.
FILLERS = frozenset("of the by in at on is has was a an to for and from".split())
_MOST_VARIANTS = 200
# What is counted in minutes, and so has no minimum in a name like `wait_min`.
_TIMED = frozenset(
    """duration wait waiting time delay length runtime late overtime break travel trip call talk
    handle handling response processing prep cook cooking playing session visit""".split()
)
_TELLING_MORE = frozenset("for of in by with per at on to from".split())
# "The highest salary" is one of all, and no column of maxima.
_FIGURES = {"mean": ("average",), "average": ("mean",)}


def column_words(split: Sequence[str], table: Sequence[str]) -> list[str]:
    """A column's words, written out: `lname` is a last name, the `bname` of a branch its name."""
    words = expand(split)
    if len(words) == 1 and words[0] in MONTHS:
        words = [MONTH_NAMES[MONTHS[words[0]] - 1]]
    if len(words) == 1 and words[0].endswith("name") and len(words[0]) == 5:
        words = [words[0][0], "name"]
    if len(words) == 2 and words[1] == "name" and len(words[0]) == 1:
        if words[0] == table[0][0] and words[0] not in "fl":
            words = ["name"]
        elif words[0] in "fl":
            words = [{"f": "first", "l": "last"}[words[0]], "name"]
    if split[-1:] == ["min"] and _TIMED.intersection(words):
        words[-1] = "minutes"
    if len(words) > 1 and words[-1] == "no":
        words[-1] = "number"
    return words or [NAMELESS]


def head_of(words: Sequence[str]) -> str:
    """What a name speaks of: the products of `products for hire`."""
    before = next((n for n, word in enumerate(words) if n and word in _TELLING_MORE), len(words))
    return words[before - 1]


def bag(words: Iterable[str]) -> frozenset[str]:
    """Words by what their forms share, in any order: of a `date opened` and an opening date."""
    return frozenset(map(deep_stem, words))


def parts_of(stems: Sequence[str]) -> list[list[str]]:
    """Stretches of at least two words of a long name: `sea level` of `mean sea level pressure`."""
    count = len(stems)
    return [
        list(stems[first:last])
        for first in range(count)
        for last in range(first + 2, count + 1)
        if last - first < count
    ]


@lru_cache(maxsize=4096)
def rephrased(stems: tuple[str, ...]) -> tuple[list[str], ...]:
    """The other ways of saying a name of these stems, from the table of phrases."""
    found = []
    for phrases in _phrases():
        if stems in phrases:
            found += [list(other) for other in phrases if other != stems]
    return tuple(found)


@lru_cache(maxsize=1)
def _phrases() -> list[list[tuple[str, ...]]]:
    """The table of phrases in stems, without the small words that names and questions leave out."""
    return [
        [tuple(stem(word) for word in text.split() if word not in ("of", "the")) for text in group]
        for group in PHRASES
    ]


def other_figures(stems: Sequence[str]) -> list[list[str]]:
    """`average humidity` of a mean humidity: the name with its figure said in the other ways."""
    others = _FIGURES.get(stems[0], ()) if len(stems) > 1 else ()
    return [[other, *stems[1:]] for other in others]


def participles(verb: str) -> list[str]:
    """What has happened on a day that is called by a verb: `shipped` on a `ship_date`."""
    if verb.endswith("ed") or len(verb) < 4:
        return [verb] if len(verb) > 3 else []
    return [f"{verb}d"] if verb.endswith("e") else [f"{verb}ed", f"{verb}{verb[-1]}ed"]


def other_names(table: Sequence[str]) -> list[list[str]]:
    """What else the rows of a table are called."""
    others = [*rephrased(tuple(table)), *([word] for word in sorted(_others(table[-1])))]
    if len(table) > 1:
        others += [said for said, changed in with_synonyms(table[-2:]) if changed == 1]
    return others


def with_synonyms(stems: Sequence[str]) -> list[tuple[list[str], int]]:
    """The name with one or two of its words changed for others of the same sense, and how many."""
    ways = [[(word, 0), *((o, 1) for o in sorted(_others(word)))] for word in stems]
    found = []
    for chosen in product(*ways):
        changed = sum(cost for _, cost in chosen)
        if 0 < changed < 3:
            found.append(([word for word, _ in chosen], changed))
    return found[:_MOST_VARIANTS]


def _others(word: str) -> set[str]:
    if word in STOP or word in KEY_WORDS:
        return set()
    return set(RELATED.get(word, ())) - {word}


def shared_prefix(names: Iterable[list[str]]) -> int:
    """1 if nearly all names open with one and the same word of at most 5 letters, else 0."""
    listed = list(names)
    firsts = [words[0] for words in listed if len(words) > 1]
    if len(listed) < 3 or len(firsts) < len(listed):
        return 0
    return 1 if len(set(firsts)) == 1 and len(firsts[0]) <= 5 else 0
