"""Runs snippets as they were copied, and reads their answers; it must not know the page."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.screens.conftest import ROOT, Server

PLAYGROUND = ROOT / "localai" / "playground"
NODE = shutil.which("node")
PACKAGES = ROOT / "tests" / "clients" / "js" / "node_modules"
KEY = 'it\'s "the" $KEY'

CLIENTS = {
    "curl": "curl",
    "Python requests": "requests",
    "cloudflare (Python)": "cloudflare",
    "cloudflare (JavaScript)": "cloudflare",
    "openai (Python)": "openai",
    "openai (JavaScript)": "openai",
    "env.AI (Worker)": "miniflare",
    "Qianfan (Python)": "qianfan",
    "Qianfan (curl)": "curl",
    "LocalAI (Python)": "localai",
}
RUNNERS = {
    "python": """
import sys
for file in sys.argv[1:]:
    exec(compile(open(file, encoding="utf-8").read(), file, "exec"), {"__name__": "__main__"})
    print("\\x1e", flush=True)
""",
    "javascript": """
for (const file of process.argv.slice(2)) {
  await import(file);
  console.log("\\x1e");
}
""",
    "worker": """
import { readFileSync } from "node:fs";
import { Miniflare } from "miniflare";
const [binding, ...files] = process.argv.slice(2);
for (const file of files) {
  const worker = new Miniflare({
    modules: true,
    script: readFileSync(file, "utf-8"),
    compatibilityDate: "2026-01-01",
    ai: { binding: "AI", remoteProxyConnectionString: new URL(binding) },
  });
  console.log(await (await worker.dispatchFetch("http://localhost/")).text());
  console.log("\\x1e");
  await worker.dispose();
}
""",
}


def node(script: str, given: object, folder: Path) -> Any:
    if NODE is None:
        pytest.skip("node is not installed")
    for name in ("code.js", "inputs.js"):
        shutil.copy(PLAYGROUND / name, folder)
    # In a page the tag says that they are modules.
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "script.mjs").write_text(script)
    done = subprocess.run(
        [NODE, "script.mjs"], input=json.dumps(given), cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found: Any = json.loads(done.stdout)
    return found


def command(name: str, server: Server, folder: Path) -> list[str]:
    """What runs the files of a client; skips where something lacks."""
    needed = CLIENTS[name]
    if needed == "curl":
        if shutil.which("curl") is None:
            pytest.skip("curl is not installed")
        return ["bash", "-c", 'for file in "$@"; do bash "$file"; printf "\\x1e\\n"; done', "-"]
    if "Python" in name:
        if importlib.util.find_spec(needed) is None:
            pytest.skip(f"{needed} is not installed")
        (folder / "run.py").write_text(RUNNERS["python"])
        return [sys.executable, "-W", "ignore", "run.py"]
    if NODE is None or not (PACKAGES / needed).is_dir():
        pytest.skip(f"npm's {needed} is not here: scripts/test-clients installs it")
    (folder / "node_modules").symlink_to(PACKAGES)
    worker = "Worker" in name
    (folder / "run.mjs").write_text(RUNNERS["worker" if worker else "javascript"])
    binding = [f"{server.url}/binding?key={quote(KEY)}"] if worker else []
    return [NODE, "run.mjs", *binding]


def said(client: str, state: str, printed: str) -> object:
    """The answer in what a snippet printed: its text, or the arguments of its first call."""
    if client in ("curl", "Qianfan (curl)", "env.AI (Worker)"):
        return _in_wire(printed, state, "Qianfan" in client)
    if state != "tools" or "Qianfan" in client:
        return printed.removesuffix("\r\n").removesuffix("\n")
    return _arguments(json.loads(printed))


def _in_wire(printed: str, state: str, qianfan: bool) -> object:
    field = "result" if qianfan else "response"
    if state == "tools stream":
        return printed
    if printed.startswith("data: "):
        frames = [line[6:] for line in printed.split("\n") if line.startswith("data: ")]
        return "".join(json.loads(frame)[field] for frame in frames if frame != "[DONE]")
    answer = json.loads(printed)
    if qianfan:
        return answer["result"]
    answer = answer.get("result", answer)
    return _arguments(answer) if answer.get("tool_calls") else answer["response"]


def _arguments(answer: dict[str, Any]) -> object:
    first = answer["tool_calls"][0]
    given = first.get("function", first)["arguments"]
    return json.loads(given) if isinstance(given, str) else given
