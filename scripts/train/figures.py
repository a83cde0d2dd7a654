"""Makes up questions for figures of one table's rows: aggregates, alone or several at once.

It must not know groups, joins or slots.
"""

from __future__ import annotations

from conditions import Conditions
from pairs import Answer, table
from phrases import AVG, MAXES, MINS, SUMS, Made


class Figures(Conditions):
    """Families of questions; each gives None where the schema lacks a part."""

    def aggregate(self) -> Made | None:
        n = self.tab()
        col = self.col(n, "n")
        if col is None:
            return None
        noun, where = self.where(n, 0.55)
        parts: Answer = []
        names = []
        for function, words in self.rng.sample(
            [("AVG", AVG), ("SUM", SUMS), ("MAX", MAXES), ("MIN", MINS)],
            self.rng.choice([1, 1, 1, 1, 1, 2, 3]),
        ):
            parts += ([","] if parts else []) + [function, "(", *self.ref(n, col), ")"]
            names.append(self.rng.choice(words))
        name = self.said(col)
        one = self.tabs[n].one
        if len(names) == 1 and parts[0] == "AVG" and self.rng.random() < 0.4:
            text = self.pick(
                f"on average, what is the {name} of {noun}",
                f"what is the {name} of {noun} on average",
                f"how much {name} do {noun} have on average",
                f"how many {name} does a {one} have on average",
                f"{name} of {noun} on average",
                f"on average how many {name} do {noun} have",
            )
            if f"a {one} have" in text:
                where = []
        elif len(names) == 1 and parts[0] == "SUM" and self.rng.random() < 0.4:
            text = self.pick(
                f"how many {name} do {noun} have in total",
                f"how much {name} do {noun} have altogether",
                f"what is the {name} of {noun} in total",
                f"what {name} do {noun} have in total",
                f"add up the {name} of {noun}",
                f"sum up the {name} of all {noun}",
                f"how much {name} in all for {noun}",
            )
        else:
            listed = self._listed(names)
            text = self.pick(
                f"what is the {listed} {name} of {noun}",
                f"{listed} {name} of {noun}",
                f"find the {listed} {name} for {noun}",
                f"what's the {listed} {name} among {noun}",
                f"calculate the {listed} {name} of all {noun}",
                f"show the {listed} {name} for {noun}",
                f"what is the {listed} {name} across {noun}",
                f"the {listed} {name} of {noun}",
            )
        if not where and self.rng.random() < 0.2:
            text = f"what is the {self._listed(names)} {name}"
        return text, ["SELECT", *parts, "FROM", table(n), *where]

    def several(self) -> Made | None:
        """Several figures at once."""
        n = self.tab()
        col = self.col(n, "n")
        if col is None:
            return None
        noun, where = self.where(n, 0.3)
        function, word = self._function()
        name = self.said(col)
        text = self.pick(
            f"how many {noun} are there and what is their {word} {name}",
            f"number of {noun} and their {word} {name}",
            f"count the {noun} and give the {word} {name}",
        )
        return text, [
            "SELECT",
            "COUNT",
            "(",
            "*",
            ")",
            ",",
            function,
            "(",
            *self.ref(n, col),
            ")",
            "FROM",
            table(n),
            *where,
        ]
