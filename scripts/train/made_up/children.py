"""Makes up questions for a table's rows by the row that they refer to, as orders by customer.

It must not know slots.
"""

from __future__ import annotations

from pairs import Answer

from made_up.child_wordings import (
    COLUMNS,
    COLUMNS_DEED,
    COUNT_DEED,
    COUNTED,
    FIGURE,
    PARENT,
    PARENT_COLUMN,
    ROWS,
    ROWS_DEED,
    TOGETHER,
    TOGETHER_COLUMNS,
)
from made_up.paths import Paths, Who, also
from made_up.phrases import COUNT, Made, call

Said = tuple[str, str, Answer]
Templates = tuple[str, ...]


class Children(Paths):
    """Families of questions; each gives None where the schema lacks a part."""

    def _asked_pair(self) -> tuple[int, int, Who, tuple[str, str, Answer]] | None:
        found = self.pair()
        who = None if found is None else self.who(found[1])
        if found is None or who is None:
            return None
        return (*found, who, self.limited(found[0], 0.25))

    def _child_gaps(self, n: int, who: Who, said: tuple[str, str, Answer]) -> dict[str, str]:
        links = ["of", "of", "from", "for", "with", "belonging to", "that belong to"]
        links += ["by", "by", "at"] if who.named else ["by", "at"]
        link = self.rng.choice(links)
        return {
            "c": said[0],
            "end": said[1],
            "one": self.tabs[n].one,
            "link": link,
            "who": who.text,
            "do": who.do,
            "has": who.has,
        }

    def _child_told(
        self, n: int, p: int, who: Who, said: Said, plain: Templates, doing: Templates, **more: str
    ) -> str:
        """A wording with what the parent does to the child, where there is a word for it."""
        gaps = self._child_gaps(n, who, said) | more
        deed = self.deed(p, n)
        if deed is not None and self.rng.random() < 0.6:
            forms = {"base": deed.base, "past": deed.past, "part": deed.participle}
            return self.say(*doing, **gaps, **forms)
        return self.say(*plain, **gaps)

    def child_count(self) -> Made | None:
        """How many rows belong to a row, or to some rows."""
        made = self._asked_pair()
        if made is None:
            return None
        n, p, who, said = made
        text = self._child_told(n, p, who, said, COUNTED, COUNT_DEED)
        where = also(who.where, said[2])
        source = self.source(where, through=(p, n))
        return source and (text, ["SELECT", *COUNT, *source, *where])

    def child_rows(self) -> Made | None:
        """Which rows belong to a row, or to some rows."""
        made = self._asked_pair()
        if made is None:
            return None
        n, p, who, said = made
        options = self.cols(n, "snd")
        where = also(who.where, said[2])
        if self.nameable(n) and self.rng.random() < 0.5 or not options:
            cols = self.shown(n)
            text = self._child_told(n, p, who, said, ROWS, ROWS_DEED)
        else:
            cols = self.described(n)
            listed = self.told(n, cols, self.rng.random() < 0.3)
            text = self._child_told(n, p, who, said, COLUMNS, COLUMNS_DEED, listed=listed)
        head = self.refs(n, cols)
        source = self.source(head, where, through=(p,))
        return source and (text, ["SELECT", *head, *source, *where])

    def child_figure(self) -> Made | None:
        """A figure over the rows that belong to a row."""
        made = self._asked_pair()
        number = made and self.col(made[0], "n")
        if made is None or not number:
            return None
        n, p, who, said = made
        function, word = self._function()
        gaps = self._child_gaps(n, who, said)
        text = self.say(*FIGURE, word=word, name=self.said(number), **gaps)
        head = call(function, self.ref(n, number))
        where = also(who.where, said[2])
        source = self.source(head, where, through=(p,))
        return source and (text, ["SELECT", *head, *source, *where])

    def parent_of(self) -> Made | None:
        """The row that a row refers to, or something of it."""
        found = self.pair()
        who = found and self.named(found[0])
        if found is None or not who:
            return None
        n, p = found
        options = self.cols(p, "snd")
        gaps = {"p": self.tabs[p].one, "who": who.text}
        if self.rng.random() < 0.5 and self.nameable(p) or not options:
            cols, text = self.shown(p), self.say(*PARENT, **gaps)
        else:
            cols = self.rng.sample(options, min(len(options), self.rng.choice([1, 1, 2])))
            listed = self._listed([self.said(c) for c in cols])
            text = self.say(*PARENT_COLUMN, listed=listed, **gaps)
        head = self.refs(p, cols)
        where = also(who.where)
        source = self.source(head, where)
        return source and (text, ["SELECT", *head, *source, *where])

    def together(self) -> Made | None:
        """Rows with the names of what they refer to."""
        found = self.pair(0.15)
        if found is None:
            return None
        n, p = found
        shown = [c for c in self.shown(p) if c.display]
        options = self.cols(n, "snd")
        if not shown:
            return None
        noun, end, where = self.limited(n, 0.3)
        names = self._listed([c.words.removeprefix(f"{self.tabs[p].one} ") for c in shown])
        gaps = {"c": noun, "one": self.tabs[n].one, "p": self.tabs[p].one, "names": names}
        if any(c.display for c in self.tabs[n].cols) and self.rng.random() < 0.5:
            cols, text = self.shown(n), self.say(*TOGETHER, **gaps)
        elif options:
            cols = self.rng.sample(options, min(len(options), self.rng.choice([1, 1, 2])))
            listed = self._listed([self.said(c) for c in cols])
            text = self.say(*TOGETHER_COLUMNS, listed=listed, **gaps)
        else:
            return None
        if noun not in text:
            where, end = [], ""
        head = [*self.refs(n, cols), ",", *self.refs(p, shown)]
        if self.template.startswith(("which {p}", "what is the {p}")):
            head = [*self.refs(p, shown), ",", *self.refs(n, cols)]
        tail = also(where)
        orders: Answer = []
        if self.rng.random() < 0.15 and not end:
            orders = ["ORDER BY", *self.refs(p, shown[:1])]
            text += self.pick(", sorted by {}", " ordered by {}", ", in order of the {}").format(
                f"{self.tabs[p].one} {shown[0].words.removeprefix(self.tabs[p].one + ' ')}"
            )
        source = self.source(head, tail)
        return source and (f"{text} {end}", ["SELECT", *head, *source, *tail, *orders])
