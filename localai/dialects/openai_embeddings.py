"""OpenAI's embeddings: a call checked field by field, and its answer; it must not know HTTP."""

from __future__ import annotations

import base64
import struct
from collections.abc import Mapping, Sequence
from typing import Any, Final

from localai.dialects.dialect import Call, Parsed, Reply, Wire
from localai.dialects.fields import integer, note_unknown, refuse, text
from localai.dialects.openai_input import model_of
from localai.errors import NotSupported
from localai.reply import Event
from localai.request import EmbedRequest

MAX_TEXTS: Final = 2048  # as OpenAI's API has it
MAX_TEXT: Final = 4_194_304
MAX_DIMENSIONS: Final = 65_536
KNOWN: Final = frozenset("model input dimensions encoding_format user".split())


class EmbeddingsResponder:
    """Answers one call. packed: vectors as base64 of little-endian float32, else as numbers."""

    terminator = None

    def __init__(self, model: str, *, packed: bool) -> None:
        self._model = model
        self._packed = packed

    def whole(self, replies: Sequence[Reply]) -> Wire:
        (reply,) = replies
        assert reply.finished is not None
        count = reply.finished.usage.prompt_tokens
        return {
            "object": "list",
            "data": [
                {"object": "embedding", "index": index, "embedding": self._said(vector)}
                for index, vector in enumerate(reply.vectors)
            ],
            "model": self._model,
            "usage": {"prompt_tokens": count, "total_tokens": count},
        }

    def frames(self, event: Event, choice: int) -> Sequence[Wire]:
        return ()

    def _said(self, vector: tuple[float, ...]) -> str | tuple[float, ...]:
        if not self._packed:
            return vector
        return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


def parse_embeddings(call: Call) -> Parsed:
    """What to compute. Raises InvalidRequest, NotSupported."""
    model = model_of(call.body)
    given = {key: value for key, value in call.body.items() if value is not None}
    note_unknown("OpenAI", given, KNOWN)
    dimensions = None
    if "dimensions" in given:
        dimensions = integer("dimensions", given["dimensions"], 1, MAX_DIMENSIONS)
    form = given.get("encoding_format", "float")
    if form not in ("float", "base64"):
        refuse("encoding_format", form, '"float" or "base64"')
    request = EmbedRequest(model, _texts(given), dimensions, dialect="openai")
    return Parsed((request,), EmbeddingsResponder(model, packed=form == "base64"))


def _texts(given: Mapping[str, Any]) -> tuple[str, ...]:
    said = given.get("input")
    if isinstance(said, str):
        return (text("input", said, 1, MAX_TEXT),)
    if not isinstance(said, list) or not 0 < len(said) <= MAX_TEXTS:
        refuse("input", said, f"a text, or a list of 1 to {MAX_TEXTS} texts")
    if isinstance(said[0], int | list):
        raise NotSupported(
            "`input` holds token ids, which mean something else to every model: send text.",
            field="input",
            hint="In LangChain: OpenAIEmbeddings(check_embedding_ctx_length=False).",
        )
    return tuple(text(f"input[{place}]", one, 1, MAX_TEXT) for place, one in enumerate(said))
