"""Numbers within bounds as GBNF, digit by digit; it must not know schemas."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from localai.json_grammar.rules import either

MOST_DIGITS = 15
"""Digits that every reader of JSON keeps: those of a double (IEEE 754)."""
MOST_DECIMALS = 4

INTEGER = '"-"? ("0" | [1-9] [0-9]{0,14})'
NUMBER = f'{INTEGER} ("." [0-9]{{1,15}})? ([eE] [-+]? [0-9]{{1,2}})?'


def integers(low: int | None, high: int | None) -> str | None:
    """Whole numbers from `low` to `high` (None: no bound); None where there are none."""
    least, most = -(10**MOST_DIGITS) + 1, 10**MOST_DIGITS - 1
    low, high = max(least, least if low is None else low), min(most, most if high is None else high)
    if low > high:
        return None
    parts = []
    if low < 0:
        below = _natural(max(1, -min(high, -1)), -low, 0)
        parts.append(f'"-" {below}')
    if high >= 0:
        parts.append(_natural(max(low, 0), high, 0))
    return either(parts)


def decimals(low: Decimal | None, high: Decimal | None, *, above: bool, below: bool) -> str | None:
    """Numbers from `low` to `high`; `above` and `below`: the bounds themselves are left out.

    Whole numbers, and those with as many decimals as the bounds have and two more (four at most).
    """
    bounds = [bound for bound in (low, high) if bound is not None]
    places = max((_places(bound) for bound in bounds), default=0)
    parts = [
        part
        for count in range(min(places + 2, max(places, MOST_DECIMALS)) + 1)
        if (part := _scaled(low, high, count, above, below)) is not None
    ]
    return either(parts) if parts else None


def _places(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _scaled(
    low: Decimal | None, high: Decimal | None, count: int, above: bool, below: bool
) -> str | None:
    """The numbers with exactly `count` decimals, as whole numbers with a point put in."""
    limit = 10**MOST_DIGITS - 1
    least, most = -limit, limit
    if low is not None:
        exact = low.scaleb(count)
        least = max(least, int(exact.to_integral_value(ROUND_CEILING)))
        least += above and exact == least
    if high is not None:
        exact = high.scaleb(count)
        most = min(most, int(exact.to_integral_value(ROUND_FLOOR)))
        most -= below and exact == most
    if least > most:
        return None
    parts = []
    if least < 0:
        parts.append(f'"-" {_natural(max(1, -min(most, -1)), -least, count)}')
    if most >= 0:
        parts.append(_natural(max(least, 0), most, count))
    return either(parts)


def _natural(low: int, high: int, places: int) -> str:
    """Digits of `low` to `high`, both at least 0, with a point before the last `places`."""
    parts = []
    for width in range(max(places + 1, len(str(low))), len(str(high)) + 1 + places):
        least = 0 if width == places + 1 else 10 ** (width - 1)
        first, last = max(low, least), min(high, 10**width - 1)
        if first <= last:
            parts += _digits(str(first).zfill(width), str(last).zfill(width), width - places)
        if last >= high:
            break
    return either(parts)


def _digits(low: str, high: str, point: int) -> list[str]:
    """Alternatives for texts of digits between two of one length; `point`: digits before it."""
    if not low:
        return [""]
    if low == "0" * len(low) and high == "9" * len(high):
        return [_any(len(low), point)]
    if low[0] == high[0]:
        return _after(_digit(low[0], low[0], point), _digits(low[1:], high[1:], point - 1))
    nines, zeros = "9" * (len(low) - 1), "0" * (len(low) - 1)
    parts = _after(_digit(low[0], low[0], point), _digits(low[1:], nines, point - 1))
    between = chr(ord(low[0]) + 1), chr(ord(high[0]) - 1)
    if between[0] <= between[1]:
        parts += _after(_digit(*between, point), _digits(zeros, nines, point - 1))
    return parts + _after(_digit(high[0], high[0], point), _digits(zeros, high[1:], point - 1))


def _after(first: str, rest: list[str]) -> list[str]:
    return [f"{first} {part}".strip() for part in rest]


def _digit(low: str, high: str, point: int) -> str:
    digit = f'"{low}"' if low == high else f"[{low}-{high}]"
    return f'"." {digit}' if point == 0 else digit


def _any(count: int, point: int) -> str:
    if not 0 <= point < count:
        return f"[0-9]{{{count}}}"
    before = f"[0-9]{{{point}}} " if point else ""
    return f'{before}"." [0-9]{{{count - point}}}'
