"""Resident memory: `localai serve` over a bare llama_cpp process, and its course over requests.

    python scripts/memory.py [--model 2m|100m|1.1b] [--requests 2000] [--json]

Both processes have the same file, context, sequences and threads, and have answered the same
requests: one alone, then eight at once. The bare one imports llama_cpp and nothing of ours. The
course is of /ai/run and /v1/chat/completions in turns, new prompts each time, every tenth client
gone before its answer; a server that leaks climbs, others settle.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from benchmark.contender import Setting  # noqa: E402
from benchmark.models import made  # noqa: E402
from benchmark.server import MODEL, Localai, install  # noqa: E402

CONTEXT, PARALLEL, THREADS, TOKENS = 4096, 8, 2, 24
SLOTS = 32
"""Sequences of a context: eight that run, and 24 more that keep prefixes."""

WORDS = "select name from table where city group by order count total customer price year".split()


def main() -> None:
    options = arguments()
    chance = random.Random(0)
    with tempfile.TemporaryDirectory() as folder:
        model = made(options.model)
        install(model, Path(folder))
        prompts = [prompt(chance) for _ in range(9)]
        bare = of_bare(model, prompts)
        server = Localai()
        server.open(Setting(model, THREADS, CONTEXT, PARALLEL, Path(folder)))
        with closing(server):
            server.ask(prompts[0], TOKENS)
            server.streams(prompts[1:], TOKENS)
            ours = resident(server.pid)
            course = list(over(server, options.requests, chance))
    told = {"model": options.model, "bare_mb": bare, "localai_mb": ours, "course_mb": course}
    if options.json:
        print(json.dumps(told))
        return
    print(f"bare llama_cpp {bare:.1f} MB, localai serve {ours:.1f} MB: {ours - bare:+.1f} MB")
    for done, size in course:
        print(f"after {done:>5} requests {size:>8.1f} MB")
    half = [size for done, size in course if done >= options.requests / 2]
    print(f"growth in the second half: {half[-1] - half[0]:+.2f} MB")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="2m", help="one of the bench's models")
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    return parser.parse_args()


def prompt(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=60))


def resident(pid: int) -> float:
    """Megabytes, mapped weights included."""
    return float(psutil.Process(pid).memory_info().rss) / 1e6


def of_bare(model: Path, prompts: list[str]) -> float:
    """Megabytes of a process with llama_cpp alone, after the same requests."""
    asked = json.dumps([str(model), CONTEXT, SLOTS, THREADS, TOKENS, prompts])
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "bare.py")],
        input=asked,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return float(done.stdout)


def over(server: Localai, requests: int, chance: random.Random) -> Iterator[tuple[int, float]]:
    """(requests so far, megabytes), a dozen times."""
    part = max(requests // 12, 1)
    with ThreadPoolExecutor(PARALLEL) as pool:
        for done in range(0, requests, part):
            count = min(part, requests - done)
            texts = [(done + i, prompt(chance)) for i in range(count)]
            list(pool.map(lambda one: ask(server.address, *one), texts))
            yield done + count, resident(server.pid)


def ask(address: str, number: int, text: str) -> None:
    """One request: streamed or whole, in one form or the other; some clients do not wait."""
    path = f"/ai/run/{MODEL}"
    body: dict[str, object] = {"prompt": text, "max_tokens": 4, "stream": number % 3 == 0}
    if number % 2:
        path = "/v1/chat/completions"
        body = {"model": MODEL, "messages": [{"role": "user", "content": text}], "max_tokens": 4}
    with connected(address) as connection:
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        if number % 10 == 9:
            return
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != http.client.OK:
            raise RuntimeError(f"{answer.status}: {said[:300]!r}")


@contextmanager
def connected(address: str) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection(address, timeout=120)
    try:
        yield connection
    finally:
        connection.close()


if __name__ == "__main__":
    main()
