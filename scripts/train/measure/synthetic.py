"""Owns the made-up questions over held-out schemas, words and wordings, with their right SQL.

It must not know who answers them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlglot
from made_up.generator import DECLINED, Asker
from pairs import Answer, CannotSay, encode
from public.alike import spelled_out
from sqlglot import exp

from localai.errors import SQLRejected
from localai.linking import Linker, unlink
from localai.schema import Schema
from localai.sql.check import check
from measure.cells import TODAY
from measure.comparisons import Needs, needs
from measure.databases import stored
from measure.filling import SHOWN, Filler
from measure.held import Held
from measure.questions import Place, Question
from measure.right import Gold

SEED = 10**6
# Questions over one schema.
EACH = 3
UNSAID = "(no gold)"


@dataclass(frozen=True, slots=True)
class _Asked:
    text: str
    sql: str | None
    family: str


def questions(count: int, seed: int = SEED, held_out: bool = True) -> list[Question]:
    """`count` made-up questions; gold is None where the right answer is to decline."""
    rng = random.Random(seed)
    out: list[Question] = []
    while len(out) < count:
        asker = Asker(rng, held_out=held_out)
        linker = Linker(asker.schema)
        asked = [_asked(asker, linker) for _ in range(EACH)]
        out.extend(_over(f"made up {len(out)}", asker.schema, linker, asked))
    return out[:count]


def _asked(asker: Asker, linker: Linker) -> _Asked:
    text, answer = asker.ask()
    if answer == DECLINED:
        return _Asked(text, None, "unanswerable")
    sql = _gold(linker, text, answer)
    return _Asked(text, sql or UNSAID, family(sql) if sql else "not said")


def _gold(linker: Linker, text: str, answer: Answer) -> str | None:
    """The true answer's SQL; where the linker's slots lack something, over slots of its own."""
    link = linker.link(text)
    try:
        return unlink(encode(answer, link), link.slots)
    except (CannotSay, SQLRejected):
        pass
    try:
        return unlink(*spelled_out(answer, linker))
    except (CannotSay, SQLRejected):
        return None


def _over(name: str, schema: Schema, linker: Linker, asked: list[_Asked]) -> Iterator[Question]:
    own = [needs(one.sql, schema, "postgres") if one.sql else Needs() for one in asked]
    place = over(name, schema, linker, own)
    for one, needed in zip(asked, own, strict=True):
        gold = Gold(_checked(one.sql, schema), must_run=True) if one.sql else None
        yield Question(place, one.family, one.text, gold, needed, {"sql": one.sql})


def over(name: str, schema: Schema, linker: Linker, own: Sequence[Needs]) -> Place:
    """A made-up schema with rows, as the product sees it."""
    filler = Filler(schema, own)
    source = Held(schema, stored(schema, filler.rows(0, style=SHOWN))).as_source()
    return Place(name, schema, linker, source, filler)


def _checked(sql: str, schema: Schema) -> str:
    """SQLite's SQL; what the check refuses stays as it is, and does not run then."""
    try:
        return check(sql, schema, TODAY).sql
    except SQLRejected:
        return f"{UNSAID} {sql}"


def family(sql: str) -> str:
    """What kind of query it is, told from its parts, whoever made it up."""
    try:
        tree = sqlglot.parse_one(sql, dialect="postgres")
    except sqlglot.errors.SqlglotError:
        return "other"
    joined = " with a join" if tree.find(exp.Join) else ""
    if tree.find(exp.Exists):
        return "exists"
    if tree.find(exp.Subquery, exp.SetOperation):
        return "nested"
    for kind, name in _FAMILIES:
        if tree.find(kind):
            return name + joined
    return "list" + joined


_FAMILIES: tuple[tuple[type[exp.Expr], str], ...] = (
    (exp.Having, "having"),
    (exp.Window, "part of the whole"),
    (exp.Case, "share"),
    (exp.Limit, "top-n"),
    (exp.TimestampTrunc, "group by dates"),
    (exp.DateTrunc, "group by dates"),
    (exp.Group, "group"),
    (exp.Count, "count"),
    (exp.AggFunc, "aggregate"),
    (exp.Order, "sorted"),
)
