"""Owns whether rows are right whatever the order of their columns: one order, the same on every
content, as Spider's test suite compares (Zhong et al. 2020). It must not know queries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from measure.databases import plain
from measure.right import Right, Row

# Beginnings of orders that are tried; columns that hold different values leave one way alone.
TRIES = 2000
# A content's columns, each with its cells from the first row to the last.
Columns = list[tuple[object, ...]]


def are_right(found: Sequence[Sequence[Row]], rights: Sequence[Right]) -> bool:
    """Whether these are the right rows on each content, in one order of their columns: no further
    columns, no other rows, and rows in order where that is asked for."""
    pairs = list(zip(found, rights, strict=True))
    if any(len(rows) != len(right.rows) for rows, right in pairs):
        return False
    widths = {len(row) for rows, right in pairs for row in (*rows, *right.rows)}
    if len(widths) > 1:
        return False
    given = [_columns(rows) for rows, _ in pairs]
    wanted = [_columns(right.rows) for _, right in pairs]
    stretches = [_stretches(right) for _, right in pairs]
    return any(True for _ in _orders(given, wanted, stretches))


def _columns(rows: Sequence[Row]) -> Columns:
    return list(zip(*map(plain, rows), strict=True))


def _stretches(right: Right) -> tuple[int, ...]:
    """For each row, which stretch of rows it belongs to whose order among themselves is free."""
    ends = [len(right.rows)] if right.ends is None else right.ends
    begins = [0, *ends][: len(ends)]
    return tuple(n for n, (b, e) in enumerate(zip(begins, ends, strict=True)) for _ in range(b, e))


def _orders(
    given: Sequence[Columns], wanted: Sequence[Columns], stretches: Sequence[tuple[int, ...]]
) -> Iterator[tuple[int, ...]]:
    """For each wanted column the given one that stands for it, no given one twice."""
    tries = [TRIES]
    width = len(wanted[0])

    def fits(taken: tuple[int, ...]) -> bool:
        tries[0] -= 1
        return all(
            Counter(zip(stretch, *(ours[n] for n in taken), strict=True))
            == Counter(zip(stretch, *theirs[: len(taken)], strict=True))
            for ours, theirs, stretch in zip(given, wanted, stretches, strict=True)
        )

    def going_on(taken: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if len(taken) == width:
            yield taken
            return
        # Nearly always it is the column in the same place.
        for number in sorted(range(width), key=lambda n: n != len(taken)):
            if number not in taken and tries[0] > 0 and fits((*taken, number)):
                yield from going_on((*taken, number))

    yield from going_on(())
