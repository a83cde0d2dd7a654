"""Spells made-up tables and columns in the many ways that databases do.

It must not know which tables there are.
"""

from __future__ import annotations

import random

import made_up.words as W

STYLES = {
    "snake": 34, "camel": 12, "pascal": 10, "squash": 6, "prefix": 9, "abbr": 12, "spaced": 5,
    "upper": 7, "kebabless": 5,
}  # fmt: skip
_SHORT = {
    "quantity": "qty", "amount": "amt", "department": "dept", "address": "addr", "customer": "cust",
    "product": "prod", "category": "cat", "description": "descr", "number": "num", "order": "ord",
    "invoice": "inv", "account": "acct", "employee": "emp", "date": "dt", "temperature": "temp",
    "percent": "pct", "population": "pop", "salary": "sal", "total": "tot", "transaction": "txn",
    "student": "stud", "average": "avg", "language": "lang", "level": "lvl", "position": "pos",
    "supplier": "supp", "warehouse": "wh", "year": "yr", "payment": "pmt", "manager": "mgr",
    "discount": "disc", "stock": "stk", "rating": "rtg", "capacity": "cap", "weight": "wt",
    "height": "ht", "length": "len", "distance": "dist", "duration": "dur", "name": "nm",
    "country": "ctry", "status": "sts", "balance": "bal", "minimum": "min", "maximum": "max",
}  # fmt: skip
# What a date is called by the verb of its participle.
_EVENTS = {
    "ordered": "order", "shipped": "shipping", "delivered": "delivery", "hired": "hire",
    "left": "leaving", "issued": "issue", "due": "due", "paid": "payment", "opened": "opening",
    "born": "birth", "joined": "join", "closed": "closing", "loaned": "loan", "sold": "sale",
    "returned": "return", "started": "start", "ended": "end", "ends": "end", "booked": "booking",
    "created": "creation", "bought": "purchase", "sent": "sending", "signed": "signing",
    "published": "publication", "released": "release", "enrolled": "enrollment",
    "built": "construction",
    "checked in": "check in", "checked out": "check out", "launched": "launch", "filed": "filing",
    "departed": "departure", "arrived": "arrival", "founded": "founding", "expires": "expiry",
}  # fmt: skip


def plural(noun: str) -> str:
    """The noun for several."""
    for one, many in (
        ("person", "people"),
        ("child", "children"),
        ("man", "men"),
        ("foot", "feet"),
        ("knife", "knives"),
        ("shelf", "shelves"),
    ):
        if noun.endswith(one):
            return noun[: -len(one)] + many
    if noun.endswith(("series", "species", "sheep", "aircraft", "spacecraft", "works")):
        return noun
    if noun.endswith("sis"):
        return noun[:-2] + "es"
    if noun.endswith("z"):
        return noun + "zes"
    if noun.endswith("s") and not noun.endswith(("ss", "us", "is", "as", "os", "ns")):
        return noun  # notes, chambers
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


def pseudo(rng: random.Random) -> str:
    return "".join(rng.choice(W.SYLLABLES) for _ in range(rng.randint(2, 3)))


class Style:
    """One database's way to spell; `rng` decides it."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.name = rng.choices(list(STYLES), list(STYLES.values()))[0]
        self.plural_tables = rng.random() < 0.6
        self.table_prefix = rng.choices(["", "tbl", "tbl_", "dim"], [80, 4, 8, 8])[0]
        self.key = rng.choice(["id", "id", "table_id", "table_id", "table_no", "table_key"])
        self.dates = rng.choice(["words", "at", "on", "date", "date", "date"])

    def spell(self, words: list[str]) -> str:
        """The words as one name."""
        if self.name == "camel":
            return words[0] + "".join(w.capitalize() for w in words[1:])
        if self.name == "pascal":
            return "".join(w.capitalize() for w in words)
        if self.name == "spaced":
            return " ".join(w.capitalize() for w in words)
        if self.name == "squash":
            return "".join(words)
        if self.name == "upper":
            return "_".join(words).upper()
        if self.name == "kebabless":
            return "_".join(w.capitalize() for w in words)
        if self.name == "abbr":
            words = [self._short(w) for w in words]
        return "_".join(words)

    def _short(self, word: str) -> str:
        if word in _SHORT:
            return _SHORT[word]
        if len(word) < 6:
            return word
        return word[0] + "".join(c for c in word[1:] if c not in "aeiou")[:4]

    def table(self, noun: list[str], fact: bool) -> str:
        """A table's name; `fact` where its rows are events."""
        spelled = self.spell(noun)
        prefix = ("fact" if fact else "dim") if self.table_prefix == "dim" else self.table_prefix
        if not prefix:
            return spelled
        if prefix == "tbl":
            return prefix + spelled[0].upper() + spelled[1:]
        prefix = prefix.rstrip("_")
        return f"{prefix.upper() if self.name == 'upper' else prefix}_{spelled}"

    def key_words(self, noun: list[str]) -> list[str]:
        """The words of a table's own key."""
        return ["id"] if self.key == "id" else [*noun, self.key.removeprefix("table_")]

    def foreign_words(self, noun: list[str], role: str) -> list[str]:
        """The words of a key to a table."""
        end = "id" if self.key == "id" else self.key.removeprefix("table_")
        return [*([role] if role else []), *noun, end]

    def date_words(self, words: str) -> str:
        """What a date such as `shipped on` is called here: `shipping date`, `shipped at` ..."""
        head, _, last = words.rpartition(" ")
        if last not in ("on", "at") or self.dates == "words":
            return words
        if self.dates != "date":
            return f"{head} {self.dates}"
        return f"{_EVENTS.get(head, head)} date"
