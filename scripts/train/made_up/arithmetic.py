"""Makes up questions whose figure is worked out of two columns: worth, profit, gaps, days, ages.

It must not know joins or slots.
"""

# ruff: noqa: E501  (sayings read best in one line each)

from __future__ import annotations

from pairs import Answer, table

import made_up.reckoning as say
from made_up.phrases import Made, call
from made_up.roles import BORN, LATER, SOONER, core
from made_up.schemas import Col
from made_up.tails import Tails

_EARNED = ("revenue", "total revenue", "turnover", "sales", "total sales", "income", "takings", "sales revenue", "total turnover", "proceeds", "revenues", "gross revenue", "overall revenue")  # fmt: skip
_WORTH = ("total value", "value", "total worth", "inventory value", "stock value", "worth", "value of the stock")  # fmt: skip
_PAY = ("total cost", "cost", "total pay", "total costs", "total charge", "amount to pay", "total earnings")  # fmt: skip
_EACH = ("price", "unit price", "ticket price", "sale price", "list price", "selling price", "price per unit")  # fmt: skip
# What multiplied with what is called so.
_PRODUCTS = [
    (_EACH, ("quantity", "units", "units sold", "tickets", "number of tickets", "pieces", "tickets sold", "sold quantity"), _EARNED),
    ((*_EACH, "cost", "unit cost", "purchase price"), ("stock", "stock quantity", "units in stock", "in stock"), _WORTH),
    (("purchase price", "unit cost", "cost"), ("quantity", "units", "pieces"), _WORTH),
    (("hourly rate", "rate"), ("hours", "hours worked"), _PAY), (("daily rate", "rate", "price"), ("days", "nights"), _PAY),
    (("monthly rent", "monthly price", "monthly fee"), ("months", "contract months"), _PAY),
]  # fmt: skip
_COSTS = ("cost", "unit cost", "purchase price", "cost price", "buying price", "production cost", "expenses", "freight cost")  # fmt: skip
_INCOMES = ("price", "unit price", "sale price", "list price", "selling price", "revenue", "annual revenue", "sales", "income", "total amount")  # fmt: skip
_KNOWN = frozenset("revenue sales turnover income profit spending proceeds".split())
# Tables whose amounts are sales.
_SALES = frozenset("order sale invoice purchase booking ticket transaction receipt bill subscription deal reservation".split())  # fmt: skip


