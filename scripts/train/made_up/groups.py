"""Makes up questions for the groups of one table's rows: figures for each, and which stand out.

It must not know joins, dates' bins or slots.
"""

# ruff: noqa: E501  (sayings read best in one line each)

from __future__ import annotations

from pairs import Answer, table, value

import made_up.grouping as say
from made_up.phrases import COUNT, SPELLED, Made, call
from made_up.schemas import Col
from made_up.tails import Tails

_COMPARED = [(">", "more than"), (">", "more than"), (">", "over"), (">", "above"), (">=", "at least"), (">=", "no fewer than"), ("<", "less than"), ("<", "fewer than"), ("<", "under"), ("<=", "at most"), ("<=", "no more than"), ("=", "exactly"), ("=", "only"), (">=", "a minimum of"), (">=", "OR MORE"), ("<=", "OR FEWER")]  # fmt: skip
_DOWN = ("most", "most", "largest number of", "greatest number of", "highest number of", "biggest number of")  # fmt: skip
_UP = ("fewest", "least", "smallest number of", "lowest number of", "fewest")


class Groups(Tails):
    """Families of questions; each gives None where the schema lacks a part."""

    def _key(self, n: int, kinds: str = "ssb") -> Col | None:
        """A column to group by: hardly ever one that names each row."""
        col = self.col(n, self.rng.choice(kinds))
        return None if col is None or (col.display and self.rng.random() < 0.9) else col

    def group_count(self) -> Made | None:
        n = self.tab()
        col = self._key(n, "sssssssssnbb")
        if col is None:
            return None
        noun, where = self.where(n, 0.2)
        here, name = self.ref(n, col), self.said(col)
        text, where = self.tailed(n, self.say(*say.COUNTS, noun=noun, name=name), where, 0.15)
        text, orders = self._in_order(text, name, here, COUNT)
        return text, ["SELECT", *here, ",", *COUNT, "FROM", table(n), *where, "GROUP BY", *here, *orders]  # fmt: skip

    def _in_order(self, text: str, name: str, here: Answer, total: Answer) -> tuple[str, Answer]:
        """Sometimes asks for an order of the groups."""
        if self.rng.random() > 0.14:
            return text, []
        how, said = (part.strip() for part in self.say(*say.ORDERED, name=name).split("|"))
        what = here if how == "ASC" else total
        return f"{text} {said}", ["ORDER BY", *what, *(["DESC"] if how == "DESC" else [])]

    def group_aggregate(self) -> Made | None:
        n = self.tab()
        by, col = self._key(n), self.col(n, "n")
        if by is None or col is None:
            return None
        function, word = self._function()
        noun, where = self.where(n, 0.3)
        name, of = self.said(by), self.said(col)
        if function == "SUM" and self.rng.random() < 0.5:
            text = self.say(*say.SUMS, noun=noun, name=name, of=of)
        else:
            text = self.say(*say.FIGURES, noun=noun, name=name, of=of, agg=word)
        where = where if noun in text else []
        here, total = self.ref(n, by), call(function, self.ref(n, col))
        text, where = self.tailed(n, text, where)
        text, orders = self._in_order(text, name, here, total)
        return text, ["SELECT", *here, ",", *total, "FROM", table(n), *where, "GROUP BY", *here, *orders]  # fmt: skip

    def two_keys(self) -> Made | None:
        """A figure for each combination of two columns."""
        n = self.tab()
        pair = self.two(n, "sb")
        if pair is None or pair[0].display or pair[1].display:
            return None
        noun, where = self.where(n, 0.2)
        what, total, counts = self._figure(n, noun)
        where = where if counts else []
        text = self.say(*say.TWO_KEYS, what=what, name=self.said(pair[0]), name2=self.said(pair[1]))
        text, where = self.tailed(n, text, where, 0.15)
        keys = self.refs(n, list(pair))
        return text, ["SELECT", *keys, ",", *total, "FROM", table(n), *where, "GROUP BY", *keys]

    def _figure(self, n: int, noun: str) -> tuple[str, Answer, bool]:
        """A count or an aggregate in a few words, and whether it names the rows."""
        col = self.col(n, "n")
        if col is None or self.rng.random() < 0.45:
            lead = self.pick("how many", "number of", "count of", "the number of", "count the", "show the number of", "what is the number of", "")  # fmt: skip
            return f"{lead} {noun}", COUNT, True
        function, word = self._function()
        lead = self.pick("", "", "the", "what is the", "show the", "find the")
        of = self.said(col)
        if function == "SUM" and self.rng.random() < 0.3:
            return of, call("SUM", self.ref(n, col)), False
        return f"{lead} {word} {of}", call(function, self.ref(n, col)), False

    def measures(self) -> Made | None:
        """Two figures for each group."""
        n = self.tab()
        by, col = self._key(n), self.col(n, "n")
        if by is None or col is None:
            return None
        here = self.ref(n, by)
        function, word = self._function()
        one, first = f"{word} {self.said(col)}", call(function, self.ref(n, col))
        other, word2 = self._function()
        if self.rng.random() < 0.45 or other == function:
            many = self.many(n)
            two, second = self.pick(f"number of {many}", f"count of {many}"), COUNT
            if self.rng.random() < 0.5:
                one, first, two, second = two, second, one, first
        else:
            col2 = self.rng.choice([col, *self.cols(n, "n")])
            two, second = f"{word2} {self.said(col2)}", call(other, self.ref(n, col2))
        text = self.say(*say.MEASURES, one=one, two=two, name=self.said(by))
        return text, ["SELECT", *here, ",", *first, ",", *second, "FROM", table(n), "GROUP BY", *here]  # fmt: skip

    def most_frequent(self) -> Made | None:
        n = self.tab()
        col = self._key(n, "s")
        if col is None:
            return None
        noun, where = self.where(n, 0.12)
        name, down = self.said(col), self.rng.random() < 0.75
        parts = {
            "noun": noun, "name": name, "most": self.pick(*(_DOWN if down else _UP)),
            "common": self.pick("most common", "most frequent", "commonest", "most popular") if down else self.pick("least common", "rarest", "least frequent"),
            "often": self.pick("most often", "most frequently", "the most") if down else self.pick("least often", "the least"),
        }  # fmt: skip
        limit: Answer = ["1"]
        if self.rng.random() < 0.25:
            k, limit = self.counted()
            text = self.say(*say.TOPS, k=k, end="top" if down else "bottom", **parts)
        else:
            text = self.say(*(say.MOST if self.rng.random() < 0.6 else say.COMMON), **parts)
        here = self.ref(n, col)
        where = where if noun in text else []
        shown = list(here)
        if self.rng.random() < 0.12:
            text += self.pick(" and how many", " and how many does it have", ", and how many are they", "? also show how many", " with their number", " and the count")  # fmt: skip
            shown = [*here, ",", *COUNT]
        return text, ["SELECT", *shown, "FROM", table(n), *where, "GROUP BY", *here, "ORDER BY", *COUNT, *(["DESC"] if down else []), "LIMIT", *limit]  # fmt: skip

    def best_group(self) -> Made | None:
        """The group, or the few groups, whose figure is the highest or lowest."""
        n = self.tab()
        by, col = self._key(n, "s"), self.col(n, "n")
        if by is None or col is None:
            return None
        function, word = self._function()
        word = word if function in ("AVG", "SUM") else "total"
        function = function if function in ("AVG", "SUM") else "SUM"
        noun, where = self.where(n, 0.12)
        down = self.rng.random() < 0.7
        most = self.pick("highest", "largest", "biggest", "greatest") if down else self.pick("lowest", "smallest")  # fmt: skip
        parts = {"name": self.said(by), "agg": word, "of": self.said(col), "noun": noun, "most": most}  # fmt: skip
        limit: Answer = ["1"]
        if self.rng.random() < 0.35:
            k, limit = self.counted()
            text = self.say(*say.BESTS, k=k, end=self.pick("top", "top", "best") if down else "bottom", **parts)  # fmt: skip
        else:
            text = self.say(*say.BEST, **parts)
        here, where = self.ref(n, by), where if noun in text else []
        text, where = self.tailed(n, text, where, 0.15)
        return text, ["SELECT", *here, "FROM", table(n), *where, "GROUP BY", *here, "ORDER BY", *call(function, self.ref(n, col)), *(["DESC"] if down else []), "LIMIT", *limit]  # fmt: skip

    def having(self) -> Made | None:
        n = self.tab()
        col = self._key(n, "s")
        if col is None:
            return None
        number = self.col(n, "n")
        if number is not None and self.rng.random() < 0.3:
            return self._having_figure(n, col, number)
        noun, where = self.where(n, 0.12)
        sign, words = self.rng.choice(_COMPARED)
        count = self.rng.choice([1, 2, 3, 4, 5, 10, 20, 50, 100])
        said = {1: "one"}.get(count, SPELLED.get(count, str(count)))
        said = said if self.rng.random() < 0.5 else str(count)
        x = f"{said} {words.lower()}" if words.isupper() else f"{words} {said}"
        text = self.say(*say.HAVING, name=self.said(col), x=x, noun=noun)
        here = self.ref(n, col)
        shown = list(here)
        if self.rng.random() < 0.12:
            text += self.pick(" and how many", ", and how many each", "? also show how many each has", " and the number of each")  # fmt: skip
            shown = [*here, ",", *COUNT]
        return text, ["SELECT", *shown, "FROM", table(n), *where, "GROUP BY", *here, "HAVING", *COUNT, sign, value(str(count), None)]  # fmt: skip

    def _having_figure(self, n: int, by: Col, col: Col) -> Made:
        function, word = self._function()
        sign, words = self.rng.choice(
            [c for c in _COMPARED if not c[1].isupper() and c[1] != "only"]
        )
        amount = self.number(col)
        art = "an" if word[0] in "ao" else "a"
        text = self.say(*say.HAVING_FIGURE, name=self.said(by), agg=word, of=self.said(col), x=f"{words.replace('fewer', 'less')} {amount}", noun=self.many(n), art=art)  # fmt: skip
        here, total = self.ref(n, by), call(function, self.ref(n, col))
        return text, ["SELECT", *here, "FROM", table(n), "GROUP BY", *here, "HAVING", *total, sign, value(amount, None)]  # fmt: skip
