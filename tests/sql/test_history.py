from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from localai.errors import DatabaseError
from localai.sql import Answer
from localai.sql.answer import Earlier
from localai.sql.history import Entry, History, entry

ANSWER = Answer(
    question="How many films?",
    sql="SELECT COUNT(*) FROM films",
    model_sql="SELECT COUNT(*) FROM public.films",
    reason=None,
    columns=("count",),
    rows=((417,),),
    truncated=False,
    model="@local/m",
    usage=None,
    model_seconds=1.23456,
)


def asked(question: str, key: str = "/a.db", sql: str | None = "SELECT 1") -> Entry:
    return entry(replace(ANSWER, question=question, sql=sql), key=key, name=key, ran=True)


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "data")


def test_all_but_the_rows_is_kept(history: History) -> None:
    history.add(entry(ANSWER, key="/films.db", name="films.db", ran=True))
    (kept,) = history.entries()
    assert (kept.question, kept.sql, kept.row_count) == (ANSWER.question, ANSWER.sql, 1)
    assert (kept.model, kept.model_seconds, kept.name) == ("@local/m", 1.235, "films.db")
    assert kept.asked_at.endswith("+00:00")
    assert b"417" not in history.path.read_bytes()


def test_it_is_the_users_alone(history: History) -> None:
    history.add(asked("Who?"))
    if sys.platform != "win32":
        assert stat.S_IMODE(history.path.stat().st_mode) == 0o600


def test_it_is_found_again_newest_first(history: History) -> None:
    for question, key in (
        ("Größe of films", "/a.db"),
        ("Films by year", "/b.db"),
        ("Who", "/a.db"),
    ):
        history.add(asked(question, key))
    assert [one.question for one in history.entries()] == ["Who", "Films by year", "Größe of films"]
    assert [one.question for one in history.entries(database="/a.db")] == ["Who", "Größe of films"]
    assert [one.question for one in history.entries(search="FILMS GRÖSSE")] == ["Größe of films"]
    assert len(history.entries(search="select")) == 3
    assert len(history.entries(limit=2)) == 2
    assert history.entries(search="100%") == []


def test_a_follow_up_goes_on_from_the_last_answer_of_its_database(history: History) -> None:
    assert history.latest("/a.db") is None
    history.add(asked("First", "/a.db"))
    history.add(asked("Failed", "/a.db", sql=None))
    history.add(asked("Elsewhere", "/b.db"))
    assert history.latest("/a.db") == Earlier("First", ANSWER.model_sql)


def test_it_can_be_forgotten(history: History) -> None:
    for key in ("/a.db", "/a.db", "/b.db"):
        history.add(asked("A most private question", key))
    assert history.clear("/a.db") == 2
    assert [one.database for one in history.entries()] == ["/b.db"]
    assert history.clear() == 1
    assert b"private" not in history.path.read_bytes()


@pytest.mark.parametrize("content", [b"this is no database, however long it is " * 40, b"SQLite"])
def test_a_damaged_file_is_set_aside(history: History, content: bytes) -> None:
    for number in (1, 2):
        history.path.parent.mkdir(exist_ok=True)
        history.path.write_bytes(content)
        history.add(asked("Who?"))
        assert [one.question for one in history.entries()] == ["Who?"]
        aside = history.path.with_name(f"{history.path.name}.damaged-{number}")
        assert aside.read_bytes() == content
    assert len(history.remarks) == 2
    assert str(aside) in history.remarks[1]


def test_a_break_further_in_is_an_error_that_says_what_to_do(history: History) -> None:
    for number in range(60):
        history.add(asked(f"{number} " * 350))
    content = bytearray(history.path.read_bytes())
    content[8192 : 8192 + 40_000] = b"\xff" * 40_000
    history.path.write_bytes(content)
    with pytest.raises(DatabaseError) as caught:
        history.entries(limit=400)
    assert str(history.path) in str(caught.value)
    assert "begins anew" in caught.value.hint


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseError, match="history"):
        History(tmp_path / "file").add(asked("Who?"))


def test_processes_write_at_the_same_time(history: History) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.sql.test_history import History, asked\n"
        "h = History(Path(sys.argv[1]))\n"
        "for n in range(25): h.add(asked(f'{sys.argv[2]} {n}'))"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(history.path.parent), name])
        for name in "abcd"
    ]
    assert [writer.wait(60) for writer in writers] == [0] * 4
    assert len(history.entries(limit=1000)) == 100


def test_a_damaged_file_is_set_aside_once_by_many(history: History) -> None:
    history.path.parent.mkdir()
    history.path.write_bytes(b"no database " * 100)
    histories = [History(history.path.parent) for _ in range(4)]
    for one in histories:
        one.add(asked("Who?"))
    assert sum(len(one.remarks) for one in histories) == 1
    assert len(history.entries()) == 4


def test_a_file_of_another_making_is_an_error_and_stays(history: History) -> None:
    history.path.parent.mkdir()
    with sqlite3.connect(history.path) as other:
        other.execute("CREATE TABLE questions (mine TEXT)")
    other.close()
    with pytest.raises(DatabaseError):
        history.add(asked("Who?"))
    assert history.path.exists()
