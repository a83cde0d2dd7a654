"""GBNF rules and their text; it must not know what they describe."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from os.path import commonprefix

from localai.errors import InvalidRequest

MOST_BYTES = 1_500_000
_FEW = 12
_HALF = re.compile("[\ud800-\udfff]")
_MOST_SHARED = 60

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class TooLarge(InvalidRequest):
    """Written as rules, the schema would be more than llama.cpp can serve."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The JSON Schema is too large: {why}.",
            field="json_schema",
            hint="Ask for less at once, or for objects without listed properties.",
        )


class Rules:
    """Named rules; equal bodies share one name."""

    def __init__(self) -> None:
        self._bodies: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._bytes = 0

    def add(self, hint: str, body: str) -> str:
        """The name of a rule with this body; `hint` makes it readable."""
        if body in self._names:
            return self._names[body]
        name = self.reserve(hint)
        self.set(name, body)
        self._names[body] = name
        return name

    def reserve(self, hint: str) -> str:
        """A free name for a body that refers to itself, given later by `set`."""
        # llama.cpp's parser knows letters, digits and hyphens alone.
        stem = re.sub(r"[^a-zA-Z0-9]+", "-", hint).strip("-")[:40] or "rule"
        name, count = stem, self._counts.get(stem, 1)
        while name in self._bodies:
            count += 1
            name = f"{stem}-{count}"
        self._counts[stem] = count
        self._bodies[name] = ""
        return name

    def set(self, name: str, body: str) -> None:
        self._bodies[name] = body
        self._bytes += len(body)
        if self._bytes > MOST_BYTES:
            raise TooLarge(f"its grammar would have more than {MOST_BYTES} characters")

    def text(self) -> str:
        """The grammar, `root` first."""
        order = sorted(self._bodies, key=lambda name: name != "root")
        return "".join(f"{name} ::= {self._bodies[name]}\n" for name in order)


def literal(text: str) -> str:
    """The expression for exactly this text; empty for no text."""
    return '"' + "".join(_escape(character) for character in text) + '"' if text else ""


def written(value: object) -> str:
    """A value as JSON; in ASCII where it has halves of characters, which UTF-8 cannot hold."""
    text = json.dumps(value, ensure_ascii=False)
    return text if text.isascii() or not _HALF.search(text) else json.dumps(value)


def either(parts: list[str]) -> str:
    """One of the expressions, in brackets where there are several."""
    found = list(dict.fromkeys(parts))
    return found[0] if len(found) == 1 else "(" + " | ".join(found) + ")"


def trie(rules: Rules, texts: Iterable[str], depth: int = 0) -> str:
    """Exactly these texts; beginnings that several share are read once, in one way."""
    found = list(dict.fromkeys(texts))
    if len(found) < _FEW or depth > _MOST_SHARED:
        return either([literal(text) or '""' for text in found])
    groups: dict[str, list[str]] = {}
    for text in found:
        groups.setdefault(text[:1], []).append(text)
    parts = []
    for members in groups.values():
        shared = commonprefix(members)
        rest = [text[len(shared) :] for text in members]
        if len(rest) == 1:
            parts.append(literal(shared) or '""')
        else:
            parts.append(f"{literal(shared)} {rules.add('rest', trie(rules, rest, depth + 1))}")
    return either(parts)


def _escape(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    return character if character.isprintable() else f"\\U{ord(character):08X}"
