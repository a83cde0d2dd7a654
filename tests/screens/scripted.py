"""A server over the scripted runtime, for answers that no real model would give on demand."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from localai.model import FileSpec
from localai.server import create_app
from tests.server.fake_runtime import FakeRegistry, FakeRuntime, Script, spec
from tests.server.live import Live, serve

MODEL = "@cf/fake/talker"


@contextmanager
def scripted(
    folder: Path, *answers: Script, key: str | None = None, enter: str | None = None
) -> Iterator[tuple[Live, FakeRuntime]]:
    """A server whose one model is here and gives these answers in turn, the last one for ever."""
    file = folder / "talker.gguf"
    file.write_bytes(b"GGUF")
    model = dataclasses.replace(
        spec(MODEL), files=(FileSpec("Q8_0", file.name, path=file, bytes=4),)
    )
    runtime = Turns(answers, registry=FakeRegistry([model]))
    with serve(create_app(runtime, api_key=key, enter=enter)) as live:
        yield live, runtime


class Turns(FakeRuntime):
    """Its scripts go by the order of the requests."""

    def __init__(self, answers: tuple[Script, ...], registry: FakeRegistry) -> None:
        super().__init__(registry=registry)
        self._answers = list(answers)

    def generate(self, request, emit):  # type: ignore[no-untyped-def]
        answer = self._answers[0] if len(self._answers) == 1 else self._answers.pop(0)
        self.scripts[request.prompt or ""] = answer
        return super().generate(request, emit)
