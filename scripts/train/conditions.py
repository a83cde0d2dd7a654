"""Says conditions on the rows of one made-up table, with their WHERE.

It must not know whole questions or slots.
"""

from __future__ import annotations

import words as W
from pairs import Answer, value
from phrases import Speaker
from schemas import Col

from localai.linking.catalog import Item

GT = [
    (">", "more than"),
    (">", "over"),
    (">", "above"),
    (">", "greater than"),
    (">", "higher than"),
    (">", "exceeding"),
    (">", "bigger than"),
    (">=", "at least"),
    (">=", "no less than"),
    ("<", "less than"),
    ("<", "under"),
    ("<", "below"),
    ("<", "fewer than"),
    ("<", "lower than"),
    ("<=", "at most"),
    ("<=", "no more than"),
    ("<=", "up to"),
    ("=", "exactly"),
    ("=", "equal to"),
    ("=", ""),
    (">=", "or more"),
    ("<=", "or less"),
]
_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_COMPARATIVES = {
    "age": ("older", "younger"),
    "price": ("more expensive", "cheaper"),
    "weight": ("heavier", "lighter"),
    "height": ("taller", "shorter"),
    "length": ("longer", "shorter"),
    "duration": ("longer", "shorter"),
    "speed": ("faster", "slower"),
    "size": ("bigger", "smaller"),
    "area": ("larger", "smaller"),
    "depth": ("deeper", "shallower"),
    "width": ("wider", "narrower"),
}
_VERBS = {
    "price": "that cost {}",
    "cost": "that cost {}",
    "weight": "that weigh {}",
    "duration": "that last {}",
    "salary": "who earn {}",
    "capacity": "that hold {}",
    "age": "who are {}",
    "points": "that scored {}",
    "hours": "that took {} hours",
    "days": "that took {} days",
    "minutes": "that lasted {} minutes",
}


