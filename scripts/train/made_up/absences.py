"""Makes up questions for rows by what refers to them at all: customers without orders.

It must not know slots.
"""

from __future__ import annotations

from pairs import Answer, table

from made_up.paths import Paths, also
from made_up.phrases import COUNT, Made, call, lines

_WITHOUT = lines("""
which {many} have no {c}
which {many} have no {c}
which {many} do not have any {c}
which {many} don't have any {c}
which {many} have never had {c}
which {many} are without {c}
which {many} have not got a single {one}
which {many} lack {c}
{show} the {many} without {c}
{show} {many} without any {c}
{show} all {many} that have no {c}
{show} the {many} that do not have a {one}
{show} {many} with no {c}
{many} without {c}
{many} without any {c}
{many} with no {c}
{many} that never had a {one}
{many} who have no {c} at all
find the {many} for which there are no {c}
for which {many} are there no {c}
are there {many} without {c}
tell me which {many} have no {c}
{who} has no {c}
""")
_NEVER = lines("""
which {many} never {past} {a}
which {many} have never {part} {a}
which {many} did not {base} any {c}
which {many} have not {part} any {c}
which {many} didn't {base} anything
{who} never {past} {a}
{who} has never {part} {a}
{who} has not {part} any {c} yet
{show} the {many} who never {past} {a}
{show} {many} that have not {part} any {c}
{many} that never {past} {a}
{many} who have not {part} any {c}
find every {p} that did not {base} any {c}
""")
_NEVER_DONE = lines("""
which {many} were never {part}
which {many} were never {part} by any {p2}
which {many} have never been {part}
which {many} have not been {part} yet
which {many} has nobody {part}
which {many} did nobody {base}
which {many} did no {p2} {base}
{show} the {many} that were never {part}
{show} all {many} nobody {past}
{show} {many} that have never been {part}
{many} never {part}
{many} that nobody {past}
{many} that were never {part}
{many} that have not been {part} by anyone
find the {many} that no {p2} ever {past}
""")
_HOW_MANY = lines("""
how many {many} have no {c}
how many {many} do not have any {c}
how many {many} don't have {c}
how many {many} are without {c}
how many {many} are there without {c}
how many of the {many} have no {c}
how many {many} never had a {one}
{numberof} {many} without {c}
{numberof} {many} with no {c}
{numberof} {many} that have no {c}
count the {many} without any {c}
count the {many} that have no {c}
""")
_HOW_MANY_NEVER = lines("""
how many {many} never {past} {a}
how many {many} have never {part} {a}
how many {many} did not {base} any {c}
{numberof} {many} that never {past} {a}
{numberof} {many} who have not {part} any {c}
count the {many} that never {past} {a}
""")
_WITH = lines("""
which {many} have at least one {one}
which {many} have {c}
which {many} have any {c}
which {many} have ever had a {one}
{show} the {many} that have at least one {one}
{show} the {many} with at least one {one}
{show} {many} that have any {c}
{show} {many} for which there is a {one}
{many} with at least one {one}
{many} that have {c}
{who} has at least one {one}
{who} has a {one}
find all {many} with a {one}
for which {many} are there {c}
""")
_HOW_MANY_WITH = lines("""
how many {many} have at least one {one}
how many {many} have {c}
how many {many} have any {c}
how many of the {many} have a {one}
{numberof} {many} with at least one {one}
{numberof} {many} that have {c}
count the {many} that have a {one}
count the {many} with {c}
""")
_SOME = lines("""
which {many} have {c} {end}
which {many} have {c} {end}
which {many} had {c} {end}
which {many} have at least one of the {c} {end}
{show} the {many} with {c} {end}
{show} the {many} that have {c} {end}
{show} {many} that had {c} {end}
{many} with {c} {end}
{many} that have {c} {end}
{who} has {c} {end}
{who} had {c} {end}
find the {many} that have {c} {end}
for which {many} are there {c} {end}
""")
_SOME_DEED = lines("""
which {many} {past} {c} {end}
which {many} {past} {c} {end}
which {many} have {part} {c} {end}
{who} {past} {c} {end}
{who} has {part} {c} {end}
{show} the {many} who {past} {c} {end}
{many} that {past} {c} {end}
find the {many} that have {part} {c} {end}
""")
_HOW_MANY_SOME = lines("""
how many {many} have {c} {end}
how many {many} had {c} {end}
how many different {many} have {c} {end}
how many different {many} are there with {c} {end}
{numberof} {many} with {c} {end}
{numberof} different {many} that have {c} {end}
count the {many} that have {c} {end}
""")
_NONE = lines("""
which {many} have no {c} {end}
which {many} had no {c} {end}
which {many} do not have any {c} {end}
which {many} did not have any {c} {end}
{show} the {many} without {c} {end}
{show} the {many} that have no {c} {end}
{many} without {c} {end}
{many} with no {c} {end}
{who} has no {c} {end}
{who} had no {c} {end}
find the {many} that have no {c} {end}
""")


