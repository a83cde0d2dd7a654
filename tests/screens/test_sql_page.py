"""The SQL page on the real server: questions to SQL, rows, charts, files; hostile data is text."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.screens.conftest import ROOT, Faults, Server, serving

SHOP = ROOT / "examples" / "shop.db"
HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
BIG = 9_007_199_254_740_993  # the first whole number that a JavaScript number cannot hold
AVERAGE = "Average price by category"
AVERAGES = "SELECT category, AVG(price) FROM products GROUP BY category"
MONTHS = "SELECT date_trunc('month', ordered_on) AS month, COUNT(*) AS n FROM orders GROUP BY 1"
# Billions of rows: it ends when it is stopped.
ENDLESS = "SELECT COUNT(*) FROM " + " JOIN ".join(
    [
        "order_items a",
        *(f"order_items {b} ON {a}.quantity <= {b}.quantity" for a, b in ("ab", "bc", "cd")),
    ]
)
# Every control that can be reached, with what screen readers call it.
CONTROLS = "#sql :is(button, input, select, textarea, summary, [tabindex='0'])"
NAMELESS = """(controls) => [...document.querySelectorAll(controls)]
  .filter((one) => !one.labels?.length && !one.ariaLabel && !one.textContent.trim())
  .map((one) => one.outerHTML)"""
WIDER = """() => [document.documentElement, document.querySelector("#sql")]
  .some((one) => one.scrollWidth > one.clientWidth)"""


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database whose names and cells try to be something else."""
    path = tmp_path_factory.mktemp("odd") / "odd.db"
    with sqlite3.connect(path) as database:
        database.execute(
            'CREATE TABLE notes (id INTEGER PRIMARY KEY, "<b>text</b>" TEXT, big INTEGER)'
        )
        rows = [
            (1, HOSTILE, BIG),
            (2, 'a "b", c\r\nd', 10),
            (3, None, -2),
            (4, "", 3),
            (5, "=1+1", 9),
        ]
        database.executemany("INSERT INTO notes VALUES (?, ?, ?)", rows)
        database.execute("CREATE TABLE many (number INTEGER)")
        database.executemany("INSERT INTO many VALUES (?)", ([i] for i in range(1200)))
    return path


@pytest.fixture(scope="module")
def server(homes: Callable[[str], dict[str, str]], odd: Path) -> Iterator[Server]:
    places = homes("sql")
    Path(places["LOCALAI_DATA_DIR"]).mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in places.items():
            patch.setenv(name, value)
        with serving("--db", str(SHOP), "--db", str(odd)) as server:
            yield server


@pytest.fixture
def page(open_page: Callable[..., Any], server: Server) -> Any:
    return opened(open_page, server)


def opened(open_page: Callable[..., Any], server: Server, **options: Any) -> Any:
    """The SQL page of the first database, by its key."""
    page = open_page(f"{server.url}/#key={server.key}", **options)
    page.get_by_role("link", name="SQL").click()
    page.locator(".tree").wait_for(state="attached")
    return page


def ask(page: Any, question: str) -> None:
    page.get_by_label("Question", exact=True).fill(question)
    page.keyboard.press("Enter")
    answered(page)


def answered(page: Any) -> None:
    page.locator(".outcome:not([aria-busy]) .results > :not([role=status])").first.wait_for()


def edit(page: Any, sql: str) -> None:
    """Put SQL into the editor and run it, by keyboard."""
    page.get_by_role("textbox", name="SQL").fill(sql)
    page.keyboard.press("Control+Enter")
    answered(page)


def write(page: Any, sql: str) -> None:
    """Run SQL of one's own, whatever a model would make of a question."""
    page.get_by_role("button", name="Write SQL yourself").click()
    edit(page, sql)


def cells(page: Any, column: int) -> list[str]:
    found: list[str] = page.locator(f".grid tbody td:nth-child({column})").all_inner_texts()
    return found


