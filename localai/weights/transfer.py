"""Brings a file's bytes over HTTP into a partial file: resumed, retried, bounded, cancellable.

It must not know caches, checksums or the registry; what it leaves behind can always be resumed.
"""

from __future__ import annotations

import errno
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from typing import BinaryIO

import httpx2

from localai.errors import Cancelled, DownloadFailed, NotEnoughDisk
from localai.model import FileSpec
from localai.weights.hub import Remote, Transient, look_up, stream, timeout

Progress = Callable[[int, int | None], None]

# Tries of the small request that precedes a download: somebody without a network should not wait.
LOOK_UPS = 3
# Seconds between two calls of a progress callback.
PROGRESS_INTERVAL = 0.1


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to try. `retries` counts failures in a row in which no new byte came.

    stalled_after: seconds without a byte (None: HF_HUB_DOWNLOAD_TIMEOUT, 10); waits double from
    `first_wait` to `longest_wait` (s), and no server is obeyed that asks for more than the latter.
    """

    retries: int = 5
    stalled_after: float | None = None
    first_wait: float = 1.0
    longest_wait: float = 30.0

    def wait(self, failures: int, error: Transient, cancel: Event | None) -> None:
        """Sleeps before the next try, or raises `error` again if it should not be tried."""
        asked = error.retry_after or 0.0
        if failures > self.retries or asked > self.longest_wait:
            raise error
        seconds = max(asked, min(self.first_wait * 2 ** max(failures - 1, 0), self.longest_wait))
        if cancel is None:
            time.sleep(seconds)
        elif cancel.wait(seconds):
            raise Cancelled("The download was cancelled.")


def look_up_patiently(
    file: FileSpec, patience: Patience | None = None, cancel: Event | None = None
) -> Remote:
    """`hub.look_up`, tried again where the failure may pass; raises what that raises."""
    patience = replace(patience or Patience(), retries=LOOK_UPS - 1)
    failures = 0
    while True:
        try:
            return look_up(file)
        except Transient as error:
            failures += 1
            patience.wait(failures, error, cancel)


@dataclass(slots=True)
class Transfer:
    """One download of `file` into `partial`."""

    file: FileSpec
    remote: Remote
    partial: Path
    patience: Patience
    on_progress: Progress | None = None
    cancel: Event | None = None
    _reported: float = 0.0

    def run(self) -> None:
        """Completes `partial` to the remote size. Raises DownloadFailed (saying what is kept),
        AccessDenied, NotOnHub, NotEnoughDisk, Cancelled."""
        best, failures = self._kept(), 0
        self._report(best, always=True)
        while self._kept() != self.remote.size:
            try:
                self._attempt()
            except Transient as error:
                failures = 0 if self._kept() > best else failures + 1
                best = max(best, self._kept())
                try:
                    self.patience.wait(failures, error, self.cancel)
                except Transient as last:
                    raise self._given_up(last) from last
            except OSError as error:
                if error.errno in (errno.ENOSPC, errno.EDQUOT):
                    raise self._disk_full() from error
                raise
        self._report(self.remote.size, always=True)

    def _attempt(self) -> None:
        start = self._kept()
        headers = {"Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        stalled_after = self.patience.stalled_after or timeout()
        with stream(self.file, self.remote.url, headers, stalled_after) as response:
            start = self._agreed_start(response, start)
            with self.partial.open("ab") as file:
                file.truncate(start)
                end = self._write(response, file, start)
        if end < self.remote.size:
            raise Transient(f"The connection ended at byte {end} of {self.remote.size}.")

    def _agreed_start(self, response: httpx2.Response, start: int) -> int:
        """Where the answer's bytes begin: 0 from a server that ignores Range."""
        if response.status_code == 416:
            self.partial.unlink(missing_ok=True)
            raise Transient(f"The server does not give bytes from {start} on; starting again.")
        if response.status_code != 206:
            return 0
        said = response.headers.get("content-range", "")
        match = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", said)
        if not match or int(match[1]) != start or match[2] not in ("*", str(self.remote.size)):
            self.partial.unlink(missing_ok=True)
            raise Transient(f"The server answered with the range {said!r} instead of {start}-.")
        return start

    def _write(self, response: httpx2.Response, file: BinaryIO, position: int) -> int:
        for chunk in response.iter_bytes():
            position += len(chunk)
            if position > self.remote.size:
                file.truncate(0)
                raise DownloadFailed(
                    f"The server sends more than the {self.remote.size} bytes of {self.file.name}."
                )
            file.write(chunk)
            self._report(position)
            if self.cancel is not None and self.cancel.is_set():
                raise Cancelled(
                    f"The download was cancelled; {position} bytes are kept for the next pull."
                )
        return position

    def _report(self, done: int, *, always: bool = False) -> None:
        now = time.monotonic()
        if self.on_progress and (always or now - self._reported >= PROGRESS_INTERVAL):
            self._reported = now
            self.on_progress(done, self.remote.size)

    def _kept(self) -> int:
        try:
            size = self.partial.stat().st_size
        except FileNotFoundError:
            return 0
        if size > self.remote.size:
            self.partial.unlink()
            return 0
        return size

    def _given_up(self, error: Transient) -> DownloadFailed:
        return DownloadFailed(
            f"{error.message} {self._kept()} of {self.remote.size} bytes are kept.",
            hint=f"Repeat the command to go on from there. {error.hint}".rstrip(),
        )

    def _disk_full(self) -> NotEnoughDisk:
        return NotEnoughDisk(
            f"The disk of {self.partial.parent} is full after {self._kept()} of "
            f"{self.remote.size} bytes of {self.file.name}; they are kept.",
            hint="Free some space and repeat the command, or set LOCALAI_MODELS_DIR elsewhere.",
        )
