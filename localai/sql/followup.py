"""Puts a follow-up and the question before it together in words; it must not know models.

For the model that reads one question and no conversation: "only in Berlin" after "How many
customers are there?" becomes "How many customers are there in Berlin". What no such joining can
mean, as "how many of them ...?", is refused: to drop what came before would be a wrong answer.
"""

from __future__ import annotations

import re

from localai.errors import InvalidRequest
from localai.linking.catalog import Catalog
from localai.linking.lexicon import STOP
from localai.linking.mentions import Mention, find_mentions
from localai.linking.words import Piece, split_question
from localai.schema import Schema

# What opens a follow-up without saying anything; `and` does so where a condition comes after it.
OPENING = re.compile(
    r"(?:(?:but|now|then|so|ok|okay|please|just|only|instead|what about|how about|the same|same"
    r"|the ones|those|that|make it"
    r"|(?:and|also)(?= (?:in|at|on|by|per|for|from|of|with|without|since|after|before|between|over"
    r"|under|above|below|more|less|only|just|what|how|sorted|ordered)\b)"
    r")\b[\s,:]*)+",
    re.IGNORECASE,
)
CLOSING = re.compile(r"[\s,]*(?:\b(?:instead|only|please|too|as well|then|now))?[\s?.!]*$", re.I)
WHOLE = re.compile(
    r"(?:how (?:many|much|old|long|often|far)|what|which|who|whose|whom|when|where|list|show|give"
    r"|find|count|name|tell|is|are|do|does|did|was|were|has|have)\b(?! about\b)",
    re.IGNORECASE,
)
POINTING = re.compile(r"\b(?:them|they|their|those|these|it|its|that one|ones)\b", re.IGNORECASE)
RELATIVE = re.compile(r"who(?:se|m)? [^?]*")  # "who joined after 2024" describes someone
HOW_MANY = re.compile(r"(?:and )?how many(?: are there| is that)?", re.IGNORECASE)
# What a question begins with that asks for rows: `how many` takes its place.
LISTING = re.compile(
    r"(?:which|what|list|show|give|find)(?: me)?(?: all)?(?: the)?\b", re.IGNORECASE
)
# A group may be called by several words; what goes on with these is about something else.
GROUPING = re.compile(
    r"""\b(?:by|per|(?:for|in|of|at|from|on)\s(?:each|every))\s+\w+
    (?:\s+(?!(?:and|are|at|by|did|do|does|for|from|had|has|have|in|is|last|of|on|or|per|since|that
    |this|was|were|when|where|which|who|with)\b)[^\W\d]\w*)*""",
    re.IGNORECASE | re.VERBOSE,
)
UP = frozenset("more over above least after since".split())
DOWN = frozenset("less fewer under below most before until".split())
COMPARING = 2  # so many words before a value at most


def joined(question: str, before: str, schema: Schema) -> str:
    """One question that says what the two say together; the new one alone where it is whole.

    Raises InvalidRequest where it points back with a word such as `them`.
    """
    base, added = CLOSING.sub("", before), CLOSING.sub("", question)
    if HOW_MANY.fullmatch(added):
        return LISTING.sub("How many", base, count=1)
    if WHOLE.match(question) and not RELATIVE.fullmatch(question):
        if pointing := POINTING.search(question):
            raise _unclear(pointing.group())
        return question
    added = OPENING.sub("", added, count=1).strip() or added
    catalog = Catalog(schema)
    return (
        _exchanged(base, added, catalog) or _regrouped(base, added, question) or (f"{base} {added}")
    )


def _unclear(word: str) -> InvalidRequest:
    return InvalidRequest(
        f"The embedded model cannot tell what {word!r} stands for.",
        field="question",
        hint="Ask the whole question, or take a larger model, which reads what came before.",
    )


def _exchanged(base: str, added: str, catalog: Catalog) -> str | None:
    """`base` with its value in the place of another one of the same column, or None."""
    old, new = _values(base, catalog), _values(added, catalog)
    if len(new) != 1 or _rest(added, new[0]):
        return None
    text = _text(added, new[0])
    for mention in old:
        if _alike(mention, new[0]) and _towards(base, mention) == _towards(added, new[0]):
            pieces = split_question(base)
            start, end = pieces[mention.start].start, pieces[mention.end - 1].end
            return base[:start] + text + base[end:]
    return None


def _values(text: str, catalog: Catalog) -> list[Mention]:
    return [m for m in find_mentions(split_question(text), text, catalog) if m.value is not None]


def _text(text: str, mention: Mention) -> str:
    pieces = split_question(text)
    return text[pieces[mention.start].start : pieces[mention.end - 1].end]


def _rest(text: str, mention: Mention) -> list[Piece]:
    """What `text` says beside the value."""
    pieces = split_question(text)
    beside = [*pieces[: mention.start], *pieces[mention.end :]]
    return [p for p in beside if p.kind != "sign" and p.text.lower() not in STOP]


def _towards(text: str, mention: Mention) -> str:
    """What the words before a value compare it as: `more than 50` and `less than 100` can both
    hold, and one does not take the other's place."""
    before = split_question(text)[max(0, mention.start - COMPARING) : mention.start]
    words = {piece.text.lower() for piece in before}
    return "up" * bool(words & UP) + "down" * bool(words & DOWN)


def _alike(one: Mention, other: Mention) -> bool:
    first, second = one.value, other.value
    if first is None or second is None:
        return False
    if first.stored and second.stored:
        return bool(set(first.stored) & set(second.stored))
    if first.low or second.low:
        return bool(first.low) == bool(second.low)
    return first.kind == second.kind == "number"


def _regrouped(base: str, added: str, question: str) -> str | None:
    """`base` by another group, or by one more where the follow-up says `and`; else None."""
    grouping, before = GROUPING.match(added), GROUPING.search(base)
    if grouping is None or before is None:
        return None
    if question.lower().startswith("and"):
        return f"{base[: before.end()]} and {added.split(maxsplit=1)[1]}{base[before.end() :]}"
    return base[: before.start()] + added + base[before.end() :]
