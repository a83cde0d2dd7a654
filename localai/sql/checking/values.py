"""Tells of values that a query looks for and the data does not have; it refuses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from sqlglot import exp

from localai.sql.checking.naming import Names
from localai.sql.checking.relations import Origin

LISTED = 12


def missing_values(tree: exp.Query, names: Names) -> list[str]:
    """One notice for each text that none of a column's few, known values equals."""
    notices: dict[str, None] = {}
    for node in tree.find_all(exp.EQ, exp.NEQ, exp.In):
        for side, others in _pairs(node):
            origin = names.origin(side)
            if origin is None or not origin.column.values:
                continue
            for other in others:
                if not isinstance(other, exp.Literal) or not other.name.strip():
                    continue
                if other.name not in origin.column.values:
                    notices[_notice(origin, other.name)] = None
    return list(notices)


def _pairs(node: exp.Expr) -> Iterator[tuple[exp.Expr, list[exp.Expr]]]:
    if isinstance(node, exp.In):
        yield node.this, list(node.expressions)
    else:
        yield node.this, [node.args["expression"]]
        yield node.args["expression"], [node.this]


def _notice(origin: Origin, text: str) -> str:
    name = f"{origin.table.name}.{origin.column.name}"
    values = origin.column.values
    meant = meant_value(text, values)
    if meant is not None:
        return f"No row has {name} = '{text}'. Did you mean '{meant}'?"
    shown = ", ".join(f"'{value}'" for value in values[:LISTED])
    more = " and others" if len(values) > LISTED else ""
    return f"No row has {name} = '{text}'. It has {shown}{more}."


def meant_value(text: str, values: tuple[str, ...]) -> str | None:
    """The value that a text looks meant for: other capitals, initials, a start, a slip."""
    word = text.strip().casefold()
    for fits in (_is_same, _is_initials, _is_start):
        found = [value for value in values if fits(word, value.strip().casefold())]
        if found:
            return found[0]
    spelt = {value.casefold(): value for value in values}
    close = get_close_matches(word, spelt, n=1, cutoff=0.6)
    if close:
        return spelt[close[0]]
    shortened = [value for value in values if _is_shortened(word, value.casefold())]
    return shortened[0] if len(shortened) == 1 else None


def _is_same(word: str, value: str) -> bool:
    return word == value


def _is_initials(word: str, value: str) -> bool:
    return len(word) > 1 and word == "".join(part[0] for part in value.split())


def _is_start(word: str, value: str) -> bool:
    return bool(word) and (value.startswith(word) or word.startswith(value) and bool(value))


def _is_shortened(word: str, value: str) -> bool:
    # TX for Texas: its letters in their order, from the first on.
    letters = iter(value)
    return word[:1] == value[:1] and len(word) > 1 and all(letter in letters for letter in word)
