"""Says the parts of a question over one made-up schema: columns, nouns, figures' names.

It must not know conditions, whole questions or slots.
"""

# ruff: noqa: E501  (word lists read best in long lines)

from __future__ import annotations

import random
import re

from pairs import Answer, column, table, value

import made_up.words as W
from localai.linking.catalog import Catalog, Item
from localai.linking.lexicon import RELATED
from localai.linking.words import stem
from localai.schema import Schema
from made_up.schemas import Col, Maker, plural, schema_of
from made_up.split import Split

AVG = ["average", "mean", "average", "avg", "typical", "average", "ave"]
MAXES = "maximum,highest,largest,max,biggest,greatest,maximum,highest,max".split(",")
MINS = "minimum,lowest,smallest,min,least,minimum,lowest,min".split(",")
SUMS = ["total", "sum of", "combined", "overall", "total", "summed", "sum of the", "cumulative"]
SPELLED = {
    2: "two",
    3: "three",
    4: "four",
    5: "five",
    6: "six",
    7: "seven",
    8: "eight",
    9: "nine",
    10: "ten",
}
# Words that a template leaves open: interchangeable wherever they stand.
FILLERS = {
    "show": "show,show me,list,list,give me,get,find,display,return,tell me,i need,i want,let me see,give,print,pull up,i would like to see,provide,fetch,report,output,name,present,see",
    "whatis": "what is,what is,what's,whats,what was,tell me,give me,show me,find,calculate,compute,work out,i need,get,determine,what are,return,",
    "numberof": "number of,number of,count of,total number of,total count of,amount of,no. of",
    "many": "how many,how many,how many,the number of,number of,count of,a count of",
    "per": "per,per,for each,for each,for every,by,by,in each,of each,for every single,across each",
    "by": "by,by,by,per,per,grouped by,broken down by,split by,for each,according to,separately for each,for every,group by,by each",
    "each": "each,each,every",
    "thatare": "that are,which are,that were,being",
}  # fmt: skip
_FILLED = {name: words.split(",") for name, words in FILLERS.items()}

Made = tuple[str, Answer]
COUNT: Answer = ["COUNT", "(", "*", ")"]
# What calls a figure by its kind: "average", "how many"; a bare "sales" does not.
_CALLED = re.compile(
    r"\{agg|\{one\}|\{numberof\}|\{percentage\}|how (many|much)|\b(number|count|sum|total|add|no|amount|"
    r"percent(age)?|"
    + "|".join({w.split()[0] for w in (*AVG, *MAXES, *MINS, *SUMS)} - {"least"})
    + r")\b"
)
# A row by what names it; its table has no column for that.
_ROW = Col("", "k")


def lines(text: str) -> tuple[str, ...]:
    """The templates of a block, one a line."""
    return tuple(line.strip() for line in text.strip().splitlines())


def call(function: str, inner: Answer) -> Answer:
    """A function of an expression."""
    return [function, "(", *inner, ")"]


