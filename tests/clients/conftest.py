"""A real server over real llama.cpp and random weights, for the vendors' own clients."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from localai.loading import RuntimeConfig
from localai.model import FileSpec, ModelSpec
from localai.registry import Registry
from localai.runtime import Runtime
from localai.server import create_app
from localai.weights.check import architecture
from localai.weights.gguf import read_header
from localai.weights.store import Store
from tests.gguf_models import tiny_llama
from tests.server.live import serve

JS = Path(__file__).parent / "js"
PY = Path(__file__).parent / "py"
KEY = "local"
CHAT = "@cf/meta/llama-2-7b-chat-int8"
SQLCODER = "@cf/defog/sqlcoder-7b-2"
QIANFAN = "qianfan:sqlcoder_7b"
GPT_OSS = "@cf/openai/gpt-oss-20b"
DEEPSEEK = "@hf/thebloke/deepseek-coder-6.7b-instruct-awq"
FAMILIES = {
    CHAT: "llama-2-chat",
    SQLCODER: "sqlcoder-7b-2",
    QIANFAN: "sqlcoder-7b",
    GPT_OSS: "zephyr",
    DEEPSEEK: "deepseek-coder",
}
"""The models that the server knows, and how each is asked."""

PATIENCE = 300
"""Seconds for a client: the first import of a big one takes most of a minute on a busy machine."""


@dataclass(frozen=True)
class Service:
    """Where the server is, and the runtime behind it."""

    url: str
    runtime: Runtime

    def greedy(self, prompt: str = "hello", *, model: str = CHAT, tokens: int = 8) -> str:
        """What the model says in process to a raw prompt."""
        from localai.dialects.dialect import Reply
        from localai.request import GenerateRequest, Sampling

        reply = Reply()
        request = GenerateRequest(
            model, prompt, raw=True, max_tokens=tokens, sampling=Sampling(temperature=0)
        )
        for event in self.runtime.stream(request):
            reply.add(event)
        return reply.text


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("clients")
    path = tiny_llama(folder / "m.gguf", vocabulary="bpe", context=16384)
    numbers, files = architecture(read_header(path)), (FileSpec("F16", path.name, path=path),)
    spellings = {QIANFAN: {"qianfan": ("sqlcoder_7b", "SQLCoder-7B")}}
    specs = [
        ModelSpec(id, id, numbers, files, "F16", family, "MIT", spellings=spellings.get(id, {}))
        for id, family in FAMILIES.items()
    ]
    config = RuntimeConfig(slots=2, threads=2)
    with (
        Runtime(Registry(specs), Store(folder), config) as runtime,
        serve(create_app(runtime, api_key=KEY)) as live,
    ):
        yield Service(live.url, runtime)


@pytest.fixture(scope="module")
def python(service: Service) -> Callable[..., Any]:
    """Runs a script of `py/` against the server, once, and gives what it prints.

    In a process of its own: some clients read the environment once, and warn of their own ways.
    """

    @cache
    def run(script: str, *more: str, model: str = CHAT, needs: str) -> Any:
        if importlib.util.find_spec(needs) is None:
            pytest.skip(f"{needs} is not here: scripts/test-clients installs it")
        done = subprocess.run(
            [sys.executable, "-W", "ignore", script, service.url, model, *more],
            cwd=PY, capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.splitlines()[-1])

    return run


@pytest.fixture(scope="module")
def node(service: Service) -> Callable[..., Any]:
    """Runs a script of `js/` against the server, once, and gives what it prints."""

    @cache
    def run(script: str, *more: str, model: str = CHAT, needs: str) -> Any:
        done = subprocess.run(
            [program("node", needs), script, service.url, model, *more],
            cwd=JS, capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.splitlines()[-1])

    return run


def program(name: str, *packages: str) -> str:
    """The path of a program; a test that lacks it, or a package of npm's, is skipped by name."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not here: it is not on the PATH")
    for package in packages:
        if not (JS / "node_modules" / package).is_dir():
            pytest.skip(f"npm's {package} is not here: scripts/test-clients installs it")
    return found
