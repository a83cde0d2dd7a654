"""Says conditions on the rows of one made-up table, alone or joined, with their WHERE.

It must not know whole questions or slots, nor what a condition is.
"""

from __future__ import annotations

from pairs import Answer

from made_up.clauses import INVERTED, Clause, Clauses, columns_of
from made_up.schemas import Col

__all__ = ["INVERTED", "Clause", "Conditions"]


class Conditions(Clauses):
    """Conditions as words before the noun, words after it, and the answer's part."""

    def condition(self, number: int) -> tuple[str, str, Answer] | None:
        """Words before the noun, words behind it, the answer."""
        clause = self.clause(number)
        return None if clause is None else (clause.before, clause.after, clause.answer)

    def where(self, number: int, chance: float = 1.0, *apart: Col) -> tuple[str, Answer]:
        """The noun with its conditions, none of them on the columns `apart`, and WHERE."""
        noun, _, answer = self.asked(number, chance)
        if columns_of(answer) & columns_of(self.refs(number, list(apart))):
            return self.many(number), []
        return noun, answer

    def asked(self, number: int, chance: float = 1.0) -> tuple[str, str, Answer]:
        """The noun with its conditions; the same as a clause, or nothing; and WHERE."""
        rng, noun = self.rng, self.many(number)
        first = self.clause(number) if rng.random() <= chance else None
        if first is None:
            return noun, "", []
        second = self.clause(number) if rng.random() < 0.24 else None
        if second is None or columns_of(first.answer) & columns_of(second.answer):
            answer = first.answer
            if answer[0] == "(" and answer[-1] == ")" and answer.count("(") == 1:
                answer = answer[1:-1]
            said = f"{noun} {first.verb}" if first.verb else ""
            return f"{first.before} {noun} {first.after}", said, ["WHERE", *answer]
        third = self.clause(number) if rng.random() < 0.25 else None
        used = columns_of(first.answer) | columns_of(second.answer)
        if third is not None and not used & columns_of(third.answer):
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
        if first.after and second.after and rng.random() < 0.3:
            link = self.pick("or", "or", "or else", "or alternatively")
            text = f"{noun} {first.after} {link} {second.after}"
            return text, "", ["WHERE", *first.answer, "OR", *second.answer]
        link = self.pick("and", "and", "", "but", "and also", "as well as being")
        link = link if first.after and second.after else ""
        if link == "as well as being" and not second.after.startswith("that are"):
            link = "and"
        text = f"{first.before} {second.before} {noun} {first.after} {link} {second.after}"
        said = ""
        asks = second.verb.startswith(INVERTED) or first.verb.startswith(INVERTED)
        if first.verb and second.verb and not first.before and not second.before and not asks:
            said = f"{noun} {first.verb} {self.pick('and', 'and', 'and also', 'but')} {second.verb}"
        return text, said, ["WHERE", *first.answer, "AND", *second.answer]
