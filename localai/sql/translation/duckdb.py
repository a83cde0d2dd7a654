"""What sqlglot's DuckDB text of PostgreSQL lacks, as rules; it must not apply them."""

from __future__ import annotations

from localai.sql.translation.rewriting import Rules

RULES: Rules = {}
