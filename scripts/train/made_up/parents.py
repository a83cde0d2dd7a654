"""Makes up questions for figures of the rows that refer to a row: per customer, most orders.

It must not know conditions or slots.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pairs import Answer, table, value

from made_up.parent_wordings import (
    ABOVE,
    COUNTS,
    FIGURES,
    HAVING,
    HAVING_DEED,
    HAVING_FIGURE,
    HIGH,
    MOST,
    MOST_COLUMNS,
    MOST_DEED,
    MUCH,
    TOP,
    TWO,
)
from made_up.paths import Paths, also
from made_up.phrases import COUNT, Made, call
from made_up.schemas import Col, plural

# Texts that each row has for itself: nobody groups by them.
OWN = frozenset(("code", "email", "phone", "comment"))
# The gaps of wordings that stand for groups.
_GROUPS = re.compile(r"\{(l|each|plural|one|bin)\}")


class Group(NamedTuple):
    """What rows are grouped by: the columns, its words for one and for several."""

    cols: list[Col]
    one: str
    many: str


class Parents(Paths):
    """Families of questions; each gives None where the schema lacks a part."""

    def _parent_group(self, p: int) -> Group | None:
        """A row, or what one of its columns says."""
        rng, tab = self.rng, self.tabs[p]
        if rng.random() < 0.55 and self.nameable(p):
            return Group(self.shown(p), tab.one, tab.many)
        shown = self.shown(p)
        texts = [c for c in self.cols(p, "s") if c not in shown and c.base not in OWN]
        if not texts:
            return None
        col = rng.choice(texts)
        said = self.said(col)
        whose = [f"{tab.one} {said}", f"{tab.one} {said}", f"{said} of the {tab.one}"]
        one = rng.choice([said, said, said, *whose] if self.alone(col) else whose)
        return Group([col], one, f"{tab.many} {said}")

    def per_parent(self) -> Made | None:
        """A count or a figure for each row that others refer to, or for what it says."""
        found = self.pair(0.35)
        group = found and self._parent_group(found[1])
        if found is None or not group:
            return None
        n, p = found
        noun, end, where = self.limited(n, 0.25)
        gaps = {"c": noun, "l": group.one, "end": end}
        gaps["plural"] = group.many if group.cols == self.shown(p) else plural(group.one)
        gaps["each"] = f"{self.pick('each', 'each', 'every')} {group.one}"
        number = self.col(n, "n")
        if number is None or self.rng.random() < 0.55:
            text, measure = self.say(*self.counting(COUNTS, noun), **gaps), COUNT
        else:
            function, word = self._function()
            text = self.say_of(number, FIGURES, word=word, name=self.said(number), **gaps)
            if not text:
                return None
            measure = call(function, self.ref(n, number))
            if noun not in text and not end:
                where = []
        here, tail = self.refs(p, group.cols), also(where)
        source = self.source(here, measure, tail, through=(n,))
        if source is None:
            return None
        shown = self.as_asked(here, measure)
        text, orders = self._parent_sorted(text, measure, here)
        said: Answer = ["SELECT", *shown, *source, *tail, "GROUP BY", *here]
        return text, [*said, *orders]

    def as_asked(self, here: Answer, measure: Answer, **said: str) -> Answer:
        """Groups and their figure in the order of the last wording, these gaps of it filled."""
        for gap, words in said.items():
            self.template = self.template.replace("{" + gap + "}", words)
        self.template = _GROUPS.sub("{name}", self.template).replace("{word}", "{agg}")
        return self.in_order(here, measure)

    def counting(self, templates: tuple[str, ...], noun: str) -> tuple[str, ...]:
        """The wordings that count rows of this name: `sales by store` are money, not rows."""
        if not noun.endswith(("sales", "sale")):
            return templates
        return tuple(t for t in templates if re.search("how many|number|count", t))

    def rows_of(self, p: int, cols: list[Col]) -> Answer:
        """Groups of one row each, of which these columns are shown: they follow from its key."""
        if self.schema.tables[p].primary_key:
            return [table(p)]
        keys = self.shown(p)
        return self.refs(p, [*keys, *(c for c in cols if c not in keys)])

    def _parent_sorted(self, text: str, measure: Answer, here: Answer) -> tuple[str, Answer]:
        roll = self.rng.random()
        if roll < 0.07:
            words = (", highest first", ", most first", ", from high to low", ", largest first")
            return text + self.say(*words), ["ORDER BY", *measure, "DESC"]
        if roll < 0.1:
            words = (", lowest first", ", fewest first", ", from low to high", ", smallest first")
            return text + self.say(*words), ["ORDER BY", *measure]
        return text, []

    def two_groups(self) -> Made | None:
        """Figures for combinations of what two tables say, or of one and a stretch of time."""
        found = self.pair(0.35)
        group = found and self._parent_group(found[1])
        other = found and self._second_group(found[0])
        if found is None or not group or not other:
            return None
        n, p = found
        m, second = other
        noun, end, where = self.limited(n, 0.15)
        number = self.col(n, "n")
        if number is None or self.rng.random() < 0.5:
            what, measure = self.pick("number of", "count of") + f" {noun}", COUNT
        else:
            function, word = self._function()
            what = f"{word} {self.said(number)} of {noun}"
            measure = call(function, self.ref(n, number))
        first = self.refs(p, group.cols)
        one, two = group.one, m
        here: Answer = [*first, ",", *second]
        if self.rng.random() < 0.4:
            one, two, here = m, group.one, [*second, ",", *first]
        text = self.say(*TWO, what=what, l=one, m=two, end=end)
        tail = also(where)
        source = self.source(here, measure, tail, through=(n,))
        shown = self.as_asked(here, measure, what=what)
        return source and (text, ["SELECT", *shown, *source, *tail, "GROUP BY", *here])

    def _second_group(self, n: int) -> tuple[str, Answer] | None:
        dates = self.cols(n, "d")
        if dates and self.rng.random() < 0.5:
            word, name = self.rng.choice(
                [("month", "EACH_MONTH"), ("year", "YEAR"), ("quarter", "EACH_QUARTER")]
            )
            col = self.rng.choice(dates)
            if len(dates) == 1 or self.rng.random() < 0.2:
                return (word, call(name, self.ref(n, col))) if len(dates) == 1 else None
            return f"{word} of the {col.words}", call(name, self.ref(n, col))
        shown = self.shown(n)
        texts = [c for c in self.cols(n, "s") if c.base not in OWN and c not in shown]
        if not texts:
            return None
        col = self.rng.choice(texts)
        return self.said(col), self.ref(n, col)

    def _most_measure(self, n: int, noun: str, down: bool) -> tuple[str, str, str, Answer]:
        """What there is most of: the superlative, what it is said of, a ranking's name."""
        rng = self.rng
        number = self.col(n, "n")
        end = 0 if down else 1
        if number is None or rng.random() < 0.6:
            by = self.pick(f"number of {noun}", f"{noun} count", f"number of {noun}")
            return rng.choice(MUCH[end].split(",")), noun, by, COUNT
        name = self.said(number)
        function, word = ("SUM", "total") if rng.random() < 0.6 else ("AVG", "average")
        short = rng.random() < 0.5 and self.alone(number)
        what = f"{word} {name}" if short else f"{word} {name} of {noun}"
        by = f"{word} {name}" if self.alone(number) else what
        return rng.choice(HIGH[end].split(",")), what, by, call(function, self.ref(n, number))

    def most_children(self) -> Made | None:
        """The row, or the first few, with most of the rows that refer to it."""
        found = self.pair(0.2)
        if found is None or not self.nameable(found[1]):
            return None
        n, p = found
        rng, tab = self.rng, self.tabs[p]
        down = rng.random() < 0.85
        noun, end, where = self.limited(n, 0.2)
        most, what, by_what, measure = self._most_measure(n, noun, down)
        cols = self.shown(p)
        gaps = {"one": tab.one, "many": tab.many, "most": most, "what": what, "end": end}
        gaps["who"] = "who" if tab.person else f"which {tab.one}"
        limit: Answer = ["LIMIT", "1"]
        options = self.cols(p, "snd")
        deed = self.deed(p, n)
        if rng.random() < 0.35:
            k, count = self.counted()
            top = self.pick("top", "top", "first") if down else self.pick("bottom", "last")
            text = self.say(*TOP, k=k, top=top, by_what=by_what, **gaps)
            limit = ["LIMIT", *count]
        elif options and rng.random() < 0.3:
            cols = self.described(p, 2)
            listed = self.told(p, cols)
            text = self.say(*MOST_COLUMNS, listed=listed, **gaps)
        elif deed is not None and measure == COUNT and rng.random() < 0.6:
            text = self.say(*MOST_DEED, past=deed.past, part=deed.participle, **gaps)
        else:
            text = self.say(*MOST, **gaps)
        if noun not in text and not end:
            where = []
        here, tail = self.refs(p, cols), also(where)
        groups = here if cols == self.shown(p) else self.rows_of(p, cols)
        source = self.source(here, measure, tail, through=(n,))
        orders: Answer = ["ORDER BY", *measure, *(["DESC"] if down else []), *limit]
        return source and (
            text,
            ["SELECT", *here, *source, *tail, "GROUP BY", *groups, *orders],
        )

    def having_children(self) -> Made | None:
        """The rows with more than so many of the rows that refer to them."""
        found = self.pair(0.15)
        if found is None or not self.nameable(found[1]):
            return None
        n, p = found
        tab = self.tabs[p]
        tab_n = self.tabs[n]
        noun, end, where = self.limited(n, 0.2)
        sign, words = self.rng.choice(ABOVE)
        k, count = self.counted(1, 9)
        k = self.pick("1", "one") if k == "1" else k
        if sign == "=" and count == [value("1", None)]:
            k, count = self.counted(2, 9)
        gaps = {"one": tab.one, "many": tab.many, "words": words, "c": noun, "end": end}
        if k in ("1", "one") and noun == tab_n.many:
            noun = gaps["c"] = tab_n.one
        gaps["who"] = "who" if tab.person else f"which {tab.one}"
        number, deed = self.col(n, "n"), self.deed(p, n)
        measure = COUNT
        if number is not None and self.rng.random() < 0.3:
            function, word = self.rng.choice([("SUM", "total"), ("AVG", "average")])
            k = self.number(number)
            count = [value(k, None)]
            words = words.replace("fewer", "less")
            gaps |= {"word": word, "name": self.said(number), "words": words, "k": k}
            gaps["article"] = "an" if word[0] == "a" else "a"
            text, measure = (
                self.say_of(number, HAVING_FIGURE, **gaps),
                call(function, self.ref(n, number)),
            )
        elif deed is not None and self.rng.random() < 0.55:
            text = self.say(*HAVING_DEED, k=k, past=deed.past, part=deed.participle, **gaps)
        else:
            text = self.say(*HAVING, k=k, **gaps)
        if not text:
            return None
        if noun not in text and not end:
            where = []
        here, tail = self.refs(p, self.shown(p)), also(where)
        source = self.source(here, measure, tail, through=(n,))
        if source is None:
            return None
        having: Answer = ["HAVING", *measure, sign, *count]
        return text, ["SELECT", *here, *source, *tail, "GROUP BY", *here, *having]
