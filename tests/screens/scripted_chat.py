"""`localai` with a model that says what a file holds, word by word; for tests of what is shown."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from localai.cli import main
from localai.errors import Cancelled
from localai.reply import Event, Failed, Finished, TextDelta, Usage
from localai.request import GenerateRequest
from localai.runtime import Runtime


class Ticket:
    def __init__(self) -> None:
        self.cancelled = threading.Event()

    def cancel(self) -> None:
        self.cancelled.set()


def generate(_: Runtime, request: GenerateRequest, emit: Callable[[Event], None]) -> Ticket:
    text = Path(os.environ["SAYS"]).read_text("utf-8")
    pause, ticket = float(os.environ.get("PAUSE", "0")), Ticket()

    def speak() -> None:
        for at in range(0, len(text), 4):
            if ticket.cancelled.wait(pause):
                emit(Failed(Cancelled(), Usage(9, at // 4)))
                return
            emit(TextDelta(text[at : at + 4]))
        emit(Finished("stop", Usage(9, len(text) // 4)))

    threading.Thread(target=speak, daemon=True).start()
    return ticket


if __name__ == "__main__":
    Runtime.generate = generate  # type: ignore[method-assign,assignment]
    main(sys.argv[1:])
