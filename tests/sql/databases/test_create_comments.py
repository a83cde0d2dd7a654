from __future__ import annotations

import pytest

from localai.sql.databases.create_comments import comments


def test_comments_go_to_the_columns_they_stand_behind_or_above() -> None:
    found = comments(
        """CREATE TABLE products ( -- what the shop sells
          id INTEGER PRIMARY KEY,
          /* the name
           * as shown */
          "full ""name" TEXT NOT NULL,
          -- in euros,
          -- always
          price REAL NOT NULL CHECK (price > 0 AND note <> '--x'), -- with tax
          -- gone TEXT NOT NULL,
          stock INTEGER NOT NULL /* pieces */,
          path TEXT DEFAULT 'C:\\', -- it''s there
          a TEXT DEFAULT 'it''s -- no', b DECIMAL(10,2), -- the b
          [check] INT, -- quoted, so a column
          PRIMARY KEY (id), -- nothing of a column
          last TEXT -- the last
        ) -- ignored"""
    )
    assert found.table == "what the shop sells"
    assert found.columns == {
        'full "name': "the name as shown",
        "price": "in euros, always with tax",
        "stock": "pieces",
        "path": "it''s there",
        "b": "the b",
        "check": "quoted, so a column",
        "last": "the last",
    }


@pytest.mark.parametrize(
    "text",
    ["CREATE TABLE t (a INT, -- about a\n b INT)", "CREATE TABLE t (a INT -- about a\n, b INT)"],
)
def test_a_comma_may_stand_on_either_line(text: str) -> None:
    assert comments(text).columns == {"a": "about a"}


def test_mysql_has_its_own_comments_and_texts() -> None:
    text = "CREATE TABLE t (`a` ENUM('it\\'s', '#') , # about a\n b INT)"
    assert comments(text, mysql=True).columns == {"a": "about a"}


@pytest.mark.parametrize("text", ["", "-- ", "/* open", "CREATE TABLE t ((((", "))) -- x", "'open"])
def test_no_text_is_too_odd(text: str) -> None:
    comments(text)
