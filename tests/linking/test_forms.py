"""What people call tables and columns: other words, other orders, cut names and bare ids."""

from __future__ import annotations

import re

import pytest

from localai.linking import link
from localai.schema import Column, ForeignKey, Schema, Table


def table(name: str, columns: str, key: str) -> Table:
    """`columns` are separated by commas, each a name and a type."""
    given = [column.split() for column in columns.split(",")]
    return Table(name, tuple(Column(name, kind) for name, kind in given), (key,))


def key(source: str, column: str, target: str, to: str) -> ForeignKey:
    return ForeignKey(source, (column,), target, (to,))


CLINIC = Schema(
    (
        table("pat_master", "pat_id INTEGER, pat_name TEXT, pat_dob DATE, city TEXT", "pat_id"),
        table(
            "appt_dtl",
            "appt_id INTEGER, pat_id INTEGER, doc_id INTEGER, booked_by INTEGER, booked_at DATE,"
            " apptdt DATE, visittyp TEXT, mean_wait_min REAL, max_wait_min REAL",
            "appt_id",
        ),
        table("doc_master", "doc_id INTEGER, doc_name TEXT, yrs_exp INTEGER", "doc_id"),
        table("staff", "staff_id INTEGER, full_name TEXT, opened DATE", "staff_id"),
    ),
    (
        key("appt_dtl", "pat_id", "pat_master", "pat_id"),
        key("appt_dtl", "doc_id", "doc_master", "doc_id"),
        key("appt_dtl", "booked_by", "staff", "staff_id"),
    ),
)
SALES = Schema(
    (
        table(
            "accounts",
            "account_id INTEGER, name TEXT, date_opened DATE, lat REAL, long REAL",
            "account_id",
        ),
        table(
            "customer_orders",
            "order_id INTEGER, account_id INTEGER, opened_at DATE, valid_from DATE, valid_to DATE",
            "order_id",
        ),
        table(
            "products_for_hire",
            "product_id INTEGER, product_name TEXT, make TEXT, model TEXT, order_id INTEGER,"
            " number_of_spare_parts INTEGER, total REAL",
            "product_id",
        ),
    ),
    (
        key("customer_orders", "account_id", "accounts", "account_id"),
        key("products_for_hire", "order_id", "customer_orders", "order_id"),
    ),
)


def named(schema: Schema, question: str) -> str:
    """The question with the names of what its slots stand for."""
    linked = link(schema, question)
    asked = linked.prompt.split("<question> ")[1].removesuffix("<sql>")

    def name(slot: re.Match[str]) -> str:
        if slot[1] == "t":
            return schema.tables[linked.slots.tables[int(slot[2])]].name
        item = linked.slots.columns[int(slot[2])]
        owner = schema.tables[item.table]
        return f"{owner.name}.{owner.columns[item.column].name}"

    return re.sub(r"<([tc])(\d+)>(?: [knsdb]\b)?", name, asked)


@pytest.mark.parametrize(
    ("schema", "question", "expected"),
    [
        (CLINIC, "how many patients", "how many pat_master"),
        (CLINIC, "list doctors", "list doc_master"),
        (CLINIC, "birthdays of patients", "pat_master.pat_dob of pat_master"),
        (CLINIC, "average age of patients", "average age pat_master.pat_dob of pat_master"),
        (CLINIC, "visit types", "appt_dtl.visittyp"),
        (CLINIC, "average wait of appointments", "appt_dtl.mean_wait_min of appt_dtl"),
        (CLINIC, "who booked the appointment", "who appt_dtl.booked_by the appt_dtl"),
        (SALES, "how many orders", "how many customer_orders"),
        (SALES, "how many clients", "how many accounts"),
        (SALES, "how many products", "how many products_for_hire"),
        (SALES, "dates of opening of accounts", "accounts.date_opened of accounts"),
        (SALES, "opening date of the account", "accounts.date_opened of the accounts"),
        (SALES, "accounts opened", "accounts accounts.date_opened"),
        (SALES, "end dates of orders", "customer_orders.valid_to of customer_orders"),
        (SALES, "average longitude", "average accounts.long"),
        (SALES, "how long is it", "how long is it"),
        (SALES, "total number of accounts", "total number of accounts"),
        (
            SALES,
            "list make, model and name of products",
            "list products_for_hire.make , products_for_hire.model and"
            " products_for_hire.product_name of products_for_hire",
        ),
        (SALES, "who makes the most", "who makes the most"),
    ],
)
def test_people_say_it_in_other_words(schema: Schema, question: str, expected: str) -> None:
    assert named(schema, question) == expected


