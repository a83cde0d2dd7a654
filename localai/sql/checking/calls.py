"""Lets through the function calls that the allow-list names; it must not know what they mean."""

from __future__ import annotations

from sqlglot import exp

from localai.errors import SQLRejected
from localai.sql.checking.reading import short
from localai.sql.functions import allowed

# sqlglot's classes (their `key`) for what the names of `functions.py` are read as, and for
# operators that it counts among functions.
PLAIN = frozenset(
    """
    and or xor not case if cast trycast coalesce nullif greatest least exists any
    count sum avg min max groupconcat arrayagg logicaland logicalor stddev stddevsamp stddevpop
    variance variancepop corr covarpop covarsamp percentilecont percentiledisc mode
    rownumber rank denserank percentrank cumedist ntile lag lead firstvalue lastvalue nthvalue
    abs ceil floor round trunc sign sqrt cbrt pow exp ln log mod pi degrees radians sin cos tan
    asin acos atan atan2 rand intdiv tonumber
    upper lower initcap length substring left right trim pad concat concatws replace translate
    repeat reverse strposition splitpart ascii chr startswith regexplike regexpilike regexpreplace
    timestamptrunc extract year month day hour minute quarter date
    currentdate currenttime currenttimestamp localtime localtimestamp timestampfromparts
    makeinterval explodinggenerateseries generateseries
    array arraysize arraytostring jsonextract jsonextractscalar overlaps
    """.split()
)
NATIVE: dict[str, frozenset[str]] = {
    "sqlite": frozenset("typeof unicode".split()),
    "duckdb": frozenset(
        """
        argmax argmin dayname dayofweek median monthname second week unnest
        """.split()
    ),
    "postgres": frozenset(["unnest", "explode"]),
}
# `a = ANY (...)`, which sqlglot takes for a function before an array.
MANY = ("ALL", "ANY", "SOME")


def refuse_calls(tree: exp.Query, dialect: str) -> None:
    """Raises SQLRejected for a function that may not be called."""
    names, classes = allowed(dialect), PLAIN | NATIVE.get(dialect, frozenset())
    for call in tree.find_all(exp.Func):
        if isinstance(call, exp.Anonymous):
            name = call.name.upper()
            known = (name in names or name in MANY) and isinstance(call.this, str)
        else:
            known = call.key in classes
        if isinstance(call, exp.Date) and call.args.get("zone") and dialect != "sqlite":
            known = False  # SQLite's modifiers
        if not known:
            raise SQLRejected(
                f"The function in {short(call.sql('postgres'))} is not one that queries may call "
                "here.",
                hint="Ask in other words, or for something simpler.",
            )