class Conditions(Speaker):
    """Conditions as words before the noun, words after it, and the answer's part."""

    def condition(self, number: int) -> tuple[str, str, Answer] | None:
        # Flags are rare among columns, and their questions a language of their own.
        flags = self.rng.random() < 0.4 and self.col(number, "b")
        col = flags or self.col(number, "snd")
        if col is None:
            return None
        make = {"s": self._text, "n": self._numeric, "d": self._dated, "b": self._flag}[col.kind]
        return make(number, col)

    def _text(self, number: int, col: Col) -> tuple[str, str, Answer]:
        rng = self.rng
        text = rng.choice(col.values)
        item = Item(number, col.place)
        here = self.ref(number, col)
        quoted = (
            f'"{text}"' if rng.random() < 0.12 else text.lower() if rng.random() < 0.2 else text
        )
        if not col.listed and quoted == quoted.lower():
            quoted = f"'{text}'"
        name = self.said(col)
        roll = rng.random()
        if roll < 0.07:
            part = text[:3].lower() if rng.random() < 0.5 else text.split()[0]
            phrase, before, after = rng.choice(
                [
                    ("contains", ["%"], ["%"]),
                    ("starts with", [], ["%"]),
                    ("ends with", ["%"], []),
                    ("includes", ["%"], ["%"]),
                    ("begins with", [], ["%"]),
                ]
            )
            return (
                "",
                f"whose {name} {phrase} '{part}'",
                [*here, "LIKE", *before, value(part, None), *after],
            )
        if roll < 0.15:
            after_ = self.pick(
                f"that are not {quoted}",
                f"whose {name} is not {quoted}",
                f"not from {quoted}",
                f"with a {name} other than {quoted}",
                f"except {quoted} ones",
            )
            return "", after_, [*here, "<>", value(text, item)]
        if roll < 0.23 and len(col.values) > 1:
            other = rng.choice([v for v in col.values if v != text])
            after_ = self.pick(
                f"from {quoted} or {other}",
                f"whose {name} is {quoted} or {other}",
                f"with {name} {quoted} or {other}",
                f"that are either {quoted} or {other}",
            )
            return (
                "",
                after_,
                ["(", *here, "=", value(text, item), "OR", *here, "=", value(other, item), ")"],
            )
        answer = [*here, "=", value(text, item)]
        if roll < 0.4 and col.listed:
            return quoted, "", answer
        return (
            "",
            self.pick(
                f"with {name} {quoted}",
                f"whose {name} is {quoted}",
                f"where {name} is {quoted}",
                f"from {quoted}",
                f"in {quoted}",
                f"that are {quoted}",
                f"of {name} {quoted}",
                f"with the {name} {quoted}",
                f"of the {quoted} {name}",
                f"for {quoted}",
                f"by {quoted}",
                f"in the {quoted} {name}",
                f"with {quoted}",
                f"at {quoted}",
                f"that have {quoted} as {name}",
                f"called {quoted}",
                f"made by {quoted}",
                f"located in {quoted}",
                f"with a {quoted} {name}",
                f"on {quoted}",
            ),
            answer,
        )

    def _numeric(self, number: int, col: Col) -> tuple[str, str, Answer]:
        rng = self.rng
        name = self.said(col)
        here = self.ref(number, col)
        if rng.random() < 0.1:
            low, high = sorted([rng.randint(1, 200), rng.randint(201, 2000)])
            after = self.pick(
                f"with {name} between {low} and {high}",
                f"whose {name} is between {low} and {high}",
                f"with a {name} from {low} to {high}",
            )
            return (
                "",
                after,
                [*here, "BETWEEN", value(str(low), None), "AND", value(str(high), None)],
            )
        sign, words = rng.choice(GT)
        amount = self.number(col)
        where = [*here, sign, value(amount, None)]
        base = col.values[0] if col.values else ""
        pair = W.NUMBERS.get(base)
        if rng.random() < 0.3 and base == col.words and base in _VERBS:
            phrase = _VERBS[base].format(
                f"{words} {amount}" if words not in ("or more", "or less") else f"{amount} {words}"
            )
            return "", phrase, where
        if base in W.YEARLY and rng.random() < 0.6:
            verb, sign = rng.choice([("after", ">"), ("before", "<"), ("in", "="), ("since", ">=")])
            lead = self.pick("from", "opened", "built", "made", f"with {name}")
            return "", f"{lead} {verb} {amount}", [*here, sign, value(amount, None)]
        if pair and rng.random() < 0.2 and sign in ("<", ">"):
            adjective = _COMPARATIVES.get(base)
            if adjective:
                lead = self.pick("that are", "", "which are")
                return "", f"{lead} {adjective[0 if sign == '>' else 1]} than {amount}", where
        if words in ("or more", "or less"):
            return (
                "",
                self.pick(f"with {amount} {words} {name}", f"with a {name} of {amount} {words}"),
                where,
            )
        return (
            "",
            self.pick(
                f"with {words} {amount} {name}",
                f"with a {name} of {words} {amount}",
                f"whose {name} is {words} {amount}",
                f"with {name} {words} {amount}",
                f"that have {words} {amount} {name}",
                f"having {name} {words} {amount}",
                f"where the {name} is {words} {amount}",
                f"{words} {amount} {name}",
                f"with a {name} {words} {amount}",
            ),
            where,
        )

    def _dated(self, number: int, col: Col) -> tuple[str, str, Answer]:
        rng = self.rng
        name = self.said(col)
        here = self.ref(number, col)
        year = rng.randint(1980, 2025)
        month = rng.randint(1, 12)
        when, text = rng.choice(
            [
                (str(year), str(year)),
                (str(year), str(year)),
                (f"{year}-{month:02d}-{rng.randint(1, 28):02d}", ""),
                (f"{_MONTHS[month - 1]} {year}", f"{year}-{month:02d}"),
                ("last week", "last week"),
                ("this month", "this month"),
                ("last year", "last year"),
                ("yesterday", "yesterday"),
            ]
        )
        text = text or when
        verb, sign = rng.choice(
            [("in", "="), ("in", "="), ("after", ">"), ("before", "<"), ("since", ">=")]
        )
        if verb == "in" and (text.count("-") == 2 or text[0] in "lty"):
            verb = "on" if text.count("-") == 2 else ""
        lead = self.pick(
            f"with {name}",
            f"whose {name} is",
            "",
            "",
            self.pick("from", "made", "created", "registered"),
        )
        if lead == "" and sign == "=" and rng.random() < 0.3 and text.isdigit():
            verb = "from"
        return "", f"{lead} {verb} {when}", [*here, sign, value(text, None)]

    def _flag(self, number: int, col: Col) -> tuple[str, str, Answer]:
        yes, no = W.FLAGS[col.values[0]]
        here = self.ref(number, col)
        wanted = self.rng.random() < 0.7
        word = yes if wanted else no or f"not {yes}"
        answer = [*here, "=", "TRUE" if wanted else "FALSE"]
        if word.startswith("with"):
            return "", word, answer
        if self.rng.random() < 0.5 and not word.startswith(("not", "in ", "a ")):
            return word, "", answer
        return "", f"that are {word}", answer

    def where(self, number: int, chance: float = 1.0) -> tuple[str, Answer]:
        """The noun with its conditions, and WHERE."""
        rng = self.rng
        noun = self.many(number)
        if rng.random() > chance:
            return noun, []
        first = self.condition(number)
        if first is None:
            return noun, []
        before, after, answer = first
        if rng.random() < 0.16:
            second = self.condition(number)
            if second is not None and second[2][0] != answer[0] and second[2][0] != "(":
                join = rng.choice(["AND", "AND", "AND", "OR"])
                before = f"{before} {second[0]}" if join == "AND" else before
                if join == "AND" or second[1]:
                    link = {"AND": rng.choice(["and", "and", "", "but"]), "OR": "or"}[join]
                    after = f"{after} {link if after and second[1] else ''} {second[1]}"
                    answer = [*answer, join, *second[2]]
        return f"{before} {noun} {after}", ["WHERE", *answer]
