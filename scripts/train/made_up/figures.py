"""Makes up questions for figures of one table's rows: aggregates, alone or several at once.

It must not know groups, joins or slots.
"""

# ruff: noqa: E501  (sayings read best in one line each)

from __future__ import annotations

from pairs import Answer, table

from made_up.phrases import AVG, COUNT, MAXES, MINS, SUMS, Made, call, lines
from made_up.tails import Tails

_ANY = lines("""
{whatis} the {agg} {name} of {noun}
{whatis} the {agg} {name} of {noun}
{whatis} the {agg} {name} of the {noun}
{whatis} the {agg} {name} of all {noun}
{whatis} the {agg} {name} for {noun}
{whatis} the {agg} {name} for all {noun}
{whatis} the {agg} {name} among {noun}
{whatis} the {agg} {name} across {noun}
{whatis} the {agg} {name} across all {noun}
{whatis} the {agg} {name} over all {noun}
{agg} {name} of {noun}
{agg} {name} of {noun}
{agg} {name} for {noun}
{agg} {name} {noun}
{noun} {agg} {name}
{noun}: {agg} {name}
the {agg} {name} of {noun}
{show} the {agg} {name} of {noun}
{show} the {agg} {name} for {noun}
so {whatis} the {agg} {name} of {noun}
for {noun}, {whatis} the {agg} {name}
for all {noun}, {show} the {agg} {name}
can you work out the {agg} {name} of {noun}
i would like to know the {agg} {name} of {noun}
i wonder what the {agg} {name} of {noun} is
do you know the {agg} {name} of {noun}
take all {noun}. what is their {agg} {name}
look at the {noun}. what is the {agg} {name}
how high is the {agg} {name} of {noun}
how big is the {agg} {name} of {noun}
what {agg} {name} do {noun} have
""")
_SHORT = lines("""
{whatis} the {agg} {name}
{agg} {name}
the {agg} {name}
{whatis} our {agg} {name}
{agg} {name} overall
{show} the {agg} {name}
what's the {agg} {name} here
how high is the {agg} {name}
{agg} {name} please
i need the {agg} {name}
""")
_MEAN = lines("""
on average, what is the {name} of {noun}
on average, how much {name} do {noun} have
on average how many {name} do {noun} have
what is the {name} of {noun} on average
what {name} do {noun} have on average
how much {name} do {noun} have on average
how many {name} do {noun} have on average
how high is the {name} of {noun} on average
{name} of {noun} on average
average out the {name} of {noun}
what do {noun} average in {name}
what is the typical {name} of {noun}
what {name} do {noun} typically have
{whatis} the average of the {name} of {noun}
{whatis} the mean of {name} for {noun}
average over the {name} of all {noun}
what's the {name} of {noun} like on average
how much is the {name} of {noun} on average
""")
_SUM = lines("""
how many {name} do {noun} have in total
how many {name} do {noun} have altogether
how many {name} did {noun} have all together
how much {name} do {noun} have altogether
how much {name} do {noun} have in total
how much {name} is there for {noun} in total
how much {name} in all for {noun}
what is the {name} of {noun} in total
what is the {name} of all {noun} put together
what is the {name} of {noun} added up
what {name} do {noun} have in total
what do the {name} of {noun} add up to
what does the {name} of {noun} sum up to
what do {noun} come to in {name}
add up the {name} of {noun}
add together the {name} of {noun}
sum up the {name} of all {noun}
sum the {name} of {noun}
sum of {name} of {noun}
total up the {name} of {noun}
{name} of {noun} in total
{noun}, total {name}
{whatis} the sum of the {name} of {noun}
{whatis} the sum of all {name} of {noun}
{whatis} the grand total of {name} for {noun}
how much {name} did {noun} bring in all
""")
_RANGE = lines("""
what is the range of {name} of {noun}, lowest and highest
{show} the lowest and highest {name} of {noun}
from what to what does the {name} of {noun} go, minimum and maximum
{whatis} the smallest and the largest {name} of {noun}
minimum and maximum {name} of {noun}
what are the lowest and the highest {name} of {noun}
{show} the min and max {name} for {noun}
between which minimum and maximum does the {name} of {noun} lie
""")
_AND = lines("""
how many {noun} are there and what is their {agg} {name}
how many {noun} are there, and what is the {agg} {name}
how many {noun} do we have and what is their {agg} {name}
{numberof} {noun} and their {agg} {name}
{numberof} {noun}, {agg} {name}
{numberof} {noun} and {agg} {name}
count the {noun} and give the {agg} {name}
count {noun} and their {agg} {name}
{show} the number of {noun} and the {agg} {name}
{show} the count and the {agg} {name} of {noun}
{whatis} the number of {noun} and their {agg} {name}
how many {noun} are there? also give the {agg} {name}
{whatis} the count and the {agg} {name} of {noun}
{whatis} the number and the {agg} {name} of {noun}
{show} the count of {noun} and the {agg} {name}
{show} the total number of {noun} and the {agg} {name}
{numberof} {noun} as well as their {agg} {name}
count and {agg} {name} of {noun}
for {noun}, {show} the count and the {agg} {name}
for {noun}, {whatis} the number and the {agg} {name}
""")
_AND_COUNT = lines("""
{whatis} the {agg} {name} and the number of {noun}
{whatis} the {agg} {name} and the count of {noun}
{show} the {agg} {name} and the number of {noun}
{agg} {name} and number of {noun}
{agg} {name} and count of {noun}
{whatis} the {agg} {name} of {noun}, and how many are there
{whatis} the {agg} {name} of {noun} and their number
the {agg} {name} of {noun} and how many there are
""")
_TWO = lines("""
{whatis} the {agg} {name} and the {agg2} {name2} of {noun}
{whatis} the {agg} {name} and {agg2} {name2} of {noun}
{agg} {name} and {agg2} {name2} of {noun}
{agg} {name}, {agg2} {name2} of {noun}
{show} the {agg} {name} and the {agg2} {name2} for {noun}
{show} the {agg} {name} as well as the {agg2} {name2} of {noun}
for {noun}, {show} the {agg} {name} and the {agg2} {name2}
what are the {agg} {name} and the {agg2} {name2} of all {noun}
{show} both the {agg} {name} and the {agg2} {name2} of {noun}
what is the {agg} {name} of {noun}, and what is the {agg2} {name2}
""")
_FIRSTS = lines("""
when was the {end} of the {noun} by {name}
{whatis} the {end} {name} of {noun}
{whatis} the {end} {name} of the {noun}
{whatis} the {end} {name} among {noun}
{end} {name} of {noun}
{end} {name} for all {noun}
{show} the {end} {name} of {noun}
what was the {end} {name} of any of the {noun}
how far back or ahead is the {end} {name} of {noun}
what's the {end} {name} for {noun}
""")
_ENDS = [("MIN", "earliest"), ("MIN", "first"), ("MIN", "oldest"), ("MAX", "latest"), ("MAX", "most recent"), ("MAX", "last"), ("MAX", "newest")]  # fmt: skip


