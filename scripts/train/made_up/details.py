"""Makes up questions for columns of two tables side by side: each station's longitude and trips.

It must not know slots.
"""

from __future__ import annotations

from pairs import Answer

import made_up.detail_wordings as ask
from made_up.parents import Parents
from made_up.paths import also
from made_up.phrases import COUNT, Made, call
from made_up.schemas import Col


class Details(Parents):
    """Families of questions; each gives None where the schema lacks a part."""

    def _telling(self, n: int) -> list[Col]:
        """Columns that a table shows besides what names its rows."""
        shown = self.shown(n)
        return [c for c in self.cols(n, "snd") if c not in shown and c.base != "code"]

    def details(self) -> Made | None:
        """Columns of each row beside a figure of the rows that refer to it."""
        found = self.pair(0.1)
        if found is None:
            return None
        n, p = found
        rng, tab = self.rng, self.tabs[p]
        options = self._telling(p)
        if not options or not self.nameable(p):
            return None
        cols = [c for c in self.described(p, 2) if c.kind == "k" or c in options]
        if not cols:
            return None
        headed = rng.random() < 0.45
        named = not headed and rng.random() < 0.35 and bool(self.shown(p)[0].words)
        listing = [*self.shown(p), *cols] if named else cols
        noun, end, where = self.limited(n, 0.12)
        gaps = {"one": tab.one, "many": tab.many, "c": noun, "end": end}
        gaps["listed"] = self.told(p, listing, rng.random() < 0.15)
        number = self.col(n, "n")
        if number is None or rng.random() < 0.55:
            text, measure = self.say(*(ask.FOR_EACH if headed else ask.COUNTS), **gaps), COUNT
        else:
            function, word = self._function()
            templates = ask.FOR_EACH_FIGURE if headed else ask.FIGURES
            text = self.say(*templates, word=word, name=self.said(number), **gaps)
            measure = call(function, self.ref(n, number))
        own = self.refs(p, self.shown(p))
        here = [*own, ",", *self.refs(p, cols)] if headed or named else self.refs(p, cols)
        groups = self.rows_of(p, cols)
        tail = also(where)
        source = self.source(here, measure, tail, through=(n,))
        self.template = self.template.replace("{one}", "").replace("{listed}", "{name}", 1)
        self.template = self.template.replace("{word}", "{agg}")
        head = [*here, ",", *measure] if headed else self.in_order(here, measure)
        return source and (text, ["SELECT", *head, *source, *tail, "GROUP BY", *groups])

    def beside(self) -> Made | None:
        """Columns of rows with columns of what they refer to."""
        found = self.pair(0.08)
        if found is None:
            return None
        n, p = found
        rng, tab = self.rng, self.tabs[p]
        named = [c for c in self.shown(p) if c.display]
        more, options = self._telling(p), self.cols(n, "snd")
        if not options or not more and not named:
            return None
        theirs = named if named and (not more or rng.random() < 0.4) else [rng.choice(more)]
        cols = self.described(n, 2)
        noun, end, where = self.limited(n, 0.25)
        gaps = {"c": noun, "one": self.tabs[n].one, "p": tab.one, "end": end}
        ours, other = self.refs(n, cols), self.refs(p, theirs)
        alone = all(c.kind != "k" for c in cols) and all(self.alone(c) for c in [*cols, *theirs])
        if alone and rng.random() < 0.35:
            mixed = [*((n, c) for c in cols), *((p, c) for c in theirs)]
            rng.shuffle(mixed)
            many = rng.random() < 0.3
            listed = self._listed([self.told(number, [c], many) for number, c in mixed])
            text = self.say(*ask.ALL, every=listed, **gaps)
            head: Answer = []
            for number, col in mixed:
                head += ([","] if head else []) + self.ref(number, col)
        else:
            gaps["names"] = self._listed([c.words.removeprefix(f"{tab.one} ") for c in theirs])
            gaps["listed"] = self.told(n, cols, rng.random() < 0.3)
            before = rng.random() < 0.3
            text = self.say(*(ask.BEFORE if before else ask.BESIDE), **gaps)
            head = [*other, ",", *ours] if before else [*ours, ",", *other]
        if noun not in text:
            where = []
        tail = also(where)
        source = self.source(head, tail)
        return source and (text, ["SELECT", *head, *source, *tail])
