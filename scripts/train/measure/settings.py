"""Owns what every part of the measuring is told; it must not measure."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """file: the GGUF. data: the public data's folder. questions: at most so many of each kind.
    everything: all human questions. development: the databases to look at while improving.
    show: whether to print what is not right (never of held-out databases)."""

    file: Path
    data: Path | None
    questions: int = 500
    everything: bool = False
    development: bool = False
    show: bool = False
    threads: int = 1

    def folder(self) -> Path:
        """The public data's folder; ends the program where none was named."""
        if self.data is None:
            sys.exit("--data is missing: this part needs the public data (see README.md).")
        return self.data
