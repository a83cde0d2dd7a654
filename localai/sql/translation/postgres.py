"""What PostgreSQL itself would refuse of a model's PostgreSQL, as rules; it must not apply them."""

from __future__ import annotations

from localai.sql.translation.rewriting import Rules

RULES: Rules = {}
