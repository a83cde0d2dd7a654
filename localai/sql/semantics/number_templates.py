"""PostgreSQL's number templates (TO_CHAR, TO_NUMBER): `FM999,990.00`; no dates here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import NamedTuple

SUPPORTED = re.compile(r'(?:FM|PR|MI|SG|[09.,DGLS$ %/:-]|"[^"]*")+', re.IGNORECASE)
PIECE = re.compile(r'"([^"]*)"|(FM|PR|MI|SG|[09.,DGLS$])|(.)', re.IGNORECASE | re.DOTALL)
DIGITS, POINTS, GROUPS = ("0", "9"), (".", "D"), (",", "G")


def supported(template: str) -> bool:
    """Whether every sign of the template is one that `show` knows."""
    return SUPPORTED.fullmatch(template) is not None


def show(number: float | int, template: str) -> str:
    """TO_CHAR(number, template)."""
    pieces = [_Piece(m[1] or m[3] or "", (m[2] or "").upper()) for m in PIECE.finditer(template)]
    signs = [piece.sign for piece in pieces]
    point = next((at for at, sign in enumerate(signs) if sign in POINTS), len(signs))
    fill = "FM" not in signs
    places = sum(sign in DIGITS for sign in signs[point:])
    value = Decimal(str(number)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    whole, _, decimals = f"{abs(value):.{places}f}".partition(".")
    if not fill:
        # FM drops the zeros at the end that only a 9 asks for.
        asked = "".join(sign for sign in signs[point:] if sign in DIGITS)
        decimals = decimals[: asked.rfind("0") + 1] + decimals[asked.rfind("0") + 1 :].rstrip("0")
    units = _units(whole, signs[:point], bare=not places or not (fill or value or decimals))
    room = sum(sign in DIGITS for sign in signs[:point])
    if len(units) > room:
        units, decimals = "#" * room, "#" * places
    start = next((at for at, sign in enumerate(signs) if sign in DIGITS + POINTS), len(signs))
    head = "".join(_written(pieces[:start], point, "", "", fill))
    body = "".join(_written(pieces[start:], point - start, units, decimals, fill))
    return _signed(head, body, signs, value < 0, fill)


class _Piece(NamedTuple):
    """One sign of a template, or a text of it as it is."""

    text: str
    sign: str


def _units(whole: str, signs: list[str], *, bare: bool) -> str:
    digits = "".join(sign for sign in signs if sign in DIGITS)
    zeros = len(digits) - digits.find("0") if "0" in digits else 0
    shown = whole.lstrip("0").rjust(zeros, "0")
    return (shown or "0" if bare else shown).rjust(len(digits))


def _written(
    pieces: list[_Piece], point: int, units: str, decimals: str, fill: bool
) -> Iterator[str]:
    left, right = iter(units), iter(decimals)
    started = False
    for at, (text, sign) in enumerate(pieces):
        if sign in DIGITS:
            letter = next(left, "") if at < point else next(right, "")
            started = started or letter != " "
            yield letter if fill or started else ""
        elif sign in GROUPS:
            yield "," if started else " " * fill
        elif sign in POINTS:
            yield "." if any(piece.sign in DIGITS for piece in pieces[at:]) else ""
        else:
            yield text or {"$": "$", "L": " " * fill}.get(sign, "")


def _signed(head: str, body: str, signs: list[str], negative: bool, fill: bool) -> str:
    mark = "-" if negative else " " * fill
    digits = body.lstrip(" ")
    space = body[: len(body) - len(digits)]
    if "PR" in signs:
        shown = f"<{digits}>" if negative else f" {digits} " if fill else digits
        return head + space + shown
    if "S" in signs:
        mark = "-" if negative else "+"
        return head + (body + mark if signs[-1] == "S" else space + mark + digits)
    for sign, other in (("MI", " " * fill), ("SG", "+")):
        if sign in signs:
            mark = "-" if negative else other
            return mark + head + body if signs.index(sign) == 0 else head + body + mark
    return head + space + mark + digits


def parse(text: str, template: str) -> float | int | None:
    """TO_NUMBER(text, template); None where no number is in it."""
    cleaned = re.sub(r"[^0-9.+-]", "", text)
    if cleaned.endswith("-"):
        cleaned = "-" + cleaned[:-1]
    if "<" in text:
        cleaned = "-" + cleaned
    try:
        value = Decimal(cleaned)
    except InvalidOperation:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
