"""GBNF rules and their text; it must not know what they describe."""

from __future__ import annotations

import re
from collections.abc import Iterable
from os.path import commonprefix

_FEW = 12

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class Rules:
    """Named rules; equal bodies share one name."""

    def __init__(self) -> None:
        self._bodies: dict[str, str] = {}
        self._names: dict[str, str] = {}

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
        name, count = stem, 1
        while name in self._bodies:
            count += 1
            name = f"{stem}-{count}"
        self._bodies[name] = ""
        return name

    def set(self, name: str, body: str) -> None:
        self._bodies[name] = body

    def text(self) -> str:
        """The grammar, `root` first."""
        order = sorted(self._bodies, key=lambda name: name != "root")
        return "".join(f"{name} ::= {self._bodies[name]}\n" for name in order)


def literal(text: str) -> str:
    """The expression for exactly this text; empty for no text."""
    return '"' + "".join(_escape(character) for character in text) + '"' if text else ""


def either(parts: list[str]) -> str:
    """One of the expressions, in brackets where there are several."""
    found = list(dict.fromkeys(parts))
    return found[0] if len(found) == 1 else "(" + " | ".join(found) + ")"


def trie(rules: Rules, texts: Iterable[str]) -> str:
    """Exactly these texts; beginnings that several share are read once, in one way."""
    found = list(dict.fromkeys(texts))
    if len(found) < _FEW:
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
            parts.append(f"{literal(shared)} {rules.add('rest', trie(rules, rest))}")
    return either(parts)


def _escape(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    return character if character.isprintable() else f"\\U{ord(character):08X}"
