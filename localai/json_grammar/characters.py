"""Classes of characters as GBNF, each as JSON writes it in quotes; it must not know patterns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from localai.json_grammar.rules import Rules, either

Ranges = tuple[tuple[int, int], ...]
"""First and last code points, in order, apart from each other."""

LAST: Final = 0x10FFFF
DIGITS: Final[Ranges] = ((0x30, 0x39),)
WORD: Final[Ranges] = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
BLANK: Final[Ranges] = ((9, 10), (13, 13), (32, 32))
BREAKS: Final[Ranges] = ((10, 10), (13, 13), (0x85, 0x85), (0x2028, 0x2029))

# What Python and ECMAScript both hold to be no digit, no letter and no blank.
NOT_DIGIT: Final[Ranges] = ((0x20, 0x2F), (0x3A, 0x24F))
NOT_WORD: Final[Ranges] = ((0x20, 0x2F), (0x3A, 0x40), (0x5B, 0x5E), (0x60, 0x60), (0x7B, 0x7E))
_BLANKS: Final[Ranges] = (
    (0, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x180E, 0x180E), (0x2000, 0x200A),
    (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF),
)  # fmt: skip
# Never written bare: control characters, quotation mark, backslash, halves of characters.
_NEVER: Final[Ranges] = ((0, 0x1F), (0x22, 0x22), (0x5C, 0x5C), (0x7F, 0x7F), (0xD800, 0xDFFF))
_ESCAPED: Final = {
    0x22: '"\\\\\\""',
    0x5C: '"\\\\\\\\"',
    10: '"\\\\n"',
    13: '"\\\\r"',
    9: '"\\\\t"',
}


def joined(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Ranges in any order as such that are in order and apart."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


def without(ranges: Ranges, taken: Ranges) -> Ranges:
    """The characters of `ranges` that are not in `taken`."""
    left = list(ranges)
    for low, high in taken:
        left = [
            part
            for one in left
            for part in ((one[0], min(one[1], low - 1)), (max(one[0], high + 1), one[1]))
            if part[0] <= part[1]
        ]
    return joined(left)


def outside(taken: Ranges) -> Ranges:
    """All other characters."""
    return without(((0, LAST),), taken)


NOT_BLANK: Final = outside(_BLANKS)


def one_of(rules: Rules, ranges: Ranges) -> str | None:
    """The expression of one character of these; None where JSON cannot write any of them."""
    bare = without(ranges, _NEVER)
    parts = [f"[{''.join(map(_range, bare))}]"] if bare else []
    parts += [text for code, text in _ESCAPED.items() if any(a <= code <= b for a, b in ranges)]
    if not parts:
        return None
    return rules.add("one", either(parts)) if len(parts) > 1 else parts[0]


def _range(one: tuple[int, int]) -> str:
    low, high = one
    return _written(low) if low == high else f"{_written(low)}-{_written(high)}"


def _written(code: int) -> str:
    character = chr(code)
    if character in '\\]^-["':
        return f"\\x{code:02X}"
    return character if character.isprintable() else f"\\U{code:08X}"
