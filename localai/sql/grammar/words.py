"""Owns the words of SQL that the grammar must tell from names; it must not know GBNF."""

from __future__ import annotations

from localai.sql.names import RESERVED, needs_quotes

# Not reserved in PostgreSQL, but sqlglot 30 reads them as something else than a name or an alias.
MISREAD = frozenset(
    """
    anti asof cube describe interval lock partitioned_by qualify recursive revoke rlike rollback
    rollup semi straight_join uncache window xor
    """.split()
)
NOT_NAMES = RESERVED | MISREAD

# Names that a subquery's computed columns have: `total_sales`, `order_count`, `rn`. Only these may
# stand in a SELECT before the subquery that makes them: any name at all would let a model begin
# with a column that does not exist, and nothing would hold it back until FROM.
COMPUTED = tuple(
    """
    avg average cnt count diff difference freq frequency max maximum min minimum n num pct
    percentage rank ratio rn rnk row_num row_number share sum total
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


def only_quoted(name: str) -> bool:
    """Whether `name` must stand in double quotes to be read as this very name."""
    return needs_quotes(name) or name.lower() in MISREAD
