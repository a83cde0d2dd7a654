"""The one client of all servers: asks, and notes when each part came; it must not know whose.

It reads whatever has come and takes it apart at the end: a client should cost nothing.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, TypeVar

T = TypeVar("T")

LIMIT = 600.0
"""Seconds without a byte after which a request is given up: no workload waits so long."""


@dataclass(frozen=True)
class Answer:
    """One stream. begun: when it was asked (time.perf_counter). times: when each text came.

    tokens: of the answer; prompt_tokens: of the prompt, 0 where the server says nothing of them.
    """

    begun: float
    times: list[float] = field(repr=False)
    prompt_tokens: int
    tokens: int
    text: str = field(default="", repr=False)

    @property
    def first(self) -> float:
        """Seconds from the request to its first text."""
        return self.times[0] - self.begun

    @property
    def total(self) -> float:
        """Seconds from the request to its last text."""
        return self.times[-1] - self.begun

    @property
    def gaps(self) -> list[float]:
        """Seconds between pieces."""
        return [later - sooner for sooner, later in pairwise(self.times)]


@dataclass(frozen=True)
class Call:
    """A request as one server wants it: where to, what, and how to read a frame of its stream.

    read: a frame's dict -> (its text, the prompt's tokens or None, the answer's or None).
    """

    path: str
    body: dict[str, Any]
    read: Callable[[dict[str, Any]], tuple[str, int | None, int | None]]


@dataclass(frozen=True)
class Client:
    """A client's manners. gone: it waits for this, reads nothing and goes. going: it waits there
    when the answer has begun. enough: it goes when this is set, with what it has."""

    gone: threading.Event | None = None
    going: threading.Barrier | None = None
    enough: threading.Event | None = None


PATIENT = Client()


def asked(address: str, call: Call, client: Client = PATIENT) -> Answer:
    """Ask, and read the answer to its end, or as long as the client stays."""
    begun = time.perf_counter()
    connection = http.client.HTTPConnection(address, timeout=LIMIT)
    try:
        head = {"Content-Type": "application/json"}
        connection.request("POST", call.path, json.dumps(call.body), head)
        if client.gone is not None:
            client.gone.wait()
            return Answer(begun, [time.perf_counter()], 0, 0)
        response = connection.getresponse()
        parts: list[tuple[float, bytes]] = []
        while part := response.read1(65536):
            parts.append((time.perf_counter(), part))
            if client.going is not None and len(parts) == 1:
                client.going.wait()
            if client.enough is not None and client.enough.is_set():
                break
    finally:
        connection.close()
    if response.status != http.client.OK:
        raise RuntimeError(f"{address}{call.path}: {response.status} {parts[-1][1][-500:]!r}")
    return _taken_apart(begun, parts, call)


def _taken_apart(begun: float, parts: list[tuple[float, bytes]], call: Call) -> Answer:
    times: list[float] = []
    texts: list[str] = []
    prompt_tokens: int | None = None
    tokens: int | None = None
    for moment, frame in _frames(parts):
        text, prompt, answer = call.read(frame)
        if text:
            times.append(moment)
            texts.append(text)
        prompt_tokens = prompt if prompt is not None else prompt_tokens
        tokens = answer if answer is not None else tokens
    if not times:
        raise RuntimeError(f"{call.path}: an answer without text: {parts[-1][1][-500:]!r}")
    # A server that counts nothing sends a frame for each token.
    counted = len(times) if tokens is None else tokens
    return Answer(begun, times, prompt_tokens or 0, counted, "".join(texts))


def _frames(parts: list[tuple[float, bytes]]) -> Iterable[tuple[float, dict[str, Any]]]:
    """Each event with the moment at which its last byte came."""
    left = b""
    for moment, part in parts:
        *whole, left = (left + part).replace(b"\r\n", b"\n").split(b"\n\n")
        for frame in whole:
            data = frame.partition(b"data: ")[2]
            if data and data != b"[DONE]":
                yield moment, json.loads(data)


def at_once(work: Callable[[T], Answer], prompts: list[T]) -> list[Answer]:
    """Every prompt on a thread of its own."""
    with ThreadPoolExecutor(len(prompts)) as pool:
        return list(pool.map(work, prompts))


def get(address: str, path: str, timeout: float = LIMIT) -> tuple[int, float]:
    """A GET's status and the seconds it took."""
    begun = time.perf_counter()
    connection = http.client.HTTPConnection(address, timeout=timeout)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        return response.status, time.perf_counter() - begun
    finally:
        connection.close()
