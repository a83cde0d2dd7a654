"""Owns the words of SQL that the grammar must tell from names; it must not know GBNF."""

from __future__ import annotations

# Names that a subquery's computed columns have: `total_sales`, `order_count`, `rn`. Only these may
# stand in a SELECT before the subquery that makes them: any name at all would let a model begin
# with a column that does not exist, and nothing would hold it back until FROM.
COMPUTED = tuple("avg cnt count freq frequency max min n num rn rnk row_num row_number sum".split())
# Behind an alias also these, which by themselves read like a column of any table.
COMPUTED_BEHIND = tuple(
    """
    average diff difference maximum minimum pct percentage rank ratio share total
    """.split()
)
COMPUTED_FIRST = tuple(
    """
    avg average count cumulative daily diff difference highest latest lowest max maximum min minimum
    monthly num number_of pct percentage prev previous rank running sum total weekly yearly
    """.split()
)
# Behind a table's own word.
COMPUTED_LAST = tuple("avg cnt count counts num number percentage rank sum total totals".split())
# What models call a subquery in FROM, where that is longer than a letter or two.
SUBQUERIES = tuple(
    """
    agg counts derived grouped inner_query numbered ranked res result results sq stats sub subq
    subquery sub_query temp tmp totals
    """.split()
)

TYPES = tuple(
    """
    BIGINT BOOLEAN BOOL CHAR CHARACTER DATE DECIMAL DOUBLE FLOAT INT INTEGER INTERVAL NUMERIC REAL
    SMALLINT TEXT TIME TIMESTAMP TIMESTAMPTZ VARCHAR
    """.split()
)
FIELDS = tuple(
    """
    CENTURY DAY DECADE DOW DOY EPOCH HOUR ISODOW ISOYEAR MILLENNIUM MINUTE MONTH QUARTER SECOND WEEK
    YEAR
    """.split()
)
UNITS = tuple("DAY HOUR MINUTE MONTH QUARTER SECOND WEEK YEAR".split())
