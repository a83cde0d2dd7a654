"""Which functions a query may call, by the names that models write; it must not know syntax trees.

All but the native ones and a few habits are PostgreSQL's (its manual, chapter 9), and mean over
every kind of database what they mean there.
"""

from __future__ import annotations

TOTALS = frozenset(
    """
    ARRAY_AGG AVG BOOL_AND BOOL_OR CORR COUNT COVAR_POP COVAR_SAMP EVERY MAX MIN MODE
    PERCENTILE_CONT PERCENTILE_DISC STDDEV STDDEV_POP STDDEV_SAMP STRING_AGG SUM VARIANCE VAR_POP
    VAR_SAMP
    """.split()
)
WINDOWS = frozenset(
    """
    CUME_DIST DENSE_RANK FIRST_VALUE LAG LAST_VALUE LEAD NTH_VALUE NTILE PERCENT_RANK RANK
    ROW_NUMBER
    """.split()
)
NUMBERS = frozenset(
    """
    ABS ACOS ASIN ATAN ATAN2 CBRT CEIL CEILING COS DEGREES DIV EXP FLOOR LN LOG LOG10 MOD PI POW
    POWER RADIANS RANDOM ROUND SIGN SIN SQRT TAN TO_NUMBER TRUNC
    """.split()
)
TEXTS = frozenset(
    """
    ASCII BTRIM CHARACTER_LENGTH CHAR_LENGTH CHR CONCAT CONCAT_WS INITCAP LEFT LENGTH LOWER LPAD
    LTRIM POSITION REGEXP_LIKE REGEXP_REPLACE REPEAT REPLACE REVERSE RIGHT RPAD RTRIM SPLIT_PART
    STARTS_WITH STRPOS SUBSTR SUBSTRING TO_CHAR TRANSLATE TRIM UPPER
    """.split()
)
DATES = frozenset(
    """
    AGE DATE DATE_PART DATE_TRUNC EXTRACT MAKE_DATE MAKE_INTERVAL MAKE_TIMESTAMP NOW TO_DATE
    TO_TIMESTAMP
    """.split()
)
CHOICES = frozenset("CAST COALESCE GREATEST LEAST NULLIF".split())
ARRAYS = frozenset("ARRAY_LENGTH ARRAY_TO_STRING CARDINALITY".split())
TABLES = frozenset(["GENERATE_SERIES"])
# Written without parentheses.
CLOCKS = frozenset("CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP LOCALTIME LOCALTIMESTAMP".split())

# Not PostgreSQL's, but written for it all the same.
HABITS = frozenset("DAY HOUR MINUTE MONTH QUARTER YEAR".split())

FUNCTIONS = TOTALS | WINDOWS | NUMBERS | TEXTS | DATES | CHOICES | ARRAYS | TABLES | HABITS

# The databases' own, for a model that knows where its SQL will run.
NATIVE: dict[str, frozenset[str]] = {
    "sqlite": frozenset(
        """
        DATETIME GROUP_CONCAT IFNULL IIF INSTR JSON_ARRAY_LENGTH JSON_EXTRACT JULIANDAY LOG2 PRINTF
        STRFTIME TIME TOTAL TYPEOF UNICODE UNIXEPOCH
        """.split()
    ),
    "duckdb": frozenset(
        """
        ARG_MAX ARG_MIN DATE_DIFF DAYNAME DAYOFWEEK IFNULL MEDIAN MONTHNAME SECOND STRFTIME
        STRPTIME WEEK
        """.split()
    ),
    "postgres": frozenset(
        """
        JSONB_ARRAY_LENGTH JSONB_EXTRACT_PATH_TEXT JSON_ARRAY_LENGTH JSON_EXTRACT_PATH_TEXT
        """.split()
    ),
}


def allowed(dialect: str) -> frozenset[str]:
    """The names, in capitals, that a query over a database of `dialect` may call."""
    return FUNCTIONS | NATIVE.get(dialect, frozenset())


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
