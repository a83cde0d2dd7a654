"""View code: every snippet runs as it is copied, and answers as the page does for the same seed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest

from tests.gguf_models import tiny_llama
from tests.screens.code_clients import CLIENTS, KEY, command, node, said
from tests.screens.code_states import DIFFERS, STATES
from tests.screens.conftest import ROOT, Server, serving

MODEL = "@local/tiny"


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
    found: dict[str, dict[str, str]] = node(script, states, tmp_path_factory.mktemp("written"))
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
            program = command(name, server, folder)
            files = []
            for at, texts in enumerate(written.values()):
                files.append(folder / f"snippet{at}.{'mjs' if 'Script' in name else 'txt'}")
                refused = "it will refuse" in texts[name]
                files[-1].write_text("" if refused else texts[name], encoding="utf-8")
            done = subprocess.run(
                [*program, *map(str, files)], cwd=folder, capture_output=True, timeout=120,
                env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            )  # fmt: skip
            assert done.returncode == 0, done.stderr.decode()[-3000:]
            answers = done.stdout.decode().split("\x1e\n")
            printed[name] = dict(zip(written, answers, strict=False))
        return printed[name]

    return run


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
    bodies = node(script, STATES, tmp_path_factory.mktemp("sent"))
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
    texts = node(script, state, tmp_path)
    assert [text for text in texts if "LOCALAI_API_KEY" in text or "import os\n\n\n" in text] == []


def test_a_text_that_is_too_long_for_an_argument_is_read_from_a_document(tmp_path: Path) -> None:
    script = """
const { snippets } = await import("./code.js");
const state = JSON.parse(await new Response(process.stdin).text());
console.log(JSON.stringify(snippets(state)[0].text));
"""
    text = "it's $HOME " * 15_000
    state = {"origin": "http://127.0.0.1:1", "model": MODEL, "mode": "prompt", "prompt": text}
    snippet = node(script, state, tmp_path)
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
            [*command(name, server, folder), str(file)],
            cwd=folder,
            capture_output=True,
            timeout=60,
        )
        printed = done.stdout.decode().split("\x1e\n")[0]
        assert str(said(name, "chat", printed)).split() == shown, done.stderr
