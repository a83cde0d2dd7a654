"""Regular expressions as GBNF, for texts inside JSON quotes; it must not know schemas."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, Final

from localai.json_grammar import characters
from localai.json_grammar.rules import Rules, either
from localai.json_grammar.strings import CHARACTER, MOST_REPEATS, Malformed, NoGrammar

REPEATS: Final = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)
MOST_AROUND: Final = 64
"""Characters before and after what an expression without `^` and `$` looks for."""
_MOST_NOTHING: Final = 20
MOST_UNFOLDED: Final = 20_000
"""Nodes of an expression with its counted repetitions written out."""

_CATEGORIES: Final = {
    sre.CATEGORY_DIGIT: characters.DIGITS,
    sre.CATEGORY_WORD: characters.WORD,
    sre.CATEGORY_SPACE: characters.BLANK,
    sre.CATEGORY_NOT_DIGIT: characters.NOT_DIGIT,
    sre.CATEGORY_NOT_WORD: characters.NOT_WORD,
    sre.CATEGORY_NOT_SPACE: characters.NOT_BLANK,
}
# Taken out of a class, a category goes with all that either Python or ECMAScript counts among it.
_WHOLE: Final = {
    sre.CATEGORY_DIGIT: characters.outside(characters.NOT_DIGIT),
    sre.CATEGORY_WORD: characters.outside(characters.NOT_WORD),
    sre.CATEGORY_SPACE: characters.outside(characters.NOT_BLANK),
    sre.CATEGORY_NOT_DIGIT: characters.outside(characters.DIGITS),
    sre.CATEGORY_NOT_WORD: characters.outside(characters.WORD),
    sre.CATEGORY_NOT_SPACE: characters.outside(characters.BLANK),
}


@dataclass(slots=True)
class _Part:
    """A part of a text: `body` from `least` to `most` times (None: without end), `width` each.

    A part that is not repeated has its width from `least` to `most`, and no body.
    """

    least: int
    most: int | None
    width: int = 1
    body: str = ""
    fixed: str = ""

    def text(self) -> str:
        if not self.body:
            return self.fixed
        most = "" if self.most is None else min(self.most, MOST_REPEATS)
        return f"{self.body}{{{self.least},{most}}}"

    @property
    def shortest(self) -> int:
        return self.least * self.width


def matching(rules: Rules, pattern: str, least: int = 0, most: int | None = None) -> str:
    """Texts of `least` to `most` characters in which the regular expression is found.

    Where limits and expression meet in several places, each gets an equal share of the room: a
    part of what would fit. Raises NoGrammar.
    """
    nodes = list(parsed(pattern))
    if _unfolded(nodes) > MOST_UNFOLDED:
        raise NoGrammar
    branches = [nodes]
    if len(nodes) == 1 and nodes[0][0] is sre.BRANCH:
        branches = [list(one) for one in nodes[0][1][1]]
    found = []
    for branch in branches:
        parts = _parts(rules, branch)
        if _limited(parts, least, most):
            found.append(" ".join(filter(None, (part.text() for part in parts))))
    if not found:
        raise NoGrammar
    return either(found)


def parsed(pattern: str) -> Any:
    """Raises Malformed, and NoGrammar where it asks for other modes: (?i) and the like."""
    try:
        # As ECMAScript names groups.
        found = _parser.parse(re.sub(r"\(\?<(?=[A-Za-z_])", "(?P<", pattern))
    except (re.error, RecursionError, OverflowError) as error:
        raise Malformed(str(error)) from error
    if found.state.flags & ~re.UNICODE:
        raise NoGrammar
    return found


def _parts(rules: Rules, nodes: Sequence[Any]) -> list[_Part]:
    starts = bool(nodes) and nodes[0] in (
        (sre.AT, sre.AT_BEGINNING),
        (sre.AT, sre.AT_BEGINNING_STRING),
    )
    inner = nodes[1:] if starts else nodes
    ends = bool(inner) and inner[-1] in ((sre.AT, sre.AT_END), (sre.AT, sre.AT_END_STRING))
    parts = [_part(rules, node) for node in (inner[:-1] if ends else inner)]
    # Bounded, so that a text that wanders about before its match comes to it.
    around = rules.add("character", CHARACTER)
    before = [] if starts else [_Part(0, MOST_AROUND, body=around)]
    after = [] if ends else [_Part(0, MOST_AROUND, body=around)]
    return before + parts + after


def _part(rules: Rules, node: Any) -> _Part:
    kind, value = node
    low, high = _width([node])
    if kind in REPEATS:
        least, most, what = _flat(*value)
        body = _sequence(rules, list(what))
        narrow, wide = _width(what)
        if body and narrow == wide and least <= MOST_REPEATS and not _loops(most, what):
            high = None if most is sre.MAXREPEAT else min(most, MOST_REPEATS)
            return _Part(least, high, narrow or 1, rules.add("part", body))
    return _Part(low, high, fixed=_node(rules, kind, value))


def _width(nodes: Sequence[Any]) -> tuple[int, int | None]:
    low, high = _parser.SubPattern(_parser.State(), list(nodes)).getwidth()
    return low, None if high >= sre.MAXREPEAT or high > 10**6 else high


def _limited(parts: list[_Part], least: int, most: int | None) -> bool:
    """Narrows the repetitions to the limits, in place; whether that could be done."""
    if most is not None:
        room = most - sum(part.shortest for part in parts)
        wide = [part for part in parts if part.most is None or part.most > part.least]
        if room < 0:
            return False
        longest = 0
        for index, part in enumerate(sorted(wide, key=_span)):
            share = room // (len(wide) - index)
            span = _span(part)
            if not part.body:
                taken = int(span)
            else:
                part.most = part.least + int(min(span, share) // part.width)
                taken = (part.most - part.least) * part.width
            room -= taken
            longest += taken
        if room < 0:
            return False
    lacking = least - sum(part.shortest for part in parts)
    for part in parts:
        if lacking > 0 and part.body:
            more = -(-lacking // part.width)
            more = more if part.most is None else min(more, part.most - part.least)
            part.least += more
            lacking -= more * part.width
    return lacking <= 0 and all(part.least <= MOST_REPEATS for part in parts if part.body)


def _span(part: _Part) -> float:
    return float("inf") if part.most is None else (part.most - part.least) * part.width


def _unfolded(nodes: Sequence[Any]) -> int:
    """How many rules and characters llama.cpp makes of an expression, about."""
    count = 0
    for kind, value in nodes:
        count += 1
        if kind is sre.BRANCH:
            count += sum(map(_unfolded, value[1]))
        elif kind is sre.SUBPATTERN:
            count += _unfolded(value[-1])
        elif kind in REPEATS:
            most = 1 if value[1] is sre.MAXREPEAT else min(value[1], MOST_REPEATS)
            count += max(value[0], most) + _unfolded(value[2])
    return count


def _sequence(rules: Rules, nodes: Sequence[Any]) -> str:
    return " ".join(filter(None, (_node(rules, *node) for node in nodes)))


def _node(rules: Rules, kind: Any, value: Any) -> str:
    if kind in (sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN):
        made = characters.one_of(rules, class_of(kind, value))
        if made is None:
            raise NoGrammar
        return made
    if kind is sre.BRANCH:
        return either([_sequence(rules, list(one)) or '""' for one in value[1]])
    if kind is sre.SUBPATTERN:
        if value[1] or value[2]:
            raise NoGrammar  # (?i:...) and the like
        return f"({_sequence(rules, list(value[-1]))})" if list(value[-1]) else ""
    if kind in REPEATS:
        return _repeat(rules, *_flat(*value))
    raise NoGrammar


def _repeat(rules: Rules, least: int, most: Any, what: Sequence[Any]) -> str:
    body = _sequence(rules, list(what))
    if least > MOST_REPEATS or not body or _loops(most, what):
        raise NoGrammar
    high = "" if most is sre.MAXREPEAT else min(most, MOST_REPEATS)
    # A rule of its own: llama.cpp multiplies the repetitions within one.
    return f"{rules.add('part', body)}{{{least},{high}}}"


def _loops(most: Any, what: Sequence[Any]) -> bool:
    """Whether nothing is repeated, again and again: each time one more way to read a text."""
    return _width(what)[0] == 0 and (most is sre.MAXREPEAT or most > _MOST_NOTHING)


def _flat(least: int, most: Any, what: Sequence[Any]) -> tuple[int, Any, Sequence[Any]]:
    """`(x+)+` as `x+`: each way to split what it reads would be one more for llama.cpp to keep."""
    inner = list(what)
    while len(inner) == 1 and inner[0][0] is sre.SUBPATTERN and not (inner[0][1][1:3] != (0, 0)):
        inner = list(inner[0][1][-1])
    if most is sre.MAXREPEAT and least <= 1 and len(inner) == 1 and inner[0][0] in REPEATS:
        low, high, body = inner[0][1]
        if high is sre.MAXREPEAT and low <= 1:
            return _flat(min(least, low), most, body)
    return least, most, inner


def class_of(kind: Any, value: Any) -> characters.Ranges:
    if kind is sre.LITERAL:
        return ((value, value),)
    if kind is sre.NOT_LITERAL:
        return characters.outside(((value, value),))
    if kind is sre.ANY:
        return characters.outside(characters.BREAKS)
    negated = value[0][0] is sre.NEGATE
    ranges: list[tuple[int, int]] = []
    for inner, what in value[negated:]:
        if inner is sre.LITERAL:
            ranges.append((what, what))
        elif inner is sre.RANGE:
            ranges.append(what)
        elif what in _CATEGORIES:
            ranges += (_WHOLE if negated else _CATEGORIES)[what]
        else:
            raise NoGrammar
    made = characters.joined(ranges)
    return characters.outside(made) if negated else made
