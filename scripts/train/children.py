"""Makes up questions for a table's rows by the row that they refer to, as orders by customer.

It must not know slots.
"""

from __future__ import annotations

from pairs import Answer
from paths import Paths, Who, also
from phrases import COUNT, Made, call, lines

_COUNT = lines("""
how many {c} {do} {who} have {end}
how many {c} did {who} have {end}
how many {c} {do} {who} have {end}
how many {c} {link} {who} {end}
how many {c} {link} {who} {end}
how many {c} are there {link} {who} {end}
how many {c} are there {link} {who} {end}
how many {c} were there {link} {who} {end}
how many {c} belong to {who} {end}
how many {c} has {who} {end}
how many {c} go with {who} {end}
how many {c} are linked to {who} {end}
how many of the {c} are {link} {who} {end}
how many of the {c} belong to {who} {end}
{numberof} {c} {link} {who} {end}
{numberof} {c} {link} {who} {end}
{whatis} the {numberof} {c} {link} {who} {end}
{whatis} the {numberof} {c} {link} {who} {end}
count the {c} {link} {who} {end}
count {c} {link} {who} {end}
{c} count {link} {who} {end}
{who}: how many {c} {end}
{c} {link} {who} {end}, how many are there
for {who}, how many {c} are there {end}
for {who}, count the {c} {end}
tell me how many {c} {who} {has} {end}
i want to know how many {c} there are {link} {who} {end}
do you know how many {c} {who} {has} {end}
""")
_COUNT_DEED = lines("""
how many {c} did {who} {base} {end}
how many {c} did {who} {base} {end}
how many {c} {has} {who} {part} {end}
how many {c} were {part} by {who} {end}
{numberof} {c} {part} by {who} {end}
{numberof} {c} that {who} {past} {end}
{whatis} the {numberof} {c} {part} by {who} {end}
count the {c} that {who} {past} {end}
count the {c} {part} by {who} {end}
how often did {who} {base} {c} {end}
""")
_ROWS = lines("""
{show} the {c} {link} {who} {end}
{show} the {c} {link} {who} {end}
{show} {c} {link} {who} {end}
{show} all {c} {link} {who} {end}
{show} all the {c} {link} {who} {end}
which {c} {do} {who} have {end}
which {c} belong to {who} {end}
which {c} are {link} {who} {end}
which {c} are there {link} {who} {end}
what {c} {do} {who} have {end}
what are the {c} {link} {who} {end}
what {c} are there {link} {who} {end}
{c} {link} {who} {end}
{c} {link} {who} {end}
all {c} {link} {who} {end}
{who}: {c} {end}
for {who}, {show} the {c} {end}
every one of the {c} {link} {who} {end}
a list of {c} {link} {who} {end}
i am looking for the {c} {link} {who} {end}
can i see the {c} {link} {who} {end}
""")
_ROWS_DEED = lines("""
which {c} did {who} {base} {end}
which {c} did {who} {base} {end}
what {c} did {who} {base} {end}
which {c} {has} {who} {part} {end}
which {c} were {part} by {who} {end}
{show} the {c} {part} by {who} {end}
{show} the {c} that {who} {past} {end}
{show} all {c} {who} {past} {end}
{c} {part} by {who} {end}
{c} that {who} {past} {end}
""")
_COLUMNS = lines("""
{whatis} the {listed} of the {c} {link} {who} {end}
{whatis} the {listed} of the {c} {link} {who} {end}
{show} the {listed} of {c} {link} {who} {end}
{show} the {listed} of all {c} {link} {who} {end}
{show} {listed} for {c} {link} {who} {end}
{listed} of the {c} {link} {who} {end}
{listed} of all {c} {link} {who} {end}
{listed} of every {one} {link} {who} {end}
for the {c} {link} {who}, {show} the {listed} {end}
for each of the {c} {link} {who}, what is the {listed} {end}
{c} {link} {who} {end}: {listed}
which {listed} do the {c} {link} {who} have {end}
what {listed} do the {c} {link} {who} have {end}
""")
_FIGURE = lines("""
{whatis} the {word} {name} of {c} {link} {who} {end}
{whatis} the {word} {name} of {c} {link} {who} {end}
{whatis} the {word} {name} of the {c} {link} {who} {end}
{word} {name} of the {c} {link} {who} {end}
{word} {name} of {c} {link} {who} {end}
{word} {name} of all {c} {link} {who} {end}
{word} {name} for the {c} {link} {who} {end}
{word} {name} over all {c} {link} {who} {end}
{word} {c} {name} {link} {who} {end}
{c} {link} {who} {end}: {word} {name}
for the {c} {link} {who}, {whatis} the {word} {name} {end}
for {who}, {whatis} the {word} {name} of the {c} {end}
what {word} {name} do the {c} {link} {who} have {end}
{show} the {word} {name} of {c} {link} {who} {end}
""")
_PARENT = lines("""
which {p} does {who} belong to
which {p} is {who} from
{whatis} the {p} of {who}
{whatis} the {p} for {who}
which {p} goes with {who}
{who}: which {p}
{p} of {who}
{show} the {p} of {who}
what {p} does {who} have
what {p} is behind {who}
to which {p} does {who} belong
find the {p} that {who} belongs to
""")
_PARENT_COLUMN = lines("""
{whatis} the {listed} of the {p} of {who}
{whatis} the {listed} of the {p} of {who}
{whatis} the {listed} of {who}'s {p}
{show} the {listed} of the {p} that {who} belongs to
{listed} of the {p} of {who}
{listed} of the {p} for {who}
{who}: {listed} of the {p}
which {listed} does the {p} of {who} have
what {listed} does {who}'s {p} have
for {who}, {show} the {listed} of the {p}
""")
_TOGETHER = lines("""
{show} the {c} with their {p}
{show} the {c} with their {p} {names}
{show} the {c} and their {p}
{show} all {c} and the {p} they belong to
{show} all {c} together with the {p}
{show} each {one} with its {p}
{show} each {one} and the {names} of its {p}
{show} every {one} and its {p}'s {names}
{c} with their {p}
{c} and their {p} {names}
{c} along with the {names} of the {p}
for each {one}, {show} its {p}
for every {one}, {show} the {names} of its {p}
which {p} does each {one} belong to
what is the {p} of each {one}
""")
_TOGETHER_COLUMNS = lines("""
{show} the {listed} of the {c} with the {p} {names}
{show} the {listed} of {c} and the {names} of their {p}
{show} the {listed} of each {one} and the {names} of its {p}
{show} {listed} of all {c} together with their {p}'s {names}
{listed} of {c} and the {p} {names}
{listed} of every {one} with the {names} of the {p}
for each {one}, {show} the {listed} and the {p} {names}
for all {c}, {show} {listed} and the {names} of the {p}
{c}: {listed}, {p} {names}
what are the {listed} of the {c} and the {names} of their {p}
""")


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

    def _child_told(self, n: int, p: int, who: Who, said: tuple[str, str, Answer], plain, doing):  # type: ignore[no-untyped-def]
        """A wording with what the parent does to the child, where there is a word for it."""
        gaps = self._child_gaps(n, who, said)
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
        text = self._child_told(n, p, who, said, _COUNT, _COUNT_DEED)
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
            text = self._child_told(n, p, who, said, _ROWS, _ROWS_DEED)
        else:
            cols = self.rng.sample(options, min(len(options), self.rng.choice([1, 1, 2, 3])))
            listed = self._listed([self.said(c) for c in cols])
            text = self.say(*_COLUMNS, listed=listed, **self._child_gaps(n, who, said))
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
        text = self.say(*_FIGURE, word=word, name=self.said(number), **gaps)
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
            cols, text = self.shown(p), self.say(*_PARENT, **gaps)
        else:
            cols = self.rng.sample(options, min(len(options), self.rng.choice([1, 1, 2])))
            listed = self._listed([self.said(c) for c in cols])
            text = self.say(*_PARENT_COLUMN, listed=listed, **gaps)
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
            cols, text = self.shown(n), self.say(*_TOGETHER, **gaps)
        elif options:
            cols = self.rng.sample(options, min(len(options), self.rng.choice([1, 1, 2])))
            listed = self._listed([self.said(c) for c in cols])
            text = self.say(*_TOGETHER_COLUMNS, listed=listed, **gaps)
        else:
            return None
        if noun not in text:
            where, end = [], ""
        head = [*self.refs(n, cols), ",", *self.refs(p, shown)]
        tail = also(where)
        orders: Answer = []
        if self.rng.random() < 0.15 and not end:
            orders = ["ORDER BY", *self.refs(p, shown[:1])]
            text += self.pick(", sorted by {}", " ordered by {}", ", in order of the {}").format(
                f"{self.tabs[p].one} {shown[0].words.removeprefix(self.tabs[p].one + ' ')}"
            )
        source = self.source(head, tail)
        return source and (f"{text} {end}", ["SELECT", *head, *source, *tail, *orders])