@pytest.mark.parametrize(
    ("question", "table"),
    [
        ("name and id of the account with the most orders", "accounts"),
        ("id and name of the account with the most orders", "accounts"),
        ("product name, id and make", "products_for_hire"),
        ("client ids without any product", "accounts"),
    ],
)
def test_a_bare_id_is_that_of_the_rows_listed_with_it(question: str, table: str) -> None:
    linked = link(SALES, question)
    keys = [item for item in linked.slots.columns if item.column == 0]
    assert SALES.tables[keys[0].table].name == table


BANK = Schema(
    (
        table("BR_BRANCH", "BR_ID INTEGER, BR_NM TEXT, BR_OPENED DATE", "BR_ID"),
        table(
            "AC_ACCOUNT",
            "AC_ID INTEGER, AC_BR_ID INTEGER, AC_OPEN_DT DATE, AC_CLOSE_DT DATE, AC_CATNM TEXT,"
            " AC_AMOUNT_DUE REAL, AC_DUE_DT DATE, AC_TYP TEXT",
            "AC_ID",
        ),
        table("staff", "staff_id INTEGER, display_name TEXT, wage REAL, br_id INTEGER", "staff_id"),
    ),
    (
        key("AC_ACCOUNT", "AC_BR_ID", "BR_BRANCH", "BR_ID"),
        key("staff", "br_id", "BR_BRANCH", "BR_ID"),
    ),
)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("how many accounts in each branch", "how many AC_ACCOUNT in each BR_BRANCH"),
        ("accounts opened", "AC_ACCOUNT AC_ACCOUNT.AC_OPEN_DT"),
        ("accounts closed", "AC_ACCOUNT AC_ACCOUNT.AC_CLOSE_DT"),
        ("accounts by category", "AC_ACCOUNT by AC_ACCOUNT.AC_CATNM"),
        ("how much is due", "how much is AC_ACCOUNT.AC_AMOUNT_DUE"),
        ("name and wage of everybody", "staff.display_name and staff.wage of everybody"),
    ],
)
def test_names_with_prefixes_are_found(question: str, expected: str) -> None:
    assert named(BANK, question) == expected


RACING = Schema(
    (
        table("drivers", "driver_id INTEGER, first_name TEXT, last_name TEXT", "driver_id"),
        table(
            "results",
            "result_id INTEGER, driver_id INTEGER, team_id INTEGER, points REAL",
            "result_id",
        ),
        table("team_standings", "id INTEGER, team_id INTEGER, points REAL", "id"),
        table("teams", "team_id INTEGER, team_name TEXT", "team_id"),
    ),
    (
        key("results", "driver_id", "drivers", "driver_id"),
        key("results", "team_id", "teams", "team_id"),
        key("team_standings", "team_id", "teams", "team_id"),
    ),
)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("points of teams", "team_standings.points of teams"),
        ("full names of drivers", "drivers.first_name drivers.last_name of drivers"),
        (
            "full names of drivers of the team",
            "drivers.first_name drivers.last_name of drivers of the teams",
        ),
    ],
)
def test_the_table_named_like_what_is_asked_about_is_meant(question: str, expected: str) -> None:
    assert named(RACING, question) == expected
