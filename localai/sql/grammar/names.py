"""Owns the schema's names as rules: its tables, their columns, and aliases before columns.

It must not know the rest of SQL. The rules that it defines: `table`; `column`, any table's;
`s-name`, a column alone or as in `s.price`; `d-name`, the same or what a subquery computes;
`starred`, as in `s.*`; `fresh`, a name that is new; `label`, the same or one in quotes.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Iterator

from localai.linking.words import split_name, stem
from localai.schema import Schema, Table
from localai.sql.grammar.aliases import GENERIC, owners
from localai.sql.grammar.rules import Rules
from localai.sql.grammar.trie import Leave, Node, Path, bare, spelt, trie
from localai.sql.grammar.words import (
    COMPUTED,
    COMPUTED_BEHIND,
    COMPUTED_FIRST,
    COMPUTED_LAST,
    SUBQUERIES,
)
from localai.sql.names import RESERVED, always_quoted, needs_quotes

# Of the letters beyond ASCII those that PostgreSQL and sqlglot take into a name without quotes.
_BEYOND = r"\u00C0-\u02AF\u0370-\u1FFF\u3040-\uD7FF"
_LONGEST = 60
# A name that needs no quotes may stand in them all the same, where that does not double too much.
_QUOTES_TOO = 2_000
# The columns of so many tables are alternatives; those of more become a trie of their own, as long
# as all such tries together hold no more names than this, and any table's column beyond it.
_ALTERNATIVES = 3
_SHARED_NAMES = 4_000
# Columns that models expect everywhere: an alias that nobody knows never reads like one.
_NO_ALIAS = ("id", "no")

Texts = list[tuple[Path, str | None]]


def define_names(rules: Rules, schema: Schema) -> None:
    """Adds the rules named above. The schema has at least one table with a column."""
    _Names(rules, schema).define()


class _Names:
    def __init__(self, rules: Rules, schema: Schema) -> None:
        self._rules = rules
        self._schema = schema
        self._every = frozenset(range(len(schema.tables)))
        self._quotes_too = sum(len(table.columns) for table in schema.tables) <= _QUOTES_TOO
        self._column_rules = {self._every: "column"}
        self._room = _SHARED_NAMES

    def define(self) -> None:
        rules = self._rules
        tables: Texts = [(path, "") for t in self._schema.tables for path in self._written(t)]
        rules.define("table", trie(rules, tables, "n"))
        columns = self._texts(self._every)
        rules.define("column", trie(rules, columns, "c"))
        _define_new(rules)
        owned = owners(self._schema)
        # The small sets first, so that the room goes far.
        for places in sorted(set(owned.values()), key=lambda each: (len(each), sorted(each))):
            self._columns(places)
        texts, leave = self._qualified(owned, self._columns)
        rules.define("s-name", trie(rules, columns + texts, "q", leave))
        texts, leave = self._qualified(owned, lambda places: '"*"')
        rules.define("starred", trie(rules, texts, "q", leave))
        computed = self._computed()
        behind: Texts = [(bare(word), "") for word in COMPUTED_BEHIND]
        rules.define("computed", trie(rules, computed + behind, "l"))
        owned |= dict.fromkeys([*SUBQUERIES, *GENERIC], self._every)
        texts, leave = self._qualified(owned, self._or_computed)
        rules.define("d-name", trie(rules, columns + texts + computed, "q", leave))

    def _written(self, table: Table) -> Iterator[Path]:
        if table.namespace:
            for first in self._paths(table.namespace):
                yield from ((*first, '"."', *rest) for rest in self._paths(table.name))
        else:
            yield from self._paths(table.name)

    def _paths(self, name: str) -> Iterator[Path]:
        needed = needs_quotes(name)
        if not needed:
            yield bare(name)
        if needed or self._quotes_too:
            yield spelt(always_quoted(name))

    def _texts(self, tables: Iterable[int]) -> Texts:
        names = {c.name: None for place in tables for c in self._schema.tables[place].columns}
        return [(path, "") for name in names for path in self._paths(name)]

    def _columns(self, tables: frozenset[int]) -> str:
        """The rule for the columns of any of these tables; "" if they have none."""
        known = self._column_rules.get(tables)
        if known is None:
            known = self._column_rules[tables] = self._new_columns(tables)
        return known

    def _new_columns(self, tables: frozenset[int]) -> str:
        if 1 < len(tables) <= _ALTERNATIVES:
            single = {self._columns(frozenset([place])): None for place in sorted(tables)}
            listed = " | ".join(filter(None, single))
            return self._rules.share("c", listed) if listed else ""
        texts = self._texts(sorted(tables))
        if len(tables) > 1:
            if len(texts) > self._room:
                return "column"
            self._room -= len(texts)
        return trie(self._rules, texts, "c") if texts else ""

    def _or_computed(self, tables: frozenset[int]) -> str:
        columns = self._columns(tables)
        return self._rules.share("c", f"{columns} | computed" if columns else "computed")

    def _qualified(
        self, owned: dict[str, frozenset[int]], target: Callable[[frozenset[int]], str]
    ) -> tuple[Texts, Leave]:
        """Tables' names and aliases, a point and what may stand behind it: `target` of the tables
        meant. A digit or two may end an alias (`s1`), and a short one that nobody owns is of any.
        """
        numbered = {places: self._behind("[0-9]{0,2}", target(places)) for places in owned.values()}
        texts: Texts = [(bare(alias), numbered[places]) for alias, places in owned.items()]
        for place, table in enumerate(self._schema.tables):
            tail = self._behind("", target(frozenset([place])))
            paths = dict.fromkeys([*self._written(table), *self._paths(table.name)])
            texts += [(path, tail) for path in paths]
        short = [word for word in RESERVED if len(word) <= 2]
        texts += [(bare(word), None) for word in sorted([*short, *_NO_ALIAS])]
        any_table = self._behind("[0-9]{0,2}", target(self._every))
        return texts, lambda node: _unknown_alias(node, owned, str(any_table))

    def _behind(self, number: str, target: str) -> str | None:
        return self._rules.share("q", f'{number} "." {target}'.strip()) if target else None

    def _computed(self) -> Texts:
        rules = self._rules
        words = {word for table in self._schema.tables for word in split_name(table.name)}
        words |= {stem(word) for word in words}
        last = trie(rules, [(bare(word), "") for word in COMPUTED_LAST], "l")
        behind = rules.share("l", f'"_" {last}')
        more = rules.share("l", '"_" [a-zA-Z0-9] rest')
        texts: Texts = [(bare(word), "") for word in COMPUTED]
        texts += [(bare(word), more) for word in COMPUTED_FIRST]
        return texts + [(bare(word), behind) for word in sorted(words) if word.isascii()]


def _define_new(rules: Rules) -> None:
    rules.define("rest", f"[a-zA-Z0-9_{_BEYOND}]{{0,{_LONGEST}}}")
    texts: Texts = [(bare(word), None) for word in sorted(RESERVED)]
    rules.define("fresh", trie(rules, texts, "f", _not_reserved))
    rules.define("label", r'fresh | "\"" [^"\x00-\x1F]{1,60} "\""')


def _unknown_alias(node: Node, owned: Iterable[str], tail: str) -> list[str]:
    """One or two letters that no table explains are the alias of any."""
    so_far = node.so_far
    if so_far is None or len(so_far) > 2:
        return []
    ways = []
    if so_far.isalpha() and so_far not in owned and so_far not in (*_NO_ALIAS, *RESERVED):
        ways.append(tail)
    if len(so_far) < 2 and (others := _others(node, string.ascii_lowercase)):
        ways.append(f"[{others}] {tail}" if so_far else f"[{others}] [a-zA-Z]? {tail}")
    return ways


def _not_reserved(node: Node) -> list[str]:
    inner = string.ascii_lowercase + "_" + (string.digits if node.so_far else "")
    ways = [f"[{_others(node, inner)}{_BEYOND}] rest"]
    if node.so_far and node.so_far not in RESERVED:
        ways.append("")
    return ways


def _others(node: Node, characters: str) -> str:
    """Those of the characters that lead nowhere from this node, letters in both cases."""
    taken = {pattern[1] for pattern in node.next}
    return "".join(c + c.upper() if c.isalpha() else c for c in characters if c not in taken)
