from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from localai.errors import (
    DatabaseError,
    InvalidRequest,
    LocalAIError,
    SQLRejected,
    SQLTimeout,
    UnknownModel,
)
from localai.schema import Column, ForeignKey, Schema, Table
from localai.sql import interpreter, messages
from localai.sql.database import Limits, Result
from localai.sql.messages import Message
from localai.sql.source import open_source

LIMITS = messages.plain(Limits())
SCHEMA = Schema(
    (
        Table("a", (Column("id", "INT", "its\nnumber", ("x", "y")), Column("b", "")), ("id",)),
        Table("v", (Column("ü", "TEXT"),), is_view=True, comment="seen", namespace="other"),
    ),
    (ForeignKey("a", ("b", "id"), "v", ("ü", "ü"), inferred=True),),
    "duckdb",
    ("revenue means price * quantity",),
)


def conversation(words: list[str], *said: Message) -> tuple[list[Message], str]:
    """What a worker that is started with these words answers, and what it prints elsewhere."""
    stream = io.BytesIO()
    for message in said:
        messages.write(stream, messages.encoded(message))
    done = subprocess.run(words, input=stream.getvalue(), capture_output=True, timeout=60)
    answers = io.BytesIO(done.stdout)
    return list(iter(lambda: messages.read(answers), None)), done.stderr.decode()


def opening(folder: Path, path: Path) -> tuple[Message, Message]:
    (folder / "own").mkdir()
    terms = {"memory": Limits().memory, "folder": str(folder / "own")}
    return terms, {"id": 0, "call": "open", "options": {"target": str(path)}}


def test_asking_sqlite_loads_nothing_heavy(shop: Path) -> None:
    words = interpreter.command("localai.sql.worker")
    answers, told = conversation(
        [words[0], "-X", "importtime", *words[1:]],
        *opening(shop.parent, shop),
        {"id": 1, "call": "run", "sql": "SELECT 1", "limits": LIMITS},
        {"id": 2, "call": "introspect", "how": {"tables": [], "values": True, "seconds": 1.0}},
    )
    assert [answer["id"] for answer in answers] == [0, 1, 2]
    assert answers[1]["value"] == {"columns": ["1"], "rows": [[1]], "truncated": False}
    loaded = {line.rpartition("|")[2].strip() for line in told.splitlines()}
    assert "sqlite3" in loaded
    assert not loaded & {"sqlglot", "duckdb", "psycopg", "openpyxl", "localai.sql.ask", "logging"}


def test_the_end_of_input_is_its_end(shop: Path) -> None:
    words = interpreter.command("localai.sql.worker")
    assert conversation(words) == ([], "")
    answers, told = conversation(words, *opening(shop.parent, shop))
    assert (answers[0]["value"]["dialect"], told) == ("sqlite", "")
    assert not (shop.parent / "own").exists()


def test_a_fault_of_our_own_is_an_answer_too(shop: Path) -> None:
    answers, _ = conversation(
        interpreter.command("localai.sql.worker"),
        *opening(shop.parent, shop),
        {"id": 1, "call": "nonsense"},
        {"id": 2, "call": "explain", "sql": "SELECT 1", "limits": LIMITS},
    )
    with pytest.raises(DatabaseError, match="nonsense"):
        raise messages.to_error(answers[1]["error"])
    assert answers[2] == {"id": 2, "value": None}


def test_values_cross_unchanged() -> None:
    result = Result(("a", "b"), ((1, None), ("\ud800 \0 é", 1.5), (True, -0.0)), True)
    stream = io.BytesIO()
    messages.write(stream, messages.encoded(messages.from_result(result)))
    messages.write(stream, messages.encoded(messages.from_schema(SCHEMA)))
    stream.seek(0)
    assert messages.to_result(messages.read(stream) or {}) == result
    assert messages.to_schema(messages.read(stream) or {}) == SCHEMA
    assert messages.read(stream) is None


@pytest.mark.parametrize(
    "error",
    [
        SQLRejected("no", hint="ask again"),
        SQLTimeout("late"),
        InvalidRequest("bad", field="x", hint="y"),
        UnknownModel("m", ("n",)),
    ],
)
def test_errors_cross_with_their_kind_and_words(error: LocalAIError) -> None:
    stream = io.BytesIO()
    messages.write(stream, messages.encoded(messages.from_error(error)))
    stream.seek(0)
    again = messages.to_error(messages.read(stream) or {})
    assert (type(again), str(again), again.hint) == (type(error), str(error), error.hint)


def test_a_result_beyond_all_use_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "MAX_BYTES", 1_000_000)
    result = Result(("a",), (("é" * 200_000,),), False)
    with pytest.raises(SQLRejected, match="more than 1 MB"):
        messages.encoded(messages.from_result(result))


@pytest.mark.parametrize("frame", [b"", b"\0", b"\0\0\0\5ab", b"\xff\xff\xff\xff{}", b"\0\0\0\0"])
def test_half_a_message_is_none(frame: bytes) -> None:
    assert messages.read(io.BytesIO(frame)) is None


def test_any_program_with_python_inside_finds_an_interpreter(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/usr/sbin/apache2")
    monkeypatch.setattr(sys, "exec_prefix", sys.base_exec_prefix)
    with open_source(shop) as source:
        assert source.run("SELECT 1").rows == ((1,),)
    monkeypatch.setattr(sys, "executable", "")
    with open_source(shop) as source:
        assert source.run("SELECT 1").rows == ((1,),)


def test_a_program_without_an_interpreter_is_told_what_to_do(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = sys.executable
    monkeypatch.setattr(sys, "executable", "/opt/app/app")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(DatabaseError, match="/opt/app/app") as caught:
        open_source(shop)
    assert "LOCALAI_PYTHON" in caught.value.hint
    monkeypatch.setenv("LOCALAI_PYTHON", python)
    monkeypatch.chdir(Path(__file__).parent.parent.parent)
    with open_source(shop) as source:
        assert source.run("SELECT 1").rows == ((1,),)
    monkeypatch.setenv("LOCALAI_PYTHON", "/nowhere/python")
    with pytest.raises(DatabaseError, match="could not be started with /nowhere/python"):
        open_source(shop)


def test_what_is_no_python_is_a_clear_error(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    impostor = tmp_path / "python"
    impostor.write_text("#!/bin/sh\necho 'no python here' >&2\nexit 3\n")
    impostor.chmod(0o755)
    monkeypatch.setenv("LOCALAI_PYTHON", str(impostor))
    with open_source(shop) as source, pytest.raises(DatabaseError, match="code 3: no python here"):
        source.schema()


def test_the_package_is_the_one_that_runs(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules beside the database, or in the working folder, play no part."""
    for name in ("json.py", "sqlite3.py", "localai.py", "queue.py"):
        (shop.parent / name).write_text("raise SystemExit('hijacked')")
    monkeypatch.chdir(shop.parent)
    monkeypatch.syspath_prepend("")
    with open_source(shop) as source:
        assert source.run("SELECT 1").rows == ((1,),)
