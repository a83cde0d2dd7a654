"""Texts inside JSON quotes as GBNF: lengths, formats and patterns; it must not know schemas."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, Final

from localai.json_grammar.rules import Rules, either

MOST_REPEATS: Final = 1500
"""llama.cpp refuses a grammar whose nested repetitions multiply to 2000."""
MOST_AROUND: Final = 64

# Surrogates (\uD800 to \uDFFF) are left out: half of a pair is no text.
ESCAPE: Final = (
    '"\\\\" (["\\\\/bfnrt] | "u" ([0-9a-ce-fA-CE-F] [0-9a-fA-F]{3} | [dD] [0-7] [0-9a-fA-F]{2}))'
)
CHARACTER: Final = f'[^"\\\\\\x00-\\x1F\\x7F] | {ESCAPE}'

_H, _B = "[0-9a-fA-F]", '([0-9] | [1-9] [0-9] | "1" [0-9]{2} | "2" [0-4] [0-9] | "25" [0-5])'
_DATE = (
    '[0-9]{4} "-" (("0" [13578] | "1" [02]) "-" ("0" [1-9] | [12] [0-9] | "3" [01]) | '
    '("0" [469] | "11") "-" ("0" [1-9] | [12] [0-9] | "30") | '
    '"02-" ("0" [1-9] | "1" [0-9] | "2" [0-8]))'
)
_CLOCK = '([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9] ":" [0-5] [0-9] ("." [0-9]{1,6})?'
_ZONE = '("Z" | [-+] ([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9])'
_HOST = "[a-zA-Z0-9] ([-a-zA-Z0-9]{0,30} [a-zA-Z0-9])?"
_NAME = f'{_HOST} ("." {_HOST}){{0,4}}'
FORMATS: Final[Mapping[str, str]] = {
    "date": _DATE,
    "time": f"{_CLOCK} {_ZONE}",
    "date-time": f'{_DATE} "T" {_CLOCK} {_ZONE}',
    "uuid": f'{_H}{{8}} "-" {_H}{{4}} "-" {_H}{{4}} "-" {_H}{{4}} "-" {_H}{{12}}',
    "ipv4": f'{_B} ("." {_B}){{3}}',
    "ipv6": f'{_H}{{1,4}} (":" {_H}{{1,4}}){{7}}',
    "hostname": _NAME,
    "email": f'[a-zA-Z0-9] [a-zA-Z0-9._+-]{{0,30}} [a-zA-Z0-9] "@" {_NAME} "." [a-z]{{2,10}}',
    "uri": f'[a-z] [a-z0-9+.-]{{1,8}} "://" {_NAME} ("/" [a-zA-Z0-9._~%=&?@:+-]{{0,60}}){{0,8}}',
    "duration": '"P" ([0-9]{1,4} [YMD] | [0-9]{1,4} "W" | "T" [0-9]{1,4} [HMS])',
}
"""RFC 3339 dates (29 February left out), RFC 4122, RFC 5321 and so on: each a plain part of it."""

_CLASSES = {
    sre.CATEGORY_DIGIT: "0-9",
    sre.CATEGORY_WORD: "a-zA-Z0-9_",
    sre.CATEGORY_SPACE: " ",
}
_OUTSIDE = {
    sre.CATEGORY_NOT_DIGIT: "0-9",
    sre.CATEGORY_NOT_WORD: "a-zA-Z0-9_",
    sre.CATEGORY_NOT_SPACE: " ",
}
_NEVER = '"\\\\\\x00-\\x1F\\x7F'


class NoGrammar(Exception):
    """This pattern asks for what no grammar of this kind can hold (a look-around, say)."""


def sized(rules: Rules, least: int, most: int | None) -> str:
    """Characters from `least` to `most`; raises NoGrammar where the least is too many."""
    character = rules.add("character", CHARACTER)
    if least > MOST_REPEATS:
        raise NoGrammar
    if most is None or most > MOST_REPEATS:
        return f"{character}{{{least},}}" if least else f"{character}*"
    return f"{character}{{{least},{most}}}"


def matching(rules: Rules, pattern: str) -> str:
    """Texts in which the regular expression is found. Raises NoGrammar."""
    try:
        parsed: Sequence[Any] = list(_parser.parse(pattern))
    except (re.error, RecursionError, OverflowError) as error:
        raise NoGrammar from error
    if len(parsed) == 1 and parsed[0][0] is sre.BRANCH:
        return either([_anchored(rules, list(one)) for one in parsed[0][1][1]])
    return _anchored(rules, parsed)


def _anchored(rules: Rules, nodes: Sequence[Any]) -> str:
    starts = bool(nodes) and nodes[0] in (
        (sre.AT, sre.AT_BEGINNING),
        (sre.AT, sre.AT_BEGINNING_STRING),
    )
    ends = bool(nodes) and nodes[-1] in ((sre.AT, sre.AT_END), (sre.AT, sre.AT_END_STRING))
    inner = nodes[1:] if starts else nodes
    body = _sequence(rules, inner[:-1] if ends and inner else inner)
    # Bounded, so that a text that wanders about before its match comes to it.
    around = f"{rules.add('character', CHARACTER)}{{0,{MOST_AROUND}}}"
    return " ".join(filter(None, ["" if starts else around, body, "" if ends else around]))


def _sequence(rules: Rules, nodes: Sequence[Any]) -> str:
    return " ".join(filter(None, (_node(rules, *node) for node in nodes)))


def _node(rules: Rules, kind: Any, value: Any) -> str:
    if kind is sre.LITERAL:
        return _class([_one(value)])
    if kind is sre.NOT_LITERAL:
        return f"[^{_one(value)}{_NEVER}]"
    if kind is sre.ANY:
        return f"[^{_NEVER}]"
    if kind is sre.IN:
        return _set(value)
    if kind is sre.BRANCH:
        return either([_sequence(rules, list(one)) or '""' for one in value[1]])
    if kind is sre.SUBPATTERN:
        if value[1] or value[2]:
            raise NoGrammar  # (?i:...) and the like
        return f"({_sequence(rules, list(value[-1]))})" if list(value[-1]) else ""
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        return _repeat(rules, *value)
    raise NoGrammar


def _repeat(rules: Rules, least: int, most: Any, what: Sequence[Any]) -> str:
    body = _sequence(rules, list(what))
    if least > MOST_REPEATS or not body:
        raise NoGrammar
    unbounded = most is sre.MAXREPEAT or most > MOST_REPEATS
    return f"({body}){{{least},{'' if unbounded else most}}}"


def _set(items: Sequence[Any]) -> str:
    negated = items[0][0] is sre.NEGATE
    parts = []
    for kind, value in items[negated:]:
        if kind is sre.LITERAL:
            parts.append(_one(value))
        elif kind is sre.RANGE:
            parts.append(f"{_one(value[0])}-{_one(value[1])}")
        elif kind is sre.CATEGORY and value in _CLASSES:
            parts.append(_CLASSES[value])
        elif kind is sre.CATEGORY and value in _OUTSIDE and len(items) == 1:
            return f"[^{_OUTSIDE[value]}{_NEVER}]"
        else:
            raise NoGrammar
    return f"[^{''.join(parts)}{_NEVER}]" if negated else _class(parts)


def _class(parts: list[str]) -> str:
    """One character of the class, as JSON writes it."""
    plain = [part for part in parts if part not in (_one(ord('"')), _one(ord("\\")))]
    escaped = [
        f'"\\\\{text}"'
        for part, text in ((_one(ord('"')), '\\"'), (_one(ord("\\")), "\\\\"))
        if part in parts
    ]
    if any("\n" in part or "\t" in part for part in parts):
        raise NoGrammar
    return either([*([f"[{''.join(plain)}]"] if plain else []), *escaped])


def _one(code: int) -> str:
    if code < 0x20 or code == 0x7F:
        raise NoGrammar
    character = chr(code)
    if character in '\\]^-["':
        return f"\\x{code:02X}"
    return character if character.isprintable() else f"\\U{code:08X}"
