from __future__ import annotations

from pathlib import Path

import pytest

from localai.errors import DatabaseError
from localai.sql.databases.postgres_url import PostgresURL
from localai.sql.databases.targets import describe, read


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("shop.db", "shop.db"),
        ("a folder/with #%20 in it", "a folder/with #%20 in it"),
        ("~/shop.db", str(Path.home() / "shop.db")),
        ("sqlite:///shop.db", "shop.db"),
        ("sqlite:////tmp/my%20shop.db?mode=ro", "/tmp/my shop.db"),
        ("sqlite+pysqlite:///shop.db", "shop.db"),
        ("duckdb:///shop.duckdb", "shop.duckdb"),
        ("file:///tmp/shop.csv", "/tmp/shop.csv"),
        ("C:\\data\\shop.db", "C:\\data\\shop.db"),
        ("C:/data/shop.db", "C:/data/shop.db"),
    ],
)
def test_files_go_by_path_or_url(target: str, path: str) -> None:
    assert read(target) == Path(path)


def test_servers_go_by_url() -> None:
    assert read("postgresql+psycopg://u@h/x") == PostgresURL(user="u", host="h", database="x")


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("mysql://u:secret@h/x", "cannot be asked yet"),
        ("mariadb+pymysql://u:secret@h/x", "cannot be asked yet"),
        ("oracle://u:secret@h/x", "no way to ask a oracle://"),
        ("https://u:secret@example.org/x.csv", "no way to ask a https://"),
        ("postgresql+wrong://u:secret@h/x", "no way to ask a postgresql\\+wrong://"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("  ", "No database is named"),
        ("a\0b", "No database is named"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_can(target: str, words: str) -> None:
    with pytest.raises(DatabaseError, match=words) as caught:
        read(target)
    assert caught.value.hint
    assert "secret" not in str(caught.value)


def test_a_database_has_one_key_however_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link.db").symlink_to("shop.db")
    key = str(tmp_path.resolve() / "shop.db")
    assert describe("shop.db") == ("shop.db", key)
    assert describe("./link.db")[1] == describe("sqlite:///shop.db")[1] == key
    url = "postgresql://u@h/x"
    assert describe("postgres://u:secret@h:5432/x?sslmode=require") == (url, url)
