"""What the tests of the error tables share: the tables, a runtime, a crowd of callers."""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from localai.model import AdapterSpec
from localai.registry import Registry, add_adapter
from localai.runtime import Runtime, RuntimeConfig
from tests.server.live import Live
from tests.test_runtime import local_model

ROWS = Path(__file__).parents[1] / "transcripts" / "rows.toml"
EVIL = {"Origin": "https://evil.example"}
MAX_BODY = 300_000


def table(dialect: str) -> list[dict[str, Any]]:
    """The rows of a contract's table."""
    rows: list[dict[str, Any]] = tomllib.loads(ROWS.read_text())[dialect]
    return rows


@contextmanager
def small_runtime(slow_path: Path, folder: Path) -> Iterator[Runtime]:
    """One slot and one place in the queue; @local/slow runs, @local/broken has lost its end.

    The adapter `lost` of @local/slow has no file any more; `of-chat` is another model's.
    """
    local_model(slow_path, "slow")
    local_model(slow_path, "chat", "chatml")
    broken = folder / "broken.gguf"
    broken.write_bytes(slow_path.read_bytes())
    local_model(broken, "broken")
    broken.write_bytes(slow_path.read_bytes()[:5000])
    add_adapter(AdapterSpec("lost", "@local/slow", folder / "lost.gguf"))
    add_adapter(AdapterSpec("of-chat", "@local/chat", folder / "chat.gguf"))
    config = RuntimeConfig(slots=1, max_queue=1, threads=1, context=4096)
    with Runtime(Registry.load(), config=config) as runtime:
        yield runtime


@contextmanager
def crowded(live: Live, path: str, body: object, headers: Mapping[str, str]) -> Iterator[None]:
    """Four callers keep the slot and the place in the queue taken, so that some find neither."""
    stop = threading.Event()

    def keep_busy() -> None:
        while not stop.is_set():
            live.call("POST", path, body, headers)

    threads = [threading.Thread(target=keep_busy) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
