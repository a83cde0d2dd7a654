"""Owns GBNF made of parts, some of which may not exist; it must not know slots or SQL.

None is a text that cannot be: what needs it cannot be either, and an alternative without it is left
out.
"""

from __future__ import annotations

from collections.abc import Iterable

Part = str | None


def either(*ways: Part) -> Part:
    """Any of the ways that there are."""
    there = [way for way in dict.fromkeys(ways) if way]
    return f"({' | '.join(there)})" if len(there) > 1 else next(iter(there), None)


def then(*parts: Part) -> Part:
    """The parts in a row."""
    return None if None in parts else " ".join(part for part in parts if part)


def maybe(part: Part) -> str:
    """The part or nothing; nothing where there is no such part."""
    return f"({part})?" if part else ""


def many(part: Part, between: str = '" ,"') -> Part:
    """The part once or more often."""
    return f"{part} ({between} {part})*" if part else None


def brackets(part: Part) -> Part:
    """The part between the symbols ( and )."""
    return then('" ("', part, '" )"')


def words(names: Iterable[str]) -> Part:
    """Any of these words."""
    return either(*(f'" {name}"' for name in names))


def slots(letter: str, numbers: Iterable[int]) -> Part:
    """Any of the slots of this letter with these numbers."""
    return either(*(f'" <{letter}{number}>"' for number in numbers))


class Rules:
    """The rules of a grammar by name; two of one name are the same."""

    def __init__(self) -> None:
        self._bodies: dict[str, str] = {}

    def define(self, name: str, body: Part) -> Part:
        """The rule's name; None, and no rule, where there is no body."""
        if body is None:
            return None
        self._bodies[name] = body
        return name

    def text(self) -> str:
        """The grammar."""
        return "".join(f"{name} ::= {body}\n" for name, body in self._bodies.items())
