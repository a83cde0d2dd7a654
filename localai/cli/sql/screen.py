"""What the place that stdout goes to can show; it must not know what is shown there."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TextIO

from localai.cli.sql.grid import Look

LEAST_WIDTH = 20


def look(stream: TextIO | None = None) -> Look:
    """The look of a stream, stdout where none is given: a pipe has no width and no colours."""
    stream = stream or sys.stdout
    if not stream.isatty():
        return Look(None, can_show(stream, "\u2500\u2588\u28ff\u2026"))
    styled = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    width = max(LEAST_WIDTH, shutil.get_terminal_size().columns)
    return Look(width, can_show(stream, "\u2500\u2588\u28ff\u2026"), styled)


def can_show(stream: TextIO, signs: str) -> bool:
    """Whether the stream's encoding has these signs."""
    try:
        signs.encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
