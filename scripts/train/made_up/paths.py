"""Says which of a made-up schema's tables belong together, and what joins them.

It must not know wordings of whole questions.
"""

from __future__ import annotations

from typing import NamedTuple

from pairs import Answer, column, table, value

from localai.linking.catalog import Item
from localai.linking.joins import Edge, edges
from localai.linking.trees import connect
from localai.linking.words import split_name
from made_up.conditions import Conditions
from made_up.phrases import lines
from made_up.schemas import Col
from made_up.worlds import Deed

_NAMED = lines("""
{v}
{v}
{v}
{v}
{one} {v}
the {one} {v}
the {v} {one}
the {one} called {v}
the {one} named {v}
{one} '{v}'
{v}, the {one}
""")
# By which table somebody does something, where there may be several.
_WAYS = {
    ("customer", "buy"): "order_item",
    ("customer", "order"): "order_item",
    ("customer", "purchase"): "order_item",
    ("customer", "review"): "product_review",
    ("company", "buy"): "invoice_line",
    ("member", "borrow"): "loan",
    ("member", "read"): "loan",
    ("member", "return"): "loan",
    ("member", "reserve"): "reservation",
    ("viewer", "watch"): "watch_record",
    ("viewer", "rate"): "film_rating",
    ("patient", "take"): "prescription",
    ("patient", "visit"): "appointment",
    ("guest", "use"): "service_charge",
    ("diner_guest", "order"): "order_dish",
    ("diner_guest", "eat"): "order_dish",
    ("waiter", "serve"): "order_dish",
}
# A condition that may as well stand at a question's end.
_TIMELY = ("in ", "on ", "since ", "after ", "before ", "last ", "this ", "during ", "between ")


class Who(NamedTuple):
    """A row or rows of a table as a question speaks of them, and the condition on them.

    `do`, `did` and `has` fit the number; `named` says that it is one row by its name."""

    text: str
    where: Answer
    do: str
    has: str
    named: bool


