from __future__ import annotations

import sqlite3
from contextlib import closing

from tests.sql.conftest import EXAMPLES

BUILD = "examples/shop.db is not what examples/shop.sql builds; the script's head says how to build"


def test_the_example_database_is_its_script_built() -> None:
    with (
        closing(sqlite3.connect(":memory:")) as built,
        closing(sqlite3.connect(f"{(EXAMPLES / 'shop.db').as_uri()}?mode=ro", uri=True)) as shipped,
    ):
        built.executescript((EXAMPLES / "shop.sql").read_text(encoding="utf-8"))
        assert list(built.iterdump()) == list(shipped.iterdump()), BUILD
        assert built.execute("PRAGMA foreign_key_check").fetchall() == []


def test_the_example_database_is_small() -> None:
    assert (EXAMPLES / "shop.db").stat().st_size < 200_000
