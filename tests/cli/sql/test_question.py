"""`localai sql`: what people and programs get of an answer, and what of none. The model's words are
scripted; the database is real."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from localai import machine
from tests.cli.conftest import Cli
from tests.cli.sql.conftest import Script

Ask = Callable[..., Result]
NAMES = "SELECT name, price FROM products ORDER BY price"
CITIES = "SELECT city, SUM(amount) AS total FROM sales GROUP BY city ORDER BY city"


@pytest.fixture
def ask(cli: Cli, shop: str, says: Script, tiny: str) -> Ask:
    """Ask the shop: ask(what the model says, arguments...)."""

    def run(said: str, *args: str, stdin: str | None = None) -> Result:
        says[:] = [said]
        says.requests.clear()
        return cli("sql", "--db", shop, "--model", tiny, "Well?", *args, stdin=stdin)

    return run


def test_people_see_the_sql_what_it_does_and_the_rows(ask: Ask, tiny: str) -> None:
    told = ask(NAMES)
    assert told.exit_code == 0
    lines = told.stdout.splitlines()
    assert lines[0].startswith("SELECT name, price FROM products ORDER BY")
    assert lines[1] == "Lists the name and price of the products, sorted by price (lowest first)."
    # Neither rich's markup nor the terminal's is obeyed in a cell.
    assert "[red]salt[/red]" in told.stdout
    assert "\x1b" not in told.stdout
    assert "\x07" not in told.stdout
    assert "NULL" in told.stdout
    assert f"Model: {tiny}" in told.stderr


def test_programs_get_every_field(ask: Ask, tiny: str) -> None:
    told = json.loads(ask("SELECT COUNT(*) AS n FROM products", "--json").stdout)
    assert set(told) >= {"question", "sql", "model_sql", "reason", "columns", "rows", "truncated",
                         "model", "usage", "explanation", "confidence", "notices"}  # fmt: skip
    assert (told["columns"], told["rows"], told["reason"]) == (["n"], [[3]], None)
    assert told["model"] == tiny
    assert told["usage"]["total_tokens"] == 49


def test_with_a_format_stdout_has_the_rows_alone(ask: Ask) -> None:
    told = ask(CITIES, "--format", "csv")
    assert list(csv.reader(io.StringIO(told.stdout))) == [
        ["city", "total"], ["Berlin", "2340"], ["Paris", "2380"], ["Rome", "2420"],
    ]  # fmt: skip
    assert "SELECT" in told.stderr
    assert "For each city, the sum of amount" in told.stderr
    assert json.loads(ask(CITIES, "--format", "json").stdout)[0] == {
        "city": "Berlin",
        "total": 2340,
    }
    assert ask(CITIES, "--format", "markdown").stdout.startswith("| city | total |\n| --- | ---: |")


def test_rows_beyond_the_limit_are_announced(ask: Ask) -> None:
    told = ask("SELECT name FROM products", "--max-rows", "2")
    assert "more than these 2 rows; --max-rows" in told.stderr
    assert "--max-rows" not in ask("SELECT name FROM products").stderr


def test_a_pipe_gets_all_rows_each_on_its_line(ask: Ask) -> None:
    told = ask("SELECT id, city FROM sales")
    assert len(told.stdout.splitlines()) == 2 + 1 + 2 + 120


def test_no_rows_are_an_answer(ask: Ask) -> None:
    told = ask("SELECT name FROM products WHERE price > 1000")
    assert told.exit_code == 0
    assert "found no rows" in told.stderr


def test_without_running_there_is_only_the_sql(ask: Ask) -> None:
    told = ask("SELECT name FROM products", "--no-run")
    assert told.stdout == "SELECT name FROM products\n"
    assert "Lists the name" in told.stderr
    assert "tea" not in told.output


def test_a_chart_takes_the_tables_place(ask: Ask) -> None:
    told = ask(CITIES, "--plot")
    assert "█" in told.stdout
    assert "─" not in told.stdout
    nothing = ask("SELECT name FROM products", "--plot")
    assert nothing.exit_code == 0
    assert "Nothing to plot: there is no column of numbers" in nothing.stderr
    assert "tea" in nothing.stdout


def test_clauses_are_explained_on_demand(ask: Ask) -> None:
    told = ask(CITIES, "--explain")
    assert "For each: city\n" in told.stdout
    assert "For each city, the sum" not in told.stdout


def test_a_file_gets_the_rows_in_its_own_format(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    told = ask(CITIES, "-o", str(file))
    assert told.exit_code == 0
    assert file.read_text() == "city,total\nBerlin,2340\nParis,2380\nRome,2420\n"
    assert f"Wrote 3 rows to {file}" in told.stderr
    assert "Berlin" not in told.stdout
    assert "SELECT" in told.stdout
    drawn = ask(CITIES, "-o", str(tmp_path / "rows.json"), "--plot")
    assert "█" in drawn.stdout
    assert ask(CITIES, "-o", str(tmp_path / "x"), "--format", "markdown").exit_code == 0
    assert (tmp_path / "x").read_text().startswith("| city")
    assert sorted(path.name for path in tmp_path.glob("*rows*")) == ["rows.csv", "rows.json"]


def test_a_file_that_is_there_stays_unless_it_may_go(
    ask: Ask, tmp_path: Path, says: Script
) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("precious")
    refused = ask(CITIES, "-o", str(file))
    assert refused.exit_code == 1
    assert "--overwrite" in refused.stderr
    # Said before a model has worked for it.
    assert says.requests == []
    assert file.read_text() == "precious"
    assert ask(CITIES, "-o", str(file), "--overwrite").exit_code == 0
    assert file.read_text().startswith("city")


def test_the_database_is_never_written_over(ask: Ask, shop: str) -> None:
    before = Path(shop).read_bytes()
    refused = ask(CITIES, "-o", shop, "--format", "csv", "--overwrite")
    assert refused.exit_code == 1
    assert "is the database" in refused.stderr
    assert Path(shop).read_bytes() == before


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (("-o", "rows.docx"), ".docx"),
        (("--no-run", "--plot"), "--no-run"),
        (("--no-run", "-o", "x.csv"), "--no-run"),
        (("--json", "--plot"), "--json"),
        (("--format", "csv", "--plot"), "--plot"),
        (("--schema", "x.sql"), "not both"),
        (("--dialect", "duckdb"), "--schema"),
        (("--memory", "much"), "500MB"),
        (("--memory", "1K"), "500MB"),
        (("--today", "yesterday"), "yesterday"),
        (("--best-of", "0"), "--best-of"),
        (("--format", "xml"), "xml"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(ask: Ask, args: tuple[str, ...], word: str) -> None:
    refused = ask(NAMES, *args)
    assert refused.exit_code == 2
    assert word in refused.stderr


def test_a_database_has_to_be_named(cli: Cli, tmp_path: Path) -> None:
    refused = cli("sql", "How many?")
    assert refused.exit_code == 2
    assert "--db" in refused.stderr
    assert cli("sql", "--db", str(tmp_path / "x.db"), "  ").exit_code == 2
    gone = cli("sql", "--db", str(tmp_path / "none.db"), "Who?")
    assert gone.exit_code == 1
    assert "none.db" in gone.stderr


WAY_OUT = "I do not know; sqlcoder-7b-2 can try: `localai pull @cf/defog/sqlcoder-7b-2`"


@pytest.fixture
def embedded(cli: Cli, shop: str, says: Script, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Ask the embedded model how many sales there are by how many bakers: embedded(what it says,
    the odds of being right, of being known, arguments...)."""

    def run(said: str, right: int, known: int, *args: str) -> Result:
        monkeypatch.setattr("localai.sql.calibrated.HOPELESS", 0.0)
        monkeypatch.setattr("localai.sql.calibrated.RIGHT", right)
        monkeypatch.setattr("localai.sql.calibrated.KNOWN", known)
        says[:] = [said]
        question = "How many sales by bakers?"
        return cli("sql", "--db", shop, "--model", "@localai/sql-tiny", question, *args)

    return run


