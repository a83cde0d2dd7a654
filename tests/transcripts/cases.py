"""Reads the golden wire transcripts: what was asked, what the runtime emitted, what was answered.

Each case is a folder of `request.json`, `events.json` (none where the runtime is never reached) and
either `reply.json` (status, headers that must be there, body) or `stream.txt` (the exact bytes).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localai import errors
from localai.reply import Event, Failed, Finished, Notice, TextDelta, ToolCallDelta, Usage

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    name: str
    request: Mapping[str, Any]
    events: tuple[Event, ...]
    reply: Mapping[str, Any] | None
    stream: str | None


def cases(dialect: str) -> list[Case]:
    return [_read(folder) for folder in sorted((HERE / dialect).iterdir()) if folder.is_dir()]


def _read(folder: Path) -> Case:
    events, reply, stream = (folder / name for name in ("events.json", "reply.json", "stream.txt"))
    return Case(
        name=folder.name,
        request=json.loads((folder / "request.json").read_text()),
        events=tuple(map(_event, json.loads(events.read_text()))) if events.exists() else (),
        reply=json.loads(reply.read_text()) if reply.exists() else None,
        stream=stream.read_text() if stream.exists() else None,
    )


def _event(item: list[Any]) -> Event:
    match item:
        case ["text", text]:
            return TextDelta(text)
        case ["call", index, id, name, arguments]:
            return ToolCallDelta(index, arguments, id, name)
        case ["notice", text]:
            return Notice(text)
        case ["finished", reason, prompt, completion, cached]:
            return Finished(reason, Usage(prompt, completion, cached))
        case ["failed", name, *arguments]:
            return Failed(getattr(errors, name)(*arguments))
    raise ValueError(f"not an event: {item}")
