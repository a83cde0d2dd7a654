"""A question in words about a database becomes SQL and rows; it must not know engines or doors."""

from __future__ import annotations

from localai.sql.ask import Answer, ask

__all__ = ["Answer", "ask"]
