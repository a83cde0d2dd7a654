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

# How many arguments PostgreSQL's functions take (its manual, chapter 9), as (least, most); what is
# not here takes one or more. Those of chapter 9.22 stand with OVER.
_ARGUMENTS = {
    (0, 0): "CUME_DIST DENSE_RANK MODE NOW PERCENT_RANK PI RANDOM RANK ROW_NUMBER",
    (1, 1): """ABS ACOS ARRAY_AGG ASCII ASIN ATAN AVG BOOL_AND BOOL_OR CARDINALITY CBRT CEIL CEILING
        CHARACTER_LENGTH CHAR_LENGTH CHR COS DATE DEGREES EVERY EXP FIRST_VALUE FLOOR INITCAP
        LAST_VALUE LENGTH LN LOG10 LOWER MAX MIN NTILE PERCENTILE_CONT PERCENTILE_DISC RADIANS
        REVERSE SIGN SIN SQRT STDDEV STDDEV_POP STDDEV_SAMP SUM TAN UPPER VARIANCE VAR_POP
        VAR_SAMP""",
    (1, 2): "AGE BTRIM LOG LTRIM ROUND RTRIM TO_TIMESTAMP TRUNC",
    (1, 3): "LAG LEAD",
    (2, 2): """ARRAY_LENGTH ATAN2 CORR COVAR_POP COVAR_SAMP DIV LEFT MOD NTH_VALUE NULLIF POW POWER
        REPEAT RIGHT STARTS_WITH STRING_AGG STRPOS TO_CHAR TO_DATE TO_NUMBER""",
    (2, 3): "ARRAY_TO_STRING LPAD REGEXP_LIKE RPAD SUBSTR",
    (2, None): "CONCAT_WS",
    (3, 3): "MAKE_DATE REPLACE SPLIT_PART TRANSLATE",
    (3, 4): "REGEXP_REPLACE",
    (6, 6): "MAKE_TIMESTAMP",
}
ARGUMENTS: dict[str, tuple[int, int | None]] = {
    name: counts for counts, names in _ARGUMENTS.items() for name in names.split()
}
