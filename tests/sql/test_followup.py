"""Follow-ups for the embedded model, in words."""

from __future__ import annotations

import pytest

from localai.errors import InvalidRequest
from localai.schema import Column, Schema, Table
from localai.sql.followup import joined

CITIES = Column("city", "TEXT", values=("Berlin", "New York", "Paris"))
COUNTRIES = Column("country", "TEXT", values=("France", "Germany"))
SCHEMA = Schema(
    (
        Table("customers", (Column("id", "INTEGER"), Column("name", "TEXT"), CITIES, COUNTRIES)),
        Table("orders", (Column("id", "INTEGER"), Column("placed_on", "DATE"))),
    )
)


@pytest.mark.parametrize(
    ("before", "question", "both"),
    [
        ("How many customers?", "only in Berlin", "How many customers in Berlin"),
        ("Customers in Berlin?", "and in New York?", "Customers in New York"),
        ("Customers in Berlin?", "what about Paris", "Customers in Paris"),
        ("Customers in Berlin", "only in Germany", "Customers in Berlin in Germany"),
        ("In Berlin", "in Paris with their name", "In Berlin in Paris with their name"),
        ("How many orders in 2024?", "and in 2025?", "How many orders in 2025"),
        ("How many orders in 2024?", "what about last year?", "How many orders in last year"),
        ("Orders after 2024", "before 2026", "Orders after 2024 before 2026"),
        ("Prices over 50", "over 100", "Prices over 100"),
        ("Prices over 50", "under 100", "Prices over 50 under 100"),
        ("top 3 customers", "make it 5", "top 5 customers"),
        ("How many orders?", "by status, please", "How many orders by status"),
        ("How many customers in each city?", "by country", "How many customers by country"),
        ("How many in each city?", "And by country?", "How many in each city and country"),
        ("The average price?", "and the maximum?", "The average price and the maximum"),
        ("Which customers are in Berlin?", "how many?", "How many customers are in Berlin"),
        ("Show me all the customers", "How many are there?", "How many customers"),
        ("Customers in Berlin", "who came in 2024", "Customers in Berlin who came in 2024"),
        ("Which customers are in Berlin?", "How many orders?", "How many orders?"),
        ("Which customers are in Berlin?", "Which orders are open", "Which orders are open"),
    ],
)  # fmt: skip
def test_a_follow_up_and_the_question_before_it_make_one(
    before: str, question: str, both: str
) -> None:
    assert joined(question, before, SCHEMA) == both


@pytest.mark.parametrize("question", ["How many of them are old?", "What are their names?"])
def test_a_question_that_points_back_is_refused(question: str) -> None:
    with pytest.raises(InvalidRequest, match="'the[mi]r?' stands for"):
        joined(question, "Which customers are in Berlin?", SCHEMA)
