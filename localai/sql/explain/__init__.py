"""Puts SQL into plain English from its syntax tree; it must not know models, databases or rows.

What there are no words for is quoted as it stands: a sentence claims nothing that the query does
not do.
"""

from __future__ import annotations

from sqlglot import exp

from localai.schema import Schema
from localai.sql.explain import queries
from localai.sql.explain.clauses import clauses
from localai.sql.explain.conditions import CONDITIONS
from localai.sql.explain.dates import DATES
from localai.sql.explain.outputs import is_total
from localai.sql.explain.reading import read
from localai.sql.explain.totals import TOTALS
from localai.sql.explain.values import VALUES
from localai.sql.explain.voice import Voice
from localai.sql.explain.words import sentence

__all__ = ["explain", "explain_clauses"]


def explain(sql: str, dialect: str, schema: Schema | None = None) -> str:
    """One sentence for a SELECT. dialect: sqlglot's name for it. schema: tells numbers from dates
    and texts, where it is known. SQL that cannot be read is quoted whole."""
    try:
        tree = read(sql, dialect)
        return _quoted(sql) if tree is None else _sentence(tree, _voice(dialect, schema))
    except RecursionError:  # a query nested hundreds deep
        return _quoted(sql)


def _quoted(sql: str) -> str:
    return f"Runs `{' '.join(sql.split())}`."


def _sentence(tree: exp.Query, voice: Voice) -> str:
    first = [f"works out {name}: {said}" for name, said in queries.steps(tree, voice)]
    said = queries.main(tree, voice)
    if not isinstance(tree, exp.Select) or not queries.is_known(tree):
        said = f"gives {said}"
    else:
        said = _verb(tree, said)
    return sentence(f"first {', then '.join(first)}; then {said}" if first else said)


def explain_clauses(sql: str, dialect: str, schema: Schema | None = None) -> tuple[str, ...]:
    """The same clause by clause, a line for each."""
    try:
        tree = read(sql, dialect)
        return (_quoted(sql),) if tree is None else tuple(clauses(tree, _voice(dialect, schema)))
    except RecursionError:
        return (_quoted(sql),)


def _voice(dialect: str, schema: Schema | None) -> Voice:
    return Voice(dialect, schema, VALUES | TOTALS | DATES, CONDITIONS, queries.phrase, queries.rows)


def _verb(tree: exp.Select, said: str) -> str:
    if said.startswith("for each "):
        return said
    if queries.is_count(tree):
        return f"counts the {said.removeprefix('the number of ')}"
    if is_total(tree) or not tree.args.get("from_"):
        return f"gives {said}"
    return f"lists {said}"
