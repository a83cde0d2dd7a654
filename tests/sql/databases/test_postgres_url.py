from __future__ import annotations

import pytest

from localai.errors import DatabaseError
from localai.sql.databases.postgres_url import PostgresURL, parsed


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://", PostgresURL()),
        ("postgres:///shop", PostgresURL(database="shop")),
        ("postgresql://h", PostgresURL(host="h")),
        (
            "postgresql+psycopg://me:pa%40s%2Fs@db.example.org:6543/shop?sslmode=require",
            PostgresURL(
                "me", "pa@s/s", "db.example.org", "6543", "shop", {"sslmode": "require"}
            ),
        ),
        ("postgresql+psycopg2://me:a/b#c?d@h/x", PostgresURL("me", "a/b#c?d", "h", "", "x")),
        ("postgresql+asyncpg://h/%C3%A9", PostgresURL(host="h", database="é")),
        ("postgres://u@[::1]:5433/x", PostgresURL("u", "", "::1", "5433", "x")),
        ("postgresql:///x?host=/run/pg&user=u", PostgresURL("u", "", "/run/pg", "", "x")),
        ("postgresql://u@/x?host=/run/pg&port=1", PostgresURL("u", "", "/run/pg", "1", "x")),
        ("postgresql:///x?host=a:1&host=b", PostgresURL("", "", "a,b", "1,5432", "x")),
        ("postgresql:///x?password=secret", PostgresURL("", "secret", "", "", "x")),
        ("  POSTGRESQL://h/x\n", PostgresURL(host="h", database="x")),
    ],
)  # fmt: skip
def test_urls_are_read_as_sqlalchemy_reads_them(url: str, expected: PostgresURL) -> None:
    assert parsed(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:secret@x@h/db",
        "postgresql://u:x@secret@h:1/db",
        "postgresql://u:secret",
        "postgresql://u@h:99999/db?password=secret",
        "mysql://u:secret@h/db",
        "postgresql+mysql://u:secret@h/db",
        "postgresql:secret",
    ],
)
def test_bad_urls_are_refused_without_their_password(url: str) -> None:
    with pytest.raises(DatabaseError, match="URL") as caught:
        parsed(url)
    assert "secret" not in str(caught.value)
    assert "postgresql://user:password@host:5432/database" in caught.value.hint


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("postgres://me:secret@h:5432/x?sslmode=require", "postgresql://me@h/x"),
        ("postgresql+psycopg://me@h:5433/x", "postgresql://me@h:5433/x"),
        ("postgresql://me@h", "postgresql://me@h/me"),
        ("postgresql:///x?host=/run/pg", "postgresql://%2Frun%2Fpg/x"),
        ("postgresql://[::1]/x?password=secret", "postgresql://[::1]/x"),
    ],
)
def test_names_hold_no_password(url: str, name: str) -> None:
    assert parsed(url).name == name
    assert "secret" not in repr(parsed(url))
