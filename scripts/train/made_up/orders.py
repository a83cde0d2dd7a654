"""Makes up questions for rows of one table in an order, and for rows beside the average.

It must not know joins or slots.
"""

# ruff: noqa: E501  (sayings read best in one line each)

from __future__ import annotations

from pairs import Answer, table

from made_up.conditions import Conditions
from made_up.phrases import COUNT, Made, call, lines
from made_up.schemas import Col

_SORTED = lines("""
{show} {noun} sorted by {name}{way}
{show} all {noun} sorted by {name}{way}
{show} the {noun} ordered by {name}{way}
{show} all {noun} ordered by {name}{way}
{show} {noun} in order of {name}{way}
{show} the {noun} in order of {name}{way}
{show} {noun}, sorted by {name}{way}
{show} {noun}, sort by {name}{way}
{show} {noun} order by {name}{way}
{show} {noun} by {name}{way}
{show} the {noun} arranged by {name}{way}
{show} the {noun} ranked by {name}{way}
{noun} sorted by {name}{way}
{noun} ordered by {name}{way}
{noun} by {name}{way}
all {noun} sorted by {name}{way}
all {noun}, sorted by their {name}{way}
sort the {noun} by {name}{way}
sort {noun} by {name}{way}
order the {noun} by {name}{way}
rank the {noun} by {name}{way}
which {noun} are there, sorted by {name}{way}
what are the {noun}, ordered by {name}{way}
i want all {noun} sorted by {name}{way}
{show} {noun}. sort them by {name}{way}
{show} {noun}. order the result by {name}{way}
""")
_NAMES = lines("""
{show} the {listed} of {noun} sorted by {name}{way}
{show} the {listed} of all {noun}, sorted by {name}{way}
{show} the {listed} of {noun} ordered by {name}{way}
{show} the {listed} of the {noun} in order of {name}{way}
{show} {listed} of {noun}, sort by {name}{way}
{listed} of {noun} sorted by {name}{way}
{listed} of {noun} ordered by {name}{way}
{listed} of {noun} by {name}{way}
what are the {listed} of {noun}, sorted by {name}{way}
what are the {listed} of the {noun} ordered by {name}{way}
what is the {listed} of {noun} in order of {name}{way}
sort {noun} by {name}{way} and {show} the {listed}
sort {noun} by {name}{way}. {show} their {listed}
for {noun}, {show} the {listed}, sorted by {name}{way}
{show} the {listed} of {noun}. order by {name}{way}
""")
_DOWN = ("descending", "in descending order", "from high to low", "from largest to smallest", "highest first", "in reverse order", "from highest to lowest", "from the highest to the lowest", "largest first", "desc", "biggest first", "starting with the highest", "decreasing", "in decreasing order", "high to low", "from most to least", "with the highest first", "from biggest to smallest")  # fmt: skip
_UP = ("", "", "", "ascending", "in ascending order", "from low to high", "lowest first", "from lowest to highest", "from the lowest to the highest", "smallest first", "asc", "starting with the lowest", "increasing", "in increasing order", "low to high", "from least to most", "with the smallest first", "from smallest to largest")  # fmt: skip
_LETTERS = ("alphabetically", "", "", "in alphabetical order", "from a to z", "in alphabetic order", "ascending", "in ascending order", "a to z")  # fmt: skip
_BACK = ("in reverse alphabetical order", "from z to a", "descending", "in descending order", "z to a", "reverse alphabetically", "in reverse order")  # fmt: skip
_NEW = ("newest first", "latest first", "most recent first", "from newest to oldest", "from latest to earliest", "descending", "starting with the newest", "from the most recent to the oldest", "in descending order", "with the latest first", "in reverse chronological order", "most recent at the top")  # fmt: skip
_OLD = ("", "", "oldest first", "earliest first", "in chronological order", "chronologically", "from oldest to newest", "from earliest to latest", "ascending", "starting with the oldest", "in ascending order")  # fmt: skip
_BARE_NEW = lines("""
{show} {noun}, newest first
{show} {noun} from newest to oldest
{show} the {noun}, latest first
{show} the {noun} starting with the most recent
{show} all {noun}, most recent first
{noun} newest first
{noun}, latest first
{show} {noun} in reverse chronological order
""")
_BARE_OLD = lines("""
{show} {noun}, oldest first
{show} {noun} from oldest to newest
{show} the {noun}, earliest first
{show} the {noun} in chronological order
{show} all {noun} chronologically
{noun} in chronological order
{noun}, oldest first
{show} {noun} starting with the earliest
""")
_BARE_NAME = lines("""
{show} {noun} alphabetically
{show} {noun} in alphabetical order
{show} the {noun} in alphabetical order
{show} all {noun}, alphabetically
{show} all {noun} from a to z
{noun} in alphabetical order
{noun}, alphabetically
{noun} a to z
{show} the names of {noun} in alphabetical order
sort the {noun} alphabetically
an alphabetical list of {noun}
""")
_FROM_TO = lines("""
{show} {noun} from the {most} to the {least}
{show} {noun} from {most} to {least}
{show} the {noun} from the {most} to the {least}
{show} all {noun} from the {most} to the {least}
{noun} from the {most} to the {least}
{show} the {noun}, {most} first
{show} {noun}, starting with the {most}
{noun}, {most} first
{show} {noun} with the {most} first
sort the {noun} from {most} to {least}
""")
_BESIDE = lines("""
{lead} {noun} with a {name} {word} the average
{lead} {noun} with a {name} {word} average
{lead} {noun} whose {name} is {word} the average
{lead} {noun} whose {name} is {word} average
{lead} {noun} with {name} {word} the average
{lead} {noun} with {word} average {name}
{lead} {noun} that have a {name} {word} the average {name}
{lead} {noun} that have a {word} average {name}
{lead} {noun} where the {name} is {word} the mean
{lead} {noun} with {name} {word} the mean {name}
{lead} {noun} with a {name} {word} the average of all {many}
{lead} {noun} having a {name} {word} the overall average
{lead} {noun} whose {name} is {word} the average {name} of all {many}
""")
_BESIDE_HAVE = lines("""
{lead} {noun} have a {name} {word} the average
{lead} {noun} have a {name} {word} average
{lead} {noun} have {word} average {name}
{lead} {noun} have {name} {word} the average
{lead} {noun} have a {name} that is {word} the average
{lead} {noun} have a {word} average {name}
{lead} {noun} are {word} average in {name}
{lead} {noun} are {word} the average {name}
{lead} {noun} had a {name} {word} the mean
""")
_EXTREME = lines("""
{lead} {noun} with the {most} {name} of all {many}
{lead} {noun} whose {name} equals the {most} {name}
{lead} {noun} whose {name} is the {most} of all
{lead} {noun} that share the {most} {name}
{lead} all {noun} having the {most} {name}
{lead} every one of the {noun} with the {most} {name}
""")


