"""Whether searching for a regular expression comes to an end soon; it must not know grammars."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from re import _constants as sre  # type: ignore[attr-defined]
from typing import Any

from localai.errors import InvalidRequest
from localai.json_grammar import characters
from localai.json_grammar.patterns import REPEATS, class_of, parsed
from localai.json_grammar.strings import Malformed, NoGrammar


def refuse_endless(pattern: str) -> None:
    """Raises InvalidRequest for a pattern like `(a+)+$`, whose search may take for ever."""
    if is_endless(pattern):
        raise InvalidRequest(
            f"The JSON Schema has the pattern {pattern[:80]!r}: no grammar holds it here, and a "
            "search for it could take for ever.",
            field="json_schema",
            hint="Do without look-around, back references, or repetitions inside repetitions.",
        )


def patterns_in(schema: Any) -> Iterator[str]:
    """All patterns of a schema, wherever they stand."""
    waiting = [schema]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            if isinstance(one.get("pattern"), str):
                yield one["pattern"]
            if isinstance(one.get("patternProperties"), Mapping):
                yield from map(str, one["patternProperties"])
            waiting += one.values()
        elif isinstance(one, list | tuple):
            waiting += one


def is_endless(pattern: str) -> bool:
    """Whether a text may be read in more ways than can be tried; at times said too soon."""
    try:
        return _multiplies(parsed(pattern), False)
    except NoGrammar:
        return True
    except Malformed:
        return False


def _multiplies(nodes: Any, repeated: bool) -> bool:
    for kind, value in nodes:
        inner: list[Any] = []
        inside = repeated
        if kind in REPEATS:
            varies = value[1] is sre.MAXREPEAT or value[1] > value[0] + 1
            if repeated and varies:
                return True
            inside = repeated or (varies and not _separated(value[2]))
            inner = [value[2]]
        elif kind is sre.BRANCH:
            if repeated and not _distinct(value[1]):
                return True
            inner = value[1]
        elif kind is sre.SUBPATTERN:
            inner = [value[-1]]
        elif kind in (sre.ASSERT, sre.ASSERT_NOT):
            inner = [value[1]]
        if any(_multiplies(one, inside) for one in inner):
            return True
    return False


def _separated(body: Any) -> bool:
    """Whether a body begins or ends with what none of its repetitions can hold: `-[a-z]+`."""
    nodes = list(body)
    while len(nodes) == 1 and nodes[0][0] is sre.SUBPATTERN:
        nodes = list(nodes[0][1][-1])
    taken: list[tuple[int, int]] = []
    for kind, value in nodes:
        if kind in REPEATS:
            if len(value[2]) != 1 or not _is_class(value[2][0][0]):
                return False
            taken += class_of(*value[2][0])
        elif not _is_class(kind):
            return False
    held = characters.joined(taken)
    edges = [class_of(*node) for node in (nodes[0], nodes[-1]) if _is_class(node[0])]
    return any(characters.without(edge, held) == edge for edge in edges)


def _distinct(branches: Any) -> bool:
    """Whether each alternative begins with a letter of its own."""
    firsts = [list(one)[0] if len(one) else (None, None) for one in branches]
    letters = [value for kind, value in firsts if kind is sre.LITERAL]
    return len(set(letters)) == len(branches)


def _is_class(kind: Any) -> bool:
    return kind in (sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN)
