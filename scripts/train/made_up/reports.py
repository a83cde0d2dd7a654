"""Makes up questions for a figure by group in a period: revenue by product last week.

It must not know slots.
"""

from __future__ import annotations

import re

from pairs import Answer

import made_up.report_wordings as ask
from made_up.measures import Measure, Measures
from made_up.parents import OWN, Group
from made_up.paths import also
from made_up.phrases import COUNT, Made, call
from made_up.sales_wordings import BINS

# A column of which a bare name means the sum: "amount by city".
_SUMMED = frozenset(
    "amount,total amount,quantity,cost,fee,hours,distance,duration,passengers,goals,tip,tips,"
    "nights,days,miles,income,attendance,points".split(",")
)
_BARE = ("in the year ", "in ", "during ", "for ", "throughout ", "over ", "within ")
_OWNED = re.compile(r"(last|this|next) \w+|yesterday|today|the (last|past) .*")
_YEARLY = re.compile(r"\w+|\w+ \d{4}|the \w+ (quarter|half) of \d{4}")
# Sales that are money even where a table is called so.
_BARE_SALES = re.compile(r"(\w+ ){0,2}sales (by|per|for|across) ")
# Wordings for one group alone.
_SINGLE = re.compile(r"\{plural|\{l\} \{m|[Ee]ach \{l\} (and|with|have)|\{l\} and|\{l\} had")


def ahead(period: str) -> str:
    """A period before what happened in it, as in last week's or 2023; empty where none can be."""
    bare = period
    for lead in _BARE:
        bare = bare.removeprefix(lead)
    if _OWNED.fullmatch(bare):
        return f"{bare}'" if bare.endswith("s") else f"{bare}'s"
    dated = bare != period and not bare.startswith(("the ", "last ", "next ", "18", "the"))
    return bare if dated and _YEARLY.fullmatch(bare) and bare[0] not in "asot" else ""


