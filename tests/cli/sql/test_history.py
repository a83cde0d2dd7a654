"""`localai sql history`: found again, shown, forgotten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.cli.sql.conftest import Script


@pytest.fixture
def asked(cli: Cli, shop: str, says: Script, tiny: str) -> None:
    says[:] = ["SELECT name FROM products", "I do not know", "SELECT city FROM sales"]
    for question in ("Names?", "Why \x1b[2J?", "Cities?"):
        cli("sql", "--db", shop, "--model", tiny, question)


def test_nothing_is_said_where_nothing_was(cli: Cli) -> None:
    told = cli("sql", "history")
    assert told.exit_code == 0
    assert told.stdout == ""
    assert "Nothing was asked" in told.stderr


def test_questions_are_shown_with_what_came_of_them(cli: Cli, asked: None, tiny: str) -> None:
    told = cli("sql", "history").stdout
    assert told.index("Names?") < told.index("Cities?")
    assert "SELECT name FROM products" in told
    assert "3 rows, " + tiny in told
    assert "no answer: " in told
    assert "\x1b" not in told


def test_they_are_searched(cli: Cli, asked: None, shop: str, tmp_path: Path) -> None:
    def found(*args: str) -> list[str]:
        told = json.loads(cli("sql", "history", "--json", *args).stdout)
        return [str(one["question"]) for one in told]

    assert found("--search", "NAMES") == ["Names?"]
    assert found("--search", "city") == ["Cities?"]
    assert found("--limit", "1") == ["Cities?"]
    assert len(found("--db", shop)) == 3
    assert found("--db", str(tmp_path / "other.db")) == []


def test_they_are_forgotten_once_that_is_sure(cli: Cli, asked: None) -> None:
    kept = cli("sql", "history", "--clear", stdin="n\n")
    assert kept.exit_code == 1
    assert "Kept." in kept.stderr
    assert len(json.loads(cli("sql", "history", "--json").stdout)) == 3
    assert "3 questions" in cli("sql", "history", "--clear", "--yes").stderr
    assert json.loads(cli("sql", "history", "--json").stdout) == []
    assert cli("sql", "history", "--clear", "--search", "x").exit_code == 2


def test_a_damaged_file_is_set_aside_with_a_word(cli: Cli, asked: None, home: Path) -> None:
    (home / "data" / "sql-history.db").write_bytes(b"not a database at all " * 100)
    told = cli("sql", "history")
    assert told.exit_code == 0
    assert "damaged" in told.stderr
