"""The snippets of the providers' documentation: only URL, account and keys are others.

`seeds/` holds them word for word, with the line breaks that their pages lost. What is put in place
of their URLs and placeholders stands in PLACES.
"""

from __future__ import annotations

import ast
import http.client
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.clients.conftest import CHAT, DEEPSEEK, JS, PATIENCE, Service, program
from tests.clients.test_miniflare import frames

SEEDS = Path(__file__).parent / "seeds"
PLACES = {
    "{ACCOUNT_ID}": "a1",
    "{account_id}": "a1",
    "<account>": "a1",
    "{API_TOKEN}": "local",
    "[应用API Key]": "ak",
    "[应用Secret Key]": "local",
    "24.4a3a19b******18992": "local",
}
ENVIRONMENT = {"CLOUDFLARE_ACCOUNT_ID": "a1", "CLOUDFLARE_AUTH_TOKEN": "local", "NO_PROXY": "*"}

Write = Callable[..., Path]
Node = Callable[..., Any]


@pytest.fixture
def write(service: Service, tmp_path: Path) -> Write:
    """Gives a snippet's file in which the server is this one."""

    def made(name: str, **more: str) -> Path:
        text = (SEEDS / name).read_text(encoding="utf-8")
        for host in ("https://api.cloudflare.com", "https://aip.baidubce.com"):
            text = text.replace(host, service.url)
        # In Python's f-strings {ACCOUNT_ID} is a variable, and stays.
        places = {k: v for k, v in PLACES.items() if f"{k[1:-1]} =" not in text}
        for there, here in (places | more).items():
            text = text.replace(there, here)
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return made