class Paths(Conditions):
    """Picks tables that the keys join in one way only."""

    _graph: dict[int, list[Edge]] | None = None

    @property
    def graph(self) -> dict[int, list[Edge]]:
        if self._graph is None:
            self._graph = edges(self.schema)
            self._near: dict[tuple[int, int], tuple[int, int]] = {}
            for start in self._graph:
                self._measure(start)
        return self._graph

    def _measure(self, start: int) -> None:
        """How far each table is from `start`, and on how many ways."""
        here = {start: 1}
        seen = {start}
        distance = 0
        while here:
            for number, ways in here.items():
                self._near[start, number] = (distance, ways)
            reached: dict[int, int] = {}
            for number, ways in here.items():
                for edge in self.graph[number]:
                    if edge.right not in seen:
                        reached[edge.right] = reached.get(edge.right, 0) + ways
            seen |= set(reached)
            here = reached
            distance += 1

    def joined(self, one: int, other: int, distance: int) -> bool:
        """Whether the tables are that far from each other, on one way alone."""
        return bool(self.graph) and self._near.get((one, other)) == (distance, 1)

    def up(self) -> list[tuple[int, int]]:
        """Tables and what they refer to."""
        found = [(n, p) for n, tab in enumerate(self.tabs) for p in tab.parents if n != p]
        return [(n, p) for n, p in found if self.joined(n, p, 1) and not self.tabs[n].is_view]

    def further(self) -> list[tuple[int, int]]:
        """Tables and what that refers to which they refer to."""
        pairs = self.up()
        found = [(n, q) for n, p in pairs for m, q in pairs if m == p]
        return [(n, q) for n, q in found if self.joined(n, q, 2)]

    def pair(self, far: float = 0.25) -> tuple[int, int] | None:
        """A table, and one to which each of its rows belongs, seldom by way of another."""
        pairs = self.up()
        if self.rng.random() < far:
            pairs = self.further() or pairs
        return self.rng.choice(pairs) if pairs else None

    def crossings(self) -> list[tuple[int, int, int]]:
        """Two tables and the one that refers to both."""
        pairs = self.up()
        found = [(a, n, b) for n, a in pairs for m, b in pairs if m == n and a != b]
        found = [(a, n, b) for a, n, b in found if self.joined(a, b, 2)]
        far = self.further()
        more = [(a, n, b) for n, a in pairs for m, b in far if m == n and self.joined(a, b, 3)]
        links = [(a, n, b) for a, n, b in more if self.deed(a, b, n) or self.deed(b, a, n)]
        return [*found, *links, *((b, n, a) for a, n, b in links)]

    def deed(self, who: int, what: int, link: int | None = None) -> Deed | None:
        """What rows of one table do to those of another, by way of the link."""
        ends = (self.tabs[who].entity, self.tabs[what].entity)
        found = [deed for deed in self.deeds if (deed.who, deed.what) == ends]
        if link is not None:
            way = self.tabs[link].entity
            found = [d for d in found if _WAYS.get((d.who, d.base), way) == way]
        return self.rng.choice(found) if found else None

    def nameable(self, number: int) -> bool:
        """Whether a row can be shown by a name or a key, for it has one."""
        return all(c.display or c.base == "code" or c.kind == "k" for c in self.shown(number))

    def alone(self, col: Col) -> bool:
        """Whether no other table has a column of that name."""
        return sum(c.words == col.words for tab in self.tabs for c in tab.cols) == 1

    def say_of(self, col: Col, templates: tuple[str, ...], **gaps: str) -> str:
        """A wording that says whose column it is, where others have one of that name; or none."""
        if self.alone(col):
            return self.say(*templates, **gaps)
        template = self.split.pick_with(self.rng, "{c}", *templates)
        return self.say(template, **gaps) if template else ""

    def source(self, *parts: Answer, through: tuple[int, ...] = ()) -> Answer | None:
        """FROM: the tables of the parts' columns, and of `through` those that no join reaches."""
        said = [part for answer in parts for part in answer if isinstance(part, tuple)]
        used = [p[1].table if p[0] == "c" else p[1] for p in said if p[0] in "ct"]
        used = list(dict.fromkeys(used))
        for number in through:
            path = connect(self.graph, used) if used else []
            if path is None:
                return None
            if number not in {*used[:1], *(edge.right for edge in path)}:
                used.append(number)
        out: Answer = ["FROM"]
        for number in used:
            out += ([","] if len(out) > 1 else []) + [table(number)]
        return out

    def named(self, number: int) -> Who | None:
        """One row by its name."""
        cols = [c for c in self.tabs[number].cols if c.display and c.values]
        cols.sort(key=lambda c: c.words == "last name")
        if not cols:
            return None
        rng = self.rng
        texts = [rng.choice(col.values) for col in cols[:2]]
        where: Answer = []
        for col, text in zip(cols, texts, strict=False):
            item = Item(number, col.place)
            where += (["AND"] if where else []) + [column(item), "=", value(text, item)]
        said = " ".join(texts)
        said = said.lower() if rng.random() < 0.12 else said
        said = self.say(*_NAMED, v=said, one=self.tabs[number].one)
        if len(texts) > 1:
            said = said.replace("'", "")
        return Who(said, where, "does", "has", True)

    def some(self, number: int) -> Who | None:
        """Rows that a condition describes."""
        clause = self.clause(number)
        if clause is None:
            return None
        noun = f"{clause.before} {self.many(number)} {clause.after}"
        return Who(" ".join(noun.split()), clause.answer, "do", "have", False)

    def who(self, number: int) -> Who | None:
        """A row by its name, or rows that a condition describes."""
        found = self.named(number) if self.rng.random() < 0.55 else None
        return found or self.some(number)

    def described(self, number: int, most: int = 3) -> list[Col]:
        """Some columns that a question asks for of a table's rows, at times their key."""
        tab = self.tabs[number]
        options = self.cols(number, "snd")
        cols = self.rng.sample(
            options, min(len(options), self.rng.choice([1, 1, 2, 3][: most + 1]))
        )
        keys = [c for c in tab.cols if c.kind == "k" and c.name == tab.key]
        if keys and self.rng.random() < 0.18:
            cols.insert(self.rng.choice([0, 0, len(cols)]), keys[0])
        return cols

    def told(self, number: int, cols: list[Col], many: bool = False) -> str:
        """The columns as a question lists them."""
        words = []
        for col in cols:
            if col.kind == "k":
                one = f"{self.tabs[number].one} {split_name(col.name)[-1].lower()}"
                words.append(self.pick("id", one, one) + ("s" if many else ""))
            else:
                several = many and not col.words.endswith("s")
                words.append(self.plural(col) if several else self.said(col))
        return self._listed(words)

    def limited(self, number: int, chance: float) -> tuple[str, str, Answer]:
        """The rows' noun, what follows at the question's end, and a condition on them."""
        noun = self.many(number)
        clause = self.clause(number) if self.rng.random() < chance else None
        if clause is None:
            return noun, "", []
        if clause.after.startswith(_TIMELY) and not clause.before and self.rng.random() < 0.6:
            return noun, clause.after, clause.answer
        return f"{clause.before} {noun} {clause.after}".strip(), "", clause.answer


def also(*conditions: Answer) -> Answer:
    """WHERE all of the conditions, or nothing."""
    out: Answer = []
    for condition in filter(None, conditions):
        out += ["AND" if out else "WHERE", *condition]
    return out
