"""Of several ways to join tables the one that is meant, whatever the order of the tables."""

from __future__ import annotations

import itertools

import pytest

from localai.linking.joins import edges
from localai.linking.trees import connect
from localai.schema import Column, ForeignKey, Schema, Table


def schema(**tables: str) -> Schema:
    """Tables by name with their columns; `x>y` is a key of the table y, whose own is `id`."""
    listed, keys = [], []
    for name, columns in tables.items():
        names = [text.partition(">")[0] for text in columns.split()]
        listed.append(Table(name, tuple(Column(n, "INTEGER") for n in ["id", *names]), ("id",)))
        for text in columns.split():
            key, refers, other = text.partition(">")
            if refers:
                keys.append(ForeignKey(name, (key,), other, ("id",)))
    return Schema(tuple(listed), tuple(keys))


def joined(given: Schema, *tables: str, liked: str = "") -> set[str]:
    """The ways the tables are joined, each `table.column`."""
    places = {table.name: n for n, table in enumerate(given.tables)}
    table, _, column = liked.partition(".")
    wanted = {(places[table], column): 1} if liked else {}
    path = connect(edges(given), [places[table] for table in tables], wanted)
    assert path is not None
    names = {place: name for name, place in places.items()}
    return {f"{names[t]}.{column}" for edge in path for t, column in edge.referring()}


BANK = schema(banks="", customers="bank_id>banks", loans="bank_id>banks customer_id>customers")
CLINIC = schema(doctors="", patients="pcp>doctors", visits="patient_id>patients doctor_id>doctors")
FLIGHTS = schema(airports="", routes="source>airports target>airports")
OFFICE = schema(units="head>people", people="unit_id>units")


ORDERS = list(itertools.permutations(["banks", "customers", "loans"]))


def shuffles(given: Schema) -> list[Schema]:
    orders = itertools.permutations(given.tables)
    return [Schema(tables, given.foreign_keys) for tables in orders]


@pytest.mark.parametrize("given", shuffles(BANK))
@pytest.mark.parametrize("named", ORDERS)
def test_no_row_becomes_two_where_it_need_not(given: Schema, named: tuple[str, ...]) -> None:
    # Over its bank each loan would meet each of the bank's customers.
    assert joined(given, *named) in (
        {"loans.bank_id", "loans.customer_id"},
        {"loans.customer_id", "customers.bank_id"},
    )
    assert joined(given, *named) == joined(BANK, "banks", "customers", "loans")


@pytest.mark.parametrize("given", shuffles(CLINIC))
def test_what_happened_is_joined_to_all_that_it_refers_to(given: Schema) -> None:
    found = joined(given, "patients", "doctors", "visits")
    assert found == {"visits.patient_id", "visits.doctor_id"}
    assert joined(given, "patients", "doctors") == {"patients.pcp"}


@pytest.mark.parametrize("given", shuffles(FLIGHTS))
def test_of_two_keys_the_earlier_joins_unless_the_other_is_named(given: Schema) -> None:
    assert joined(given, "airports", "routes") == {"routes.source"}
    assert joined(given, "airports", "routes", liked="routes.target") == {"routes.target"}


@pytest.mark.parametrize("given", shuffles(OFFICE))
def test_a_key_called_like_its_table_is_likelier_than_a_role(given: Schema) -> None:
    assert joined(given, "units", "people") == {"people.unit_id"}
    assert joined(given, "units", "people", liked="units.head") == {"units.head"}


def test_a_table_between_is_one_that_refers_to_both() -> None:
    given = schema(towns="", shops="town_id>towns", goods="town_id>towns",
                   stocks="shop_id>shops good_id>goods")  # fmt: skip
    assert joined(given, "shops", "goods") == {"stocks.shop_id", "stocks.good_id"}


def test_what_no_key_joins_is_not_joined() -> None:
    given = schema(towns="", moods="")
    assert connect(edges(given), [0, 1]) is None
    assert connect(edges(given), [1]) == []
