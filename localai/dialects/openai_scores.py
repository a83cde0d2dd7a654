"""Log-probabilities as OpenAI's two formats show them; it must not know where they come from."""

from __future__ import annotations

from collections.abc import Sequence

from localai.dialects.dialect import Wire
from localai.reply import TokenScore

LOWEST = -9999.0
"""In place of minus infinity, which JSON has no number for; upstream documents the same."""


def chat_scores(tokens: Sequence[TokenScore]) -> Wire:
    """{content: [{token, logprob, bytes, top_logprobs}]}."""
    return {
        "content": [
            {
                **_scored(token.piece, token.logprob),
                "top_logprobs": [_scored(piece, logprob) for piece, logprob in token.top],
            }
            for token in tokens
        ],
        "refusal": None,
    }


def completion_scores(tokens: Sequence[TokenScore], offset: int) -> Wire:
    """{tokens, token_logprobs, top_logprobs, text_offset}; `offset`: characters said before."""
    offsets = []
    for token in tokens:
        offsets.append(offset)
        offset += len(_text(token.piece))
    return {
        "tokens": [_text(token.piece) for token in tokens],
        "token_logprobs": [_finite(token.logprob) for token in tokens],
        "top_logprobs": [
            {_text(piece): _finite(logprob) for piece, logprob in token.top} for token in tokens
        ],
        "text_offset": offsets,
    }


def _scored(piece: bytes, logprob: float) -> Wire:
    return {"token": _text(piece), "logprob": _finite(logprob), "bytes": list(piece)}


def _text(piece: bytes) -> str:
    return piece.decode("utf-8", "replace")


def _finite(logprob: float) -> float:
    return max(logprob, LOWEST)