class Orders(Conditions):
    """Families of questions; each gives None where the schema lacks a part."""

    def ordered(self) -> Made | None:
        """Rows or their columns in an order that the question asks for."""
        n = self.tab()
        by = self.col(n, "ssnnd")
        if by is None:
            return None
        noun, where = self.where(n, 0.25)
        down = self.rng.random() < 0.45
        shown, options = self.shown(n), self.cols(n, "snd")
        bare = (
            self._bare(n, by, noun, down)
            if self.rng.random() < (0.45 if by.kind == "n" else 0.25)
            else None
        )
        if bare is not None:
            text, cols, by = bare, shown, by
        else:
            words = {"s": (_BACK, _LETTERS), "n": (_DOWN, _UP), "d": (_NEW, _OLD)}[by.kind]
            way = self.pick(*words[0 if down else 1])
            way = f"{self.pick(' ', ' ', ', ')}{way}" if way else ""
            cols = self.rng.sample(options, min(len(options), self.rng.choice([1, 1, 2, 3])))
            listed = self._listed([self.said(c) for c in cols])
            names = self.rng.random() < 0.5
            text = self.say(*(_NAMES if names else _SORTED), noun=noun, name=self.said(by), way=way, listed=listed)  # fmt: skip
            cols = cols if names else shown
        order: Answer = ["ORDER BY", *self.ref(n, by), *(["DESC"] if down else [])]
        return text, ["SELECT", *self.refs(n, cols), "FROM", table(n), *where, *order]

    def _bare(self, n: int, by: Col, noun: str, down: bool) -> str | None:
        """An order without its column's name."""
        if by.kind == "d" and len(self.cols(n, "d")) == 1:
            return self.say(*(_BARE_NEW if down else _BARE_OLD), noun=noun)
        if by.kind == "s" and by.display and len(self.shown(n)) == 1 and not down:
            return self.say(*_BARE_NAME, noun=noun)
        pair = self._both_ends(by)
        if pair is not None:
            most, least = pair if down else pair[::-1]
            return self.say(*_FROM_TO, noun=noun, most=most, least=least)
        return None

    def nested(self) -> Made | None:
        """Rows above or below the average, or all rows that reach the extreme."""
        n = self.tab()
        col = self.col(n, "n")
        if col is None:
            return None
        noun, where = self.where(n, 0.1, col)
        name, here = self.said(col), self.ref(n, col)
        above = self.rng.random() < 0.65
        word = self.pick(*("above,higher than,more than,greater than,over,larger than" if above else "below,less than,lower than,under,smaller than").split(","))  # fmt: skip
        count = self.rng.random() < 0.4
        have = self.rng.random() < 0.5
        lead = self.pick("how many", "how many") if count else "which"
        if not have:
            lead = self.pick("count the", "number of", "how many", "count") if count else self.pick("which", "list the", "show the", "", "give me the", "find the", "what are the", "list all")  # fmt: skip
        parts = {"lead": lead, "noun": noun, "name": name, "word": word, "many": self.many(n)}
        sign, function = (">" if above else "<"), "AVG"
        if self.rng.random() < 0.15:
            sign, function = "=", "MAX" if above else "MIN"
            text = self.say(*_EXTREME, most=self.pick("highest", "largest", "maximum") if above else self.pick("lowest", "smallest", "minimum"), **parts)  # fmt: skip
        else:
            text = self.say(*(_BESIDE_HAVE if have else _BESIDE), **parts)
        head: Answer = COUNT if count else self.refs(n, self.shown(n))
        test: Answer = [*here, sign, "(", "SELECT", *call(function, here), "FROM", table(n), ")"]
        test = ["AND", *test] if where else ["WHERE", *test]
        if "OR" in where:
            return None
        return text, ["SELECT", *head, "FROM", table(n), *where, *test]