def show(page: Any, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_a_question_becomes_sql_rows_and_a_chart(page: Any) -> None:
    ask(page, AVERAGE)
    sql = page.get_by_role("textbox", name="SQL").input_value()
    # Which of the two comes first is the model's to say.
    swapped = AVERAGES.replace("category, AVG(price)", "AVG(price), category")
    assert re.sub(r"\s+", " ", sql) in (AVERAGES, swapped)
    category, average = (1, 2) if sql.split()[1] == "category," else (2, 1)
    assert page.locator(".editor .k").all_inner_texts()[0] == "SELECT"
    assert page.locator(".explanation").inner_text().startswith("For each category")
    assert page.get_by_role("heading", name="7 rows").is_visible()
    assert cells(page, category)[:2] == ["Books", "Furniture"]
    assert cells(page, average)[1] == "244.0000"
    assert (
        page.locator(".grid td.number").first.evaluate("e => getComputedStyle(e).textAlign")
        == "right"
    )

    show(page, "Chart")
    drawing = page.locator(".chart svg[role=img]")
    assert drawing.locator("rect").count() == 7
    label = drawing.get_attribute("aria-label")
    assert "7 values by category" in label and "most 244 (Furniture)" in label
    show(page, "Line")
    assert page.locator(".chart path.line").count() == 1


def test_headings_sort_up_down_and_back(page: Any) -> None:
    write(page, AVERAGES)
    heading = page.get_by_role("columnheader", name="AVG(price)")
    given = cells(page, 1)
    for order, first in (("ascending", "Toys"), ("descending", "Furniture"), ("none", "Books")):
        heading.get_by_role("button").click()
        assert (heading.get_attribute("aria-sort"), cells(page, 1)[0]) == (order, first)
    assert cells(page, 1) == given


def test_edited_sql_runs_and_dates_make_a_line(page: Any) -> None:
    write(page, AVERAGES)
    edit(page, MONTHS)
    assert page.get_by_role("heading", name="30 rows").is_visible()
    page.get_by_text("As it ran in SQLite").click()
    assert "GROUP BY" in page.locator("details .written").inner_text()
    show(page, "Chart")
    assert page.locator(".chart circle").count() == 30
    assert "2023-07" in page.locator(".chart").inner_text()


def test_only_reading_is_allowed_and_said_so(page: Any, faults: Faults) -> None:
    faults.expect("422")
    write(page, "DELETE FROM orders")
    told = page.get_by_role("alert").inner_text()
    assert told.startswith("Only a SELECT may run") and page.locator(".grid").count() == 0
    assert page.get_by_role("textbox", name="SQL").input_value() == "DELETE FROM orders"
    edit(page, "SELECT COUNT(*) AS n FROM orders")
    assert int(cells(page, 1)[0]) > 0


def test_what_the_model_does_not_know_has_a_way_out(page: Any) -> None:
    ask(page, "What is the meaning of life?")
    told = page.get_by_role("alert").inner_text()
    assert "I do not know" in told and "'life'" in told and "other words" in told
    assert page.get_by_role("textbox", name="SQL").count() == 0


def test_cells_and_names_are_text_whatever_they_hold(page: Any) -> None:
    page.get_by_label("Database", exact=True).select_option("odd")
    page.get_by_text("<b>text</b>").wait_for()
    write(page, 'SELECT id, "<b>text</b>", big FROM notes ORDER BY id')
    assert cells(page, 2) == [HOSTILE, 'a "b", c\r\nd', "NULL", "", "=1+1"]
    assert cells(page, 3)[0] == str(BIG)
    assert page.locator("#sql img, #sql script, #sql b").count() == 0 and page.title() == "localai"
    heading = page.get_by_role("columnheader", name="big").get_by_role("button")
    heading.click()
    assert cells(page, 1) == ["3", "4", "5", "2", "1"]
    show(page, "Chart")
    assert page.locator("#sql img, #sql script, #sql b").count() == 0 and page.title() == "localai"

    with page.expect_download() as waiting:
        show(page, "CSV")
    text = Path(waiting.value.path()).read_bytes().decode()
    assert waiting.value.suggested_filename == "odd.csv"
    assert text.endswith("\r\n") and '\r\n4,"",3\r\n' in text and "\r\n3,,-2\r\n" in text
    assert list(csv.reader(io.StringIO(text, newline="")))[:3] == [
        ["id", "<b>text</b>", "big"], ["1", HOSTILE, str(BIG)], ["2", 'a "b", c\r\nd', "10"],
    ]  # fmt: skip


def test_more_rows_than_were_fetched_are_told_of(page: Any) -> None:
    page.get_by_label("Database", exact=True).select_option("odd")
    page.get_by_text("<b>text</b>").wait_for()
    write(page, "SELECT number FROM many")
    assert page.get_by_role("heading", name="First 1000 rows").is_visible()
    assert len(cells(page, 1)) == 200
    show(page, "Show 200 more of 1000 rows")
    assert len(cells(page, 1)) == 400
    show(page, "Fetch up to 10000")
    page.get_by_role("heading", name="1200 rows", exact=True).wait_for()


def test_a_question_goes_on_from_the_one_before(page: Any) -> None:
    ask(page, "List all customers from Berlin")
    page.get_by_label("Go on from \u201cList all customers from Berlin\u201d").check()
    with page.expect_request("**/sql") as waiting:
        ask(page, "and from Paris?")
    earlier = waiting.value.post_data_json["earlier"]
    assert earlier["question"] == "List all customers from Berlin" and "Berlin" in earlier["sql"]
    assert "Paris" in page.get_by_role("textbox", name="SQL").input_value()


def test_what_was_asked_is_kept_for_its_database_alone(page: Any) -> None:
    ask(page, AVERAGE)
    page.reload()
    again = page.get_by_role("button", name=AVERAGE, exact=True)
    again.click()
    answered(page)
    page.get_by_label("Database", exact=True).select_option("odd")
    page.get_by_text("Nothing yet.").wait_for()
    page.get_by_label("Database", exact=True).select_option("shop")
    again.wait_for()
    page.get_by_role("button", name=f"Delete: {AVERAGE}").click()
    page.get_by_text("Nothing yet.").wait_for()


def test_sql_needs_no_model(page: Any) -> None:
    page.get_by_role("button", name="Write SQL yourself").click()
    page.keyboard.type("SELECT name FROM customers LIMIT 3")
    page.keyboard.press("Control+Enter")
    page.get_by_role("heading", name="3 rows").wait_for()
    assert not page.get_by_text("Go on from").is_visible()


def test_the_database_that_was_looked_at_is_there_after_a_reload(page: Any) -> None:
    page.get_by_label("Database", exact=True).select_option("odd")
    page.locator(".tree").get_by_text("many").wait_for()
    page.reload()
    page.locator(".tree").get_by_text("many").wait_for()
    assert page.get_by_label("Database", exact=True).input_value() == "odd"


def test_a_query_is_stopped(page: Any) -> None:
    page.get_by_role("button", name="Write SQL yourself").click()
    page.get_by_role("textbox", name="SQL").fill(ENDLESS)
    page.keyboard.press("Control+Enter")
    page.get_by_text("Running").wait_for()
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("Stopped.").wait_for()
    edit(page, "SELECT 1 AS one")
    assert cells(page, 1) == ["1"]


def test_the_key_is_asked_for_once(
    open_page: Callable[..., Any], server: Server, faults: Faults
) -> None:
    faults.expect("401")
    page = open_page(f"{server.url}/#sql")
    page.get_by_label("Key", exact=True).fill(server.key)
    page.keyboard.press("Enter")
    page.locator(".tree").wait_for(state="attached")
    ask(page, "How many customers are there?")
    page.reload()
    page.locator(".tree").wait_for(state="attached")
    assert page.get_by_label("Key", exact=True).count() == 0


def test_without_databases_there_is_no_such_page(
    open_page: Callable[..., Any], tiny_server: Server
) -> None:
    page = open_page(f"{tiny_server.url}/#sql")
    page.get_by_role("link", name="Chat").wait_for()
    assert not page.get_by_role("link", name="SQL").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_telephone_shows_it_without_sideways_scrolling(
    open_page: Callable[..., Any], server: Server, scheme: str
) -> None:
    page = opened(open_page, server, viewport={"width": 360, "height": 740}, color_scheme=scheme)
    assert not page.evaluate(WIDER)
    for fold in ("Tables", "Asked before", "Settings"):
        page.locator("#sql").get_by_text(fold, exact=True).click()
    ask(page, AVERAGE)
    edit(page, "SELECT c.*, o.* FROM customers c JOIN orders o ON o.customer_id = c.id")
    assert page.locator(".grid").evaluate("e => e.scrollWidth > e.clientWidth")
    assert not page.evaluate(WIDER)
    edit(page, MONTHS)
    show(page, "Chart")
    page.locator(".chart svg").wait_for()
    assert not page.evaluate(WIDER)


def test_all_of_it_is_named_and_works_by_keyboard(page: Any) -> None:
    keys = page.keyboard
    keys.type(AVERAGE)  # the question has the focus from the start
    keys.press("Enter")
    answered(page)
    assert page.evaluate(NAMELESS, CONTROLS) == []
    for _ in range(12):
        keys.press("Tab")
        if page.evaluate("document.activeElement.ariaLabel") == "SQL":
            break
    keys.press("Control+A")
    keys.type("SELECT name FROM customers LIMIT 3")
    keys.press("Control+Enter")
    page.get_by_role("heading", name="3 rows").wait_for()
    for _ in range(12):
        keys.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "name":
            break
    keys.press("Enter")
    assert page.get_by_role("columnheader", name="name").get_attribute("aria-sort") == "ascending"
