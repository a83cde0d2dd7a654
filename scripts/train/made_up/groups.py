"""Makes up questions for the groups of one table's rows: figures for each, and which stand out.

It must not know joins, dates' bins or slots.
"""

# ruff: noqa: E501  (sayings read best in one line each)

from __future__ import annotations

from pairs import Answer, table, value

import made_up.grouping as say
import made_up.thresholds as bar
from made_up.phrases import COUNT, SPELLED, Made, call
from made_up.roles import SUMMED
from made_up.schemas import Col, plural
from made_up.tails import Tails

_COMPARED = [(">", "more than"), (">", "more than"), (">", "over"), (">", "above"), (">=", "at least"), (">=", "no fewer than"), ("<", "less than"), ("<", "fewer than"), ("<", "under"), ("<=", "at most"), ("<=", "no more than"), ("=", "exactly"), ("=", "only"), (">=", "a minimum of"), (">=", "OR MORE"), ("<=", "OR FEWER")]  # fmt: skip
_DOWN = ("most", "most", "largest number of", "greatest number of", "highest number of", "biggest number of")  # fmt: skip
# What hardly ever two rows share.
_SINGLE = frozenset("code email phone notes website address".split())
_FALLING = ("in descending order of", "in decreasing order of", "from highest to lowest", "in decreasing order by", "in descending order by", "descending by", "from the highest to the lowest")  # fmt: skip
_RISING = ("in ascending order of", "in increasing order of", "from lowest to highest", "in increasing order by", "in ascending order by", "in order of", "ordered by", "sorted by", "by ascending")  # fmt: skip
_UP = ("fewest", "least", "smallest number of", "lowest number of", "fewest")


