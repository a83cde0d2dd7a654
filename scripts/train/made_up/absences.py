"""Makes up questions for rows by what refers to them at all: customers without orders.

It must not know slots.
"""

from __future__ import annotations

from pairs import Answer, table, value

import made_up.absence_wordings as ask
from made_up.parent_wordings import ABOVE
from made_up.paths import Paths, also
from made_up.phrases import COUNT, SPELLED, Made, call


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
            text = self.say(*(ask.HOW_MANY_WITH if count else ask.WITH), **gaps)
        elif passive and not count and rng.random() < 0.7:
            text = self.say(*ask.NEVER_DONE, **gaps, **passive)
        elif deed and rng.random() < 0.6:
            forms = {"base": deed.base, "past": deed.past, "part": deed.participle}
            text = self.say(*(ask.HOW_MANY_NEVER if count else ask.NEVER), **gaps, **forms)
        else:
            text = self.say(*(ask.HOW_MANY if count else ask.WITHOUT), **gaps)
        if "one {one}" in self.template:
            counted = None if clause else self._with_as_many(n, p, count)
            return counted and (text, counted)
        head = COUNT if count else self.refs(p, self.shown(p))
        test: Answer = [*(["NOT"] if negative else []), "EXISTS", table(n)]
        where = also(clause.answer if clause else [], test)
        return text, ["SELECT", *head, "FROM", table(p), *where]

    def _with_as_many(
        self, n: int, p: int, count: bool, sign: str = ">=", limit: str = "1"
    ) -> Answer | None:
        """The rows, or their number, with so many of what refers to them: the model sees no number,
        so one is as any other."""
        own = self.refs(p, self.shown(p))
        source = self.source(own, through=(p, n))
        if source is None:
            return None
        having: Answer = ["GROUP BY", *own, "HAVING", *COUNT, sign, value(limit, None)]
        inner: Answer = ["SELECT", *own, *source, *having]
        if not count:
            return inner
        if len(self.shown(p)) > 1 or not self.shown(p)[0].display:
            return None
        return ["SELECT", *COUNT, "FROM", table(p), "WHERE", *own, "IN", "(", *inner, ")"]

    def having_count(self) -> Made | None:
        """How many rows have more than so many of the rows that refer to them."""
        found = self.pair(0.1)
        if found is None:
            return None
        n, p = found
        sign, words = self.rng.choice(ABOVE)
        k, _ = self.counted(2, 9)
        deed = self.deed(p, n)
        gaps = {"many": self.many(p), "c": self.many(n), "words": words, "k": k}
        if deed is not None and self.rng.random() < 0.5:
            text = self.say(*ask.HOW_MANY_DID, past=deed.past, part=deed.participle, **gaps)
        else:
            text = self.say(*ask.HOW_MANY_HAVE, **gaps)
        limit = next((str(n) for n, word in SPELLED.items() if word == k), k)
        answer = self._with_as_many(n, p, True, sign, limit)
        return answer and (text, answer)

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
            text = self.say(*ask.NONE, **gaps)
            if inner is None:
                return None
            test: Answer = [*own, "NOT", "IN", "(", "SELECT", *own, *inner, "WHERE", *where, ")"]
            return text, ["SELECT", *own, "FROM", table(p), "WHERE", *test]
        deed = self.deed(p, n)
        if roll > 0.8 and self.cols(p, "snd"):
            cols = self.described(p)
            listed = self.told(p, cols, self.rng.random() < 0.5)
            text, head = self.say(*ask.SOME_COLUMNS, listed=listed, **gaps), self.refs(p, cols)
            head = ["DISTINCT", *head]
        elif roll < 0.45:
            text, head = self.say(*ask.HOW_MANY_SOME, **gaps), call("COUNT", ["DISTINCT", table(p)])
        elif deed is not None and self.rng.random() < 0.6:
            forms = {"base": deed.base, "past": deed.past, "part": deed.participle}
            text, head = self.say(*ask.SOME_DEED, **gaps, **forms), ["DISTINCT", *own]
        else:
            text, head = self.say(*ask.SOME, **gaps), ["DISTINCT", *own]
        source = self.source(head, where)
        return source and (text, ["SELECT", *head, *source, "WHERE", *where])
