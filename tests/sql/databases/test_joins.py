from __future__ import annotations

import pytest

from localai.schema import Column, ForeignKey, Table
from localai.sql.databases.joins import inferred


def table(text: str) -> Table:
    """`name(*key int, other)`, the primary key's columns with a star."""
    name, _, rest = text.rstrip(")").partition("(")
    parts = [part.split() for part in rest.split(",")]
    columns = tuple(Column(part[0].strip("*"), " ".join(part[1:])) for part in parts)
    key = tuple(part[0][1:] for part in parts if part[0].startswith("*"))
    return Table(name.strip(), columns, key)


def joins(*tables: str, declared: tuple[ForeignKey, ...] = ()) -> list[str]:
    found = list(inferred([table(text) for text in tables], declared))
    assert all(key.inferred for key in found)
    return [
        f"{key.table}.{','.join(key.columns)} = {key.to_table}.{','.join(key.to_columns)}"
        for key in found
    ]


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        # spellings of the key
        (["a(customer_id int)", "customers(*id int)"], "a.customer_id = customers.id"),
        (["a(CustomerID int)", "Customer(*ID int)"], "a.CustomerID = Customer.ID"),
        (
            ["a(customerId int)", "customers(*customerId int)"],
            "a.customerId = customers.customerId",
        ),
        (["a(customerid int)", "customers(*id int)"], "a.customerid = customers.id"),
        (["a(id_customer int)", "customer(*id int)"], "a.id_customer = customer.id"),
        (["a(fk_customer_id int)", "customer(*id int)"], "a.fk_customer_id = customer.id"),
        (["a(customer_fk int)", "customer(*id int)"], "a.customer_fk = customer.id"),
        (["a(customer_uuid uuid)", "customer(*uuid uuid)"], "a.customer_uuid = customer.uuid"),
        (
            ["a(country_code char)", "countries(*id int,code char)"],
            "a.country_code = countries.code",
        ),
        (["a(order_item_id int)", "OrderItems(*Id int)"], "a.order_item_id = OrderItems.Id"),
        # singular, plural
        (["a(category_id int)", "categories(*id int)"], "a.category_id = categories.id"),
        (["a(status_id int)", "statuses(*id int)"], "a.status_id = statuses.id"),
        (["a(house_id int)", "houses(*id int)"], "a.house_id = houses.id"),
        (["a(person_id int)", "people(*id int)"], "a.person_id = people.id"),
        (["a(address_id int)", "address(*id int)"], "a.address_id = address.id"),
        (["a(kunde_id int)", "kunden(*id int)"], "a.kunde_id = kunden.id"),
        (["a(users_id int)", "user(*id int)"], "a.users_id = user.id"),
        # no keys at all, as in CSV files
        (
            [
                "orders(order_id bigint,customer_id bigint)",
                "customers(customer_id bigint,city text)",
            ],
            "orders.customer_id = customers.customer_id",
        ),
        (["a(customer_id int)", "customers_2023(*id int)"], "a.customer_id = customers_2023.id"),
        (["a(customer_id int)", "customers_2023(*id int)", "customers_2022(*id int)"], ""),
        # a role before the table's name
        (
            ["a(billing_address_id int)", "addresses(*id int)"],
            "a.billing_address_id = addresses.id",
        ),
        (
            ["team(*id int)", "game(*id int,home_team_id int,away_team_id int)"],
            "game.home_team_id = team.id; game.away_team_id = team.id",
        ),
        # prefixes of tables and of columns
        (["a(customer_id int)", "tbl_customer(*id int)"], "a.customer_id = tbl_customer.id"),
        (
            ["fact_sale(date_key int)", "dim_date(*date_key int)"],
            "fact_sale.date_key = dim_date.date_key",
        ),
        (
            [
                "shop_order(*id int,customer_id int)",
                "shop_customer(*id int)",
                "log(customer_id int)",
            ],
            "shop_order.customer_id = shop_customer.id",
        ),
        (
            ["x_orders_data(order_id text)", "x_order_items_data(order_id text,n int)"],
            "x_order_items_data.order_id = x_orders_data.order_id",
        ),
        (
            [
                "orders(*o_orderkey int,o_custkey int,o_date date)",
                "lineitem(*l_orderkey int,*l_linenumber int,l_quantity int)",
                "customer(*c_custkey int,c_name text,c_phone text)",
            ],
            "orders.o_custkey = customer.c_custkey; lineitem.l_orderkey = orders.o_orderkey",
        ),
        # a table of itself
        (["categories(*id int,parent_id int)"], "categories.parent_id = categories.id"),
        (
            ["employees(*id int,manager_employee_id int)"],
            "employees.manager_employee_id = employees.id",
        ),
        # another table's primary key by its name
        (
            ["products(productLine text)", "productlines(*productLine text)"],
            "products.productLine = productlines.productLine",
        ),
        (["savings(custid int)", "accounts(*custid int)"], "savings.custid = accounts.custid"),
        (["routes(dst_apid int)", "airports(*apid int)"], "routes.dst_apid = airports.apid"),
        (["a(club_id_2 int)", "club(*id int)"], "a.club_id_2 = club.id"),
        # a table's name for the key
        (["a(campus int)", "campuses(*no int)"], "a.campus = campuses.no"),
        (["a(country text)", "country(*code text)"], ""),
        # the same words, but no join
        (["a(year int)", "b(*year int)"], ""),
        (["nurse(ssn int)", "patient(*ssn int)"], ""),
        (["orders(*order_id int,total int)", "items(n int)"], ""),
        (["a(customer_id int)", "customers(*id text)"], ""),
        (["a(customer_id date)", "customers(*id int)"], ""),
        (["a(customer_id int[])", "customers(*id int)"], ""),
        (["a(paid bool,grid text,valid int)", "b(*id int)"], ""),
        (["a(name text)", "b(*name text)"], ""),
        (["a(customer_id int)", "b_customer(*id int)", "c_customer(*id int)"], ""),
        (["a(line text)", "b(*line text)", "c(*line text)"], ""),
        (["order_items(*id int)", "basket(item_id int)"], ""),
    ],
)
def test_names_tell_of_joins(tables: list[str], expected: str) -> None:
    assert "; ".join(joins(*tables)) == expected


def test_what_is_declared_is_not_inferred_again() -> None:
    key = ForeignKey("a", ("customer_id",), "clients", ("no",))
    tables = ("a(customer_id int,client_id int)", "customer(*id int)", "clients(*no int)")
    assert joins(*tables, declared=(key,)) == ["a.client_id = clients.no"]


def test_a_table_that_its_name_does_not_find_is_left_out() -> None:
    users = [
        Table("users", (Column("id", "int"),), ("id",), namespace=space) for space in ("", "x")
    ]
    log = Table("log", (Column("user_id", "int"),), namespace="x")
    (key,) = inferred([*users, log], ())
    assert (key.table, key.to_table) == ("log", "users")
