"""Workers AI inputs to requests, and events to its results; it must not know who waits for them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from localai.dialects.dialect import Reply
from localai.dialects.fields import text
from localai.dialects.workers_ai_input import parse_inputs
from localai.dialects.workers_ai_result import Pieces, result
from localai.errors import InvalidRequest
from localai.reply import Event, Failed, Notice
from localai.request import EmbedRequest, GenerateRequest

logger = logging.getLogger("localai")

Piece = dict[str, Any]
MAX_TEXT = 4_194_304
"""Characters of one text; a model takes far fewer tokens."""


def parsed(model: str, inputs: Mapping[str, Any]) -> GenerateRequest:
    """The request; what was assumed goes to the log. Raises InvalidRequest, UnknownModel."""
    request, notices = parse_inputs(model, inputs)
    for notice in notices:
        logger.warning("%s", notice)
    return request


def eventful(model: str, inputs: Mapping[str, Any]) -> GenerateRequest:
    """As `parsed`, for somebody who sees the events, those of the prompt's progress too."""
    return replace(parsed(model, {**inputs, "stream": True}), progress=True)


def texts_of(model: str, texts: Sequence[str]) -> EmbedRequest:
    """The request for vectors. Raises InvalidRequest, which names the text."""
    if isinstance(texts, str):
        raise InvalidRequest("`texts` is one text; allowed is a list of texts.", field="texts")
    said = tuple(text(f"texts[{place}]", one, 1, MAX_TEXT) for place, one in enumerate(texts))
    if not said:
        raise InvalidRequest("`texts` is empty; allowed is a list of texts.", field="texts")
    return EmbedRequest(model, said)


class Whole:
    """An answer that is awaited whole."""

    def __init__(self, request: GenerateRequest) -> None:
        self._as_json = request.json_schema is not None
        self._reply = Reply()

    def take(self, event: Event) -> None:
        _log(event)
        self._reply.add(event)

    def result(self) -> Piece:
        """{response, tool_calls?, usage}. Raises the request's LocalAIError."""
        return result(self._reply, as_json=self._as_json)


class InPieces:
    """An answer that is shown as it comes."""

    def __init__(self) -> None:
        self._pieces = Pieces()

    def of(self, event: Event) -> list[Piece]:
        """What an event adds. Raises the request's LocalAIError."""
        if isinstance(event, Failed):
            raise event.error
        _log(event)
        return self._pieces.of(event)


def _log(event: Event) -> None:
    if isinstance(event, Notice):
        logger.warning("%s", event.text)
