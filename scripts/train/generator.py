"""Makes up questions over made-up schemas, with their answers in the model's language.

It must not know slots: the product's own linker puts them in, with all its mistakes.
"""

from __future__ import annotations

from collections.abc import Callable

from children import Children
from one_table import DECLINED, OneTable
from parents import Parents
from phrases import Made

__all__ = ["DECLINED", "Asker"]
WRAP = [
    "{}",
    "{}",
    "{}",
    "{}",
    "{}",
    "please tell me {}",
    "can you tell me {}",
    "I want to know {}",
    "{}, please",
    "could you show {}",
    "I'd like to see {}",
    "tell me {}",
    "hey, {}",
    "we need to know {}",
]


class Asker(OneTable, Children, Parents):
    """Asks about one made-up schema, in all families of questions."""

    def ask(self) -> Made:
        """One question with its answer over items."""
        families: list[tuple[int, Callable[[], Made | None]]] = [
            (6, self.count),
            (14, self.count_where),
            (16, self.listing),
            (12, self.aggregate),
            (9, self.group_count),
            (10, self.group_aggregate),
            (8, self.top),
            (9, self.superlative),
            (6, self.most_frequent),
            (5, self.having),
            (4, self.distinct),
            (9, self.join_filter),
            (8, self.join_group),
            (6, self.join_most),
            (3, self.without),
            (4, self.nested),
            (2, self.declined),
            (3, self.several),
            (3, self.everything),
            (8, self.lookup),
        ]
        while True:
            made = self.rng.choices([f for _, f in families], [w for w, _ in families])[0]()
            if made is not None:
                return self._dress(made[0]), made[1]

    def _dress(self, text: str) -> str:
        rng = self.rng
        text = " ".join(text.split()).replace(" ,", ",")
        if rng.random() < 0.25:
            text = rng.choice(WRAP).format(text)
        if rng.random() < 0.8:
            text = text[0].upper() + text[1:]
        if rng.random() < 0.6:
            text += rng.choice(["?", "?", ".", " ?"])
        return text
