"""Makes up questions for the first row or rows of one table in some order.

It must not know groups, joins or slots.
"""

# ruff: noqa: E501  (sayings read best in one line each)

from __future__ import annotations

import words as W
from conditions import Conditions
from pairs import Answer, table
from phrases import MAXES, MINS, Made, lines
from roles import BORN, core, role
from schemas import Col

_ADJECTIVE = lines("""
which {one} is the {adj}
which {one} is {adj}
which is the {adj} {one}
what is the {adj} {one}
what's the {adj} {one}
what was the {adj} {one}
who is the {adj} {one}
who's the {adj} {one}
find the {adj} {one}
name the {adj} {one}
{show} the {adj} {one}
{show} our {adj} {one}
the {adj} {one}
{adj} {one}
the name of the {adj} {one}
what is the {adj} of the {many}
which of the {many} is the {adj}
which of our {many} is the {adj}
do you know which {one} is the {adj}
i'd like to know which {one} is the {adj}
so which {one} is the {adj}
""")
_ADJECTIVE_SHOWN = lines("""
what is the {listed} of the {adj} {one}
what's the {listed} of the {adj} {one}
what was the {listed} of the {adj} {one}
{show} the {listed} of the {adj} {one}
{show} the {listed} for the {adj} {one}
{listed} of the {adj} {one}
{listed} of {adj} {one}
the {adj} {one}'s {listed}
what {listed} does the {adj} {one} have
which {listed} does the {adj} {one} have
which {listed} has the {adj} {one}
find the {adj} {one} and {show} the {listed}
find the {adj} {one}. what is its {listed}
for the {adj} {one}, {show} the {listed}
i want the {listed} of the {adj} {one}
""")
_MOST = lines("""
which {one} has the {most} {name}
which {one} has the {most} {name}
which {one} had the {most} {name}
which {one} has got the {most} {name}
which {one} shows the {most} {name}
what {one} has the {most} {name}
what is the {one} with the {most} {name}
what's the {one} with the {most} {name}
find the {one} with the {most} {name}
who has the {most} {name}
who is the {one} with the {most} {name}
{show} the {one} with the {most} {name}
{show} me the {one} that has the {most} {name}
the {one} with the {most} {name}
{one} with the {most} {name}
{one} with {most} {name}
{most} {name} {one}
which of the {many} has the {most} {name}
which of all {many} has the {most} {name}
do you know which {one} has the {most} {name}
so which {one} has the {most} {name}
i wonder which {one} has the {most} {name}
tell me which {one} has the {most} {name}
""")
_MOST_SHOWN = lines("""
what is the {listed} of the {one} with the {most} {name}
what's the {listed} of the {one} with the {most} {name}
what are the {listed} of the {one} with the {most} {name}
{listed} of the {one} with the {most} {name}
{listed} of {one} with {most} {name}
{show} the {listed} of the {one} that has the {most} {name}
{show} the {listed} of the {one} with the {most} {name}
{show} the {listed} for the {one} with the {most} {name}
which {one} has the {most} {name}? give the {listed}
which {one} has the {most} {name}? show its {listed}
find the {one} with the {most} {name} and {show} its {listed}
find the {listed} of the {one} having the {most} {name}
for the {one} with the {most} {name}, what is the {listed}
what {listed} does the {one} with the {most} {name} have
which {listed} does the {one} with the {most} {name} have
the {one} with the {most} {name}: {listed}
""")
_TOP_ADJECTIVE = lines("""
the {k} {adj} {many}
{k} {adj} {many}
{show} the {k} {adj} {many}
{show} {k} {adj} {many}
{show} me the {k} {adj} {many}
{show} our {k} {adj} {many}
which are the {k} {adj} {many}
what are the {k} {adj} {many}
which {k} {many} are the {adj}
name the {k} {adj} {many}
who are the {k} {adj} {many}
i want to see the {k} {adj} {many}
which are our {k} {adj} {many}
top {k} {adj} {many}
the top {k} {adj} {many}
""")
_TOP = lines("""
{end} {k} {many} by {name}
{end} {k} {many} by {name}
{end} {k} {many} {name}
{end} {k} {many} in terms of {name}
{end} {k} {many} with the {most} {name}
the {end} {k} {many} by {name}
{show} the {end} {k} {many} by {name}
{show} the {end} {k} {many} in terms of {name}
{show} the {end} {k} {many} according to {name}
{show} me the {end} {k} {many} ranked by {name}
what are the {end} {k} {many} by {name}
who are the {end} {k} {many} by {name}
which are the {end} {k} {many} by {name}
the {k} {many} with the {most} {name}
{k} {many} with the {most} {name}
{k} {many} with {most} {name}
what are the {k} {many} with the {most} {name}
{show} the {k} {many} with the {most} {name}
{show} {k} {many} with the {most} {name}
which {k} {many} have the {most} {name}
which {k} {many} had the {most} {name}
{k} {most} {many} by {name}
what are the {k} {most} {many} by {name}
i need the {k} {many} with the {most} {name}
{many} with the {k} {most} {name}
{show} the {many} with the {k} {most} {name}
our {end} {k} {many} by {name}
""")
_TOP_SHOWN = lines("""
{top}? show the {listed}
{top}? give me their {listed}
{top}: {listed}
{top}, {listed} please
{top}, show {listed}
{listed} of {top}
{show} the {listed} of {top}
{show} {listed} for {top}
what are the {listed} of {top}
what is the {listed} of {top}
{top}. {show} their {listed}
{top}. only the {listed}
""")
_TOP_WITH = lines("""
{top} with {listed}
{top} with their {listed}
{top} and their {listed}
{top} along with their {listed}
{top} together with the {listed}
{top} including their {listed}
{top}? also show the {listed}
""")
_NEWEST = lines("""
{show} the {newest} {k} {many}
{show} the {k} {newest} {many}
the {k} {newest} {many}
the {newest} {k} {many}
{newest} {k} {many}
{k} {newest} {many}
which are the {k} {newest} {many}
what are the {k} {newest} {many}
what were the {newest} {k} {many}
{show} me our {k} {newest} {many}
""")
_ONE_NEWEST = lines("""
{show} the {newest} {one}
which {one} is the {newest}
what is the {newest} {one}
what was the {newest} {one}
which is the {newest} {one}
the {newest} {one}
{newest} {one}
our {newest} {one}
find the {newest} {one}
which of the {many} is the {newest}
""")
_LAST_DONE = lines("""
which {one} was {past} {last}
which {one} was {past} {last}
what {one} was {past} {last}
which {one} has been {past} {last}
the {one} that was {past} {last}
{show} the {one} that was {past} {last}
{one} {past} {last}
which of the {many} was {past} {last}
who was {past} {last}
which {one} got {past} {last}
""")
_DOWN_MOST = (*MAXES[1:6], "most", "greatest", "highest", "maximum", "most")
_UP_MOST = (*MINS[1:3], "smallest", "least", "fewest", "lowest", "minimum")