class Arithmetic(Tails):
    """Families of questions; each gives None where the schema lacks a part."""

    def worth(self, n: int) -> tuple[str, Answer] | None:
        """What rows are worth where no column says so, as revenue and as price x quantity; its
        expression stands for one row. A column that is called so is what is meant, if any."""
        products = [(a, b, said) for a, b, said in self._products(n) if said is not _EARNED or self._is_sure(n)]  # fmt: skip
        if products:
            a, b, said = self.rng.choice(products)
            clear = self._uncalled(said)
            return (self.pick(*clear), [*self.ref(n, a), "*", *self.ref(n, b)]) if clear else None
        amount = self._named(n, ("amount", "total amount", "total", "sale price", "total price"))
        sells = _SALES & set(self.tabs[n].one.split())
        if amount is not None and sells and self._is_sure(n):
            clear = self._uncalled(_EARNED)
            return (self.pick(*clear), self.ref(n, amount)) if clear else None
        return None

    def _uncalled(self, said: tuple[str, ...]) -> list[str]:
        """Of these words for a worth those by which no column is called."""
        called = {word for tab in self.tabs for c in tab.cols for word in c.words.split()}
        return [words for words in said if words.split()[-1] not in called]

    def _products(self, n: int) -> list[tuple[Col, Col, tuple[str, ...]]]:
        cols = self.cols(n, "n")
        return [
            (a, b, said)
            for left, right, said in _PRODUCTS
            for a in cols
            for b in cols
            if a.words in left and b.words in right
        ]

    def _is_sure(self, n: int) -> bool:
        """Whether revenue can be of no other table, and no column says it."""
        words = {word for tab in self.tabs for c in tab.cols for word in c.words.split()}
        others = [m for m in range(len(self.tabs)) if m != n and any(c.words in ("quantity", "units", "amount", "total amount", "total", "sale price") for c in self.cols(m, "n"))]  # fmt: skip
        return not words & _KNOWN and not others

    def profit(self, n: int) -> tuple[str, Answer] | None:
        """What is left of a price after its cost, for one row."""
        price, cost = self._named(n, _INCOMES), self._named(n, _COSTS)
        if price is None or cost is None or self._named(n, ("profit", "margin")) is not None:
            return None
        return self.pick("profit", "profit", "margin", "gain", "net profit", "earnings after cost"), [*self.ref(n, price), "-", *self.ref(n, cost)]  # fmt: skip

    def _named(self, n: int, names: tuple[str, ...]) -> Col | None:
        found = [c for c in self.cols(n, "n") if c.words in names]
        return self.rng.choice(found) if found else None

    def worked_out(self) -> Made | None:
        """A figure out of two columns that the question names by what it means."""
        for n in self.rng.sample(range(len(self.tabs)), len(self.tabs)):
            made = self.worth(n) or self.profit(n)
            if made is not None:
                return self._money(n, *made)
        return None

    def _money(self, n: int, said: str, each: Answer) -> Made:
        rng = self.rng
        own = [c for c in self.cols(n, "n") if self.ref(n, c)[0] in each]
        noun, where = self.where(n, 0.4, *own)
        total = call("SUM", each)
        by = self.col(n, "s")
        if by is not None and not by.display and rng.random() < 0.5:
            here = self.ref(n, by)
            text = self.say(*say.BY, worth=said, noun=noun, name=self.said(by))
            self.template = self.template.replace("{worth}", said)
            shown = self.in_order(here, total)
            where = where if noun in text else []
            text, where = self.tailed(n, text, where, 0.4)
            if rng.random() < 0.25:
                most, desc = rng.choice([("most", ["DESC"]), ("highest", ["DESC"]), ("lowest", []), ("least", []), ("largest", ["DESC"])])  # fmt: skip
                text = self.say(*say.MOST, worth=said, name=self.said(by), most=most)
                return text, ["SELECT", *here, "FROM", table(n), "GROUP BY", *here, "ORDER BY", *total, *desc, "LIMIT", "1"]  # fmt: skip
            return text, ["SELECT", *shown, "FROM", table(n), *where, "GROUP BY", *here]
        if "-" in each and rng.random() < 0.4:
            text = f"{self.pick('what is the', 'show the', '')} {said} {self.pick('of', 'on', 'made with', 'for')} each of the {noun}"
            return text, ["SELECT", *self.refs(n, self.shown(n)), ",", *each, "FROM", table(n), *where]  # fmt: skip
        text = self.say(*(say.WORTHS if "value" in said or "worth" in said else say.TOTAL), worth=said, noun=noun)  # fmt: skip
        text, where = self.tailed(n, text, where if noun in text else [], 0.4)
        return text, ["SELECT", *total, "FROM", table(n), *where]

    def two_columns(self) -> Made | None:
        """A difference, a ratio or a sum of two columns that the question names."""
        n = self.tab()
        pair = self.two(n, "n")
        if pair is None:
            return None
        noun, where = self.where(n, 0.5)
        who = self.pick("each of the ", "the ", "every one of the ", "all ", "") + noun
        a, b = pair
        templates, sign = self.rng.choice(
            [(say.GAP, "-"), (say.GAP, "-"), (say.RATIO, "/"), (say.PLUS, "+")]
        )
        text = self.say(*templates, a=self.said(a), b=self.said(b), who=who)
        each: Answer = [*self.ref(n, a), sign, *self.ref(n, b)]
        names: Answer = []
        if who.startswith(("each", "every")):
            names = [*self.refs(n, self.shown(n)), ","]
        return text, ["SELECT", *names, *each, "FROM", table(n), *where]

    def days(self) -> Made | None:
        """How long something took or is ago."""
        for n in self.rng.sample(range(len(self.tabs)), len(self.tabs)):
            dates = self.cols(n, "d")
            early = [c for c in dates if core(c.words) in SOONER]
            late = [c for c in dates if core(c.words) in LATER and c not in early[:1]]
            if early and late and self.rng.random() < 0.8:
                return self._between(n, early[0], late[0])
            if dates:
                return self._ago_days(n, self.rng.choice(dates))
        return None

    def _between(self, n: int, early: Col, late: Col) -> Made:
        noun, where = self.where(n, 0.3)
        gap: Answer = ["DAYS", "(", *self.ref(n, early), ",", *self.ref(n, late), ")"]
        a, b = self.said(early), self.said(late)
        if a == b:
            a, b = early.words, late.words
        if self.rng.random() < 0.6:
            function, word = self.rng.choice([("AVG", "average"), ("AVG", "average"), ("AVG", "average"), ("MAX", "maximum"), ("MIN", "minimum"), ("AVG", "mean")])  # fmt: skip
            text = self.say(*say.LASTS, a=a, b=b, noun=noun, average=word)
            if "on maximum" in text or "on minimum" in text or "on mean" in text:
                text, function = text.replace(f"on {word}", "on average"), "AVG"
            return text, ["SELECT", *call(function, gap), "FROM", table(n), *(where if noun in text else [])]  # fmt: skip
        text = self.say(*say.DAYS, a=a, b=b, who=f"each of the {noun}")
        return text, ["SELECT", *self.refs(n, self.shown(n)), ",", *gap, "FROM", table(n), *where]

    def _ago_days(self, n: int, col: Col) -> Made:
        noun, where = self.where(n, 0.3)
        gap: Answer = ["DAYS", "(", *self.ref(n, col), ",", "TODAY", ")"]
        text = self.say(*say.SINCE, a=self.said(col), who=f"each of the {noun}")
        return text, ["SELECT", *self.refs(n, self.shown(n)), ",", *gap, "FROM", table(n), *where]

    def ages(self) -> Made | None:
        """Ages where only a birth date is there."""
        found = [
            (n, c)
            for n in range(len(self.tabs))
            for c in self.cols(n, "d")
            if core(c.words) in BORN
        ]
        found = [
            (n, c) for n, c in found if not any("age" in x.words.split() for x in self.cols(n, "n"))
        ]
        if not found:
            return None
        n, col = self.rng.choice(found)
        noun, where = self.where(n, 0.4)
        age = call("AGE", self.ref(n, col))
        if self.rng.random() < 0.3:
            text = self.say(*say.OLDS, noun=noun)
            return text, ["SELECT", *self.refs(n, self.shown(n)), ",", *age, "FROM", table(n), *where]  # fmt: skip
        function, word = self.rng.choice([("AVG", "average"), ("AVG", "mean"), ("AVG", "average"), ("MAX", "maximum"), ("MIN", "minimum"), ("MAX", "highest")])  # fmt: skip
        text = self.say(*say.AGED, noun=noun, agg=word)
        function = "AVG" if "on average" in text else function
        return text, ["SELECT", *call(function, age), "FROM", table(n), *where]
