"""Reads a URL of a PostgreSQL database as SQLAlchemy spells it; it must not know how to connect.

postgresql+psycopg://user:p%40ssword@host:5432/database?sslmode=require
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote

from localai.errors import DatabaseError

DRIVERS = ("psycopg", "psycopg2", "psycopg2cffi", "asyncpg", "pg8000")  # it is psycopg that is used
# As SQLAlchemy's own (sqlalchemy/engine/url.py, _parse_url): a password may hold all but @.
URL = re.compile(
    r"""
    (?P<scheme>[\w+.-]+)://
    (?:(?P<user>[^:/@]*)(?::(?P<password>[^@]*))?@)?
    (?:\[(?P<ipv6>[^/?\]]+)\]|(?P<host>[^/:?]+))?(?::(?P<port>[^/?]*))?
    (?:/(?P<database>[^?]*))?
    (?:\?(?P<query>.*))?
    """,
    re.VERBOSE | re.DOTALL,
)
SPELLING = "postgresql://user:password@host:5432/database"
ENCODING = "In names and passwords, write @ as %40, : as %3A, / as %2F and % as %25."


@dataclass(frozen=True)
class PostgresURL:
    """One server, or several to try in turn, and a database there; empty where it has the default.

    options: what else libpq is told, such as sslmode.
    """

    user: str = ""
    password: str = field(default="", repr=False)
    host: str = ""
    port: str = ""
    database: str = ""
    options: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """The URL with neither password nor options, always in the same spelling."""
        user = f"{quote(self.user, safe='')}@" if self.user else ""
        host = f"[{self.host}]" if ":" in self.host else quote(self.host, safe=",")
        port = f":{self.port}" if self.port not in ("", "5432") else ""
        return f"postgresql://{user}{host}{port}/{quote(self.database or self.user, safe='')}"


def parsed(url: str) -> PostgresURL:
    """The URL's parts, percent-decoded. Raises DatabaseError, which never shows the password."""
    match = URL.fullmatch(url.strip())
    if match is None:
        raise _refused("is not a URL that can be read")
    scheme, _, driver = match["scheme"].lower().partition("+")
    if scheme not in ("postgresql", "postgres") or (driver and driver not in DRIVERS):
        raise _refused(f"begins with {match['scheme']}://, which is not PostgreSQL's")
    if "@" in (match["host"] or ""):
        raise _refused("has more than one @")
    query = parse_qsl(match["query"] or "", keep_blank_values=True)
    options = dict(query)
    host, port = match["ipv6"] or unquote(match["host"] or ""), match["port"] or ""
    options.pop("host", None)
    if not host:
        hosts = [value for name, value in query if name == "host"]
        host, port = _several(hosts, port or options.pop("port", ""))
    if not all(each.isdecimal() and 0 < int(each) < 65536 for each in port.split(",") if each):
        # What stands there may be a password without its user.
        raise _refused("has a port that is not a number from 1 to 65535")
    return PostgresURL(
        user=unquote(match["user"] or "") or options.pop("user", ""),
        password=unquote(match["password"] or "") or options.pop("password", ""),
        host=host,
        port=port,
        database=unquote(match["database"] or "") or options.pop("dbname", ""),
        options=options,
    )


def _several(hosts: list[str], port: str) -> tuple[str, str]:
    """`host=a:1&host=b:2`, or a folder of sockets, as libpq wants them."""
    if all(host.startswith("/") or ":" not in host for host in hosts):
        return ",".join(hosts), port
    pairs = [host.partition(":") for host in hosts]
    ports = [found or port or "5432" for _, _, found in pairs]
    return ",".join(host for host, _, _ in pairs), ",".join(ports)


def _refused(what: str) -> DatabaseError:
    return DatabaseError(f"The database's URL {what}.", hint=f"Write it as {SPELLING}. {ENCODING}")
