"""Says a condition that stands at a question's end or before it: a period, or a value alone.

It must not know whole questions or slots.
"""

from __future__ import annotations

from pairs import Answer, value

from localai.linking.catalog import Item
from made_up.conditions import Conditions
from made_up.phrases import lines
from made_up.roles import BORN, core

_VALUE = lines("""
{text} in {v}
{text} for {v}
{text} at {v}
{text} from {v}
{text} with {v}
{text} for {name} {v}
{text} in the {name} {v}
{text} where {name} is {v}
{text} where the {name} is {v}
{text} for the {v} {name}
{text} only for {v}
{text}, only {v}
{text}, {name} {v} only
{text} {v}
for {v}, {text}
in {v}, {text}
for {name} {v}, {text}
for the {name} {v}: {text}
""")
_PERIOD = lines("""
{text} {p}
{text} {p}
{text} {p}
{text} {p}
{text}, {p}
{text} only {p}
{p}, {text}
{p} {text}
{p}: {text}
""")


class Tails(Conditions):
    """Conditions that need no noun: `sales by store last month`."""

    def tailed(
        self, number: int, text: str, where: Answer, chance: float = 0.3
    ) -> tuple[str, Answer]:
        """The question with such a condition, where it has none yet and the table has the parts."""
        if where or self.rng.random() > chance:
            return text, where
        dates = self.cols(number, "d")
        if len(dates) == 1 and core(dates[0].words) not in BORN and self.rng.random() < 0.75:
            return self._in_time(text, self.ref(number, dates[0]))
        texts = [c for c in self.cols(number, "s") if c.values and c.listed and not c.display]
        texts = [c for c in texts if f" {c.words}" not in text]
        if not texts:
            return text, where
        col = self.rng.choice(texts)
        meant = self.rng.choice(col.values)
        said = meant.lower() if self.rng.random() < 0.2 else meant
        here: Answer = [*self.ref(number, col), "=", value(meant, Item(number, col.place))]
        return self.say(*_VALUE, text=text, v=said, name=self.said(col)), ["WHERE", *here]

    def _in_time(self, text: str, here: Answer) -> tuple[str, Answer]:
        said, sign, answer = self.period()
        while said.startswith(("not", "more than", "less than", "over ", "longer", "by ", "past ")):
            said, sign, answer = self.period()
        tail: Answer = ["AND", *answer[1:]] if sign == "BETWEEN" else []
        text = self.say(*_PERIOD, text=text, p=said)
        return text, ["WHERE", *here, sign, answer[0], *tail]