def printed(*command: str | Path) -> str:
    """What a command prints; it fails where the command does."""
    done = subprocess.run(
        command, env=os.environ | ENVIRONMENT, capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def shell(script: Path) -> str:
    program("curl")
    return printed(program("bash"), "-o", "pipefail", script)


def python(script: Path) -> str:
    if importlib.util.find_spec("requests") is None:
        pytest.skip("PyPI's requests is not here: scripts/test-clients installs it")
    return printed(sys.executable, script)


def check_enveloped(told: dict[str, Any]) -> None:
    assert (told["success"], told["errors"]) == (True, [])
    check_result(told["result"])


def check_result(result: dict[str, Any]) -> None:
    assert result["response"]
    assert 0 < result["usage"]["completion_tokens"] <= 256


def check_stream(text: str) -> None:
    told = frames(text)
    assert len(told) > 2
    assert all(isinstance(frame["response"], str) for frame in told)
    check_result({"response": "".join(f["response"] for f in told), "usage": told[-1]["usage"]})


def check_qianfan(told: dict[str, Any]) -> None:
    assert (told["object"], told["is_safe"]) == ("chat.completion", 1)
    assert told["id"].startswith("as-")
    assert told["result"]
    assert told["usage"]["total_tokens"] > told["usage"]["prompt_tokens"] > 360


@pytest.mark.parametrize("name", ["sqlcoder.sh", "llama.sh", "deepseek.sh"])
def test_curl(write: Write, name: str) -> None:
    check_enveloped(json.loads(shell(write(name))))


@pytest.mark.parametrize("name", ["deepseek_stream.sh", "deepseek_stream_prompt.sh"])
def test_curl_streams(write: Write, name: str) -> None:
    check_stream(shell(write(name)))


@pytest.mark.parametrize("name", ["sqlcoder.py", "llama.py"])
def test_python(write: Write, name: str) -> None:
    check_enveloped(ast.literal_eval(python(write(name))))


def test_python_that_ends_in_a_function_s_return(write: Write) -> None:
    script = write("deepseek.py")
    lines = script.read_text(encoding="utf-8").splitlines()
    # The page shows a function's last line without its function, and a dict has no `.response`.
    assert lines.pop() == "return result.response"
    script.write_text("\n".join([*lines, "print(result)"]), encoding="utf-8")
    check_enveloped(ast.literal_eval(python(script)))


def test_fetch(write: Write) -> None:
    check_enveloped(json.loads(printed(program("node"), write("llama_fetch.js"))))


@pytest.mark.parametrize("name", ["scoped", "session", "unscoped", "raw"])
def test_inputs(write: Write, node: Node, name: str) -> None:
    snippet = str(write(f"deepseek_{name}.js"))
    check_enveloped(node("inputs.mjs", snippet, model=DEEPSEEK, needs="."))


WORKERS = [f"{model}_worker" for model in ("sqlcoder", "llama", "deepseek")]


@pytest.mark.parametrize("name", WORKERS)
def test_worker(write: Write, node: Node, name: str) -> None:
    program("node", "miniflare", "@cloudflare/ai")
    told = node("worker.mjs", str(write(f"{name}.ts")), needs="esbuild")
    assert (told["status"], told["type"]) == (200, "application/json")
    check_result(json.loads(told["text"]))


@pytest.mark.parametrize("name", [*(f"{worker}_stream.ts" for worker in WORKERS), "fragment"])
def test_worker_streams(write: Write, node: Node, name: str) -> None:
    program("node", "miniflare", "@cloudflare/ai")
    script = write("deepseek_fragment.js" if name == "fragment" else name)
    if name == "fragment":
        around = (
            "export default { async fetch(request, env) {\n"
            'const messages = [{ role: "user", content: "hello" }];\n%s}};'
        )
        script.write_text(around % script.read_text(encoding="utf-8"), encoding="utf-8")
    told = node("worker.mjs", str(script), needs="esbuild")
    assert (told["status"], told["type"]) == (200, "text/event-stream")
    check_stream(told["text"])


def test_qianfan_curl(write: Write) -> None:
    program("iconv")
    token = json.loads(shell(write("qianfan_token.sh")))["access_token"]
    script = write("qianfan.sh", **{"[步骤一调用接口获取的access_token]": token})
    check_qianfan(json.loads(shell(script)))


def test_qianfan_python(write: Write) -> None:
    check_qianfan(json.loads(python(write("qianfan.py"))))


def test_qianfan_as_http(write: Write, service: Service) -> None:
    head, _, body = write("qianfan.http").read_text(encoding="utf-8").partition("\n\n")
    line, *fields = head.splitlines()
    method, target, version = line.split()
    assert version == "HTTP/1.1"
    headers = dict(field.split(": ", 1) for field in fields)
    headers["Host"] = service.url.removeprefix("http://")
    connection = http.client.HTTPConnection(headers["Host"], timeout=PATIENCE)
    connection.request(method, target, body.encode(), headers)
    check_qianfan(json.loads(connection.getresponse().read()))
    connection.close()


@contextmanager
def page_of(service: Service, snippet: Path) -> Iterator[str]:
    """The URL of a Worker whose /page runs the snippet, and whose / is the stream that it reads."""
    node = program("node", "miniflare")
    command = [node, "page.mjs", service.url, CHAT, str(snippet)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=JS, stdin=pipe, stdout=pipe, text=True) as worker:
        try:
            assert worker.stdout is not None
            yield worker.stdout.readline().strip()
        finally:
            assert worker.stdin is not None
            worker.stdin.close()  # it stops then


@pytest.mark.parametrize("name", ["llama", "deepseek"])
def test_event_source_in_a_page(write: Write, service: Service, name: str) -> None:
    if importlib.util.find_spec("playwright") is None:
        pytest.skip("PyPI's playwright is not here: scripts/test-clients installs it")
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("google-chrome") or program("chromium")
    with page_of(service, write(f"{name}_event_source.js")) as url, sync_playwright() as play:
        with urllib.request.urlopen(url, timeout=PATIENCE) as reply:
            told = frames(reply.read().decode())
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.add_init_script(COUNT_CHANGES)
        page.goto(f"{url}page")
        page.wait_for_function("window.changes.length && source.readyState === EventSource.CLOSED")
        changes, shown = page.evaluate("[changes, el.textContent]")
        browser.close()
    expected = "".join(frame["response"] for frame in told)
    assert (shown, faults) == (expected, [])
    # It grew piece by piece, as the stream came.
    assert len(changes) > 10
    assert changes == sorted(changes)


COUNT_CHANGES = """
window.changes = [];
addEventListener("DOMContentLoaded", () => {
  const note = () => window.changes.push(el.textContent.length);
  new MutationObserver(note).observe(el, { childList: true });
});
"""
