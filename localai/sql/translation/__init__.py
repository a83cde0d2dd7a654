"""Puts a resolved PostgreSQL tree into another dialect's words; it must not judge names."""

from __future__ import annotations

from datetime import datetime

from sqlglot import exp

from localai.sql.translation.clock import stop_clocks
from localai.sql.translation.rewriting import Rules, rewrite
from localai.sql.translation.spans import spell_out_spans


def translate(tree: exp.Query, dialect: str, now: datetime) -> exp.Query:
    """Rewrites the tree, in place, so that sqlglot's text of it in `dialect` means the same.

    now: what the user's clock shows; it stands for every CURRENT_DATE, NOW() and the like.
    Raises SQLRejected for what that dialect cannot say.
    """
    stop_clocks(tree, now)
    spell_out_spans(tree)
    return rewrite(tree, _rules(dialect))  # type: ignore[return-value]  # a query stays one


def _rules(dialect: str) -> Rules:
    if dialect == "sqlite":
        from localai.sql.translation.sqlite import RULES

        return RULES
    if dialect == "duckdb":
        from localai.sql.translation.duckdb import RULES as DUCKDB

        return DUCKDB
    from localai.sql.translation.postgres import RULES as POSTGRES

    return POSTGRES
