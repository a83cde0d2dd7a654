"""Workers, unmodified, under miniflare: their `env.AI` is this server."""

from __future__ import annotations

import json
import shutil
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.clients.conftest import CHAT, FAMILIES, JS, PATIENCE, Service, program

Node = Callable[..., Any]
EXAMPLE = Path(__file__).parents[2] / "examples" / "worker_env_ai"


def frames(text: str) -> list[dict[str, Any]]:
    """The JSON of a Workers AI stream, which ends as it should."""
    lines = text.split("\n\n")
    assert lines[-2:] == ["data: [DONE]", ""]
    return [json.loads(line.removeprefix("data: ")) for line in lines[:-2]]


def test_the_example_worker(node: Node) -> None:
    told = node("miniflare.mjs", needs="miniflare")
    found = {way: json.loads(one["text"]) for way, one in told.items() if way != "stream"}
    assert told["run"]["status"] == told["stream"]["status"] == told["tools"]["status"] == 200
    assert found["run"]["response"]
    assert found["run"]["usage"]["completion_tokens"] == 8

    assert told["stream"]["type"] == "text/event-stream"
    streamed = frames(told["stream"]["text"])
    assert "".join(frame["response"] for frame in streamed)
    assert streamed[-1]["usage"]["completion_tokens"] == 8

    assert found["tools"]
    for call in found["tools"]:
        assert (call["name"], set(call["arguments"])) == ("weather", {"city"})
    assert [model["name"] for model in found["models"]] == list(FAMILIES)


def test_errors_are_thrown_with_their_code(node: Node) -> None:
    told = node("miniflare.mjs", needs="miniflare")
    for way in ("bad", "bad_stream"):
        error = json.loads(told[way]["text"])
        assert (told[way]["status"], error["name"]) == (500, "AiError")
        assert error["message"].startswith("5006: `max_tokens` is -1")
    assert json.loads(told["unknown"]["text"])["message"].startswith("5007: No such model")
    assert json.loads(told["stranger"]["text"])["message"].startswith("10000: ")


def test_cloudflare_ai(node: Node) -> None:
    needs = ("worker.mjs", "cloudflare_ai_worker.mjs")
    program("node", "esbuild", "miniflare")
    told = json.loads(node(*needs, needs="@cloudflare/ai")["text"])
    streamed = frames(told["stream"])
    assert told["whole"]["response"] == "".join(frame["response"] for frame in streamed) != ""
    assert {call["name"] for call in told["called"]["tool_calls"]} == {"weather"}
    assert told["error"].startswith("5007: ")


def test_the_example_runs_as_it_says(service: Service, tmp_path: Path) -> None:
    node = program("node", "miniflare")
    shutil.copytree(EXAMPLE, tmp_path / "example")
    (tmp_path / "node_modules").symlink_to(JS / "node_modules")
    command = [node, "example/run.mjs", service.url, "0"]
    environment = {"PATH": str(Path(node).parent), "LOCALAI_API_KEY": "local"}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True
    ) as running:
        try:
            assert running.stdout is not None
            at = running.stdout.readline().split()[-1]
            query = urllib.parse.urlencode({"model": CHAT, "max_tokens": 8, "q": "how many?"})
            with urllib.request.urlopen(f"{at}?{query}", timeout=PATIENCE) as reply:
                assert json.load(reply)["response"]
        finally:
            running.terminate()
