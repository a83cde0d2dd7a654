"""PostgreSQL's functions for SQLite, which the translation calls; it must not know who asks.

None takes the place of one that SQLite has: a view that calls an added function cannot be read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from localai.sql.databases import sqlite_totals
from localai.sql.databases.sqlite_date_functions import DATES
from localai.sql.databases.sqlite_number_functions import NUMBERS
from localai.sql.databases.sqlite_text_functions import ANY_ARGUMENTS, TEXTS
from localai.sql.databases.sqlite_totals import ANY_NUMBER, Value

Function = Callable[..., Value]


def register(connection: sqlite3.Connection) -> None:
    """Adds every function to a connection, but those that its SQLite has already."""
    present = {
        (name.upper(), arguments)
        for name, arguments in connection.execute("SELECT name, narg FROM pragma_function_list")
    }
    for name, counts, function in FUNCTIONS:
        for count in counts:
            if (name, count) not in present and (name, ANY_NUMBER) not in present:
                connection.create_function(name, count, function, deterministic=True)
    sqlite_totals.register(connection, present)


def _known(function: Function) -> Function:
    """The function, for which a missing argument makes a missing result."""

    def of_known(*arguments: Value) -> Value:
        return None if None in arguments else function(*arguments)

    return of_known


FUNCTIONS = [
    *((name, counts, _known(function)) for name, counts, function in DATES + TEXTS + NUMBERS),
    *ANY_ARGUMENTS,
]

# In lower case: what an authorizer has to let through.
NAMES = frozenset(name.lower() for name, _, _ in FUNCTIONS) | sqlite_totals.NAMES
