"""Text with named gaps, filled into segments; it must not know roles or families."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from localai.request import Segment

Parts = tuple[Segment, ...]
_GAP = re.compile(r"\{(\w+)\}")


def marker(text: str) -> Parts:
    """Text of the format itself: a special token's text in it is that token."""
    return (Segment(text, trusted=True),)


def said(text: str) -> Parts:
    """Text that someone wrote: a special token's text in it stays text."""
    return (Segment(text, trusted=False),)


def fill(pattern: str, values: Mapping[str, Parts]) -> Parts:
    """The pattern with each `{name}` replaced by `values[name]`; the rest of it is marker text."""
    # Splitting at one group leaves literals at even places and names at odd ones.
    pieces = enumerate(_GAP.split(pattern))
    return tuple(
        segment for i, piece in pieces for segment in (values[piece] if i % 2 else marker(piece))
    )


def tidy(segments: Iterable[Segment]) -> Parts:
    """The same text in the fewest segments: neighbours of one kind joined, empty ones left out."""
    tidied: list[Segment] = []
    for segment in segments:
        if tidied and tidied[-1].trusted == segment.trusted:
            segment = Segment(tidied.pop().text + segment.text, segment.trusted)
        if segment.text:
            tidied.append(segment)
    return tuple(tidied)
