"""Makes up questions for the groups of one table's rows: figures for each, and which stand out.

It must not know joins or slots.
"""

from __future__ import annotations

from conditions import GT, Conditions
from pairs import table, value
from phrases import SPELLED, Made


class Groups(Conditions):
    """Families of questions; each gives None where the schema lacks a part."""

    def group_count(self) -> Made | None:
        n = self.tab()
        col = self.col(n, "snb")
        if col is None or col.display and self.rng.random() < 0.8:
            return None
        noun, where = self.where(n, 0.15)
        name = self.said(col)
        text = self.pick(
            f"how many {noun} are there for each {name}",
            f"number of {noun} per {name}",
            f"count {noun} by {name}",
            f"for each {name}, how many {noun} are there",
            f"how many {noun} does each {name} have",
            f"show the number of {noun} for every {name}",
            f"{noun} by {name}",
            f"how many {noun} per {name}",
            f"how many {noun} of each {name} do we have",
            f"how many {noun} are in each {name}",
            f"show each {name} and the number of {noun}",
            f"for every {name}, give the count of {noun}",
            f"break down the {noun} by {name}",
            f"what are the different {name} and how many {noun} does each have",
            f"list every {name} with its number of {noun}",
            f"how many {noun} does every {name} have",
            f"number of {noun} in each {name}",
            f"how are the {noun} spread over {name}",
        )
        here = self.ref(n, col)
        return text, [
            "SELECT",
            *here,
            ",",
            "COUNT",
            "(",
            "*",
            ")",
            "FROM",
            table(n),
            *where,
            "GROUP BY",
            *here,
        ]

    def group_aggregate(self) -> Made | None:
        n = self.tab()
        by, col = self.col(n, "sb"), self.col(n, "n")
        if by is None or col is None:
            return None
        function, word = self._function()
        noun, where = self.where(n, 0.3)
        name, of = self.said(by), self.said(col)
        text = self.pick(
            f"{word} {of} per {name}",
            f"what is the {word} {of} of {noun} for each {name}",
            f"{word} {of} by {name}",
            f"for each {name}, show the {word} {of}",
            f"show the {word} {of} of {noun} by {name}",
            f"what's the {word} {of} in each {name}",
            f"list each {name} with its {word} {of}",
            f"for every {name}, what is the {word} {of} of the {noun}",
            f"how does the {word} {of} of {noun} differ by {name}",
            f"show each {name} with the {word} {of} in it",
            f"{name} and {word} {of}",
            f"{word} {of} of {noun} grouped by {name}",
            f"{word} {of} at each {name}",
        )
        if function == "SUM" and self.rng.random() < 0.3:
            text = self.pick(
                f"how much {of} was there for each {name}",
                f"{of} by {name} in total",
                f"how much {of} does each {name} have altogether",
                f"sum up the {of} by {name}",
                f"how many {of} did each {name} have in total",
            )
        if noun not in text:
            where = []
        here = self.ref(n, by)
        return text, [
            "SELECT",
            *here,
            ",",
            function,
            "(",
            *self.ref(n, col),
            ")",
            "FROM",
            table(n),
            *where,
            "GROUP BY",
            *here,
        ]

    def most_frequent(self) -> Made | None:
        n = self.tab()
        col = self.col(n, "s")
        if col is None or col.display:
            return None
        noun, where = self.where(n, 0.1)
        name = self.said(col)
        down = self.rng.random() < 0.75
        most = (
            self.pick(
                "most", "most", "largest number of", "greatest number of", "highest number of"
            )
            if down
            else self.pick("fewest", "least", "smallest number of")
        )
        text = self.pick(
            f"which {name} has the {most} {noun}",
            f"what {name} has the {most} {noun}",
            f"what is the {name} with the {most} {noun}",
            f"the {name} with the {most} {noun}",
            f"which {name} is the {'most' if down else 'least'} common among {noun}",
            f"what is the {'most' if down else 'least'} common {name} of {noun}",
            f"in which {name} are the {most} {noun}",
        )
        here = self.ref(n, col)
        return text, [
            "SELECT",
            *here,
            "FROM",
            table(n),
            *where,
            "GROUP BY",
            *here,
            "ORDER BY",
            "COUNT",
            "(",
            "*",
            ")",
            *(["DESC"] if down else []),
            "LIMIT",
            "1",
        ]

    def having(self) -> Made | None:
        n = self.tab()
        col = self.col(n, "s")
        if col is None or col.display:
            return None
        noun, name = self.many(n), self.said(col)
        sign, words = self.rng.choice(GT[:18])
        count = self.rng.choice([1, 2, 3, 5, 10])
        if not words:
            sign, words = ">", "more than"
        amount = (
            {1: "one"}.get(count, SPELLED.get(count, str(count)))
            if self.rng.random() < 0.5
            else str(count)
        )
        if words in (
            "up to",
            "exceeding",
            "equal to",
            "higher than",
            "bigger than",
            "greater than",
        ):
            words, sign = "more than", ">"
        text = self.pick(
            f"which {name} have {words} {amount} {noun}",
            f"{name} with {words} {amount} {noun}",
            f"list the {name} that have {words} {amount} {noun}",
            f"find every {name} with {words} {amount} {noun}",
            f"which {name} has {words} {amount} {noun}",
        )
        here = self.ref(n, col)
        return text, [
            "SELECT",
            *here,
            "FROM",
            table(n),
            "GROUP BY",
            *here,
            "HAVING",
            "COUNT",
            "(",
            "*",
            ")",
            sign,
            value(str(count), None),
        ]
