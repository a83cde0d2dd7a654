"""Owns phrases that say the same: a question with some of its phrases said in another way.

It must not know schemas nor the model's language.
"""

from __future__ import annotations

import random
import re

_NUMBER = r"(?= (?:\d|one\b|two\b|three\b|four\b|five\b|six\b|seven\b|eight\b|nine\b|ten\b))"
_BEHIND = {"#": _NUMBER, "~": r"(?![\w'])(?! (?:of|by)\b)"}
_SIGNS = "^#~"
# Phrases of a line stand for each other; `#` stands before a number, `^` at a question's
# start, `~` not before `of` or `by`.
_ALIKE = """
^list|^show|^find|^return|^give|^display|^show me|^give me|^get|^tell me|^report|^get me|^i need
^list|^show me|^list out|^look up|^fetch|^print|^provide|^i'd like to see|^let me see|^pull up
^list the|^show the|^find the|^return the|^give the|^what are the|^display the|^which are the
^find the number of|^count the number of|^what is the number of|^return the number of|^count the
^what is the|^what's the|^tell me the|^give me the|^show me the|^find the|^return the
more than#|over#|above#|greater than#|exceeding#|in excess of#
less than#|fewer than#|under#|below#
at least#|no fewer than#|no less than#|a minimum of#|not less than#
at most#|no more than#|a maximum of#|up to#|not more than#
greater than|higher than|larger than|bigger than|above
lower than|smaller than|below
the highest|the largest|the greatest|the biggest|the maximum
the lowest|the smallest|the minimum
the most common|the most frequent|the commonest|the most frequently occurring
the least common|the rarest|the least frequent
distinct|different|unique
do not have any|have no|don't have any|do not have a single
does not have any|has no|doesn't have any
that do not have any|who do not have any|without any|with no|that have no|who have no|having no
did not|didn't
do not|don't
does not|doesn't
are not|aren't
is not|isn't
that have never|who have never|that have not ever|who haven't ever
that never|who never|which never
sorted by|ordered by|in order of|in the order of|arranged by|sorted on
in descending order of|in decreasing order of|in order of decreasing|by descending
in ascending order of|in increasing order of|in order of increasing|by ascending
in descending order~|from high to low|in decreasing order~|from highest to lowest
in ascending order~|from low to high|in increasing order~|from lowest to highest
in alphabetical order~|alphabetically|in alphabetic order~|from a to z
for each~|for every~|per
of each~|of every~
along with|together with|as well as
the average|the mean|the avg
and the number of|together with the number of|along with the number of|as well as the number of
the largest number of|the greatest number of|the highest number of|the most number of
the fewest|the lowest number of|the smallest number of
named|called
that contain|containing|which contain|that include|which include
starts with|begins with
start with|begin with
located in|situated in
"""


def _pattern(phrase: str) -> str:
    start = "^" if phrase.startswith("^") else r"(?<![\w'])"
    behind = _BEHIND.get(phrase[-1], r"(?![\w'])")
    return start + re.escape(phrase.strip(_SIGNS)) + behind


_GROUPS = [line.split("|") for line in _ALIKE.strip().splitlines()]
_FOUND = [
    re.compile("|".join(_pattern(phrase) for phrase in sorted(group, key=len, reverse=True)), re.I)
    for group in _GROUPS
]


def rephrased(question: str, rng: random.Random, chance: float) -> str:
    """The question, each phrase that may be said otherwise said so with this chance."""
    text = question
    for found, group in zip(_FOUND, _GROUPS, strict=True):
        match = found.search(text)
        if match is None or rng.random() >= chance:
            continue
        other = rng.choice(group).strip(_SIGNS)
        if match.start() == 0 and text[:1].isupper():
            other = other[0].upper() + other[1:]
        text = text[: match.start()] + other + text[match.end() :]
    return text