class Reports(Measures):
    """Families of questions; each gives None where the schema lacks a part."""

    def report(self) -> Made | None:
        """A figure by one group or two, mostly in a period."""
        made, kind = self._reported()
        if made is None:
            return None
        first = self._report_group(made.table)
        if first is None:
            return None
        group, here = first
        second = self._second_report_group(made.table, here) if self.rng.random() < 0.16 else None
        if second is not None:
            group, here = Group([], f"{group.one} and {second[0]}", ""), [*here, ",", *second[1]]
        said = self._report_when(made.table)
        if said is None:
            return None
        end, where = said
        only = self._report_only(made.table, here)
        measure = made._replace(words=f"{made.words} {only[0]}".strip())
        text = self._report_said(measure, kind, group, end)
        tail = also(only[1], where)
        source = self.source(here, made.answer, tail, through=(made.table,))
        if source is None or only[0] not in text:
            return None
        shown = self.as_asked(here, made.answer)
        text, orders = self._parent_sorted(text, made.answer, here)
        return text, ["SELECT", *shown, *source, *tail, "GROUP BY", *here, *orders]

    def _reported(self) -> tuple[Measure | None, str]:
        """The figure, and which wordings it takes."""
        sold = self.sales_measure()
        if sold is not None and self.rng.random() < 0.75:
            return sold, "pieces" if "sold" in sold.words else "money"
        facts = [n for n, tab in enumerate(self.tabs) if tab.kind in "el" and self._sale_day(n)]
        if not facts:
            return None, ""
        n = self.rng.choice(facts)
        number = self.col(n, "n")
        if number is None or self.rng.random() < 0.4:
            return Measure(n, self.many(n), COUNT), "count"
        name = self.said(number)
        if number.base in _SUMMED and name == number.words and self.rng.random() < 0.35:
            return Measure(n, name, call("SUM", self.ref(n, number))), "figure"
        function, word = self._function() if self.rng.random() < 0.6 else ("SUM", "total")
        words = f"{word} {name}"
        if not self.alone(number) or self.rng.random() < 0.3:
            words += f" of {self.pick('', 'the ', 'all ')}{self.many(n)}"
        return Measure(n, words, call(function, self.ref(n, number))), "figure"

    def _report_group(self, n: int) -> tuple[Group, Answer] | None:
        """What the rows belong to or a column of that, or a column of their own."""
        rng = self.rng
        above = self._owners(n)
        if above and rng.random() < 0.78:
            p = rng.choice(above)
            group = self._parent_group(p)
            if group is None:
                return None
            if group.cols != self.shown(p):
                group = group._replace(many=self.plural(group.cols[0]))
            return group, self.refs(p, group.cols)
        shown = self.shown(n)
        texts = [c for c in self.cols(n, "s") if c.base not in OWN and c not in shown]
        if not texts:
            return None
        col = rng.choice(texts)
        said = self.said(col) if self.alone(col) else f"{self.tabs[n].one} {col.words}"
        return Group([col], said, self.plural(col)), self.ref(n, col)

    def _second_report_group(self, n: int, first: Answer) -> tuple[str, Answer] | None:
        if self.rng.random() < 0.3:
            day = self._sale_day(n)
            word, name = self.rng.choice(BINS)
            return day and (word, call(name, self.ref(*day)))
        found = self._report_group(n)
        if found is None or {*map(str, found[1])} & {*map(str, first)} - {","}:
            return None
        return found[0].one, found[1]

    def _report_when(self, n: int) -> tuple[str, Answer] | None:
        """The period and its condition: seldom none."""
        day = self._sale_day(n)
        if day is None or self.rng.random() < 0.06:
            return "", []
        said, sign, answer = self.span()
        between: Answer = ["AND", *answer[1:]] if sign == "BETWEEN" else []
        return said, [*self.ref(*day), sign, answer[0], *between]

    def _report_only(self, n: int, here: Answer) -> tuple[str, Answer]:
        """One of what the rows belong to, to which the figure is limited at times."""
        used = {part[1].table for part in here if isinstance(part, tuple) and part[0] == "c"}
        used |= {part[1] for part in here if isinstance(part, tuple) and part[0] == "t"}
        others = [p for p in self._owners(n) if p not in used]
        if not others or self.rng.random() > 0.1:
            return "", []
        who = self.named(self.rng.choice(others))
        if who is None:
            return "", []
        return f"{self.pick('for', 'for', 'from', 'at', 'of')} {who.text}", who.where

    def _report_said(self, made: Measure, kind: str, group: Group, end: str) -> str:
        """The question; `template` is its wording with the figure's words filled in."""
        head = ahead(end)
        gaps = {"l": group.one, "plural": group.many, "end": end, "head": head}
        ways: list[tuple[str, ...]] = [ask.BY, ask.BY, ask.BY]
        if group.many:
            more = {"money": [ask.MADE, ask.SOLD], "pieces": [ask.PIECES]}
            ways += [ask.EACH, *more.get(kind, [])]
        if head and self.rng.random() < 0.5:
            ways = [ask.AHEAD]
        if kind == "count":
            ways = [ask.COUNTED_AHEAD] if ways == [ask.AHEAD] else [ask.COUNTED]
            ways = [self.counting(ways[0], made.words)]
        templates = self.rng.choice(ways)
        if not group.many:
            templates = tuple(text for text in templates if not _SINGLE.search(text))
        if not end:
            templates = tuple(
                t for t in templates if "{end}," not in t and not t.startswith("{end}")
            )
        if made.words == "total sales" and self.rng.random() < 0.5:
            text = self.say(*templates, m="sales", **gaps)
            if _BARE_SALES.match(text):
                self.template = self.template.replace("{m}", "sales")
                return text
        text = self.say(*templates, m=made.words, c=made.words, **gaps)
        self.template = self.template.replace("{m}", made.words)
        return text
