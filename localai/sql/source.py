"""What --db names, as a handle: a database in a process of its own; it must not know models."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from localai.errors import Closed, DatabaseError, InvalidRequest, SQLRejected, SQLTimeout
from localai.schema import Schema
from localai.sql import messages
from localai.sql.database import Introspection, Limits, Result
from localai.sql.databases import describe
from localai.sql.messages import Message
from localai.sql.process import OutOfTime, Process, Untried

# Over a query's own limit, in seconds: the database stops it at the limit, the kill comes after.
GRACE_SECONDS = 0.4
# Connecting or loading files, and reading a schema beside the time that its values may take.
OPENING_SECONDS = 600.0
READING_SECONDS = 120.0
LARGEST = 1e15


class Source:
    """A database that questions are asked of. Close it, or use it as a context manager.

    Any thread may call it; calls wait for one another. The database is opened in a process of its
    own, which is ended when a limit is passed, and started anew by the next call.

    name: as people see it, without a password. key: the same for the same database each time;
    notes and history are kept under it.
    """

    def __init__(self, name: str, key: str, opening: Message, memory: int | None = None) -> None:
        self.name = name
        self.key = key
        self._opening = opening
        self._memory = memory
        self._place = os.getcwd()
        self._lock = threading.Lock()
        self._schemas: dict[Introspection, Schema] = {}
        self._facts: Message | None = None
        self._process: Process | None = None
        # Set by whoever cancels what runs, and made anew for each call.
        self._cancelled: threading.Event | None = None
        self._closed = False
        # It gets ready while its first call is still being thought of.
        self._held = self._within(Limits().memory)
        self._start(self._held)

    @property
    def dialect(self) -> str:
        """sqlglot's name for its SQL. Raises DatabaseError where it cannot be opened."""
        return str(self._known()["dialect"])

    @property
    def can_run(self) -> bool:
        """False where only a schema is known. Raises DatabaseError as dialect does."""
        return bool(self._known()["can_run"])

    @property
    def notices(self) -> tuple[str, ...]:
        """What its user should be told about how it was opened. Raises DatabaseError."""
        return tuple(self._known()["notices"])

    def schema(self, how: Introspection | None = None) -> Schema:
        """As Database.introspect; kept, so that asking again costs nothing."""
        how = how or Introspection()
        with self._turn():
            if how not in self._schemas:
                seconds = READING_SECONDS + how.seconds
                try:
                    answer = self._call("introspect", seconds, how=messages.plain(how))
                except OutOfTime as error:
                    raise DatabaseError(
                        f"Reading the schema of {self.name} took longer than {seconds:g} s.",
                        hint="Name the tables that matter with --tables.",
                    ) from error
                self._schemas[how] = messages.to_schema(answer)
            return self._schemas[how]

    def explain(self, sql: str, limits: Limits | None = None) -> None:
        """As Database.explain. Raises Cancelled too."""
        self._query("explain", sql, limits or Limits(memory=self._held))

    def run(self, sql: str, limits: Limits | None = None) -> Result:
        """As Database.run; the limits hold whatever the query does, by killing its process.

        Of two limits on memory, this one and open_source's, the lower holds. Raises Cancelled too.
        """
        return messages.to_result(self._query("run", sql, limits or Limits(memory=self._held)))

    def cancel(self) -> None:
        """End what runs now, from any thread; it then raises Cancelled."""
        cancelled, process = self._cancelled, self._process
        if cancelled is not None:
            cancelled.set()
        if process is not None:
            process.wake()

    def close(self) -> None:
        """End the database's process, whatever it is doing; idempotent."""
        self._closed = True
        self.cancel()
        with self._lock:
            self._drop()

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One call at a time, which can be cancelled from its beginning to its end."""
        with self._lock:
            self._cancelled = threading.Event()
            try:
                yield
            finally:
                self._cancelled = None

    def _known(self) -> Message:
        with self._turn():
            return self._ready()[1]

    def _query(self, name: str, sql: str, limits: Limits) -> Any:
        _check(limits)
        limits = replace(limits, memory=self._within(limits.memory))
        with self._turn():
            if not self._ready(limits.memory)[1]["can_run"]:
                raise SQLRejected(
                    f"{self.name} is a schema without data: SQL for it can be written and checked, "
                    "but not run.",
                    hint="Name a database with --db to run it.",
                )
            try:
                seconds = limits.timeout + GRACE_SECONDS
                return self._call(name, seconds, sql=sql, limits=messages.plain(limits))
            except OutOfTime as error:
                raise SQLTimeout(
                    f"The query ran longer than {limits.timeout:g} s and was stopped.",
                    hint="Ask a narrower question, or allow more time.",
                ) from error

    def _within(self, memory: int) -> int:
        return memory if self._memory is None else min(memory, self._memory)

    def _call(self, name: str, seconds: float, **arguments: object) -> Any:
        assert self._cancelled is not None
        for again in (True, False):
            process, _ = self._ready()
            try:
                return process.call(name, seconds, self._cancelled, **arguments)
            except Untried as error:
                # The server has ended the connection since the last call, or ends each new one.
                if not again:
                    raise error.__cause__ or error from None

    def _ready(self, memory: int | None = None) -> tuple[Process, Message]:
        """The process, started anew where it has ended or has other memory, and what it opened."""
        if self._closed:
            raise Closed(f"{self.name} has been closed.")
        process = self._process
        if process is None or not process.alive or memory not in (None, process.memory):
            process = self._start(memory or self._held)
        if self._facts is None:
            self._facts = self._opened(process)
        return process, self._facts

    def _opened(self, process: Process) -> Message:
        assert self._cancelled is not None
        try:
            return dict(process.opened(OPENING_SECONDS, self._cancelled))
        except BaseException as error:
            # What could not be opened may be there next time.
            self._drop()
            if isinstance(error, OutOfTime):
                message = f"{self.name} could not be opened within {OPENING_SECONDS:g} s."
                raise DatabaseError(message) from error
            raise

    def _start(self, memory: int) -> Process:
        self._drop()
        self._held = memory
        process = Process(self._opening, memory=memory, place=self._place)
        self._process = process
        # A source that nobody closes takes its process with it.
        self._end = weakref.finalize(self, process.close)
        return process

    def _drop(self) -> None:
        if self._process is not None:
            self._end()
        self._process = self._facts = None


def _check(limits: Limits) -> None:
    for name, least in (("max_rows", 0), ("timeout", 0.001), ("memory", 1)):
        value = getattr(limits, name)
        if not least <= value < LARGEST:
            raise InvalidRequest(
                f"{name} is {value}; it must be from {least} to {LARGEST:g}.", field=name
            )


def open_source(
    target: str | Path = "",
    *,
    schema: str | Path = "",
    dialect: str = "",
    memory: int | None = None,
    allow_superuser: bool = False,
) -> Source:
    """A source for a file, a folder or a URL; or for `schema`, a file of CREATE TABLE, alone.

    It opens in a process of its own, beside what the caller does next: what is wrong with it is
    raised by its first use. dialect: that of the SQL to write for a schema alone. memory: bytes
    that its process may take, where less than each query's own limit. allow_superuser: also open
    PostgreSQL with a role that may write files and run programs whatever the guard says.

    Raises DatabaseError where no process can be started.
    """
    options = {
        "target": str(target),
        "schema": str(schema),
        "dialect": dialect,
        "allow_superuser": allow_superuser,
    }
    name, key = describe(str(target or schema))
    return Source(name, key, {"options": options}, memory)
