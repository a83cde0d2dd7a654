"""What the page's modules make of values: numbers, order, CSV, the choice of charts, colours."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.screens.conftest import Server

Module = Callable[..., Any]


@pytest.fixture(scope="module")
def module(browser: Any, tiny_server: Server) -> Module:
    """module("grid", "grid.csv(names, rows)", names=..., rows=...): what an expression gives."""
    page = browser.new_page()
    page.goto(tiny_server.url)

    def evaluate(name: str, expression: str, **values: Any) -> Any:
        names = ", ".join(values)
        script = f"""async ([values]) => {{
          const {name} = await import("/playground/{name}.js");
          const {{ {names} }} = values;
          return {expression};
        }}"""
        return page.evaluate(script, [values])

    return evaluate


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (244, 4, "244.0000"),
        (29.666666666666668, 4, "29.6667"),
        (0, 0, "0"),
        (-2.5, 1, "-2.5"),
        (1234567890123456, 0, "1234567890123456"),
        (1.5e300, 2, "1.50000e+300"),
        (0.00001234, 4, "1.23400e-5"),
    ],
)
def test_numbers_are_shown_as_people_compare_them(
    module: Module, value: float, decimals: int, text: str
) -> None:
    assert module("grid", "grid.shown(value, decimals)", value=value, decimals=decimals) == text


@pytest.mark.parametrize("down", [False, True])
def test_numbers_sort_as_such_and_what_is_missing_stands_last(module: Module, down: bool) -> None:
    # `sort` puts bare holes last by itself; rows, as in a table, are none.
    rows = """rows.sort((one, other) => grid.compared(one[0], other[0], down))"""
    numbers = ["-9007199254740995", -2, 9.5, 10, "9007199254740993"]
    mixed = [[10], [None], ["9007199254740993"], [9.5], ["-9007199254740995"], [-2]]
    found = module("grid", rows, rows=mixed, down=down)
    assert found == [[one] for one in (numbers[::-1] if down else numbers)] + [[None]]
    texts = module("grid", rows, rows=[["b10"], [None], ["B9"], ["a"], [""]], down=down)
    assert texts == [
        [one] for one in (["b10", "B9", "a", ""] if down else ["", "a", "B9", "b10"])
    ] + [[None]]


def test_csv_is_whole_and_exact(module: Module) -> None:
    rows = [
        ['say "hi"', "a,b", None, ""],
        ["line\r\nbreak", " x", 1.5, True],
        ["=1+1", "-2", -2, 0],
    ]
    found = module("grid", "grid.csv(columns, rows)", columns=["a", "b,c", "", "d"], rows=rows)
    assert found == (
        'a,"b,c","",d\r\n"say ""hi""","a,b",,""\r\n'
        '"line\r\nbreak"," x",1.5,true\r\n=1+1,-2,-2,0\r\n'
    )


DAYS: list[list[Any]] = [["2026-01-02", 5], ["2026-01-01", 3], ["2026-01-03", None]]
CHARTS: dict[str, tuple[list[str], list[list[Any]], str, list[str]]] = {
    "names and a number": (["name", "n"], [["a", 1], ["b", 2]], "bars", ["a", "b"]),
    "days in their order": (["day", "n"], DAYS, "line", ["2026-01-01", "2026-01-02", "2026-01-03"]),
    "months": (["m", "n"], [["2026-01-01", 1], ["2026-02-01", 2]], "line", ["2026-01", "2026-02"]),
    "years as numbers": (["year", "n"], [[2025, 1], [2024, 2]], "line", ["2024", "2025"]),
    "quarters": (["q", "n"], [["2025-Q4", 1], ["2025-Q2", 2]], "line", ["2025-Q2", "2025-Q4"]),
    "the same day twice": (
        ["day", "n"],
        [["2026-01-01", 1], ["2026-01-01", 1]],
        "bars",
        ["2026-01-01"] * 2,
    ),
    "keys only": (["id", "name"], [[1, "a"], [2, "b"]], "bars", ["a", "b"]),
    "one row of several": (["n", "m"], [[1, 2]], "bars", ["n", "m"]),
    "rising numbers": (["x", "y"], [[1, 5], [2, 4], [3, 9]], "line", ["1", "2", "3"]),
}


