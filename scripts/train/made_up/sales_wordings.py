"""Owns the wordings of revenue and of units sold; it must not know their answers."""

from __future__ import annotations

from made_up.phrases import lines

MONEY = (
    "revenue,revenue,sales,sales,total revenue,total sales,turnover,sales revenue,"
    "income from sales,total turnover"
)
UNITS = (
    "units sold,units sold,number of units sold,total units sold,quantity sold,"
    "total quantity sold,pieces sold,number of pieces sold"
)
BY = lines("""
{m} by {l} {end}
{m} by {l} {end}
{m} by {l} {end}
{m} {per} {l} {end}
{m} {per} {l} {end}
{m} for each {l} {end}
{whatis} the {m} {per} {l} {end}
{whatis} the {m} by {l} {end}
{whatis} our {m} by {l} {end}
{whatis} our {m} {per} {l} {end}
{show} the {m} by {l} {end}
{show} the {m} for each {l} {end}
{show} me our {m} by {l} {end}
{show} {m} {by} {l} {end}
how much {m} did each {l} make {end}
how much {m} did we make {per} {l} {end}
how much {m} does each {l} bring in {end}
how much {m} came from each {l} {end}
what {m} did each {l} generate {end}
what {m} did we have {per} {l} {end}
for each {l}, {whatis} the {m} {end}
for each {l}, {show} the {m} {end}
{end} {m} by {l}
{l} {m} {end}
{m} broken down by {l} {end}
break down {m} by {l} {end}
how did {m} split by {l} {end}
how are {m} distributed over each {l} {end}
compare {m} by {l} {end}
""")
ALL = lines("""
{whatis} the {m} {end}
{whatis} our {m} {end}
{whatis} our {m} {end}
{m} {end}
{m} {end}
our {m} {end}
overall {m} {end}
how much {m} did we make {end}
how much {m} did we have {end}
how much {m} was there {end}
how high was our {m} {end}
how big was the {m} {end}
{show} the {m} {end}
{show} our {m} {end}
what did our {m} come to {end}
{m} altogether {end}
{end} {m}
tell me our {m} {end}
""")
OF = lines("""
{whatis} the {m} of {who} {end}
{whatis} the {m} of {who} {end}
{whatis} the {m} for {who} {end}
{whatis} our {m} from {who} {end}
{m} of {who} {end}
{m} for {who} {end}
{m} from {who} {end}
how much {m} did {who} bring in {end}
how much {m} did we make from {who} {end}
how much {m} did {who} generate {end}
{show} the {m} of {who} {end}
{show} the {m} from {who} {end}
{who}: {m} {end}
""")
PART = lines("""
share of {m} by {l} {end}
share of {m} per {l} {end}
percentage of {m} by {l} {end}
percentage of {m} per {l} {end}
{whatis} the share of {m} of each {l} {end}
{whatis} the percentage of {m} for each {l} {end}
{whatis} each {l}'s share of {m} {end}
what percentage of {m} does each {l} make up {end}
what percentage of {m} comes from each {l} {end}
what share of our {m} comes from each {l} {end}
how much of our {m} in percent comes from each {l} {end}
{show} the share of {m} by {l} {end}
{show} each {l}'s percentage of {m} {end}
for each {l}, what share of {m} does it have {end}
{m} by {l} in percent {end}
{m} by {l} as a percentage of the whole {end}
{l} and its share of {m} {end}
""")
TOP = lines("""
{top} {k} {many} by {m} {end}
{top} {k} {many} by {m} {end}
{show} the {top} {k} {many} by {m} {end}
which {k} {many} have the {most} {m} {end}
which {k} {many} had the {most} {m} {end}
the {k} {many} with the {most} {m} {end}
{show} the {k} {many} with the {most} {m} {end}
what are the {top} {k} {many} by {m} {end}
{many} with the {most} {m} {end}, {top} {k}
""")
MOST = lines("""
which {one} has the {most} {m} {end}
which {one} had the {most} {m} {end}
which {one} made the {most} {m} {end}
which {one} brought in the {most} {m} {end}
which {one} generated the {most} {m} {end}
what {one} had the {most} {m} {end}
the {one} with the {most} {m} {end}
{show} the {one} with the {most} {m} {end}
find the {one} with the {most} {m} {end}
{one} with {most} {m} {end}
""")
SPENT = lines("""
{who} spent the most {end}
{who} spent the most money {end}
{who} spent most {end}
which {one} spent the most {end}
which {one} has spent the most {end}
which {one} spent the most money {end}
which {one} paid the most {end}
{show} the {one} who spent the most {end}
the {one} that spent the most {end}
find the {one} with the highest spending {end}
""")
SPENT_EACH = lines("""
how much did each {one} spend {end}
how much has each {one} spent {end}
how much money did each {one} spend {end}
how much did every {one} spend in total {end}
how much does each {one} spend {end}
{show} how much each {one} spent {end}
{show} each {one} and how much they spent {end}
total spending by {one} {end}
total spending per {one} {end}
spending by {one} {end}
amount spent by each {one} {end}
for each {one}, how much did they spend {end}
{whatis} the total amount spent by each {one} {end}
""")
SPENT_BY = lines("""
how much did {who} spend {end}
how much has {who} spent {end}
how much money did {who} spend {end}
how much did {who} spend in total {end}
how much did {who} pay in total {end}
{whatis} the total amount that {who} spent {end}
total spending of {who} {end}
{who}: total spending {end}
""")
BINS = (
    ("month", "EACH_MONTH"), ("month", "EACH_MONTH"), ("week", "EACH_WEEK"), ("day", "EACH_DAY"),
    ("year", "YEAR"), ("quarter", "EACH_QUARTER"),
)  # fmt: skip
BINNED = lines("""
{m} per {bin} {end}
{m} by {bin} {end}
{m} for each {bin} {end}
{m} {bin} by {bin} {end}
{adverb} {m} {end}
{adverb} {m} {end}
{show} the {m} per {bin} {end}
{show} the {adverb} {m} {end}
{whatis} the {m} per {bin} {end}
{whatis} our {m} by {bin} {end}
{whatis} the {adverb} {m} {end}
how did {m} develop by {bin} {end}
how has {m} changed by {bin} {end}
how much {m} did we make each {bin} {end}
{m} over time by {bin} {end}
trend of {m} by {bin} {end}
for each {bin}, {whatis} the {m} {end}
""")
ADVERBS = {
    "month": "monthly",
    "week": "weekly",
    "day": "daily",
    "year": "yearly",
    "quarter": "quarterly",
}
