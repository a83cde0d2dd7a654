"""A sitting, line by line through a pipe: questions, SQL and commands over a real database."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.conftest import Cli
from tests.cli.sql.conftest import Script

Sit = Callable[..., Result]
CITIES = "SELECT city, SUM(amount) AS total FROM sales GROUP BY city ORDER BY city"


@pytest.fixture
def sit(cli: Cli, shop: str, says: Script, tiny: str) -> Sit:
    """Type lines into a sitting: sit(line, ..., says=[...])."""

    def run(*lines: str, args: tuple[str, ...] = (), words: tuple[str, ...] = (CITIES,)) -> Result:
        says[:] = words
        says.requests.clear()
        typed = "".join(f"{line}\n" for line in lines)
        return cli("sql", "--db", shop, "--model", tiny, *args, stdin=typed)

    return run


def test_questions_are_answered_one_after_the_other(sit: Sit) -> None:
    told = sit("Totals?", "", "Names?", words=(CITIES, "SELECT name FROM products"))
    assert told.exit_code == 0
    assert told.stdout.index("2340") < told.stdout.index("tea")
    # A pipe gets answers, and no prompt.
    assert ">" not in told.stdout
    assert "help" not in told.stderr


def test_a_failed_line_is_told_and_the_next_one_answered(sit: Sit) -> None:
    told = sit("Why?", "Totals?", words=("I do not know", CITIES))
    assert told.exit_code == 1
    assert "No answer" in told.stderr
    assert "2340" in told.stdout


def test_sql_is_checked_and_run_as_it_is(sit: Sit, says: Script) -> None:
    told = sit("SELECT COUNT(*) AS n FROM sales", "with x as (select 7 as n) select n from x;")
    assert told.exit_code == 0
    assert "120" in told.stdout and "7" in told.stdout
    assert says.requests == []
    assert "Counts the sales." in told.stdout


@pytest.mark.parametrize(
    "sql",
    ["SELECT nam FROM products", "SELECT 1; DROP TABLE sales", "WITH d AS (DELETE FROM sales"],
)
def test_sql_that_may_not_run_says_why(sit: Sit, sql: str) -> None:
    told = sit(sql, "SELECT COUNT(*) FROM sales")
    assert told.exit_code == 1
    assert "Error: " in told.stderr
    assert "model" not in told.stderr.split("Error: ")[1].split("\n")[0]
    assert "120" in told.stdout


def test_small_letters_may_be_a_question(sit: Sit, says: Script) -> None:
    told = sit("select the cities that sell most")
    assert len(says.requests) == 1
    assert "Taken for a question" in told.stderr
    assert "2340" in told.stdout


@pytest.mark.parametrize("line", ["-c and only in Rome", "\\c and only in Rome"])
def test_a_follow_up_sees_the_question_before(sit: Sit, says: Script, line: str) -> None:
    assert sit("Totals by city?", line).exit_code == 0
    assert "Totals by city?" not in str(says.requests[0]) or len(says.requests) == 2
    assert "SUM(amount)" in str(says.requests[1])
    assert "and only in Rome" in str(says.requests[1])


def test_a_follow_up_to_nothing_is_an_error(sit: Sit) -> None:
    told = sit("-c and only in Rome")
    assert "Ask a whole question first" in told.stderr


def test_the_last_answer_is_shown_in_other_ways(sit: Sit) -> None:
    told = sit("Totals?", "\\sql", "\\explain", "\\plot", "\\all")
    assert told.exit_code == 0
    assert told.stdout.count("SUM(amount)") == 2
    assert "For each: city\n" in told.stdout
    assert "█" in told.stdout
    assert told.stdout.count("2340") == 3


def test_rows_go_to_files(sit: Sit, tmp_path: Path) -> None:
    rows, data = tmp_path / "rows.csv", tmp_path / "rows.json"
    told = sit(
        "Totals?", f"\\csv {rows}", f"\\save {data}", f"\\csv {rows}", "\\save x.pdf", "\\csv"
    )
    assert rows.read_text().startswith("city,total\n")
    assert len(json.loads(data.read_text())) == 3
    assert "is there already" in told.stderr
    assert "--overwrite" not in told.stderr
    assert "names no format" in told.stderr
    assert "Name a file" in told.stderr


@pytest.mark.parametrize(
    "command", ["\\sql", "\\plot", "\\csv x.csv", "\\explain", "\\edit", "\\all"]
)
def test_there_is_nothing_to_show_before_the_first_answer(sit: Sit, command: str) -> None:
    assert "Ask a question first" in sit(command).stderr


def test_tables_and_columns_are_listed(sit: Sit) -> None:
    told = sit("\\tables", "\\schema sales", "\\schema SALE", "\\schema")
    assert "sales  (table, 3 columns)" in told.stdout
    assert "id      INTEGER  key" in told.stdout
    assert "Berlin, Paris, Rome" in told.stdout
    assert "Did you mean sales?" in told.stderr
    assert "\nproducts\n" in told.stdout


def test_notes_are_written_and_used(sit: Sit, says: Script) -> None:
    told = sit(
        "\\note turnover means amount", "\\note turnover means amount", "\\note", "Turnover?"
    )
    assert "Noted." in told.stderr and "noted already" in told.stderr
    assert "1  turnover means amount" in told.stdout
    assert "turnover means amount" in str(says.requests[0])


def test_the_history_is_at_hand(sit: Sit) -> None:
    sit("Totals?")
    told = sit("Names?", "\\history totals?")
    assert "Totals?" in told.stdout
    assert "Names?" not in told.stdout
    assert "Private?" not in sit("Private?", "\\history", args=("--no-history",)).stdout


def test_edited_sql_runs(sit: Sit) -> None:
    told = sit("Totals?", "\\edit", "SELECT name FROM products")
    assert told.exit_code == 0
    assert "tea" in told.stdout


def test_the_model_is_shown_and_changed(sit: Sit, tiny: str) -> None:
    told = sit("\\model", "\\model @localai/sql-tiny", "\\model @none/such")
    assert f"Model: {tiny}\nModel: @localai/sql-tiny" in told.stderr
    assert "No such model" in told.stderr


def test_help_names_every_command_and_unknown_ones_are_guessed(sit: Sit) -> None:
    told = sit("\\help", "\\tabels", "\\xyzzy")
    for command in ("\\tables", "\\schema", "\\c QUESTION", "\\csv FILE", "\\q", "-c and"):
        assert command in told.stderr
    assert "Did you mean \\tables?" in told.stderr
    assert "\\help lists" in told.stderr


@pytest.mark.parametrize("leave", ["\\q", "\\quit", "\\exit"])
def test_nothing_is_read_after_leaving(sit: Sit, leave: str, says: Script) -> None:
    assert sit(leave, "Totals?").exit_code == 0
    assert says.requests == []


def test_a_line_goes_on_after_a_backslash(sit: Sit) -> None:
    told = sit("SELECT COUNT(*) AS n \\", "FROM sales", "SELECT name FROM products \\")
    assert "120" in told.stdout
    assert "tea" in told.stdout


def test_formats_and_charts_hold_for_the_sitting(sit: Sit) -> None:
    told = sit("Totals?", args=("--format", "csv"))
    assert "Berlin,2340" in told.stdout
    assert "SELECT" not in told.stdout
    assert "█" in sit("Totals?", args=("--plot",)).stdout


def test_ctrl_c_ends_an_answer_and_not_the_sitting(sit: Sit, says: Script) -> None:
    says.silent = 1
    threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT)).start()
    told = sit("Totals?", "Totals?")
    assert "Stopped." in told.stderr
    assert told.stdout.count("2340") == 1
    assert len(says.requests) == 2


def test_each_question_is_confirmed_where_that_is_asked_for(sit: Sit) -> None:
    told = sit("Totals?", "n", "Totals?", "y", args=("--confirm",))
    assert told.stderr.count("Not run.") == 1
    assert told.stdout.count("2340") == 1


def test_a_database_that_is_not_there_opens_no_sitting(cli: Cli, tmp_path: Path) -> None:
    told = cli("sql", "--db", str(tmp_path / "none.db"), stdin="Totals?\n")
    assert told.exit_code == 1
    assert "none.db" in told.stderr


def test_a_file_and_json_need_a_question(sit: Sit) -> None:
    assert sit("Totals?", args=("--json",)).exit_code == 2
    assert sit("Totals?", args=("-o", "x.csv")).exit_code == 2
