"""Says conditions on dates: periods, by the role of the date, ages, what is open, due or overdue.

It must not know whole questions, slots, or how a period becomes days.
"""

from __future__ import annotations

from pairs import Answer, value

from made_up.periods import Periods
from made_up.phrases import lines
from made_up.roles import AHEAD, BORN, DUE, EXPIRING, SETTLES, core, role
from made_up.schemas import Col

Said = tuple[str, str, str, Answer]

# A date column's words: what happened on that day | what a row is without one.
_DONE = lines("""
{past} {p} | were {past} {p}
{past} {p} | were {past} {p}
that were {past} {p} | have been {past} {p}
which were {past} {p} | got {past} {p}
{past} {p} | was {past} {p}
that got {past} {p} | did we have {past} {p}
{past} {p} | {past} {p}
who were {past} {p} | had been {past} {p}
we had {past} {p} | {past} {p}
that have been {past} {p} | did they get {past} {p}
""")
_NAMED = lines("""
with a {name} {p} | have a {name} {p}
with {name} {p} | have {name} {p}
with the {name} {p} | have the {name} {p}
whose {name} is {p} | have a {name} that is {p}
whose {name} was {p} | had their {name} {p}
whose {name} lies {p} | have their {name} {p}
whose {name} falls {p} | have the {name} falling {p}
where the {name} is {p} | had a {name} {p}
where {name} is {p} | show a {name} {p}
having a {name} {p} | have {name} {p}
by {name} {p} | had {name} {p}
that had their {name} {p} | had {name} {p}
that have their {name} {p} | have their {name} {p}
""")
_PLAIN = lines("""
{p} | do we have {p}
{p} | were there {p}
{p} | did we have {p}
{p} | are there {p}
{p} | took place {p}
from {p} | are from {p}
that were made {p} | were made {p}
that happened {p} | happened {p}
that took place {p} | came in {p}
dated {p} | are dated {p}
that came in {p} | came in {p}
recorded {p} | were recorded {p}
registered {p} | were registered {p}
we had {p} | have we had {p}
made {p} | came {p}
""")
_OLDER = lines("""
> | older than {v} | are older than {v}
> | over {v} | are over {v}
> | over {v} years old | are over {v} years old
> | aged over {v} | are aged over {v}
> | above {v} years of age | are above {v} years of age
> | more than {v} years old | are more than {v} years old
> | over the age of {v} | are over the age of {v}
>= | aged {v} or older | are {v} or older
>= | who are {v} or older | are {v} or older
>= | aged {v} or over | are {v} or over
>= | {v} years or older | are {v} years or older
>= | of at least {v} years | are at least {v} years old
>= | aged {v} and above | are {v} and above
>= | who are at least {v} | are at least {v}
< | younger than {v} | are younger than {v}
< | under {v} | are under {v}
< | under {v} years old | are under {v} years old
< | under the age of {v} | are under the age of {v}
< | aged below {v} | are below {v} years of age
< | aged under {v} | are aged under {v}
< | less than {v} years old | are less than {v} years old
<= | aged {v} or younger | are {v} or younger
<= | who are at most {v} years old | are at most {v} years old
<= | not older than {v} | are not older than {v}
= | aged {v} | are {v} years old
= | who are {v} years old | are aged {v}
= | who are exactly {v} | are exactly {v}
""")
_AGES = lines("""
aged between {v} and {w} | are between {v} and {w} years old
aged {v} to {w} | are {v} to {w} years old
between {v} and {w} years old | are aged between {v} and {w}
between the ages of {v} and {w} | are between the ages of {v} and {w}
from {v} to {w} years of age | are between {v} and {w}
who are between {v} and {w} | are from {v} to {w} years old
""")
_LATE = lines("""
< | overdue | that are overdue | are overdue
< | overdue | which are overdue | are now overdue
< | late | that are late | are late
< | overdue | with a {name} before today | have a {name} before today
< | overdue | whose {name} has passed | have a {name} that has passed
< | overdue | whose {name} is in the past | have a {name} in the past
< | overdue | past their {name} | are past their {name}
< | overdue | that were due before today | were due before today
< | overdue | whose {name} is already over | have already passed their {name}
""")
_OUT = lines("""
< | expired | that have expired | have expired
< | expired | that are expired | are expired
< | expired | whose {name} is before today | have a {name} before today
< | expired | which ran out | ran out already
< | expired | that are no longer valid | are no longer valid
>= | valid | that are still valid | are still valid
>= | unexpired | that have not expired | have not expired yet
>= | valid | that have not yet expired | haven't expired
>= | current | whose {name} is not over yet | are currently valid
""")
_AHEAD = lines("""
> | upcoming | that are still to come | are still to come
> | future | in the future | are in the future
> | upcoming | with a {name} in the future | have a {name} in the future
> | coming | whose {name} is in the future | lie in the future
> | upcoming | with a {name} after today | have a {name} after today
< | past | in the past | are in the past
< | past | with a {name} in the past | have a {name} in the past
< | past | that are already over | are already over
< | past | with a {name} before today | have a {name} before today
= | today's | with a {name} of today | have a {name} of today
""")

