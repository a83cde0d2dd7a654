"""Makes up questions for shares: of the rows that meet a condition, and of groups in the whole.

It must not know joins or slots.
"""

# ruff: noqa: E501  (sayings read best in one line each)

from __future__ import annotations

from pairs import Answer, table

from made_up.conditions import INVERTED
from made_up.groups import Groups
from made_up.phrases import COUNT, Made, call, lines

_SHARE = lines("""
what {percentage} of {many} {verb}
what {percentage} of {many} {verb}
what {percentage} of the {many} {verb}
what {percentage} of our {many} {verb}
what {percentage} of all {many} {verb}
which {percentage} of {many} {verb}
what is the {percentage} of {many} that {verb}
what is the {percentage} of {many} which {verb}
{whatis} the {percentage} of {many} that {verb}
{show} the {percentage} of {many} that {verb}
{percentage} of {many} that {verb}
{percentage} of all {many} that {verb}
the {percentage} of {many} that {verb}
how many percent of {many} {verb}
how many percent of the {many} {verb}
how many of the {many} {verb}, in percent
how many {many} {verb} in percent
how large is the {percentage} of {many} that {verb}
how big is the {percentage} of {many} that {verb}
how high is the {percentage} of {many} that {verb}
i wonder what {percentage} of {many} {verb}
calculate the {percentage} of {many} that {verb}
out of all {many}, what {percentage} {verb}
of all {many}, what {percentage} {verb}
among {many}, what {percentage} {verb}
so what {percentage} of {many} {verb}
in percent, how many {many} {verb}
""")
_NOUNS = lines("""
what {percentage} of all {many} are {noun}
what {percentage} of {many} are {noun}
what is the {percentage} of {noun}
{whatis} the {percentage} of {noun}
{whatis} the {percentage} of {noun} among all {many}
{percentage} of {noun}
{show} the {percentage} of {noun}
{percentage} {noun}
how high is the {percentage} of {noun}
how large is the {percentage} of {noun} among all {many}
what is the {percentage} of {noun} in all {many}
i need the {percentage} of {noun}
""")
_GROUPED = lines("""
{text} {by} {name}
{text} {by} {name}
{text} {per} {name}
{text} for each {name}
{text} in each {name}
{text}, by {name}
{text}, per {name}
for each {name}, {text}
for every {name}, {text}
by {name}: {text}
""")
_PART = lines("""
{percentage} of {of} by {name}
{percentage} of {of} per {name}
{percentage} of the total {of} by {name}
{percentage} of total {of} for each {name}
{percentage} of total {of} by {name}
{whatis} the {percentage} of {of} by {name}
{whatis} the {percentage} of the total {of} for each {name}
what {percentage} of {of} comes from each {name}
what {percentage} of the total {of} comes from each {name}
what {percentage} of the {of} does each {name} make up
what {percentage} of total {of} does each {name} have
what {percentage} of {of} goes to each {name}
what {percentage} of the {of} falls on each {name}
what {percentage} does each {name} have in the {of}
how much does each {name} contribute to the {of}, in percent
how much percent of the {of} is in each {name}
how is the {of} split across the {name}, in percent
how is the {of} split by {name}, as {percentage}
how is {of} distributed over {name} in percent
{show} the {percentage} of {of} by {name}
{show} the {percentage} of {of} of each {name}
{show} each {name} with its {percentage} of the {of}
{show} each {name} and its {percentage} of total {of}
{show} the {percentage} that each {name} has of the {of}
for each {name}, what {percentage} of the total {of} does it make up
contribution of each {name} to {of} in percent
{of} by {name} in percent of the total
{of} by {name} as {percentage} of the total
percentage breakdown of {of} by {name}
percentage split of {of} by {name}
""")
_MADE_UP = lines("""
what {percentage} of {many} is in each {name}
what {percentage} of {many} are in each {name}
what {percentage} of the {many} has each {name}
what {percentage} of {many} belongs to each {name}
what {percentage} of all {many} does each {name} make up
{percentage} of {many} by {name}
{percentage} of {many} per {name}
{percentage} of {many} in each {name}
{whatis} the {percentage} of {many} by {name}
{whatis} the {percentage} of {many} for each {name}
{show} the {percentage} of {many} by {name}
{show} each {name} with its {percentage} of all {many}
{show} each {name} and the {percentage} of {many} in it
for each {name}, {show} the {percentage} of all {many}
how are {many} distributed over {name} in percent
how are the {many} split by {name}, in percent
how many percent of the {many} are in each {name}
percentage breakdown of {many} by {name}
percentage distribution of {many} by {name}
distribution of {many} by {name} in percent
""")
_WORDS = ("percentage", "percentage", "percentage", "share", "share", "proportion", "fraction", "percent", "part", "portion")  # fmt: skip


class Shares(Groups):
    """Families of questions; each gives None where the schema lacks a part."""

    def share(self) -> Made | None:
        """Of all rows, or of each group's, the part that meets a condition."""
        n = self.tab()
        clause = self.clause(n)
        if clause is None:
            return None
        many, test = self.many(n), clause.answer
        if test[0] == "(" and test[-1] == ")":
            test = test[1:-1]
        percentage = self.pick(*_WORDS)
        if clause.verb and not clause.verb.startswith(INVERTED) and self.rng.random() < 0.75:
            text = self.say(*_SHARE, percentage=percentage, many=many, verb=clause.verb)
        else:
            noun = f"{clause.before} {many} {clause.after}"
            text = self.say(*_NOUNS, percentage=percentage, many=many, noun=noun)
        head = ["SHARE", "(", *test, ")"]
        by = self._key(n, "s")
        used = [part[1] for part in test if isinstance(part, tuple) and part[0] == "c"]
        if by is None or self.ref(n, by)[0][1] in used or self.rng.random() < 0.7:
            return text, ["SELECT", *head, "FROM", table(n)]
        here = self.ref(n, by)
        text = self.say(*_GROUPED, text=text, name=self.said(by))
        self.template = self.template.replace("{text}", "{percentage}")
        shown = self.in_order(here, head)
        return text, ["SELECT", *shown, "FROM", table(n), "GROUP BY", *here]

    def part(self) -> Made | None:
        """Each group's part of the whole: of a column's total, or of all rows."""
        n = self.tab()
        by, number = self._key(n, "s"), self.col(n, "n")
        if by is None:
            return None
        name, here, percentage = self.said(by), self.ref(n, by), self.pick(*_WORDS[:9])
        total: Answer = COUNT
        if number is not None and self.rng.random() < 0.6:
            text = self.say(*_PART, percentage=percentage, of=self.said(number), name=name)
            total = call("SUM", self.ref(n, number))
        else:
            text = self.say(*_MADE_UP, percentage=percentage, many=self.many(n), name=name)
        shown = self.in_order(here, call("PART", total))
        return text, ["SELECT", *shown, "FROM", table(n), "GROUP BY", *here]
