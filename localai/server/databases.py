"""The databases that a server answers questions about, by name; it must not know HTTP."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from localai.errors import InvalidRequest, Overloaded
from localai.inquiry import Inquiries, Inquiry
from localai.reply import Event
from localai.request import GenerateRequest
from localai.runtime import Runtime
from localai.schema import Schema
from localai.sql import Introspection, Options

T = TypeVar("T")

NAMED = re.compile(r"(?P<name>[A-Za-z0-9_-]{1,64})=(?P<target>.+)", re.DOTALL)


def named(targets: tuple[str, ...]) -> dict[str, str]:
    """Targets such as `shop.db`, `sales=data/2026.db` or a URL, by name.

    Without a name it is the file's, or the database's in a URL. Raises InvalidRequest where two
    have one name.
    """
    found: dict[str, str] = {}
    for target in targets:
        match = None if Path(target).exists() else NAMED.fullmatch(target)
        name, place = (match["name"], match["target"]) if match else (_own_name(target), target)
        if name in found:
            raise InvalidRequest(
                f"Two databases are called {name!r}.",
                field="db",
                hint=f"Name one of them yourself: --db other={place}",
            )
        found[name] = place
    return found


def _own_name(target: str) -> str:
    if "://" not in target:
        return Path(target).resolve().stem
    url = urlsplit(target)
    return url.path.strip("/") or url.hostname or "database"


class Databases:
    """Answers questions on a few threads, so that the event loop stays free.

    targets: files, folders or URLs by name. at_once: questions answered at a time; waiting: those
    that may wait for their turn.
    """

    def __init__(
        self,
        runtime: Runtime,
        targets: Mapping[str, str],
        *,
        at_once: int = 4,
        waiting: int = 64,
        reading: Introspection | None = None,
    ) -> None:
        self.reading = reading or Introspection()
        self._targets = dict(targets)
        self._inquiries = Inquiries(runtime)
        self._pool = ThreadPoolExecutor(at_once, "localai-question")
        self._most, self._waiting = at_once + waiting, waiting
        self._counting = threading.Lock()
        self._submitted = 0

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._targets)

    def name(self, wanted: str | None) -> str:
        """The name of the database that is meant; the only one where none is named.

        Raises InvalidRequest.
        """
        if wanted in self._targets:
            return wanted
        if wanted is None and len(self._targets) == 1:
            return self.names[0]
        told = "No database is named" if wanted is None else f"There is no database {wanted[:80]!r}"
        raise InvalidRequest(
            f"{told}.", field="database", hint=f"This server has: {', '.join(self.names)}."
        )

    def start(
        self,
        name: str,
        question: str,
        *,
        model: str | None,
        options: Options,
        on_event: Callable[[Event], None] | None,
    ) -> Inquiry:
        """A question to one of the databases; submit its `answer`."""
        target = self._targets[name]
        return self._inquiries.start(
            target, question, model=model, options=options, on_event=on_event
        )

    def typed(self, name: str, sql: str, options: Options) -> Inquiry:
        """SQL of a person's own for one of the databases; submit its `answer`."""
        return self._inquiries.typed(self._targets[name], sql, options)

    def schema(self, name: str) -> Schema:
        """What is known of a database's tables. It takes time: submit it."""
        return self._inquiries.schema(self._targets[name], self.reading)

    def beginning(self, name: str, model: str) -> GenerateRequest | None:
        """What all of a model's prompts about a database begin with, to be computed ahead; None
        where there is no such thing. It takes time. Raises DatabaseError, UnknownModel."""
        options = Options(reading=self.reading)
        return self._inquiries.beginning(self._targets[name], model, options)

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Have a thread do it. Raises Overloaded where too many wait."""
        with self._counting:
            if self._submitted >= self._most:
                raise Overloaded(self._waiting)
            self._submitted += 1
        future = self._pool.submit(work)
        future.add_done_callback(self._done)
        return future

    def _done(self, _: object) -> None:
        with self._counting:
            self._submitted -= 1

    def close(self) -> None:
        """End every question, and close the databases; idempotent."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._inquiries.close()
        self._pool.shutdown(wait=True)
