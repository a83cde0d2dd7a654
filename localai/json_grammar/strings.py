"""Texts inside JSON quotes as GBNF: characters, and so many of them; it must not know schemas."""

from __future__ import annotations

from typing import Final

from localai.json_grammar.rules import Rules

MOST_REPEATS: Final = 1500
"""llama.cpp refuses a grammar whose nested repetitions multiply to 2000."""
MOST_CHARACTERS: Final = 100_000
"""The largest minLength and maxLength that the rules see to."""
_BLOCK: Final = 100

# Surrogates (\uD800 to \uDFFF) are left out: half of a pair is no text.
ESCAPE: Final = (
    '"\\\\" (["\\\\/bfnrt] | "u" ([0-9a-ce-fA-CE-F] [0-9a-fA-F]{3} | [dD] [0-7] [0-9a-fA-F]{2}))'
)
CHARACTER: Final = f'[^"\\\\\\x00-\\x1F\\x7F] | {ESCAPE}'


class NoGrammar(Exception):
    """This pattern asks for what no grammar of this kind can hold (a look-around, say)."""


class Malformed(Exception):
    """This pattern is no regular expression, or none that Python reads."""


def sized(rules: Rules, least: int, most: int | None) -> str:
    """Characters from `least` to `most`; raises NoGrammar where these are too many."""
    character = rules.add("character", CHARACTER)
    if max(least, most or 0) > MOST_CHARACTERS:
        raise NoGrammar
    if most is None:
        start = f"{_exactly(rules, character, least)} " if least else ""
        return f"{start}{character}*"
    if most <= MOST_REPEATS:
        return f"{character}{{{least},{most}}}"
    start = f"{_exactly(rules, character, least)} " if least else ""
    return start + _up_to(rules, character, most - least)


def _exactly(rules: Rules, character: str, count: int) -> str:
    if count <= MOST_REPEATS:
        return f"{character}{{{count}}}"
    block = rules.add("characters", f"{character}{{{_BLOCK}}}")
    rest = f" {character}{{{count % _BLOCK}}}" if count % _BLOCK else ""
    return f"{block}{{{count // _BLOCK}}}{rest}"


def _up_to(rules: Rules, character: str, count: int) -> str:
    """Blocks and a part of one: what has begun is either, so that no more than two ways stay."""
    if count <= MOST_REPEATS:
        return f"{character}{{0,{count}}}"
    block = rules.add("characters", f"{character}{{{_BLOCK}}}")
    whole, rest = divmod(count - (_BLOCK - 1), _BLOCK)
    tail = f"{character}{{0,{_BLOCK - 1}}}" + (f" {character}{{0,{rest}}}" if rest else "")
    return f"{block}{{0,{whole}}} {tail}"
