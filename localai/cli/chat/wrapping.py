"""Words on lines that fit a terminal, each written once; it must not know Markdown.

The cursor never goes back: nothing flickers, whatever is longer than the screen is right, and a
change of size in the middle harms only the lines that are there already.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rich.cells import cell_len

# Style -> its code in "Select Graphic Rendition" (ECMA-48). The names are rich's as well.
CODES = {
    "bold": "1",
    "dim": "2",
    "italic": "3",
    "underline": "4",
    "strike": "9",
    "cyan": "36",
    "magenta": "35",
    "yellow": "33",
}
Style = tuple[str, ...]
"""Names of CODES."""

_PIECES = re.compile(r"[ \t]+|[^ \t]+")


def paint(text: str, style: Style) -> str:
    """The text in that style, and back to normal."""
    if not style or not text:
        return text
    return f"\x1b[{';'.join(CODES[name] for name in style)}m{text}\x1b[0m"


class Wrapper:
    """Puts words on lines. width: the columns of the terminal, asked for at each word.

    A word is written when it is whole, for only then its line is known. One longer than a line is
    left to the terminal to break, so that a long address stays one.
    """

    def __init__(self, write: Callable[[str], object], width: Callable[[], int]) -> None:
        self._write, self._width = write, width
        self._word: list[tuple[str, Style]] = []
        self._cells = 0
        self._gap = 0
        self._column = 0
        self._indent, self._indented = "", 0

    def start(self, prefix: str, indent: str, style: Style = (), indent_style: Style = ()) -> None:
        """Begin a line with a prefix; the lines that it goes on in begin with the indent."""
        self._write(paint(prefix, style))
        self._column = cell_len(prefix)
        self._indent, self._indented = paint(indent, indent_style), cell_len(indent)

    def put(self, text: str, style: Style = ()) -> None:
        """Go on with text that has no line break."""
        for piece in _PIECES.findall(text):
            if piece[0] in " \t":
                self._flush()
                self._gap += cell_len(piece.replace("\t", "    "))
            elif piece.isascii():
                self._add(piece, style)
            else:
                self._put_wide(piece, style)

    def end(self) -> None:
        """End the line."""
        self._flush()
        self._write("\n")
        self._column = self._gap = 0
        self._indent, self._indented = "", 0

    def _put_wide(self, piece: str, style: Style) -> None:
        # Chinese and Japanese have no spaces: a line may end after each of their signs.
        for sign in piece:
            wide = cell_len(sign) == 2
            if wide:
                self._flush()
            self._add(sign, style)
            if wide:
                self._flush()

    def _add(self, text: str, style: Style) -> None:
        if self._word and self._word[-1][1] == style:
            text = self._word.pop()[0] + text
        self._word.append((text, style))
        self._cells = sum(cell_len(part) for part, _ in self._word)

    def _flush(self) -> None:
        if not self._word:
            return
        # The last column stays empty: terminals differ in what follows when it is filled.
        width = self._width() - 1
        if self._column + self._gap + self._cells > width and self._column > self._indented:
            self._write("\n" + self._indent)
            self._column, self._gap = self._indented, 0
        self._write(" " * self._gap + "".join(paint(text, style) for text, style in self._word))
        self._column += self._gap + self._cells
        if self._column > width + 1:
            self._column %= width + 1  # the terminal has broken it
        self._word, self._cells, self._gap = [], 0, 0
