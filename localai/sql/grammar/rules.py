"""Owns GBNF as text: rules with names of their own, escapes, keywords; it must not know SQL.

Rules that read alike are one rule: what schemas repeat is then said once.
"""

from __future__ import annotations

import re

_KEYWORD = re.compile(r"'([A-Z][A-Z0-9 ]*)'")
_LETTERS = re.compile(r"[a-zA-Z]")


class Rules:
    """The rules written so far. Names have no `_`: llama.cpp's GBNF does not know it."""

    def __init__(self) -> None:
        self._bodies: dict[str, str] = {}
        self._names: dict[str, str] = {}

    def define(self, name: str, body: str) -> None:
        """A rule of this very name. Keywords in `body` stand in single quotes: 'ORDER BY'."""
        self._bodies[name] = self._with_keywords(body)

    def share(self, prefix: str, body: str) -> str:
        """The name of the rule with this body, new with `prefix` or known already."""
        name = self._names.get(body)
        if name is None:
            name = self._names[body] = f"{prefix}{len(self._names)}"
            self._bodies[name] = body
        return name

    def template(self, text: str, mode: str = "") -> None:
        """Rules of several lines, each `name ::= body`; a `@` stands for the mode's letter and `-`.

        A line that begins with a blank goes on with the rule above it.
        """
        joined = re.sub(r"\n[ \t]+", " ", text.strip())
        for line in joined.replace("@", f"{mode}-").splitlines():
            name, _, body = line.partition(" ::= ")
            self.define(name.strip(), body.strip())

    def tail(self, mode: str, body: str) -> str:
        """A rule for what stands behind a word, written as in `template`; "" for nothing."""
        if not body.strip():
            return ""
        joined = " ".join(body.split()).replace("@", f"{mode}-")
        return self.share("t", self._with_keywords(joined))

    def text(self) -> str:
        """The grammar."""
        return "".join(f"{name} ::= {body}\n" for name, body in self._bodies.items())

    def _with_keywords(self, body: str) -> str:
        return _KEYWORD.sub(lambda match: self._keyword(match[1]), body)

    def _keyword(self, words: str) -> str:
        name = "k-" + words.lower().replace(" ", "-")
        if name not in self._bodies:
            self._bodies[name] = any_case(words)
        return name


def exactly(text: str) -> str:
    """A literal that matches `text` in its very spelling."""
    return '"' + "".join(map(_escaped, text)) + '"'


def any_case(text: str) -> str:
    """A sequence that matches ASCII `text` whatever the case of its letters."""
    parts: list[str] = []
    for character in text:
        if character.isalpha():
            parts.append(f"[{character.lower()}{character.upper()}]")
        elif parts and parts[-1].endswith('"'):
            parts[-1] = parts[-1][:-1] + _escaped(character) + '"'
        else:
            parts.append(exactly(character))
    return "".join(parts)


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if " " <= character <= "~":
        return character
    code = ord(character)
    return (
        f"\\x{code:02X}" if code < 256 else f"\\u{code:04X}" if code < 65536 else f"\\U{code:08X}"
    )
