"""GBNF read as llama.cpp reads it, so that faults get a place and words; it must not know tokens.

llama.cpp prints a grammar's faults to the terminal, and some texts it does not survive: `"a"{3,2}`
fills the memory, an undetected left recursion never returns. What passes here is safe to hand over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from localai.errors import InvalidRequest

# llama.cpp's own bound for repetitions (MAX_REPETITION_THRESHOLD), nested ones multiplied.
MAX_REPEATS = 2000
# Ours: llama.cpp reads groups by recursion, and a thread's stack may be no more than 512 KiB.
MAX_NESTING = 200
MAX_BYTES = 2_000_000
MAX_ELEMENTS = 2_000_000

_ESCAPE = r'\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[trn\\"\[\]-])'
_CHARACTER = re.compile(rf"{_ESCAPE}|[^\\]", re.DOTALL)
_LEXEME = re.compile(
    rf"""
    [ \t]*+ (?:
      (?P<note>    \# [^\r\n]*+ )
    | (?P<newline> [\r\n]++ )
    | (?P<name>    [A-Za-z0-9-]++ )
    | (?P<literal> " (?: {_ESCAPE} | [^"\\] )*+ " )
    | (?P<klass>   \[ \^?+ (?: {_ESCAPE} | [^]\\] )++ \] )
    | (?P<repeat>  [*+?] | \{{ [ \t]* [0-9]+ [ \t]* (?: , [ \t]* [0-9]* [ \t]* )? \}} )
    | (?P<mark>    ::= | [.|()] )
    | (?P<end>     \Z )
    | (?P<other>   . )
    )
    """,
    re.VERBOSE,
)


_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\r\n]*)*+")


@dataclass(slots=True)
class Rule:
    """Alternatives of items: -n for a run of n characters, else the number of another rule."""

    name: str
    alternatives: list[list[int]] = field(default_factory=lambda: [[]])
    defined: bool = False


@dataclass(slots=True)
class _Open:
    """A rule or group that is being read. last: where its latest item begins, None before one.

    weight: what llama.cpp counts the latest item as when it is repeated. size: its elements.
    """

    rule: int
    began: int
    symbols: int
    last: int | None = None
    weight: int = 1
    size: int = 0


def read(text: str) -> list[Rule]:
    """The rules of a grammar, groups and repetitions among them as rules of their own.

    Raises InvalidRequest (field `grammar`) with line and column.
    """
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._start = 0
        self._rules: list[Rule] = []
        self._symbols: dict[str, int] = {}
        self._mentioned: dict[int, int] = {}
        self._open: list[_Open] = []
        self._elements = 0

    def read(self) -> list[Rule]:
        self._check_text()
        while (lexeme := self._next()) is not None:
            kind, word = lexeme
            if self._open:
                self._item(kind, word)
            elif kind == "name":
                self._begin_rule(word)
            elif kind not in ("note", "newline"):
                advice = " (a rule ends with its line, except inside parentheses)"
                raise self._fault(f"expecting a rule's name, found {word!r}{advice}")
        self._end_rule()
        self._check_names()
        return self._rules

    def _check_text(self) -> None:
        try:
            size = len(self._text.encode())
        except UnicodeEncodeError as error:
            self._start = error.start
            raise self._fault("a lone surrogate is no character") from None
        if "\0" in self._text:
            self._start = self._text.index("\0")
            raise self._fault("a NUL character would cut the grammar short")
        if size > MAX_BYTES:
            raise _invalid(f"The grammar has {size} bytes; {MAX_BYTES} are allowed.")

    def _next(self) -> tuple[str, str] | None:
        found = _LEXEME.match(self._text, self._at)
        assert found is not None and found.lastgroup is not None
        kind = found.lastgroup
        self._start, self._at = found.start(kind), found.end()
        if kind == "other":
            raise self._fault(_unreadable(found[kind]))
        return None if kind == "end" else (kind, found[kind])

    def _begin_rule(self, name: str) -> None:
        rule = self._symbol(name)
        if self._rules[rule].defined:
            raise self._fault(f"the rule {name} is defined a second time")
        self._rules[rule].defined = True
        lexeme = self._next()
        if lexeme is None or lexeme[1] != "::=":
            raise self._fault(f"expecting ::= after the rule's name {name}")
        self._open.append(_Open(rule, self._at, 0))
        self._skip_blank()

    def _item(self, kind: str, word: str) -> None:
        if kind == "newline":
            if len(self._open) == 1:
                self._end_rule()
        elif kind == "name":
            self._add(self._symbol(word), 1)
        elif kind == "literal":
            length = len(_CHARACTER.findall(word)) - 2
            self._add(-length, length)
        elif kind == "klass":
            self._add(-1, len(_CHARACTER.findall(word)) - 2)
        elif kind == "repeat":
            self._repeat(word)
        elif kind == "mark":
            self._mark(word)

    def _mark(self, word: str) -> None:
        if word == ".":
            self._add(-1, 1)
        elif word == "|":
            self._rules[self._open[-1].rule].alternatives.append([])
            self._open[-1].last = None
            self._skip_blank()
        elif word == "(":
            self._open_group()
        elif word == ")" and len(self._open) > 1:
            self._close_group()
        else:
            raise self._fault(f"unexpected {word!r}")

    def _open_group(self) -> None:
        if len(self._open) > MAX_NESTING:
            raise self._fault(f"groups stand more than {MAX_NESTING} deep in each other")
        symbols, above = len(self._rules), self._rules[self._open[0].rule].name
        self._open.append(_Open(self._generate(above), self._start, symbols))

    def _close_group(self) -> None:
        group = self._open.pop()
        self._add(group.rule, 1)
        self._open[-1].weight = max(1, len(self._rules) - group.symbols)

    def _end_rule(self) -> None:
        if len(self._open) > 1:
            self._start = self._open[-1].began
            raise self._fault("this group is never closed")
        self._open.clear()

    def _add(self, item: int, size: int) -> None:
        """An item at the end of the alternative; an empty literal is none, as in llama.cpp."""
        here = self._open[-1]
        alternative = self._rules[here.rule].alternatives[-1]
        here.last, here.weight, here.size = len(alternative), 1, size
        if size:
            alternative.append(item)
        self._count(size)

    def _repeat(self, word: str) -> None:
        here = self._open[-1]
        alternative = self._rules[here.rule].alternatives[-1]
        if here.last is None or here.last == len(alternative):
            raise self._fault(f"expecting something before {word} to repeat")
        least, most = self._bounds(word)
        here.weight *= most or least or 1
        if here.weight > MAX_REPEATS:
            raise self._fault(f"repetitions multiply to more than {MAX_REPEATS}")
        item, size = alternative[here.last :], here.size
        optional = 1 if most is None else most - least
        self._count(size * least + (size + 2) * optional)
        alternative[here.last :] = item * least
        here.size = size * least + min(optional, 1)
        if optional:
            alternative.append(self._tail(item, optional, endless=most is None))

    def _bounds(self, word: str) -> tuple[int, int | None]:
        if word in "*+?":
            return int(word == "+"), 1 if word == "?" else None
        low, comma, high = word.strip("{}").partition(",")
        least = int(low)
        most = least if not comma else int(high) if high.strip() else None
        if most is not None and most < least:
            raise self._fault(f"{word} wants at least {least} and at most {most}")
        if max(least, most or 0) > MAX_REPEATS:
            raise self._fault(f"{word} repeats more than {MAX_REPEATS} times")
        return least, most

    def _tail(self, item: list[int], count: int, *, endless: bool) -> int:
        """The rule for up to `count` more of an item, or for any number of them."""
        name = self._rules[self._open[0].rule].name
        rest: list[int] = []
        for _ in range(count):
            number = self._generate(name)
            self._rules[number].alternatives = [item + ([number] if endless else rest), []]
            rest = [number]
        return rest[0]

    def _symbol(self, name: str) -> int:
        number = self._symbols.get(name)
        if number is None:
            number = self._symbols[name] = len(self._rules)
            self._rules.append(Rule(name))
            self._mentioned[number] = self._start
        return number

    def _generate(self, name: str) -> int:
        self._rules.append(Rule(f"part of {name}", defined=True))
        return len(self._rules) - 1

    def _skip_blank(self) -> None:
        found = _BLANK.match(self._text, self._at)
        assert found is not None
        self._at = found.end()

    def _count(self, elements: int) -> None:
        self._elements += elements
        if self._elements > MAX_ELEMENTS:
            raise self._fault(f"the grammar unfolds to more than {MAX_ELEMENTS} elements")

    def _check_names(self) -> None:
        for number, at in self._mentioned.items():
            if not self._rules[number].defined:
                self._start = at
                raise self._fault(f"the rule {self._rules[number].name} is not defined")
        if "root" not in self._symbols:
            raise _invalid("The grammar has no rule named root, which is where it begins.")

    def _fault(self, what: str) -> InvalidRequest:
        before = self._text[: self._start]
        line = before.count("\n") + 1
        column = self._start - before.rfind("\n")
        return _invalid(f"The grammar is wrong at line {line}, column {column}: {what}.")


def _unreadable(first: str) -> str:
    """What is wrong with text that begins no lexeme, by its first character."""
    if first in "<!":
        return (
            "tokens named by number or text are not supported; write the text that they stand for"
        )
    if first == '"':
        return "a text without its closing quote, or with an unknown escape"
    if first == "[":
        return "a character class that is empty, not closed, or has an unknown escape"
    if first == "{":
        return "expecting {m}, {m,} or {m,n}"
    return f"unexpected {first!r} (rule names are letters, digits and -)"


def _invalid(message: str) -> InvalidRequest:
    return InvalidRequest(
        message, field="grammar", hint="The grammar must be GBNF as llama.cpp reads it."
    )
