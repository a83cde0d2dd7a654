"""Makes up questions that compare rows across tables: above the average, the row of the greatest.

It must not know slots.
"""

from __future__ import annotations

from pairs import Answer

from made_up.paths import Paths, also
from made_up.phrases import Made, call, lines

_OF_THE_MOST = lines("""
{whatis} the {p} of the {one} with the {most} {name}
which {p} has the {one} with the {most} {name}
which {p} does the {one} with the {most} {name} belong to
{show} the {p} of the {one} with the {most} {name}
{p} of the {one} with the {most} {name}
which {p} had the {one} with the {most} {name}
find the {p} whose {one} has the {most} {name}
to which {p} does the {one} with the {most} {name} belong
{p} with the {one} of the {most} {name}
""")
_COLUMN_OF_THE_MOST = lines("""
{whatis} the {listed} of the {p} of the {one} with the {most} {name}
{show} the {listed} of the {p} that has the {one} with the {most} {name}
{listed} of the {p} of the {one} with the {most} {name}
which {listed} has the {p} of the {one} with the {most} {name}
find the {one} with the {most} {name} and {show} the {listed} of its {p}
""")
_MOST_OF = lines("""
which {one} of {who} has the {most} {name}
which {one} of {who} has the {most} {name}
{whatis} the {one} of {who} with the {most} {name}
{show} the {one} of {who} with the {most} {name}
the {one} of {who} with the {most} {name}
{who}: {one} with the {most} {name}
of the {many} of {who}, which has the {most} {name}
among the {many} of {who}, {show} the one with the {most} {name}
find the {one} with the {most} {name} for {who}
""")
_TOP_OF = lines("""
the {k} {many} of {who} with the {most} {name}
which {k} {many} of {who} have the {most} {name}
{show} the {k} {many} of {who} with the {most} {name}
{show} the top {k} {many} of {who} by {name}
top {k} {many} of {who} by {name}
top {k} {many} for {who} by {name}
what are the top {k} {many} of {who} by {name}
""")
_ABOVE = lines("""
which {many} of {who} have a {name} {above} the average
which {many} of {who} have {above} average {name}
which {many} of {who} have a {name} {above} the average of all {many}
{show} the {many} of {who} with a {name} {above} the average
{show} the {many} of {who} whose {name} is {above} average
{show} {many} of {who} with {above} average {name}
{many} of {who} with {name} {above} average
{many} of {who} whose {name} is {above} the average {name}
find the {many} of {who} with a {name} {above} the average
""")
_WITH_ABOVE = lines("""
which {pmany} have a {one} with a {name} {above} the average
which {pmany} have a {one} whose {name} is {above} average
{show} the {pmany} that have a {one} with a {name} {above} the average
{pmany} with a {one} whose {name} is {above} the average
{show} the {pmany} of {many} with {above} average {name}
which {pmany} have {many} with {above} average {name}
find all {pmany} with {many} whose {name} is {above} average
""")


_SHARE = lines("""
what percentage of {c} {link} {who}
what percentage of the {c} is {link} {who}
what percentage of {c} belongs to {who}
what share of {c} {link} {who}
what share of the {c} belongs to {who}
{whatis} the percentage of {c} {link} {who}
{whatis} the share of {c} {link} {who}
how many percent of the {c} are {link} {who}
how many percent of {c} belong to {who}
percentage of {c} {link} {who}
share of {c} that belong to {who}
percent of {c} {link} {who}
{show} the percentage of {c} {link} {who}
{show} the share of {c} that are {link} {who}
""")


