"""Stops the clock of a query: now is when it was asked, by the user's own clock.

SQLite's CURRENT_DATE is UTC's, and a fixed day makes an answer repeatable. It must not know the
dialects.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlglot import exp

from localai.sql.checking.kinding import kind, mark
from localai.sql.kinds import Kind
from localai.sql.semantics.moments import write

CLOCKS: dict[type[exp.Expr], Kind] = {
    exp.CurrentDate: "date",
    exp.CurrentTimestamp: "timestamp",
    exp.Localtimestamp: "timestamp",
    exp.CurrentTime: "time",
    exp.Localtime: "time",
}
NAMED: dict[str, Kind] = {
    "clock_timestamp": "timestamp",
    "statement_timestamp": "timestamp",
    "transaction_timestamp": "timestamp",
}
DAYS = {"today": 0, "yesterday": -1, "tomorrow": 1}
WORDS = (*DAYS, "now")
# SQLite's and the casts whose text may be such a word.
READERS = ("date", "datetime", "time", "julianday", "strftime", "unixepoch")
TYPES: dict[Kind, str] = {"date": "DATE", "timestamp": "TIMESTAMP", "time": "TIME"}


def stop_clocks(tree: exp.Expr, now: datetime) -> None:
    """Puts `now` in the place of every clock, in place; AGE(x) becomes AGE(today, x)."""
    for node in list(tree.walk()):
        found = CLOCKS.get(type(node))
        if isinstance(node, exp.Anonymous):
            found = NAMED.get(node.name.lower())
            if node.name.lower() == "age" and len(node.expressions) == 1:
                today = _constant(now.replace(hour=0, minute=0, second=0, microsecond=0), "date")
                node.set("expressions", [today, *node.expressions])
        if found is not None:
            node.replace(_constant(now, found))
        elif isinstance(node, exp.Literal) and node.is_string:
            _spell_out(node, now)


def _spell_out(node: exp.Literal, now: datetime) -> None:
    word = node.name.strip().lower()
    parent = node.parent
    if word not in WORDS or parent is None:
        return
    if isinstance(parent, exp.Cast):
        wanted: Kind | None = kind(parent)
    elif isinstance(parent, exp.Func) and _reads_words(parent):
        wanted = "timestamp"
    elif isinstance(parent, exp.Binary):
        across = parent.this if parent.expression is node else parent.expression
        wanted = kind(across)
    else:
        return
    if wanted in TYPES:
        day = now if word == "now" else _midnight(now) + timedelta(days=DAYS[word])
        whole = wanted == "date" and not isinstance(parent, exp.Func)
        node.set("this", write(_midnight(day) if whole else day, day=True))


def _reads_words(node: exp.Expr) -> bool:
    name = node.name if isinstance(node, exp.Anonymous) else node.key
    return name.lower() in READERS


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _constant(now: datetime, found: Kind) -> exp.Expr:
    shown = {
        "date": now.date().isoformat(),
        "timestamp": write(now.replace(microsecond=0)),
        "time": now.strftime("%H:%M:%S"),
    }[found]
    return mark(exp.cast(exp.Literal.string(shown), TYPES[found]), found)
