"""Makes up questions for the groups of one table's rows: figures for each, and which stand out.

It must not know joins, dates' bins or slots.
"""

# ruff: noqa: E501  (sayings read best in one line each)

from __future__ import annotations

from conditions import Conditions
from pairs import Answer, table, value
from phrases import COUNT, SPELLED, Made, call, lines
from schemas import Col

_COUNTS = lines("""
how many {noun} are there {per} {name}
how many {noun} are there {per} {name}
how many {noun} do we have {per} {name}
how many {noun} {per} {name}
how many {noun} does {each} {name} have
how many {noun} are in {each} {name}
how many {noun} belong to {each} {name}
how many {noun} of {each} {name} are there
how many {noun} of {each} {name} do we have
how many {noun} come from {each} {name}
for {each} {name}, how many {noun} are there
for {each} {name}, {show} the number of {noun}
for {each} {name}, count the {noun}
for {each} {name} give me the count of {noun}
{numberof} {noun} {by} {name}
{numberof} {noun} {by} {name}
{numberof} {noun} {per} {name}
{whatis} the {numberof} {noun} {per} {name}
{whatis} the number of {noun} {by} {name}
count {noun} {by} {name}
count the {noun} {by} {name}
count the number of {noun} {per} {name}
{noun} {by} {name}
{noun} per {name}
{noun} count {by} {name}
{show} {noun} count {by} {name}
{show} the number of {noun} {per} {name}
{show} the count of {noun} {by} {name}
{show} {each} {name} and the number of {noun}
{show} {each} {name} with its number of {noun}
{show} {each} {name} along with the number of {noun}
{show} all {name} and how many {noun} {each} has
{show} the different {name} and the number of {noun} in {each}
{show} {name} and number of {noun}
break down the {noun} by {name}
break the {noun} down by {name}
breakdown of {noun} by {name}
what are the different {name} and how many {noun} does each have
what are the {name} and the corresponding number of {noun}
how are the {noun} spread over {name}
how are {noun} distributed across {name}
distribution of {noun} by {name}
group the {noun} by {name} and count them
i wonder how many {noun} there are {per} {name}
tell me how many {noun} {each} {name} has
""")
_FIGURES = lines("""
{agg} {of} {by} {name}
{agg} {of} {by} {name}
{agg} {of} {per} {name}
{agg} {of} of {noun} {by} {name}
{agg} {of} of {noun} {per} {name}
{agg} {of} at each {name}
{whatis} the {agg} {of} {by} {name}
{whatis} the {agg} {of} {per} {name}
{whatis} the {agg} {of} {per} {name}
{whatis} the {agg} {of} of {noun} {per} {name}
{whatis} the {agg} {of} of {noun} {by} {name}
{whatis} the {agg} {of} of the {noun} in {each} {name}
{show} the {agg} {of} {by} {name}
{show} the {agg} {of} {per} {name}
{show} the {agg} {of} of {noun} {by} {name}
{show} {agg} {of} for the different {name}
for {each} {name}, {whatis} the {agg} {of}
for {each} {name}, {show} the {agg} {of}
for {each} {name}, {whatis} the {agg} {of} of the {noun}
for {each} {name} {show} the {agg} {of} of its {noun}
{show} {each} {name} with its {agg} {of}
{show} {each} {name} and its {agg} {of}
{show} {each} {name} with the {agg} {of} in it
{show} {each} {name} along with the {agg} {of} of {noun}
{show} the {name} and the {agg} {of} of {noun}
{show} the different {name} and the {agg} {of} of each
what are the {name} and their {agg} {of}
how does the {agg} {of} of {noun} differ by {name}
how does the {agg} {of} vary by {name}
how high is the {agg} {of} {per} {name}
{name} and {agg} {of}
{name} {agg} {of}
{name} with {agg} {of}
compare the {agg} {of} of {noun} by {name}
compare the {agg} {of} across {name}
break down the {agg} {of} by {name}
break the {agg} {of} down by {name}
i'd like to know the {agg} {of} {per} {name}
what {agg} {of} does {each} {name} have
""")
_SUMS = lines("""
{of} {by} {name}
{of} {by} {name}
{of} {by} {name}
{of} {per} {name}
{of} of {noun} {by} {name}
how much {of} was there {per} {name}
how much {of} does {each} {name} have
how much {of} did {each} {name} have altogether
how many {of} did {each} {name} have in total
how many {of} does {each} {name} have in total
how much {of} is there {per} {name}
{of} {by} {name} in total
{show} {of} {by} {name}
{show} the {of} {by} {name}
{whatis} the {of} {by} {name}
{whatis} our {of} {by} {name}
sum up the {of} by {name}
sum the {of} {per} {name}
add up the {of} {per} {name}
total up the {of} {by} {name}
{name} and sum of {of}
for {each} {name}, add up the {of}
what does the {of} of {noun} come to {per} {name}
break down the {of} by {name}
""")
_TWO_KEYS = lines("""
{what} {by} {name} and {name2}
{what} {by} {name} and {name2}
{what} {by} {name} and by {name2}
{what} per {name} and {name2}
{what} per {name} and per {name2}
{what} for each {name} and {name2}
{what} for each {name} and each {name2}
{what} for every {name} and {name2}
{what} for each combination of {name} and {name2}
{what} for every pair of {name} and {name2}
{what} for each {name} in each {name2}
{what} by {name}, {name2}
{what} grouped by {name} and {name2}
{what} broken down by {name} and {name2}
{what} split by {name} and {name2}
{what} by {name} and then by {name2}
for each {name} and {name2}, {what}
for each {name} and each {name2}: {what}
for every combination of {name} and {name2}, {what}
by {name} and {name2}: {what}
""")
_MEASURES = lines("""
{one} and {two} {by} {name}
{one} and {two} {per} {name}
{one}, {two} {by} {name}
{whatis} the {one} and the {two} {per} {name}
{whatis} the {one} and {two} {by} {name}
{show} the {one} and the {two} {per} {name}
{show} {one} and {two} {by} {name}
{show} the {one} as well as the {two} {by} {name}
for {each} {name}, {show} the {one} and the {two}
for {each} {name}, what are the {one} and the {two}
{show} {each} {name} with its {one} and {two}
{show} {each} {name}, the {one} and the {two}
{show} the {name}, the {one} and the {two}
{show} both the {one} and the {two} {per} {name}
""")
_ORDERED = lines("""
ASC | , sorted by {name}
ASC | ordered by {name}
ASC | , sort by {name}
ASC | in order of {name}
ASC | , {name} in alphabetical order
DESC | , highest first
DESC | , largest first
DESC | , most first
DESC | , biggest first
DESC | , sorted from high to low
DESC | , starting with the highest
DESC | , from most to least
DESC | , ordered from highest to lowest
UP | , lowest first
UP | , smallest first
UP | , sorted from low to high
UP | , starting with the lowest
UP | , fewest first
UP | , from least to most
""")
_MOST = lines("""
which {name} has the {most} {noun}
which {name} has the {most} {noun}
which {name} had the {most} {noun}
which {name} have the {most} {noun}
which {name} do the {most} {noun} have
which {name} do {most} {noun} come from
what {name} has the {most} {noun}
what is the {name} with the {most} {noun}
what's the {name} with the {most} {noun}
the {name} with the {most} {noun}
{name} with the {most} {noun}
{name} with {most} {noun}
{show} the {name} with the {most} {noun}
{show} the {name} that has the {most} {noun}
find the {name} that appears for the {most} {noun}
in which {name} are the {most} {noun}
in which {name} are there the {most} {noun}
from which {name} do the {most} {noun} come
where are the {most} {noun}, by {name}
do you know which {name} has the {most} {noun}
so which {name} has the {most} {noun}
""")
_COMMON = lines("""
which {name} is the {common} among {noun}
which {name} is {common} among {noun}
which {name} is {common} for {noun}
which {name} appears {often} among the {noun}
which {name} occurs {often} in {noun}
what is the {common} {name} of {noun}
what is the {common} {name} among the {noun}
what's the {common} {name} of {noun}
what is the {common} {name}
the {common} {name} of {noun}
{common} {name} of {noun}
{common} {name}
{show} the {common} {name} of {noun}
find the {common} {name} among all {noun}
which {name} do {noun} have {often}
what {name} do {noun} have {often}
""")
_TOPS = lines("""
{show} the {k} {name} with the {most} {noun}
which {k} {name} have the {most} {noun}
what are the {k} {name} with the {most} {noun}
the {k} {name} with the {most} {noun}
{k} {name} with the {most} {noun}
the {k} {common} {name} of {noun}
which are the {k} {common} {name} among {noun}
what are the {k} {common} {name} of {noun}
{end} {k} {name} by number of {noun}
{end} {k} {name} by {noun}
{end} {k} {name} by count of {noun}
{show} the {end} {k} {name} by number of {noun}
what are the {end} {k} {name} in terms of {noun}
""")
_BEST = lines("""
which {name} has the {most} {agg} {of}
which {name} had the {most} {agg} {of}
which {name} has the {most} {agg} {of} of {noun}
which {name} shows the {most} {agg} {of}
what {name} has the {most} {agg} {of}
what is the {name} with the {most} {agg} {of}
what's the {name} with the {most} {agg} {of}
the {name} with the {most} {agg} {of}
{name} with the {most} {agg} {of}
{show} the {name} with the {most} {agg} {of}
{show} the {name} with the {most} {agg} {of} of {noun}
find the {name} whose {noun} have the {most} {agg} {of}
for which {name} is the {agg} {of} the {most}
in which {name} is the {agg} {of} the {most}
where is the {agg} {of} {most}, by {name}
""")
_BESTS = lines("""
{end} {k} {name} by {agg} {of}
{end} {k} {name} by {agg} {of} of {noun}
{end} {k} {name} {agg} {of}
the {k} {name} with the {most} {agg} {of}
which {k} {name} have the {most} {agg} {of}
what are the {k} {name} with the {most} {agg} {of}
what are the {end} {k} {name} by {agg} {of}
{show} the {k} {name} with the {most} {agg} {of}
{show} the {end} {k} {name} by {agg} {of}
{show} {end} {k} {name} in terms of {agg} {of}
""")
_HAVING = lines("""
which {name} have {x} {noun}
which {name} has {x} {noun}
which {name} have had {x} {noun}
which {name} appear for {x} {noun}
which {name} are shared by {x} {noun}
which {name} occur in {x} {noun}
what {name} have {x} {noun}
what are the {name} with {x} {noun}
what are the {name} that have {x} {noun}
{name} with {x} {noun}
{name} having {x} {noun}
{name} that have {x} {noun}
{show} the {name} with {x} {noun}
{show} the {name} that have {x} {noun}
{show} all {name} with {x} {noun}
{show} all {name} having {x} {noun}
{show} {each} {name} with {x} {noun}
{show} {each} {name} that has {x} {noun}
{show} only the {name} with {x} {noun}
for which {name} are there {x} {noun}
for which {name} do we have {x} {noun}
in which {name} are there {x} {noun}
in which {name} do we have {x} {noun}
find every {name} to which {x} {noun} belong
which {name} are there {x} times among the {noun}
""")
_HAVING_FIGURE = lines("""
which {name} have {art} {agg} {of} {x}
which {name} has {art} {agg} {of} {x}
which {name} have {art} {agg} {of} of {x}
which {name} have {art} {agg} {of} that is {x}
{name} with {art} {agg} {of} {x}
{name} with {art} {agg} {of} of {x}
{name} whose {agg} {of} is {x}
{show} the {name} with {art} {agg} {of} {x}
{show} the {name} whose {agg} {of} is {x}
{show} all {name} where the {agg} {of} is {x}
{show} {each} {name} with {art} {agg} {of} of {x}
for which {name} is the {agg} {of} {x}
for which {name} is the {agg} {of} of {noun} {x}
in which {name} is the {agg} {of} {x}
what {name} have {art} {agg} {of} {x}
what are the {name} whose {noun} have {art} {agg} {of} {x}
find the {name} in which the {agg} {of} of {noun} is {x}
""")
_COMPARED = [(">", "more than"), (">", "more than"), (">", "over"), (">", "above"), (">=", "at least"), (">=", "no fewer than"), ("<", "less than"), ("<", "fewer than"), ("<", "under"), ("<=", "at most"), ("<=", "no more than"), ("=", "exactly"), ("=", "only"), (">=", "a minimum of"), (">=", "OR MORE"), ("<=", "OR FEWER")]  # fmt: skip
_DOWN = ("most", "most", "largest number of", "greatest number of", "highest number of", "biggest number of")  # fmt: skip
_UP = ("fewest", "least", "smallest number of", "lowest number of", "fewest")


