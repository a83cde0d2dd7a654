from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from localai.errors import Cancelled
from localai.reply import Event, Failed, Finished, TextDelta, Usage
from localai.request import GenerateRequest
from localai.runtime import Runtime


class Script(list[str]):
    """What the model answers, one text after the other, the last one again and again.

    requests: what it was asked. silent: so many requests get nothing until they are taken back.
    """

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[GenerateRequest] = []
        self.silent = 0


class Scripted:
    """The events of one request."""

    def __init__(self, text: str, *, waits: bool) -> None:
        self._text, self._waits = text, waits
        self._cancelled = False

    def __iter__(self) -> Iterator[Event]:
        while self._waits and not self._cancelled:
            time.sleep(0.01)
        if self._cancelled:
            yield Failed(Cancelled(), Usage(40, 0))
            return
        yield TextDelta(self._text)
        yield Finished("stop", Usage(40, 9, 30, 2))

    def cancel(self) -> None:
        self._cancelled = True

    def close(self) -> None:
        self._cancelled = True


@pytest.fixture
def shop(tmp_path: Path) -> str:
    path = tmp_path / "shop.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE products (name TEXT, price REAL)")
        rows = [("tea", 3.5), ("[red]salt[/red]", None), ("bell\x07\x1b[2J", 9.0)]
        database.executemany("INSERT INTO products VALUES (?, ?)", rows)
        database.execute("CREATE TABLE sales (id INTEGER PRIMARY KEY, city TEXT, amount INTEGER)")
        cities = ("Berlin", "Paris", "Rome")
        sold = [(cities[at % 3], at) for at in range(120)]
        database.executemany("INSERT INTO sales (city, amount) VALUES (?, ?)", sold)
    database.close()
    return str(path)


@pytest.fixture
def says(tiny: str, monkeypatch: pytest.MonkeyPatch) -> Script:
    """The model's answers, to be put in."""
    script = Script()

    def stream(self: Runtime, request: GenerateRequest) -> Scripted:
        script.requests.append(request)
        text = script[min(len(script.requests), len(script)) - 1] if script else ""
        return Scripted(text, waits=len(script.requests) <= script.silent)

    monkeypatch.setattr(Runtime, "stream", stream)
    return script
