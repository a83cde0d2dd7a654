"""What the place that stdout goes to can show; it must not know what is shown there."""

from __future__ import annotations

import sys
from typing import TextIO

from localai.cli.sql.grid import Look
from localai.cli.terminal import is_styled, width


def look(stream: TextIO | None = None) -> Look:
    """The look of a stream, stdout where none is given: a pipe has no width and no colours."""
    stream = stream or sys.stdout
    if not stream.isatty():
        return Look(None, can_show(stream, "\u2500\u2588\u28ff\u2026"))
    return Look(width(stream), can_show(stream, "\u2500\u2588\u28ff\u2026"), is_styled(stream))


def can_show(stream: TextIO, signs: str) -> bool:
    """Whether the stream's encoding has these signs."""
    try:
        signs.encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
