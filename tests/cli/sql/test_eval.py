"""`localai sql eval`: what it prints, what it writes, and what it says of wrong files."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from localai.cli.sql.eval import located
from localai.errors import InvalidRequest
from localai.sql.questions import Question
from tests.cli.conftest import Cli
from tests.cli.sql.conftest import Script
from tests.sql.fixture import make_all

HEAD = "question,query,db_name,query_category,instructions\n"
ROWS = (
    "How many customers do we have?,SELECT COUNT(*) FROM customers,shop,count,\n"
    "List all titles.,SELECT title FROM books,library,list,\n"
    "How many patients are there?,SELECT COUNT(*) + 1 FROM patients,clinic,count,\n"
    "Which patients smoke xyzzy plugh?,,clinic,unanswerable,\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_all(tmp_path_factory.mktemp("databases"))


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "questions.csv"
    path.write_text(HEAD + ROWS)
    return path


def test_it_counts_by_category(cli: Cli, folder: Path, questions: Path, tmp_path: Path) -> None:
    out = tmp_path / "answers.csv"
    done = cli("sql", "eval", str(questions), "--db", str(folder), "-o", str(out))
    assert done.exit_code == 0, done.output
    lines = [line.split() for line in done.stdout.splitlines() if line and line[0].isalpha()]
    assert [line[0] for line in lines if line[0] != "category"] == [
        "count", "list", "unanswerable", "all",
    ]  # fmt: skip
    counts = next(line for line in lines if line[0] == "count")
    assert counts[1:6] == ["2", "1", "1", "2", "2"]
    assert "@localai/sql-tiny" in done.stderr and "answers.csv" in done.stderr
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["exact"] for row in rows][:3:2] == ["1", "0"]
    assert rows[0]["sql"] == "SELECT COUNT(*) FROM customers"
    assert list(rows[0])[:5] == ["question", "query", "db_name", "query_category", "instructions"]
    assert float(rows[0]["seconds"]) >= 0 and int(rows[0]["prompt_tokens"]) > 0


def test_its_own_answers_can_be_questions_again(
    cli: Cli, folder: Path, questions: Path, tmp_path: Path
) -> None:
    out = tmp_path / "answers.csv"
    cli("sql", "eval", str(questions), "--db", str(folder), "-o", str(out))
    again = cli("sql", "eval", str(out), "--db", str(folder), "--json")
    assert json.loads(again.stdout)["scores"][-1]["questions"] == 4


def test_programs_get_json(cli: Cli, folder: Path, questions: Path) -> None:
    done = cli("sql", "eval", str(questions), "--db", str(folder), "--json", "--best-of", "2")
    told = json.loads(done.stdout)
    assert (told["model"], told["complete"]) == ("@localai/sql-tiny", True)
    assert told["scores"][-1] | {"category": "all", "questions": 4} == told["scores"][-1]


def test_today_can_be_set(cli: Cli, folder: Path, tmp_path: Path, tiny: str, says: Script) -> None:
    path = tmp_path / "questions.csv"
    monday = "DATE_TRUNC('week', CURRENT_DATE)"
    says[:] = [
        f"SELECT COUNT(*) FROM \"order\" WHERE placed_at >= {monday} - INTERVAL '1 week' "
        f"AND placed_at < {monday}"
    ]
    path.write_text(
        HEAD + "How many orders were placed last week?,"
        '"SELECT COUNT(*) FROM ""order"" WHERE placed_at >= DATE \'2026-03-09\' '
        "AND placed_at < DATE '2026-03-16'\",shop,date_functions,\n"
    )
    for day, right in (("2026-03-18", 1), ("2026-03-10", 0)):
        args = ("--db", str(folder), "--model", tiny, "--today", day, "--json")
        done = cli("sql", "eval", str(path), *args)
        assert json.loads(done.stdout)["scores"][0]["exact"] == right


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("question,query\na,b\n", ["no column db_name"]),
        (HEAD + "How many?,SELECT 1,nowhere,,\n", ["line 2", "'nowhere'", "nowhere.sqlite"]),
        (HEAD + "How many?,SELECT 1,../shop,,\n", ["line 2", "'../shop'"]),
        (HEAD + ",SELECT 1,shop,,\n", ["line 2", "question"]),
    ],
)
def test_a_wrong_file_is_told_before_anything_is_asked(
    cli: Cli, folder: Path, tmp_path: Path, text: str, words: list[str]
) -> None:
    path = tmp_path / "questions.csv"
    path.write_text(text)
    done = cli("sql", "eval", str(path), "--db", str(folder))
    assert done.exit_code == 1
    assert [word for word in words if word not in done.stderr] == []


def test_an_output_that_cannot_be_written_is_told_first(
    cli: Cli, folder: Path, questions: Path
) -> None:
    done = cli("sql", "eval", str(questions), "--db", str(folder), "-o", "/nowhere/answers.csv")
    assert (done.exit_code, "/nowhere/answers.csv" in done.stderr) == (1, True)


def test_where_databases_are(tmp_path: Path) -> None:
    def place(target: str, name: str) -> str:
        return located(target, Question("q", "", name, line=7))

    (tmp_path / "shop").mkdir()
    for name in ("a.sqlite", "b.db", "c.duckdb", "my shop.sqlite", "shop/shop.sqlite"):
        (tmp_path / name).touch()
    folder = str(tmp_path)
    assert place(folder, "a") == f"{folder}/a.sqlite"
    assert place(folder, "b") == f"{folder}/b.db"
    assert place(folder, "c") == f"{folder}/c.duckdb"
    assert place(folder, "my shop") == f"{folder}/my shop.sqlite"
    assert place(f"{folder}/a.sqlite", "anything") == f"{folder}/a.sqlite"
    assert place(f"{folder}/{{db_name}}/{{db_name}}.sqlite", "shop") == f"{folder}/shop/shop.sqlite"
    assert place("postgresql://host/{db_name}", "my shop") == "postgresql://host/my%20shop"
    assert place("postgresql://host/one", "a") == "postgresql://host/one"
    for name in ("..", "a/b", "x;y", ""):
        with pytest.raises(InvalidRequest):
            place(folder, name)


def test_ctrl_c_keeps_what_was_done(folder: Path, tmp_path: Path) -> None:
    path, out = tmp_path / "questions.csv", tmp_path / "answers.csv"
    path.write_text(HEAD + ROWS * 2000)
    words = ["sql", "eval", str(path), "--db", str(folder), "-o", str(out)]
    child = subprocess.Popen(
        [sys.executable, "-m", "localai", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(os.environ),
    )
    _wait_for(lambda: out.exists() and out.read_text().count("\n") > 4, child)
    child.send_signal(signal.SIGINT)
    told, said = child.communicate(timeout=30)
    assert child.returncode == 130, said
    assert b"Stopped after" in said and b"all" in told
    with out.open(newline="") as file:
        assert len(list(csv.DictReader(file))) == int(said.split(b"Stopped after ")[1].split()[0])


def _wait_for(holds: Any, child: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert child.poll() is None and time.monotonic() < end
        time.sleep(0.02)
