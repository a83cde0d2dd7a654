"""Which names SQL needs in double quotes; it must not know any schema."""

from __future__ import annotations

import re

PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

# SQLite's keywords (https://sqlite.org/lang_keywords.html) that cannot be a bare name everywhere,
# PostgreSQL's reserved words (its manual, appendix C), since models write PostgreSQL, DuckDB's (its
# duckdb_keywords()), and what sqlglot 30 reads as something else than a name or an alias.
RESERVED = frozenset(
    """
    add all alter analyse analyze and anti any array as asc asof asymmetric at authorization
    autoincrement between binary both by case cast check collate collation column columns commit
    concurrently connect_by_root constraint create cross cube current_catalog current_date
    current_datetime current_role current_schema current_time current_timestamp current_user default
    deferrable delete desc describe distinct do drop else end escape except exists false fetch for
    foreign freeze from full generated glob grant group having if ilike in index indexed initially
    inner insert intersect interval into is isnull join lambda lateral leading left like limit
    localtime localtimestamp lock map natural not nothing notnull null offset on only or order outer
    overlaps partitioned_by pivot pivot_longer pivot_wider placing positional primary qualify
    recursive references regexp returning revoke right rlike rollback rollup select semi
    session_user set show similar some straight_join struct summarize symmetric table tablesample
    then to trailing transaction true try_cast tuple uncache union unique unpack unpivot update user
    using values variadic verbose when where window with xor
    """.split()
)


def needs_quotes(name: str, dialect: str = "") -> bool:
    """Whether a bare `name` would not be read as this very name; PostgreSQL folds capitals."""
    folded = dialect == "postgres" and name != name.lower()
    return folded or PLAIN.fullmatch(name) is None or name.lower() in RESERVED


def quoted(name: str) -> str:
    """The name as SQL text, in double quotes only where it needs them."""
    return always_quoted(name) if needs_quotes(name) else name


def always_quoted(name: str) -> str:
    """The name in double quotes, each inner one doubled."""
    return '"' + name.replace('"', '""') + '"'
