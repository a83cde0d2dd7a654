"""Makes up questions for figures over time: by day, week, month, quarter, year, weekday or hour.

It must not know joins or slots.
"""

# ruff: noqa: E501  (sayings read best in one line each)

from __future__ import annotations

from pairs import Answer, table, value

from made_up.groups import Groups
from made_up.phrases import COUNT, Made, call, lines
from made_up.roles import BORN, SUMMED, core, role
from made_up.schemas import Col

# The bin's function, its noun, its adverb, how else it is said.
_BINS = [
    ("EACH_DAY", "day", "daily", "day by day"), ("EACH_WEEK", "week", "weekly", "week by week"), ("EACH_MONTH", "month", "monthly", "month by month"), ("EACH_MONTH", "month", "monthly", "on a monthly basis"),
    ("EACH_QUARTER", "quarter", "quarterly", "quarter by quarter"), ("YEAR", "year", "yearly", "year by year"), ("YEAR", "year", "annual", "on a yearly basis"), ("EACH_MONTH", "month", "monthly", "over the months"),
    ("YEAR", "calendar year", "annual", "over the years"), ("EACH_DAY", "date", "daily", "on a daily basis"), ("EACH_MONTH", "calendar month", "monthly", "month after month"), ("EACH_WEEK", "calendar week", "weekly", "on a weekly basis"),
]  # fmt: skip
_PARTS = [
    ("WEEKDAY", "day of the week", "weekday"), ("WEEKDAY", "weekday", "day of the week"), ("HOUR", "hour of the day", "hour"), ("HOUR", "hour of day", "hour"), ("MONTH", "month of the year", "calendar month regardless of the year"), ("WEEKDAY", "day of week", "weekday"),
]  # fmt: skip
_COUNTS = lines("""
how many {noun} per {bin}
how many {noun} were there per {bin}
how many {noun} were there each {bin}
how many {noun} are there in each {bin}
how many {noun} do we have per {bin}
how many {noun} did we have each {bin}
how many {noun} were {past} per {bin}
how many {noun} were {past} each {bin}
how many {noun} were {past} every {bin}
how many {noun} get {past} per {bin}
number of {noun} per {bin}
number of {noun} by {bin}
number of {noun} {past} per {bin}
number of {noun} for each {bin}
{show} the number of {noun} for every {bin}
{show} the number of {noun} {past} by {bin}
{show} the number of {noun} by {bin}
{whatis} the number of {noun} per {bin}
{whatis} the {adverb} number of {noun}
{show} the {adverb} number of {noun}
{adverb} number of {noun}
{adverb} {noun}
{adverb} count of {noun}
{noun} per {bin}
{noun} by {bin}
{noun} {past} per {bin}
{noun} each {bin}
{noun} {often}
{show} {noun} {often}
count {noun} by {bin}
count the {noun} {past} in each {bin}
count {noun} {often}
for each {bin}, how many {noun} were there
for each {bin}, count the {noun}
for every {bin}, {show} the number of {noun} {past}
break down the {noun} by {bin}
break {noun} down by {bin}
how has the number of {noun} changed {often}
trend of {noun} by {bin}
trend in the number of {noun} per {bin}
how do the {noun} develop {often}
group the {noun} by {bin} and count them
""")
_FIGURES = lines("""
{agg} {of} per {bin}
{agg} {of} by {bin}
{agg} {of} each {bin}
{agg} {of} {often}
{agg} {of} of {noun} per {bin}
{agg} {of} of {noun} by {bin}
{adverb} {agg} {of}
{whatis} the {agg} {of} per {bin}
{whatis} the {agg} {of} for each {bin}
{whatis} the {agg} {of} of {noun} per {bin}
{whatis} the {agg} {of} in each {bin}
{whatis} the {adverb} {agg} {of}
{show} the {agg} {of} by {bin}
{show} the {agg} {of} of {noun} by {bin}
{show} the {agg} {of} {often}
{show} {adverb} {agg} {of}
for each {bin}, {whatis} the {agg} {of}
for every {bin}, {show} the {agg} {of} of {noun}
how did the {agg} {of} change {often}
how does the {agg} {of} develop by {bin}
trend of {agg} {of} by {bin}
trend of the {agg} {of} per {bin}
break down the {agg} {of} by {bin}
""")
_SUMS = lines("""
{of} per {bin}
{of} by {bin}
{of} each {bin}
{of} {often}
{adverb} {of}
{adverb} {of}
{adverb} {of} of {noun}
{whatis} the {adverb} {of}
{whatis} our {adverb} {of}
{whatis} the {of} per {bin}
{show} the {adverb} {of}
{show} {adverb} {of}
{show} {of} by {bin}
{show} the {of} of {noun} by {bin}
how much {of} per {bin}
how much {of} was there each {bin}
how much {of} did we have per {bin}
trend of {of} by {bin}
{of} trend by {bin}
how has {of} developed {often}
{adverb} sum of {of}
""")
_ON = lines("""
{text} of the {date}
{text} of {date}
{text} by {date}
{text} according to {date}
{text} based on {date}
{text} of their {date}
{text}, using the {date}
{text} going by {date}
""")
_MOST = lines("""
in which {bin} were the {most} {noun} {past}
in which {bin} were there the {most} {noun}
in which {bin} did we have the {most} {noun}
which {bin} had the {most} {noun}
which {bin} saw the {most} {noun}
which {bin} has the {most} {noun} {past}
what {bin} had the {most} {noun}
what was the {bin} with the {most} {noun}
the {bin} with the {most} {noun}
{show} the {bin} with the {most} {noun}
on or in which {bin} were the {most} {noun} {past}
{bin} with the {most} {noun}
""")
_HAVING = lines("""
in which {bin}s were there more than {k} {noun}
which {bin}s had more than {k} {noun}
{bin}s with more than {k} {noun}
{show} the {bin}s with more than {k} {noun}
{show} each {bin} with more than {k} {noun} {past}
in which {bin}s were more than {k} {noun} {past}
""")

