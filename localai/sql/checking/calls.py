"""Lets through the function calls that the allow-list names; it must not know what they mean."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import Token, TokenType, exp

from localai.errors import SQLRejected
from localai.sql.checking.reading import ModelSQL, short
from localai.sql.functions import ARGUMENTS, allowed

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


def refuse_miscounted(text: str) -> None:
    """Raises SQLRejected for a function with too few or too many arguments.

    Of the text, for the tree keeps no trace of what was too many, and rewriting it relies on what
    was too few.
    """
    tokens = ModelSQL().tokenize(text)
    for place in range(1, len(tokens)):
        name = tokens[place - 1].text.upper()
        opens = tokens[place].token_type == TokenType.L_PAREN
        # A table in WITH may be called like a function, and lists its columns.
        named = place > 1 and tokens[place - 2].token_type in (TokenType.WITH, TokenType.DOT)
        if not opens or named or name not in ARGUMENTS:
            continue
        least, most = ARGUMENTS[name]
        # SQLite's DATE takes modifiers, and its MIN and MAX compare several values.
        most = None if name in ("DATE", "MIN", "MAX") else most
        count = _count(tokens[place + 1 :])
        if count < least or (most is not None and count > most):
            wanted = str(least) if most == least else f"{least} to {most}" if most else f"{least}+"
            raise SQLRejected(
                f"The function {name} has {count} arguments, and takes {wanted}.",
                hint="Ask in other words, or for something simpler.",
            )


def _count(tokens: Sequence[Token]) -> int:
    """The arguments before the bracket that closes a call; what stands behind ORDER BY is none."""
    depth, count = 0, 0
    for index, token in enumerate(tokens):
        closes = token.token_type in (TokenType.R_PAREN, TokenType.R_BRACKET)
        if depth == 0 and (closes or token.token_type == TokenType.ORDER_BY):
            return count + (index > 0)
        depth += token.token_type in (TokenType.L_PAREN, TokenType.L_BRACKET)
        depth -= closes
        count += depth == 0 and token.token_type == TokenType.COMMA
    return count
