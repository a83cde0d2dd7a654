"""A sitting in which the schema is read while somebody types."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.sql.test_terminal import CTRL_D, Open, Terminal
from tests.test_runtime import local_model

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="drives a POSIX terminal")


@pytest.fixture
def shop(tmp_path: Path) -> str:
    path = tmp_path / "shop.sqlite"
    with sqlite3.connect(path) as database:
        for name in ("customers", "orders", "products", "shops", "suppliers", "invoices"):
            columns = ", ".join(f"{column}_of_{name} TEXT" for column in ("name", "city", "day"))
            database.execute(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, {columns})")
    database.close()
    return str(path)


@pytest.fixture
def terminal(shop: str) -> Iterator[Open]:
    opened: list[Terminal] = []

    def start(*args: str) -> Terminal:
        opened.append(Terminal("--db", shop, *args))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


def known(told: str) -> tuple[int, int]:
    """Of how many tokens read how many were known already."""
    found = re.search(r"Tokens: (\d+) read \((\d+) of them", told)
    assert found is not None, told
    return int(found[1]), int(found[2])


def ask(sitting: Terminal, question: str) -> tuple[int, int]:
    sitting.type(f"{question}\r")
    return known(sitting.until(r"Tokens: [\s\S]*sqlite>"))


def test_the_first_question_finds_the_schema_read(terminal: Open, tiny: str) -> None:
    sitting = terminal("--model", tiny, "--verbose", "--no-run")
    assert "layout" not in sitting.until("sqlite>")
    read, found = ask(sitting, "how many orders?")
    # Also where a second try reads the same once more, less than half of it would be known.
    assert found > 0.6 * read
    sitting.type("\\note a day is a date\r")
    sitting.until("Noted[\\s\\S]*sqlite>")
    read, found = ask(sitting, "how many shops?")
    assert found > 0.6 * read
    sitting.type(CTRL_D)
    assert sitting.ended() == 0


def test_leaving_does_not_wait_for_it(terminal: Open, tiny: str) -> None:
    sitting = terminal("--model", tiny)
    sitting.until("sqlite>")
    sitting.type(CTRL_D)
    assert sitting.ended() == 0
    assert "Error" not in sitting.shown() and "Traceback" not in sitting.shown()


def test_who_has_the_question_before_the_schema_is_told_of_the_other_layout(
    terminal: Open, gguf: Path
) -> None:
    local_model(gguf, "coder", "sqlcoder-7b-2")
    sitting = terminal("--model", "@local/coder", "--verbose", "--no-run")
    assert "--layout schema-first" in sitting.until("sqlite>")
    read, found = ask(sitting, "how many orders?")
    assert found < 0.6 * read
