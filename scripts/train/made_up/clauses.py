"""Says one condition on the rows of a made-up table, with its part of the answer.

It must not know other conditions, whole questions, slots, or how dates are spoken of.
"""

# ruff: noqa: E501  (sayings read best in one line each)

from __future__ import annotations

from typing import NamedTuple

from pairs import Answer, value

import made_up.words as W
from localai.linking.catalog import Item
from made_up.dated import Dated
from made_up.phrases import SPELLED
from made_up.roles import COMPARATIVES, VERBS, role
from made_up.schemas import Col
from made_up.wordings import (
    BARE,
    BEHIND,
    BESIDE,
    BESIDE_DATE,
    BETWEEN,
    EITHER,
    EQUAL,
    FILLED,
    GT,
    LIKE,
    NEITHER,
    NULL,
    NUMBER,
    UNEQUAL,
)

# Verbs that stand before who does it: "how many orders did we have last week".
INVERTED = ("did ", "do we", "were there", "are there", "have we")


def columns_of(answer: Answer) -> set[object]:
    """The columns that a part of an answer names."""
    return {part[1] for part in answer if isinstance(part, tuple) and part[0] == "c"}


class Clause(NamedTuple):
    """One condition: words before the noun, words behind it, or a verb with the rest of a clause."""

    before: str
    after: str
    verb: str
    answer: Answer


