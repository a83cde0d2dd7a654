"""Shortened names: which words they may stand for, and which not."""

from __future__ import annotations

import pytest

from localai.linking import link
from localai.linking.shortening import corner, is_shortened, meant, written_out
from localai.schema import Column, ForeignKey, Schema, Table

MEANT = """clsng closing; rprs repairs; crtn creation; mtn motion; pctrs pictures; dlvrd delivered;
ordrd ordered; sllrs sellers; awrds awards; lylty loyalty; pnts points; chrct characters;
rqstr requester; cstmr customer; cstmrs customers; prdct product; prdcts products; cust customers;
desc description; descr description; dprtmt department; mngr manager; addrs address; adrs addresses;
admin administrator; spec specification; prereq prerequisites; prjct project; cmpny company;
cntry country; qlty quality; dlvry delivery; schdl schedule; emply employee; custmr customer;
dlvr delivery; actrs actresses; incdn incidents; rspns response; wrhs warehouses; invc invoices"""
NOT_MEANT = """cstmr custom; cust case; prdct produce; prdct president; dsc dusk;
cntry counter; sllrs sales; pnt pen; crd cardigan; clsng classes; mngr manages;
cmpny camping; rpr reprint; strt storage; form forum; carton cartoon;
dlvrd delivery; ordrd orders; rqstr requests"""


def _pairs(text: str) -> list[tuple[str, str]]:
    return [(a, b) for a, b in (pair.split() for pair in text.split(";"))]


@pytest.mark.parametrize(("short", "word"), _pairs(MEANT))
def test_shortened_names_mean_words(short: str, word: str) -> None:
    assert is_shortened(short)
    assert corner(short) == corner(word)
    assert meant(word, [short]) != ""


@pytest.mark.parametrize(("short", "word"), _pairs(NOT_MEANT))
def test_others_do_not(short: str, word: str) -> None:
    assert meant(word, [short]) == ""


def test_a_word_of_its_own_is_short_for_nothing() -> None:
    words = ("cost", "price", "orders", "store", "count", "class", "person", "at", "id")
    assert not [word for word in words if is_shortened(word)]


def test_only_one_name_may_be_meant() -> None:
    assert meant("character", ["chrct", "chrctr"]) == "chrctr"
    assert meant("president", ["prsd", "prsdn"]) == ""
    assert meant("actors", ["actr", "actrs"]) == "actr"


def _shop() -> Schema:
    orders = [
        *(Column("ordr_id", "INTEGER"), Column("cstmr_id", "INTEGER")),
        *(Column("clsng_dt", "DATE"), Column("dlvrd_at", "DATE")),
        *(Column("lylty_pnts", "INTEGER"), Column("cst", "REAL")),
    ]
    buyers = [
        *(Column("cstmr_id", "INTEGER"), Column("nm", "TEXT", values=("Anna Berg", "Cast"))),
        Column("chrct", "TEXT"),
    ]
    return Schema(
        (
            Table("sls_ordrs", tuple(orders), primary_key=("ordr_id",)),
            Table("cstmrs", tuple(buyers), primary_key=("cstmr_id",)),
        ),
        (ForeignKey("sls_ordrs", ("cstmr_id",), "cstmrs", ("cstmr_id",)),),
        "sqlite",
    )


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("closing date of each customer", "<c0> d of each <t0>"),
        (
            "How many sales orders were delivered at 2024-05-01?",
            "how many <t0> were <c0> d <v0>",
        ),
        ("average loyalty points by customer", "average <c0> n by <t0>"),
        ("which characters are there", "which <c0> s are there"),
        ("Loyalty Points Of Every Customer", "<c0> n of every <t0>"),
        ("total cost of sales orders", "total <c0> n of <t0>"),
    ],
)
def test_questions_find_shortened_names(question: str, asked: str) -> None:
    prompt = link(_shop(), question).prompt
    assert prompt.partition("<question> ")[2] == f"{asked}<sql>"


def test_values_and_names_keep_their_words() -> None:
    prompt = link(_shop(), "sales orders of Cast").prompt
    assert "<c" in prompt.partition("<question>")[2] and "<v0>" in prompt
    assert "<c" not in link(_shop(), "orders from Coast").prompt.partition("<question>")[2]


def test_names_are_written_out_by_the_names_beside_them() -> None:
    words = ["ksks", "kiosk", "comp", "company", "clsng", "tnfs", "sku", "skuid", "skus", "cost"]
    found = written_out(words)
    assert (found["ksks"], found["comp"], found["skus"]) == ("kiosk", "company", "sku")
    assert not {"tnfs", "sku", "cost"} & set(found)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Skus in stock", "<t0> <c0> n"),
        ("movies of each sku", "<t0> of each <t1>"),
        ("what share of movies took place", "what share of <t0> took place"),
        ("total quantity by sku", "total <c0> n by <t0>"),
        ("Count The Typical Movies", "count the typical <t0>"),
    ],
)
def test_nouns_whose_plural_misleads(question: str, asked: str) -> None:
    key = Column("id", "INTEGER")
    skus = Table("sku", (key, Column("title", "TEXT"), Column("stock", "INTEGER")), ("id",))
    columns = key, Column("sku_id", "INTEGER"), Column("rate", "REAL")
    sold = (
        Column("quantity", "INTEGER"),
        Column("total_amount", "REAL"),
        Column("minute", "INTEGER"),
    )
    movies = Table("movies", (*columns, *sold), ("id",))
    schema = Schema((skus, movies), (ForeignKey("movies", ("sku_id",), "sku", ("id",)),))
    assert link(schema, question).prompt.partition("<question> ")[2] == f"{asked}<sql>"
