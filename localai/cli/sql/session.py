"""One sitting with a database: the model, its notes, the history, and questions that can be ended.

It must not know how questions come in or how answers are shown.
"""

from __future__ import annotations

import importlib
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from localai.cli.output import note, printable
from localai.cli.sql.settings import Settings
from localai.errors import InvalidRequest, LocalAIError
from localai.inquiry import Inquiry
from localai.reply import Event, Failed, Finished, TextDelta
from localai.request import GenerateRequest
from localai.sql import Answer, Earlier, Options, Source, ask
from localai.sql.candidates import Generate
from localai.sql.history import History, entry
from localai.sql.notes import Notes
from localai.sql.typed import answer_sql
from localai.sql.typed import run as run_sql
from localai.weights.store import data_directory

if TYPE_CHECKING:
    from localai.model import ModelSpec
    from localai.runtime import Runtime
    from localai.schema import Schema
    from localai.ticket import EventStream, Ticket

logger = logging.getLogger(__name__)

# Tokens of a schema that take a model of 7 billion weights some ten seconds on two cores.
LONG = 200

Work = Callable[[Source, Generate], Answer]


class Written:
    """One generation: what the model was given, and what it has written so far."""

    def __init__(self, request: GenerateRequest, events: EventStream) -> None:
        self.request = request
        self.text = ""
        self.ended = False
        self._events = events

    def __iter__(self) -> Iterator[Event]:
        try:
            for event in self._events:
                if isinstance(event, TextDelta):
                    self.text += event.text
                yield event
        finally:
            self.ended = True

    def cancel(self) -> None:
        self._events.cancel()

    def close(self) -> None:
        self.ended = True
        self._events.close()


class Session:
    """Answers questions about one source, one at a time.

    spec: the model that writes. last: the latest answer that has SQL. written: the generations of
    the question that is, or was last, under way.
    """

    def __init__(self, runtime: Runtime, source: Source, settings: Settings) -> None:
        self.runtime = runtime
        self.source = source
        self.settings = settings
        self.last: Answer | None = None
        self.written: list[Written] = []
        self._told = False
        self._ahead = False
        self._reading: Ticket | None = None
        self.notes = Notes(data_directory(), source.key)
        self.history = History(data_directory())
        self.spec = self._resolved(settings.model)

    def _resolved(self, model: str | None) -> ModelSpec:
        from localai.preference import preferred

        if model:
            return self.runtime.registry.resolve(model)
        return preferred(self.runtime, note)

    def take_model(self, model: str) -> ModelSpec:
        """Answer with another model from now on. Raises UnknownModel, NotDownloaded."""
        self.spec = self._resolved(model)
        self.load()
        self.read_again()
        return self.spec

    def load(self) -> None:
        """Load the model beside what happens next; what is wrong, the first question tells."""

        def load() -> None:
            with suppress(LocalAIError):
                self.runtime.load(self.spec.id)

        def get_ready() -> None:
            # Reading SQL takes 0.15 s to import: meanwhile the model writes it.
            for module in ("localai.sql.check", "localai.sql.explain"):
                importlib.import_module(module)

        for work in (load, get_ready):
            threading.Thread(target=work, name="localai-load", daemon=True).start()

    def read_ahead(self) -> None:
        """Have the model read the schema while somebody types, so that a question has only itself
        to be read; from now on again where model or notes change. What goes wrong, the question
        tells. Raises DatabaseError."""
        self._ahead = True
        self.read_again()

    def read_again(self) -> None:
        """As `read_ahead`, where that was said before."""
        from localai.sql.beginning import beginning

        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        request = beginning(self.schema(), self.spec, self._asking()) if self._ahead else None
        if request is not None:
            self._reading = self.runtime.generate(request, _read)

    def rereads(self) -> bool:
        """Whether each question waits for a schema of some length that need be read only once."""
        from localai.sql.beginning import rereads
        from localai.sql.prune import tokens

        schema, options = self.schema(), self.settings.options
        return tokens(schema) >= LONG and rereads(schema, self.spec, options)

    def schema(self) -> Schema:
        return self.source.schema(self.settings.options.reading)

    def question(
        self,
        question: str,
        *,
        earlier: Earlier | None = None,
        run: bool | None = None,
        on_event: Callable[[Event], None] | None = None,
    ) -> Inquiry:
        """A question, to be answered by `Inquiry.answer`."""
        options = replace(self._asking(), earlier=earlier)
        if run is not None:
            options = replace(options, run=run)
        return self._inquiry(
            lambda source, generate: ask(
                question, source, spec=self.spec, generate=generate, options=options,
                on_event=on_event,
            )
        )  # fmt: skip

    def own_sql(self, sql: str, *, run: bool = True) -> Inquiry:
        """SQL of the user's own: checked as a model's is, then run."""
        return self._inquiry(
            lambda source, _: answer_sql(sql, source, replace(self.settings.options, run=run))
        )

    def run(self, answer: Answer) -> Inquiry:
        """An answer that has SQL and no rows yet: runs it."""
        return self._inquiry(lambda source, _: run_sql(answer, source, self.settings.options))

    def _inquiry(self, work: Work) -> Inquiry:
        self.written = []
        return Inquiry(self._stream, self._held, work)  # type: ignore[arg-type]

    @contextmanager
    def _held(self, _: Inquiry) -> Iterator[Source]:
        yield self.source

    def _stream(self, request: GenerateRequest) -> Written:
        written = Written(request, self.runtime.stream(request))
        self.written.append(written)
        return written

    def _asking(self) -> Options:
        """How to ask, with what is noted now."""
        options = self.settings.options
        return replace(options, notes=(*options.notes, *self._kept_notes()))

    def _kept_notes(self) -> tuple[str, ...]:
        try:
            return self.notes.all()
        except LocalAIError as error:
            note(f"{error.message} The notes are left out.")
            return ()

    def tell_notices(self) -> None:
        """Say, once, what should be known of how the database was opened."""
        told, self._told = self._told, True
        for remark in () if told else self.source.notices:
            note(printable(remark))

    def earlier(self) -> Earlier:
        """What a follow-up goes on from. Raises InvalidRequest where nothing was asked before."""
        found = self.last.earlier() if self.last else self.history.latest(self.source.key)
        if found is None:
            raise InvalidRequest(
                f"There is no question about {self.source.name} to go on from.",
                field="continue",
                hint="Ask a whole question first.",
            )
        return found

    def keep(self, answer: Answer, *, ran: bool) -> None:
        """Remember an answer, for follow-ups and in the history."""
        if answer.sql is not None:
            self.last = answer
        if not self.settings.history:
            return
        try:
            self.history.add(entry(answer, key=self.source.key, name=self.source.name, ran=ran))
        except LocalAIError as error:
            note(f"{error.message} The question is not kept.")
        for remark in self.history.remarks:
            note(printable(remark))
        self.history.remarks.clear()


def _read(event: Event) -> None:
    """Note in the log how far a model came with the schema; nobody asked for it."""
    if isinstance(event, Finished):
        logger.info("the schema is read: %d tokens", event.usage.prompt_tokens)
    elif isinstance(event, Failed):
        logger.info("the schema was not read: %s", event.error.message)
