"""Makes up plain questions as people ask them of one table whose columns are its nouns.

It must not know joins or slots.
"""

# ruff: noqa: E501  (sayings read best in one line each)

from __future__ import annotations

from pairs import Answer, table

from made_up.phrases import COUNT, MAXES, MINS, Made, call, lines
from made_up.schemas import Col
from made_up.tails import Tails

_WHICH = lines("""
which {names} {verb}
which {names} {verb}
what {names} {verb}
what are the {names} that {verb}
{show} the {names} that {verb}
{show} all {names} that {verb}
{names} that {verb}
{names} which {verb}
find the {names} that {verb}
""")
_BEST = lines("""
which {names} has the {most} {number}
which {names} had the {most} {number}
what is the {names} with the {most} {number}
in which {names} was the {number} the {most}
the {names} with the {most} {number}
{show} the {names} with the {most} {number}
find the {names} that has the {most} {number}
what {names} has the {most} {number}
""")
_FEW = lines("""
the {k} {names} with the {most} {number}
{show} the {k} {names} with the {most} {number}
{show} the {names} with the {k} {most} {number}
what are the {names} with the {k} {most} {number}
what are the {k} {names} with the {most} {number}
which {k} {names} have the {most} {number}
which {k} {names} had the {most} {number}
top {k} {names} with the {most} {number}
""")
_FEW_SHOWN = lines("""
{whatis} the {listed} for the {names} with the {k} {most} {number}
{show} the {listed} for the {k} {names} with the {most} {number}
{show} the {listed} of the {names} with the {k} {most} {number}
what are the {listed} of the {k} {names} with the {most} {number}
{listed} for the {names} with the {k} {most} {number}
""")
_EXTREME = lines("""
{whatis} the {number} of the {adj} {one}
{whatis} the {number} of the {adj} of the {many}
how much {number} does the {adj} {one} have
how high is the {number} of the {adj} {one}
the {number} of the {adj} {one}
""")
_EXTREMES = lines("""
{whatis} the {number} of the {adj} {one} {per} {name}
{whatis} the {number} of the {adj} {one} for each {name}
{show} the {number} of the {adj} {one} {per} {name}
for {each} {name}, {whatis} the {number} of the {adj} {one}
{number} of the {adj} {one} {per} {name}
for {each} {name}, {show} the {number} of the {adj} {one}
""")
_ALL = lines("""
{lead} {many} with a {name} {word} all {others}
{lead} {many} with a {name} {word} that of all {others}
{lead} {many} with a {name} {word} every one of the {others}
{lead} {many} whose {name} is {word} the {name} of every one of the {others}
{lead} {many} with {name} {word} the {most} {name} of {others}
{lead} {many} whose {name} is {word} the {most} {name} of the {others}
""")
_MEAN = lines("""
{lead} {many} with a {name} {word} the average of {others}
{lead} {many} whose {name} is {word} the average {name} of {others}
{lead} {many} whose {name} is {word} the average of all {others}
{lead} {many} with {name} {word} the mean {name} of the {others}
{lead} {many} that have a {name} {word} the average {name} of {others}
""")
_TWICE = lines("""
{show} the {listed} of {noun} sorted by {a} and {b}
{show} the {listed} of all {noun}, ordered by {a} and {b}
{show} the {listed} of {noun}, sorted by {a}, then {b}
{show} the {listed} of {noun} ordered by {a} and then by {b}
{listed} of {noun} sorted by {a} and then {b}
what are the {listed} of {noun}, ordered by {a} and {b}
sort the {noun} by {a}, then by {b}, and {show} the {listed}
""")


