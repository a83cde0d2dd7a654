"""Reads what --db names, a path or a URL; it must not know what is there or how it is opened."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import unquote

from localai.errors import DatabaseError
from localai.sql.databases.content import ALLOWED
from localai.sql.databases.postgres_url import DRIVERS, PostgresURL, parsed

SCHEME = re.compile(r"([A-Za-z][\w+.-]+):/{1,2}(?=[^/]|$|/)")
POSTGRES = ("postgresql", "postgres")
FILES = ("sqlite", "duckdb", "file")
LATER = ("mysql", "mariadb")


def read(target: str) -> Path | PostgresURL:
    """The path or the URL that `target` is. Raises DatabaseError, which never shows a password."""
    if not target.strip("\0 \t\r\n") or "\0" in target:
        raise DatabaseError("No database is named.", hint=f"Name {ALLOWED}.")
    match = SCHEME.match(target.strip())
    if match is None:
        return Path(target).expanduser()
    scheme, _, driver = match[1].lower().partition("+")
    if scheme in POSTGRES and driver in ("", *DRIVERS):
        return parsed(target)
    if scheme in FILES:
        return _file(scheme, target.strip())
    if scheme in LATER:
        raise DatabaseError(
            f"{match[1]}:// databases cannot be asked yet.",
            hint="A dump of its tables as CSV files can (--db FOLDER), and SQL can be written for "
            "its CREATE TABLE statements (--schema FILE.sql).",
        )
    raise DatabaseError(
        f"There is no way to ask a {match[1]}:// database.", hint=f"A database is {ALLOWED}."
    )


def describe(target: str) -> tuple[str, str]:
    """A database's name as people see it, without a password, and a key for what is kept of it.

    The key is the same however it is named: a path in full, or server, user and database. Raises
    DatabaseError where `target` is neither a path nor a URL of a known kind.
    """
    found = read(target)
    if isinstance(found, PostgresURL):
        return found.name, found.name
    return str(found), os.path.realpath(found)


def _file(scheme: str, url: str) -> Path:
    """As SQLAlchemy: sqlite:///here.db lies here, sqlite:////tmp/there.db does not."""
    path = unquote(re.sub(r"^[^:]+:/{1,2}", "", url).partition("?")[0])
    if scheme == "file":
        return Path(path)
    if not path.startswith("/") or path in ("/", "/:memory:"):
        raise DatabaseError(
            f"{url} names no file.", hint=f"Write {scheme}:///FILE, or the path alone."
        )
    return Path(path[1:])