class Superlatives(Conditions):
    """Families of questions; each gives None where the schema lacks a part."""

    def _both_ends(self, col: Col) -> tuple[str, str] | None:
        """What much and little of a number is called."""
        base = self.base(col)
        return W.NUMBERS.get(base) if base else None

    def superlative(self) -> Made | None:
        n = self.tab()
        col = self.col(n, "nnd")
        if col is None:
            return None
        noun, where = self.where(n, 0.15)
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
                text = self.say(*(_ADJECTIVE if bare else _ADJECTIVE_SHOWN), **parts)
            else:
                text = self.say(*(_MOST if bare else _MOST_SHOWN), most=most, **parts)
        order: Answer = ["ORDER BY", *self.ref(n, col), *(["DESC"] if down else []), "LIMIT", "1"]
        return text, ["SELECT", *self.refs(n, cols), "FROM", table(n), *where, *order]

    def _latest(self, n: int, col: Col, one: str, bare: bool, cols: list[Col]) -> tuple[str, bool]:
        """The newest or oldest row, by its date's name, by what happened then, or by neither."""
        down, many = self.rng.random() < 0.6, self.tabs[n].many
        birth = core(col.words) in BORN
        if birth and bare and self.rng.random() < 0.6:
            return self.say(*_ADJECTIVE, one=one, many=many, adj="youngest" if down else "oldest"), down  # fmt: skip
        alone = len(self.cols(n, "d")) == 1 and not birth
        newest = self.pick("latest", "most recent", "newest", "last") if down else self.pick("earliest", "oldest", "first")  # fmt: skip
        past = [p for p in role(col.words)[0] if " " not in p]
        if bare and alone and self.rng.random() < 0.4:
            return self.say(*_ONE_NEWEST, one=one, many=many, newest=newest), down
        if bare and past and self.rng.random() < 0.5:
            last = self.pick("last", "most recently", "latest") if down else self.pick("first", "earliest")  # fmt: skip
            return self.say(*_LAST_DONE, one=one, many=many, past=self.pick(*past), last=last), down
        parts = {"one": one, "many": many, "most": newest, "name": self.said(col), "listed": self._listed([self.said(c) for c in cols])}  # fmt: skip
        return self.say(*(_MOST if bare else _MOST_SHOWN), **parts), down

    def top(self) -> Made | None:
        n = self.tab()
        col = self.col(n, "nnd")
        if col is None:
            return None
        noun, where = self.where(n, 0.15)
        k, limit = self.counted()
        adjective, down = self._direction(col)
        parts = {"k": k, "many": noun, "name": self.said(col)}
        if col.kind == "d":
            if len(self.cols(n, "d")) > 1 or core(col.words) in BORN:
                newest = (
                    self.pick("latest", "most recent") if down else self.pick("earliest", "oldest")
                )
                text = self.say(*_TOP[13:20], most=newest, **parts)
            else:
                newest = self.pick("latest", "most recent", "newest", "last") if down else self.pick("earliest", "oldest", "first")  # fmt: skip
                text = self.say(*_NEWEST, newest=newest, **parts)
        elif adjective:
            text = self.say(*_TOP_ADJECTIVE, adj=adjective, **parts)
        else:
            most = self.pick("highest", "largest", "biggest", "most", "greatest") if down else self.pick("lowest", "smallest", "least", "fewest")  # fmt: skip
            end = self.pick("top", "top", "first", "best") if down else self.pick("bottom", "bottom", "lowest", "worst")  # fmt: skip
            text = self.say(*_TOP, most=most, end=end, **parts)
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
            return self.say(*_TOP_WITH, top=text, listed=listed), [*shown, *extra]
        cols = rng.sample(options, min(len(options), rng.choice([1, 2, 2, 3])))
        starts = text.split()[0]
        listed = self._listed([self.said(c) for c in cols])
        if starts not in ("the", "top", "bottom", "first", "our") and not starts.isdigit():
            return f"{text}{self.pick('? show the ', '? give the ', ', only the ', '. show their ', ': ')}{listed}", cols  # fmt: skip
        return self.say(*_TOP_SHOWN, top=text, listed=listed), cols
