"""Which names SQL needs in double quotes; it must not know any schema."""

from __future__ import annotations

import re

PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

# SQLite's keywords (https://sqlite.org/lang_keywords.html) that cannot be a bare name everywhere,
# and PostgreSQL's reserved words (its manual, appendix C), since models write PostgreSQL.
RESERVED = frozenset(
    """
    add all alter analyse analyze and any array as asc asymmetric authorization autoincrement
    between binary both case cast check collate collation column commit concurrently constraint
    create cross current_catalog current_date current_role current_schema current_time
    current_timestamp current_user default deferrable delete desc distinct do drop else end escape
    except exists false fetch for foreign freeze from full glob grant group having if ilike in
    index indexed initially inner insert intersect into is isnull join lateral leading left like
    limit localtime localtimestamp natural not nothing notnull null offset on only or order outer
    overlaps placing primary references regexp returning right select session_user set similar
    some symmetric table tablesample then to trailing transaction true union unique update user
    using values variadic verbose when where window with
    """.split()
)


def needs_quotes(name: str) -> bool:
    """Whether a bare `name` would not be read as this very name."""
    return PLAIN.fullmatch(name) is None or name.lower() in RESERVED


def quoted(name: str) -> str:
    """The name as SQL text, in double quotes only where it needs them."""
    return always_quoted(name) if needs_quotes(name) else name


def always_quoted(name: str) -> str:
    """The name in double quotes, each inner one doubled."""
    return '"' + name.replace('"', '""') + '"'
