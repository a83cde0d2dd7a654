"""What one request does to others: cancel, long prompts, health; it must not know peers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from benchmark.answers import Answer, Client, get
from benchmark.bench import OURS, SERVERS, Bench
from benchmark.contender import Absent, Setting
from benchmark.figures import Figure, Rounds, share
from benchmark.server import Server

LONG = 2000
"""Tokens of the prompt beside streams; TinyLlama's context is 2048."""

SHORT = 512
"""Tokens of the prompt whose client goes away."""

IDLE, QUIET = 0.005, 0.1
"""A server is idle from when it uses less than so many seconds of processor in the next so many."""

CALM = 0.01
"""Seconds between two looks at /health."""

STREAM = {"7b": 300}
"""Tokens that a stream may have at most while it runs beside something, else 1,400."""

ROUNDS = {"2m": 9, "100m": 9, "1.1b": 2, "7b": 1}


def cancel(bench: Bench) -> list[Figure]:
    """The client goes away in the middle of a prompt: seconds until the server is idle."""
    found = Rounds()
    if not Path("/proc/self/schedstat").exists():
        bench.tell("Left out: cancel reads the processor time of threads from Linux's /proc.")
        return []
    with bench.servers(bench.setting(2048, 4), list(SERVERS)) as here:
        whole = {
            name: server.ask(bench.words.plain(SHORT), 2).first for name, server in here.items()
        }
        rounds = bench.rounds or (3 if bench.quick else 9)
        for _, name, server in bench.turns(here, rounds):
            gone, prompt = threading.Event(), bench.words.plain(SHORT)
            with ThreadPoolExecutor(1) as pool:
                asked = pool.submit(server.ask, prompt, 2, Client(gone=gone))
                time.sleep(whole[name] * bench.chance.uniform(0.2, 0.6))
                gone.set()
                left = asked.result().times[0]
            found.add("idle after the client went", name, "ms", idle(server.pid) - left)
    bench.tell(f"Prompts of {SHORT} tokens, left after a fifth to three fifths of their time.")
    return found.figures(OURS)


def idle(pid: int, limit: float = 30.0) -> float:
    """The moment since which the process has computed nothing, or now, where `limit` passed."""
    seen: list[tuple[float, float]] = []
    end = time.perf_counter() + limit
    while time.perf_counter() < end:
        now, used = time.perf_counter(), processor(pid)
        seen.append((now, used))
        since = [one for one in seen if used - one[1] < IDLE]
        if now - since[0][0] >= QUIET:
            return since[0][0]
        time.sleep(0.002)
    return end


def processor(pid: int) -> float:
    """Seconds of processor time of all its threads; to the nanosecond, which psutil is not."""
    used = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        try:
            used += int((thread / "schedstat").read_text().split()[0])
        except OSError:
            continue  # it has ended
    return used / 1e9


def stall(bench: Bench) -> list[Figure]:
    """A prompt of 2,000 tokens beside 4 streams: the longest pause of any of them."""
    found = Rounds()
    rounds = bench.rounds or (1 if bench.quick else ROUNDS.get(bench.model, 9))
    with bench.servers(_roomy(bench), _parallel(bench)) as here:
        for server in here.values():
            server.ask(bench.words.plain(12), 2)
        for _, name, server in bench.turns(here, rounds):
            with running(bench, server, 4) as answers:
                begun = time.perf_counter()
                long = server.ask(bench.words.plain(LONG), 2)
                ended = time.perf_counter()
            gaps = [gap for one in answers for gap in _between(one.result(), begun, ended)]
            found.add("longest pause of a stream", name, "ms", max(gaps))
            found.add("its usual pause beside the prompt", name, "ms", share(gaps, 0.5))
            found.add("the prompt's first text", name, "s", long.first)
    bench.tell(f"4 streams run while a prompt of {LONG} tokens is read.")
    return found.figures(OURS)


def _roomy(bench: Bench) -> Setting:
    """Room for the long prompt beside 8 streams."""
    return bench.setting(LONG + 64 + 8 * (64 + STREAM.get(bench.model, 1400)), 9)


def _parallel(bench: Bench) -> list[str]:
    """Servers that compute several requests at once; the others are named."""
    alone = {
        name: "computes one request at a time" for name in SERVERS if not SERVERS[name].parallel
    }
    bench.left_out.update(alone)
    return [name for name in SERVERS if name not in alone]


@contextmanager
def running(bench: Bench, server: Server, count: int) -> Iterator[list[Future[Answer]]]:
    """Streams that run, each past its first text, and end with the block."""
    enough, going = threading.Event(), threading.Barrier(count + 1)
    tokens = STREAM.get(bench.model, 1400)
    with ThreadPoolExecutor(count) as pool:

        def one(prompt: str) -> Answer:
            return server.ask(prompt, tokens, Client(enough=enough, going=going))

        answers = [pool.submit(one, bench.words.plain(8)) for _ in range(count)]
        try:
            going.wait(timeout=120)
            yield answers
        finally:
            enough.set()


def _between(answer: Answer, begun: float, ended: float) -> list[float]:
    """Pauses that touch the time; a stream that ended or never spoke in it counts as one pause."""
    times = [begun, *(moment for moment in answer.times if begun < moment < ended), ended]
    return [later - sooner for sooner, later in zip(times, times[1:], strict=False)]


def health(bench: Bench) -> list[Figure]:
    """How long GET /health takes while a model loads, a prompt is read, 8 streams run."""
    found = Rounds()
    setting = _roomy(bench)
    for name in bench.asked(SERVERS):
        server = SERVERS[name]()
        loading = _while_loading(bench, server, setting)
        if loading is None:
            continue
        try:
            bench.built.setdefault(name, server.built())
            _add(found, "load", name, loading)
            server.ask(bench.words.plain(12), 2)
            with ThreadPoolExecutor(1) as pool:
                asked = pool.submit(server.ask, bench.words.plain(LONG), 2)
                _add(found, "prompt of 2,000 tokens", name, _looks(server, asked.done))
            if server.parallel:
                with running(bench, server, 8):
                    end = time.perf_counter() + (2 if bench.quick else 6)
                    looks = _looks(server, lambda end=end: time.perf_counter() > end)
                _add(found, "8 streams", name, looks)
        finally:
            server.close()
    return found.figures(OURS)


def _add(found: Rounds, when: str, name: str, taken: list[float]) -> None:
    if taken:
        found.add(f"/health, {when}, p50", name, "ms", share(taken, 0.5))
        found.add(f"/health, {when}, p99", name, "ms", share(taken, 0.99))


def _while_loading(bench: Bench, server: Server, setting: Setting) -> list[float] | None:
    """Seconds of each answer from its start until the model is there; None where it is absent."""
    begun = time.perf_counter()
    try:
        server.begin(setting)
    except Absent as absent:
        bench.left_out[server.name] = str(absent)
        return None
    taken: list[float] = []
    while server.running():
        try:
            status, seconds = get(server.address, server.health)
        except OSError:
            time.sleep(CALM)
            continue
        if not taken:
            waited = time.perf_counter() - begun
            bench.tell(f"{server.name} first answered {waited:.2f} s after its start.")
        taken.append(seconds)
        if status == 200:
            break
        time.sleep(CALM)
    if len(taken) == 1:
        bench.tell(f"{server.name} does not answer while it loads.")
        return []
    return taken


def _looks(server: Server, over: Callable[[], bool]) -> list[float]:
    taken = []
    while not over():
        taken.append(get(server.address, server.health)[1])
        time.sleep(CALM)
    return taken
