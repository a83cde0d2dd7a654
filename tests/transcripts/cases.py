"""Reads the golden wire transcripts: what was asked, what the runtime emitted, what was answered.

Each case is a folder of `request.json` (method, path, and where they matter body, headers, the key
that the server asks for, the seconds between its pings), `events.json` (none where the runtime is
never reached; `["choice", n, event]` where a call has several answers, in the order of time) and
either `reply.json` (status, headers that must be there, "*" for any value, body) or `stream.txt`
(the exact bytes). What differs from call to call stands there as zeros: see `masked`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localai import errors
from localai.reply import (
    Event,
    Failed,
    Finished,
    Notice,
    Progress,
    TextDelta,
    TokenScore,
    ToolCallDelta,
    Usage,
)

HERE = Path(__file__).parent
IDS = re.compile(r'"id":"(chatcmpl-|cmpl-|as-)([0-9a-f]{24}|[a-z0-9]{10})"')
_MASKS = (
    (re.compile(r'("id":"(?:chatcmpl|cmpl)-)[0-9a-f]{24}"'), rf'\g<1>{"0" * 24}"'),
    (re.compile(r'("id":"as-)[a-z0-9]{10}"'), rf'\g<1>{"0" * 10}"'),
    (re.compile(r'("created":)1[0-9]{9}\b'), r"\g<1>1700000000"),
    (re.compile(r'("24\.)[0-9a-f]{32}(\.2592000\.)[0-9]{10}"'), r"\g<1>0\g<2>0" + '"'),
    # How many come depends on the machine's speed.
    (re.compile(r"(?:: ping\n\n)+"), ": ping\n\n"),
)  # fmt: skip


@dataclass(frozen=True)
class Silence:
    """Nothing comes for so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Case:
    """turns: what the runtime emitted, each for the answer of that number."""

    name: str
    request: Mapping[str, Any]
    turns: tuple[tuple[int, Event | Silence], ...]
    reply: Mapping[str, Any] | None
    stream: str | None

    @property
    def events(self) -> tuple[Event, ...]:
        """The events of a call with one answer."""
        return tuple(event for _, event in self.turns if not isinstance(event, Silence))


def cases(dialect: str) -> list[Case]:
    return [_read(folder) for folder in sorted((HERE / dialect).iterdir()) if folder.is_dir()]


def masked(text: str) -> str:
    """An answer with zeros for new IDs, times and tokens of the right form."""
    for pattern, zeros in _MASKS:
        text = pattern.sub(zeros, text)
    return text


def _read(folder: Path) -> Case:
    events, reply, stream = (folder / name for name in ("events.json", "reply.json", "stream.txt"))
    return Case(
        name=folder.name,
        request=json.loads((folder / "request.json").read_text()),
        turns=tuple(map(_turn, json.loads(events.read_text()))) if events.exists() else (),
        reply=json.loads(reply.read_text()) if reply.exists() else None,
        stream=stream.read_bytes().decode() if stream.exists() else None,
    )


def _turn(item: list[Any]) -> tuple[int, Event | Silence]:
    match item:
        case ["choice", number, inner]:
            return number, _event(inner)
        case ["silence", seconds]:
            return 0, Silence(seconds)
    return 0, _event(item)


def _event(item: list[Any]) -> Event:
    match item:
        case ["text", text]:
            return TextDelta(text)
        case ["text", text, scores]:
            return TextDelta(text, tuple(map(_score, scores)))
        case ["call", index, id, name, arguments]:
            return ToolCallDelta(index, arguments, id, name)
        case ["notice", text]:
            return Notice(text)
        case ["progress", computed, total]:
            return Progress(computed, total)
        case ["finished", reason, prompt, completion, cached]:
            return Finished(reason, Usage(prompt, completion, cached))
        case ["failed", name, *arguments]:
            return Failed(getattr(errors, name)(*arguments))
    raise ValueError(f"not an event: {item}")


def _score(item: list[Any]) -> TokenScore:
    piece, logprob, *top = item
    return TokenScore(piece.encode(), logprob, tuple((p.encode(), score) for p, score in top))
