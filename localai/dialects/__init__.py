"""The table of dialects; it must not know how any of them is served."""

from __future__ import annotations

from collections.abc import Mapping

from localai.dialects import qianfan, workers_ai
from localai.dialects.dialect import Dialect

DIALECTS: Mapping[str, Dialect] = {
    dialect.name: dialect for dialect in (workers_ai.DIALECT, qianfan.DIALECT)
}


def dialect_of(path: str) -> Dialect:
    """The dialect that claims this URL path (longest prefix), else the first of the table."""

    def claim(dialect: Dialect) -> int:
        own = (p for p in dialect.prefixes if path == p or path.startswith(f"{p}/"))
        return max(map(len, own), default=0)

    return max(DIALECTS.values(), key=claim)
