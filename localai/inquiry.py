"""Questions about databases, put to a runtime's models, and taken back; it must not know doors."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from localai.errors import Cancelled, Closed, InvalidRequest
from localai.preference import preferred
from localai.reply import Event
from localai.request import GenerateRequest
from localai.runtime import Runtime
from localai.schema import Schema
from localai.sql import Answer, Introspection, Options, Source, ask, open_source
from localai.sql.lending import Lender
from localai.sql.notes import Notes
from localai.ticket import EventStream
from localai.weights.store import data_directory

Database = str | Path | Source
Stream = Callable[[GenerateRequest], EventStream]

# Seconds until a cancel is repeated: between two steps nothing runs that it could end.
AGAIN = 0.1


def options_with(options: Options | None, changes: Mapping[str, Any]) -> Options:
    """The options with fields of Options, Limits or Introspection put in by name, such as
    `max_rows` or `tables`. Raises InvalidRequest, which names the option that none of them has."""
    options = options or Options()
    parts: dict[str, Any] = {"limits": options.limits, "reading": options.reading}
    own: dict[str, Any] = {}
    for name, value in changes.items():
        holder = next((key for key, part in parts.items() if name in _names(part)), None)
        if holder is not None:
            parts[holder] = replace(parts[holder], **{name: value})
        elif name in _names(options):
            own[name] = value
        else:
            raise _unknown(
                name, [*_names(options), *(n for p in parts.values() for n in _names(p))]
            )
    return replace(options, **{**parts, **own})


def _names(part: Any) -> list[str]:
    return [field.name for field in fields(part)]


def _unknown(name: str, known: list[str]) -> InvalidRequest:
    from difflib import get_close_matches

    close = get_close_matches(name, known, n=1)
    return InvalidRequest(
        f"There is no option {name!r} for a question about a database.",
        field=name,
        hint=f"Did you mean {close[0]!r}?" if close else f"There are: {', '.join(sorted(known))}.",
    )


def _noted(source: Source, options: Options | None) -> Options:
    """The options, with what the user noted about the database."""
    how = options or Options()
    return replace(how, notes=(*Notes(data_directory(), source.key).all(), *how.notes))


class Inquiry:
    """A question under way. Call `answer` once; `cancel` from any thread, at any time."""

    def __init__(
        self,
        stream: Stream,
        hold: Callable[[Inquiry], AbstractContextManager[Source]],
        work: Callable[[Source, Stream], Answer],
    ) -> None:
        self._stream, self._hold, self._work = stream, hold, work
        self._lock = threading.Lock()
        self._streams: list[EventStream] = []
        self._source: Source | None = None
        self._cancelled = self._runs = False

    def answer(self) -> Answer:
        """The answer. Raises Cancelled, Closed, and what `localai.sql.ask` raises."""
        self._runs = True
        try:
            with self._hold(self) as source:
                with self._lock:
                    self._refuse_cancelled()
                    self._source = source
                try:
                    return self._work(source, self._generate)
                finally:
                    with self._lock:
                        self._source = None
        finally:
            self._runs = False

    def cancel(self) -> None:
        """Ask for the end of generation and query; idempotent, without effect after the end."""
        with self._lock:
            self._cancelled = True
            for stream in self._streams:
                stream.cancel()
            if self._source is not None:
                self._source.cancel()
        if self._runs:
            timer = threading.Timer(AGAIN, self.cancel)
            timer.daemon = True
            timer.start()

    def _generate(self, request: GenerateRequest) -> EventStream:
        with self._lock:
            self._refuse_cancelled()
            self._streams.append(self._stream(request))
            return self._streams[-1]

    def _refuse_cancelled(self) -> None:
        if self._cancelled:
            raise Cancelled()


class Inquiries:
    """Starts questions; their databases stay open for the next ones. Thread-safe.

    A Source of the caller's own stays the caller's to close, and is asked one question at a time.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._lender = Lender()
        self._own: WeakKeyDictionary[Source, threading.Lock] = WeakKeyDictionary()
        self._running: set[Inquiry] = set()
        self._closed = False

    def start(
        self,
        database: Database,
        question: str,
        *,
        model: str | None = None,
        options: Options | None = None,
        on_event: Callable[[Event], None] | None = None,
    ) -> Inquiry:
        """A question, which `Inquiry.answer` then answers on the thread that calls it.

        database: a file, a folder, a URL or a Source. model: None is the best that is here. What
        the user noted about the database (`localai sql note`) counts beside the options' notes.
        on_event: sees the model's events as they come, on that thread.
        """

        def work(source: Source, generate: Stream) -> Answer:
            registry = self._runtime.registry
            spec = registry.resolve(model) if model else preferred(self._runtime)
            how = _noted(source, options)
            answer = ask(
                question, source, spec=spec, generate=generate, options=how, on_event=on_event
            )
            if answer.sql is None and not answer.declined:
                # Perhaps the tables are no longer what they were.
                self._lender.doubt(source)
            return answer

        return Inquiry(self._runtime.stream, lambda each: self._holding(each, database), work)

    def beginning(
        self, database: Database, model: str, options: Options | None = None
    ) -> GenerateRequest | None:
        """A request to warm up, for it begins as all of a model's prompts about the database do;
        None where they begin with the question. Raises Closed, DatabaseError, UnknownModel."""
        from localai.sql.beginning import beginning

        spec = self._runtime.registry.resolve(model)
        with self._lent(database) as source:
            how = _noted(source, options)
            return beginning(source.schema(how.reading), spec, how)

    def typed(self, database: Database, sql: str, options: Options | None = None) -> Inquiry:
        """SQL that a person wrote, in place of a question: checked as a model's is, then run."""

        def work(source: Source, _: Stream) -> Answer:
            from localai.sql.typed import answer_sql

            return answer_sql(sql, source, options)

        return Inquiry(self._runtime.stream, lambda each: self._holding(each, database), work)

    def schema(self, database: Database, reading: Introspection | None = None) -> Schema:
        """The database's schema. Raises Closed, DatabaseError."""
        with self._lent(database) as source:
            return source.schema(reading)

    def close(self) -> None:
        """End what runs, and close the databases; idempotent."""
        self._closed = True
        for inquiry in tuple(self._running):
            inquiry.cancel()
        self._lender.close()

    @contextmanager
    def _holding(self, inquiry: Inquiry, database: Database) -> Iterator[Source]:
        self._running.add(inquiry)
        try:
            # Looked at after the addition, as close() does it the other way round.
            if self._closed:
                raise Closed()
            with self._lent(database) as source:
                yield source
        except Cancelled:
            if self._closed:
                raise Closed() from None
            raise
        finally:
            self._running.discard(inquiry)

    @contextmanager
    def _lent(self, database: Database) -> Iterator[Source]:
        if isinstance(database, Source):
            with self._own.setdefault(database, threading.Lock()):
                yield database
            return
        target = str(database)
        # A path means another file in another folder; a URL the same everywhere.
        key = target if "://" in target else os.path.abspath(target)
        with self._lender.lent(key, lambda: open_source(target)) as source:
            yield source
