"""Whether seeded answers of `localai serve --reproducible` ever differ, and what that costs.

    python scripts/reproducible.py [--requests 400] [--clients 8] [--quants F16,Q8_0,Q4_K_M]
                                   [--wide] [--alone 20] [--rounds 5]

For each quantization a model of random weights is made and served. Its requests (prompts that
share beginnings, of many lengths; temperature 0.8 with top_p, top_k, penalties or a JSON Schema)
are asked one at a time, some of them of a server that was started for that one alone. That is what
they must be, to the byte, under many clients, cold, warm, after a restart and in other orders,
while others are cancelled. For contrast it says how many differ without the option. Exits with 1
on a difference.

It must not know how either is computed. Servers listen on loopback and end with the script.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from benchmark.contender import Setting  # noqa: E402
from benchmark.server import MODEL, Localai, install  # noqa: E402
from benchmark.words import WORDS  # noqa: E402

from localai.model import Architecture  # noqa: E402
from tests.gguf_models import model_like  # noqa: E402

SCHEMA = {
    "type": "object",
    "properties": {"city": {"enum": ["Oslo", "Bern", "Rome"]}, "count": {"type": "integer"}},
    "required": ["city", "count"],
}
KINDS: tuple[dict[str, Any], ...] = (
    {},
    {"top_p": 0.9},
    {"top_k": 40},
    {"repetition_penalty": 1.3, "frequency_penalty": 0.4},
    {"response_format": {"type": "json_schema", "json_schema": SCHEMA}},
)
LENGTHS = (0, 20, 70, 130, 260)
"""Words of a beginning that prompts share: below a chunk, at its borders, and beyond 256 tokens."""

PATIENCE = 300.0
SOME = 100
TOKENS = 48


def small(folder: Path, quant: str, *, wide: bool) -> Path:
    """3 million weights, or (wide) 50 million with 12 heads: seconds, or minutes."""
    size = 768 if wide else 256
    architecture = Architecture(
        name="llama", layers=6 if wide else 3, heads=size // 64, kv_heads=size // 64,
        head_dim=64, embedding=size, feed_forward=8 * size // 3 // 256 * 256,
        vocabulary=8000 if wide else 2000, context=2048, rope_theta=10_000.0,
    )  # fmt: skip
    return model_like(folder / f"{quant}.gguf", architecture, quant, eos_logit=6)


def asked_for(number: int) -> list[dict[str, Any]]:
    """The bodies: each has its seed, and half of them a beginning that others have too."""
    chance = random.Random(1)
    beginnings = [" ".join(chance.choices(WORDS, k=max(LENGTHS))) for _ in range(3)]
    bodies = []
    for index in range(number):
        words = chance.choice(beginnings).split()[: chance.choice(LENGTHS)]
        words += chance.choices(WORDS, k=chance.choice((1, 5, 30, 90)))
        body = {"prompt": " ".join(words), "raw": True, "seed": index + 1, "temperature": 0.8,
                "max_tokens": chance.choice((4, 12, 24))}  # fmt: skip
        bodies.append({**body, **KINDS[index % len(KINDS)]})
    return bodies


def answer(address: str, body: dict[str, Any]) -> str:
    """What came, whole: a refusal counts as an answer, and must be the same each time."""
    connection = http.client.HTTPConnection(address, timeout=PATIENCE)
    try:
        connection.request("POST", f"/ai/run/{MODEL}", json.dumps(body))
        found = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    result = found.get("result") or found.get("errors")
    return json.dumps(result.get("response", result) if isinstance(result, dict) else result)


def disturb(address: str, stop: threading.Event) -> None:
    """Start answers and go away in the middle, of the prompt or of the answer."""
    chance = random.Random(7)
    while not stop.is_set():
        connection = http.client.HTTPConnection(address, timeout=PATIENCE)
        prompt = " ".join(chance.choices(WORDS, k=chance.choice((10, 300))))
        body = {"prompt": prompt, "raw": True, "stream": True, "max_tokens": 200}
        try:
            connection.request("POST", f"/ai/run/{MODEL}", json.dumps(body))
            stop.wait(chance.random() * 0.3)
        finally:
            connection.close()
        stop.wait(chance.random() * 0.3)


class Served:
    """A server of its own for a `with`."""

    def __init__(self, model: Path, folder: Path, *options: str, parallel: int = 8) -> None:
        context = 1024 if "--reproducible" in options else 1024 * parallel
        self._setting = Setting(model, 2, context, parallel, folder, extra=options)

    def __enter__(self) -> Localai:
        self._server = Localai()
        self._server.open(self._setting)
        return self._server

    def __exit__(self, *_: object) -> None:
        self._server.close()


def all_of(server: Localai, bodies: list[dict[str, Any]], clients: int, order: int) -> list[str]:
    """Answers in the bodies' order, asked in another; under several clients some go away."""
    shuffled = list(range(len(bodies)))
    random.Random(order).shuffle(shuffled)
    found: dict[int, str] = {}
    stop = threading.Event()
    rude = threading.Thread(target=disturb, args=(server.address, stop))
    if clients > 1:
        rude.start()
    try:
        with ThreadPoolExecutor(clients) as pool:
            jobs = {i: pool.submit(answer, server.address, bodies[i]) for i in shuffled}
            found = {i: job.result() for i, job in jobs.items()}
    finally:
        stop.set()
        if clients > 1:
            rude.join()
    return [found[i] for i in range(len(bodies))]


