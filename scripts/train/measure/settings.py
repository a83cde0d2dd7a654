"""Owns what every part of the measuring is told; it must not measure."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from measure.writers import Writer


@dataclass(frozen=True, slots=True)
class Settings:
    """file: the GGUF. data: the public data's folder. questions: at most so many of each kind.
    everything: all human questions. development: the databases to look at while improving.
    show: whether to print what is not right (never of held-out databases). threads: of the model.
    writers: whom to measure, all where empty."""

    file: Path
    data: Path | None
    questions: int = 500
    everything: bool = False
    development: bool = False
    show: bool = False
    threads: int = 1
    writers: tuple[str, ...] = ()

    def folder(self) -> Path:
        """The public data's folder; ends the program where none was named."""
        if self.data is None:
            sys.exit("--data is missing: this part needs the public data (see README.md).")
        return self.data

    def chosen(self, writers: Mapping[str, Writer]) -> dict[str, Writer]:
        """Those of the writers that were asked for; ends the program where one is unknown."""
        unknown = [name for name in self.writers if name not in writers]
        if unknown:
            sys.exit(f"--writers {unknown[0]}: there are {', '.join(writers)}.")
        return {name: writers[name] for name in self.writers or writers}
