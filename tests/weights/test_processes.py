"""Pulls in processes of their own: killed, twice at once, offline, and by the environment alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from localai.weights.store import Store
from tests.hub import Hub, running
from tests.weights import tiny
from tests.weights.conftest import PROXIES

CONTENT = tiny.gguf()
KNOWN = {"bytes": len(CONTENT), "sha256": tiny.sha256(CONTENT)}


@pytest.fixture
def alone() -> Iterator[Hub]:
    """A Hub that only the environment can lead to."""
    with running() as hub:
        hub.add(tiny.REPOSITORY, tiny.NAME, CONTENT)
        yield hub


def start(hub: Hub, folder: Path, **more: str) -> subprocess.Popen[str]:
    forgotten = ("HF_TOKEN", "HF_HOME", "HF_HUB_CACHE", "HF_HUB_OFFLINE", "LOCALAI_MODELS_DIR")
    environment = {
        name: value for name, value in os.environ.items() if name not in (*PROXIES, *forgotten)
    }
    environment |= {
        "HF_ENDPOINT": hub.endpoint,
        "HF_HOME": str(folder / "home"),
        "LOCALAI_DATA_DIR": str(folder / "data"),
        "PULL_FILE": json.dumps(KNOWN),
    } | more
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "tests.weights.pulling"],
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def finish(process: subprocess.Popen[str]) -> list[str]:
    """What a pull that must succeed writes: bytes done, then where the file is."""
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert err == ""
    return out.splitlines()


def test_a_killed_pull_resumes(alone: Hub, tmp_path: Path) -> None:
    alone.delay = 0.05
    process = start(alone, tmp_path)
    assert process.stdout is not None and process.stderr is not None
    while int(process.stdout.readline()) < 100_000:
        pass
    process.send_signal(signal.SIGKILL)
    process.communicate()
    (partial,) = tmp_path.rglob("*.incomplete")
    kept = partial.stat().st_size
    assert 0 < kept < len(CONTENT)
    alone.delay = 0
    path = Path(finish(start(alone, tmp_path))[-1])
    assert path.read_bytes() == CONTENT
    assert [one.headers.get("range") for one in alone.gets()] == [None, f"bytes={kept}-"]


def test_two_at_once_download_once(alone: Hub, tmp_path: Path) -> None:
    alone.delay = 0.1
    processes = [start(alone, tmp_path) for _ in range(2)]
    first, second = (finish(process) for process in processes)
    assert first[-1] == second[-1]
    assert Path(first[-1]).read_bytes() == CONTENT
    # The one that waits shows the other's progress.
    assert len(first) > 2 and len(second) > 2
    assert len(alone.gets()) == 1
    assert alone.served == len(CONTENT)


def test_offline_makes_no_connection(alone: Hub, tmp_path: Path) -> None:
    process = start(alone, tmp_path, HF_HUB_OFFLINE="1")
    _, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert err.startswith(f"Offline: {tiny.NAME} of {tiny.REPOSITORY} is not on this machine")
    assert "localai pull @cf/defog/sqlcoder-7b-2 --quant Q5_K_M" in err
    assert alone.seen == []


def test_offline_takes_what_is_in_the_cache(alone: Hub, tmp_path: Path) -> None:
    path = finish(start(alone, tmp_path))[-1]
    (tmp_path / "data" / "weights.lock.json").unlink()
    alone.seen.clear()
    assert finish(start(alone, tmp_path, HF_HUB_OFFLINE="1"))[-1] == path
    assert finish(start(alone, tmp_path, HF_HUB_OFFLINE="1", PULL_FILE="{}"))[-1] == path
    assert alone.seen == []


@pytest.mark.parametrize("name", ["HF_HUB_CACHE", "LOCALAI_MODELS_DIR"])
def test_weights_go_where_the_environment_says(name: str, alone: Hub, tmp_path: Path) -> None:
    path = finish(start(alone, tmp_path, **{name: str(tmp_path / "elsewhere")}))[-1]
    assert Path(path).is_relative_to(tmp_path / "elsewhere")


def test_by_default_weights_go_into_hf_home(alone: Hub, tmp_path: Path) -> None:
    assert Path(finish(start(alone, tmp_path))[-1]).is_relative_to(tmp_path / "home" / "hub")


def test_token_and_proxy_are_taken_from_the_environment(alone: Hub, tmp_path: Path) -> None:
    alone.gated = "hf_secret"
    finish(
        start(
            alone,
            tmp_path,
            HF_ENDPOINT="http://hub.invalid",
            HTTP_PROXY=alone.endpoint,
            HF_TOKEN="hf_secret",
        )
    )
    assert {one.headers["host"] for one in alone.seen} == {"hub.invalid"}


def test_the_room_loads_huggingface_hub_only_to_pull(store: Store) -> None:
    code = (
        "import sys, localai.weights.pull, localai.weights.store;"
        "sys.exit('huggingface_hub' in sys.modules or 'httpx2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