def differing(found: list[str], expected: list[str]) -> int:
    return sum(one != other for one, other in zip(found, expected, strict=True))


def differences(
    model: Path, bodies: list[dict[str, Any]], clients: int, alone: Sequence[int]
) -> int:
    """Ask in all ways; prints and returns how many answers differed."""
    option = "--reproducible"
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        here, other = Path(first), Path(second)
        install(model, here)
        install(model, other)
        with Served(model, other, option, "--disk-cache", "off") as server:
            expected = all_of(server, bodies, 1, 0)
        found = 0

        def hold(how: str, server: Localai, order: int, number: int = len(bodies)) -> None:
            nonlocal found
            begun = time.perf_counter()
            came = all_of(server, bodies[:number], clients, order)
            wrong, seconds = differing(came, expected[:number]), time.perf_counter() - begun
            print(f"  {how}: {wrong} of {number} differ ({seconds:.0f} s)", flush=True)
            found += wrong

        with Served(model, here, option) as server:
            hold("cold", server, 1)
            hold("warm", server, 2)
        with Served(model, here, option) as server:
            hold("restarted", server, 3)
        some = min(len(bodies), SOME)
        with Served(model, here, option, parallel=3) as server:
            hold("restarted with --parallel 3", server, 4, some)
        wrong = sum(fresh(model, other, bodies[i]) != expected[i] for i in alone)
        print(f"  alone on a server of its own: {wrong} of {len(alone)} differ", flush=True)
        with Served(model, other) as server:
            usual = all_of(server, bodies[:some], 1, 0)
            number = differing(all_of(server, bodies[:some], clients, 1), usual)
        print(f"  for contrast, without the option: {number} of {some} differ", flush=True)
    print(f"  {len(set(expected))} different answers among {len(bodies)}")
    return found + wrong


def fresh(model: Path, folder: Path, body: dict[str, Any]) -> str:
    """Asked of a server that is started for this request."""
    with Served(model, folder, "--reproducible", "--disk-cache", "off") as server:
        return answer(server.address, body)


def rate(server: Localai, streams: int, chance: random.Random) -> float:
    """Tokens a second of all answers together."""
    body = {"raw": True, "max_tokens": TOKENS, "temperature": 0, "logit_bias": {"2": -100}}
    prompts = [" ".join(chance.choices(WORDS, k=8)) for _ in range(streams)]
    begun = time.perf_counter()
    with ThreadPoolExecutor(streams) as pool:
        list(pool.map(lambda p: answer(server.address, {**body, "prompt": p}), prompts))
    return streams * TOKENS / (time.perf_counter() - begun)


def reading(server: Localai, chance: random.Random) -> float:
    """Words of a prompt a second."""
    prompt = " ".join(chance.choices(WORDS, k=600))
    begun = time.perf_counter()
    answer(server.address, {"prompt": prompt, "raw": True, "max_tokens": 1, "temperature": 0})
    return 600 / (time.perf_counter() - begun)


def price(model: Path, rounds: int) -> None:
    """Ratios to a server without the option, in turns; drafting is off in both."""
    works = {f"{n} stream{'s' if n > 1 else ''}": n for n in (1, 4, 8)} | {"reading a prompt": 0}
    ratios: dict[str, list[float]] = {name: [] for name in works}
    with tempfile.TemporaryDirectory() as name:
        folder, off = Path(name), ("--no-drafting", "--disk-cache", "off")
        install(model, folder)
        with (
            Served(model, folder, *off) as usual,
            Served(model, folder, *off, "--reproducible") as exact,
        ):
            for turn in range(rounds + 1):
                for work, streams in works.items():
                    both = []
                    for server in (usual, exact):
                        chance = random.Random(f"{turn} {work}")
                        both.append(rate(server, streams, chance) if streams else
                                    reading(server, chance))  # fmt: skip
                    if turn:  # the first warms up
                        ratios[work].append(both[1] / both[0])
    for work, found in ratios.items():
        low, middle, high = statistics.quantiles(found, n=4)
        print(f"  {work}: {middle:.2f} of the usual rate ({low:.2f} to {high:.2f})", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--requests", type=int, default=400)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--alone", type=int, default=20, help="on a server started for each")
    parser.add_argument("--quants", default="F16,Q8_0,Q4_K_M")
    parser.add_argument("--wide", action="store_true", help="50 million weights")
    parser.add_argument("--rounds", type=int, default=5, help="of the price; 0 leaves it out")
    given = parser.parse_args()
    bodies, total = asked_for(given.requests), 0
    alone = random.Random(5).sample(range(given.requests), min(given.alone, given.requests))
    for quant in given.quants.split(","):
        with tempfile.TemporaryDirectory() as folder:
            model = small(Path(folder), quant, wide=given.wide)
            print(f"{quant}, {model.stat().st_size / 1e6:.0f} MB:", flush=True)
            if bodies:
                total += differences(model, bodies, given.clients, alone)
            if given.rounds > 1:
                price(model, given.rounds)
    print(f"{total} differences")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
