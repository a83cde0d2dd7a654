"""scripts/bench.py times every contender over the whole workload; no test asks how fast."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

from tests.gguf_models import tiny_llama

ROOT = Path(__file__).parent.parent


def test_every_contender_answers_the_whole_workload(tmp_path: Path) -> None:
    model = tiny_llama(tmp_path / "tiny.gguf")
    options = ["--model", str(model), "--rounds", "2", "--streams", "1", "2", "--tokens", "9"]
    options += ["--prompt-words", "20", "--ctx", "512", "--threads", "1", "--json"]
    ran = subprocess.run(
        [sys.executable, "scripts/bench.py", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    report = json.loads(ran.stdout)
    assert "answers of 9," in report["workload"]
    assert report["rounds"] == 2
    seen = [(row["contender"], row["streams"]) for row in report["rows"]]
    names = ["bare llama_decode", "LocalAI.run", "HTTP SSE"]
    names += ["llama-server"] if importlib.util.find_spec("xllamacpp") else []
    assert seen == [(name, streams) for name in names for streams in (1, 2)]
    for row in report["rows"]:
        assert 0 < row["speed"][1] <= row["speed"][0] <= row["speed"][2]
        assert row["first"] > 0
        # The server's processor time is told in hundredths of a second: here it may be none.
        assert row["cost"] > 0 or row["contender"] in ("HTTP SSE", "llama-server")
    assert report["rows"][0]["to_bare"] == [1, 1, 1]
