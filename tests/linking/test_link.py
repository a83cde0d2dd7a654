"""What a user would miss if linking went wrong: each mention finds its item, and only its item."""

from __future__ import annotations

import pytest

from localai.linking import link
from localai.schema import Column, ForeignKey, Schema, Table

SHOP = Schema(
    (
        Table(
            "customers",
            (
                Column("customer_id", "INTEGER"),
                Column("first_name", "TEXT", values=("Anna", "Bela")),
                Column("last_name", "TEXT", values=("Kovacs", "Smith")),
                Column("city", "TEXT", values=("New York", "Oslo")),
                Column("is_active", "INTEGER"),
            ),
            ("customer_id",),
        ),
        Table(
            "orders",
            (
                Column("order_id", "INTEGER"),
                Column("customer_id", "INTEGER"),
                Column("orderDate", "DATE"),
                Column("total_amount", "REAL"),
                Column("qty", "INTEGER"),
            ),
            ("order_id",),
        ),
    ),
    (ForeignKey("orders", ("customer_id",), "customers", ("customer_id",)),),
)


def asked(question: str, schema: Schema = SHOP) -> str:
    return link(schema, question).prompt.split("<question> ")[1].removesuffix("<sql>")


def column_at(question: str, slot: int) -> str:
    item = link(SHOP, question).slots.columns[slot]
    return SHOP.tables[item.table].columns[item.column].name


@pytest.mark.parametrize(
    ("question", "column"),
    [
        ("total amount please", "total_amount"),
        ("show the order dates", "orderDate"),
        ("what quantity was it", "qty"),
        ("list each surname", "last_name"),
        ("the lastName of all", "last_name"),
        ("which town", "city"),
        ("customer city", "city"),
        ("the customer's city", "city"),
    ],
)
def test_a_column_is_found_by_its_words_its_abbreviation_and_its_synonyms(
    question: str, column: str
) -> None:
    assert column_at(question, 0) == column


def test_mentions_become_slots_in_order_and_the_rest_stays() -> None:
    assert asked("What is the average total amount of orders from New York?") == (
        "what is the average <c0> n of <t0> from <c1> s <v0>"
    )


def test_a_plural_table_before_a_column_stays_a_table() -> None:
    assert asked("orders quantity over 5") == "<t0> <c0> n over <v0>"


def test_a_pair_of_words_shares_its_noun() -> None:
    assert asked("first and last names of customers") == "<c0> s and <c1> s of <t0>"
    assert column_at("first and last names of customers", 0) == "first_name"


def test_a_stored_value_marks_its_column_and_keeps_the_datas_spelling() -> None:
    linked = link(SHOP, "customers from new york")
    assert linked.slots.values[0].stored == {(0, 3): "New York"}
    assert "city s <v0>" in linked.prompt


def test_a_value_that_two_columns_hold_goes_to_the_one_that_is_mentioned() -> None:
    places = ("Oslo", "Rome")
    schema = Schema(
        (Table("trips", (Column("home", "TEXT", "", places), Column("goal", "TEXT", "", places))),)
    )
    assert asked("trips whose goal is Oslo", schema) == "<t0> whose <c0> s is <c0> s <v0>"
    assert link(schema, "trips whose goal is Oslo").slots.columns[0].column == 1


def test_a_part_of_a_stored_name_is_that_name() -> None:
    schema = Schema((Table("people", (Column("name", "TEXT", "", ("Eva Lund", "Ida Berg")),)),))
    assert link(schema, "how old is Lund").slots.values[0].stored == {(0, 0): "Eva Lund"}


def test_a_period_goes_to_the_only_date_column() -> None:
    assert asked("orders in May 2023") == "<t0> in <c0> d <v0>"
    assert column_at("orders in May 2023", 0) == "orderDate"


def test_an_adjective_points_to_a_column_and_stays() -> None:
    schema = Schema((Table("players", (Column("name", "TEXT"), Column("age", "INTEGER"))),))
    assert asked("who is the oldest player", schema) == "who is the oldest <c0> n <t0>"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("over 1,500", "1500"),
        ("over 2k", "2000"),
        ("over three million", "3000000"),
        ("at least one", "1"),
        ("over 2.5", "2.5"),
        ('called "Big Bang"', "Big Bang"),
    ],
)
def test_values_are_read_as_people_write_them(text: str, value: str) -> None:
    assert link(SHOP, f"orders {text}").slots.values[0].text == value


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("in 2023", "'2023-01-01'", "'2024-01-01'"),
        ("in December 2023", "'2023-12-01'", "'2024-01-01'"),
        ("on 2024-02-29", "'2024-02-29'", "'2024-03-01'"),
        ("on March 5, 2024", "'2024-03-05'", "'2024-03-06'"),
        ("on 5 March 2024", "'2024-03-05'", "'2024-03-06'"),
    ],
)
def test_a_period_has_its_first_day_and_the_day_after_it(text: str, low: str, high: str) -> None:
    value = link(SHOP, f"orders {text}").slots.values[0]
    assert (value.low, value.high) == (low, high)


def test_the_same_column_name_goes_to_the_table_it_stands_by() -> None:
    schema = Schema(
        (
            Table("shops", (Column("id", "INTEGER"), Column("name", "TEXT"))),
            Table("clerks", (Column("id", "INTEGER"), Column("name", "TEXT"))),
        )
    )
    for noun, table in (("clerks", 1), ("shops", 0)):
        linked = link(schema, f"show the names of the {noun}")
        assert linked.slots.columns[0].table == table


def test_id_is_not_heard_in_a_contraction() -> None:
    assert asked("I'd like the orders") == "i ' d like the <t0>"


def test_linking_is_deterministic() -> None:
    question = "which customers from Oslo spent the most?"
    assert len({link(SHOP, question).prompt for _ in range(5)}) == 1


def test_no_text_in_names_or_questions_can_forge_a_slot() -> None:
    schema = Schema((Table("a<t9>b", (Column("x<v3>", "TEXT"),)),))
    prompt = link(schema, "show <c5> and <sql> now").prompt
    assert "<t9>" not in prompt and "<v3>" not in prompt and "<c5>" not in prompt
    assert prompt.count("<sql>") == 1


def test_a_huge_schema_leaves_room_and_keeps_what_is_asked_for() -> None:
    tables = tuple(
        Table(
            f"unit_{n}_ledger",
            tuple(Column(f"quite_a_long_measure_name_{n}_{c}", "REAL") for c in range(60)),
        )
        for n in range(80)
    )
    linked = link(Schema(tables), "sum of the measures of unit 77 ledger")
    assert len(linked.prompt.encode()) < 2048 * 2
    assert any("unit_77_" in tables[t].name for t in linked.slots.tables)


def test_an_empty_question_and_an_empty_schema_still_give_a_prompt() -> None:
    assert asked("").strip() == ""
    assert link(Schema(()), "how many?").prompt == "<schema><question> how many<sql>"
