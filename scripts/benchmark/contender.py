"""What every way to run a model is given and can do; it must not know any of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from benchmark.answers import Answer


@dataclass(frozen=True)
class Setting:
    """What every contender is given: the same file, threads, KV tokens and streams at once.

    folder: where localai keeps its configuration and data. extra: further options of `localai
    serve`. reuse: whether servers keep prompts for later ones.
    """

    model: Path
    threads: int
    context: int
    parallel: int
    folder: Path
    extra: tuple[str, ...] = ()
    reuse: bool = False


class Contender(Protocol):
    """A way to run a GGUF, from `open` to `close`; all methods but `name` come between the two."""

    name: str

    def open(self, setting: Setting) -> None:
        """Load the model; back when it answers. Raises Absent where it is not installed."""
        ...

    def streams(self, prompts: list[str], tokens: int) -> list[Answer]:
        """Answers to all prompts at once, greedy, of exactly so many tokens."""
        ...

    def cpu(self) -> float:
        """Seconds of processor time that the side which computes has used."""
        ...

    def built(self) -> str:
        """Which commit or release of llama.cpp it computes with, and for which instructions."""
        ...

    def close(self) -> None: ...


class Absent(Exception):
    """A contender that is not on this machine; says how to get it."""
