"""The choice of the next token, with a grammar's word in it; it must not know contexts."""

from __future__ import annotations

import sys
from collections import abc

import numpy as np

from localai.errors import InvalidRequest
from localai.llama.candidates import Candidates, Logits
from localai.llama.drawing import Draw
from localai.llama.grammar import Grammar
from localai.llama.leanings import Leanings
from localai.request import Sampling

# Tokens drawn one by one before the grammar looks at all of them. With 32,000 of them a draw and
# its check cost 0.2 ms, the look at all 0.3 to 15 ms (scripts/grammar_cost.py).
_DRAWS = 8


class Sampler:
    """One answer's way to choose its tokens, in llama.cpp's usual order (logit_bias, penalties,
    top_k, top_p, temperature, draw), what is off left out; and a grammar or none, which no bias
    overrules.

    rejected: how often the first choice was not what the grammar allows. complete: the grammar
    allows nothing but an end. Free it with `close`.

    Raises InvalidRequest (field `logit_bias.ID`) for a token that the vocabulary does not have.
    """

    def __init__(
        self,
        sampling: Sampling,
        prompt: abc.Sequence[int],
        vocabulary: int,
        grammar: Grammar | None = None,
    ) -> None:
        self.grammar = grammar
        self.rejected = 0
        self.complete = False
        self._leanings = Leanings(sampling, prompt, vocabulary)
        self._draw = Draw(sampling)

    def choose(self, logits: Logits, candidates: Candidates, left: int = sys.maxsize) -> int:
        """The next token, accepted. `candidates` is room for all of them.

        left: tokens that the answer may still have, this one included; JSON that needs them all
        to come to its end is brought there.

        Where there is a grammar, what it refuses of the drawn is taken out, and drawn is again.
        Greedy, that is what masking everything first would give, to the token. Sampled without
        top_k and top_p it is the same distribution too (the first allowed of weighted draws without
        replacement); a cut-off is taken each time over what has not been refused yet.
        Raises InvalidRequest where the grammar allows nothing, EngineError for logits that are no
        numbers.
        """
        leaning = self._leanings(logits)
        if self.grammar is None:
            token = self._draw(leaning)
        else:
            token = self._allowed(leaning, candidates, self.grammar, left)
            self.grammar.accept(token)
            self.complete = self.grammar.is_complete(candidates)
        self._leanings.accept(token)
        return token

    def close(self) -> None:
        """Free what C keeps of it; idempotent."""
        self._draw.close()

    def _allowed(self, logits: Logits, candidates: Candidates, grammar: Grammar, left: int) -> int:
        token = self._draw(logits)
        if grammar.fits(token, left):
            return token
        self.rejected += 1
        others = logits.copy()
        for _ in range(_DRAWS - 1):
            others[token] = -np.inf
            token = self._draw(others)
            if grammar.fits(token, left):
                return token
        if (way := grammar.way(left)) is not None:
            return way
        candidates.fill(logits)
        grammar.mask(candidates)
        if not len(candidates.ids):
            raise InvalidRequest(
                "The grammar allows no token of this model after the text so far.",
                field="grammar",
                hint="Each beginning that the grammar allows must have an end that it allows.",
            )
        return int(candidates.ids[self._draw(candidates.logits)])
