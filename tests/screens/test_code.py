"""View code: every snippet runs as it is copied, and answers as the page does for the same seed."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest

from tests.gguf_models import tiny_llama
from tests.screens.conftest import ROOT, Server, serving

PLAYGROUND = ROOT / "localai" / "playground"
NODE = shutil.which("node")
PACKAGES = ROOT / "tests" / "clients" / "js" / "node_modules"
KEY = 'it\'s "the" $KEY'
MODEL = "@local/tiny"

# What breaks a snippet that quotes carelessly, in one language or another.
HARD = (
    'It\'s "quoted" \\ and \\n no line; $HOME ${HOME} `id` $(id) %s {x} {{y}} !! #\n'
    "\ttab\r\n'''three''' \"\"\"three\"\"\" */ --> </script> "
    "\u00e9\u4e2d\U0001f600 \u202eabc\u2066 \x7f\u2028end\\"
)
WEATHER = {
    "type": "object",
    "properties": {'it\'s a "city"': {"type": "string", "maxLength": 8}},
    "required": ['it\'s a "city"'],
    "additionalProperties": False,
}
TOOLS = [{"name": "weather", "description": HARD, "parameters": WEATHER}]
SHORT = {"max_tokens": 12, "seed": 7}

STATES: dict[str, dict[str, Any]] = {
    "chat": {
        "mode": "chat",
        "system": f"You are {HARD}",
        "messages": [
            {"role": "user", "content": HARD},
            {"role": "assistant", "content": "No\nway"},
            {"role": "user", "content": "-n @file 'x'"},
        ],
        "parameters": {**SHORT, "temperature": 0.9, "top_p": 0.95, "top_k": 40},
    },
    "raw stream": {
        "mode": "prompt",
        "raw": True,
        "prompt": HARD,
        "stream": True,
        "parameters": {**SHORT, "temperature": 0, "repetition_penalty": 1.2, "top_p": None},
    },
    "prompt": {
        "mode": "prompt",
        "prompt": HARD,
        "parameters": {**SHORT, "presence_penalty": 0.5, "frequency_penalty": -0.5},
    },
    "tools": {
        "mode": "chat",
        "messages": [{"role": "user", "content": HARD}],
        "tools": TOOLS,
        "parameters": {"max_tokens": 200, "seed": 3, "tool_choice": "required", "stop": ["~"]},
    },
    "tools stream": {
        "mode": "chat",
        "stream": True,
        "messages": [
            {"role": "user", "content": HARD},
            {
                "role": "assistant",
                "content": "",
                "tool_calls": [{"name": "weather", "arguments": {}}],
            },
            {"role": "tool", "name": "weather", "tool_call_id": "call_0", "content": HARD},
        ],
        "tools": TOOLS,
        "parameters": {"max_tokens": 200, "seed": 3, "tool_choice": "required"},
    },
    "json stream": {
        "mode": "chat",
        "stream": True,
        "messages": [{"role": "user", "content": HARD}],
        "response_format": {"type": "json_schema", "json_schema": WEATHER},
        "parameters": {"max_tokens": 200, "seed": 4},
    },
}
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
# Where a dialect cannot say the same, its snippet says so; it runs all the same.
DIFFERS = {
    ("openai", "prompt"): "without the system message",
    ("Qianfan", "prompt"): "without the system message",
    ("Qianfan", "chat"): "seed",
    ("Qianfan", "tools"): "tools",
    ("Qianfan", "tools stream"): "it will refuse these messages",
    ("Qianfan", "json stream"): "response_format",
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


@pytest.fixture(scope="module")
def server(homes: Callable[[str], dict[str, str]]) -> Iterator[Server]:
    """A server with a key and a model that answers nonsense, in a home of its own."""
    places = homes("code")
    folder = Path(places["LOCALAI_DATA_DIR"])
    folder.mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in places.items():
            patch.setenv(name, value)
        # The SDKs would take these for the server's own.
        for name in ("OPENAI_BASE_URL", "CLOUDFLARE_API_TOKEN", "HTTP_PROXY", "http_proxy"):
            patch.delenv(name, raising=False)
        file = tiny_llama(folder / "tiny.gguf", vocabulary="bpe", context=16_384)
        added = [sys.executable, "-m", "localai", "add", str(file), "--id", MODEL]
        subprocess.run(added, check=True, capture_output=True, cwd=ROOT)
        with serving("--model", MODEL, "--api-key", KEY) as server:
            yield server


@pytest.fixture
def at_home(homes: Callable[[str], dict[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of the one whose models the server has, with the key."""
    for name, value in {**homes("code"), "LOCALAI_API_KEY": KEY}.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def written(server: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """The snippets of each state by name, as code.js writes them."""
    states = {
        name: {"origin": server.url, "key": KEY, "model": MODEL, **state}
        for name, state in STATES.items()
    }
    script = """
const { snippets } = await import("./code.js");
const states = JSON.parse(await new Response(process.stdin).text());
const found = {};
for (const [name, state] of Object.entries(states)) {
  found[name] = Object.fromEntries(snippets(state).map((one) => [one.name, one.text]));
}
console.log(JSON.stringify(found));
"""
    found: dict[str, dict[str, str]] = _node(script, states, tmp_path_factory.mktemp("written"))
    return found


def _node(script: str, given: object, folder: Path) -> Any:
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


@pytest.fixture(scope="module")
def run(
    server: Server,
    written: dict[str, dict[str, str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str], dict[str, str]]:
    """What the snippets of a client print, by state; each client is started once."""
    printed: dict[str, dict[str, str]] = {}

    def run(name: str) -> dict[str, str]:
        if name not in printed:
            folder = tmp_path_factory.mktemp("snippets")
            command = _command(name, server, folder)
            files = []
            for at, texts in enumerate(written.values()):
                files.append(folder / f"snippet{at}.{'mjs' if 'Script' in name else 'txt'}")
                refused = "it will refuse" in texts[name]
                files[-1].write_text("" if refused else texts[name], encoding="utf-8")
            done = subprocess.run(
                [*command, *map(str, files)], cwd=folder, capture_output=True, timeout=120,
                env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            )  # fmt: skip
            assert done.returncode == 0, done.stderr.decode()[-3000:]
            answers = done.stdout.decode().split("\x1e\n")
            printed[name] = dict(zip(written, answers, strict=False))
        return printed[name]

    return run


def _command(name: str, server: Server, folder: Path) -> list[str]:
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


@pytest.fixture(scope="module")
def right(
    server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], dict[str, Any]]:
    """The server's own answer to what the page sends for a state."""
    script = """
const { inputs } = await import("./inputs.js");
const states = JSON.parse(await new Response(process.stdin).text());
const all = Object.entries(states).map(([name, state]) => [name, inputs(state)]);
console.log(JSON.stringify(Object.fromEntries(all)));
"""
    bodies = _node(script, STATES, tmp_path_factory.mktemp("sent"))
    known: dict[str, dict[str, Any]] = {}

    def answer(state: str) -> dict[str, Any]:
        if state not in known:
            call = Request(
                f"{server.url}/client/v4/accounts/a/ai/run/{MODEL}",
                json.dumps({**bodies[state], "stream": False}).encode(),
                {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"},
            )
            with urlopen(call, timeout=60) as reply:
                known[state] = json.load(reply)["result"]
        return known[state]

    return answer


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("client", CLIENTS)
def test_a_snippet_runs_as_copied_and_answers_the_same(
    client: str,
    state: str,
    run: Callable[[str], dict[str, str]],
    right: Callable[[str], dict[str, Any]],
    written: dict[str, dict[str, str]],
) -> None:
    printed = run(client)[state]
    remark = DIFFERS.get((client.split()[0], state))
    if remark is not None:
        assert remark in written[state][client]
        assert "refuse" in remark or said(client, state, printed)
        return
    told, wanted = said(client, state, printed), right(state)
    if state == "tools stream":
        # Before them stands the call's name, and around them the wire's own quotes.
        assert _bare(json.dumps(wanted["tool_calls"][0]["arguments"])) in _bare(str(told))
    elif state == "tools":
        assert told == wanted["tool_calls"][0]["arguments"]
    elif state == "json stream":
        assert json.loads(str(told)) == wanted["response"]
    else:
        assert told == wanted["response"]


def _bare(text: str) -> str:
    return re.sub(r"[\s\\]", "", text)


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


def test_the_key_is_never_in_a_snippet(written: dict[str, dict[str, str]]) -> None:
    texts = [text for state in written.values() for text in state.values()]
    assert len(texts) == len(STATES) * len(CLIENTS)
    assert [text for text in texts if KEY in text or '"the\\" $KEY' in text] == []
    assert [text for text in texts if "LOCALAI_API_KEY" not in text and "LocalAI" not in text] == []


def test_without_a_key_no_snippet_asks_for_one(tmp_path: Path) -> None:
    script = """
const { snippets } = await import("./code.js");
const state = JSON.parse(await new Response(process.stdin).text());
console.log(JSON.stringify(snippets(state).map((one) => one.text)));
"""
    state = {"origin": "http://127.0.0.1:1", "key": "", "model": MODEL, **STATES["chat"]}
    texts = _node(script, state, tmp_path)
    assert [text for text in texts if "LOCALAI_API_KEY" in text or "import os\n\n\n" in text] == []


def test_a_text_that_is_too_long_for_an_argument_is_read_from_a_document(tmp_path: Path) -> None:
    script = """
const { snippets } = await import("./code.js");
const state = JSON.parse(await new Response(process.stdin).text());
console.log(JSON.stringify(snippets(state)[0].text));
"""
    text = "it's $HOME " * 15_000
    state = {"origin": "http://127.0.0.1:1", "model": MODEL, "mode": "prompt", "prompt": text}
    snippet = _node(script, state, tmp_path)
    # What curl would be given, told by a curl that only shows it.
    curl = tmp_path / "curl"
    curl.write_text("#!/bin/sh\nexec cat\n")
    curl.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-s"],
        input=snippet,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
    )
    assert json.loads(done.stdout) == {"prompt": text}, done.stderr


@pytest.mark.usefixtures("at_home")
def test_what_the_page_shows_gives_the_answer_that_it_shows(
    open_page: Callable[..., Any], server: Server, tmp_path: Path
) -> None:
    """The last answer, with its seed, out of three languages and back to the same words."""
    page = open_page(f"{server.url}/?model={MODEL}#key={quote(KEY)}")
    page.locator("html[data-ready]").wait_for()
    page.locator("#p-max_tokens").fill("12")
    page.get_by_role("textbox", name="Message", exact=True).fill('It\'s "$HOME"\n\\ `id` \u00e9?')
    page.keyboard.press("Enter")
    page.locator("article.answer .figures [data-figure=finish]").wait_for()
    shown = page.locator("article.answer .body").inner_text().split()
    assert len(shown) > 3
    page.get_by_role("button", name="View code").click()
    for name in ("curl", "Python requests", "openai (JavaScript)"):
        page.get_by_role("tab", name=name, exact=True).click()
        snippet = page.locator("#code-pane").text_content()
        folder = tmp_path / name
        folder.mkdir()
        file = folder / f"snippet.{'mjs' if 'Script' in name else 'txt'}"
        file.write_text(snippet, encoding="utf-8")
        done = subprocess.run(
            [*_command(name, server, folder), str(file)],
            cwd=folder,
            capture_output=True,
            timeout=60,
        )
        printed = done.stdout.decode().split("\x1e\n")[0]
        assert str(said(name, "chat", printed)).split() == shown, done.stderr
