"""Owns the same question over a schema whose words are others, or whose tables stand elsewhere.

It must not know what answers it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import made_up.words as W
import sqlglot
from sqlglot import exp

from localai.linking.lexicon import ABBREVIATIONS, HINTS, IRREGULAR, RELATED, STOP
from localai.linking.words import split_name
from localai.schema import Schema

LEAST = 4  # letters of a word that is renamed
MOST = 6  # words renamed at once
# Things that nothing but their name says anything of.
NOUNS = """pebble lantern harbor meadow anchor ribbon kettle saddle cradle beacon quarry thicket
marble velvet paddle garland feather cobble hammock parasol locket thimble gondola""".split()


@dataclass(frozen=True, slots=True)
class Renaming:
    """Words that stand for others, in names and in the question alike."""

    words: Mapping[str, str]

    def question(self, text: str) -> str:
        """The question in other words, plurals and capitals kept."""
        return self._all(text, r"\b(" + "|".join(self.words) + r")(s)?\b")

    def name(self, text: str) -> str:
        """A table's or column's name, in its own style."""
        return self._all(text, "(" + "|".join(self.words) + r")(s)?(?![a-z])")

    def schema(self, schema: Schema) -> Schema:
        """The schema under its other names; types, keys and values stay."""
        return _mapped(schema, self.name)

    def _all(self, text: str, pattern: str) -> str:
        return re.sub(pattern, self._said, text, flags=re.IGNORECASE) if self.words else text

    def _said(self, found: re.Match[str]) -> str:
        new = self.words[found[1].lower()] + ("s" if found[2] else "")
        if found[0].isupper():
            return new.upper()
        return new.capitalize() if found[0][0].isupper() else new


def renaming(schema: Schema, question: str, rng: random.Random) -> Renaming | None:
    """Other words for some that name things both in the schema and in the question; None where
    there are none that could be put in place of without a change of sense."""
    asked = set(re.findall(r"[a-z]+", question.lower()))
    names = [t.name for t in schema.tables] + [c.name for t in schema.tables for c in t.columns]
    values = {
        word
        for table in schema.tables
        for column in table.columns
        for value in column.values
        for word in re.findall(r"[a-z]+", value.lower())
    }
    known = {word for name in names for word in split_name(name)}
    found = sorted(w for w in known if _is_free(w) and not _forms(w) & values and _forms(w) & asked)
    # Where words are written as one, they could not be told apart.
    found = [w for w in found if not any(w in Renaming({w: "-"}).name(n).lower() for n in names)]
    if not found:
        return None
    taken = asked | known | values
    others = [word for word in [*NOUNS, *(_pseudo(rng) for _ in range(20))] if word not in taken]
    chosen = rng.sample(found, min(MOST, len(found)))
    return Renaming(dict(zip(chosen, rng.sample(others, len(chosen)), strict=True)))


def _is_free(word: str) -> bool:
    """Whether nothing but names hangs on the word: no synonym, no role, no grammar."""
    tables: tuple[object, ...] = (STOP, HINTS, ABBREVIATIONS, IRREGULAR, RELATED)
    special = any(word in table for table in tables)  # type: ignore[operator]
    # Their plurals are not formed with an s alone.
    irregular = word.endswith(("s", "y", "x", "z", "f", "fe", "ch", "sh"))
    return len(word) >= LEAST and word.isalpha() and not special and not irregular


def _forms(word: str) -> set[str]:
    return {word, word + "s"}


def _pseudo(rng: random.Random) -> str:
    return "".join(rng.choice(W.SYLLABLES) for _ in range(2)) + rng.choice(("don", "mar", "vel"))


def shuffled(schema: Schema, rng: random.Random, *, columns: bool = True) -> Schema:
    """The schema with its tables in another order, and where `columns` each table's columns too."""
    tables = rng.sample(schema.tables, len(schema.tables))
    if columns:
        tables = [
            replace(table, columns=tuple(rng.sample(table.columns, len(table.columns))))
            for table in tables
        ]
    return replace(schema, tables=tuple(tables))


def _mapped(schema: Schema, name: Callable[[str], str]) -> Schema:
    tables = tuple(
        replace(
            table,
            name=name(table.name),
            columns=tuple(replace(column, name=name(column.name)) for column in table.columns),
            primary_key=tuple(map(name, table.primary_key)),
        )
        for table in schema.tables
    )
    keys = tuple(
        replace(
            key,
            table=name(key.table),
            columns=tuple(map(name, key.columns)),
            to_table=name(key.to_table),
            to_columns=tuple(map(name, key.to_columns)),
        )
        for key in schema.foreign_keys
    )
    return replace(schema, tables=tables, foreign_keys=keys)


def same_but_names(sql: str, other: str, name: Callable[[str], str]) -> bool:
    """Whether `other` is `sql` with each name as `name` has it; joins may stand in any order."""
    return _canonical(sql, name) == _canonical(other, str)


def _canonical(sql: str, name: Callable[[str], str]) -> str:
    tree = sqlglot.parse_one(sql, dialect="sqlite")
    for identifier in tree.find_all(exp.Identifier):
        identifier.set("this", name(identifier.name).lower())
        identifier.set("quoted", True)
    for select in tree.find_all(exp.Select):
        joins = select.args.get("joins") or []
        sources = [select.args["from_"].this, *(join.this for join in joins)]
        sources.sort(key=lambda node: node.sql())
        tests = sorted(_equality(join.args.get("on")) for join in joins)
        select.set("joins", [])
        select.args["from_"].set("this", exp.Tuple(expressions=[s.copy() for s in sources]))
        select.set("hint", None)
        select.args["from_"].add_comments(tests)
    return tree.sql()


def _equality(test: exp.Expression | None) -> str:
    """A join's test, whichever side is written first."""
    if isinstance(test, exp.EQ):
        return " = ".join(sorted((test.left.sql(), test.right.sql())))
    return test.sql() if test is not None else ""