class Speaker:
    """Says parts of questions about one made-up schema; `rng` decides everything."""

    def __init__(self, rng: random.Random, held_out: bool = False) -> None:
        self.rng = rng
        self.split = Split(held_out)
        maker = Maker(rng, self.split)
        self.tabs = maker.tables()
        self.deeds = maker.deeds
        self.schema: Schema = schema_of(self.tabs, rng, maker.style == "abbr")
        self.catalog = Catalog(self.schema)
        # The template of the last wording.
        self.template = ""

    def pick(self, *options: str) -> str:
        """One of some small words; whole wordings go through `say`."""
        return self.rng.choice(options)

    def say(self, *templates: str, **parts: object) -> str:
        """A template of this side of the split, its {gaps} filled with `parts` and small words."""
        template = self.template = self.split.pick(self.rng, *templates)
        for name, words in _FILLED.items():
            if "{" + name + "}" in template and name not in parts:
                parts[name] = self.rng.choice(words)
        return template.format(**parts)

    def tab(self) -> int:
        return self.rng.randrange(len(self.tabs))

    def _pair(self) -> tuple[int, int] | None:
        """A table and one that it refers to."""
        pairs = [(n, p) for n, tab in enumerate(self.tabs) for p in tab.parents]
        return self.rng.choice(pairs) if pairs else None

    def cols(self, number: int, kinds: str) -> list[Col]:
        return [c for c in self.tabs[number].cols if c.kind in kinds and not (c.kind == "k")]

    def col(self, number: int, kinds: str) -> Col | None:
        found = self.cols(number, kinds)
        return self.rng.choice(found) if found else None

    def two(self, number: int, kinds: str) -> tuple[Col, Col] | None:
        """Two different columns of these kinds."""
        found = self.cols(number, kinds)
        if len(found) < 2:
            return None
        first, second = self.rng.sample(found, 2)
        return first, second

    def said(self, col: Col) -> str:
        """What the question calls a column: its words, a synonym, or a part of them, where no other
        column or table could be meant by it."""
        rng = self.rng
        words = col.words.split()
        roll = rng.random()
        if roll < 0.08 and len(words) == 1 and words[0] in RELATED:
            other = rng.choice(sorted(RELATED[words[0]]))
            return col.words if self._means_another(other, col) else other
        if roll < 0.13 and len(words) > 1 and words[-1] not in ("at", "on", "time", "by", "of"):
            return col.words if self._means_another(words[-1], col) else words[-1]
        return col.words

    def _means_another(self, word: str, col: Col) -> bool:
        """Whether a word may stand for another column, or for a table."""
        meant = {stem(word), *(stem(w) for w in RELATED.get(word, ()))}
        others = [c.words for tab in self.tabs for c in tab.cols if c is not col]
        others += [text for tab in self.tabs for text in (tab.one, tab.name)]
        return any(stem(w) in meant for text in others for w in re.findall("[a-z]+", text.lower()))

    def plural(self, col: Col) -> str:
        """What the question calls several of a column's values."""
        said = self.said(col)
        return said if said.split()[-1] in ("at", "on", "by", "of") else plural(said)

    def base(self, col: Col) -> str:
        """The generator's own word for a number, where the question and the schema keep it."""
        known = col.kind == "n" and bool(col.values) and col.values[0] == col.words
        return col.words if known else ""

    def shown(self, number: int) -> list[Col]:
        """The columns that stand for a row where the question names none, as the product has it."""
        tab = self.tabs[number]
        return [c for c in tab.cols if Item(number, c.place) in self.catalog.display] or [_ROW]

    def ref(self, number: int, col: Col) -> Answer:
        return [table(number) if col is _ROW else column(Item(number, col.place))]

    def refs(self, number: int, cols: list[Col]) -> Answer:
        out: Answer = []
        for c in cols:
            out += ([","] if out else []) + self.ref(number, c)
        return out

    def in_order(self, keys: Answer, figures: Answer, gap: str = "{name}") -> Answer:
        """Groups and their figures in the order of the last wording; a bare measure, as in `sales by
        store`, stands behind what heads the table."""
        found = _CALLED.search(self.template)
        first = found is not None and found.start() < self.template.find(gap)
        return [*figures, ",", *keys] if first else [*keys, ",", *figures]

    def many(self, number: int) -> str:
        tab = self.tabs[number]
        word = tab.many
        if self.rng.random() < 0.06 and tab.one in RELATED:
            word = self.rng.choice(sorted(RELATED[tab.one])) + "s"
        return word

    def number(self, col: Col | None = None) -> str:
        rng = self.rng
        name = col.values[0] if col is not None and col.values else ""
        if name in W.YEARLY:
            return str(rng.randint(1900, 2024))
        return str(
            rng.choice(
                [
                    rng.randint(1, 20),
                    rng.randint(10, 100),
                    rng.randint(100, 1000) * rng.choice([1, 10, 50]),
                    round(rng.uniform(1, 90), 1),
                ]
            )
        )

    def counted(self, low: int = 2, high: int = 10) -> tuple[str, Answer]:
        """A small number as it is said, and its value."""
        count = self.rng.randint(low, high)
        said = SPELLED[count] if count in SPELLED and self.rng.random() < 0.5 else str(count)
        return said, [value(str(count), None)]

    def _listed(self, names: list[str]) -> str:
        if len(names) == 1:
            return names[0]
        links = (" and ", " and ", " and the ", ", ") if len(names) == 2 else (" and ", " and ", ", and ", ", and ", ", ")  # fmt: skip
        return ", ".join(names[:-1]) + self.pick(*links) + names[-1]

    def _function(self) -> tuple[str, str]:
        return self.rng.choice(
            [
                ("AVG", self.rng.choice(AVG)),
                ("AVG", "average"),
                ("SUM", self.rng.choice(SUMS)),
                ("SUM", "total"),
                ("MAX", self.rng.choice(MAXES)),
                ("MIN", self.rng.choice(MINS)),
            ]
        )

    def _direction(self, col: Col) -> tuple[str, bool]:
        """A superlative for the column, and whether it asks for much."""
        down = self.rng.random() < 0.65
        pair = W.NUMBERS.get(col.values[0]) if col.values and col.values[0] == col.words else None
        if pair is not None and self.rng.random() < 0.5:
            return pair[0 if down else 1], down
        return "", down

    def _both_ends(self, col: Col) -> tuple[str, str] | None:
        """What much and little of a number is called."""
        base = self.base(col)
        return W.NUMBERS.get(base) if base else None
