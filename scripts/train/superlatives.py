"""Makes up questions for the first row or rows of one table in some order.

It must not know groups, joins or slots.
"""

from __future__ import annotations

from conditions import Conditions
from pairs import table, value
from phrases import MAXES, MINS, SPELLED, Made


class Superlatives(Conditions):
    """Families of questions; each gives None where the schema lacks a part."""

    def superlative(self) -> Made | None:
        n = self.tab()
        col = self.col(n, "nd")
        if col is None:
            return None
        noun, where = self.where(n, 0.15)
        one = noun.replace(self.tabs[n].many, self.tabs[n].one)
        adjective, down = self._direction(col)
        name = self.said(col)
        options = self.cols(n, "sd")
        cols = (
            self.shown(n)
            if self.rng.random() < 0.6 or not options
            else self.rng.sample(options, min(len(options), self.rng.choice([1, 1, 2])))
        )
        listed = self._listed([self.said(c) for c in cols])
        most = self.pick(
            *(
                MAXES[1:6] + ["most", "greatest"]
                if down
                else MINS[1:3] + ["smallest", "least", "fewest"]
            )
        )
        if col.kind == "d":
            most = (
                self.pick("latest", "most recent", "newest")
                if down
                else self.pick("earliest", "oldest", "first")
            )
        bare = cols == self.shown(n)
        if adjective:
            text = (
                self.pick(
                    f"which {one} is the {adjective}",
                    f"what is the {adjective} {one}",
                    f"who is the {adjective} {one}"
                    if self.tabs[n].person
                    else f"find the {adjective} {one}",
                    f"name the {adjective} {one}",
                )
                if bare
                else self.pick(
                    f"what is the {listed} of the {adjective} {one}",
                    f"show the {listed} of the {adjective} {one}",
                    f"{listed} of the {adjective} {one}",
                )
            )
            if bare and self.rng.random() < 0.3 and cols[0].words.endswith("name"):
                text = f"what is the name of the {adjective} {one}"
        else:
            text = (
                self.pick(
                    f"which {one} has the {most} {name}",
                    f"what {one} has the {most} {name}",
                    f"find the {one} with the {most} {name}",
                    f"who is the {one} with the {most} {name}",
                    f"the {one} with the {most} {name}",
                    f"which {one} had the {most} {name}",
                )
                if bare
                else self.pick(
                    f"what is the {listed} of the {one} with the {most} {name}",
                    f"{listed} of the {one} with the {most} {name}",
                    f"show the {listed} of the {one} that has the {most} {name}",
                    f"which {one} has the {most} {name}? give the {listed}",
                    f"which {one} has the {most} {name}? show its {listed}",
                )
            )
        return text, [
            "SELECT",
            *self.refs(n, cols),
            "FROM",
            table(n),
            *where,
            "ORDER BY",
            *self.ref(n, col),
            *(["DESC"] if down else []),
            "LIMIT",
            "1",
        ]

    def top(self) -> Made | None:
        n = self.tab()
        col = self.col(n, "nd")
        if col is None:
            return None
        rng = self.rng
        noun, where = self.where(n, 0.15)
        count = rng.randint(2, 10)
        amount = SPELLED[count] if rng.random() < 0.5 else str(count)
        adjective, down = self._direction(col)
        name = self.said(col)
        options = self.cols(n, "snd")
        bare = rng.random() < 0.5 or not options
        cols = (
            self.shown(n)
            if bare
            else rng.sample(options, min(len(options), rng.choice([1, 2, 2, 3])))
        )
        listed = self._listed([self.said(c) for c in cols])
        most = self.pick(
            *(
                ["highest", "largest", "biggest", "most", "greatest"]
                if down
                else ["lowest", "smallest", "least", "fewest"]
            )
        )
        if col.kind == "d":
            most = self.pick("latest", "most recent") if down else self.pick("earliest", "oldest")
        end = self.pick("top", "top", "first") if down else self.pick("bottom", "last")
        if adjective:
            text = self.pick(
                f"the {amount} {adjective} {noun}",
                f"list the {amount} {adjective} {noun}",
                f"which are the {amount} {adjective} {noun}",
                f"name the {amount} {adjective} {noun}",
                f"show me the {amount} {adjective} {noun}",
            )
        else:
            text = self.pick(
                f"the {amount} {noun} with the {most} {name}",
                f"{end} {amount} {noun} by {name}",
                f"what are the {amount} {noun} with the {most} {name}",
                f"show the {end} {amount} {noun} by {name}",
                f"list the {amount} {noun} with the {most} {name}",
                f"which {amount} {noun} have the {most} {name}",
                f"{amount} {most} {noun} by {name}",
                f"what are the {amount} {most} {noun} by {name}",
            )
        if not bare:
            text = self.pick(
                f"{text}? show the {listed}",
                f"{text}: {listed}",
                f"{listed} of {text}",
                f"{text}, {listed} please",
                f"show the {listed} of {text}",
                f"give the {listed} of {text}",
                f"{text} with {listed}",
            )
            if text.endswith(f"with {listed}") and not set(map(id, self.shown(n))) & set(
                map(id, cols)
            ):
                cols = [*self.shown(n), *cols]
        return text, [
            "SELECT",
            *self.refs(n, cols),
            "FROM",
            table(n),
            *where,
            "ORDER BY",
            *self.ref(n, col),
            *(["DESC"] if down else []),
            "LIMIT",
            value(str(count), None),
        ]
