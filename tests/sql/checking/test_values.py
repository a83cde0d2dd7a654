from __future__ import annotations

import pytest

from localai.sql.checking.values import meant_value
from tests.sql.checking.shop import passes


@pytest.mark.parametrize(
    ("condition", "notices"),
    [
        ("state = 'Texas'", ()),
        ("state = 'CA'", ("No row has customers.state = 'CA'. Did you mean 'California'?",)),
        ("state IN ('TX', 'Texas')", ("No row has customers.state = 'TX'. Did you mean 'Texas'?",)),
        (
            "'new york' = state",
            ("No row has customers.state = 'new york'. Did you mean 'New York'?",),
        ),
        ("state <> 'NY'", ("No row has customers.state = 'NY'. Did you mean 'New York'?",)),
        (
            "state = 'Bavaria'",
            ("No row has customers.state = 'Bavaria'. It has 'California', 'New York', 'Texas'.",),
        ),
        ("state = ''", ()),
        ("name = 'Nobody'", ()),
        ("state LIKE 'Cal%'", ()),
    ],
)
def test_a_value_that_no_row_has_is_told_of(condition: str, notices: tuple[str, ...]) -> None:
    assert passes(f"SELECT id FROM customers WHERE {condition}").notices == notices


def test_it_is_told_of_through_subqueries() -> None:
    query = "SELECT t.s FROM (SELECT state AS s FROM customers) t WHERE t.s = 'Calfornia'"
    assert "Did you mean 'California'?" in passes(query).notices[0]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("berlin", "Berlin"), ("NYC", None), ("N. York", "New York"), ("usa", "USA"),
        ("Ber", "Berlin"), ("Berlin, Germany", "Berlin"), ("Brelin", "Berlin"), ("xyz", None),
        ("NY", "New York"),
    ],
)  # fmt: skip
def test_what_was_meant(text: str, meant: str | None) -> None:
    assert meant_value(text, ("Berlin", "New York", "USA")) == meant
