"""A database's process as its starter sees it: calls, cancelling, the end; it must not know SQL."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, BinaryIO, cast

from localai.errors import Cancelled, DatabaseError
from localai.sql import messages
from localai.sql.interpreter import command
from localai.sql.messages import Message

# How long an interrupted call may take to end, in seconds, before its process is killed.
PATIENCE_SECONDS = 0.5
# Windows looks for Ctrl-C only between waits.
WAIT_SECONDS = 0.25
CLOSING_SECONDS = 0.5
LAST_WORDS = 300
STACK = (" ", "Thread 0x", "Current thread", "Traceback", "Extension modules")

# A group of its own: the terminal's Ctrl-C is for the program, which then decides. The end of its
# standard input tells it that the program has ended. (Linux's PR_SET_PDEATHSIG would end it with
# the thread that has started it.)
APART: dict[str, Any] = (
    {"creationflags": 0x08000200}  # CREATE_NO_WINDOW | CREATE_NEW_PROCESS_GROUP
    if sys.platform == "win32"
    else {"start_new_session": True}
)


class OutOfTime(Exception):
    """A call has not been answered in its time; its process has been ended."""


class Untried(Exception):
    """The database had to be opened anew before the call could be tried; the cause says why."""


class Process:
    """A running worker. One thread calls at a time; `wake` and `close` are for any thread.

    memory: in bytes, for everything in the process. place: the folder that it works in. opening:
    what the worker opens. Starting takes no time here: nothing waits for the process to be ready.
    """

    def __init__(self, opening: Message, *, memory: int, place: str) -> None:
        words = command("localai.sql.worker")
        self.memory = memory
        self._owner = os.getpid()
        try:
            self._folder = Path(tempfile.mkdtemp(prefix="localai-"))
        except OSError as error:
            raise DatabaseError(f"There is no place for temporary files: {error}.") from error
        self._words = self._folder / "words"
        try:
            with self._words.open("wb") as stderr:
                self._process = subprocess.Popen(
                    words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr,
                    cwd=place, **APART,
                )  # fmt: skip
        except OSError as error:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise DatabaseError(
                f"The database's process could not be started with {words[0]}: {error}."
            ) from error
        self._number = 0
        self._replies: SimpleQueue[Message | None] = SimpleQueue()
        self._silent = False
        self._closing = threading.Lock()
        self._reader = threading.Thread(target=self._read, name="localai-database", daemon=True)
        self._reader.start()
        self._send({"memory": memory, "folder": str(self._folder)})
        self._send({"id": 0, "call": "open", **opening})

    @property
    def alive(self) -> bool:
        """Whether it still runs, and belongs to this process rather than to one that forked it."""
        mine = self._owner == os.getpid()
        return mine and not self._silent and self._process.poll() is None

    def opened(self, seconds: float, cancelled: threading.Event) -> Any:
        """What the worker says of the database once it is open. As call."""
        return self._answer(0, seconds, cancelled, None)

    def call(
        self, name: str, seconds: float, cancelled: threading.Event, **arguments: object
    ) -> Any:
        """The worker's answer. Raises what it raised, OutOfTime, Cancelled, DatabaseError."""
        self._number += 1
        message = {"id": self._number, "call": name, **arguments}
        return self._answer(self._number, seconds, cancelled, message)

    def wake(self) -> None:
        """Have the waiting call look at its `cancelled` now."""
        self._replies.put({})

    def _answer(
        self, number: int, seconds: float, cancelled: threading.Event, message: Message | None
    ) -> Any:
        try:
            if message is not None:
                self._send(message)
            reply = self._receive(number, seconds, cancelled)
        except Empty:
            self.kill()
            raise OutOfTime from None
        except BaseException:
            self._stop(number)
            raise
        if "error" in reply:
            error = messages.to_error(reply["error"])
            if reply.get("spent"):
                self.close()
            if reply.get("untried"):
                raise Untried from error
            raise error
        return reply["value"]

    def _receive(self, number: int, seconds: float, cancelled: threading.Event) -> Message:
        until = time.monotonic() + seconds
        while not cancelled.is_set():
            left = until - time.monotonic()
            try:
                reply = self._replies.get(timeout=max(0.0, min(left, WAIT_SECONDS)))
            except Empty:
                if left <= WAIT_SECONDS:
                    raise
                continue
            if reply is None:
                raise self._ended()
            if reply.get("id") == number:
                return reply
        raise Cancelled("The query was cancelled.")

    def _stop(self, number: int) -> None:
        """Have an abandoned call end, or the process with it."""
        if not self.alive:
            return
        try:
            self._send({"id": number, "call": "interrupt"})
            while (reply := self._replies.get(timeout=PATIENCE_SECONDS)) is not None:
                if reply.get("id") == number:
                    return
        except Empty:
            self.kill()
        except BaseException:
            self.kill()
            raise

    def kill(self) -> None:
        """End it at once."""
        if self._owner == os.getpid():
            self._process.kill()
        self.close()

    def close(self) -> None:
        """Let it end, or end it, and give back all that it took; idempotent."""
        with self._closing:
            if self._owner != os.getpid():
                # A fork's copy: the process is its parent's.
                self._process.returncode = 0
                return
            with suppress(OSError):
                cast(BinaryIO, self._process.stdin).close()
            try:
                self._process.wait(CLOSING_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            if threading.current_thread() is not self._reader:
                self._reader.join()
            shutil.rmtree(self._folder, ignore_errors=True)

    def _send(self, message: Message) -> None:
        frame = messages.encoded(message)
        # One that has ended is found out by the reader, which knows more of it.
        with suppress(BrokenPipeError, ValueError):
            messages.write(cast(BinaryIO, self._process.stdin), frame)

    def _read(self) -> None:
        with cast(BinaryIO, self._process.stdout) as stream:
            while (reply := _next(stream)) is not None:
                self._replies.put(reply)
        self._silent = True
        self._replies.put(None)

    def _ended(self) -> DatabaseError:
        try:
            code = self._process.wait(CLOSING_SECONDS)
        except subprocess.TimeoutExpired:
            code = 0
        how = f"exit code {code}" if code >= 0 else _signal(-code)
        with suppress(OSError):
            how += _last_words(self._words.read_text("utf-8", "replace"))
        self.kill()
        return DatabaseError(
            f"The database's process ended while it was asked ({how}).",
            hint="Ask again: it is started anew.",
        )


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _next(stream: BinaryIO) -> Message | None:
    try:
        return messages.read(stream)
    except ValueError:
        return None


def _last_words(text: str) -> str:
    """What was said in the end, without the stacks that Python prints below it."""
    lines = [line for line in text.splitlines() if line and not line.startswith(STACK)]
    return f": {' '.join(lines)[:LAST_WORDS]}" if lines else ""
