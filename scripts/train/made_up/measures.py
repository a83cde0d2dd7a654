"""Makes up questions for figures that no column holds: revenue by product, units sold last month.

It must not know slots.
"""

from __future__ import annotations

from typing import NamedTuple

from pairs import Answer

from made_up.parents import Parents
from made_up.paths import also
from made_up.phrases import Made, call
from made_up.roles import BORN, SOONER, core
from made_up.sales_wordings import (
    ADVERBS,
    ALL,
    BINNED,
    BINS,
    BY,
    MONEY,
    MOST,
    OF,
    PART,
    SPENT,
    SPENT_BY,
    SPENT_EACH,
    TOP,
    UNITS,
)
from made_up.schemas import Col

_SOLD = frozenset(
    "order invoice order_item invoice_line order_dish ticket_sale rental service_charge "
    "house_sale order_entry".split()
)
# What has quantities and is not sold.
_UNSOLD = frozenset("recipe_line bill_of_material spraying stock_level product_supplier".split())
_SUMS = frozenset("total amount subtotal revenue takings".split())
_MAIN = frozenset("ordered on,issued on,sold on,booked on,picked up on,served on".split(","))


class Measure(NamedTuple):
    """A figure of the rows of `table`, and what it is called."""

    table: int
    words: str
    answer: Answer