class Clauses(Dated):
    """One condition as words before the noun, words after it, or a verb, and the answer's part."""

    def clause(self, number: int) -> Clause | None:
        if self.rng.random() < 0.03:
            beside = self._beside(number)
            if beside is not None:
                return beside
        # Flags and dates are rare among columns, and their questions a language of their own.
        flags = self.rng.random() < 0.4 and self.col(number, "b")
        dates = self.rng.random() < 0.28 and self.col(number, "d")
        col = flags or dates or self.col(number, "snd")
        if col is None:
            return None
        if col.kind != "b" and self.rng.random() < 0.09:
            return self._absent(number, col)
        make = {"s": self._text, "n": self._numeric, "d": self._date, "b": self._flag}[col.kind]
        return make(number, col)

    def _beside(self, number: int) -> Clause | None:
        """Two columns of a row compared with each other."""
        pair = self.two(number, self.rng.choice("nnd"))
        if pair is None or pair[0].words.split()[-1] == pair[1].words.split()[-1]:
            return None
        one, two = pair
        if one.kind == "d":
            past = [p for p in role(one.words)[0] if " " not in p and not p.endswith("ing")]
            templates = BESIDE_DATE if past else BESIDE_DATE[:4]
            text = self.say(*templates, a=one.words, b=two.words, past=self.pick(*past or [""]))
        else:
            text = self.say(*BESIDE, a=one.words, b=two.words)
        sign, after, verb = (part.strip() for part in text.split("|"))
        return Clause("", after, verb, [*self.ref(number, one), sign, *self.ref(number, two)])

    def _put(self, template: str, answer: Answer) -> Clause:
        after, verb = template.split("|")
        return Clause("", after.strip(), verb.strip(), answer)

    def _absent(self, number: int, col: Col) -> Clause:
        here, name = self.ref(number, col), self.said(col)
        if self.rng.random() < 0.6:
            return self._put(self.say(*NULL, name=name), [*here, "IS", "NULL"])
        return self._put(self.say(*FILLED, name=name), [*here, "IS", "NOT", "NULL"])

    def _date(self, number: int, col: Col) -> Clause | None:
        made = self.dated(number, col)
        return None if made is None else Clause(*made)

    def _quoted(self, col: Col, text: str) -> str:
        rng = self.rng
        if not col.listed:
            return rng.choice(
                [f"'{text}'", f'"{text}"', text if text[0].isupper() else f"'{text}'"]
            )
        roll = rng.random()
        return f'"{text}"' if roll < 0.06 else f"'{text}'" if roll < 0.1 else text.lower() if roll < 0.3 else text  # fmt: skip

    def _text(self, number: int, col: Col) -> Clause | None:
        rng = self.rng
        if not col.values:
            return None
        text = rng.choice(col.values)
        item = Item(number, col.place)
        here, name = self.ref(number, col), self.said(col)
        quoted = self._quoted(col, text)
        roll = rng.random()
        if roll < 0.07:
            return self._like(here, name, text)
        if roll < 0.17:
            unequal = self._naming_it(number, col, UNEQUAL, text)
            return self._put(self.say(*unequal, name=name, v=quoted), [*here, "<>", value(text, item)])  # fmt: skip
        if roll < 0.28 and len(col.values) > 1:
            other = rng.choice([v for v in col.values if v != text])
            return self._pair_of(number, col, (text, other))
        answer = [*here, "=", value(text, item)]
        if self._naming_it(number, col, BARE, text) != BARE:
            return self._put(self.say(*EQUAL, name=name, v=quoted), answer)
        if roll < 0.44 and col.listed and not col.display:
            return Clause(quoted, "", f"are {quoted}", answer)
        if roll < 0.7 and col.listed:
            return self._put(self.say(*BARE, v=quoted), answer)
        return self._put(self.say(*EQUAL, name=name, v=quoted), answer)

    def _naming_it(
        self, number: int, col: Col, templates: tuple[str, ...], *texts: str
    ) -> tuple[str, ...]:
        """The wordings that name the column, where the value alone does not tell which is meant."""
        others = [c for c in self.cols(number, "s") if c is not col]
        if col.listed and not any(text in c.values for c in others for text in texts):
            return templates
        for _ in range(60):
            found = self.split.pick(self.rng, *templates)
            if all("{name}" in half for half in found.split("|")):
                return (found,)
        return templates if templates is not BARE else EQUAL

    def _pair_of(self, number: int, col: Col, texts: tuple[str, str]) -> Clause:
        here, name, item = self.ref(number, col), self.said(col), Item(number, col.place)
        v, w = (self._quoted(col, text) for text in texts)
        left, right = (value(text, item) for text in texts)
        if self.rng.random() < 0.2:
            listed: Answer = ["(", left, ",", right, ")"]
            neither = self._naming_it(number, col, NEITHER, *texts)
            return self._put(self.say(*neither, name=name, v=v, w=w), [*here, "NOT", "IN", *listed])
        answer = ["(", *here, "=", left, "OR", *here, "=", right, ")"]
        either = self._naming_it(number, col, EITHER, *texts)
        return self._put(self.say(*either, name=name, v=v, w=w), answer)

    def _like(self, here: Answer, name: str, text: str) -> Clause:
        rng = self.rng
        part = rng.choice([text[:3].lower(), text.split()[0], text[:1], text[-2:]])
        quoted = rng.choice([f"'{part}'", f'"{part}"'])
        kind, after, verb = self.say(*LIKE, name=name, v=quoted).split("|")
        before, behind = kind.split()[1].split("x")
        marks: Answer = [
            *([before] if before else []),
            value(part, None),
            *([behind] if behind else []),
        ]
        negated = (
            rng.random() < 0.12 and after.strip().startswith("whose") and " contains " in after
        )
        if negated:
            after, verb = after.replace(" contains ", " does not contain "), ""
        return Clause("", after.strip(), verb.strip(), [*here, *(["NOT"] if negated else []), "LIKE", *marks])  # fmt: skip

    def _amount(self, col: Col) -> tuple[str, str]:
        """A number as it is said, and as it is meant."""
        amount = self.number(col)
        roll = self.rng.random()
        if roll < 0.08 and amount.isdigit() and int(amount) in SPELLED:
            return SPELLED[int(amount)], amount
        if amount.isdigit() and int(amount) >= 1000 and self.base(col) not in W.YEARLY:
            if roll < 0.3:
                return f"{int(amount):,}", amount
            if roll < 0.4 and amount.endswith("000"):
                return self.pick(f"{amount[:-3]}k", f"{amount[:-3]} thousand"), amount
        money = self.base(col) in ("price", "cost", "salary", "budget", "unit price", "income")
        if money and roll > 0.85:
            return self.pick(f"${amount}", f"{amount} dollars", f"{amount} euros", f"£{amount}"), amount  # fmt: skip
        return amount, amount

    def _numeric(self, number: int, col: Col) -> Clause:
        rng = self.rng
        name, here, base = self.said(col), self.ref(number, col), self.base(col)
        if rng.random() < 0.19:
            low, high = sorted([rng.randint(1, 200), rng.randint(201, 2000)])
            template = self.say(*BETWEEN, name=name, low=low, high=high)
            return self._put(template, [*here, "BETWEEN", value(str(low), None), "AND", value(str(high), None)])  # fmt: skip
        sign, words = rng.choice(GT)
        said, amount = self._amount(col)
        phrase = f"{words} {said}"
        if rng.random() < 0.16:
            sign, words = rng.choice(BEHIND)
            phrase = f"{said} {words}"
        if base in W.YEARLY and rng.random() < 0.6:
            verb, sign = rng.choice([("after", ">"), ("before", "<"), ("in", "="), ("since", ">="), ("until", "<=")])  # fmt: skip
            lead = self.pick("from", "opened", "built", "made", f"with {name}", "that date from")
            return Clause("", f"{lead} {verb} {amount}", "", [*here, sign, value(amount, None)])
        if rng.random() < 0.03:
            reached = f"whose {name} reached {said} | reached a {name} of {said}"
            return self._put(reached, [*here, ">=", value(amount, None)])
        where = [*here, sign, value(amount, None)]
        if base in VERBS and rng.random() < 0.4 and sign != "<>":
            return self._put(VERBS[base].replace("{}", phrase), where)
        if base in COMPARATIVES and sign in ("<", ">") and rng.random() < 0.3:
            adjective = COMPARATIVES[base][0 if sign == ">" else 1]
            return Clause("", f"{self.pick('that are', '', 'which are')} {adjective} than {said}", f"are {adjective} than {said}", where)  # fmt: skip
        return self._put(self.say(*NUMBER, name=name, x=phrase), where)

    def _flag(self, number: int, col: Col) -> Clause:
        yes, no = W.FLAGS[col.values[0]]
        here = self.ref(number, col)
        wanted = self.rng.random() < 0.5
        word = yes if wanted else self.pick(no or f"not {yes}", f"not {yes}", f"not yet {yes}")
        if not wanted and word.startswith(("not with", "not yet with")):
            word = no or f"not {yes}"
        flag = self.catalog.kinds[Item(number, col.place)] == "b"
        truth = ("TRUE" if wanted else "FALSE") if flag else str(int(wanted))
        answer = [*here, "=", truth]
        if word.startswith("with"):
            verb = word.replace("without", "do not have").replace("with", "have", 1)
            return Clause("", word, verb, answer)
        if self.rng.random() < 0.45 and not word.startswith(("not", "in ", "a ")):
            return Clause(word, "", f"are {word}", answer)
        lead = self.pick("that are", "that are", "which are", "that were", "currently")
        return Clause("", f"{lead} {word}", f"are {self.pick('', '', 'currently')} {word}", answer)