@pytest.mark.parametrize("kind", CHARTS)
def test_the_chart_follows_from_the_columns(module: Module, kind: str) -> None:
    columns, rows, wanted, labels = CHARTS[kind]
    found = module("chart", "chart.choose(columns, rows)", columns=columns, rows=rows)
    assert (found["kind"], found["labels"]) == (wanted, labels)
    for way in ("bars", "line"):
        drawn = module("chart", "chart.draw(given, 320, way).outerHTML", given=found, way=way)
        assert "<svg" in drawn and "NaN" not in drawn and "Infinity" not in drawn


@pytest.mark.parametrize(
    "rows", [[], [["a", "b"]], [["a", None], ["b", None]], [[1]], [[1], [3], [2]]]
)
def test_where_there_is_nothing_to_draw_it_says_why(module: Module, rows: list[list[Any]]) -> None:
    columns = ["x", "y"][: len(rows[0]) if rows else 2]
    told = module("chart", "chart.choose(columns, rows)", columns=columns, rows=rows)
    assert isinstance(told, str) and told.startswith("There is nothing to draw")


LANGUAGES = ["json", "sql", "python", "javascript", "bash", "sh", "nothing", "constructor", None]
READ = """[highlight.highlight(text, language)].map((found) => [
  found.textContent, [...found.querySelectorAll("*")]
    .map((one) => `${one.tagName} ${one.className}`)
])[0]"""
PIECES = [
    *"'\"\\`#\n {$:\r\x00\u00e9\U0001f600",
    "--",
    "/*",
    "*/",
    "//",
    '"""',
    "<b>",
    "1e+5",
    "-x",
    "select",
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_colours_change_no_character(module: Module, language: str | None) -> None:
    draw = random.Random(7)
    for _ in range(30):
        text = "".join(draw.choices(PIECES, k=draw.randint(0, 60)))
        found, tags = module("highlight", READ, text=text, language=language)
        assert found == text
        assert set(tags) <= {f"SPAN {kind}" for kind in "ksnc"}


@pytest.mark.parametrize("language", ["json", "sql", "python", "javascript", "bash"])
@pytest.mark.parametrize(
    "piece", ['"\\', "'", '"""', "/*", "`", "1e", "\\", "-", "a'\n", '" ', "$("]
)
def test_no_text_takes_long_to_colour(module: Module, language: str, piece: str) -> None:
    text = (piece * 200_000)[:190_000]
    begun = time.monotonic()
    length = "highlight.highlight(text, language).textContent.length"
    found = module("highlight", length, text=text, language=language)
    assert found == len(text)
    assert time.monotonic() - begun < 10


def test_names_have_their_colours(module: Module) -> None:
    text = json.dumps({"a": "b", "c": [1.5, True]})
    spans = """[...highlight.highlight(text, "json").querySelectorAll("span")]
      .map((one) => `${one.className} ${one.textContent}`)"""
    found = module("highlight", spans, text=text)
    assert found == ['k "a"', 's "b"', 'k "c"', "n 1.5", "k true"]


@pytest.mark.parametrize("name", ["valid from", "left join", 'a "" from " where'])
def test_laying_out_leaves_names_in_quotes_as_they_are(module: Module, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    sql = f"SELECT {quoted}, COUNT(*) FROM a_table_with_a_long_name GROUP BY {quoted}"
    found = module("sql_editor", "sql_editor.laidOut(sql)", sql=sql)
    assert found == sql.replace(" FROM a_", "\nFROM a_").replace(" GROUP", "\nGROUP")
