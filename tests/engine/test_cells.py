from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localai.engine.cells import Cells


def test_shared_cells_count_once_and_go_with_their_last_holder() -> None:
    cells = Cells(3)
    cells.extend(0, 10)
    cells.copy(0, 1, 6)
    cells.copy(1, 2, 4)
    assert (cells.used, [cells.length(slot) for slot in range(3)]) == (10, [10, 6, 4])
    cells.extend(1, 5)
    assert (cells.used, cells.length(1)) == (15, 11)
    cells.trim(0, 0)
    assert cells.used == 11, "the four that only slot 0 held are gone"
    cells.trim(1, 0)
    assert (cells.used, cells.spare(2, {0, 1})) == (4, 4)
    cells.trim(2, 0)
    assert cells.used == 0


def test_union_counts_what_several_slots_hold_once_and_the_part_of_another() -> None:
    cells = Cells(3)
    cells.extend(0, 10)
    cells.copy(0, 1, 6)
    cells.extend(1, 2)
    assert cells.union([0, 1], 2, 0) == 12
    assert cells.union([0], 1, 7) == 11, "six of the seven are slot 0's too"
    assert cells.union([], 0, 8) == 8


def test_integrity_notices_a_wrong_sum() -> None:
    cells = Cells(1)
    cells.extend(0, 3)
    cells.check_integrity()
    cells.used = 2
    with pytest.raises(AssertionError):
        cells.check_integrity()


_slots = st.integers(0, 3)
_steps = st.lists(
    st.one_of(
        st.tuples(st.just("extend"), _slots, st.integers(0, 9)),
        st.tuples(st.just("trim"), _slots, st.integers(0, 30)),
        st.tuples(st.just("copy"), _slots, _slots, st.integers(0, 30)),
    )
)


@given(_steps, st.booleans())
def test_the_ledger_is_that_of_a_memory_cell_by_cell(
    steps: list[tuple[Any, ...]], shared: bool
) -> None:
    cells, memory = Cells(4, shared=shared), [list[object]() for _ in range(4)]
    for name, slot, *rest in steps:
        mine = memory[slot]
        length = min(rest[-1], len(mine))
        if name == "extend":
            cells.extend(slot, rest[0])
            mine += [object() for _ in range(rest[0])]
        elif name == "trim":
            cells.trim(slot, length)
            del mine[length:]
        elif slot != rest[0]:
            cells.copy(slot, rest[0], length)
            memory[rest[0]] = mine[:length] if shared else [object() for _ in range(length)]
        compare(cells, memory)


def compare(cells: Cells, memory: list[list[object]]) -> None:
    cells.check_integrity()
    assert [cells.length(slot) for slot in range(4)] == list(map(len, memory))
    assert cells.used == len({cell for held in memory for cell in held})
    for slot in range(4):
        for rest in ({each for each in range(4) if each != slot}, {(slot + 1) % 4}):
            others = {cell for at in rest for cell in memory[at]}
            assert cells.spare(slot, rest) == len(set(memory[slot]) - others)
