"""Says conditions on the rows of one made-up table, with their WHERE.

It must not know whole questions, slots, or how dates are spoken of.
"""

# ruff: noqa: E501  (sayings read best in one line each)

from __future__ import annotations

from typing import NamedTuple

from pairs import Answer, value

import made_up.words as W
from localai.linking.catalog import Item
from localai.linking.columns import kind_of
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


def _columns(answer: Answer) -> set[object]:
    return {part[1] for part in answer if isinstance(part, tuple) and part[0] == "c"}


class Clause(NamedTuple):
    """One condition: words before the noun, words behind it, or a verb with the rest of a clause."""

    before: str
    after: str
    verb: str
    answer: Answer


class Conditions(Dated):
    """Conditions as words before the noun, words after it, and the answer's part."""

    def condition(self, number: int) -> tuple[str, str, Answer] | None:
        """Words before the noun, words behind it, the answer."""
        clause = self.clause(number)
        return None if clause is None else (clause.before, clause.after, clause.answer)

    def clause(self, number: int) -> Clause | None:
        if self.rng.random() < 0.03:
            beside = self._beside(number)
            if beside is not None:
                return beside
        # Flags and dates are rare among columns, and their questions a language of their own.
        flags = self.rng.random() < 0.35 and self.col(number, "b")
        dates = self.rng.random() < 0.35 and self.col(number, "d")
        col = flags or dates or self.col(number, "snd")
        if col is None:
            return None
        if col.kind != "b" and self.rng.random() < 0.08:
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
            return self._put(self.say(*UNEQUAL, name=name, v=quoted), [*here, "<>", value(text, item)])  # fmt: skip
        if roll < 0.25 and len(col.values) > 1:
            other = rng.choice([v for v in col.values if v != text])
            return self._pair_of(number, col, (text, other))
        answer = [*here, "=", value(text, item)]
        if any(text in c.values for c in self.cols(number, "s") if c is not col):
            roll = 1.0  # Its column must be named.
        if roll < 0.42 and col.listed and not col.display:
            return Clause(quoted, "", f"are {quoted}", answer)
        if roll < 0.7 and col.listed:
            return self._put(self.say(*BARE, v=quoted), answer)
        return self._put(self.say(*EQUAL, name=name, v=quoted), answer)

    def _pair_of(self, number: int, col: Col, texts: tuple[str, str]) -> Clause:
        here, name, item = self.ref(number, col), self.said(col), Item(number, col.place)
        v, w = (self._quoted(col, text) for text in texts)
        left, right = (value(text, item) for text in texts)
        if self.rng.random() < 0.2:
            listed: Answer = ["(", left, ",", right, ")"]
            return self._put(self.say(*NEITHER, name=name, v=v, w=w), [*here, "NOT", "IN", *listed])
        answer = ["(", *here, "=", left, "OR", *here, "=", right, ")"]
        return self._put(self.say(*EITHER, name=name, v=v, w=w), answer)

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
        if rng.random() < 0.14:
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
        wanted = self.rng.random() < 0.55
        word = yes if wanted else self.pick(no or f"not {yes}", f"not {yes}", f"not yet {yes}")
        if not wanted and word.startswith(("not with", "not yet with")):
            word = no or f"not {yes}"
        flag = kind_of(self.schema.tables[number].columns[col.place]) == "b"
        truth = ("TRUE" if wanted else "FALSE") if flag else str(int(wanted))
        answer = [*here, "=", truth]
        if word.startswith("with"):
            verb = word.replace("without", "do not have").replace("with", "have", 1)
            return Clause("", word, verb, answer)
        if self.rng.random() < 0.45 and not word.startswith(("not", "in ", "a ")):
            return Clause(word, "", f"are {word}", answer)
        lead = self.pick("that are", "that are", "which are", "that were", "currently")
        return Clause("", f"{lead} {word}", f"are {self.pick('', '', 'currently')} {word}", answer)

    def where(self, number: int, chance: float = 1.0, *apart: Col) -> tuple[str, Answer]:
        """The noun with its conditions, none of them on the columns `apart`, and WHERE."""
        noun, _, answer = self.asked(number, chance)
        if _columns(answer) & _columns(self.refs(number, list(apart))):
            return self.many(number), []
        return noun, answer

    def asked(self, number: int, chance: float = 1.0) -> tuple[str, str, Answer]:
        """The noun with its conditions; the same as a clause, or nothing; and WHERE."""
        rng, noun = self.rng, self.many(number)
        first = self.clause(number) if rng.random() <= chance else None
        if first is None:
            return noun, "", []
        second = self.clause(number) if rng.random() < 0.24 else None
        if second is None or _columns(first.answer) & _columns(second.answer):
            answer = first.answer
            if answer[0] == "(" and answer[-1] == ")" and answer.count("(") == 1:
                answer = answer[1:-1]
            said = f"{noun} {first.verb}" if first.verb else ""
            return f"{first.before} {noun} {first.after}", said, ["WHERE", *answer]
        third = self.clause(number) if rng.random() < 0.25 else None
        used = _columns(first.answer) | _columns(second.answer)
        if third is not None and not used & _columns(third.answer):
            made = self._three(noun, first, second, third)
            if made is not None:
                return made
        return self._both(noun, first, second)

    def _three(
        self, noun: str, first: Clause, second: Clause, third: Clause
    ) -> tuple[str, str, Answer] | None:
        """Three conditions: all of them, or one with either of two others."""
        rng = self.rng
        if not second.after or not third.after or not (first.before or first.after):
            return None
        if rng.random() < 0.45:
            comma = self.pick(",", "", " and") if first.after else ""
            text = f"{first.before} {noun} {first.after}{comma} {second.after} and {third.after}"
            every = [*first.answer, "AND", *second.answer, "AND", *third.answer]
            return text, "", ["WHERE", *every]
        either = ["(", *second.answer, "OR", *third.answer, ")"]
        ways = self.pick("either {} or {}", "either {} or {}", "{} or {}", "{} or else {}")
        one_of = ways.format(second.after, third.after)
        link = self.pick("and", "and", ", and") if first.after else ""
        if first.after and not one_of.startswith("either"):
            one_of = f"either {one_of}"
        text = f"{first.before} {noun} {first.after} {link} {one_of}"
        return text, "", ["WHERE", *first.answer, "AND", *either]

    def _both(self, noun: str, first: Clause, second: Clause) -> tuple[str, str, Answer]:
        """Two conditions, seldom three, joined by AND, or by OR where both stand behind."""
        rng = self.rng
        if first.after and second.after and rng.random() < 0.2:
            link = self.pick("or", "or", "or else", "or alternatively")
            text = f"{noun} {first.after} {link} {second.after}"
            return text, "", ["WHERE", *first.answer, "OR", *second.answer]
        link = self.pick("and", "and", "", "but", "and also", "as well as being") if first.after and second.after else ""  # fmt: skip
        if link == "as well as being" and not second.after.startswith("that are"):
            link = "and"
        text = f"{first.before} {second.before} {noun} {first.after} {link} {second.after}"
        said = ""
        asks = second.verb.startswith(INVERTED) or first.verb.startswith(INVERTED)
        if first.verb and second.verb and not first.before and not second.before and not asks:
            said = f"{noun} {first.verb} {self.pick('and', 'and', 'and also', 'but')} {second.verb}"
        return text, said, ["WHERE", *first.answer, "AND", *second.answer]
