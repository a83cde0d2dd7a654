"""Makes up questions across a table that links two others: which books did a member borrow?

It must not know slots.
"""

from __future__ import annotations

from pairs import Answer, table

from made_up.paths import Paths, also
from made_up.phrases import COUNT, Made, call, lines
from made_up.worlds import Deed

_DID = lines("""
which {many} did {who} {base} {end}
which {many} did {who} {base} {end}
what {many} did {who} {base} {end}
which {many} {has} {who} {part} {end}
which {many} were {part} by {who} {end}
which {many} {has} {who} ever {part} {end}
{show} the {many} that {who} {past} {end}
{show} the {many} {part} by {who} {end}
{show} all {many} {part} by {who} {end}
{many} {part} by {who} {end}
{many} {who} {past} {end}
all {many} that {who} {past} {end}
what did {who} {base} {end}
find the {many} which {who} {has} {part} {end}
tell me which {many} {who} {past} {end}
""")
_BY = lines("""
which {many} {past} {who} {end}
which {many} {past} {who} {end}
which {many} have {part} {who} {end}
which {many} ever {past} {who} {end}
{whoever} {past} {who} {end}
{whoever} {past} {who} {end}
{whoever} has {part} {who} {end}
{whoever} {past} {who} {end}
{show} the {many} who {past} {who} {end}
{show} all {many} that {past} {who} {end}
{many} that {past} {who} {end}
{many} who have {part} {who} {end}
by which {many} was {who} {part} {end}
find every {one} that {past} {who} {end}
tell me who {past} {who} {end}
""")
_PLAIN = lines("""
which {many} have {c} {link} {who} {end}
which {many} are linked to {who} by {a} {link1} {end}
{show} the {many} with {a} {link1} for {who} {end}
{show} all {many} that have {a} {link1} for {who} {end}
{many} with {c} for {who} {end}
{many} with {a} {link1} for {who} {end}
{many} that have {c} for {who} {end}
for {who}, {show} the {many} in the {c} {end}
which {many} appear in the {c} {link} {who} {end}
which {many} occur together with {who} in the {c} {end}
find the {many} that have {c} {link} {who} {end}
what {many} go with {who} in the {c} {end}
""")
_HOW_MANY_DID = lines("""
how many {many} did {who} {base} {end}
how many different {many} did {who} {base} {end}
how many {many} {has} {who} {part} {end}
how many different {many} {has} {who} {part} {end}
how many {many} were {part} by {who} {end}
{numberof} {many} {part} by {who} {end}
{numberof} different {many} {part} by {who} {end}
{numberof} distinct {many} that {who} {past} {end}
count the different {many} {part} by {who} {end}
""")
_HOW_MANY_BY = lines("""
how many {many} {past} {who} {end}
how many different {many} {past} {who} {end}
how many {many} have {part} {who} {end}
how many different {many} have {part} {who} {end}
{numberof} {many} who {past} {who} {end}
{numberof} different {many} that {past} {who} {end}
{numberof} distinct {many} that have {part} {who} {end}
count the {many} that {past} {who} {end}
by how many {many} was {who} {part} {end}
""")
_EACH_DID = lines("""
how many different {other} did each {one} {base}
how many {other} did each {one} {base}
{numberof} different {other} {part} by each {one}
{numberof} distinct {other} per {one}
{numberof} different {other} {per} {one}
for each {one}, how many different {other} were {part}
{show} each {one} and the number of different {other}
{show} {many} with the number of different {other} they {past}
how many distinct {other} has each {one} {part}
different {other} by {one}
""")
_BOTH = lines("""
which {many} {past} both {v} and {w}
which {many} {past} {v} and also {w}
which {many} have {part} both {v} and {w}
{whoever} {past} both {v} and {w}
{whoever} {past} {v} as well as {w}
{show} the {many} who {past} both {v} and {w}
{show} {many} that have {part} {v} as well as {w}
{many} that {past} {v} and {w} both
{many} who {past} both {v} and {w}
find the {many} that {past} {v} and {w}
""")
_ONE_ONLY = lines("""
which {many} {past} {v} but not {w}
which {many} {past} {v} but never {w}
which {many} have {part} {v} but not {w}
{whoever} {past} {v} but not {w}
{whoever} {past} {v} and not {w}
{show} the {many} who {past} {v} but not {w}
{many} that {past} {v} but not {w}
{many} who have {part} {v} without having {part} {w}
find the {many} that {past} {v} but did not {base} {w}
""")
_NEITHER = lines("""
which {many} {past} neither {v} nor {w}
which {many} have {part} neither {v} nor {w}
which {many} did not {base} {v} or {w}
{whoever} {past} neither {v} nor {w}
{show} the {many} who {past} neither {v} nor {w}
{many} that {past} neither {v} nor {w}
{many} who never {past} {v} or {w}
find the {many} that did not {base} {v} and did not {base} {w}
""")
_NEVER = lines("""
which {many} never {past} {who}
which {many} did not {base} {who}
which {many} have never {part} {who}
which {many} have not {part} {who} yet
{whoever} never {past} {who}
{whoever} did not {base} {who}
{show} the {many} who never {past} {who}
{show} {many} that did not {base} {who}
{many} that never {past} {who}
{many} who have not {part} {who}
find the {many} that have never {part} {who}
""")
_MOST_DID = lines("""
which {one} {past} the most {other}
which {one} {past} the most different {other}
which {one} has {part} the most {other}
{whoever} {past} the most {other}
{whoever} has {part} the most {other}
{show} the {one} who {past} the most {other}
the {one} that {past} the most {other}
""")
_MOST_BY = lines("""
which {one} was {part} by the most {other}
which {one} was {part} by most {other}
what {one} was {part} by the most {other}
which {one} has been {part} by the most {other}
{show} the {one} that was {part} by the most {other}
the {one} {part} by the most {other}
""")


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
        if deed is None:
            one = self.tabs[n].one
            gaps |= {
                "c": self.tabs[n].many,
                "link": self.pick("for", "with"),
                "link1": one,
                "a": "an" if one[0] in "aeiou" else "a",
            }
            text = self.say(*_PLAIN, **gaps)
        elif count:
            text = self.say(*(_HOW_MANY_BY if acts else _HOW_MANY_DID), **gaps)
        else:
            text = self.say(*(_BY if acts else _DID), **gaps)
        head: Answer = self.refs(a, self.shown(a))
        tail = also(who.where, also_where)
        if count:
            head = call("COUNT", ["DISTINCT", table(a)])
        else:
            head = ["DISTINCT", *head]
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
            text = self.say(*_BOTH, **gaps)
            where = [*own, "IN", *one, "AND", *own, "IN", *two]
        elif roll < 0.5:
            text = self.say(*_NEITHER, **gaps)
            where = [*own, "NOT", "IN", *one, "AND", *own, "NOT", "IN", *two]
        elif roll < 0.7:
            text = self.say(*_ONE_ONLY, **gaps)
            where = [*own, "IN", *one, "AND", *own, "NOT", "IN", *two]
        else:
            if self.rng.random() < 0.4:
                some = self.some(b)
                one = some and self._doers(a, some.where, own)
                gaps["who"] = some.text if some else ""
            text = self.say(*_NEVER, **gaps)
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
            text = self.say(*_EACH_DID, **gaps)
            measure = call("COUNT", ["DISTINCT", table(b)])
            source = self.source(here, measure, through=(n,))
            return source and (
                text,
                ["SELECT", *here, ",", *measure, *source, "GROUP BY", *here],
            )
        text = self.say(*(_MOST_DID if acts else _MOST_BY), **gaps)
        measure = (
            COUNT if acts and "different" not in text else call("COUNT", ["DISTINCT", table(b)])
        )
        source = self.source(here, measure, through=(n,))
        orders: Answer = ["ORDER BY", *measure, "DESC", "LIMIT", "1"]
        return source and (text, ["SELECT", *here, *source, "GROUP BY", *here, *orders])
