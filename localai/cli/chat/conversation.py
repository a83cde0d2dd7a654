"""A conversation as a value and as a file; it must not know models or terminals.

The file is JSON: {"version": 1, "model", "system", "parameters", "messages": [{"role", "content"}]}
What the playground exports is read as well: the latest of its conversations.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from localai.cli.chat.parameters import PARAMETERS, Value, request_fields, value_of
from localai.errors import InvalidRequest
from localai.request import GenerateRequest, Message

VERSION = 1
# Bytes; no context holds as much text.
LARGEST = 64_000_000
KEYS = ("version", "model", "system", "parameters", "messages")
EXPORT = "localai.conversations"
_TURNS = ("id", "title", "updated", "turns")


@dataclass
class Conversation:
    """messages: of user and assistant in turn, as they were said. parameters: those that are set.

    remarks: what a file held that is not used here.
    """

    model: str
    system: str = ""
    parameters: dict[str, Value] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def request(self, text: str, seed: int, *, repeatable: bool) -> GenerateRequest:
        """What asks for the answer to a text that is said next."""
        system = [Message("system", self.system)] if self.system else []
        return GenerateRequest(
            model=self.model,
            messages=(*system, *self.messages, Message("user", text)),
            stream=True,
            progress=True,
            **request_fields(self.parameters, seed=seed, repeatable=repeatable),
        )

    def raw_request(self, text: str, seed: int, *, repeatable: bool) -> GenerateRequest:
        """What asks the model to go on from a text as it is."""
        return GenerateRequest(
            model=self.model,
            prompt=text,
            raw=True,
            stream=True,
            progress=True,
            **request_fields(self.parameters, seed=seed, repeatable=repeatable),
        )

    @property
    def exchanges(self) -> int:
        """How many times the user has spoken."""
        return sum(message.role == "user" for message in self.messages)

    def forget(self, count: int) -> int:
        """Drop the oldest exchanges; how many there were to drop."""
        gone = 0
        while self.messages and gone < count:
            self.messages.pop(0)
            while self.messages and self.messages[0].role != "user":
                self.messages.pop(0)
            gone += 1
        return gone

    def write(self, file: Path) -> None:
        """Write the file, whole or not at all. Raises InvalidRequest."""
        whole = {
            "version": VERSION,
            "model": self.model,
            "system": self.system,
            "parameters": {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in self.parameters.items()
            },
            "messages": [{"role": m.role, "content": m.content} for m in self.messages],
        }
        part = file.with_name(f".{file.name}.{os.getpid()}.part")
        try:
            part.write_text(json.dumps(whole, ensure_ascii=False, indent=2) + "\n", "utf-8")
            part.replace(file)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise InvalidRequest(f"Cannot write {file}: {error.strerror}.") from error

    @classmethod
    def read(cls, file: Path) -> Conversation:
        """The conversation in a file. Raises InvalidRequest, which names what is wrong there."""
        try:
            if file.stat().st_size > LARGEST:
                raise _wrong(file, f"it is larger than {LARGEST // 10**6} MB")
            whole = json.loads(file.read_text("utf-8"))
        except OSError as error:
            raise InvalidRequest(f"Cannot read {file}: {error.strerror}.") from error
        except (ValueError, RecursionError) as error:
            raise _wrong(file, f"it is not JSON ({error})") from error
        if not isinstance(whole, dict) or whole.get("version") != VERSION:
            raise _wrong(file, f'it has no "version": {VERSION}')
        if whole.get("format") == EXPORT:
            return _exported(whole.get("conversations"), file)
        return _conversation(whole, file)


def _conversation(whole: dict[str, Any], file: Path) -> Conversation:
    system = _text(whole, "system", file)
    given = whole.get("messages")
    if not isinstance(given, list):
        raise _wrong(file, "`messages` is no list")
    messages = [_message(one, f"messages[{at}]", file) for at, one in enumerate(given)]
    if not system and messages and messages[0].role == "system":
        system = messages.pop(0).content
    if odd := next((one for one in messages if one.role == "system"), None):
        raise _wrong(file, f"a system message stands in the middle: {odd.content[:40]!r}")
    parameters, unused = _parameters(whole.get("parameters"), file)
    unused += [key for key in whole if key not in KEYS]
    remarks = [f"Not used here: {', '.join(map(str, unused))}."] if unused else []
    return Conversation(_text(whole, "model", file), system, parameters, messages, remarks)


def _exported(given: object, file: Path) -> Conversation:
    """The latest conversation of a playground's export."""
    talks = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    if not talks:
        raise _wrong(file, "the export holds none")
    whole = {key: value for key, value in talks[0].items() if key not in _TURNS}
    found = _conversation({**whole, "messages": talks[0].get("turns")}, file)
    if others := len(talks) - 1:
        found.remarks.append(f"The latest of {others + 1} conversations in {file} was taken.")
    return found


def _parameters(given: object, file: Path) -> tuple[dict[str, Value], list[str]]:
    if not isinstance(given, dict | None):
        raise _wrong(file, "`parameters` is no object")
    there = {name: value for name, value in (given or {}).items() if value is not None}
    known = {name: value for name, value in there.items() if name in PARAMETERS}
    unused = [name for name in there if name not in PARAMETERS]
    try:
        return {name: value_of(name, value) for name, value in known.items()}, unused
    except InvalidRequest as error:
        raise _wrong(file, error.message) from error


def _message(given: object, where: str, file: Path) -> Message:
    if not isinstance(given, dict):
        raise _wrong(file, f"{where} is no object")
    role, content = given.get("role"), given.get("content")
    if role not in ("system", "user", "assistant"):
        raise _wrong(file, f"{where}.role is {role!r}; system, user and assistant are known here")
    if not isinstance(content, str):
        raise _wrong(file, f"{where}.content is no text")
    return Message(role, content)


def _text(whole: dict[str, Any], key: str, file: Path) -> str:
    value = whole.get(key)
    if not isinstance(value, str | None):
        raise _wrong(file, f"`{key}` is no text")
    return value or ""


def _wrong(file: Path, what: str) -> InvalidRequest:
    return InvalidRequest(
        f"{file} is no conversation: {what}.",
        hint='It is what /save writes: {"version": 1, "model", "system", "parameters", '
        '"messages": [{"role", "content"}]}.',
    )
