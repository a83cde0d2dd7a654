"""Makes up questions for rows of one table: counts, lists and look-ups.

It must not know joins or slots.
"""

# ruff: noqa: E501  (sayings read best in one line each)

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from pairs import Answer, table, value

import made_up.asking as ask
import made_up.looking_up as look
from localai.linking.catalog import Item
from made_up.arithmetic import Arithmetic
from made_up.bins import Bins
from made_up.declines import DECLINED, Declines
from made_up.figures import Figures
from made_up.orders import Orders
from made_up.phrases import COUNT, Made
from made_up.plainly import Plainly
from made_up.roles import BORN, core, role
from made_up.schemas import Col, plural
from made_up.shares import Shares
from made_up.superlatives import Superlatives

__all__ = ["DECLINED", "OneTable"]

_HOW = {"age": "how old is {}", "price": "how much does {} cost,how much is {},how expensive is {}", "cost": "what does {} cost,how much did {} cost", "weight": "how much does {} weigh,how heavy is {}", "height": "how tall is {},how high is {}", "length": "how long is {}",
        "duration": "how long does {} last,how long is {}", "salary": "how much does {} earn,what does {} earn,how much is {} paid", "population": "how many people live in {}", "depth": "how deep is {}", "width": "how wide is {}", "area": "how big is {},how large is {}", "speed": "how fast is {}",
        "goals": "how many goals did {} score", "capacity": "how many does {} hold", "distance": "how far is {}", "temperature": "how hot is {},how warm is {}", "size": "how big is {}", "max speed": "how fast can {} go", "elevation": "how high is {}", "points": "how many points did {} score", "votes": "how many votes did {} get"}  # fmt: skip

_PLACES = frozenset("city country location address street district region state place town site origin".split())  # fmt: skip
_PEOPLE = frozenset("manager captain supervisor owner author director contact coach teacher artist publisher manufacturer".split()) | {"contact person", "owner name"}  # fmt: skip


