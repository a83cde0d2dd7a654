"""Multiples of a step within bounds as GBNF, digit by digit; it must not know schemas."""

from __future__ import annotations

from decimal import Decimal
from math import gcd
from typing import Final

from localai.json_grammar.numbers import MOST_DIGITS
from localai.json_grammar.rules import Rules, either, literal, trie

MOST_LISTED: Final = 512
"""So many multiples between two bounds are written out one by one."""
MOST_STEP: Final = 128
"""The largest step, zeros at its end left off, whose multiples are told digit by digit."""
_DIGITS: Final = 9


def whole(rules: Rules, step: int, low: int | None, high: int | None) -> str | None:
    """Whole multiples from `low` to `high` (None: no bound).

    Those of a large step have nine digits at most besides its zeros. Raises ValueError for a step
    that is too large for its bounds; None where there are no multiples.
    """
    return _scaled(rules, step, low, high, 0)


def decimal(rules: Rules, step: Decimal, low: Decimal | None, high: Decimal | None) -> str | None:
    """Likewise multiples of a step such as 0.01, as decimals with as many places as it has."""
    exponent = step.normalize().as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    least = None if low is None else int(low.scaleb(places).to_integral_value("ROUND_CEILING"))
    most = None if high is None else int(high.scaleb(places).to_integral_value("ROUND_FLOOR"))
    unit, parts = int(step.scaleb(places)), []
    for count in range(places + 1):
        # With fewer places: 5 and 19.5 are multiples of 0.01 too.
        more = 10 ** (places - count)
        bounds = _ceil(least, more), None if most is None else most // more
        parts.append(_scaled(rules, unit // gcd(unit, more), *bounds, count))
    return either([part for part in parts if part]) if any(parts) else None


def _ceil(number: int | None, unit: int) -> int | None:
    return None if number is None else -(-number // unit)


def _scaled(rules: Rules, step: int, low: int | None, high: int | None, places: int) -> str | None:
    limit = 10**MOST_DIGITS - 1
    least, most = -limit if low is None else max(low, -limit), limit
    most = most if high is None else min(high, limit)
    first, last = -(-least // step), most // step
    if first > last:
        return None
    if last - first < MOST_LISTED:
        texts = [_text(number * step, places) for number in range(first, last + 1)]
        return trie(rules, texts)
    zeros = 0
    while step % 10 == 0:
        step, zeros = step // 10, zeros + 1
    if step > MOST_STEP:
        raise ValueError(f"multipleOf is {step}: of large ones only few can be told apart")
    unit = 10**zeros
    shown = _Digits(rules, step, zeros, places)
    parts = []
    if least < 0:
        parts.append(f'"-" {shown.between(max(1, -min(most, -1) // unit), -least // unit)}')
    if most >= 0:
        parts.append(shown.between(-(-max(least, 0) // unit), most // unit))
    return either([part for part in parts if part])


def _text(number: int, places: int) -> str:
    sign, digits = "-" * (number < 0), str(abs(number)).zfill(places + 1)
    return sign + digits if not places else f"{sign}{digits[:-places]}.{digits[-places:]}"


class _Digits:
    """Natural multiples of `step`, `zeros` zeros behind them, a point before the last `places`."""

    def __init__(self, rules: Rules, step: int, zeros: int, places: int) -> None:
        self._rules = rules
        self._step = step
        self._zeros = zeros
        self._places = places
        self._known: dict[tuple[int, int], str | None] = {}

    def between(self, low: int, high: int) -> str:
        """Expression of the multiples from low to high, both natural."""
        high = min(high, 10**_DIGITS - 1)
        parts = [literal(_text(0, self._places))] if low == 0 else []
        low = max(low, 1)
        shortest = max(1, self._places + 1 - self._zeros)
        for width in range(max(shortest, len(str(low))), max(shortest, len(str(high))) + 1):
            least = 0 if width == shortest else 10 ** (width - 1)
            first, last = max(low, least), min(high, 10**width - 1)
            if first <= last:
                found = self._tight(str(first).zfill(width), str(last).zfill(width), 0)
                parts += [] if found is None else [found]
        return self._rules.add("multiple", either(parts)) if parts else ""

    def _tight(self, low: str, high: str, rest: int) -> str | None:
        """Digits between two bounds that go on from the remainder `rest` of those before."""
        left = len(low)
        if low == "0" * left and high == "9" * left:
            return self._loose(left, rest)
        ways: dict[str, list[int]] = {}
        for digit in range(int(low[0]), int(high[0]) + 1):
            bottom = low[1:] if digit == int(low[0]) else "0" * (left - 1)
            top = high[1:] if digit == int(high[0]) else "9" * (left - 1)
            tail = self._tight(bottom, top, (rest * 10 + digit) % self._step)
            if tail is not None:
                ways.setdefault(tail, []).append(digit)
        return self._written(ways, left)

    def _loose(self, left: int, rest: int) -> str | None:
        """Any digits of so many that bring the remainder to none."""
        if left == 0:
            return None if rest else (literal("0" * self._zeros) if not self._splits else self._end)
        key = (left, rest)
        if key not in self._known:
            ways: dict[str, list[int]] = {}
            for digit in range(10):
                tail = self._loose(left - 1, (rest * 10 + digit) % self._step)
                if tail is not None:
                    ways.setdefault(tail, []).append(digit)
            self._known[key] = self._written(ways, left)
        return self._known[key]

    @property
    def _splits(self) -> bool:
        return 0 < self._places <= self._zeros

    @property
    def _end(self) -> str:
        return literal("0" * (self._zeros - self._places) + "." + "0" * self._places)

    def _written(self, ways: dict[str, list[int]], left: int) -> str | None:
        if not ways:
            return None
        point = '"." ' if left + self._zeros == self._places else ""
        parts = [f"{point}[{''.join(map(str, ds))}] {tail}".strip() for tail, ds in ways.items()]
        return self._rules.add("digits", either(parts))
