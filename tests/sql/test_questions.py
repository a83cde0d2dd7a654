"""Questions with right queries, as they stand in CSV files."""

from __future__ import annotations

from pathlib import Path

import pytest

from localai.errors import InvalidRequest
from localai.sql.questions import expand, read_questions

HEAD = "question,query,db_name,query_category,instructions\n"


def read(folder: Path, text: str, encoding: str = "utf-8") -> list:  # type: ignore[type-arg]
    path = folder / "questions.csv"
    path.write_text(text, encoding=encoding)
    return read_questions(path)


def test_rows_become_questions(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        HEAD + 'How many?,SELECT COUNT(*) FROM t; SELECT 1,shop,count,"Count, all"\nWho?,,shop,,\n',
        encoding="utf-8-sig",
    )
    assert [one.question for one in found] == ["How many?", "Who?"]
    assert found[0].golds == ("SELECT COUNT(*) FROM t", "SELECT 1")
    assert (found[0].query_category, found[0].instructions) == ("count", "Count, all")
    assert (found[1].golds, found[1].line) == ((), 3)


def test_optional_and_unknown_columns(tmp_path: Path) -> None:
    found = read(tmp_path, "db_name,extra,query,question\nshop,x,SELECT 1,What?\n")
    assert (found[0].db_name, found[0].query_category) == ("shop", "all questions")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("question,query\nHow many?,SELECT 1\n", ["no column db_name", "question, query"]),
        ("", ["no column question", "none"]),
        (HEAD, ["no question"]),
        (HEAD + "How many?,SELECT 1,shop\n", ["line 2", "fewer cells"]),
        (HEAD + "How many?,SELECT a, b FROM t,shop,c,i\n", ["line 2", "more cells"]),
        (HEAD + "How many?,SELECT 1,shop,c,i\n,SELECT 1,shop,c,i\n", ["line 3", "question"]),
        (HEAD + "How many?,SELECT 1,,c,i\n", ["line 2", "db_name"]),
        (HEAD + "How many?,SELECT {a FROM t,shop,c,i\n", ["line 2", "query", "{"]),
        (HEAD + 'How many?,"SELECT {a, } FROM t",shop,c,i\n', ["line 2", "query", "{a, }"]),
        (HEAD + '"How many?,SELECT 1,shop,c,i\n', ["CSV"]),
    ],
)
def test_faults_are_named(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read(tmp_path, text)
    assert [word for word in words if word not in str(caught.value)] == []


def test_what_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "questions.csv"
    path.write_bytes(b"question,query,db_name\n\xff\xfe,,\n")
    with pytest.raises(InvalidRequest, match="questions.csv"):
        read_questions(path)
    with pytest.raises(InvalidRequest, match="missing.csv"):
        read_questions(tmp_path / "missing.csv")


@pytest.mark.parametrize(
    ("cell", "queries"),
    [
        ("SELECT 1;", ["SELECT 1"]),
        ("SELECT ';' ; SELECT 2", ["SELECT ';'", "SELECT 2"]),
        ("SELECT '{a}' FROM t", ["SELECT '{a}' FROM t"]),
        (
            "SELECT {a, b} FROM t",
            ["SELECT a FROM t", "SELECT b FROM t", "SELECT a, b FROM t"],
        ),
        (
            "SELECT {a.x AS n, f(a.y, 1)}, COUNT(*) FROM a GROUP BY {}",
            [
                "SELECT a.x AS n, COUNT(*) FROM a GROUP BY a.x",
                "SELECT f(a.y, 1), COUNT(*) FROM a GROUP BY f(a.y, 1)",
                "SELECT a.x AS n, f(a.y, 1), COUNT(*) FROM a GROUP BY a.x, f(a.y, 1)",
            ],
        ),
        (
            "SELECT {a}, {b, c} FROM t",
            ["SELECT a, b FROM t", "SELECT a, c FROM t", "SELECT a, b, c FROM t"],
        ),
        ("", []),
    ],
)
def test_a_cell_stands_for_queries(cell: str, queries: list[str]) -> None:
    assert list(expand(cell)) == queries
