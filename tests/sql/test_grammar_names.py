"""Whatever a schema's names are, its grammar is one that llama.cpp takes, and knows each name."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localai.schema import Column, ForeignKey, Schema, Table
from localai.sql.grammar import grammar
from localai.sql.names import RESERVED, always_quoted, quoted
from tests.sql.grammar_engine import Judge

ODD = (
    "", " ", "a", "A", "id", "no", "as", "t", "t1", "x", "order", "Order", "select", "from",
    "interval", "semi", "qualify", "Group By", 'say "hi"', '"', "'", "\\", "\\n", "]", "[a-z]", "-",
    "a-b", "größe", "naïve", "Ünder", "имя", "価格", "🙂", "a\nb", "tab\there", "\x01", "\x7f",
    "null", "NULL", "1", "1st", "2024", "_", "__", "a_", "count", "COUNT", "sum", "max", "date",
    "timestamp", "case", "exists", "current_date", "x" * 300, "total", "total_sales", "computed",
    "k-select", "root", "ws", "@", "'SELECT'",
)  # fmt: skip
names = st.one_of(
    st.sampled_from(ODD), st.text(max_size=12), st.from_regex(r"[a-z_]{1,12}", fullmatch=True)
)


@st.composite
def schemas(draw: st.DrawFn) -> Schema:
    tables = []
    for name in draw(st.lists(names, min_size=1, max_size=6, unique_by=str.lower)):
        columns = draw(st.lists(names, max_size=6, unique_by=str.lower))
        namespace = draw(st.sampled_from(["", "", "web", "My Schema"]))
        tables.append(Table(name, tuple(Column(c, "TEXT") for c in columns), namespace=namespace))
    keys = [
        ForeignKey(one.name, (one.columns[0].name,), other.name, (other.columns[0].name,))
        for one, other in zip(tables, tables[1:], strict=False)
        if one.columns and other.columns
    ]
    return Schema(tuple(tables), tuple(keys), draw(st.sampled_from(["sqlite", "postgres"])))


@given(schemas())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_schema_has_a_grammar_that_takes_its_names(schema: Schema) -> None:
    judge = Judge(grammar(schema))
    assert judge.accepts("I do not know")
    for table in schema.tables:
        for column in table.columns[:2]:
            if "\0" in table.name + column.name:
                continue  # no database has such a name, and no model can write it
            sql = f"SELECT {quoted(column.name)} FROM {place(table)}"
            assert judge.accepts(sql), sql
            whole = f"SELECT {place(table)}.{quoted(column.name)} FROM {place(table)}"
            assert judge.accepts(whole), whole


def place(table: Table) -> str:
    space = f"{quoted(table.namespace)}." if table.namespace else ""
    return space + quoted(table.name)


def test_what_the_prompt_quotes_the_grammar_takes_quoted() -> None:
    judge = Judge(grammar(Schema((Table("t", tuple(Column(name, "") for name in ODD)),))))
    for name in ODD:
        assert judge.accepts(f"SELECT {quoted(name)} FROM t"), name
        assert judge.accepts(f"SELECT {always_quoted(name)} FROM t"), name


def test_a_name_is_taken_in_its_own_spelling_where_quotes_keep_it() -> None:
    judge = Judge(grammar(Schema((Table("Big Table", (Column("Unit Price", ""),)),))))
    assert judge.accepts('SELECT "Unit Price" FROM "Big Table"')
    assert judge.fitting('SELECT "unit price" FROM "Big Table"') == 'SELECT "'
    assert judge.fitting('SELECT "Unit Price" FROM "big table"') == 'SELECT "Unit Price" FROM "'
    assert not judge.accepts('SELECT unit FROM "Big Table"')


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_no_word_of_sql_becomes_a_new_name(word: str) -> None:
    judge = _plain()
    assert not judge.accepts(f"SELECT a AS {word} FROM t")
    assert not judge.accepts(f"SELECT a FROM t {word}")


_PLAIN: list[Judge] = []


def _plain() -> Judge:
    if not _PLAIN:
        _PLAIN.append(Judge(grammar(Schema((Table("t", (Column("a", ""),)),)))))
    return _PLAIN[0]


def test_three_hundred_tables_have_a_grammar() -> None:
    dice = random.Random(7)
    words = [
        "".join(dice.choices("bdfgklmnprst", k=1) + dice.choices("aeiou", k=2)) for _ in range(80)
    ]
    tables = tuple(
        Table(
            f"{dice.choice(words)}_{dice.choice(words)}_{number}",
            tuple(Column(f"{dice.choice(words)}_{place}", "") for place in range(12)),
        )
        for number in range(300)
    )
    judge = Judge(grammar(Schema(tables)))
    for table in dice.sample(tables, 3):
        column = table.columns[3].name
        assert judge.accepts(f"SELECT t1.{column} FROM {table.name} AS t1 WHERE {column} > 3")
    assert not judge.accepts("SELECT no_such_column FROM " + tables[0].name)


def test_without_a_column_there_is_nothing_to_ask() -> None:
    for schema in (Schema(()), Schema((Table("bare", ()),))):
        judge = Judge(grammar(schema))
        assert judge.accepts("I do not know")
        assert not judge.accepts("SELECT 1")


def test_a_table_without_columns_does_not_hide_the_others() -> None:
    judge = Judge(grammar(Schema((Table("bare", ()), Table("laden", (Column("a", ""),))))))
    assert judge.accepts("SELECT a FROM laden")
    assert judge.accepts("SELECT COUNT(*) FROM bare")
    assert not judge.accepts("SELECT bare.a FROM bare")


def test_the_same_schema_has_the_same_grammar() -> None:
    schema = Schema(tuple(Table(f"t{n}", (Column(f"c{n % 5}", ""),)) for n in range(30)))
    assert grammar(schema) == grammar(schema)