class Figures(Tails):
    """Families of questions; each gives None where the schema lacks a part."""

    def aggregate(self) -> Made | None:
        n = self.tab()
        col = self.col(n, "n")
        if col is None:
            return self._dates_ends(n)
        noun, where = self.where(n, 0.55)
        parts, names = self._several_of(self.ref(n, col))
        name = self.said(col)
        roll = self.rng.random()
        if len(names) == 1 and parts[0] == "AVG" and roll < 0.35:
            text = self.say(*_MEAN, name=name, noun=noun)
        elif len(names) == 1 and parts[0] == "SUM" and roll < 0.4:
            text = self.say(*_SUM, name=name, noun=noun)
        elif len(names) == 1 and not where and roll > 0.8:
            text = self.say(*_SHORT, name=name, agg=names[0])
        elif [p for p in parts if p in ("MIN", "MAX")] == ["MIN", "MAX"] and len(names) == 2:
            text = self.say(*_RANGE, name=name, noun=noun)
        else:
            text = self.say(*_ANY, agg=self._listed(names), name=name, noun=noun)
        text, where = self.tailed(n, text, where, 0.2)
        return text, ["SELECT", *parts, "FROM", table(n), *where]

    def _several_of(self, here: Answer) -> tuple[Answer, list[str]]:
        """One to three functions of a column, and what they are called."""
        parts: Answer = []
        names = []
        words = [("AVG", AVG), ("SUM", SUMS), ("MAX", MAXES), ("MIN", MINS)]
        if self.rng.random() < 0.12:
            words = [("MIN", MINS), ("MAX", MAXES)]
            count = 2
            if self.rng.random() < 0.35:
                words.reverse()
        else:
            self.rng.shuffle(words)
            count = self.rng.choice([1, 1, 1, 1, 1, 1, 2, 2, 3, 4])
        for function, said in words[:count]:
            parts += ([","] if parts else []) + call(function, here)
            names.append(self.rng.choice(said))
        return parts, names

    def _dates_ends(self, n: int) -> Made | None:
        col = self.col(n, "d")
        if col is None:
            return None
        noun, where = self.where(n, 0.2)
        function, end = self.rng.choice(_ENDS)
        text = self.say(*_FIRSTS, noun=noun, name=self.said(col), end=end)
        return text, ["SELECT", *call(function, self.ref(n, col)), "FROM", table(n), *where]

    def several(self) -> Made | None:
        """Several figures at once: a count beside an aggregate, or two columns' aggregates."""
        n = self.tab()
        col = self.col(n, "n")
        if col is None:
            return None
        function, word = self._function()
        name = self.said(col)
        first = call(function, self.ref(n, col))
        pair = self.two(n, "n")
        if pair is None or self.rng.random() < 0.5:
            return self._counted_too(n, word, name, first)
        noun, where = self.where(n, 0.35)
        one, two = pair
        other, word2 = self._function()
        text = self.say(*_TWO, noun=noun, agg=word, name=self.said(one), agg2=word2, name2=self.said(two))  # fmt: skip
        both = [*call(function, self.ref(n, one)), ",", *call(other, self.ref(n, two))]
        return text, ["SELECT", *both, "FROM", table(n), *where]

    def _counted_too(self, n: int, word: str, name: str, figure: Answer) -> Made:
        """A count and a figure, in the order in which they are named."""
        noun, where = self.where(n, 0.4)
        parts = {"noun": noun, "agg": word, "name": name}
        shown: Answer
        if self.rng.random() < 0.7:
            text, shown = self.say(*_AND, **parts), [*COUNT, ",", *figure]
        else:
            text, shown = self.say(*_AND_COUNT, **parts), [*figure, ",", *COUNT]
        return text, ["SELECT", *shown, "FROM", table(n), *where]
