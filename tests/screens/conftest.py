"""What people see: a server of its own process, and pages that tell of every fault of theirs.

It needs Chromium and Playwright; where one lacks, the tests are left out and say so.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ROOT = Path(__file__).parent.parent.parent

# Said by the page itself, before any of its scripts run, so that none is missed.
WATCH = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
"""


@dataclass
class Server:
    """A running `localai serve`; `key` is what it asks callers for, if anything."""

    url: str
    process: subprocess.Popen[bytes]
    key: str = ""


@contextmanager
def serving(*args: str, **env: str) -> Iterator[Server]:
    """`localai serve` on a free port, in a process of its own that ends with the `with`."""
    log = Path(os.environ["LOCALAI_DATA_DIR"]) / "serve.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "localai", "serve", "--port", "0", "--json", *args],
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**os.environ, **env},
            cwd=ROOT,
        )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line, f"it did not start: {log.read_text()}"
        ready = json.loads(line)
        yield Server(ready["url"], process, ready.get("key", ""))
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, str]]:
    """Environments whose settings, weights and cache lie in a folder of that name."""
    root = tmp_path_factory.mktemp("screens")

    def home(name: str) -> dict[str, str]:
        folder = root / name
        places = {
            f"LOCALAI_{kind}_DIR": str(folder / kind) for kind in ("CONFIG", "DATA", "MODELS")
        }
        return {**places, "HF_HOME": str(folder / "hf")}

    return home


@pytest.fixture(scope="session")
def tiny_server(homes: Callable[[str], dict[str, str]]) -> Iterator[Server]:
    """One server for the tests that change nothing in it, with @localai/sql-tiny."""
    places = homes("shared")
    Path(places["LOCALAI_DATA_DIR"]).mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in places.items():
            patch.setenv(name, value)
        with serving("--model", "@localai/sql-tiny") as server:
            yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    # Here, for a conftest that skips is an error to pytest.
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Faults:
    """What a page has done that it must not do; `expected` are patterns of what a test causes."""

    found: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expect(self, pattern: str) -> None:
        """Let messages pass that hold this pattern."""
        self.expected.append(pattern)

    def left(self) -> list[str]:
        return [one for one in self.found if not any(re.search(p, one) for p in self.expected)]


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def open_page(browser: Any, faults: Faults) -> Iterator[Callable[..., Any]]:
    """open_page(url, **options of the context): a page in a profile of its own; without url an
    empty one, to go to `home` later.

    The test fails where a page logs an error, breaks its content policy, or asks another host.
    """
    contexts: list[Any] = []

    def opened(url: str = "", home: str = "", **options: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        contexts.append(context)
        context.set_default_timeout(20_000)
        context.add_init_script(WATCH)
        page = context.new_page()
        page.on("console", lambda told: _no_error(told, faults))
        page.on("pageerror", lambda error: faults.found.append(f"error: {error}"))
        page.on("request", lambda request: _home_only(request.url, home or url, faults))
        if url:
            page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults.left() == []


@pytest.fixture
def page(open_page: Callable[..., Any], tiny_server: Server) -> Any:
    """The start page of the shared server."""
    return open_page(tiny_server.url)


def _no_error(told: Any, faults: Faults) -> None:
    if told.type == "error":
        faults.found.append(told.text)


def _home_only(asked: str, home: str, faults: Faults) -> None:
    parts = urlsplit(asked)
    if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != urlsplit(home).netloc:
        faults.found.append(f"request to another host: {asked}")
