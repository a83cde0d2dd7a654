"""A question in words about a database becomes SQL and rows; it must not know engines or doors."""

from __future__ import annotations

from localai.sql.answer import Answer, Earlier, Options
from localai.sql.ask import ask
from localai.sql.database import Introspection, Limits
from localai.sql.source import Source, open_source

__all__ = [
    "Answer", "Earlier", "Introspection", "Limits", "Options", "Source", "ask", "open_source",
]  # fmt: skip