@pytest.mark.parametrize("said", ["I do not know", "SELECT COUNT ( * ) FROM <t0>"])
def test_where_the_embedded_model_does_not_know_it_names_one_that_can_try(
    embedded: Ask, said: str
) -> None:
    told = embedded(said, 99, -99)
    assert told.exit_code == 1 and told.stdout == ""
    assert WAY_OUT in told.stderr and "'bakers'" in told.stderr
    assert told.stderr.count("localai pull") == 1
    told = json.loads(embedded(said, 99, -99, "--json").stdout)
    assert (told["sql"], told["declined"], told["unsure"]) == (None, True, False)
    assert told["reason"].startswith(WAY_OUT) and told["unlinked"] == ["bakers"]


def test_an_unsure_answer_of_the_embedded_model_has_a_mark_and_says_what_it_missed(
    embedded: Ask,
) -> None:
    said = "SELECT COUNT ( * ) FROM <t0>"
    told = embedded(said, -99, 99)
    assert told.exit_code == 0 and "120" in told.stdout
    assert "Unsure:" in told.stderr and "'bakers'" in told.stderr
    assert "Unsure:" not in embedded(said, 99, 99).stderr
    told = json.loads(embedded(said, -99, 99, "--json").stdout)
    assert (told["rows"], told["unsure"], told["confidence"]) == ([[120]], True, 0.0)
    assert json.loads(embedded(said, 99, 99, "--json").stdout)["unsure"] is False


def test_no_answer_says_why_and_what_to_do(ask: Ask, shop: str) -> None:
    told = ask("DELETE FROM products")
    assert told.exit_code == 1
    assert told.stdout == ""
    assert "No answer" in told.stderr
    assert "The model wrote: DELETE FROM products" in told.stderr
    assert "localai pull @cf/defog/sqlcoder-7b-2" in told.stderr
    told = ask("DELETE FROM products", "--json")
    assert told.exit_code == 1
    assert json.loads(told.stdout)["sql"] is None
    with sqlite3.connect(shop) as database:
        assert database.execute("SELECT COUNT(*) FROM products").fetchone() == (3,)
    database.close()


