"""`localai sql`: what people see of an answer, and what of none. The model's words are scripted."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from localai import machine
from localai.reply import Event, Finished, TextDelta, Usage
from localai.request import GenerateRequest
from localai.runtime import Runtime
from tests.cli.conftest import Cli

Script = list[str]


@pytest.fixture
def shop(tmp_path: Path) -> str:
    path = tmp_path / "shop.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE products (name TEXT, price REAL)")
        rows = [("tea", 3.5), ("[red]salt[/red]", None), ("bell\x07\x1b[2J", 9.0)]
        database.executemany("INSERT INTO products VALUES (?, ?)", rows)
    database.close()
    return str(path)


@pytest.fixture
def says(tiny: str, monkeypatch: pytest.MonkeyPatch) -> Script:
    """What the model answers: one text, to be put in."""
    script: Script = []

    def stream(self: Runtime, request: GenerateRequest) -> Iterator[Event]:
        yield TextDelta(script[0])
        yield Finished("stop", Usage(40, 9))

    monkeypatch.setattr(Runtime, "stream", stream)
    return script


def test_people_see_the_sql_then_the_rows(cli: Cli, shop: str, says: Script, tiny: str) -> None:
    says.append("SELECT name, price FROM products ORDER BY price")
    told = cli("sql", "--db", shop, "--model", tiny, "What does it all cost?")
    assert told.exit_code == 0
    assert told.stdout.index("SELECT") < told.stdout.index("tea")
    # Neither rich's markup nor the terminal's is obeyed in a cell.
    assert "[red]salt[/red]" in told.stdout
    assert "\x1b" not in told.stdout
    assert "\x07" not in told.stdout
    assert "NULL" in told.stdout
    assert f"Model: {tiny}" in told.stderr


def test_programs_get_every_field(cli: Cli, shop: str, says: Script, tiny: str) -> None:
    says.append("SELECT COUNT(*) AS n FROM products")
    told = json.loads(cli("sql", "--db", shop, "--model", tiny, "How many?", "--json").stdout)
    assert set(told) >= {"question", "sql", "model_sql", "reason", "columns", "rows", "truncated",
                         "model", "usage"}  # fmt: skip
    assert (told["columns"], told["rows"], told["reason"]) == (["n"], [[3]], None)
    assert told["model"] == tiny


def test_rows_beyond_the_limit_are_announced(cli: Cli, shop: str, says: Script, tiny: str) -> None:
    says.append("SELECT name FROM products")
    told = cli("sql", "--db", shop, "--model", tiny, "Names?", "--max-rows", "2")
    assert "Only the first 2 rows" in told.stderr


def test_without_running_there_is_only_the_sql(
    cli: Cli, shop: str, says: Script, tiny: str
) -> None:
    says.append("SELECT name FROM products")
    told = cli("sql", "--db", shop, "--model", tiny, "Names?", "--no-run")
    assert told.stdout.startswith("SELECT")
    assert "tea" not in told.stdout


def test_a_declined_question_says_what_to_do(cli: Cli, shop: str, says: Script, tiny: str) -> None:
    says.append("DELETE FROM products")
    told = cli("sql", "--db", shop, "--model", tiny, "Empty it")
    assert told.exit_code == 1
    assert told.stdout == ""
    assert "No answer" in told.stderr
    assert "localai pull @cf/defog/sqlcoder-7b-2" in told.stderr
    told = cli("sql", "--db", shop, "--model", tiny, "Empty it", "--json")
    assert told.exit_code == 1
    assert json.loads(told.stdout)["sql"] is None
    with sqlite3.connect(shop) as database:
        assert database.execute("SELECT COUNT(*) FROM products").fetchone() == (3,)
    database.close()


def test_a_file_that_is_no_database_is_an_error(cli: Cli, tmp_path: Path, tiny: str) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear all, this is a letter and no database whatsoever.")
    failed = cli("sql", "--db", str(path), "--model", tiny, "Who writes?")
    assert failed.exit_code == 1
    assert "letter.txt" in failed.stderr
    assert cli("sql", "--db", str(tmp_path / "none.db"), "Who?").exit_code == 2


def test_the_larger_model_is_preferred_only_where_it_fits(
    cli: Cli, shop: str, says: Script, gguf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    says.append("SELECT name FROM products")
    sqlcoder = "@cf/defog/sqlcoder-7b-2"
    assert cli("add", str(gguf), "--id", sqlcoder, "--quant", "Q2_K", "--force").exit_code == 0
    assert f"Model: {sqlcoder}" in cli("sql", "--db", shop, "Names?").stderr
    monkeypatch.setattr(machine, "memory", lambda: machine.Memory(10**9, 10**8))
    told = cli("sql", "--db", shop, "Names?")
    assert f"{sqlcoder} does not fit" in told.stderr
    assert f"Model: {sqlcoder}" not in told.stderr
