"""The process that opens a database and asks it, for localai.sql.process; it must not know models.

It limits itself before it opens anything, writes nothing but replies, and ends when its standard
input does, which is when the process that started it has ended, however that came.
"""

from __future__ import annotations

import faulthandler
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import BinaryIO, NoReturn

from localai.errors import SQLRejected
from localai.sql import messages
from localai.sql.confine import confine, processor_time, tighten
from localai.sql.database import Database, Gone, Introspection, Limits
from localai.sql.messages import Message
from localai.sql.watch import MemoryWatch

# How long a database may take to close before the process ends regardless, in seconds.
CLOSING_SECONDS = 0.2


class Worker:
    """One database and the calls to it, in order; only an interruption passes them by."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO, terms: Message) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._memory: int = terms["memory"]
        self._folder: str = terms["folder"]
        self._calls: SimpleQueue[Message | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._running: int | None = None
        self._database: Database | None = None
        self._watch = MemoryWatch(self._memory, self._overflow)

    def listen(self) -> None:
        """Take messages until there are no more, then end the process, whatever still runs."""
        try:
            while (message := messages.read(self._incoming)) is not None:
                if message["call"] == "interrupt":
                    self._interrupt(message["id"])
                else:
                    self._calls.put(message)
            self._calls.put(None)
            time.sleep(CLOSING_SECONDS)
        finally:
            self.leave()

    def serve(self) -> None:
        """Answer one call after the other; return when there will be no more."""
        while (message := self._calls.get()) is not None:
            with self._lock:
                self._running = message["id"]
            with self._watch.working():
                frame, spent = self._answer(message)
            with self._lock:
                self._running = None
            messages.write(self._outgoing, frame)
            if spent:
                break
            if message["call"] == "introspect":
                self._warm()
        if self._database is not None:
            self._database.close()

    def _warm(self) -> None:
        """Load what queries need while the schema is being looked at: 10 ms for SQLite."""
        if self._database is not None and self._database.can_run:
            with suppress(Exception):
                self._database.explain("SELECT 1", Limits())

    def _interrupt(self, number: int) -> None:
        with self._lock:
            # A call that has just been answered must not hand its interruption to the next one.
            if self._running == number and not (self._database and self._database.interrupt()):
                self.leave()

    def _answer(self, message: Message) -> tuple[bytes, bool]:
        """The frame to send, and whether the next call is for a new process."""
        number = message["id"]
        try:
            call: Callable[[Message], object] = getattr(self, f"_{message['call']}")
            return messages.encoded({"id": number, "value": call(message)}), False
        except Gone as error:
            return _failure(number, error, spent=True, untried=error.untried), True
        except MemoryError:
            return _failure(number, _out_of_memory(self._memory)), False
        except Exception as error:
            return _failure(number, error), False

    def _overflow(self) -> None:
        with self._lock:
            if self._running is not None:
                error = _out_of_memory(self._memory)
                messages.write(self._outgoing, _failure(self._running, error, spent=True))
                self.leave()

    def leave(self) -> NoReturn:
        """End the process at once, and its folder, if nobody else is left to remove it."""
        with suppress(OSError):
            for place, _, names in os.walk(self._folder, topdown=False):
                for name in names:
                    os.unlink(os.path.join(place, name))
                os.rmdir(place)
        os._exit(0)

    def _open(self, message: Message) -> Message:
        from localai.sql.databases import open_database

        self._database = open_database(**message["options"], memory=self._memory)
        if self._database.dialect != "duckdb":
            tighten(self._memory)
        return {
            "dialect": self._database.dialect,
            "can_run": self._database.can_run,
            "notices": self._database.notices,
        }

    def _opened(self) -> Database:
        if self._database is None:
            raise RuntimeError("asked before it was opened")
        return self._database

    def _introspect(self, message: Message) -> Message:
        how = messages.rebuilt(Introspection, message["how"])
        return messages.from_schema(self._opened().introspect(how))

    def _explain(self, message: Message) -> None:
        self._opened().explain(message["sql"], messages.rebuilt(Limits, message["limits"]))

    def _run(self, message: Message) -> Message:
        limits = messages.rebuilt(Limits, message["limits"])
        with processor_time(limits.timeout):
            return messages.from_result(self._opened().run(message["sql"], limits))


def _failure(number: int, error: Exception, **facts: bool) -> bytes:
    return messages.encoded({"id": number, "error": messages.from_error(error), **facts})


def _out_of_memory(memory: int) -> SQLRejected:
    return SQLRejected(
        f"This takes more than the {memory / 1e6:,.0f} MB of memory that it may.",
        hint="Ask a narrower question, or allow more memory.",
    )


def main() -> None:
    """Serve until standard input ends. The first message tells memory, in bytes, and a folder."""
    # Whatever prints must not print into the replies.
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    faulthandler.enable()
    incoming = sys.stdin.buffer
    terms = messages.read(incoming)
    if terms is None:
        return
    confine(terms["memory"], terms["folder"])
    worker = Worker(incoming, outgoing, terms)
    threading.Thread(target=worker.listen, daemon=True).start()
    try:
        worker.serve()
    except BrokenPipeError:
        pass  # nobody is left to be told
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    worker.leave()


if __name__ == "__main__":
    main()
