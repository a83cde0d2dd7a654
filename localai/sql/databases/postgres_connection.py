"""Connects to PostgreSQL for reading; it must not know schemas or questions.

Nothing that is raised here shows a password.
"""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any

from localai.errors import DatabaseError
from localai.sql.databases.postgres_url import ENCODING, PostgresURL

if TYPE_CHECKING:
    import psycopg

CONNECT_SECONDS = 5  # for each host
READ_ONLY = "-c default_transaction_read_only=on"
INSTALL = "Install it with: pip install 'localai-runtime[postgres]'"

# What libpq and the server say, with what it means and the way out. libpq has no codes for these,
# and another language of the server ends in the last line of `explained`.
MEANINGS = (
    (
        "password authentication failed|no password supplied|empty password",
        "{name} refuses the password.",
        f"Check user and password. {ENCODING}",
    ),
    (
        'role ".*" does not exist|is not permitted to log in',
        "{name}: there is no such user.",
        "Check the name before the @.",
    ),
    (
        'database ".*" does not exist',
        "{name}: the server has no such database.",
        "Check the name after the last slash: `psql -l` lists those there are.",
    ),
    (
        "permission denied for database",
        "{name}: this user may not connect to that database.",
        "Its owner can allow that: GRANT CONNECT ON DATABASE ... TO ...",
    ),
    (
        "pg_hba.conf|requires SSL|SSL connection is required|does not support SSL",
        "{name} does not accept this connection: {words}",
        "Try it with ?sslmode=require, or without; else the server's pg_hba.conf must allow it.",
    ),
    (
        "Connection refused",
        "{name}: nothing answers at that address.",
        "Check host and port, and that the server runs and listens there.",
    ),
    (
        "No such file or directory",
        "{name}: there is no server's socket at that place.",
        "Name a host, such as 127.0.0.1, or the folder of the socket with ?host=/FOLDER.",
    ),
    (
        "resolve|Name or service not known|translate host name|No address",
        "{name}: there is no such host.",
        "Check its name, and that this machine is on its network.",
    ),
    (
        "timeout|timed out|No route to host|unreachable",
        "{name} does not answer.",
        "Check host and port, and that no firewall stands between.",
    ),
    (
        "too many clients|remaining connection slots|too many connections",
        "{name} has no connection free.",
        "Try again later, or close another one.",
    ),
)


def connect(url: PostgresURL) -> psycopg.Connection[Any]:
    """A connection in autocommit, whose transactions cannot write unless they ask to.

    Waits at most 5 seconds for each host, or the URL's own connect_timeout. Raises DatabaseError.
    """
    try:
        import psycopg
    except ImportError as error:
        raise DatabaseError(
            f"{url.name} needs psycopg, which is not installed here ({error}).", hint=INSTALL
        ) from error
    _check_options(url)
    try:
        try:
            return _connected(url, f"{url.options.get('options', '')} {READ_ONLY}".strip())
        except psycopg.OperationalError as error:
            if "unsupported startup parameter" not in str(error):
                raise
        # A connection pooler lets no options through.
        connection = _connected(url, url.options.get("options", ""))
        connection.execute("SET default_transaction_read_only = on")
        return connection
    except psycopg.Error as error:
        raise explained(url, error) from error


def explained(url: PostgresURL, error: Exception) -> DatabaseError:
    """What a refusal means, in words for its user."""
    text = str(error)
    if len(url.password) > 3:
        text = text.replace(url.password, "***")
    words = _last_words(text)
    for pattern, message, hint in MEANINGS:
        if re.search(pattern, text):
            return DatabaseError(message.format(name=url.name, words=words), hint=hint)
    return DatabaseError(f"{url.name} cannot be asked: {words}")


def _last_words(text: str) -> str:
    # psycopg lists all that it tried, address by address; the server's own words come last.
    lines = [line.strip(" -\t") for line in text.strip().splitlines() if line.strip(" -\t")]
    return (
        re.sub(r"^.*?(?:failed|FATAL|ERROR): +", "", lines[-1]) if lines else "it does not say why"
    )


def _check_options(url: PostgresURL) -> None:
    from psycopg import pq

    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    unknown = sorted(set(url.options) - known)
    if unknown:
        raise DatabaseError(
            f"{url.name}: libpq knows no option {', '.join(unknown)}.",
            hint="After the ? may stand sslmode, sslrootcert, connect_timeout, options, "
            "application_name and others: https://www.postgresql.org/docs/current/"
            "libpq-connect.html#LIBPQ-PARAMKEYWORDS",
        )


def _connected(url: PostgresURL, options: str) -> psycopg.Connection[Any]:
    """A connection. libpq counts no time that looking up a host's name takes, so a thread does."""
    import psycopg

    parts = {
        "application_name": "localai",
        "client_encoding": "UTF8",
        **url.options,
        "connect_timeout": url.options.get("connect_timeout") or str(CONNECT_SECONDS),
        "options": options,
        "host": url.host,
        "port": url.port,
        "user": url.user,
        "password": url.password,
        "dbname": url.database,
    }
    found: list[psycopg.Connection[Any]] = []
    failed: list[Exception] = []

    def attempt() -> None:
        try:
            given: dict[str, Any] = {name: value for name, value in parts.items() if value}
            found.append(psycopg.connect(autocommit=True, **given))
        except Exception as error:
            failed.append(error)

    thread = threading.Thread(target=attempt, name="localai-connect", daemon=True)
    thread.start()
    thread.join(_seconds(url))
    if found:
        return found[0]
    raise failed[0] if failed else psycopg.OperationalError("connection timeout")


def _seconds(url: PostgresURL) -> float:
    own = url.options.get("connect_timeout", "")
    each = int(own) if own.isdecimal() and int(own) else CONNECT_SECONDS
    return (url.host.count(",") + 1) * each + 1.0