class Plainly(Tails):
    """Families of questions; each gives None where the schema lacks a part."""

    def by_column(self) -> Made | None:
        """A column as the noun: the cities that have something, or the most of it."""
        n = self.tab()
        col, number = self.col(n, "sssd"), self.col(n, "n")
        if col is None:
            return None
        if number is None or self.rng.random() < 0.4:
            return self._that(n, col)
        down = self.rng.random() < 0.65
        most = self.pick(*(MAXES if down else MINS))
        parts = {"most": most, "number": self.said(number)}
        limit: Answer = ["1"]
        shown = [col]
        if self.rng.random() < 0.55:
            text = self.say(*_BEST, names=self.said(col), **parts)
        else:
            k, limit = self.counted()
            more = [c for c in self.cols(n, "snd") if c is not col]
            listed = [col, *self.rng.sample(more, min(len(more), self.rng.choice([1, 2])))]
            some = self.rng.random() < 0.4
            shown = listed if some else shown
            said = self._listed([self.said(c) for c in listed])
            text = self.say(*(_FEW_SHOWN if some else _FEW), names=self.plural(col), k=k, listed=said, **parts)  # fmt: skip
        order: Answer = ["ORDER BY", *self.ref(n, number), *(["DESC"] if down else []), "LIMIT"]
        return text, ["SELECT", *self.refs(n, shown), "FROM", table(n), *order, *limit]

    def _that(self, n: int, col: Col) -> Made | None:
        """The values of a column of rows that meet a condition."""
        clause = self.clause(n)
        here = self.ref(n, col)
        if clause is None or not clause.verb.startswith("ha") or here[0] in clause.answer:
            return None
        text = self.say(*_WHICH, names=self.plural(col), verb=clause.verb)
        answer = clause.answer
        if answer[0] == "(" and answer[-1] == ")" and answer.count("(") == 1:
            answer = answer[1:-1]
        return text, ["SELECT", *here, "FROM", table(n), "WHERE", *answer]

    def of_the_extreme(self) -> Made | None:
        """The figure of the row that a superlative names, alone or for each group."""
        n = self.tab()
        number = self.col(n, "n")
        ends = self._both_ends(number) if number is not None else None
        if number is None or ends is None:
            return None
        down = self.rng.random() < 0.5
        parts = {"number": self.said(number), "adj": ends[0 if down else 1], "one": self.tabs[n].one, "many": self.many(n)}  # fmt: skip
        total = call("MAX" if down else "MIN", self.ref(n, number))
        by = self.col(n, "s")
        if by is None or by.display or self.rng.random() < 0.4:
            return self.say(*_EXTREME, **parts), ["SELECT", *total, "FROM", table(n)]
        text = self.say(*_EXTREMES, name=self.said(by), **parts)
        self.template = self.template.replace("{number}", "{agg}")
        here = self.ref(n, by)
        return text, ["SELECT", *self.in_order(here, total), "FROM", table(n), "GROUP BY", *here]

    def beyond_some(self) -> Made | None:
        """Rows beyond the average, or the greatest, of some rows."""
        n = self.tab()
        col = self.col(n, "n")
        others, where = self.where(n, 1.0, *([col] if col is not None else []))
        if col is None or not where or "OR" in where or "(" in where:
            return None
        above = self.rng.random() < 0.6
        word = self.pick("above", "higher than", "greater than", "more than") if above else self.pick("below", "lower than", "less than")  # fmt: skip
        count = self.rng.random() < 0.35
        lead = self.pick("how many", "number of", "count the") if count else self.pick("which", "list the", "show the", "what are the", "find the", "find all", "")  # fmt: skip
        mean = self.rng.random() < 0.5
        function = "AVG" if mean else "MAX" if above else "MIN"
        most = self.pick("highest", "largest", "maximum") if above else self.pick("lowest", "smallest", "minimum")  # fmt: skip
        parts = {"lead": lead, "many": self.many(n), "name": self.said(col), "word": word}
        text = self.say(*(_MEAN if mean else _ALL), others=others, most=most, **parts)
        here = self.ref(n, col)
        head: Answer = COUNT if count else self.refs(n, self.shown(n))
        inner: Answer = ["(", "SELECT", *call(function, here), "FROM", table(n), *where, ")"]
        return text, ["SELECT", *head, "FROM", table(n), "WHERE", *here, ">" if above else "<", *inner]  # fmt: skip

    def sorted_twice(self) -> Made | None:
        """Rows in the order of two columns."""
        n = self.tab()
        pair, options = self.two(n, "snd"), self.cols(n, "snd")
        if pair is None:
            return None
        noun, where = self.where(n, 0.2)
        cols = self.rng.sample(options, min(len(options), self.rng.choice([1, 2, 2, 3])))
        listed = self._listed([self.said(c) for c in cols])
        text = self.say(*_TWICE, noun=noun, listed=listed, a=self.said(pair[0]), b=self.said(pair[1]))  # fmt: skip
        order: Answer = ["ORDER BY", *self.ref(n, pair[0]), ",", *self.ref(n, pair[1])]
        return text, ["SELECT", *self.refs(n, cols), "FROM", table(n), *where, *order]