class Comparisons(Paths):
    """Families of questions; each gives None where the schema lacks a part."""

    def share_of(self) -> Made | None:
        """What percentage of the rows belongs to a row, or to some rows."""
        found = self.pair(0.15)
        who = found and self.who(found[1])
        if found is None or not who:
            return None
        link = self.pick("from", "from", "of", "for", "with")
        text = self.say(*_SHARE, c=self.many(found[0]), who=who.text, link=link)
        head = call("SHARE", who.where)
        source = self.source(head, through=(found[0],))
        return source and (text, ["SELECT", *head, *source])

    def of_the_most(self) -> Made | None:
        """What the row with the greatest or least of something belongs to."""
        found = self.pair(0.15)
        number = found and self.col(found[0], "nd")
        if found is None or not number or not self.nameable(found[1]):
            return None
        n, p = found
        down = self.rng.random() < 0.7
        gaps = {"one": self.tabs[n].one, "p": self.tabs[p].one, "name": self.said(number)}
        gaps["most"] = self._superlative_of(number.kind, down)
        options = self.cols(p, "snd")
        cols = self.shown(p)
        listed = ""
        templates = _OF_THE_MOST
        if options and self.rng.random() < 0.3:
            cols = self.rng.sample(options, 1)
            listed = self.said(cols[0])
            templates = _COLUMN_OF_THE_MOST
        text = self.say(*templates, listed=listed, **gaps)
        head, by = self.refs(p, cols), self.ref(n, number)
        source = self.source(head, by)
        orders: Answer = ["ORDER BY", *by, *(["DESC"] if down else []), "LIMIT", "1"]
        return source and (text, ["SELECT", *head, *source, *orders])

    def _superlative_of(self, kind: str, down: bool) -> str:
        if kind == "d":
            return self.pick("latest", "most recent") if down else self.pick("earliest", "oldest")
        if down:
            return self.pick("highest", "largest", "most", "greatest", "biggest")
        return self.pick("lowest", "smallest", "least")

    def most_of(self) -> Made | None:
        """Among the rows of a row, the one or the few with the greatest or least of something."""
        found = self.pair(0.15)
        who = found and self.who(found[1])
        number = found and self.col(found[0], "nd")
        if found is None or not who or not number or not self.nameable(found[0]):
            return None
        n, _ = found
        down = self.rng.random() < 0.75
        tab = self.tabs[n]
        gaps = {"one": tab.one, "many": tab.many, "name": self.said(number), "who": who.text}
        gaps["most"] = self._superlative_of(number.kind, down)
        limit: Answer = ["LIMIT", "1"]
        if self.rng.random() < 0.35 and number.kind == "n":
            k, count = self.counted()
            down = True
            gaps["most"] = self._superlative_of(number.kind, down)
            text, limit = self.say(*_TOP_OF, k=k, **gaps), ["LIMIT", *count]
        else:
            text = self.say(*_MOST_OF, **gaps)
        head, by, tail = self.refs(n, self.shown(n)), self.ref(n, number), also(who.where)
        source = self.source(head, by, tail)
        orders: Answer = ["ORDER BY", *by, *(["DESC"] if down else []), *limit]
        return source and (text, ["SELECT", *head, *source, *tail, *orders])

    def above(self) -> Made | None:
        """Rows of a row, or what such rows belong to, above or below the average of all."""
        found = self.pair(0.1)
        number = found and self.col(found[0], "n")
        if found is None or not number:
            return None
        n, p = found
        over = self.rng.random() < 0.65
        words = ("above", "above", "over") if over else ("below", "below", "under")
        gaps = {"one": self.tabs[n].one, "many": self.tabs[n].many, "name": self.said(number)}
        word = self.pick(*words)
        here = self.ref(n, number)
        inner = ["(", "SELECT", *call("AVG", here), *(self.source(here) or []), ")"]
        test: Answer = [*here, ">" if over else "<", *inner]
        if self.rng.random() < 0.5 and self.nameable(p):
            text = self.say(*_WITH_ABOVE, pmany=self.tabs[p].many, above=word, **gaps)
            head: Answer = ["DISTINCT", *self.refs(p, self.shown(p))]
            tail = also(test)
        else:
            who = self.who(p)
            if who is None or not self.nameable(n):
                return None
            text = self.say(*_ABOVE, who=who.text, above=word, **gaps)
            head, tail = self.refs(n, self.shown(n)), also(who.where, test)
        source = self.source(head, tail[: len(tail) - len(inner)])
        return source and (text, ["SELECT", *head, *source, *tail])