_OLD_ROWS = lines("""
> | older than {n} {unit} | are older than {n} {unit}
> | more than {n} {unit} old | are more than {n} {unit} old
> | over {n} {unit} old | are over {n} {unit} old
> | whose {name} is older than {n} {unit} | have a {name} older than {n} {unit}
>= | at least {n} {unit} old | are at least {n} {unit} old
< | younger than {n} {unit} | are younger than {n} {unit}
< | less than {n} {unit} old | are less than {n} {unit} old
< | newer than {n} {unit} | are newer than {n} {unit}
<= | not older than {n} {unit} | are not older than {n} {unit}
<= | no older than {n} {unit} | are no older than {n} {unit}
""")


class Dated(Periods):
    """Conditions on one date column: words before the noun, behind it, as a clause, the answer."""

    def dated(self, number: int, col: Col) -> Said | None:
        rng = self.rng
        past, without = role(col.words)
        others = [w for c in self.cols(number, "d") if c is not col for w in role(c.words)[0]]
        past = [word for word in past if word not in others]
        roll = rng.random()
        aged = any("age" in c.words.split() for c in self.cols(number, "n"))
        if core(col.words) in BORN and roll < 0.55 and not aged:
            return self._aged(number, col)
        if without and roll < 0.3:
            return self._still(number, col, without)
        if core(col.words) in DUE and roll < 0.55:
            return self._due(number, col)
        if core(col.words) in AHEAD and roll < 0.1:
            return self._compared(number, col, self.say(*_AHEAD, name=self.said(col)))
        alone = len(self.cols(number, "d")) == 1 and core(col.words) not in BORN
        if roll > 0.982 and alone and not aged:
            return self._long_ago(number, col)
        if roll > 0.95:
            return self._either_year(number, col, past)
        return self._in_period(number, col, past)

    def _long_ago(self, number: int, col: Col) -> Said:
        """Rows by how old they are, in days or years."""
        days = self.rng.random() < 0.5
        count = str(
            self.rng.choice(
                [7, 10, 14, 30, 60, 90, 100, 180, 365] if days else [1, 2, 3, 5, 10, 20]
            )
        )
        unit = self.pick("days", "days") if days else ("years" if count != "1" else "year")
        sign, after, verb = self.say(*_OLD_ROWS, n=count, unit=unit, name=self.said(col)).split("|")
        here = self.ref(number, col)
        age: Answer = ["DAYS", "(", *here, ",", "TODAY", ")"] if days else ["AGE", "(", *here, ")"]
        return "", after.strip(), verb.strip(), [*age, sign.strip(), value(count, None)]

    def _either_year(self, number: int, col: Col, past: list[str]) -> Said:
        one, two = self.rng.sample(range(1990, 2026), 2)
        link = self.pick("{} or {}", "{} or in {}", "either {} or {}", "{} and {}")
        said = f"in {link.format(one, two)}"
        text = (
            self.say(*_DONE, past=self.pick(*past), p=said)
            if past
            else self.say(*_NAMED, name=self.said(col), p=said)
        )
        after, verb = (part.strip() for part in text.split("|"))
        here = self.ref(number, col)
        either: Answer = [
            *here,
            "=",
            value(str(one), None),
            "OR",
            *here,
            "=",
            value(str(two), None),
        ]
        return "", after, verb, ["(", *either, ")"]

    def _in_period(self, number: int, col: Col, past: list[str]) -> Said | None:
        said, sign, answer = self.period()
        here, name = self.ref(number, col), self.said(col)
        alone = len(self.cols(number, "d")) == 1
        roll = self.rng.random()
        if past and roll < 0.65:
            text = self.say(*_DONE, past=self.pick(*past), p=said)
        elif alone and roll < 0.85:
            text = self.say(*_PLAIN, p=said)
        else:
            text = self.say(*_NAMED, name=name, p=said)
        after, verb = _joined(text)
        tail: Answer = ["AND", *answer[1:]] if sign == "BETWEEN" else []
        return "", after, verb, [*here, sign, answer[0], *tail]

    def _aged(self, number: int, col: Col) -> Said:
        age: Answer = ["AGE", "(", *self.ref(number, col), ")"]
        low = self.rng.randint(5, 75)
        if self.rng.random() < 0.15:
            high = low + self.rng.randint(3, 30)
            after, verb = self.say(*_AGES, v=low, w=high).split("|")
            tail: Answer = ["BETWEEN", value(str(low), None), "AND", value(str(high), None)]
            return "", after.strip(), verb.strip(), [*age, *tail]
        sign, after, verb = (part.strip() for part in self.say(*_OLDER, v=low).split("|"))
        return "", after, verb, [*age, sign, value(str(low), None)]

    def _still(self, number: int, col: Col, without: list[str]) -> Said:
        word = self.pick(*without)
        answer = [*self.ref(number, col), "IS", "NULL"]
        if self.rng.random() < 0.4 and " " not in word:
            return word, "", f"are {word}", answer
        lead = self.pick(
            "that are", "that are", "which are", "that were", "that have not been", "", ""
        )
        if lead == "that have not been":
            lead = "that have not been" if word.startswith("not ") else "that are"
            word_ = word.removeprefix("not ").removeprefix("yet ") if lead != "that are" else word
            return "", f"{lead} {word_}", f"are {word}", answer
        return "", f"{lead} {word}", f"are {word}", answer

    def _due(self, number: int, col: Col) -> Said:
        """Overdue or expired: its day is before today, and what was awaited has not happened."""
        templates = _OUT if core(col.words) in EXPIRING else _LATE
        made = self._compared(number, col, self.say(*templates, name=self.said(col)))
        if templates is _LATE:
            done = [c for c in self.cols(number, "d") if core(c.words) in SETTLES]
            if done and "overdue" in made[0] + made[2]:
                return *made[:3], [*made[3], "AND", *self.ref(number, done[0]), "IS", "NULL"]
        return made

    def _compared(self, number: int, col: Col, text: str) -> Said:
        sign, before, after, verb = (part.strip() for part in text.split("|"))
        answer: Answer = [*self.ref(number, col), sign, "TODAY"]
        if self.rng.random() < 0.3:
            return before, "", verb, answer
        return "", after, verb, answer


def _joined(text: str) -> tuple[str, str]:
    """The two sayings of a template, without a preposition before another."""
    for twice in (
        "from from ",
        "that were that ",
        "which were that ",
        "were that ",
        "who were who ",
    ):
        text = text.replace(twice, twice.split()[-1] + " ")
    after, verb = (part.strip() for part in text.split("|"))
    for preposition in (
        "in ",
        "on ",
        "during ",
        "between ",
        "since ",
        "before ",
        "after ",
        "within ",
        "over ",
        "until ",
        "not ",
        "by ",
        "for ",
        "up ",
        "as ",
    ):
        after = after.replace("from " + preposition, preposition)
        verb = verb.replace("are from " + preposition, "are " + preposition)
    return after, verb
