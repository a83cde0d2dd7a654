"""Checks of single fields, worded so that the caller can mend them; it must not know any dialect.

Every check raises InvalidRequest naming the field, the value it has and what is allowed.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sized
from typing import NoReturn

from localai.errors import InvalidRequest

logger = logging.getLogger(__name__)


def note_unknown(dialect: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Name in the log what was sent and means nothing here, 20 keys at most."""
    unknown = sorted(set(given) - set(known))[:20]
    if unknown:
        names = ", ".join(map(quoted, unknown))
        logger.warning("%s: not a known option, and ignored: %s", dialect, names)


def number(where: str, value: object, low: float, high: float) -> float:
    """A number from `low` to `high`; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        refuse(where, value, f"a number from {low} to {high}")
    if not low <= value <= high:
        refuse(where, value, f"{low} to {high}")
    return float(value)


def integer(where: str, value: object, low: int, high: int | None) -> int:
    """A whole number from `low` to `high` (None: no upper limit)."""
    allowed = f"{low} or more" if high is None else f"{low} to {high}"
    # JavaScript and LangChain write 256.0 for 256.
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        refuse(where, value, f"a whole number, {allowed}")
    if value < low or (high is not None and value > high):
        refuse(where, value, allowed)
    return value


def boolean(where: str, value: object) -> bool:
    if not isinstance(value, bool):
        refuse(where, value, "true or false")
    return value


def text(where: str, value: object, least: int, most: int, allowed: str = "") -> str:
    """Text of `least` to `most` characters; `allowed` words the limit where more is allowed."""
    allowed = allowed or f"text of {least} to {most} characters"
    if not isinstance(value, str):
        refuse(where, value, allowed)
    if not least <= len(value) <= most:
        message = f"`{where}` has {len(value)} characters; allowed is {allowed}."
        raise InvalidRequest(message, field=where)
    try:
        value.encode()
    except UnicodeEncodeError as error:
        message = f"`{where}` has half of a surrogate pair at character {error.start}"
        raise InvalidRequest(f"{message}; allowed is whole Unicode.", field=where) from None
    return value


def refuse(where: str, value: object, allowed: str) -> NoReturn:
    """Raise InvalidRequest: the field, its value, what is allowed."""
    subject = where if " " in where else f"`{where}`"
    message = f"{subject} is {shown(value)}; allowed is {allowed}."
    raise InvalidRequest(message[0].upper() + message[1:], field=where)


def shown(value: object) -> str:
    """A value as JSON would write it, short whatever the caller sent."""
    match value:
        case None:
            return "missing or null"
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{quoted(value)}"'
        case int() if value.bit_length() > 128:
            return f"a number of {value.bit_length()} bits"
        case int() | float():
            return str(value)
        case Mapping():
            return "an object"
        case Sized():
            return f"a list of {len(value)}"
    return f"a Python {type(value).__name__}"


def quoted(text: str) -> str:
    """Text for a message: 60 characters at most, nothing that a terminal would obey."""
    return json.dumps(text if len(text) <= 60 else f"{text[:60]}...")[1:-1]
