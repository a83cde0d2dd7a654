"""Makes up questions over made-up schemas, with their answers in the model's language.

It must not know slots: the product's own linker puts them in, with all its mistakes.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from made_up.absences import Absences
from made_up.children import Children
from made_up.comparisons import Comparisons
from made_up.crossings import Crossings
from made_up.details import Details
from made_up.one_table import DECLINED, OneTable
from made_up.phrases import Made
from made_up.reports import Reports
from made_up.styles import dress

__all__ = ["DECLINED", "Asker"]
# The share of questions over several tables where a schema has several.
SEVERAL = 0.62
# The share, of these, of families over linked tables; few schemas have such.
LINKED = 0.2
# The share of reports by group and period where a schema has dated records.
REPORTED = 0.17
# The share of other questions about revenue where a schema has sales.
SOLD = 0.14
# The share of schemas that are made until they have sales.
SELLING = 0.28
# So many schemas at most.
SOUGHT = 20
# So often a family of the kind that was drawn is tried before another kind is.
TRIES = 6


class Asker(OneTable, Children, Details, Reports, Crossings, Absences, Comparisons):
    """Asks about one made-up schema, in all families of questions."""

    def __init__(self, rng: random.Random, held_out: bool = False) -> None:
        super().__init__(rng, held_out)
        if rng.random() < SELLING:
            for _ in range(SOUGHT):
                if self.sales_measure() is not None:
                    break
                super().__init__(rng, held_out)

    def ask(self) -> Made:
        """One question with its answer over items."""
        while True:
            families = self._families()
            for _ in range(TRIES):
                made = self.rng.choices([f for _, f in families], [w for w, _ in families])[0]()
                if made is not None:
                    return dress(self.rng, self.split, made[0]), made[1]

    def _families(self) -> list[tuple[int, Callable[[], Made | None]]]:
        roll = self.rng.random()
        if roll < REPORTED:
            return [(1, self.report)]
        if roll < REPORTED + SOLD and self.sales_measure() is not None:
            return [(1, self.revenue)]
        if len(self.tabs) < 2 or roll > SEVERAL:
            return self.of_one_table()
        return self.of_linked_tables() if self.rng.random() < LINKED else self.of_several_tables()

    def of_several_tables(self) -> list[tuple[int, Callable[[], Made | None]]]:
        """The families over two tables and more, with their weights."""
        return [
            (11, self.child_count),
            (15, self.child_rows),
            (7, self.child_figure),
            (5, self.parent_of),
            (5, self.together),
            (8, self.beside),
            (24, self.per_parent),
            (9, self.details),
            (4, self.two_groups),
            (14, self.most_children),
            (11, self.having_children),
            (3, self.having_count),
            (11, self.without),
            (6, self.with_some),
            (3, self.share_of),
            (3, self.of_the_most),
            (3, self.most_of),
            (2, self.above),
        ]

    def of_linked_tables(self) -> list[tuple[int, Callable[[], Made | None]]]:
        """The families that need tables linked by another, with their weights."""
        return [(9, self.crossing), (9, self.both), (4, self.different)]
