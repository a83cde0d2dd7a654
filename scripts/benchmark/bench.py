"""One run of the bench: model, contenders that are here, rounds; it must not know workloads."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from benchmark.contender import Absent, Contender, Setting
from benchmark.local import LOCAL, SETTINGS, Apart
from benchmark.peers import PEERS
from benchmark.server import Localai, Server
from benchmark.words import Words

T = TypeVar("T", bound=Contender)

OURS = Localai.name

LARGE = 500_000_000
SPARED = ("llama_cpp.server", "LocalAI.run")
"""Left out where a model's file has more bytes: the others say more of what a large model costs."""

SERVERS: dict[str, type[Server]] = {kind.name: kind for kind in (Localai, *PEERS)}
APART: dict[str, type[Contender]] = {kind.name: kind for kind in (*LOCAL, *SETTINGS)}


@dataclass
class Bench:
    """What a workload is given. model: its name; file: its weights. names: contenders, None is as
    many as sensible. rounds, counts (of streams), tokens (of answers): None is as the workload
    likes. left_out: contender -> why it is not in the table; told: lines under it.
    """

    model: str
    file: Path
    folder: Path
    threads: int
    names: Sequence[str] | None
    rounds: int | None = None
    counts: Sequence[int] | None = None
    tokens: int | None = None
    quick: bool = False
    extra: tuple[str, ...] = ()
    left_out: dict[str, str] = field(default_factory=dict)
    built: dict[str, str] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(0))

    def __post_init__(self) -> None:
        self.words = Words(self.file)

    def setting(self, context: int, parallel: int, *, reuse: bool = False) -> Setting:
        return Setting(self.file, self.threads, context, parallel, self.folder, self.extra, reuse)

    @contextmanager
    def opened(self, setting: Setting, names: Sequence[str]) -> Iterator[dict[str, Contender]]:
        """Those of the names that were asked for and are here, ready."""
        with ExitStack() as stack:
            here: dict[str, Contender] = {}
            for name in self.asked(names):
                one = SERVERS[name]() if name in SERVERS else Apart(APART[name])
                note(f"{self.model}: loading into {name}")
                try:
                    one.open(setting)
                except Absent as absent:
                    self.left_out[name] = str(absent)
                    continue
                stack.callback(one.close)
                here[name] = one
                self.built.setdefault(name, one.built())
            yield here

    def asked(self, names: Iterable[str]) -> list[str]:
        """Those of the names that are asked for; the others are told."""
        left = {name: why for name in names if (why := self._unasked(name))}
        self.left_out = left | self.left_out
        return [name for name in names if name not in left]

    def _unasked(self, name: str) -> str:
        """Why this contender is not asked, or nothing."""
        if self.names is not None:
            return "" if name in self.names else "not asked for"
        if name in SPARED and self.file.stat().st_size > LARGE:
            return "time and memory: each holds the weights again; --contenders names it"
        return ""

    @contextmanager
    def servers(self, setting: Setting, names: Sequence[str]) -> Iterator[dict[str, Server]]:
        with self.opened(setting, names) as here:
            yield {name: one for name, one in here.items() if isinstance(one, Server)}

    def turns(self, here: dict[str, T], rounds: int) -> Iterator[tuple[int, str, T]]:
        """Everyone in every round, each in another order, so that what else the machine does hits
        them alike."""
        for number in range(rounds):
            for name, one in self.chance.sample(list(here.items()), len(here)):
                note(f"{self.model}: round {number + 1} of {rounds}, {name}")
                yield number, name, one

    def tell(self, text: str) -> None:
        """A line under the table."""
        if text not in self.told:
            self.told.append(text)


def note(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{text:<78}", end="", file=sys.stderr, flush=True)
