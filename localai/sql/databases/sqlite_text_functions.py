"""PostgreSQL's functions of texts that SQLite lacks; it must not know dates, or connections."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial

from localai.sql.databases.sqlite_totals import Value
from localai.sql.semantics import number_templates, patterns

# A function of one row may not take all the memory, whatever it is asked to repeat.
LARGEST = 10_000_000


def to_number(text: Value, template: Value = "") -> Value:
    """TO_NUMBER(text, template)."""
    return number_templates.parse(str(text), str(template))


def text_left(text: Value, count: Value) -> Value:
    """LEFT(text, count)."""
    return str(text)[: int(count or 0)]


def text_right(text: Value, count: Value) -> Value:
    """RIGHT(text, count)."""
    number = int(count or 0)
    return str(text)[-number:] if number else ""


def text_part(text: Value, start: Value, length: Value = None) -> Value:
    """SUBSTRING(text FROM start FOR length), counting from 1, also before it."""
    first = int(start or 0) - 1
    end = None if length is None else max(first + int(length), 0)
    return str(text)[max(first, 0) : end]


def pad(text: Value, size: Value, fill: Value, left: bool) -> Value:
    """LPAD and RPAD, which also cut off. Raises ValueError for a text beyond all use."""
    shown, width = str(text), max(int(size or 0), 0)
    if width > LARGEST:
        raise ValueError(size)
    missing = width - len(shown)
    if missing <= 0 or not fill:
        return shown[:width]
    padding = (str(fill) * (missing // len(str(fill)) + 1))[:missing]
    return padding + shown if left else shown + padding


def repeat(text: Value, times: Value) -> Value:
    """REPEAT(text, times). Raises ValueError for a text beyond all use."""
    if len(str(text)) * int(times or 0) > LARGEST:
        raise ValueError(times)
    return str(text) * int(times or 0)


def initcap(text: Value) -> Value:
    """INITCAP(text)."""
    return re.sub(r"[^\W_]+", lambda word: word[0][:1].upper() + word[0][1:].lower(), str(text))


def split_part(text: Value, delimiter: Value, number: Value) -> Value:
    """SPLIT_PART(text, delimiter, number), from the end where it is negative."""
    parts = str(text).split(str(delimiter)) if delimiter else [str(text)]
    at = int(number or 0)
    index = at - 1 if at > 0 else len(parts) + at
    return parts[index] if at and 0 <= index < len(parts) else ""


def translate(text: Value, old: Value, new: Value) -> Value:
    """TRANSLATE(text, from, to): letter by letter; those without a partner go."""
    table: dict[int, str | None] = {}
    for at, letter in enumerate(str(old)):
        table.setdefault(ord(letter), str(new)[at] if at < len(str(new)) else None)
    return str(text).translate(table)


def concat_ws(separator: Value, *parts: Value) -> Value:
    """CONCAT_WS(separator, ...), without what is missing."""
    if separator is None:
        return None
    return str(separator).join(str(part) for part in parts if part is not None)


def extreme(choose: Callable[..., Value], *values: Value) -> Value:
    """GREATEST and LEAST, without what is missing."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    same = all(isinstance(value, int | float) for value in known)
    return choose(known) if same else choose(str(value) for value in known)


def text_like(text: Value, pattern: Value, sign: Value = "\\", *, case: bool) -> Value:
    """LIKE and ILIKE."""
    found = patterns.like(str(pattern), case=case, escape=str(sign))
    return int(found.fullmatch(str(text)) is not None)


def regexp_like(text: Value, pattern: Value, flags: Value = "") -> Value:
    """Whether the pattern is found in the text; None for a pattern that Python does not know."""
    found = patterns.regex(str(pattern), str(flags))
    return None if found is None else int(found.search(str(text)) is not None)


def regexp_replace(text: Value, pattern: Value, new: Value, flags: Value = "") -> Value:
    """REGEXP_REPLACE: the first, or with the flag g all."""
    found = patterns.regex(str(pattern), str(flags).replace("g", ""))
    if found is None:
        return None
    count = 0 if "g" in str(flags) else 1
    return found.sub(patterns.replacement(str(new)), str(text), count=count)


def regexp_substr(text: Value, pattern: Value) -> Value:
    """SUBSTRING(text FROM pattern): the first group, or all that matches."""
    found = patterns.regex(str(pattern))
    match = None if found is None else found.search(str(text))
    if match is None:
        return None
    return match[1] if match.re.groups else match[0]


def array_to_string(listed: Value, separator: Value) -> Value:
    """ARRAY_TO_STRING of a list that is kept as JSON."""
    return str(separator).join(str(item) for item in json.loads(str(listed)) if item is not None)


TEXTS: list[tuple[str, tuple[int, ...], Callable[..., Value]]] = [
    ("TEXT_UPPER", (1,), lambda text: str(text).upper()),
    ("TEXT_LOWER", (1,), lambda text: str(text).lower()),
    ("TEXT_LEFT", (2,), text_left),
    ("TEXT_RIGHT", (2,), text_right),
    ("TEXT_PART", (2, 3), text_part),
    ("TEXT_LIKE", (2, 3), partial(text_like, case=True)),
    ("TEXT_ILIKE", (2, 3), partial(text_like, case=False)),
    ("LPAD", (3,), partial(pad, left=True)),
    ("RPAD", (3,), partial(pad, left=False)),
    ("INITCAP", (1,), initcap),
    ("ASCII", (1,), lambda text: ord(str(text)[0]) if str(text) else 0),
    ("SPLIT_PART", (3,), split_part),
    ("TRANSLATE", (3,), translate),
    ("REVERSE", (1,), lambda text: str(text)[::-1]),
    ("REPEAT", (2,), repeat),
    ("REGEXP_LIKE", (2, 3), regexp_like),
    ("REGEXP_REPLACE", (3, 4), regexp_replace),
    ("REGEXP_SUBSTR", (2,), regexp_substr),
    ("ARRAY_TO_STRING", (2,), array_to_string),
    ("TO_NUMBER", (1, 2), to_number),
]
ANY_ARGUMENTS: list[tuple[str, tuple[int, ...], Callable[..., Value]]] = [
    ("CONCAT_WS", (-1,), concat_ws),
    ("GREATEST", (-1,), partial(extreme, max)),
    ("LEAST", (-1,), partial(extreme, min)),
]
