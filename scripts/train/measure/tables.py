"""Owns how figures are shown: Markdown tables, and the same as JSON; it must not measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

ALL = "all"
FEW = 3
IN_ORDER = ", columns in order too"


@dataclass
class Table:
    """One table of the card. rows: cells by column, the first column names the row."""

    title: str
    columns: Sequence[str]
    rows: list[Sequence[object]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def markdown(self) -> str:
        """The table as the card has it."""
        lines = [self.title, ""]
        lines.append(f"| {' | '.join(self.columns)} |")
        lines.append("|" + "---|" * len(self.columns))
        lines += [f"| {' | '.join(map(_shown, row))} |" for row in self.rows]
        return "\n".join([*lines, "", *(f"{note}\n" for note in self.notes)])

    def plain(self) -> dict[str, Any]:
        """The table as JSON-able values."""
        rows = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        return {"title": self.title, "rows": rows, "notes": self.notes}


def _shown(cell: object) -> str:
    return f"{cell:.3g}" if isinstance(cell, float) else str(cell)


def share(part: int, whole: int) -> str:
    """`12 (34 %)`; a dash where there is nothing to have a share of."""
    return f"{part} ({100 * part / whole:.1f} %)" if whole else "-"


def by_kind(
    title: str,
    kinds: Sequence[str],
    right: Mapping[str, Sequence[bool]],
    strictly: Mapping[str, Sequence[bool]],
) -> Table:
    """Shares of right answers by kind and writer. kinds: of each question; right: by writer, for
    each question, whether the rows are right; strictly: with columns in the right query's order,
    too, which the last rows tell: of all, and of each kind where there are but a few."""
    table = Table(title, ["", "questions", *right])
    each = sorted(set(kinds))
    for name, judged in (("", right), (IN_ORDER, strictly)):
        for kind in [*(each if not name or len(each) <= FEW else ()), ALL]:
            chosen = [n for n, own in enumerate(kinds) if kind in (own, ALL)]
            cells = [share(sum(own[n] for n in chosen), len(chosen)) for own in judged.values()]
            table.rows.append([kind + name, len(chosen), *cells])
    return table