def test_a_query_that_takes_too_long_tells_its_sql(ask: Ask) -> None:
    slow = "SELECT COUNT(*) FROM sales a" + "".join(f" CROSS JOIN sales {n}" for n in "bcdef")
    told = ask(slow, "--timeout", "0.3")
    assert told.exit_code == 1
    assert "0.3 s" in told.stderr
    assert "CROSS JOIN" in told.stderr


def test_a_file_that_is_no_database_is_an_error(cli: Cli, tmp_path: Path, tiny: str) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear all, this is a letter and no database whatsoever.")
    failed = cli("sql", "--db", str(path), "--model", tiny, "Who writes?", "--json")
    assert failed.exit_code == 1
    assert "letter.db" in json.loads(failed.stdout)["error"]["message"]


def test_a_schema_alone_gets_sql_and_no_rows(
    cli: Cli, tmp_path: Path, says: Script, tiny: str
) -> None:
    (tmp_path / "shop.sql").write_text("CREATE TABLE products (name TEXT, price REAL);")
    says.append("SELECT name FROM products")
    told = cli("sql", "--schema", str(tmp_path / "shop.sql"), "--model", tiny, "Names?")
    assert told.exit_code == 0
    assert told.stdout == "SELECT name FROM products\n"


def test_options_reach_the_question(ask: Ask, says: Script) -> None:
    told = ask(NAMES, "--tables", "products", "--no-values", "--no-grammar")
    assert told.exit_code == 0
    prompt = str(says.requests[0])
    assert "products" in prompt and "sales" not in prompt
    assert says.requests[0].grammar is None
    day = ask("SELECT CURRENT_DATE FROM products LIMIT 1", "--today", "2026-03-01")
    assert "2026-03-01" in day.stdout
    ask(NAMES, "--best-of", "3")
    assert len(says.requests) == 3
    ask(NAMES, "--tables", "sales,products")
    assert "sales" in str(says.requests[0])


def test_what_is_verbose_tells_all(ask: Ask) -> None:
    told = ask(NAMES, "--verbose")
    for word in ("--- prompt", "Well?", "Candidate 1: SELECT name", "40 read (30", "2 refused"):
        assert word in told.stderr


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


def test_a_follow_up_goes_on_from_the_last_question_of_its_database(
    ask: Ask, cli: Cli, shop: str, says: Script, tiny: str
) -> None:
    early = ask(NAMES, "-c")
    assert early.exit_code == 1
    assert "to go on from" in early.stderr
    ask("SELECT city FROM sales")
    ask(NAMES, "-c")
    assert "SELECT city FROM sales" in str(says.requests[0])


def test_the_history_has_questions_and_no_rows(ask: Ask, cli: Cli, shop: str, home: Path) -> None:
    ask(CITIES)
    ask("I do not know")
    ask(NAMES, "--no-history")
    found = json.loads(cli("sql", "history", "--json").stdout)
    assert [one["sql"] is None for one in found] == [True, False]
    assert found[1]["row_count"] == 3
    assert "2340" not in (home / "data" / "sql-history.db").read_bytes().decode("latin-1")


def test_a_history_that_cannot_be_kept_stands_in_no_answers_way(ask: Ask, home: Path) -> None:
    (home / "data" / "sql-history.db").mkdir(parents=True)
    told = ask(CITIES)
    assert told.exit_code == 0
    assert "2340" in told.stdout
    assert "is not kept" in told.stderr


def test_notes_reach_the_model(ask: Ask, cli: Cli, shop: str, says: Script) -> None:
    assert cli("sql", "note", "--db", shop, "turnover means the sum of amount").exit_code == 0
    ask(CITIES)
    assert "turnover means the sum of amount" in str(says.requests[0])


@pytest.mark.parametrize(
    ("typed", "ran"),
    [("y\n", True), ("\n", True), ("n\n", False), ("", False), ("what\nyes\n", True)],
)
def test_sql_runs_once_it_is_confirmed(ask: Ask, typed: str, ran: bool) -> None:
    told = ask(CITIES, "--confirm", stdin=typed)
    assert ("2340" in told.stdout) is ran
    assert told.exit_code == (0 if ran else 1)
    assert told.stderr.index("SUM(amount)") < told.stderr.index("Run it?")
    assert ("Not run." in told.stderr) is not ran


def test_edited_sql_is_checked_again(ask: Ask) -> None:
    typed = "e\nDROP TABLE sales\ne\nSELECT nam FROM products\ne\nSELECT name FROM products\ny\n"
    told = ask(CITIES, "--confirm", stdin=typed)
    assert told.exit_code == 0
    assert "tea" in told.stdout
    assert "Only a SELECT may run" in told.stderr
    assert "name" in told.stderr


@pytest.mark.skipif(os.name == "nt", reason="asks for a POSIX device")
def test_a_device_can_take_the_rows(ask: Ask) -> None:
    assert ask(CITIES, "-o", "/dev/null", "--format", "csv", "--overwrite").exit_code == 0
