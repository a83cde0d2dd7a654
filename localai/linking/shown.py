"""Owns what a query over some tables of a prompt may show, as GBNF: columns, sums and totals.

It must not know conditions, nor how queries are put together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from localai.linking.catalog import Item
from localai.linking.gbnf import Part, Rules, brackets, either, slots, then, words
from localai.linking.grammar import BINS, PARTS
from localai.linking.lexicon import DISPLAY_WORDS
from localai.linking.prompt import Slots
from localai.linking.sqltext import TODAY
from localai.linking.values import Value
from localai.linking.words import split_name

_MOMENT = re.compile(r"\d{4}-\d{2}(-\d{2}|$)")
_BIRTHS = frozenset("birth born birthday birthdate dob".split())
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
KINDS = "ndsb"  # as the catalog's: number, date, text, true or false
NUMBERS = ('" 0"', '" 1"')
_SUMS = '(" +" | " -" | " *" | " /")'


class Shown:
    """The rules over tables that keys join. row: the columns that name a table's rows. any: a
    column, and `columns` by kind. numbered: a text that may be numbers; timed: one that may be
    dates, for its table has none. number: a sum of numbers. total: of such totals as COUNT, and
    `best` the MIN or MAX of each kind. values: what a kind may be compared with; of the texts'
    those that are no numbers are `words`. stretches: the periods that count from today. flags: what
    may be true, as whole numbers may in databases without a type for it; spelt: those that are
    texts. keys: what rows may be grouped by. part: a group's part of a total of all groups. births:
    dates whose years up to today may be compared with `ages`, numbers that are no years."""

    def __init__(self, rules: Rules, prompt: Slots, number: int, tables: Sequence[int]) -> None:
        self._rules = rules
        self._suffix = f"-{number}"
        places = {prompt.tables[table] for table in tables}
        items = [(n, item) for n, item in enumerate(prompt.columns) if item.table in places]
        self.tables = tables
        self.of_kind = {
            kind: [n for n, item in items if prompt.kinds[item] == kind] for kind in KINDS
        }
        self.row = self._rule("row", slots("t", tables))
        self.any = self._rule("any", slots("c", [n for n, _ in items]))
        self.columns = {
            kind: self._rule(f"column-{kind}", slots("c", numbers))
            for kind, numbers in self.of_kind.items()
        }
        self.values = {kind: self._fitting(prompt, kind) for kind in "nds"}
        listed = [n for n in self.of_kind["s"] if not _is_wordy(prompt, prompt.columns[n])]
        passing = [n for n, value in enumerate(prompt.values) if _is_stretch(value)]
        self.stretches = rules.define("stretches", slots("v", passing))
        named = [n for n, value in enumerate(prompt.values) if value.kind != "number"]
        self.words = rules.define("words", slots("v", [n for n in named if n not in passing]))
        self.numbered = self._rule("numbered", slots("c", listed))
        dated = {prompt.columns[n].table for n in self.of_kind["d"]}
        spelt = [n for n in listed if prompt.columns[n].table not in dated]
        self.timed = self._rule("timed", slots("c", spelt))
        whole = [n for n in self.of_kind["n"] if "int" in _type(prompt, prompt.columns[n])]
        self.flags = self._rule("flag", slots("c", [*self.of_kind["b"], *whole]))
        types = {n: _type(prompt, prompt.columns[n]) for n in self.of_kind["b"]}
        texts = [n for n, name in types.items() if "char" in name or "text" in name]
        self.spelt = self._rule("spelt", slots("c", texts))
        born = [n for n in self.of_kind["d"] if _is_birth(prompt, prompt.columns[n])]
        self.births = self._rule("birth", slots("c", born))
        bare = [n for n, v in enumerate(prompt.values) if v.kind == "number" and not v.low]
        self.ages = rules.define("age", slots("v", bare))
        self._define_days(prompt)
        keys = {n for n, item in items if _is_key(prompt, item)}
        self._define_sums([n for n in self.of_kind["n"] if n not in keys])

    def _rule(self, name: str, body: Part) -> Part:
        return self._rules.define(name + self._suffix, body)

    def _fitting(self, prompt: Slots, kind: str) -> Part:
        """A number for numbers, a period for dates; for texts all but stretches of time, since any
        text may be meant."""
        numbers = [n for n, value in enumerate(prompt.values) if _fits(value, kind)]
        return self._rules.define(f"value-{kind}", slots("v", numbers))

    def _define_days(self, prompt: Slots) -> None:
        """A time of day has no year, and a day no hour; but SQLite's types say little."""
        types = {n: _type(prompt, prompt.columns[n]) for n in self.of_kind["d"]}
        days = [n for n, name in types.items() if not _is_clock(name)]
        lax = prompt.schema.dialect == "sqlite"
        clocks = [n for n, name in types.items() if lax or name != "date"]
        self._days = self._rule("day", slots("c", days))
        self._part = self._rule(
            "date-part",
            either(
                then(words(p for p in PARTS if p != "HOUR"), brackets(self._days)),
                then('" HOUR"', brackets(self._rule("clock", slots("c", clocks)))),
            ),
        )
        self._bins = self._rule("bin", then(words(BINS), brackets(self._days)))
        self.keys = self._rule("keys", either(self.any, self.row, self._bins, self._part))

    def _define_sums(self, measured: Sequence[int]) -> None:
        """measured: the columns of numbers but keys, which nobody adds up."""
        first = either(self.columns["n"], self._part, self._between())
        more = either(first, self.values["n"], *NUMBERS)
        self.number = self._rule("number", then(first, f"({_SUMS} {more})*"))
        first = either(self._rule("measure", slots("c", measured)), self._part, self._between())
        more = either(first, self.values["n"], *NUMBERS)
        measure = self._rule("measures", then(first, f"({_SUMS} {more})*"))
        counted = either('" *"', then('" DISTINCT"?', either(self.any, self.row)))
        count = then('" COUNT"', brackets(counted))
        added = either(measure, self.numbered)
        total = then('(" SUM" | " AVG")', brackets(then('" DISTINCT"?', added)))
        best = '(" MIN" | " MAX")'
        self.best = {kind: then(best, brackets(self.columns[kind])) for kind in "ds"}
        self.best["b"] = None  # PostgreSQL has no lesser of true and false
        self.best["n"] = then(best, brackets(self.number))
        single = self._rule("single", either(count, total, self.best["n"]))
        more = either(single, self.values["n"], *NUMBERS)
        self.total = self._rule("total", then(single, f"({_SUMS} {more})*"))
        self.plain = self._rule("plain", either(self.any, self.row, self.number, self._bins))
        self.totals = self._rule("totals", either(self.total, *self.best.values()))
        self.all = self._rule("shown", either(self.plain, self.totals))
        whole = either(then('" COUNT"', brackets(counted)), then('" SUM"', brackets(measure)))
        self.part = self._rule("part", then('" PART"', brackets(whole)))

    def _between(self) -> Part:
        """The days from a date to another."""
        days, today = self._days, '" TODAY"'
        ways = either(then(days, '" ,"', either(days, today)), then(today, '" ,"', days))
        return then('" DAYS"', brackets(ways))


