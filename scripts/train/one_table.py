"""Makes up questions for rows of one table: counts, lists and look-ups.

It must not know joins or slots.
"""

# ruff: noqa: E501  (sayings read best in one line each)

from __future__ import annotations

import random

from figures import Figures
from groups import Groups
from pairs import Answer, table, value
from phrases import Made
from schemas import plural, pseudo
from superlatives import Superlatives

from localai.linking.catalog import Item

DECLINED: Answer = ["I do not know"]
SHOW = [
    "show",
    "list",
    "give me",
    "what are",
    "find",
    "display",
    "return",
    "show me",
    "",
    "get",
    "tell me",
    "which are",
    "I need",
]
_HOW = {"age": "how old is {}", "price": "how much does {} cost", "cost": "what does {} cost", "weight": "how much does {} weigh", "height": "how tall is {}", "length": "how long is {}",
        "duration": "how long does {} last", "salary": "how much does {} earn", "population": "how many people live in {}", "depth": "how deep is {}", "width": "how wide is {}", "area": "how big is {}", "speed": "how fast is {}", "goals": "how many goals did {} score"}  # fmt: skip


class OneTable(Figures, Groups, Superlatives):
    """Families of questions; each gives None where the schema lacks a part."""

    def count(self) -> Made:
        n = self.tab()
        many = self.many(n)
        text = self.pick(f"how many {many} are there", f"number of {many}", f"count the {many}", f"how many {many} do we have", f"what is the number of {many}",
                         f"count all {many}", f"total number of {many}", f"how many {many}", f"what's the total number of {many}", f"how many {many} exist in the database",
                         f"{many} count", f"how many {many} are in the table", f"how many different {many} are there")  # fmt: skip
        return text, ["SELECT", "COUNT", "(", "*", ")", "FROM", table(n)]

    def count_where(self) -> Made | None:
        n = self.tab()
        noun, where = self.where(n)
        if not where:
            return None
        verb = self.pick("are there", "do we have", "", "", "")
        parts = noun.split(self.tabs[n].many, 1)
        text = self.pick(f"how many {noun} {verb}", f"number of {noun}", f"count the {noun}", f"what is the number of {noun}", f"how many {noun}", f"count {noun}",
                         f"give the number of {noun}")  # fmt: skip
        if len(parts) == 2 and self.rng.random() < 0.45:
            rest = parts[1].strip()
            for lead, verbs in (("with ", ["have ", "got ", "had ", "show "]), ("that are ", ["are ", "were "]), ("from ", ["are from ", "come from ", "came from ", "left from "]), ("in ", ["are in ", "live in ", "lie in ", "were held in "]),
                                ("whose ", ["have "]), ("made by ", ["were made by ", "are made by "]), ("by ", ["are by ", "were taken by "]), ("at ", ["are at ", "are kept at "]), ("on ", ["are on "]), ("called ", ["are called ", "are named "])):  # fmt: skip
                if rest.startswith(lead) and lead != "whose ":
                    text = f"how many {parts[0]} {self.tabs[n].many} {self.rng.choice(verbs)}{rest[len(lead) :]}"
        return text, ["SELECT", "COUNT", "(", "*", ")", "FROM", table(n), *where]

    def listing(self) -> Made | None:
        n = self.tab()
        noun, where = self.where(n, 0.8)
        rng = self.rng
        options = self.cols(n, "snd")
        if rng.random() < 0.35 or not options:
            cols, lead = (
                self.shown(n),
                self.pick("which", "which", *SHOW, "who are the", "what", "names of", "all", "the"),
            )
            if lead == "names of":
                if not cols[0].words.endswith("name"):
                    return None
                lead = self.pick(
                    "names of",
                    "list the names of",
                    "show the names of all",
                    "what are the names of the",
                    "give the name of each of the",
                )
            text = f"{lead} {noun}"
            if lead == "which":
                text = self._which(n, noun)
        else:
            cols = rng.sample(options, min(len(options), rng.choice([1, 1, 1, 2, 2, 3])))
            listed = self._listed([self.said(c) for c in cols])
            link = self.pick(
                "of", "of the", "of all", "for all", "for", "for each of the", "of all the"
            )
            text = self.pick(f"{rng.choice(SHOW)} the {listed} {link} {noun}", f"{listed} {link} {noun}", f"what is the {listed} {link} {noun}", f"for {noun}, show the {listed}",
                             f"{rng.choice(SHOW)} {noun} with their {listed}", f"what are the {listed} {link} {noun}", f"give the {listed} {link} {noun}")  # fmt: skip
            if "with their" in text and rng.random() < 0.8:
                cols = [*self.shown(n), *[c for c in cols if c not in self.shown(n)]]
        orders: Answer = []
        if rng.random() < 0.25:
            by = self.col(n, "snd")
            if by is not None:
                name = self.said(by)
                down = rng.random() < 0.45
                words = (self.pick("descending", "in descending order", "from high to low", "from largest to smallest", "highest first", "in reverse order") if down
                         else self.pick("", "", "ascending", "in ascending order", "from low to high", "alphabetically" if by.kind == "s" else "lowest first"))  # fmt: skip
                text += self.pick(
                    f" sorted by {name} {words}",
                    f" ordered by {name} {words}",
                    f", sort by {name} {words}",
                    f" in order of {name} {words}",
                    f" by {name} {words}",
                )
                orders = ["ORDER BY", *self.ref(n, by), *(["DESC"] if down else [])]
        return text, ["SELECT", *self.refs(n, cols), "FROM", table(n), *where, *orders]

    def _which(self, n: int, noun: str) -> str:
        parts = noun.split(self.tabs[n].many, 1)
        if len(parts) < 2 or not parts[1].strip():
            return f"which {noun} are there" if self.rng.random() < 0.3 else f"which are the {noun}"
        rest = parts[1].strip()
        for lead, verb in (("with ", "have "), ("that are ", "are "), ("from ", "are from "), ("in ", "are in "), ("by ", "are by "), ("made by", "were made by"), ("located", "are located"), ("called", "are called"), ("of", "are of")):  # fmt: skip
            if rest.startswith(lead):
                return f"which {parts[0]} {self.tabs[n].many} {verb}{rest[len(lead) :]}"
        return f"which {noun}"

    def distinct(self) -> Made | None:
        n = self.tab()
        col = self.col(n, "s")
        if col is None:
            return None
        noun, where = self.where(n, 0.25)
        name = self.said(col)
        here = self.ref(n, col)
        if self.rng.random() < 0.5:
            text = self.pick(
                f"how many different {name} are there",
                f"how many distinct {name} do {noun} have",
                f"number of unique {name} of {noun}",
                f"count the different {name} of {noun}",
                f"how many different {name} do the {noun} have",
            )
            head: Answer = ["SELECT", "COUNT", "(", "DISTINCT", *here, ")"]
        else:
            text = self.pick(
                f"what are the different {name} of {noun}",
                f"list the distinct {name} of {noun}",
                f"which different {name} do {noun} have",
                f"show all unique {name} of {noun}",
                f"list every {name} once for {noun}",
                f"what {name} exist among the {noun}",
            )
            head = ["SELECT", "DISTINCT", *here]
        return text, [*head, "FROM", table(n), *(where if noun in text else [])]

    def everything(self) -> Made | None:
        n = self.tab()
        noun, where = self.where(n, 0.7)
        text = self.pick(
            f"show everything about {noun}",
            f"show all details of {noun}",
            f"give me all information on {noun}",
            f"list all columns of {noun}",
            f"show all data for the {noun}",
            f"show me the whole table of {noun}",
        )
        return text, ["SELECT", "*", "FROM", table(n), *where]

    def lookup(self) -> Made | None:
        """A property of the row that a value names, the noun left out as often as not."""
        n = self.tab()
        key = self.col(n, "s")
        options = [c for c in self.cols(n, "snd") if c is not key]
        if key is None or not options or not key.listed:
            return None
        rng = self.rng
        cols = rng.sample(options, min(len(options), rng.choice([1, 1, 1, 2])))
        listed = self._listed([self.said(c) for c in cols])
        text_value = rng.choice(key.values)
        shown = text_value.lower() if rng.random() < 0.15 else text_value
        one = self.tabs[n].one
        who = self.pick(
            shown,
            shown,
            f"the {one} {shown}",
            f"{one} {shown}",
            f"the {shown} {one}",
            f"the {one} called {shown}",
            f"the {one} whose {self.said(key)} is {shown}",
        )
        text = self.pick(f"what is the {listed} of {who}", f"{listed} of {who}", f"what {listed} does {who} have", f"show the {listed} for {who}", f"which {listed} has {who}", f"tell me the {listed} of {who}",
                         f"what's {who}'s {listed}", f"what is {who}'s {listed}", f"{who}: {listed}", f"for {who}, what is the {listed}", f"which {listed} does {who} have", f"what {listed} is there at {who}", f"who or what is the {listed} of {who}")  # fmt: skip
        base = (
            cols[0].values[0]
            if len(cols) == 1
            and cols[0].kind == "n"
            and cols[0].values
            and cols[0].values[0] == cols[0].words
            else ""
        )
        if base in _HOW and rng.random() < 0.5:
            text = _HOW[base].format(who)
        return text, [
            "SELECT",
            *self.refs(n, cols),
            "FROM",
            table(n),
            "WHERE",
            *self.ref(n, key),
            "=",
            value(text_value, Item(n, key.place)),
        ]

    def nested(self) -> Made | None:
        n = self.tab()
        col = self.col(n, "n")
        if col is None:
            return None
        noun, name = self.many(n), self.said(col)
        above = self.rng.random() < 0.65
        word = (
            self.pick("above", "higher than", "more than", "greater than", "over")
            if above
            else self.pick("below", "less than", "lower than", "under")
        )
        inner = ["(", "SELECT", "AVG", "(", *self.ref(n, col), ")", "FROM", table(n), ")"]
        count = self.rng.random() < 0.4
        lead = (
            self.pick("how many", "count the") if count else self.pick("which", "list", "show the")
        )
        text = self.pick(
            f"{lead} {noun} with a {name} {word} the average",
            f"{lead} {noun} {self.pick('have', 'with') if lead in ('which', 'how many') else 'with'} {word} average {name}",
            f"{lead} {noun} whose {name} is {word} average",
            f"{lead} {noun} with {name} {word} the average {name}",
        )
        head: Answer = ["COUNT", "(", "*", ")"] if count else self.refs(n, self.shown(n))
        return text, [
            "SELECT",
            *head,
            "FROM",
            table(n),
            "WHERE",
            *self.ref(n, col),
            ">" if above else "<",
            *inner,
        ]

    def declined(self) -> Made:
        rng = self.rng
        return self.pick(
            "what is the weather tomorrow", "who won the world cup", "tell me a joke", "write a poem", "hello", "what is the meaning of life", "how are you",
            f"how many {pseudo_noun(rng)} are there", f"what is the average {pseudo_noun(rng)} of the {pseudo_noun(rng)}", f"which {pseudo_noun(rng)} has the most {pseudo_noun(rng)}", f"delete all {self.tabs[0].many}",
            f"drop the {self.tabs[0].many} table", f"add a new {self.tabs[0].one}", f"update the {self.tabs[0].one}", "what should I cook tonight", "translate this into French", "thanks", f"list the {pseudo_noun(rng)} of all {pseudo_noun(rng)}",
        ), DECLINED  # fmt: skip


def pseudo_noun(rng: random.Random) -> str:
    return plural(pseudo(rng))
