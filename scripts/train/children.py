"""Makes up questions for a table's rows by the row that they refer to, as orders by customer.

It must not know slots.
"""

from __future__ import annotations

from conditions import Conditions
from pairs import Answer, table, value
from phrases import Made

from localai.linking.catalog import Item


class Children(Conditions):
    """Families of questions; each gives None where the schema lacks a part."""

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
            who = (
                self.pick(
                    shown,
                    shown,
                    f"{parent.one} {shown}",
                    f"the {shown} {parent.one}",
                    f"the {parent.one} {shown}",
                    f"the {parent.one} called {shown}",
                )
                if col.display
                else self.pick(
                    f"{parent.many} from {shown}",
                    f"{shown} {parent.many}",
                    f"{parent.many} with {self.said(col)} {shown}",
                    f"{parent.many} in {shown}",
                    f"the {parent.many} whose {self.said(col)} is {shown}",
                    f"the {shown} {self.said(col)}",
                    f"a {parent.one} with a {shown} {self.said(col)}",
                )
            )
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
            text = (
                self.pick(
                    f"which {child} are {link} {who}",
                    f"which {child} does {who} have",
                    f"list the {child} {link} {who}",
                    f"show all {child} {link} {who}",
                    f"which {child} belong to {who}",
                    f"which {child} did {who} do",
                    f"{child} {link} {who}",
                )
                if bare
                else self.pick(
                    f"what are the {listed} of the {child} {link} {who}",
                    f"show the {listed} of {child} {link} {who}",
                    f"{listed} of all {child} {link} {who}",
                    f"give me the {listed} of every {self.tabs[n].one} {link} {who}",
                    f"what is the {listed} of the {child} {link} {who}",
                )
            )
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
            text = self.pick(
                f"how many {child} does {who} have",
                f"how many {child} are there for {who}",
                f"number of {child} per {who.split(' ', 1)[-1]}",
                f"for {who}, count the {child}",
                f"count of {child} by {who.split(' ', 1)[-1]}",
                f"show {who} and the number of {child}",
                f"for {who}, how many {child} are there",
                f"how many {child} did {who} have? show the {label} and the number",
                f"list the {label} of {who} and how many {child} they have",
                f"show the {label} of {who} and the number of {child}",
                f"how many {child} are there at {who}",
                f"how often does {who} appear in the {child}",
                f"list {parent.many} with the number of their {child}",
                f"what is the {label} of {who} and how many {child} does it have",
            )
            measure: Answer = ["COUNT", "(", "*", ")"]
        else:
            function, word = self._function()
            name = self.said(number)
            text = self.pick(
                f"{word} {name} of {child} for {who}",
                f"what is the {word} {name} of {child} per {who.split(' ', 1)[-1]}",
                f"{word} {name} by {who.split(' ', 1)[-1]}",
                f"for {who}, show the {word} {name} of its {child}",
                f"show the {word} {name} for {who}",
                f"what is the {word} {name} for {who}",
                f"list the {label} of {who} with the {word} {name} of the {child}",
                f"for {who}, what is the {word} {name}? show the {label} and the {word}",
            )
            if function == "SUM" and self.rng.random() < 0.4:
                text = self.pick(
                    f"how many {name} did {who} have in total",
                    f"how much {name} for {who}",
                    f"how much {name} do the {child} of {who} have in total?"
                    f" give the {label} and the total",
                    f"how many {name} does {who} have in total?"
                    f" show the {label} and the total {name}",
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
