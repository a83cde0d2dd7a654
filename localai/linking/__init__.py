"""Owns the embedded model's family: `link` writes its prompt, `answer_grammar` holds its answer to
the prompt's slots, `unlink` turns it into SQL; `unread` tells what the prompt makes nothing of,
`left_out`, `unasked` and `clashes` what the answer does.

It must not know engines, databases or other models' prompts.
"""

from __future__ import annotations

from localai.linking.answers import answer_grammar
from localai.linking.clashes import clashes
from localai.linking.leftover import left_out, unasked, unread
from localai.linking.prompt import Link, Linker, Slots, link
from localai.linking.unlink import unlink

__all__ = [
    "Link",
    "Linker",
    "Slots",
    "answer_grammar",
    "clashes",
    "left_out",
    "link",
    "unasked",
    "unlink",
    "unread",
]
