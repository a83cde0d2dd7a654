"""Notes for a model that reads none."""

from __future__ import annotations

import pytest

from localai.schema import Column, Schema, Table
from localai.sql.renaming import renamed, unused

TABLE = Table("customers", (Column("unit_price", "REAL"), Column("city", "TEXT")))


@pytest.mark.parametrize(
    ("note", "question", "put"),
    [
        ("clients means customers", "How many Clients?", "How many customers?"),
        ('"cost" stands for unit price.', "the cost by city", "the unit price by city"),
        ("town is called city", "by town", "by city"),
        ("revenue means unit_price * quantity", "our revenue", "our revenue"),
        ("clients means customers", "the clientship", "the clientship"),
        ("Prices are in euros.", "prices?", "prices?"),
    ],
)
def test_a_note_that_renames_is_put_into_the_question(note: str, question: str, put: str) -> None:
    assert renamed(question, Schema((TABLE,), notes=(note,))) == put


def test_notes_that_speak_of_the_question_are_told() -> None:
    notes = ("revenue means price * quantity", "cities are capitals")
    assert unused("What is our revenue?", notes) == notes[:1]
