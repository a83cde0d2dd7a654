from __future__ import annotations

import socket
import sys
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from localai.errors import DatabaseError
from localai.sql.databases.postgres import open_postgres
from tests.sql.postgres import Postgres

PASSWORD = "p@ss/'w:ör%d"


def test_every_way_in_leads_to_the_same_database(postgres: Postgres) -> None:
    url = postgres.database("CREATE TABLE t (a int)")
    with_password = postgres.reader(url, password=PASSWORD)
    place = url.rpartition("/")[2]
    for way in (
        url,
        url.replace("postgresql:", "postgres:"),
        with_password.replace("postgresql:", "postgresql+psycopg2:"),
        f"postgresql://postgres@/{place}?host={postgres.folder}&port={postgres.port}",
    ):
        with closing(open_postgres(way, allow_superuser=True)) as database:
            assert database.connection.info.dbname == place
            assert database.superuser == ("//postgres" in way)
            shown = database.connection.execute("SHOW transaction_read_only").fetchone()
            assert shown == ("on",)


def test_the_urls_own_options_hold(postgres: Postgres) -> None:
    url = f"{postgres.url}?application_name=mine&options=-c%20work_mem%3D1MB"
    with closing(open_postgres(url, allow_superuser=True)) as database:
        for name, value in [
            ("application_name", "mine"),
            ("work_mem", "1MB"),
            ("default_transaction_read_only", "on"),
        ]:
            assert database.connection.execute(f"SHOW {name}").fetchone() == (value,)


@pytest.fixture
def silent() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def refusal(url: str) -> DatabaseError:
    start = time.monotonic()
    with pytest.raises(DatabaseError) as caught:
        open_postgres(url)
    assert time.monotonic() - start < 30
    assert "secret" not in str(caught.value)
    return caught.value


def test_what_keeps_from_connecting_is_said(postgres: Postgres, silent: int) -> None:
    url = postgres.database()
    reader = postgres.reader(url, password="secret")
    for refused, words in [
        (reader.replace(":secret@", ":secret1@"), "refuses the password"),
        (reader.replace(":secret@", "@"), "refuses the password"),
        (url.replace("//postgres", "//nobody"), "there is no such user"),
        (postgres.url.replace("/postgres", "/nothing", 2).replace("//nothing", "//postgres"),
         "no such database"),
        ("postgresql://u:secret@127.0.0.1:1/x", "nothing answers at that address"),
        ("postgresql://u:secret@nowhere.invalid/x", "there is no such host"),
        ("postgresql://u:secret@/x?host=/nowhere", "no server's socket at that place"),
        (f"postgresql://u:secret@127.0.0.1:{silent}/x?connect_timeout=2", "does not answer"),
        (f"{postgres.url}?sslmode=require", "does not accept this connection"),
        (f"{postgres.url}?prepared=1", "libpq knows no option prepared"),
    ]:  # fmt: skip
        error = refusal(refused)
        assert words in error.message, (refused, error.message)
        assert error.hint


def test_a_database_that_a_role_may_not_enter_is_said(postgres: Postgres) -> None:
    url = postgres.database()
    name = url.rpartition("/")[2]
    postgres.execute(url, f"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC")
    assert "may not connect" in refusal(postgres.role(url)).message


def test_without_psycopg_the_way_to_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    error = refusal("postgresql://u:secret@h/x")
    assert "needs psycopg" in error.message
    assert "pip install 'localai-runtime[postgres]'" in error.hint
