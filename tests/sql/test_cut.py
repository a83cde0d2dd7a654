from __future__ import annotations

import pytest

from localai.sql.cut import cut, declined

SELECT = "SELECT name FROM t"


@pytest.mark.parametrize(
    ("text", "sql", "ended"),
    [
        (SELECT, SELECT, False),
        (f" {SELECT};", SELECT, True),
        (f"{SELECT}; DROP TABLE t", SELECT, True),
        (f"{SELECT}\n```\nThis query", SELECT, True),
        (f"{SELECT} [/SQL] more", SELECT, True),
        ("SELECT 'a;b' FROM t", "SELECT 'a;b' FROM t", False),
        ("SELECT 'it''s; so' FROM t;", "SELECT 'it''s; so' FROM t", True),
        ("SELECT 'a```b[/SQL]';", "SELECT 'a```b[/SQL]'", True),
        ('SELECT "a;b" FROM t;x', 'SELECT "a;b" FROM t', True),
        ("SELECT 1 -- don't; stop\n;", "SELECT 1 -- don't; stop", True),
        ("SELECT 1 /* ; ' */;", "SELECT 1 /* ; ' */", True),
        ("SELECT 'open; still", "SELECT 'open; still", False),
        (f"```sql\n{SELECT}\n```\nHope it helps", SELECT, True),
        (f"Sure; here's the query:\n```sql\n{SELECT};\n```", SELECT, True),
        (f"Sure; here's the query:\n\n{SELECT};", SELECT, True),
        ("Sure; here's", "Sure; here's", False),
        ("```", "", False),
        ("WITH a AS (SELECT 1) SELECT * FROM a;", "WITH a AS (SELECT 1) SELECT * FROM a", True),
        ("(\nSELECT 1);", "(\nSELECT 1)", True),
        ("INSERT INTO t\nSELECT 1; x", "INSERT INTO t\nSELECT 1", True),
        (
            "SELECT <c0> FROM <t0> WHERE <c1> = <v0>;",
            "SELECT <c0> FROM <t0> WHERE <c1> = <v0>",
            True,
        ),
        ("I do not know", "I do not know", False),
        ("SELECT E'it\\'s; so';", "SELECT E'it\\'s; so'", True),
        ("SELECT e'\\\\'; x", "SELECT e'\\\\'", True),
        ("SELECT name FROM e WHERE type='a\\';", "SELECT name FROM e WHERE type='a\\'", True),
        ("SELECT $$it's; so$$;", "SELECT $$it's; so$$", True),
        ("SELECT $a$x;$$;$a$; y", "SELECT $a$x;$$;$a$", True),
        ("SELECT $$open; still", "SELECT $$open; still", False),
        ("SELECT '$', 5; x", "SELECT '$', 5", True),
    ],
)
def test_the_sql_is_found_and_ended(text: str, sql: str, ended: bool) -> None:
    assert cut(text) == (sql, ended)


@pytest.mark.parametrize(
    "text",
    ["SELECT 'a;b' FROM t", "SELECT 'it''s' -- a;b\nFROM t", "SELECT E'a\\';' || $x$;'$x$ FROM t"],
)
def test_no_prefix_of_an_answer_ends_it(text: str) -> None:
    assert not any(cut(text[:length]).ended for length in range(len(text) + 1))


@pytest.mark.parametrize("text", ["I do not know", " 'I do not know.'", "i don't know; sorry"])
def test_a_declined_question_is_known(text: str) -> None:
    assert declined(text)


def test_an_answer_is_not_taken_for_declining() -> None:
    assert not declined("SELECT 'I do not know'")