class Groups(Tails):
    """Families of questions; each gives None where the schema lacks a part."""

    def _key(self, n: int, kinds: str = "ssb") -> Col | None:
        """A column to group by: hardly ever one that names each row."""
        col = self.col(n, self.rng.choice(kinds))
        if col is not None and (col.display or col.base in _SINGLE) and self.rng.random() < 0.9:
            return None
        return col

    def group_count(self) -> Made | None:
        n = self.tab()
        col = self._key(n, "sssssssssnbb")
        if col is None:
            return None
        noun, where = self.where(n, 0.3, col)
        here, name = self.ref(n, col), self.said(col)
        text = self.say(*say.COUNTS, noun=noun, name=name)
        shown = self.in_order(here, COUNT)
        text, where = self.tailed(n, text, where, 0.15)
        text, orders = self._in_order(text, name, here, COUNT)
        return text, ["SELECT", *shown, "FROM", table(n), *where, "GROUP BY", *here, *orders]

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
        noun, where = self.where(n, 0.35, by)
        name, of = self.said(by), self.said(col)
        if function == "SUM" and col.base in SUMMED and self.rng.random() < 0.75:
            text = self.say(*say.SUMS, noun=noun, name=name, of=of)
        else:
            text = self.say(*say.FIGURES, noun=noun, name=name, of=of, agg=word)
        where = where if noun in text else []
        here, total = self.ref(n, by), call(function, self.ref(n, col))
        shown = self.in_order(here, total)
        text, where = self.tailed(n, text, where)
        text, orders = self._in_order(text, name, here, total)
        return text, ["SELECT", *shown, "FROM", table(n), *where, "GROUP BY", *here, *orders]

    def two_keys(self) -> Made | None:
        """A figure for each combination of two columns."""
        n = self.tab()
        pair = self.two(n, "sb")
        if pair is None or pair[0].display or pair[1].display:
            return None
        noun, where = self.where(n, 0.3, *pair)
        what, total, counts = self._figure(n, noun)
        where = where if counts else []
        text = self.say(*say.TWO_KEYS, what=what, name=self.said(pair[0]), name2=self.said(pair[1]))
        self.template = self.template.replace("{what}", what)
        keys = self.refs(n, list(pair))
        shown = self.in_order(keys, total)
        text, where = self.tailed(n, text, where, 0.15)
        return text, ["SELECT", *shown, "FROM", table(n), *where, "GROUP BY", *keys]

    def _figure(self, n: int, noun: str) -> tuple[str, Answer, bool]:
        """A count or an aggregate in a few words, and whether it names the rows."""
        col = self.col(n, "n")
        if col is None or self.rng.random() < 0.45:
            lead = self.pick("how many", "number of", "count of", "the number of", "count the", "show the number of", "what is the number of", "")  # fmt: skip
            return f"{lead} {noun}", COUNT, True
        function, word = self._function()
        lead = self.pick("", "", "the", "what is the", "show the", "find the")
        of = self.said(col)
        if function == "SUM" and col.base in SUMMED and self.rng.random() < 0.5:
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
        shown = self.in_order(here, [*first, ",", *second])
        text, where = self.tailed(n, text, [], 0.2)
        return text, ["SELECT", *shown, "FROM", table(n), *where, "GROUP BY", *here]

    def most_frequent(self) -> Made | None:
        n = self.tab()
        col = self._key(n, "s")
        if col is None:
            return None
        noun, where = self.where(n, 0.15, col)
        name, down = self.said(col), self.rng.random() < 0.75
        parts = {
            "noun": noun, "name": name, "most": self.pick(*(_DOWN if down else _UP)),
            "common": self.pick("most common", "most frequent", "commonest", "most popular") if down else self.pick("least common", "rarest", "least frequent"),
            "often": self.pick("most often", "most frequently", "the most") if down else self.pick("least often", "the least"),
        }  # fmt: skip
        limit: Answer = ["1"]
        if self.rng.random() < 0.25:
            k, limit = self.counted()
            parts["name"] = self._several(col)
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
        noun, where = self.where(n, 0.15, by)
        down = self.rng.random() < 0.7
        most = self.pick("highest", "largest", "biggest", "greatest") if down else self.pick("lowest", "smallest")  # fmt: skip
        parts = {"name": self.said(by), "agg": word, "of": self.said(col), "noun": noun, "most": most}  # fmt: skip
        limit: Answer = ["1"]
        if self.rng.random() < 0.35:
            k, limit = self.counted()
            parts["name"] = self._several(by)
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
        noun, where = self.where(n, 0.2, col)
        sign, words = self.rng.choice(_COMPARED)
        count = self.rng.choice([1, 2, 3, 4, 5, 10, 20, 50, 100])
        said = {1: "one"}.get(count, SPELLED.get(count, str(count)))
        said = said if self.rng.random() < 0.5 else str(count)
        x = f"{said} {words.lower()}" if words.isupper() else f"{words} {said}"
        text = self.say(*bar.HAVING, name=self._several(col), x=x, noun=noun)
        if " has " in self.template or "{each}" in self.template:
            text = text.replace(plural(col.words), col.words)
        here = self.ref(n, col)
        shown = list(here)
        if self.rng.random() < 0.12:
            text += self.pick(" and how many", ", and how many each", "? also show how many each has", " and the number of each", f" and how many {noun} does it have", f" and the number of {noun}")  # fmt: skip
            shown = [*here, ",", *COUNT]
        return text, ["SELECT", *shown, "FROM", table(n), *where, "GROUP BY", *here, "HAVING", *COUNT, sign, value(str(count), None)]  # fmt: skip

    def _several(self, col: Col) -> str:
        return self.plural(col) if self.rng.random() < 0.6 else self.said(col)

    def groups_in_order(self) -> Made | None:
        """The groups alone, in the order of a figure that is not shown."""
        n = self.tab()
        by, col = self._key(n, "s"), self.col(n, "n")
        if by is None:
            return None
        noun, where = self.where(n, 0.1, by)
        down, here = self.rng.random() < 0.55, self.ref(n, by)
        what, total = f"number of {noun}", COUNT
        if col is not None and self.rng.random() < 0.6:
            function, word = self._function()
            what, total = f"{word} {self.said(col)}", call(function, self.ref(n, col))
        way = self.pick(*(_FALLING if down else _RISING))
        if total == COUNT and self.rng.random() < 0.5:
            ways = ("in descending order of", "in decreasing order of") if down else ("in ascending order of", "in increasing order of")  # fmt: skip
            text = self.say(*bar.BY_COUNT, name=self._several(by), noun=noun, way=self.pick(*ways))
        else:
            text = self.say(*bar.IN_ORDER, name=self._several(by), what=what, way=way)
        where = where if noun in text else []
        return text, ["SELECT", *here, "FROM", table(n), *where, "GROUP BY", *here, "ORDER BY", *total, *(["DESC"] if down else [])]  # fmt: skip

    def _having_figure(self, n: int, by: Col, col: Col) -> Made:
        function, word = self._function()
        sign, words = self.rng.choice(
            [c for c in _COMPARED if not c[1].isupper() and c[1] != "only"]
        )
        amount = self.number(col)
        art = "an" if word[0] in "ao" else "a"
        text = self.say(*bar.HAVING_FIGURE, name=self.said(by), agg=word, of=self.said(col), x=f"{words.replace('fewer', 'less')} {amount}", noun=self.many(n), art=art)  # fmt: skip
        here, total = self.ref(n, by), call(function, self.ref(n, col))
        return text, ["SELECT", *here, "FROM", table(n), "GROUP BY", *here, "HAVING", *total, sign, value(amount, None)]  # fmt: skip