def _fits(value: Value, kind: str) -> bool:
    if kind == "d":
        return bool(value.low) or _MOMENT.match(value.text) is not None
    return value.kind == "number" or (kind == "s" and not _is_stretch(value))


def _is_stretch(value: Value) -> bool:
    """Whether it counts from today in words that no text has: last week, yesterday; not Friday."""
    counted = value.kind == "period" and TODAY in value.low
    return counted and (" " in value.text or value.text in ("today", "yesterday", "tomorrow"))


def _is_key(prompt: Slots, item: Item) -> bool:
    """Whether the column tells its table's rows apart, or refers to others."""
    table = prompt.schema.tables[item.table]
    name = table.columns[item.column].name
    joined = {name for edge in prompt.graph[item.table] for name in edge.left_columns}
    return table.primary_key == (name,) or name in joined


def _is_birth(prompt: Slots, item: Item) -> bool:
    name = prompt.schema.tables[item.table].columns[item.column].name
    return not _BIRTHS.isdisjoint(split_name(name))


def _is_wordy(prompt: Slots, item: Item) -> bool:
    """Whether a text column names things, or is known to hold other texts than numbers."""
    column = prompt.schema.tables[item.table].columns[item.column]
    if column.values:
        return not all(map(_NUMBER.fullmatch, column.values))
    return not {*DISPLAY_WORDS}.isdisjoint(split_name(column.name))


def _type(prompt: Slots, item: Item) -> str:
    return prompt.schema.tables[item.table].columns[item.column].type.strip().lower()


def _is_clock(name: str) -> bool:
    return name.startswith("time") and not name.startswith("timestamp")
