"""The calendar, intervals and templates in Python give what a real PostgreSQL gives."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from localai.sql.semantics import intervals, moments, number_templates, patterns, templates
from localai.sql.semantics.intervals import Interval
from tests.sql.postgres import Postgres

SPANS = (
    """
1 year 2 months|1 year 2 months 3 days 04:05:06|-1 years 2 months -3 days|1.5 months|1.5 days
2.5 weeks|1.25 years|90 minutes|3 hours ago|1 day -1 hour|-00:05:00.5|1 mon|1 decade|0 days
100 hours|36:00|7|1.5 hours|1 century|2 millennia|10 secs|5 mins 3 ms|-1 day 2:30
1y 2mons 3d 4h 5m 6s|@ 1 minute|1 week 1 day|999 days|-13 months|.5 hours
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
SPAN_PARTS = """
epoch year month day hour minute second decade week century millisecond microsecond
""".split()
PARTS = [*SPAN_PARTS, "quarter", "millennium", "dow", "isodow", "doy", "isoyear", "julian"]
STARTS = "year quarter month week day hour minute second decade century millennium".split()
DATE_TEMPLATES = (
    """
YYYY-MM-DD|Month|FMMonth YYYY|MON|mon|Mon DD, YYYY|Day|FMDay|DY dy Dy|DD/MM/YY HH12:MI:SS AM|HH24:MI
Q|"Q"Q YYYY|IYYY-IW|WW|W|D ID|DDD|CC|J|DDth|FMDDth Month|FMDDTH|MS US|month|Y,YYY|p.m.|TMMonth
HH:MI pm|YYYY"W"IW|RM|at YYYY|SSSS|DAY, DD MONTH YYYY|YYY Y|FMMM/FMDD/YYYY|FMHH12:MIam|IDDD
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
NUMBER_TEMPLATES = (
    """
999|999.99|FM999.99|999,999.00|FM999,999,990.00|000|0.99|990.0|FM990.0|S999|999S|$999.99|L99|999PR
999MI|99%|9.9|FM9.9|999D99|999G999|FM999G999D9|99999|FM00|00.00|MI999|SG999|"n:"999|9990|FM99
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
NUMBERS = [0, 1, -1, 12.345, -12.345, 0.5, -0.5, 1234.5, 123456.789, -1234567.891, 0.05, 999.995]
READ = [
    ("2024-03-05", "YYYY-MM-DD"), ("05/03/2024", "DD/MM/YYYY"), ("5 Mar 2024", "DD Mon YYYY"),
    ("March 5, 2024", "Month DD, YYYY"), ("20240305", "YYYYMMDD"), ("2024", "YYYY"),
    ("24-3-5", "YY-MM-DD"), ("99-3-5", "YY-MM-DD"), ("2024-03-05 14:05", "YYYY-MM-DD HH24:MI"),
    ("2024-03-05 02:05 PM", "YYYY-MM-DD HH12:MI AM"), ("2024-02-30", "YYYY-MM-DD"),
    ("2024 065", "YYYY DDD"), ("2024-10-2", "IYYY-IW-ID"), ("2024.3.5", "YYYY-MM-DD"),
    ("2024/03/05 ", "YYYY/MM/DD"), ("1st Jan 2024", "DDth Mon YYYY"), ("abc", "YYYY"),
    ("2024-03-05T10:00", 'YYYY-MM-DD"T"HH24:MI'), ("nonsense", "Mon"),
]  # fmt: skip

Asker = Callable[..., Any]


@pytest.fixture(scope="module")
def ask(postgres: Postgres) -> Iterator[Asker]:
    """The one value of a query; None where PostgreSQL refuses."""
    import psycopg

    connection = postgres.connect(postgres.url)
    connection.execute("SET timezone = 'UTC'")

    def value(query: str, *arguments: object) -> Any:
        try:
            row = connection.execute(query.encode(), arguments).fetchone()
        except psycopg.Error:
            return None
        assert row is not None
        return row[0]

    yield value
    connection.close()


def some_moments(count: int) -> list[datetime]:
    """Month ends, leap days, week starts, turns of the year and others."""
    dice = random.Random(7)
    found = []
    for _ in range(count):
        first = datetime(dice.choice([1900, 1999, 2000, 2023, 2024]), dice.randint(1, 12), 1)
        days = dice.choice([0, 27, 28, 29, 30, dice.randint(0, 30)])
        seconds = dice.choice([0, 0, dice.randrange(86_400), dice.randrange(86_400) + 0.25])
        found.append(first + timedelta(days=days, seconds=seconds))
    return found


MOMENTS = some_moments(40)


def spanned(text: str) -> Interval:
    span = intervals.parse(text)
    assert span is not None
    return span


@pytest.mark.parametrize("text", SPANS)
def test_a_span_is_read_split_and_multiplied(ask: Asker, text: str) -> None:
    span = spanned(text)
    assert span.text() == ask("SELECT (%s::interval)::text", text)
    for unit in SPAN_PARTS:
        found = ask(f"SELECT extract({unit} FROM %s::interval)", text)
        assert intervals.part(unit, span) == pytest.approx(float(found)), unit
    for unit in ("year", "month", "day", "hour", "minute", "quarter", "decade"):
        cut = intervals.truncate(unit, span)
        assert cut is not None
        assert cut.text() == ask(f"SELECT date_trunc('{unit}', %s::interval)::text", text), unit
    for factor in (2, 0.5, 1.7, -1, 3.33, 1 / 3):
        product = ask("SELECT (%s::interval * %s::float8)::text", text, factor)
        assert span.times(factor).text() == product, factor


@pytest.mark.parametrize("text", SPANS)
def test_a_span_is_added_to_moments(ask: Asker, text: str) -> None:
    for moment in MOMENTS[:12]:
        expected = ask("SELECT %s::timestamp + %s::interval", moment, text)
        assert moments.add(moment, spanned(text)) == expected, moment


def test_spans_between_moments(ask: Asker) -> None:
    for one, other in zip(MOMENTS, MOMENTS[1:], strict=False):
        both = (one, other)
        age = ask("SELECT age(%s::timestamp, %s::timestamp)::text", *both)
        assert moments.age(one, other).text() == age, both
        rest = ask("SELECT (%s::timestamp - %s::timestamp)::text", *both)
        assert moments.between(one, other).text() == rest, both


@pytest.mark.parametrize("unit", PARTS)
def test_parts_of_moments(ask: Asker, unit: str) -> None:
    for moment in MOMENTS:
        found = float(ask(f"SELECT extract({unit} FROM %s::timestamp)", moment))
        assert moments.part(unit, moment) == pytest.approx(found, abs=1e-6), moment


@pytest.mark.parametrize("unit", STARTS)
def test_starts_of_moments(ask: Asker, unit: str) -> None:
    for moment in MOMENTS:
        expected = ask(f"SELECT date_trunc('{unit}', %s::timestamp)", moment)
        assert moments.truncate(unit, moment) == expected, moment


@pytest.mark.parametrize("template", DATE_TEMPLATES)
def test_moments_are_shown(ask: Asker, template: str) -> None:
    for moment in MOMENTS[:15]:
        expected = ask("SELECT to_char(%s::timestamp, %s)", moment, template)
        assert templates.show(moment, template) == expected, moment


@pytest.mark.parametrize("template", NUMBER_TEMPLATES)
def test_numbers_are_shown(ask: Asker, template: str) -> None:
    assert number_templates.supported(template)
    for number in NUMBERS:
        expected = ask("SELECT to_char(%s::numeric, %s)", str(number), template)
        assert number_templates.show(number, template) == expected, number


@pytest.mark.parametrize(("text", "template"), READ)
def test_moments_are_read(ask: Asker, text: str, template: str) -> None:
    expected = ask("SELECT to_timestamp(%s, %s)::timestamp", text, template)
    assert templates.parse(text, template) == expected


@pytest.mark.parametrize(
    ("text", "template"),
    [("1,234.50", "9,999.99"), ("-12", "S99"), ("$12", "L99"), ("12-", "99S"), ("<12>", "99PR")],
)
def test_numbers_are_read(ask: Asker, text: str, template: str) -> None:
    expected = float(ask("SELECT to_number(%s, %s)", text, template))
    assert number_templates.parse(text, template) == expected


TEXTS = ["", "abc", "ABC", "a%c", "a_c", "añb", "12-34", "line\nbreak", "x.y", "[a]", "Ünï", "a b"]


@pytest.mark.parametrize(
    "pattern", ["a%", "_b_", "%", "a\\%c", "%\\_c", "", "A%", "%n%", "[a]", "a.c"]
)
def test_like_matches(ask: Asker, pattern: str) -> None:
    for text in TEXTS:
        for operator, case in (("LIKE", True), ("ILIKE", False)):
            found = patterns.like(pattern, case=case).fullmatch(text) is not None
            assert found == ask(f"SELECT %s {operator} %s", text, pattern), (text, operator)


@pytest.mark.parametrize(
    "pattern", ["a%", "(a|A)%", "[a-c]+", "%[0-9]{2}%", "a_c", "\\[a\\]", "a.c"]
)
def test_similar_to_matches(ask: Asker, pattern: str) -> None:
    compiled = patterns.regex(patterns.similar(pattern))
    assert compiled is not None
    for text in TEXTS:
        found = compiled.search(text) is not None
        assert found == ask("SELECT %s SIMILAR TO %s", text, pattern), text


@pytest.mark.parametrize(
    "pattern",
    ["^[A-Z]", "b", "\\d+-\\d", "[[:alpha:]]{3}", "^[[:upper:]]", "\\mb", "n.b", "\\w\\W\\w", "^$"],
)
def test_regular_expressions_match(ask: Asker, pattern: str) -> None:
    compiled = patterns.regex(pattern)
    assert compiled is not None
    for text in TEXTS:
        found = compiled.search(text) is not None
        assert found == ask("SELECT %s ~ %s", text, pattern), text


@pytest.mark.parametrize("text", ["soon", "1 fortnight", "", "day", "1 2 3", "9" * 30 + " years"])
def test_what_is_no_span_is_none(text: str) -> None:
    assert intervals.parse(text) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-06-15", datetime(2024, 6, 15)),
        (" 2024-06-15T10:20:30Z ", datetime(2024, 6, 15, 10, 20, 30)),
        ("2024-06-15 10:20:30.5+02:00", datetime(2024, 6, 15, 10, 20, 30, 500_000)),
        ("2024-6-5", datetime(2024, 6, 5)),
        ("2024/6/5 7:08", datetime(2024, 6, 5, 7, 8)),
        ("15.06.2024", None),
        ("2024-02-30", None),
        ("yesterday", None),
        (20240615, None),
        (None, None),
    ],
)
def test_stored_texts_are_read(text: object, moment: datetime | None) -> None:
    assert moments.read(text) == moment
