"""Makes up questions across a table that links two others: which books did a member borrow?

It must not know slots.
"""

from __future__ import annotations

from pairs import Answer, table

import made_up.crossing_wordings as ask
from made_up.paths import Paths, also
from made_up.phrases import COUNT, Made, call
from made_up.worlds import Deed


class Crossings(Paths):
    """Families of questions; each gives None where the schema lacks a part."""

    def _some_crossing(self, acted: float) -> tuple[int, int, int, Deed | None, bool] | None:
        """The rows asked for, the link, the other end, what is done, and whether they do it."""
        found = [c for c in self.crossings() if self.nameable(c[0])]
        known = [c for c in found if self.deed(c[0], c[2], c[1]) or self.deed(c[2], c[0], c[1])]
        if known and self.rng.random() < acted:
            found = known
        if not found:
            return None
        a, n, b = self.rng.choice(found)
        deed = self.deed(a, b, n)
        return (a, n, b, deed, True) if deed else (a, n, b, self.deed(b, a, n), False)

    def _deed_gaps(self, a: int, deed: Deed | None) -> dict[str, str]:
        tab = self.tabs[a]
        who = "who" if tab.person else f"which {tab.one}"
        gaps = {"many": tab.many, "one": tab.one, "whoever": who}
        if deed is not None:
            gaps |= {"base": deed.base, "past": deed.past, "part": deed.participle}
        return gaps

    def crossing(self) -> Made | None:
        """Which rows, or how many, go with those at the other end of a link."""
        found = self._some_crossing(0.9)
        who = found and self.who(found[2])
        if found is None or not who:
            return None
        a, n, b, deed, acts = found
        rng = self.rng
        end, also_where = self._link_when(n)
        gaps = self._deed_gaps(a, deed) | {"who": who.text, "has": who.has, "end": end}
        count = rng.random() < 0.3 and deed is not None
        cols = self.described(a, 2) if rng.random() < 0.3 and self.cols(a, "snd") else []
        if deed is None:
            one = self.tabs[n].one
            gaps |= {
                "c": self.tabs[n].many,
                "link": self.pick("for", "with"),
                "link1": one,
                "a": "an" if one[0] in "aeiou" else "a",
            }
            text = self.say(*ask.PLAIN, **gaps)
        elif count:
            text = self.say(*(ask.HOW_MANY_BY if acts else ask.HOW_MANY_DID), **gaps)
        elif cols:
            listed = self.told(a, cols, rng.random() < 0.6)
            text = self.say(*(ask.COLUMNS_BY if acts else ask.COLUMNS_DID), listed=listed, **gaps)
        else:
            text = self.say(*(ask.BY if acts else ask.DID), **gaps)
        head: Answer = self.refs(a, self.shown(a))
        tail = also(who.where, also_where)
        if count:
            head = call("COUNT", ["DISTINCT", table(a)])
        else:
            head = ["DISTINCT", *(self.refs(a, cols) if cols and deed is not None else head)]
        source = self.source(head, tail, through=(a, n))
        return source and (text, ["SELECT", *head, *source, *tail])

    def _link_when(self, n: int) -> tuple[str, Answer]:
        """When the link came about, at times."""
        dates = self.cols(n, "d")
        if len(dates) != 1 or self.rng.random() > 0.25:
            return "", []
        clause = self._date(n, dates[0])
        times = ("in ", "on ", "since ", "last ", "this ", "during ", "after ", "before ")
        if clause is None or clause.before or not clause.after.startswith(times):
            return "", []
        return clause.after, clause.answer

    def _named_by(self, a: int) -> Answer | None:
        """The one column that names a row."""
        shown = self.shown(a)
        return self.refs(a, shown) if len(shown) == 1 else None

    def _doers(self, a: int, where: Answer, own: Answer) -> Answer | None:
        source = self.source(own, where, through=(a,))
        return source and ["(", "SELECT", *own, *source, "WHERE", *where, ")"]

    def both(self) -> Made | None:
        """Rows that go with one thing and with another, or not with another, or never."""
        found = self._some_crossing(1.0)
        if found is None or found[3] is None or not found[4]:
            return None
        a, _, b, deed, _ = found
        own, first, second = self._named_by(a), self.named(b), self.named(b)
        if own is None or first is None or second is None or first.where == second.where:
            return None
        roll = self.rng.random()
        gaps = self._deed_gaps(a, deed) | {"v": first.text, "w": second.text, "who": first.text}
        one, two = self._doers(a, first.where, own), self._doers(a, second.where, own)
        head: Answer = self.refs(a, self.shown(a))
        source = self.source(head)
        if one is None or two is None or source is None:
            return None
        if roll < 0.4:
            text = self.say(*ask.BOTH, **gaps)
            where = [*own, "IN", *one, "AND", *own, "IN", *two]
        elif roll < 0.5:
            text = self.say(*ask.NEITHER, **gaps)
            where = [*own, "NOT", "IN", *one, "AND", *own, "NOT", "IN", *two]
        elif roll < 0.7:
            text = self.say(*ask.ONE_ONLY, **gaps)
            where = [*own, "IN", *one, "AND", *own, "NOT", "IN", *two]
        else:
            if self.rng.random() < 0.4:
                some = self.some(b)
                one = some and self._doers(a, some.where, own)
                gaps["who"] = some.text if some else ""
            text = self.say(*ask.NEVER, **gaps)
            where = [*own, "NOT", "IN", *(one or [])]
        return one and (text, ["SELECT", *head, *source, "WHERE", *where])

    def different(self) -> Made | None:
        """How many different things go with each row, or with which row the most of them do."""
        found = self._some_crossing(1.0)
        if found is None or found[3] is None:
            return None
        a, n, b, deed, acts = found
        if not self.nameable(b):
            return None
        gaps = self._deed_gaps(a, deed) | {"other": self.tabs[b].many}
        here = self.refs(a, self.shown(a))
        if self.rng.random() < 0.5 and acts:
            text = self.say(*ask.EACH_DID, **gaps)
            measure = call("COUNT", ["DISTINCT", table(b)])
            source = self.source(here, measure, through=(n,))
            return source and (
                text,
                ["SELECT", *here, ",", *measure, *source, "GROUP BY", *here],
            )
        text = self.say(*(ask.MOST_DID if acts else ask.MOST_BY), **gaps)
        measure = (
            COUNT if acts and "different" not in text else call("COUNT", ["DISTINCT", table(b)])
        )
        source = self.source(here, measure, through=(n,))
        orders: Answer = ["ORDER BY", *measure, "DESC", "LIMIT", "1"]
        return source and (text, ["SELECT", *here, *source, "GROUP BY", *here, *orders])