# Words for bins: a column called so would be meant by them.
_CLOCK = frozenset("day week weekday month quarter year hour calendar date".split())


class Bins(Groups):
    """Families of questions; each gives None where the schema lacks a part."""

    def over_time(self) -> Made | None:
        """A figure for each stretch of time."""
        found = self._when()
        if found is None:
            return None
        n, col, past, sure = found
        if self.rng.random() < 0.22:
            key, bin_, other = self.rng.choice(self._parts(col))
            adverb, often = f"by {other}", f"by {bin_}"
        else:
            key, bin_, adverb, often = self.rng.choice(_BINS)
            if self.rng.random() < 0.05:
                often = "over time"
        noun, where = self.where(n, 0.2, col)
        number = self.col(n, "n")
        parts = {"noun": noun, "bin": bin_, "adverb": adverb, "often": often, "past": past}
        total = COUNT
        if number is None or self.rng.random() < 0.5:
            text = self.say(*_COUNTS, **parts)
        else:
            function, word = self._function()
            total = call(function, self.ref(n, number))
            bare = function == "SUM" and number.base in SUMMED and self.rng.random() < 0.75
            templates = _SUMS if bare else _FIGURES
            text = self.say(*templates, of=self.said(number), agg=word, **parts)
        if "over time" in text:
            key = "EACH_MONTH"
        self.template = self.template.replace("{adverb}", "{bin}").replace("{often}", "{bin}")
        here = call(key, self.ref(n, col))
        shown = self.in_order(here, total, "{bin}")
        if not sure and not (past.strip() and past in text):
            text = self.say(*_ON, text=text, date=self.said(col))
        where = where if noun in text else []
        if total != COUNT and sure:
            text, where = self.tailed(n, text, where, 0.15)
        return self._binned(n, text, here, total, where, shown)

    def _parts(self, col: Col) -> list[tuple[str, str, str]]:
        """The parts of a date: hours only where it has a time of day."""
        timed = "time" in col.type.lower()
        return [part for part in _PARTS if timed or part[0] != "HOUR"]

    def _binned(
        self, n: int, text: str, key: Answer, total: Answer, where: Answer, shown: Answer
    ) -> Made:
        keys = key
        by = self._key(n, "s")
        if by is not None and self.rng.random() < 0.15:
            text += self.pick(" and ", " and per ", " for each ", " and by ") + self.said(by)
            keys = [*key, ",", *self.ref(n, by)]
            shown = [*keys, ",", *total] if shown[0] == key[0] else [*total, ",", *keys]
        orders: Answer = []
        if self.rng.random() < 0.12:
            said, what = self.rng.choice([(" in chronological order", key), (" in order of time", key), (", oldest first", key),  (", highest first", total), (", most recent first", key)])  # fmt: skip
            text += said
            orders = [
                "ORDER BY",
                *what,
                *(["DESC"] if "highest" in said or "recent" in said else []),
            ]
        return text, ["SELECT", *shown, "FROM", table(n), *where, "GROUP BY", *keys, *orders]

    def _when(self) -> tuple[int, Col, str, bool] | None:
        """A table, its date, what happened then, and whether the date needs no name."""
        if any(
            _CLOCK & set(c.words.split()) for tab in self.tabs for c in tab.cols if c.kind in "ns"
        ):
            return None
        places = [(n, c) for n in range(len(self.tabs)) for c in self.cols(n, "d") if core(c.words) not in BORN]  # fmt: skip
        if not places:
            return None
        n, col = self.rng.choice(places)
        past = [p for p in role(col.words)[0] if not p.startswith(("that", "who"))] or [""]
        return n, col, self.rng.choice(past), len(self.cols(n, "d")) == 1

    def best_time(self) -> Made | None:
        """The stretch of time with the most or the fewest rows, or those with more than some."""
        found = self._when()
        if found is None:
            return None
        n, col, past, sure = found
        noun, where = self.where(n, 0.15, col)
        bins = [(key, noun_) for key, noun_, *_ in _BINS] + [
            (key, noun_) for key, noun_, _ in self._parts(col)
        ]
        key, bin_ = self.rng.choice(bins)
        parts = {"bin": bin_, "noun": noun, "past": past}
        here = call(key, self.ref(n, col))
        if self.rng.random() < 0.2 and " of " not in bin_:
            count = str(self.rng.choice([2, 3, 5, 10, 20, 100]))
            text = self.say(*_HAVING, k=count, **parts)
            tail: Answer = ["HAVING", *COUNT, ">", value(count, None)]
        else:
            down = self.rng.random() < 0.8
            text = self.say(*_MOST, most=self.pick("most", "most", "highest number of") if down else self.pick("fewest", "least"), **parts)  # fmt: skip
            tail = ["ORDER BY", *COUNT, *(["DESC"] if down else []), "LIMIT", "1"]
        if not sure and not (past.strip() and past in text):
            text = self.say(*_ON, text=text, date=self.said(col))
        return text, ["SELECT", *here, "FROM", table(n), *where, "GROUP BY", *here, *tail]
