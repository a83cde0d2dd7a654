"""Prints the card's tables: `python evaluate.py FILE.gguf --data DIR` (see README.md).

It must not train; it measures the product's road: link, the GGUF, unlink, the check, SQLite.
greedy.py, which needs torch, compares the GGUF's texts with those of the weights it came from.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
from pathlib import Path

from measure.settings import Settings
from measure.tables import Table

PARTS = (
    "human", "synthetic", "metamorphic", "fixture", "renamings", "strangers", "limits", "speed",
)  # fmt: skip


def tables(part: str, settings: Settings) -> list[Table]:
    """What one part measures; its module is `measure/of_<part>.py`."""
    found: list[Table] = importlib.import_module(f"measure.of_{part}").tables(settings)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--data", type=Path, help="the folder of the public data")
    parser.add_argument("--only", default=",".join(PARTS), help=f"of {', '.join(PARTS)}")
    parser.add_argument("--questions", type=int, default=500, help="at most so many of each kind")
    parser.add_argument("--all", action="store_true", help="all human questions")
    parser.add_argument("--development", action="store_true", help="the databases to look at")
    parser.add_argument("--show", action="store_true", help="print what the last writer got wrong")
    parser.add_argument("--writers", default="", help="of human and synthetic: such as 'product'")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", type=Path, help="also write the tables to this file")
    given = parser.parse_args()
    settings = Settings(
        given.file, given.data, given.questions, given.all, given.development, given.show,
        given.threads, tuple(filter(None, given.writers.split(","))),
    )  # fmt: skip
    done: dict[str, object] = {}
    for name in given.only.split(","):
        if name not in PARTS:
            sys.exit(f"--only {name}: there is no such part; there are {', '.join(PARTS)}.")
        begun = time.monotonic()
        found = tables(name, settings)
        seconds = time.monotonic() - begun
        for table in found:
            print(table.markdown(), flush=True)
        print(f"({name}: {seconds:.0f} s)\n", flush=True)
        done[name] = {"seconds": seconds, "tables": [table.plain() for table in found]}
    if given.json:
        given.json.write_text(json.dumps(done, indent=1, default=str) + "\n")


if __name__ == "__main__":
    main()