class Absences(Paths):
    """Families of questions; each gives None where the schema lacks a part."""

    def without(self) -> Made | None:
        """Rows that nothing refers to, or that something does."""
        found = self.pair(0.1)
        if found is None or not self.nameable(found[1]):
            return None
        n, p = found
        rng = self.rng
        count, negative = rng.random() < 0.35, rng.random() < 0.75
        clause = self.clause(p) if rng.random() < 0.15 else None
        many = self.many(p) if clause is None or clause.after else f"{clause.before} {self.many(p)}"
        gaps = self._absent_gaps(n, p) | {"many": many}
        if clause is not None and not clause.before:
            clause = None
        deed, passive = self.deed(p, n), self._passive(n, p)
        if not negative:
            text = self.say(*(_HOW_MANY_WITH if count else _WITH), **gaps)
        elif passive and not count and rng.random() < 0.7:
            text = self.say(*_NEVER_DONE, **gaps, **passive)
        elif deed and rng.random() < 0.6:
            forms = {"base": deed.base, "past": deed.past, "part": deed.participle}
            text = self.say(*(_HOW_MANY_NEVER if count else _NEVER), **gaps, **forms)
        else:
            text = self.say(*(_HOW_MANY if count else _WITHOUT), **gaps)
        head = COUNT if count else self.refs(p, self.shown(p))
        test: Answer = [*(["NOT"] if negative else []), "EXISTS", table(n)]
        where = also(clause.answer if clause else [], test)
        return text, ["SELECT", *head, "FROM", table(p), *where]

    def _absent_gaps(self, n: int, p: int) -> dict[str, str]:
        one, tab = self.tabs[n].one, self.tabs[p]
        a = f"{'an' if one[0] in 'aeiou' else 'a'} {one}"
        who = "who" if tab.person else f"which {tab.one}"
        return {"c": self.many(n), "one": one, "a": a, "p": tab.one, "who": who}

    def _passive(self, n: int, p: int) -> dict[str, str] | None:
        """What others do to these rows by way of the link, where one thing alone does."""
        ways = [(a, b) for a, link, b in self.crossings() if link == n and b == p]
        deeds = [(self.deed(a, b, n), a) for a, b in ways if self.deed(a, b, n)]
        if len(deeds) != 1 or deeds[0][0] is None:
            return None
        deed, doer = deeds[0]
        forms = {"base": deed.base, "past": deed.past, "part": deed.participle}
        return forms | {"p2": self.tabs[doer].one}

    def with_some(self) -> Made | None:
        """Rows by a condition on what refers to them: some of it meets it, or none."""
        found = self.pair(0.15)
        if found is None or not self.nameable(found[1]):
            return None
        n, p = found
        noun, end, where = self.limited(n, 1.0)
        if not where:
            return None
        gaps = self._absent_gaps(n, p) | {"many": self.many(p), "c": noun, "end": end}
        roll = self.rng.random()
        own = self.refs(p, self.shown(p))
        if roll < 0.25:
            if len(self.shown(p)) != 1:
                return None
            inner = self.source(own, where)
            text = self.say(*_NONE, **gaps)
            if inner is None:
                return None
            test: Answer = [*own, "NOT", "IN", "(", "SELECT", *own, *inner, "WHERE", *where, ")"]
            return text, ["SELECT", *own, "FROM", table(p), "WHERE", *test]
        deed = self.deed(p, n)
        if roll < 0.45:
            text, head = self.say(*_HOW_MANY_SOME, **gaps), call("COUNT", ["DISTINCT", table(p)])
        elif deed is not None and self.rng.random() < 0.6:
            forms = {"base": deed.base, "past": deed.past, "part": deed.participle}
            text, head = self.say(*_SOME_DEED, **gaps, **forms), ["DISTINCT", *own]
        else:
            text, head = self.say(*_SOME, **gaps), ["DISTINCT", *own]
        source = self.source(head, where)
        return source and (text, ["SELECT", *head, *source, "WHERE", *where])
