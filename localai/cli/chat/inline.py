"""Emphasis, code and links within one line of Markdown, as it comes; it must not know lines.

What may still turn out to be something else is waited for: `*a` is emphasis only once `a*` is
there, and stays a star where it never is.
"""

from __future__ import annotations

import re

from localai.cli.chat.wrapping import Style

Runs = list[tuple[str, Style]]

# Characters after which an opened mark is taken for itself: emphasis is shorter.
MOST_HELD = 400

_SPECIAL = re.compile(r"[\\`*_~\[]")
_LINK = re.compile(r"\[([^\[\]]*)\]\(\s*([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+\"[^\"]*\")?\s*\)")
_PART_OF_LINK = re.compile(r"\[[^\[\]]*(\](\([^\s]*(\s[^\n)]*)?)?)?")
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_STYLES: dict[str, dict[int, Style]] = {
    "*": {1: ("italic",), 2: ("bold",), 3: ("bold", "italic")},
    "_": {1: ("italic",), 2: ("bold",), 3: ("bold", "italic")},
    "~": {2: ("strike",)},
}


def runs(text: str, at: int = 0, *, final: bool, style: Style = ()) -> tuple[Runs, int]:
    """The styled runs of a line's text that are sure, from `at` on, and where they end.

    final: nothing follows on this line.
    """
    found: Runs = []
    while at < len(text):
        special = _SPECIAL.search(text, at)
        end = special.start() if special else len(text)
        if end > at:
            found.append((text[at:end], style))
            at = end
            continue
        span = _span(text, at, final or len(text) - at > MOST_HELD, style)
        if span is None:
            break
        pieces, at = span
        found += pieces
    return found, at


def _span(text: str, at: int, final: bool, style: Style) -> tuple[Runs, int] | None:
    """What begins at a special character, and where it ends; None where more text may tell."""
    sign = text[at]
    if sign == "\\":
        following = text[at + 1 : at + 2]
        if not following and not final:
            return None
        escaped = following in _PUNCTUATION if following else False
        return [(following if escaped else sign, style)], at + 1 + escaped
    if sign == "[":
        return _link(text, at, final, style)
    end = at
    while text[end : end + 1] == sign:
        end += 1
    if end == len(text) and not final:
        return None
    if sign == "`":
        return _code(text, at, end, final, style)
    return _emphasis(text, at, end, final, style)


def _code(text: str, at: int, end: int, final: bool, style: Style) -> tuple[Runs, int] | None:
    ticks = end - at
    close = re.compile(rf"(?<!`)`{{{ticks}}}(?!`)").search(text, end)
    if close is None or (close.end() == len(text) and not final):
        return ([(text[at:end], style)], end) if final else None
    inner = text[end : close.start()]
    if inner.strip() and inner[0] == inner[-1] == " ":
        inner = inner[1:-1]
    return [(inner, (*style, "cyan"))], close.end()


def _emphasis(text: str, at: int, end: int, final: bool, style: Style) -> tuple[Runs, int] | None:
    sign, length = text[at], end - at
    added = _STYLES[sign].get(length, ())
    inside_word = sign == "_" and at > 0 and text[at - 1].isalnum()
    if added and not inside_word and text[end : end + 1].strip():
        for run in re.compile(re.escape(sign) + "+").finditer(text, end):
            if not _closes(text, run, sign, length):
                continue
            if run.end() == len(text) and not final:
                return None
            inner, _ = runs(text[end : run.end() - length], final=True, style=(*style, *added))
            return inner, run.end()
        if not final:
            return None
    return [(text[at:end], style)], end


def _closes(text: str, run: re.Match[str], sign: str, length: int) -> bool:
    held = len(run.group())
    if held not in (length, 3) or held < length or text[run.start() - 1].isspace():
        return False
    if text[run.start() - 1] == "\\":
        return False
    return sign != "_" or not text[run.end() : run.end() + 1].isalnum()


def _link(text: str, at: int, final: bool, style: Style) -> tuple[Runs, int] | None:
    link = _LINK.match(text, at)
    if link is None:
        part = _PART_OF_LINK.match(text, at)
        if not final and part is not None and part.end() == len(text):
            return None
        return [("[", style)], at + 1
    label, address = link.groups()
    told, _ = runs(label or address, final=True, style=(*style, "underline"))
    if label and address and label != address:
        told.append((f" ({address})", (*style, "dim")))
    return told, link.end()