class Groups(Conditions):
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
        text, orders = self._in_order(self.say(*_COUNTS, noun=noun, name=name), name, here, COUNT)
        return text, ["SELECT", *here, ",", *COUNT, "FROM", table(n), *where, "GROUP BY", *here, *orders]  # fmt: skip

    def _in_order(self, text: str, name: str, here: Answer, total: Answer) -> tuple[str, Answer]:
        """Sometimes asks for an order of the groups."""
        if self.rng.random() > 0.14:
            return text, []
        how, said = (part.strip() for part in self.say(*_ORDERED, name=name).split("|"))
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
            text = self.say(*_SUMS, noun=noun, name=name, of=of)
        else:
            text = self.say(*_FIGURES, noun=noun, name=name, of=of, agg=word)
        where = where if noun in text else []
        here, total = self.ref(n, by), call(function, self.ref(n, col))
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
        text = self.say(*_TWO_KEYS, what=what, name=self.said(pair[0]), name2=self.said(pair[1]))
        keys = self.refs(n, list(pair))
        if " in each " in text and text.index(" in each ") > text.index("for each"):
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
        text = self.say(*_MEASURES, one=one, two=two, name=self.said(by))
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
            text = self.say(*_TOPS, k=k, end="top" if down else "bottom", **parts)
        else:
            text = self.say(*(_MOST if self.rng.random() < 0.6 else _COMMON), **parts)
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
            text = self.say(*_BESTS, k=k, end=self.pick("top", "top", "best") if down else "bottom", **parts)  # fmt: skip
        else:
            text = self.say(*_BEST, **parts)
        here, where = self.ref(n, by), where if noun in text else []
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
        text = self.say(*_HAVING, name=self.said(col), x=x, noun=noun)
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
        text = self.say(*_HAVING_FIGURE, name=self.said(by), agg=word, of=self.said(col), x=f"{words.replace('fewer', 'less')} {amount}", noun=self.many(n), art=art)  # fmt: skip
        here, total = self.ref(n, by), call(function, self.ref(n, col))
        return text, ["SELECT", *here, "FROM", table(n), "GROUP BY", *here, "HAVING", *total, sign, value(amount, None)]  # fmt: skip
