"""Dresses a question: politeness, spoken style, capitals, missing signs, typing errors, spelling.

It must not know what is asked, or any answer.
"""

from __future__ import annotations

import random
import re

from made_up.phrases import lines
from made_up.split import Split

# Wrappers that go with whatever stands after them.
_ANY = lines("""
{}, please
please, {}
hey, {}
hi, {}
hello, {}
hi there! {}
so, {}
ok, {}
okay, now {}
and {}
now {}
quick question: {}
question: {}
one more: {}
for my report: {}
for the meeting i need this: {}
{}, thanks
{} thanks in advance
{}, if you can
{} pls
{} please
{}, asap
i need to know: {}
tell me this: {}
my boss asks: {}
sorry to bother you, but {}
just curious, {}
um, {}
well, {}
""")
# Wrappers for questions that open with a question word.
_QUESTION = lines("""
please tell me {}
can you tell me {}
could you tell me {}
could you please tell me {}
would you tell me {}
i want to know {}
i would like to know {}
i'd like to know {}
we need to know {}
do you know {}
do you happen to know {}
i wonder {}
i was wondering {}
any idea {}
can you find out {}
please find out {}
let me know {}
help me find out {}
can anyone say {}
what i want to know is {}
""")
# Wrappers for commands.
_COMMAND = lines("""
please {}
can you {}
could you {}
could you please {}
would you please {}
can you please {}
would you {}
i want you to {}
i'd like you to {}
kindly {}
go ahead and {}
now please {}
""")
_QUESTIONS = ("how", "what", "which", "who", "when", "where", "in which", "on which")
_COMMANDS = (
    "show", "list", "give", "find", "count", "display", "return", "calculate", "compute", "sort",
    "sum", "tell", "get", "print", "fetch", "report", "provide", "compare", "break", "order",
)  # fmt: skip
_BRITISH = {"color": "colour", "center": "centre", "theater": "theatre", "favorite": "favourite",
            "organization": "organisation", "meter": "metre", "license": "licence",
            "catalog": "catalogue", "program": "programme", "liter": "litre"}  # fmt: skip
# "whats" and "dont", but no "months total".
_SHORTENED = re.compile(
    r"\b(what|who|where|how|that|it|i|we|you|let|don|doesn|didn|isn|aren|wasn|haven|hasn)'"
    r"(s|d|t|ll|re)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]{4,}")


def dress(rng: random.Random, split: Split, text: str) -> str:
    """The question as somebody may have typed it; seeded by `rng`."""
    text = " ".join(text.split()).replace(" ,", ",").replace(" ?", "?").replace(" .", ".")
    text = text.replace("a average", "an average").replace(" a a", " a")
    if rng.random() < 0.22:
        text = _wrapped(rng, split, text)
    if rng.random() < 0.3:
        text = _british(text)
    if rng.random() < 0.03:
        text = typed(rng, text)
    roll = rng.random()
    if roll < 0.62:
        text = text[0].upper() + text[1:]
    elif roll < 0.627:
        text = " ".join(word[0].upper() + word[1:] for word in text.split())
    elif roll < 0.78:
        text = _SHORTENED.sub(r"\1\2", text)
    if rng.random() < 0.6:
        asks = re.match(r"(?i)(so |and |now )?(how|what|which|who|when|where|is|do)\b", text)
        text += rng.choice(["?", "?", "?", "?", " ?"] if asks else [".", ".", ".", "?", "", ""])
    return text


def _wrapped(rng: random.Random, split: Split, text: str) -> str:
    wrappers = _ANY
    if text.startswith(_QUESTIONS) and rng.random() < 0.6:
        wrappers = _QUESTION
    elif text.startswith(_COMMANDS) and rng.random() < 0.7:
        wrappers = _COMMAND
    return split.pick(rng, *wrappers).format(text)


def _british(text: str) -> str:
    return re.sub(r"[a-z]+", lambda match: _BRITISH.get(match[0], match[0]), text)


def typed(rng: random.Random, text: str) -> str:
    """With one letter dropped, doubled or swapped in one word of four or more small letters."""
    words = list(_WORD.finditer(text))
    if not words:
        return text
    word = rng.choice(words)
    place = word.start() + rng.randint(1, len(word[0]) - 2)
    kind = rng.randrange(4)
    if kind == 0:
        return text[:place] + text[place + 1 :]
    if kind == 1:
        return text[:place] + text[place] + text[place:]
    if kind == 2:
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    return text[:place] + rng.choice("aeiounrst") + text[place + 1 :]