class OneTable(Figures, Bins, Shares, Superlatives, Arithmetic, Orders, Plainly, Declines):
    """Families of questions; each gives None where the schema lacks a part."""

    def of_one_table(self) -> list[tuple[int, Callable[[], Made | None]]]:
        """The families with their weights."""
        families: list[tuple[int, Callable[[], Made | None]]] = [
            (5, self.count), (29, self.count_where), (25, self.listing), (17, self.ordered), (5, self.everything), (14, self.lookup), (13, self.distinct),
            (26, self.aggregate), (15, self.several), (19, self.group_count), (22, self.group_aggregate), (10, self.two_keys), (9, self.measures), (11, self.most_frequent),
            (9, self.best_group), (14, self.having), (5, self.groups_in_order), (15, self.superlative), (18, self.top), (8, self.nested), (18, self.over_time), (5, self.best_time),
            (12, self.share), (6, self.part), (9, self.worked_out), (3, self.two_columns), (3, self.days), (3, self.ages), (72, self.declined),
            (12, self.by_column), (4, self.of_the_extreme), (6, self.beyond_some), (3, self.sorted_twice),
        ]  # fmt: skip
        return [(weight, self._clear(family)) for weight, family in families]

    def _clear(self, family: Callable[[], Made | None]) -> Callable[[], Made | None]:
        """The family without questions that could as well be about another table."""

        @wraps(family)
        def asked() -> Made | None:
            made = family()
            return None if made is None or self._is_vague(*made) else made

        return asked

    def _is_vague(self, text: str, answer: Answer) -> bool:
        """Whether the table is not named, and another has a column with a name like one's here."""
        numbers = [part[1] for part in answer if isinstance(part, tuple) and part[0] == "t"]
        if not numbers or len(self.tabs) == 1:
            return False
        own = self.tabs[numbers[0]]
        held = [part for part in answer if isinstance(part, tuple) and part[0] == "v" and part[2]]
        if own.many in text or own.one in text:
            return False
        values = {part[1] for part in held}
        if held:
            return any(
                values & set(c.values) for tab in self.tabs if tab is not own for c in tab.cols
            )
        places = {part[1].column for part in answer if isinstance(part, tuple) and part[0] == "c"}
        heads = {c.words.split()[-1] for c in own.cols if c.place in places and c.words}
        others = [c for tab in self.tabs if tab is not own for c in tab.cols if c.words]
        return any(heads & set(c.words.split()) for c in others)

    def count(self) -> Made:
        n = self.tab()
        return self.say(*ask.COUNT, noun=self.many(n)), ["SELECT", *COUNT, "FROM", table(n)]

    def count_where(self) -> Made | None:
        n = self.tab()
        noun, clause, where = self.asked(n)
        if not where:
            return None
        if clause and self.rng.random() < 0.5:
            text = self.say(*ask.CLAUSE, clause=clause)
        else:
            text = self.say(*ask.COUNT, noun=noun)
        return text, ["SELECT", *COUNT, "FROM", table(n), *where]

    def listing(self) -> Made | None:
        n = self.tab()
        noun, clause, where = self.asked(n, 0.8)
        options = self.cols(n, "snd")
        cols = self.shown(n)
        if self.rng.random() < 0.4 or not options:
            text = self._rows(n, noun, clause)
        elif self.rng.random() < 0.85:
            cols = self._some(options)
            text = self.say(*ask.NAMES, noun=noun, listed=self._called(cols))
        else:
            more = self._some([c for c in options if c not in cols] or options)
            text = self.say(*ask.WITH, noun=noun, listed=self._called(more))
            cols = [*cols, *[c for c in more if c not in cols]]
        return text, ["SELECT", *self.refs(n, cols), "FROM", table(n), *where]

    def _some(self, options: list[Col]) -> list[Col]:
        count = self.rng.choice([1, 1, 1, 1, 2, 2, 3])
        return self.rng.sample(options, min(len(options), count))

    def _called(self, cols: list[Col]) -> str:
        return self._listed([self.said(c) for c in cols])

    def _rows(self, n: int, noun: str, clause: str) -> str:
        """Asks for rows by their names."""
        many = self.tabs[n].many
        if clause.startswith(many) and self.rng.random() < 0.5:
            verb = clause[len(many) :].strip()
            return self.say(*ask.WHICH, clause=clause, clause0=many, clausev=verb)
        named = self.shown(n)[0].words
        if named.endswith(("name", "title")) and self.rng.random() < 0.2:
            return self.say(*ask.NAMES, noun=noun, listed=self.pick("names", "name", named) if named.endswith("name") else named)  # fmt: skip
        return self.say(*ask.LIST, noun=noun)

    def distinct(self) -> Made | None:
        n = self.tab()
        col = self.col(n, "s")
        if col is None:
            return None
        noun, where = self.where(n, 0.25)
        here = self.ref(n, col)
        if self.rng.random() < 0.55:
            said = self.plural(col) if self.rng.random() < 0.7 else self.said(col)
            text = self.say(*ask.UNIQUES, noun=noun, name=said)
            head: Answer = ["SELECT", "COUNT", "(", "DISTINCT", *here, ")"]
        else:
            said = self.plural(col) if self.rng.random() < 0.5 else self.said(col)
            text = self.say(*ask.UNIQUE, noun=noun, name=said)
            if "every {name}" in self.template or "each {name}" in self.template:
                text = text.replace(plural(col.words), col.words)
            head = ["SELECT", "DISTINCT", *here]
        return text, [*head, "FROM", table(n), *(where if noun in text else [])]

    def everything(self) -> Made | None:
        n = self.tab()
        noun, where = self.where(n, 0.7)
        return self.say(*ask.ALL, noun=noun), ["SELECT", "*", "FROM", table(n), *where]

    def _told(self, col: Col) -> str:
        """A question word for a column: when, where or who; may be empty."""
        if col.kind == "d":
            past = [p for p in role(col.words)[0] if " " not in p and not p.endswith("ing")]
            return self.say(*look.WHEN, past=self.pick(*past), who="{who}") if past else ""
        if col.words in _PLACES:
            return self.say(*look.WHERE, who="{who}", col=col.words)
        if col.words in _PEOPLE:
            return self.say(*look.WHO_IS, who="{who}", col=col.words)
        return ""

    def lookup(self) -> Made | None:
        """A property of the row that a value names, the noun left out as often as not."""
        n = self.tab()
        keys = [c for c in self.cols(n, "s") if c.display] or self.cols(n, "s")
        options = [c for c in self.cols(n, "snd") if c not in keys]
        if not keys or not options or not keys[0].listed or not keys[0].values:
            return None
        rng, key = self.rng, keys[0]
        cols = rng.sample(options, min(len(options), rng.choice([1, 1, 1, 2])))
        text_value = rng.choice(key.values)
        shown = text_value.lower() if rng.random() < 0.2 else text_value
        one = self.tabs[n].one
        who = self.say(*look.WHO, v=shown, one=one, key=self.said(key))
        base = self.base(cols[0]) if len(cols) == 1 else ""
        head = self.refs(n, cols)
        aged = any("age" in c.words.split() for c in self.cols(n, "n"))
        if core(cols[0].words) in BORN and len(cols) == 1 and not aged and rng.random() < 0.6:
            old = rng.random() < 0.6
            text = self.pick("how old is {}", "what age is {}", "what is the age of {}") if old else self.pick("when was {} born", "on what day was {} born")  # fmt: skip
            text, head = text.format(who), ["AGE", "(", *head, ")"] if old else head
        elif len(cols) == 1 and rng.random() < 0.35 and self._told(cols[0]):
            text = self._told(cols[0]).format(who=who, col=cols[0].words)
        elif base in _HOW and rng.random() < 0.5:
            text = rng.choice(_HOW[base].split(",")).format(who)
        else:
            text = self.say(*look.LOOKUP, listed=self._called(cols), who=who)
        where: Answer = ["WHERE", *self.ref(n, key), "=", value(text_value, Item(n, key.place))]
        return text, ["SELECT", *head, "FROM", table(n), *where]
