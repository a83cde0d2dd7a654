"""Makes up questions for a table's rows by the rows that refer to them, as customers by orders.

It must not know conditions or slots.
"""

from __future__ import annotations

from pairs import Answer, table, value
from phrases import Made, Speaker


class Parents(Speaker):
    """Families of questions; each gives None where the schema lacks a part."""

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
            words = self.pick("have no", "do not have any", "never had any") if negative else "have"
            text = f"{lead} {parent} {words} {child}"
        if not negative:
            return None
        return text, ["SELECT", *head, "FROM", table(p), *exists]
