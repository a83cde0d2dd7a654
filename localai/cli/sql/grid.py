"""Draws a table that fits a width, upright or as records; it must not know where it is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from localai.cli.sql.cells import Shown, shown
from localai.sql.database import Cell

GAP = "  "
# A text column is not made narrower than this, in signs.
LEAST_WIDTH = 10
MOST_LINES = 4
# So many rows are shown as records where the columns do not fit side by side.
MOST_RECORDS = 10


@dataclass(frozen=True, slots=True)
class Look:
    """What the place can show. width: signs in a line, None for no end. styled: it knows ANSI."""

    width: int | None = None
    unicode: bool = True
    styled: bool = False

    @property
    def rule(self) -> str:
        return "\N{BOX DRAWINGS LIGHT HORIZONTAL}" if self.unicode else "-"

    @property
    def more(self) -> str:
        return "\N{HORIZONTAL ELLIPSIS}" if self.unicode else "..."


@dataclass(frozen=True, slots=True)
class Drawn:
    """The lines, and what they do not show: whole columns, and the ends of long values."""

    lines: tuple[str, ...]
    omitted: tuple[str, ...] = ()
    cut: bool = False


def draw(columns: Sequence[str], rows: Sequence[Sequence[Cell]], look: Look) -> Drawn:
    """The rows under their headings, in the width of the look."""
    table = [shown(name, [row[i] for row in rows]) for i, name in enumerate(columns)]
    widths = fitted(table, look.width)
    if widths is not None:
        return _upright(table, widths, look)
    if len(rows) <= MOST_RECORDS:
        return _records(table, len(rows), look)
    count = len(table)
    while count > 1 and widths is None:
        count -= 1
        widths = fitted(table[:count], look.width)
    drawn = _upright(table[:count], widths or [look.width or LEAST_WIDTH], look)
    return Drawn(drawn.lines, tuple(columns[count:]), drawn.cut)


def fitted(table: Sequence[Shown], width: int | None) -> list[int] | None:
    """The width of each column; None where they do not fit side by side."""
    widths = [max(_length(column.heading), _longest(column)) for column in table]
    if width is None:
        return widths
    room = width - len(GAP) * (len(table) - 1)
    # A number is never broken, and a heading only where a wide one stands over short values.
    least = [
        min(widths[i], max(_longest(column) if column.right else LEAST_WIDTH, _word(column)))
        for i, column in enumerate(table)
    ]
    if sum(least) > room:
        return None
    while (over := sum(widths) - room) > 0:
        # The widest that may still shrink, down to the next widest.
        index = max((i for i in range(len(widths)) if widths[i] > least[i]), key=widths.__getitem__)
        below = [w for i, w in enumerate(widths) if w < widths[index] and w > least[i]]
        widths[index] -= max(1, min(over, widths[index] - max([*below, least[index]])))
    return widths


def _longest(column: Shown) -> int:
    return max(map(_length, column.texts), default=0)


def _word(column: Shown) -> int:
    """The room that a heading needs at least: half of it, to stand on two lines."""
    return min(LEAST_WIDTH, _length(column.heading))


def _length(text: str) -> int:
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _upright(table: Sequence[Shown], widths: Sequence[int], look: Look) -> Drawn:
    cut = False
    headings = [wrapped(column.heading, width) for column, width in zip(table, widths, strict=True)]
    lines = [_styled(line, "1", look) for line in _side_by_side(headings, table, widths, look)]
    lines.append(GAP.join(look.rule * width for width in widths))
    count = len(table[0].texts) if table else 0
    for index in range(count):
        cells = []
        for column, width in zip(table, widths, strict=True):
            pieces, shortened = _short(wrapped(column.texts[index], width), width, look)
            cells.append(pieces)
            cut = cut or shortened
        missing = [column.missing[index] for column in table]
        lines.extend(_side_by_side(cells, table, widths, look, missing))
    return Drawn(tuple(lines), cut=cut)


def _side_by_side(
    cells: Sequence[Sequence[str]],
    table: Sequence[Shown],
    widths: Sequence[int],
    look: Look,
    missing: Sequence[bool] = (),
) -> Iterator[str]:
    height = max(map(len, cells), default=0)
    for line in range(height):
        parts = []
        for i, pieces in enumerate(cells):
            text = pieces[line] if line < len(pieces) else ""
            fill = " " * (widths[i] - _length(text))
            text = _styled(text, "2", look) if missing and missing[i] else text
            parts.append(fill + text if table[i].right else text + fill)
        yield GAP.join(parts).rstrip()


def _records(table: Sequence[Shown], count: int, look: Look) -> Drawn:
    width = look.width or 80
    label = min(max((_length(column.heading) for column in table), default=0), max(8, width // 3))
    room = max(LEAST_WIDTH, width - label - len(GAP))
    lines, cut = [], False
    for index in range(count):
        title = f"{look.rule * 2} {index + 1} "
        lines.append(title + look.rule * max(0, min(width, 40) - len(title)))
        for column in table:
            heading = wrapped(column.heading, label)
            pieces, shortened = _short(wrapped(column.texts[index], room), room, look)
            cut = cut or shortened
            for name, piece in zip_longest(heading, pieces, fillvalue=""):
                piece = _styled(piece, "2", look) if column.missing[index] else piece
                lines.append(f"{name}{' ' * (label - _length(name))}{GAP}{piece}".rstrip())
    return Drawn(tuple(lines), cut=cut)


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most `width`, broken at spaces where there are any."""
    if _length(text) <= width:
        return [text]
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if _length(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        *whole, line = _folded(word, width)
        lines.extend(whole)
    return [*lines, line]


def _folded(word: str, width: int) -> list[str]:
    pieces, piece = [], ""
    for sign in word:
        if piece and _length(piece + sign) > width:
            pieces.append(piece)
            piece = ""
        piece += sign
    return [*pieces, piece]


def _short(pieces: list[str], width: int, look: Look) -> tuple[list[str], bool]:
    if look.width is None or len(pieces) <= MOST_LINES:
        return pieces, False
    kept = pieces[:MOST_LINES]
    while kept[-1] and _length(kept[-1]) > width - _length(look.more):
        kept[-1] = kept[-1][:-1]
    return [*kept[:-1], kept[-1] + look.more], True


def _styled(text: str, code: str, look: Look) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if look.styled and text else text
