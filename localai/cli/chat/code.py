"""Code in a fence, painted line by line as it comes; it must not know what stands around it."""

from __future__ import annotations

import re
from typing import Any

from rich.color import ColorSystem
from rich.console import Console

# Lines before the one that is painted: they say whether it stands inside a text or a comment.
_CONTEXT = 30
# Longer lines are data, not code that is read.
_LONGEST = 2_000
_THEME = "ansi_dark"
_CONSOLE = Console(force_terminal=True, color_system="standard")
_OPENING = re.compile(r"([ \t]*)(`{3,}|~{3,})[ \t]*([\w+#.-]*)")


class Code:
    """The lines of one fence, whose first line is given."""

    def __init__(self, fence: str) -> None:
        opening = _OPENING.match(fence)
        assert opening is not None
        self._indent, self._fence, language = opening.groups()
        self._syntax = _syntax(language)
        self._lines: list[str] = []

    def ends_at(self, line: str) -> bool:
        """Whether this is the closing fence: as long as the opening one, at least."""
        stripped = line.strip()
        return len(stripped) >= len(self._fence) and set(stripped) == {self._fence[0]}

    def painted(self, line: str) -> str:
        """The line in its language's colours, without the fence's own indent."""
        if line.startswith(self._indent):
            line = line[len(self._indent) :]
        if self._syntax is None or len(line) > _LONGEST or not line.strip():
            return line
        self._lines = [*self._lines[-_CONTEXT:], line]
        text = self._syntax.highlight("\n".join(self._lines)).split("\n", allow_blank=False)[-1]
        if text.plain != line:
            return line  # a lexer that changes the text is not to be trusted with it
        # Printing it would put spaces in place of tabs.
        parts = text.render(_CONSOLE)
        return "".join(
            part.style.render(part.text, color_system=ColorSystem.STANDARD)
            if part.style
            else part.text
            for part in parts
        )


def _syntax(language: str) -> Any:
    if not language:
        return None
    from rich.syntax import Syntax

    syntax = Syntax("", language, theme=_THEME, background_color="default", word_wrap=False)
    return syntax if syntax.lexer is not None else None
