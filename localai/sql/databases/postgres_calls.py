"""Which functions a PostgreSQL query calls that may do more than read; it must not run queries.

A read-only transaction keeps tables unchanged, and that is all: a function may still sleep, lock,
end others' sessions, read the server's files or open connections. PostgreSQL knows which of its
functions, of its extensions' and of its users' have effects: those that are VOLATILE.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from localai.errors import SQLRejected

if TYPE_CHECKING:
    import psycopg

# VOLATILE because their answers differ from call to call, or from moment to moment.
HARMLESS = frozenset(
    """
    clock_timestamp gen_random_uuid pg_database_size pg_indexes_size pg_relation_size pg_table_size
    pg_tablespace_size pg_total_relation_size random random_normal timeofday uuid_generate_v1
    uuid_generate_v1mc uuid_generate_v4 uuidv4 uuidv7
    """.split()
)
# Stable, yet they read whatever a text names.
READERS = re.compile("(table|schema|database)_to_xml.*")
# Where PostgreSQL keeps passwords and raw bytes, which pg_read_all_data opens, and shows its files.
SECRETS = frozenset(
    """
    pg_authid pg_file_settings pg_hba_file_rules pg_ident_file_mappings pg_largeobject pg_shadow
    pg_subscription pg_user_mapping pg_user_mappings
    """.split()
)
NAME_BYTES = 63  # what PostgreSQL reads of a name

# PostgreSQL's manual, 4.1. Strings have no backslashes in them unless they begin with E, since
# standard_conforming_strings is set on the connection.
TOKEN = re.compile(
    r"""
      (?P<gap> [ \t\n\r\f\v]+ | --[^\n\r]* )
    | (?P<comment> /\* )
    | (?P<escaped> [uU]&" )
    | [eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*'
    | \$(?P<tag>(?:[^\W\d]\w*)?)\$ .*? \$(?P=tag)\$
    | (?P<quoted> "(?:[^"]|"")*" )
    | (?P<name> [^\W\d][\w$]* )
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
COMMENT = re.compile(r"/\*|\*/")

VOLATILE = """
SELECT proname FROM pg_catalog.pg_proc WHERE proname = ANY (%s) GROUP BY proname
HAVING bool_and(provolatile = 'v')
    OR bool_or(provolatile = 'v' AND pronamespace = 'pg_catalog'::regnamespace)
ORDER BY proname
"""


def refuse_effects(connection: psycopg.Connection[Any], sql: str) -> None:
    """Raises SQLRejected where the query calls a function that may do more than read tables, or
    reads where PostgreSQL keeps secrets."""
    calls, names = names_in(sql)
    if secret := sorted(names & SECRETS):
        raise SQLRejected(f"The query reads {', '.join(secret)}, where PostgreSQL keeps secrets.")
    asked = sorted(calls - HARMLESS)
    found = [name for (name,) in connection.execute(VOLATILE, [asked])] if asked else []
    found += [name for name in asked if READERS.fullmatch(name)]
    if found:
        raise SQLRejected(
            f"The query calls {', '.join(found)}, which may do more than read tables: PostgreSQL "
            "calls it VOLATILE, or it runs what a text says.",
            hint="If a function of your own only reads, say so: ALTER FUNCTION ... STABLE.",
        )


def names_in(sql: str) -> tuple[set[str], set[str]]:
    """The names that stand before a parenthesis, and all names, as PostgreSQL reads them."""
    calls: set[str] = set()
    names: set[str] = set()
    last = ""
    for kind, text in _tokens(sql):
        if kind == "escaped":
            raise SQLRejected('The query has a name with escapes, U&"...": write it as it is.')
        if text == "(" and last:
            calls.add(last)
        last = _read(kind, text) if kind in ("name", "quoted") else ""
        names.add(last)
    return calls, names


def _tokens(sql: str) -> Iterable[tuple[str | None, str]]:
    """What counts: no gaps and no comments, which may stand in one another."""
    at = 0
    while match := TOKEN.match(sql, at):
        at = match.end()
        if match["comment"]:
            at = _comment_end(sql, at)
        elif not match["gap"]:
            kind = match.lastgroup if match.lastgroup != "tag" else None
            yield kind, match[0]


def _comment_end(sql: str, at: int) -> int:
    depth = 1
    while depth and (edge := COMMENT.search(sql, at)):
        depth += 1 if edge[0] == "/*" else -1
        at = edge.end()
    return len(sql) if depth else at


def _read(kind: str | None, text: str) -> str:
    name = text[1:-1].replace('""', '"') if kind == "quoted" else text.lower()
    return name.encode("utf-8", "replace")[:NAME_BYTES].decode("utf-8", "ignore")
