"""Owns the figures of speed and size: a first answer in a new process, SQL alone, the file.

It must not know what is right.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from localai.registry import dump
from localai.sql import Options, ask, open_source
from measure.cells import TODAY
from measure.settings import Settings
from measure.tables import Table
from measure.writers import MODEL, loaded, spec_of

ROOT = Path(__file__).parents[3]
TIMES = 5
QUESTION = "How many customers are there in each city?"


def tables(settings: Settings) -> list[Table]:
    with TemporaryDirectory() as folder:
        made = [sys.executable, "-m", "tests.sql.fixture", folder]
        subprocess.run(made, cwd=ROOT, check=True)
        shop = Path(folder) / "shop.sqlite"
        seconds, model_seconds = _first(settings.file, shop, Path(folder))
        alone = _alone(settings, shop)
    size = settings.file.stat().st_size
    table = Table(f"Speed, medians of {TIMES}; {QUESTION}", ["", "figure", "unit"])
    table.rows = [
        ["process start to rows, `localai sql`", seconds, "s"],
        ["of that, the model with its load", model_seconds, "s"],
        ["SQL alone in a process that has the model, candidates and database included", alone, "s"],
        ["size of the file", round(size / 1e6, 2), "MB"],
    ]
    table.notes = [f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the end."]
    return [table]


def _first(file: Path, database: Path, folder: Path) -> tuple[float, float]:
    (folder / "added").mkdir()
    (folder / "added" / "measured.toml").write_text(dump(spec_of(file)), encoding="utf-8")
    command = [sys.executable, "-m", "localai", "sql", "--db", str(database), "--model", MODEL]
    environment = {**os.environ, "LOCALAI_CONFIG_DIR": str(folder)}
    seconds, told = [], []
    for _ in range(TIMES):
        begun = time.monotonic()
        done = subprocess.run(
            [*command, "--json", QUESTION],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        seconds.append(time.monotonic() - begun)
        answer = json.loads(done.stdout)
        told.append(float(answer["model_seconds"]))
    return statistics.median(seconds), statistics.median(told)


def _alone(settings: Settings, database: Path) -> float:
    seconds = []
    with loaded(settings.file) as runtime, open_source(database) as source:
        spec = runtime.registry.resolve(MODEL)
        for _ in range(TIMES + 1):
            begun = time.monotonic()
            ask(QUESTION, source, spec=spec, generate=runtime.stream, options=Options(today=TODAY))
            seconds.append(time.monotonic() - begun)
    return statistics.median(seconds[1:])
