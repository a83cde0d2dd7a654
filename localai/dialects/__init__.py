"""The table of dialects; it must not know how any of them is served."""

from __future__ import annotations

from collections.abc import Mapping

from localai.dialects import openai, qianfan, workers_ai, workers_binding
from localai.dialects.dialect import Dialect

DIALECTS: Mapping[str, Dialect] = {
    dialect.name: dialect
    for dialect in (workers_ai.DIALECT, openai.DIALECT, qianfan.DIALECT, workers_binding.DIALECT)
}


def dialect_of(path: str) -> Dialect:
    """The dialect that claims this URL path (longest prefix), else the first of the table."""
    segments = path.split("/")

    def claim(dialect: Dialect) -> int:
        prefixes = [prefix.split("/") for prefix in dialect.prefixes]
        return max((len(p) for p in prefixes if _begins(segments, p)), default=0)

    return max(DIALECTS.values(), key=claim)


def _begins(segments: list[str], prefix: list[str]) -> bool:
    pairs = zip(segments, prefix, strict=False)
    return len(segments) >= len(prefix) and all(s == p or p.startswith("{") for s, p in pairs)
