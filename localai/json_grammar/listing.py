"""Parts in their order with commas between, some of them optional, so many in all: as GBNF.

It must not know what the parts are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from localai.json_grammar.rules import Rules, TooLarge, either

SPACE: Final = '| " " | "\\n" [ \\t]{0,24}'
MOST_STATES: Final = 4000
"""Places times counts that are told apart."""

MOST_OPTIONAL: Final = 800


@dataclass(frozen=True, slots=True)
class Part:
    """One that stands at most once: a rule's name, and whether it must."""

    rule: str
    needed: bool


class Listing:
    """Expressions of what stands between two brackets.

    least, most: how many parts in all, `more` ones included, of which any number may follow the
    others. Raises ValueError where there are too many to be counted.
    """

    def __init__(
        self,
        rules: Rules,
        parts: Sequence[Part],
        more: str | None = None,
        least: int = 0,
        most: int | None = None,
    ) -> None:
        self._rules = rules
        self._parts = parts
        self._more = more
        needed = sum(part.needed for part in parts)
        if len(parts) - needed > MOST_OPTIONAL:
            raise TooLarge(
                f"one object has more than {MOST_OPTIONAL} properties that may be absent"
            )
        self._least = 0 if least <= needed else least
        self._most = most if more or (most is not None and most < len(parts)) else None
        # Counts above this make no difference.
        self._top = max(1, self._least, (self._most or 0) + 1)
        if self._top > 1 and self._top * (len(parts) + 1) > MOST_STATES:
            raise ValueError("too many parts to be counted")
        self._comma = f'"," {rules.add("space", SPACE)} '
        self._tails: dict[tuple[int, int], str | None] = {}
        for index in range(len(parts), -1, -1):
            for count in range(1, self._top + 1):
                self._tails[index, count] = self._tail(index, count)

    def text(self, after: str = "") -> str | None:
        """What stands between the brackets, `after` behind it unless it is nothing.

        Empty where that may only be nothing; None where no list is as asked.
        """
        starts = []
        for index, part in enumerate(self._parts):
            tail = self._tails[index + 1, 1] if self._most != 0 else None
            if tail is not None:
                starts.append(f"{part.rule} {tail}".strip())
            if part.needed:
                return self._all(starts, after)
        if self._more and self._most != 0:
            count = self._times(max(0, self._least - 1), self._most, 1)
            starts.append(f"{self._more} ({self._comma}{self._more}){count}")
        if self._least:
            return self._all(starts, after)
        return f"({self._all(starts, after)})?" if starts else ""

    def _all(self, starts: list[str], after: str) -> str | None:
        return f"{either(starts)} {after}".strip() if starts else None

    def _tail(self, index: int, count: int) -> str | None:
        """What may follow `count` parts from part `index` on; None where nothing may."""
        if self._most is not None and count > self._most:
            return None
        if index == len(self._parts):
            return self._end(count)
        part = self._parts[index]
        taken = self._tails[index + 1, min(count + 1, self._top)]
        left_out = None if part.needed else self._tails[index + 1, count]
        if taken is None and left_out is None:
            return None
        if taken is None:
            return left_out
        one = f"{self._comma}{part.rule}"
        if left_out is None:
            body = f"{one} {taken}".strip()
        elif left_out == taken:
            body = f"({one})? {taken}".strip()
        elif left_out:
            body = f"{one} {taken} | {left_out}"
        else:
            body = f"({one} {taken})?"
        return self._rules.add("more", body)

    def _end(self, count: int) -> str | None:
        lacking = max(0, self._least - count)
        if self._more is None:
            return None if lacking else ""
        repeated = self._times(lacking, self._most, count)
        return self._rules.add("more", f"({self._comma}{self._more}){repeated}")

    def _times(self, least: int, most: int | None, count: int) -> str:
        if most is None:
            return f"{{{least},}}" if least else "*"
        return f"{{{least},{most - count}}}"