class Measures(Parents):
    """Families of questions; each gives None where the schema lacks a part."""

    def sales_measure(self) -> Measure | None:
        """The schema's one revenue, or its units sold."""
        found = [m for n in range(len(self.tabs)) for m in self._worth_of(n)]
        words = {word for tab in self.tabs for c in tab.cols for word in c.words.split()}
        views = any(tab.is_view for tab in self.tabs)
        if not found or views or words & {"revenue", "sales", "turnover", "spending"}:
            return None
        units = self._based(found[0].table, ("quantity",))
        if units is not None and self.rng.random() < 0.15:
            n = found[0].table
            said = self.rng.choice(UNITS.split(","))
            return Measure(n, said, call("SUM", self.ref(n, units)))
        return found[0] if len(found) == 1 else None

    def _based(self, n: int, bases: tuple[str, ...]) -> Col | None:
        found = [c for c in self.tabs[n].cols if c.base in bases and c.words == c.base]
        return found[0] if found else None

    def _worth_of(self, n: int) -> list[Measure]:
        """Price x quantity, or an amount, of the rows of one table."""
        tab = self.tabs[n]
        units = self._based(n, ("quantity",))
        price = self._based(n, ("unit price", "price"))
        if tab.kind not in "el" or tab.entity in _UNSOLD:
            return []
        sums = [c for c in self.cols(n, "n") if _SUMS & {*c.words.split()}]
        if units is not None and sums:
            return []  # it may be either
        named = any("sale" in other.one for other in self.tabs)
        clear = [w for w in MONEY.split(",") if "sales" not in w or w == "total sales"]
        words = self.rng.choice(clear if named else MONEY.split(","))
        if units is not None and price is not None:
            return [Measure(n, words, self._times(self.ref(n, price), self.ref(n, units)))]
        if units is not None:
            above = [(p, self._based(p, ("price",))) for m, p in self.up() if m == n]
            priced = [(p, c) for p, c in above if c is not None]
            if len(priced) == 1:
                cost = self.ref(priced[0][0], priced[0][1])
                return [Measure(n, words, self._times(cost, self.ref(n, units)))]
        amount = self._based(n, ("total amount", "sale price"))
        if amount is not None and units is None and tab.entity in _SOLD:
            return [Measure(n, words, call("SUM", self.ref(n, amount)))]
        return []

    def _times(self, price: Answer, units: Answer) -> Answer:
        return call("SUM", [*price, "*", *units])

    def _sale_day(self, n: int) -> tuple[int, Col] | None:
        """The date that sales are dated by: their own, or that of what they belong to."""
        for number in (n, *(p for m, p in self.up() if m == n)):
            if self.tabs[number].kind not in "el":
                continue
            dates = [c for c in self.cols(number, "d") if core(c.words) not in BORN]
            for main in (
                dates,
                [c for c in dates if c.base in _MAIN],
                [c for c in dates if core(c.base) in SOONER],
            ):
                if len(main) == 1:
                    return number, main[0]
        return None

    def _sale_when(self, n: int, chance: float) -> tuple[str, Answer]:
        """A period at the question's end, and the condition that it means."""
        found = self._sale_day(n)
        if found is None or self.rng.random() > chance:
            return "", []
        said, sign, answer = self.period()
        tail: Answer = ["AND", *answer[1:]] if sign == "BETWEEN" else []
        return said, [*self.ref(*found), sign, answer[0], *tail]

    def _owners(self, n: int) -> list[int]:
        """What the rows belong to, themselves or by way of another."""
        return [p for m, p in [*self.up(), *self.further()] if m == n]

    def revenue(self) -> Made | None:
        """The figure in all, of a row, by a row or what it says, by stretches of time."""
        made = self.sales_measure()
        if made is None:
            return None
        often = [self._sales_by, self._sales_by, self._sales_by, self._sales_best, self._sales_best]
        families = [
            *often,
            self._sales_part,
            self._sales_in_all,
            self._sales_of,
            self._sales_binned,
        ]
        return self.rng.choice(families)(made)

    def _sales_in_all(self, made: Measure) -> Made | None:
        end, where = self._sale_when(made.table, 0.8)
        text = self.say(*ALL, m=made.words, end=end)
        tail = also(where)
        source = self.source(made.answer, tail)
        return source and (text, ["SELECT", *made.answer, *source, *tail])

    def _sales_by(self, made: Measure) -> Made | None:
        above = self._owners(made.table)
        p = self.rng.choice([*above, *above, made.table])
        group = self._parent_group(p)
        if group is None or (p == made.table and group.cols == self.shown(p)):
            return None
        end, where = self._sale_when(made.table, 0.55)
        words = made.words
        tab = self.tabs[p]
        if tab.person and group.cols == self.shown(p) and "sold" not in words:
            if self.rng.random() < 0.5:
                text = self.say(*SPENT_EACH, one=tab.one, end=end)
            else:
                text = self.say(*BY, m=words, l=group.one, end=end)
        else:
            text = self.say(*BY, m=words, l=group.one, end=end)
        here, tail = self.refs(p, group.cols), also(where)
        source = self.source(here, made.answer, tail)
        if source is None:
            return None
        shown = self.as_asked(here, made.answer, m=made.words)
        text, orders = self._parent_sorted(text, made.answer, here)
        said: Answer = ["SELECT", *shown, *source, *tail, "GROUP BY", *here]
        return text, [*said, *orders]

    def _sales_part(self, made: Measure) -> Made | None:
        """What part of the whole is each row's."""
        above = self._owners(made.table)
        p = self.rng.choice(above) if above else None
        group = None if p is None else self._parent_group(p)
        if p is None or group is None:
            return None
        end, where = self._sale_when(made.table, 0.3)
        words = made.words.removeprefix("total ")
        text = self.say(*PART, m=words, l=group.one, end=end)
        here, tail, measure = self.refs(p, group.cols), also(where), call("PART", made.answer)
        source = self.source(here, measure, tail)
        shown = self.as_asked(here, measure, m=words)
        said: Answer = ["SELECT", *shown, *(source or []), *tail, "GROUP BY", *here]
        return source and (text, said)

    def _sales_of(self, made: Measure) -> Made | None:
        above = self._owners(made.table)
        p = self.rng.choice(above) if above else None
        who = None if p is None else self.who(p)
        if p is None or who is None:
            return None
        end, where = self._sale_when(made.table, 0.3)
        spent = self.tabs[p].person and "sold" not in made.words and self.rng.random() < 0.6
        text = self.say(*(SPENT_BY if spent else OF), m=made.words, who=who.text, end=end)
        tail = also(who.where, where)
        source = self.source(made.answer, tail)
        return source and (text, ["SELECT", *made.answer, *source, *tail])

    def _sales_binned(self, made: Measure) -> Made | None:
        day = self._sale_day(made.table)
        if day is None:
            return None
        word, name = self.rng.choice(BINS)
        end, where = self._sale_when(made.table, 0.4)
        text = self.say(*BINNED, m=made.words, bin=word, adverb=ADVERBS[word], end=end)
        here, tail = call(name, self.ref(*day)), also(where)
        source = self.source(here, made.answer, tail)
        shown = self.as_asked(here, made.answer, m=made.words)
        said: Answer = ["SELECT", *shown, *(source or []), *tail]
        orders: Answer = ["ORDER BY", *here] if "time" in text or "trend" in text else []
        return source and (text, [*said, "GROUP BY", *here, *orders])

    def _sales_best(self, made: Measure) -> Made | None:
        above = [p for p in self._owners(made.table) if self.nameable(p)]
        if not above:
            return None
        p = self.rng.choice(above)
        tab, down = self.tabs[p], self.rng.random() < 0.8
        end, where = self._sale_when(made.table, 0.4)
        most = self.pick("highest", "highest", "most", "largest", "biggest") if down else "lowest"
        gaps = {"m": made.words, "end": end, "one": tab.one, "many": tab.many, "most": most}
        gaps["who"] = "who" if tab.person else f"which {tab.one}"
        limit: Answer = ["LIMIT", "1"]
        if self.rng.random() < 0.4:
            k, count = self.counted()
            top = self.pick("top", "top", "best", "first") if down else self.pick("bottom", "worst")
            text, limit = self.say(*TOP, k=k, top=top, **gaps), ["LIMIT", *count]
        elif tab.person and down and "sold" not in made.words and self.rng.random() < 0.6:
            text = self.say(*SPENT, **gaps)
        else:
            text = self.say(*MOST, **gaps)
        here, tail = self.refs(p, self.shown(p)), also(where)
        source = self.source(here, made.answer, tail)
        orders: Answer = ["ORDER BY", *made.answer, *(["DESC"] if down else []), *limit]
        return source and (text, ["SELECT", *here, *source, *tail, "GROUP BY", *here, *orders])
