"""Databases that a test may harm: the example shop, also as a DuckDB file, and PostgreSQL."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.sql.postgres import Postgres, started

EXAMPLES = Path(__file__).parent.parent.parent / "examples"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return Path(shutil.copy(EXAMPLES / "shop.db", tmp_path / "shop.db"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for the whole session: `postgres.database(script)` is a URL of a fresh database,
    `postgres.reader(url)` the same for a role that may only read."""
    with started() as server:
        yield server


@pytest.fixture(scope="session")
def made_duckdb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import duckdb

    path = tmp_path_factory.mktemp("duckdb") / "shop.duckdb"
    with (
        closing(duckdb.connect(str(path))) as target,
        closing(sqlite3.connect(EXAMPLES / "shop.db")) as shop,
    ):
        tables = shop.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
        for name, sql in tables:
            target.execute(sql)
            rows = shop.execute(f"SELECT * FROM {name}").fetchall()
            marks = ", ".join("?" for _ in rows[0])
            target.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
    return path


@pytest.fixture
def duckdb_file(made_duckdb: Path, tmp_path: Path) -> Path:
    """The example shop as a DuckDB file, with its keys."""
    return Path(shutil.copy(made_duckdb, tmp_path / "shop.duckdb"))
