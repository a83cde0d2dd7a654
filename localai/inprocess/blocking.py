"""LocalAI: models in this process, for threads; it must not know event loops."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localai.belonging import Belonging
from localai.dialects.dialect import Reply
from localai.errors import Closed
from localai.inprocess.known import KnownModel, known
from localai.inprocess.pulling import OnBytes, Pulls
from localai.inprocess.requests import InPieces, Piece, Whole, eventful, parsed, texts_of
from localai.registry import Registry
from localai.reply import Event, Usage
from localai.runtime import Runtime, RuntimeConfig
from localai.ticket import EventStream
from localai.weights.store import Store

if TYPE_CHECKING:
    from localai.inquiry import Database, Inquiries, Inquiry
    from localai.schema import Schema
    from localai.sql import Answer, Options

OnFraction = Callable[[float], object]


class Stream:
    """An answer as it comes: dicts {response}, usage in the last. Closing it cancels the rest."""

    def __init__(self, events: EventStream) -> None:
        self._events = events
        self._ready: deque[Piece] = deque()
        self._pieces = InPieces()

    def __iter__(self) -> Stream:
        return self

    def __next__(self) -> Piece:
        """The next piece. Raises the request's LocalAIError."""
        while not self._ready:
            self._ready.extend(self._pieces.of(next(self._events)))
        return self._ready.popleft()

    def close(self) -> None:
        self._events.close()

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class LocalAI:
    """Models in this process, for any number of threads.

        prompt = "<question> how many <t0> for each <c0><sql>"
        with LocalAI() as ai:
            answer = ai.run("@localai/sql-tiny", {"prompt": prompt})
            for piece in ai.run("@localai/sql-tiny", {"prompt": prompt, "stream": True}):
                print(piece["response"], end="")

    models_dir: where pulled weights are, in place of huggingface_hub's cache. registry: a file in
    place of the packaged one. offline: `pull` never downloads, as with HF_HUB_OFFLINE=1; nothing
    else ever does. config: how models are run.

    Callbacks run on the thread that made the call, and may call anything here, `close` too. Any
    thread may close it; what runs then ends with Closed. It does not survive a fork: calls in a
    forked process raise Closed.
    """

    def __init__(
        self,
        *,
        models_dir: Path | str | None = None,
        registry: Path | str | None = None,
        offline: bool = False,
        config: RuntimeConfig | None = None,
    ) -> None:
        self.runtime = Runtime(
            Registry.load(Path(registry) if registry else None),
            Store(Path(models_dir) if models_dir else None),
            config,
        )
        self._belonging = Belonging()
        self._pulls = Pulls(self.runtime.store, offline=offline)
        self._opening = threading.Lock()
        self._inquiries: Inquiries | None = None
        self._closed = False

    def run(self, model: str, inputs: Mapping[str, Any]) -> Any:
        """The answer to Workers AI inputs: {response, tool_calls?, usage}, or with "stream" a
        Stream of pieces.

        Raises InvalidRequest for inputs that Workers AI refuses, and any other LocalAIError.
        """
        request = parsed(model, inputs)
        if request.stream:
            return Stream(self.runtime.stream(request))
        whole = Whole(request)
        with self.runtime.stream(request) as events:
            for event in events:
                whole.take(event)
        return whole.result()

    def stream(self, model: str, inputs: Mapping[str, Any]) -> EventStream:
        """The answer to Workers AI inputs as typed events: any number of Notice, Progress,
        TextDelta and ToolCallDelta, then one Finished or Failed; once begun it raises nothing.

        Its `cancel` (the end still comes) and `close` (nothing more comes) are for any thread.
        Raises InvalidRequest for inputs that Workers AI refuses.
        """
        return self.runtime.stream(eventful(model, inputs))

    def embed(self, model: str, texts: Sequence[str]) -> list[tuple[float, ...]]:
        """A vector of length 1 for each text, by a model that makes them (`KnownModel.embeds`).

        Raises NotSupported for a model that writes text, InvalidRequest for a text that is empty
        or longer than the model takes, and any other LocalAIError.
        """
        vectors = Reply()
        with self.runtime.stream(texts_of(model, texts)) as events:
            for event in events:
                vectors.add(event)
        return vectors.vectors

    def load(
        self,
        model: str,
        *,
        on_progress: OnFraction | None = None,
        cancel: threading.Event | None = None,
    ) -> KnownModel:
        """Load a model, so that its first answer need not wait for that.

        on_progress: called with 0 to 1, twenty times a second; where it answers False, or `cancel`
        is set by any thread, the load is given up (unless somebody else waits for it too).

        Raises Cancelled, Closed, UnknownModel, NotDownloaded, DoesNotFit, ModelLoadError.
        """
        spec = self.runtime.load(model, on_progress, cancel)
        return known(self.runtime, (spec,))[0]

    def warm(
        self,
        model: str,
        inputs: Mapping[str, Any],
        *,
        on_progress: OnFraction | None = None,
        cancel: threading.Event | None = None,
    ) -> Usage:
        """Compute a prompt before it is asked for, and keep it, so that `run` and `stream` with
        inputs that begin alike compute only what is their own.

        inputs: as for `run`; nothing is written. Messages that end before the user's turn (a system
        message alone, say) are kept as far as they are the same whatever the user will say.
        on_progress, cancel: as for `load`, of the prompt; the model is loaded if need be. Returns
        how many tokens are kept (`prompt_tokens`), and how many of them were there already.

        Raises Cancelled, InvalidRequest for inputs that Workers AI refuses, and any other
        LocalAIError.
        """
        return self.runtime.warm(parsed(model, inputs), on_progress, cancel)

    def unload(self, model: str) -> bool:
        """Free a model's memory; False where it is not loaded, or answers somebody just now."""
        self._belonging.refuse_fork()
        return self.runtime.unload(model)

    def models(self) -> tuple[KnownModel, ...]:
        """Every model of the registry, in its order: whether it is on this disk, in memory, and
        whether it fits."""
        return known(self.runtime, self.runtime.registry.models)

    def pull(
        self,
        model: str,
        quant: str | None = None,
        *,
        on_progress: OnBytes | None = None,
        cancel: threading.Event | None = None,
    ) -> KnownModel:
        """Download a model's weights, verified; nothing is fetched that is here already.

        quant: None is what is here, else the file that fits into memory. on_progress: called with
        bytes done and bytes in all, at most ten times a second; where it answers False, or `cancel`
        is set, the download ends, and goes on from there next time. Who calls this has agreed to
        the model's licence (`models` tells licence and terms).

        Raises Offline, Cancelled, Closed, UnknownModel, DoesNotFit, InvalidRequest (no such quant),
        and WeightsError.
        """
        self._belonging.refuse_fork()
        spec = self.runtime.registry.resolve(model)
        self._pulls.pull(spec, quant, on_progress, cancel)
        return known(self.runtime, (spec,))[0]

    def sql(
        self,
        db: Database,
        question: str,
        *,
        model: str | None = None,
        options: Options | None = None,
        on_event: Callable[[Event], None] | None = None,
        **changes: Any,
    ) -> Answer:
        """The answer to a question in words about a database: its SQL and rows.

            ai.sql("shop.db", "How many orders were placed last week?", max_rows=10).rows

        db: a file, a folder of files, a URL, or a Source; what is opened here stays open for the
        next question. model: None is the best that is on this disk. on_event: sees the model's
        events as they come. changes: single fields of the options (and of their limits and reading)
        by name, such as run, best_of, today, max_rows.

        Raises InvalidRequest, DatabaseError, SQLTimeout, and what the model's engine raises.
        """
        return self.inquiry(
            db, question, model=model, options=options, on_event=on_event, **changes
        ).answer()

    def inquiry(
        self,
        db: Database,
        question: str,
        *,
        model: str | None = None,
        options: Options | None = None,
        on_event: Callable[[Event], None] | None = None,
        **changes: Any,
    ) -> Inquiry:
        """As `sql`, for somebody who may think better of it: a question whose `answer` is called on
        one thread, and whose `cancel` on any other ends it with Cancelled."""
        # Imported here: who only talks to models need not wait for it.
        from localai.inquiry import options_with

        how = options_with(options, changes)
        return self._opened().start(db, question, model=model, options=how, on_event=on_event)

    def schema(self, db: Database) -> Schema:
        """A database's tables and columns; what is opened for it stays open for questions.

        Raises Closed, DatabaseError.
        """
        return self._opened().schema(db)

    def _opened(self) -> Inquiries:
        from localai.inquiry import Inquiries

        self._belonging.refuse_fork()
        with self._opening:
            if self._closed:
                raise Closed()
            self._inquiries = self._inquiries or Inquiries(self.runtime)
            return self._inquiries

    def close(self) -> None:
        """End what runs, close databases and free all memory; idempotent, from any thread."""
        if self._belonging.is_forked:
            return
        with self._opening:
            self._closed = True
            inquiries = self._inquiries
        self._pulls.close()
        if inquiries is not None:
            inquiries.close()
        self.runtime.close()

    def __enter__(self) -> LocalAI:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
