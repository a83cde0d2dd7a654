"""Makes up questions for figures of one table: aggregates, groups and the first few.

It must not know joins or slots.
"""

# ruff: noqa: E501  (sayings read best in one line each)

from __future__ import annotations

from pairs import Answer, table, value
from phrases import AVG, GT, MAXES, MINS, SUMS, Made, Speaker

SPELLED = {
    2: "two",
    3: "three",
    4: "four",
    5: "five",
    6: "six",
    7: "seven",
    8: "eight",
    9: "nine",
    10: "ten",
}


class Figures(Speaker):
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
            text = self.pick(f"on average, what is the {name} of {noun}", f"what is the {name} of {noun} on average", f"how much {name} do {noun} have on average",
                             f"how many {name} does a {one} have on average", f"{name} of {noun} on average", f"on average how many {name} do {noun} have")  # fmt: skip
            if f"a {one} have" in text:
                where = []
        elif len(names) == 1 and parts[0] == "SUM" and self.rng.random() < 0.4:
            text = self.pick(f"how many {name} do {noun} have in total", f"how much {name} do {noun} have altogether", f"what is the {name} of {noun} in total",
                             f"what {name} do {noun} have in total", f"add up the {name} of {noun}", f"sum up the {name} of all {noun}", f"how much {name} in all for {noun}")  # fmt: skip
        else:
            listed = self._listed(names)
            text = self.pick(f"what is the {listed} {name} of {noun}", f"{listed} {name} of {noun}", f"find the {listed} {name} for {noun}", f"what's the {listed} {name} among {noun}",
                             f"calculate the {listed} {name} of all {noun}", f"show the {listed} {name} for {noun}", f"what is the {listed} {name} across {noun}", f"the {listed} {name} of {noun}")  # fmt: skip
        if not where and self.rng.random() < 0.2:
            text = f"what is the {self._listed(names)} {name}"
        return text, ["SELECT", *parts, "FROM", table(n), *where]

    def group_count(self) -> Made | None:
        n = self.tab()
        col = self.col(n, "snb")
        if col is None or col.display and self.rng.random() < 0.8:
            return None
        noun, where = self.where(n, 0.15)
        name = self.said(col)
        text = self.pick(f"how many {noun} are there for each {name}", f"number of {noun} per {name}", f"count {noun} by {name}", f"for each {name}, how many {noun} are there",
                         f"how many {noun} does each {name} have", f"show the number of {noun} for every {name}", f"{noun} by {name}", f"how many {noun} per {name}", f"how many {noun} of each {name} do we have",
                         f"how many {noun} are in each {name}", f"show each {name} and the number of {noun}", f"for every {name}, give the count of {noun}", f"break down the {noun} by {name}",
                         f"what are the different {name} and how many {noun} does each have", f"list every {name} with its number of {noun}", f"how many {noun} does every {name} have", f"number of {noun} in each {name}", f"how are the {noun} spread over {name}")  # fmt: skip
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
        text = self.pick(f"{word} {of} per {name}", f"what is the {word} {of} of {noun} for each {name}", f"{word} {of} by {name}", f"for each {name}, show the {word} {of}",
                         f"show the {word} {of} of {noun} by {name}", f"what's the {word} {of} in each {name}", f"list each {name} with its {word} {of}", f"for every {name}, what is the {word} {of} of the {noun}",
                         f"how does the {word} {of} of {noun} differ by {name}", f"show each {name} with the {word} {of} in it", f"{name} and {word} {of}", f"{word} {of} of {noun} grouped by {name}", f"{word} {of} at each {name}")  # fmt: skip
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

    def superlative(self) -> Made | None:
        n = self.tab()
        col = self.col(n, "nd")
        if col is None:
            return None
        noun, where = self.where(n, 0.15)
        one = noun.replace(self.tabs[n].many, self.tabs[n].one)
        adjective, down = self._direction(col)
        name = self.said(col)
        options = self.cols(n, "sd")
        cols = (
            self.shown(n)
            if self.rng.random() < 0.6 or not options
            else self.rng.sample(options, min(len(options), self.rng.choice([1, 1, 2])))
        )
        listed = self._listed([self.said(c) for c in cols])
        most = self.pick(
            *(
                MAXES[1:6] + ["most", "greatest"]
                if down
                else MINS[1:3] + ["smallest", "least", "fewest"]
            )
        )
        if col.kind == "d":
            most = (
                self.pick("latest", "most recent", "newest")
                if down
                else self.pick("earliest", "oldest", "first")
            )
        bare = cols == self.shown(n)
        if adjective:
            text = self.pick(f"which {one} is the {adjective}", f"what is the {adjective} {one}", f"who is the {adjective} {one}" if self.tabs[n].person else f"find the {adjective} {one}", f"name the {adjective} {one}") if bare \
                else self.pick(f"what is the {listed} of the {adjective} {one}", f"show the {listed} of the {adjective} {one}", f"{listed} of the {adjective} {one}")  # fmt: skip
            if bare and self.rng.random() < 0.3 and cols[0].words.endswith("name"):
                text = f"what is the name of the {adjective} {one}"
        else:
            text = self.pick(f"which {one} has the {most} {name}", f"what {one} has the {most} {name}", f"find the {one} with the {most} {name}", f"who is the {one} with the {most} {name}", f"the {one} with the {most} {name}", f"which {one} had the {most} {name}") if bare \
                else self.pick(f"what is the {listed} of the {one} with the {most} {name}", f"{listed} of the {one} with the {most} {name}", f"show the {listed} of the {one} that has the {most} {name}",
                               f"which {one} has the {most} {name}? give the {listed}", f"which {one} has the {most} {name}? show its {listed}")  # fmt: skip
        return text, [
            "SELECT",
            *self.refs(n, cols),
            "FROM",
            table(n),
            *where,
            "ORDER BY",
            *self.ref(n, col),
            *(["DESC"] if down else []),
            "LIMIT",
            "1",
        ]

    def top(self) -> Made | None:
        n = self.tab()
        col = self.col(n, "nd")
        if col is None:
            return None
        rng = self.rng
        noun, where = self.where(n, 0.15)
        count = rng.randint(2, 10)
        amount = SPELLED[count] if rng.random() < 0.5 else str(count)
        adjective, down = self._direction(col)
        name = self.said(col)
        options = self.cols(n, "snd")
        bare = rng.random() < 0.5 or not options
        cols = (
            self.shown(n)
            if bare
            else rng.sample(options, min(len(options), rng.choice([1, 2, 2, 3])))
        )
        listed = self._listed([self.said(c) for c in cols])
        most = self.pick(
            *(
                ["highest", "largest", "biggest", "most", "greatest"]
                if down
                else ["lowest", "smallest", "least", "fewest"]
            )
        )
        if col.kind == "d":
            most = self.pick("latest", "most recent") if down else self.pick("earliest", "oldest")
        end = self.pick("top", "top", "first") if down else self.pick("bottom", "last")
        if adjective:
            text = self.pick(
                f"the {amount} {adjective} {noun}",
                f"list the {amount} {adjective} {noun}",
                f"which are the {amount} {adjective} {noun}",
                f"name the {amount} {adjective} {noun}",
                f"show me the {amount} {adjective} {noun}",
            )
        else:
            text = self.pick(f"the {amount} {noun} with the {most} {name}", f"{end} {amount} {noun} by {name}", f"what are the {amount} {noun} with the {most} {name}", f"show the {end} {amount} {noun} by {name}",
                             f"list the {amount} {noun} with the {most} {name}", f"which {amount} {noun} have the {most} {name}", f"{amount} {most} {noun} by {name}", f"what are the {amount} {most} {noun} by {name}")  # fmt: skip
        if not bare:
            text = self.pick(
                f"{text}? show the {listed}",
                f"{text}: {listed}",
                f"{listed} of {text}",
                f"{text}, {listed} please",
                f"show the {listed} of {text}",
                f"give the {listed} of {text}",
                f"{text} with {listed}",
            )
            if text.endswith(f"with {listed}") and not set(map(id, self.shown(n))) & set(
                map(id, cols)
            ):
                cols = [*self.shown(n), *cols]
        return text, [
            "SELECT",
            *self.refs(n, cols),
            "FROM",
            table(n),
            *where,
            "ORDER BY",
            *self.ref(n, col),
            *(["DESC"] if down else []),
            "LIMIT",
            value(str(count), None),
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
        text = self.pick(f"which {name} has the {most} {noun}", f"what {name} has the {most} {noun}", f"what is the {name} with the {most} {noun}", f"the {name} with the {most} {noun}",
                         f"which {name} is the {'most' if down else 'least'} common among {noun}", f"what is the {'most' if down else 'least'} common {name} of {noun}", f"in which {name} are the {most} {noun}")  # fmt: skip
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
