"""Makes up questions over made-up schemas, with their answers in the model's language.

It must not know slots: the product's own linker puts them in, with all its mistakes.
"""

# ruff: noqa: E501  (sayings read best in one line each)

from __future__ import annotations

from collections.abc import Callable

from one_table import DECLINED, OneTable
from pairs import Answer, table, value
from phrases import Made

from localai.linking.catalog import Item

__all__ = ["DECLINED", "Asker"]
WRAP = ["{}", "{}", "{}", "{}", "{}", "please tell me {}", "can you tell me {}", "I want to know {}", "{}, please", "could you show {}",
        "I'd like to see {}", "tell me {}", "hey, {}", "we need to know {}"]  # fmt: skip


class Asker(OneTable):
    """Asks about one made-up schema; here are the families of questions over two tables."""

    def ask(self) -> Made:
        """One question with its answer over items."""
        families: list[tuple[int, Callable[[], Made | None]]] = [
            (6, self.count), (14, self.count_where), (16, self.listing), (12, self.aggregate), (9, self.group_count), (10, self.group_aggregate),
            (8, self.top), (9, self.superlative), (6, self.most_frequent), (5, self.having), (4, self.distinct), (9, self.join_filter),
            (8, self.join_group), (6, self.join_most), (3, self.without), (4, self.nested), (2, self.declined), (3, self.several), (3, self.everything), (8, self.lookup),
        ]  # fmt: skip
        while True:
            made = self.rng.choices([f for _, f in families], [w for w, _ in families])[0]()
            if made is not None:
                return self._dress(made[0]), made[1]

    def _dress(self, text: str) -> str:
        rng = self.rng
        text = " ".join(text.split()).replace(" ,", ",")
        if rng.random() < 0.25:
            text = rng.choice(WRAP).format(text)
        if rng.random() < 0.8:
            text = text[0].upper() + text[1:]
        if rng.random() < 0.6:
            text += rng.choice(["?", "?", ".", " ?"])
        return text

    def _pair(self) -> tuple[int, int] | None:
        """A table and one that it refers to."""
        pairs = [(n, p) for n, tab in enumerate(self.tabs) for p in tab.parents]
        return self.rng.choice(pairs) if pairs else None

    def join_filter(self) -> Made | None:
        """Children filtered by their parent."""
        pair = self._pair()
        if pair is None:
            return None
        n, p = pair
        col = self.col(p, "sn")
        if col is None:
            return None
        child, parent = self.many(n), self.tabs[p]
        if col.kind == "s" and self.rng.random() < 0.85:
            text_value = self.rng.choice(col.values)
            shown = text_value if col.listed else f"'{text_value}'"
            where: Answer = [*self.ref(p, col), "=", value(text_value, Item(p, col.place))]
            who = self.pick(shown, shown, f"{parent.one} {shown}", f"the {shown} {parent.one}", f"the {parent.one} {shown}", f"the {parent.one} called {shown}") if col.display else \
                self.pick(f"{parent.many} from {shown}", f"{shown} {parent.many}", f"{parent.many} with {self.said(col)} {shown}", f"{parent.many} in {shown}", f"the {parent.many} whose {self.said(col)} is {shown}", f"the {shown} {self.said(col)}", f"a {parent.one} with a {shown} {self.said(col)}")  # fmt: skip
        else:
            made = self.condition(p)
            if made is None:
                return None
            before, after, where = made
            who = f"{before} {parent.many} {after}"
        link = self.pick("of", "from", "for", "by", "with", "belonging to", "that belong to", "at")
        roll = self.rng.random()
        number = self.col(n, "n")
        if roll < 0.35:
            text = self.pick(
                f"how many {child} {link} {who}",
                f"how many {child} does {who} have",
                f"number of {child} {link} {who}",
                f"count the {child} {link} {who}",
                f"how many {child} are there {link} {who}",
                f"how many {child} did {who} make",
                f"how many {child} are {link} {who}",
                f"how many {child} has {who} had",
                f"how many {child} were done by {who}",
            )
            head: Answer = ["COUNT", "(", "*", ")"]
        elif roll < 0.6 and number is not None:
            function, word = self._function()
            text = self.pick(
                f"what is the {word} {self.said(number)} of {child} {link} {who}",
                f"{word} {self.said(number)} of the {child} {link} {who}",
                f"what is the {word} {self.said(number)} of {who}'s {child}",
                f"what is the {word} {self.said(number)} for {who}",
            )
            head = [function, "(", *self.ref(n, number), ")"]
        else:
            options = self.cols(n, "snd")
            bare = not options or self.rng.random() < 0.4
            cols = (
                self.shown(n)
                if bare
                else self.rng.sample(options, min(len(options), self.rng.choice([1, 1, 2])))
            )
            listed = self._listed([self.said(c) for c in cols])
            text = self.pick(f"which {child} are {link} {who}", f"which {child} does {who} have", f"list the {child} {link} {who}", f"show all {child} {link} {who}", f"which {child} belong to {who}", f"which {child} did {who} do", f"{child} {link} {who}") if bare \
                else self.pick(f"what are the {listed} of the {child} {link} {who}", f"show the {listed} of {child} {link} {who}", f"{listed} of all {child} {link} {who}", f"give me the {listed} of every {self.tabs[n].one} {link} {who}", f"what is the {listed} of the {child} {link} {who}")  # fmt: skip
            head = self.refs(n, cols)
        return text, ["SELECT", *head, "FROM", table(n), ",", table(p), "WHERE", *where]

    def join_group(self) -> Made | None:
        """A count or an aggregate of children for each parent, or for a parent's property."""
        pair = self._pair()
        if pair is None:
            return None
        n, p = pair
        child, parent = self.many(n), self.tabs[p]
        number = self.col(n, "n")
        if self.rng.random() < 0.55:
            cols = self.shown(p)
            who = self.pick(
                f"each {parent.one}", f"every {parent.one}", f"each {parent.one}", parent.one
            )
            label = self._listed([c.words for c in cols])
        else:
            other = self.col(p, "s")
            if other is None:
                return None
            cols = [other]
            label = self.said(other)
            who = self.pick(
                f"each {label}",
                f"each {label} of {parent.many}",
                f"every {parent.one} {label}",
                f"each {parent.one} {label}",
                f"every {label}",
            )
        here = self.refs(p, cols)
        if number is None or self.rng.random() < 0.5:
            text = self.pick(f"how many {child} does {who} have", f"how many {child} are there for {who}", f"number of {child} per {who.split(' ', 1)[-1]}", f"for {who}, count the {child}", f"count of {child} by {who.split(' ', 1)[-1]}",
                             f"show {who} and the number of {child}", f"for {who}, how many {child} are there", f"how many {child} did {who} have? show the {label} and the number", f"list the {label} of {who} and how many {child} they have", f"show the {label} of {who} and the number of {child}",
                             f"how many {child} are there at {who}", f"how often does {who} appear in the {child}", f"list {parent.many} with the number of their {child}", f"what is the {label} of {who} and how many {child} does it have")  # fmt: skip
            measure: Answer = ["COUNT", "(", "*", ")"]
        else:
            function, word = self._function()
            name = self.said(number)
            text = self.pick(f"{word} {name} of {child} for {who}", f"what is the {word} {name} of {child} per {who.split(' ', 1)[-1]}", f"{word} {name} by {who.split(' ', 1)[-1]}", f"for {who}, show the {word} {name} of its {child}",
                             f"show the {word} {name} for {who}", f"what is the {word} {name} for {who}", f"list the {label} of {who} with the {word} {name} of the {child}", f"for {who}, what is the {word} {name}? show the {label} and the {word}")  # fmt: skip
            if function == "SUM" and self.rng.random() < 0.4:
                text = self.pick(
                    f"how many {name} did {who} have in total",
                    f"how much {name} for {who}",
                    f"how much {name} do the {child} of {who} have in total? give the {label} and the total",
                    f"how many {name} does {who} have in total? show the {label} and the total {name}",
                )
            measure = [function, "(", *self.ref(n, number), ")"]
        return text, [
            "SELECT",
            *here,
            ",",
            *measure,
            "FROM",
            table(n),
            ",",
            table(p),
            "GROUP BY",
            *here,
        ]

    def join_most(self) -> Made | None:
        pair = self._pair()
        if pair is None:
            return None
        n, p = pair
        child, parent = self.many(n), self.tabs[p]
        options = self.cols(p, "snd")
        cols = (
            self.shown(p) if self.rng.random() < 0.65 or not options else [self.rng.choice(options)]
        )
        here = self.refs(p, cols)
        label = self._listed([self.said(c) for c in cols])
        down = self.rng.random() < 0.75
        most = (
            self.pick("most", "largest number of", "highest number of")
            if down
            else self.pick("fewest", "least", "smallest number of")
        )
        number = self.col(n, "n")
        node: Answer = ["COUNT", "(", "*", ")"]
        what = child
        if number is not None and self.rng.random() < 0.3:
            node = ["SUM", "(", *self.ref(n, number), ")"]
            most = (
                self.pick("highest total", "largest total", "most total")
                if down
                else "lowest total"
            )
            what = self.said(number)
        roll = self.rng.random()
        if roll < 0.25 and node[0] == "COUNT":
            sign, words = self.rng.choice(
                [(">", "more than"), (">=", "at least"), ("<", "fewer than")]
            )
            count = str(self.rng.randint(2, 6))
            text = self.pick(
                f"which {parent.many} have {words} {count} {child}",
                f"{label} of {parent.many} with {words} {count} {child}",
            )
            if text.startswith("which"):
                here = self.refs(p, self.shown(p))
            return text, [
                "SELECT",
                *here,
                "FROM",
                table(n),
                ",",
                table(p),
                "GROUP BY",
                *here,
                "HAVING",
                *node,
                sign,
                value(count, None),
            ]
        if roll < 0.4:
            count = str(self.rng.randint(2, 9))
            here = self.refs(p, self.shown(p))
            text = self.pick(
                f"the {count} {parent.many} with the {most} {what}",
                f"which {count} {parent.many} have the {most} {what}",
                f"list the {count} {parent.many} with the {most} {what}",
            )
            return text, [
                "SELECT",
                *here,
                "FROM",
                table(n),
                ",",
                table(p),
                "GROUP BY",
                *here,
                "ORDER BY",
                *node,
                *(["DESC"] if down else []),
                "LIMIT",
                value(count, None),
            ]
        text = f"what is the {label} of the {parent.one} with the {most} {what}"
        if cols == self.shown(p):
            text = self.pick(
                f"which {parent.one} has the {most} {what}",
                f"which {parent.one} had the {most} {what}",
                f"who is the {parent.one} with the {most} {what}",
                f"find the {parent.one} with the {most} {what}",
                text,
            )
        return text, [
            "SELECT",
            *here,
            "FROM",
            table(n),
            ",",
            table(p),
            "GROUP BY",
            *here,
            "ORDER BY",
            *node,
            *(["DESC"] if down else []),
            "LIMIT",
            "1",
        ]

    def without(self) -> Made | None:
        pair = self._pair()
        if pair is None:
            return None
        n, p = pair
        child, parent = self.many(n), self.many(p)
        negative = self.rng.random() < 0.8
        words = (
            self.pick(
                "without any", "that have no", "with no", "that do not have any", "who never had"
            )
            if negative
            else self.pick("that have", "with at least some", "that have any")
        )
        lead = self.pick("which", "list the", "show", "how many", "how many")
        exists: Answer = ["WHERE", *(["NOT"] if negative else []), "EXISTS", table(n)]
        head: Answer = (
            ["COUNT", "(", "*", ")"] if lead == "how many" else self.refs(p, self.shown(p))
        )
        text = f"{lead} {parent} {words} {child}"
        if lead in ("which", "how many") and self.rng.random() < 0.6:
            text = f"{lead} {parent} {self.pick('have no', 'do not have any', 'never had any') if negative else 'have'} {child}"
        if not negative:
            return None
        return text, ["SELECT", *head, "FROM", table(p), *exists]
