from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest

from localai.cli.chat.conversation import Conversation
from localai.cli.chat.session import Session
from localai.errors import Cancelled, LocalAIError
from localai.reply import Event, Failed, Finished, TextDelta, Usage
from localai.request import GenerateRequest
from localai.runtime import Runtime


class Ticket:
    def __init__(self) -> None:
        self.cancelled = threading.Event()

    def cancel(self) -> None:
        self.cancelled.set()


@dataclass
class Script:
    """What the model says, one answer after the other; an error fails its request.

    endless: after its text it says nothing more until it is cancelled.
    """

    answers: list[str | LocalAIError] = field(default_factory=list)
    requests: list[GenerateRequest] = field(default_factory=list)
    reason: Any = "stop"
    endless: bool = False
    on_text: Callable[[], None] = lambda: None

    def generate(self, request: GenerateRequest, emit: Callable[[Event], None]) -> Ticket:
        self.requests.append(request)
        said = self.answers[min(len(self.requests), len(self.answers)) - 1]
        ticket = Ticket()

        def speak(pieces: Iterable[str]) -> None:
            for piece in pieces:
                emit(TextDelta(piece))
            self.on_text()
            if self.endless:
                assert ticket.cancelled.wait(20)
                emit(Failed(Cancelled(), Usage(9, 3)))
            else:
                emit(Finished(self.reason, Usage(9, 3)))

        if isinstance(said, LocalAIError):
            emit(Failed(said))
        else:
            words = said.split(" ")
            pieces = [words[0], *(f" {word}" for word in words[1:])] if said else []
            threading.Thread(target=speak, args=(pieces,), daemon=True).start()
        return ticket


@pytest.fixture
def script(tiny: str, monkeypatch: pytest.MonkeyPatch) -> Script:
    script = Script(["Hello there."])

    def generate(_: Runtime, request: GenerateRequest, emit: Callable[[Event], None]) -> Ticket:
        return script.generate(request, emit)

    monkeypatch.setattr(Runtime, "generate", generate)
    return script


@pytest.fixture
def session(script: Script, tiny: str) -> Iterable[Session]:
    with Runtime() as runtime:
        yield Session(runtime, Conversation(tiny), measures=True)
