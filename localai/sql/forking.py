"""Owns the embedded model's candidates: its own answer, and what it would have written had it taken
another token where it was in doubt; it must not know schemas or databases."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from localai.reply import TokenScore
from localai.request import GenerateRequest
from localai.sql.candidates import Generate, OnEvent, Reply, read, together

# Of 450 questions of people over 13 databases, 43.3 % were answered right with up to four forks at
# tokens of at least this probability (1.8 on average), 41.7 % with four at any, 41.8 % with seven
# sampled answers, 39.8 % with the greedy one alone.
IN_DOUBT = 0.1
RIVALS = 3


class Fork(NamedTuple):
    """The tokens of an answer up to where it takes another way, with the first that is other."""

    tokens: tuple[TokenScore, ...]

    @property
    def text(self) -> str | None:
        """None where it ends inside a character."""
        try:
            return b"".join(token.piece for token in self.tokens).decode()
        except UnicodeDecodeError:
            return None


def forked(
    request: GenerateRequest, generate: Generate, count: int, on_event: OnEvent | None
) -> Sequence[Reply]:
    """The request's own (greedy) reply, then at most `count` - 1 that leave it where another token
    was nearly as likely, the likeliest such place first; none where it was in no doubt.

    A prompt that is raw text is needed. The grammar cannot begin in mid-answer: what is written
    from a fork on is held to nothing, and may turn out to be no SQL. Raises what the engine raises.
    """
    first = read(generate(replace(request, top_logprobs=RIVALS)), on_event)
    forks = turns(first, count - 1)
    requests = [_going_on(request, fork) for fork in forks]
    readers = [partial(read, begun=fork.tokens) for fork in forks]
    return [first, *(together(requests, generate, readers) if forks else ())]


def turns(reply: Reply, most: int) -> list[Fork]:
    """Where a reply could have gone another way, at most `most`, the likeliest first."""
    found: list[tuple[float, Fork]] = []
    for place, score in enumerate(reply.scores):
        for piece, logprob in score.top:
            # What is likelier than what was taken is what the grammar refused.
            if piece and piece != score.piece and math.log(IN_DOUBT) <= logprob <= score.logprob:
                fork = Fork((*reply.scores[:place], TokenScore(piece, logprob)))
                if fork.text is not None:
                    found.append((logprob - score.logprob, fork))
    found.sort(key=lambda one: -one[0])
    return [fork for _, fork in found[: max(0, most)]]


def _going_on(request: GenerateRequest, fork: Fork) -> GenerateRequest:
    return replace(
        request, prompt=f"{request.prompt}{fork.text}", grammar=None, top_logprobs=0, progress=False
    )
