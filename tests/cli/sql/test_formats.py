"""Files of rows: exact, and read back by what reads such files."""

from __future__ import annotations

import csv
import io
import json

from localai.cli.sql.formats import as_csv, as_json, as_markdown
from localai.sql.database import Cell

COLUMNS = ["name", "n", "name"]
ROWS: list[list[Cell]] = [
    ['a "quoted", one', 1 / 3, None],
    ["two\nlines", 10**18, "ß|\\x<b>"],
    ["\x1b[2J", True, ""],
]


def test_csv_is_read_back() -> None:
    first, *rows = csv.reader(io.StringIO(as_csv(COLUMNS, ROWS)))
    assert first == COLUMNS
    assert rows[0] == ['a "quoted", one', "0.3333333333333333", ""]
    assert rows[1] == ["two\nlines", "1000000000000000000", "ß|\\x<b>"]
    assert rows[2] == ["\x1b[2J", "true", ""]
    assert as_csv(["a"], []) == "a\n"


def test_json_has_an_object_for_each_row() -> None:
    rows = json.loads(as_json(COLUMNS, ROWS))
    assert rows[0] == {"name": 'a "quoted", one', "n": 1 / 3, "name_2": None}
    assert rows[2]["n"] is True
    assert json.loads(as_json(COLUMNS, [])) == []
    assert list(json.loads(as_json(["a", "a", "a_2"], [[1, 2, 3]]))[0].values()) == [1, 2, 3]


def test_markdown_keeps_each_row_on_its_line() -> None:
    lines = as_markdown(COLUMNS, [["x", 1, None], ROWS[1]]).splitlines()
    assert lines[1] == "| --- | ---: | --- |"
    assert lines[2] == "| x | 1 |  |"
    assert lines[3] == "| two<br>lines | 1000000000000000000 | ß\\|\\\\x&lt;b> |"
    assert len(lines) == 4
