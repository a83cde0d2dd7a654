"""Makes up questions for the first row or rows of one table in some order.

It must not know groups, joins or slots.
"""

# ruff: noqa: E501  (sayings read best in one line each)

from __future__ import annotations

from pairs import Answer, table

import made_up.ranking as say
from made_up.conditions import Conditions
from made_up.phrases import MAXES, MINS, Made
from made_up.roles import BORN, core, role
from made_up.schemas import Col

_DOWN_MOST = (*MAXES[1:6], "most", "greatest", "highest", "maximum", "most")
_UP_MOST = (*MINS[1:3], "smallest", "least", "fewest", "lowest", "minimum")


class Superlatives(Conditions):
    """Families of questions; each gives None where the schema lacks a part."""

    def superlative(self) -> Made | None:
        n = self.tab()
        col = self.col(n, "nnd")
        if col is None:
            return None
        noun, where = self.where(n, 0.2, col)
        many = self.tabs[n].many
        one = noun.replace(many, self.tabs[n].one)
        options = [c for c in self.cols(n, "sd") if c is not col]
        bare = self.rng.random() < 0.6 or not options
        cols = self.shown(n) if bare else self.rng.sample(options, min(len(options), self.rng.choice([1, 1, 2])))  # fmt: skip
        adjective, down = self._direction(col)
        if col.kind == "d":
            text, down = self._latest(n, col, one, bare, cols)
        else:
            parts = {"one": one, "many": noun, "listed": self._listed([self.said(c) for c in cols]), "adj": adjective, "name": self.said(col)}  # fmt: skip
            most = self.pick(*(_DOWN_MOST if down else _UP_MOST))
            if adjective:
                text = self.say(*(say.ADJECTIVE if bare else say.ADJECTIVE_SHOWN), **parts)
            else:
                text = self.say(*(say.MOST if bare else say.MOST_SHOWN), most=most, **parts)
        where = where if one in text or noun in text else []
        order: Answer = ["ORDER BY", *self.ref(n, col), *(["DESC"] if down else []), "LIMIT", "1"]
        return text, ["SELECT", *self.refs(n, cols), "FROM", table(n), *where, *order]

    def _latest(self, n: int, col: Col, one: str, bare: bool, cols: list[Col]) -> tuple[str, bool]:
        """The newest or oldest row, by its date's name, by what happened then, or by neither."""
        down, many = self.rng.random() < 0.6, self.tabs[n].many
        birth = core(col.words) in BORN
        if birth and bare and self.rng.random() < 0.6:
            return self.say(*say.ADJECTIVE, one=one, many=many, adj="youngest" if down else "oldest"), down  # fmt: skip
        alone = len(self.cols(n, "d")) == 1 and not birth
        newest = self.pick("latest", "most recent", "newest", "last") if down else self.pick("earliest", "oldest", "first")  # fmt: skip
        past = [p for p in role(col.words)[0] if " " not in p]
        if bare and alone and self.rng.random() < 0.4:
            return self.say(*say.ONE_NEWEST, one=one, many=many, newest=newest), down
        if bare and past and self.rng.random() < 0.5:
            last = self.pick("last", "most recently", "latest") if down else self.pick("first", "earliest")  # fmt: skip
            return self.say(
                *say.LAST_DONE, one=one, many=many, past=self.pick(*past), last=last
            ), down
        parts = {"one": one, "many": many, "most": newest, "name": self.said(col), "listed": self._listed([self.said(c) for c in cols])}  # fmt: skip
        return self.say(*(say.MOST if bare else say.MOST_SHOWN), **parts), down

    def top(self) -> Made | None:
        n = self.tab()
        col = self.col(n, "nnd")
        if col is None:
            return None
        noun, where = self.where(n, 0.2, col)
        k, limit = self.counted()
        adjective, down = self._direction(col)
        parts = {"k": k, "many": noun, "name": self.said(col)}
        if col.kind == "d":
            if len(self.cols(n, "d")) > 1 or core(col.words) in BORN:
                newest = (
                    self.pick("latest", "most recent") if down else self.pick("earliest", "oldest")
                )
                text = self.say(*say.TOP[13:20], most=newest, **parts)
            else:
                newest = self.pick("latest", "most recent", "newest", "last") if down else self.pick("earliest", "oldest", "first")  # fmt: skip
                text = self.say(*say.NEWEST, newest=newest, **parts)
        elif adjective:
            text = self.say(*say.TOP_ADJECTIVE, adj=adjective, **parts)
        else:
            most = self.pick("highest", "largest", "biggest", "most", "greatest") if down else self.pick("lowest", "smallest", "least", "fewest")  # fmt: skip
            end = self.pick("top", "top", "best") if down else self.pick("bottom", "bottom", "lowest", "worst")  # fmt: skip
            text = self.say(*say.TOP, most=most, end=end, **parts)
        where = where if noun in text else []
        text, cols = self._shown_top(n, text, col)
        order: Answer = ["ORDER BY", *self.ref(n, col), *(["DESC"] if down else []), "LIMIT", *limit]  # fmt: skip
        return text, ["SELECT", *self.refs(n, cols), "FROM", table(n), *where, *order]

    def _shown_top(self, n: int, text: str, col: Col) -> tuple[str, list[Col]]:
        """What to show of the first rows: their names, other columns, or both."""
        rng, shown = self.rng, self.shown(n)
        options = self.cols(n, "snd")
        if rng.random() < 0.5 or not options:
            return text, shown
        if rng.random() < 0.3:
            more = [c for c in options if c not in shown] or [col]
            extra = [rng.choice([col, rng.choice(more)])]
            listed = self._listed([self.said(c) for c in extra])
            return self.say(*say.TOP_WITH, top=text, listed=listed), [*shown, *extra]
        cols = rng.sample(options, min(len(options), rng.choice([1, 2, 2, 3])))
        starts = text.split()[0]
        listed = self._listed([self.said(c) for c in cols])
        if starts not in ("the", "top", "bottom", "first", "our") and not starts.isdigit():
            return f"{text}{self.pick('? show the ', '? give the ', ', only the ', '. show their ', ': ')}{listed}", cols  # fmt: skip
        return self.say(*say.TOP_SHOWN, top=text, listed=listed), cols
