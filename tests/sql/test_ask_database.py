"""The example in Python, run as its reader would."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "ask_database.py"


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(EXAMPLE), *words], capture_output=True, text=True, timeout=60
    )


def test_the_shop_beside_it_is_asked() -> None:
    done = run()
    assert (done.returncode, done.stderr) == (0, "")
    assert "How many customers are there?\n  SELECT COUNT(*) FROM customers" in done.stdout


def test_a_database_of_ones_own(tmp_path: Path) -> None:
    done = run(str(tmp_path / "missing.db"), "How many?")
    assert done.returncode == 1
    assert "missing.db" in done.stderr and "Traceback" not in done.stderr
