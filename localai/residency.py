"""Which models are in memory, under a budget; it must not know requests, prompts or wires.

A model that is asked for is loaded once, however many wait for it. Room is made by unloading the
least recently used idle model; a busy one is never unloaded, the load waits for it instead.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from localai.errors import Cancelled, Closed, DoesNotFit, LocalAIError
from localai.model import ModelSpec

logger = logging.getLogger(__name__)

Ready = Callable[["Resident | LocalAIError"], None]


class Engine(Protocol):
    """What residency asks of a loaded model: to go away."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Plan:
    """How a model is loaded: a file (sha256: where known), tokens of KV (streams: in so many parts,
    0: shared by all), and the bytes that it takes."""

    spec: ModelSpec
    quant: str
    path: Path
    context: int
    bytes: int
    sha256: str = ""
    streams: int = 0


@dataclass(eq=False)
class Resident:
    """A loaded model, held by `users` requests; idle_since: monotonic seconds.

    beside: bytes of what was loaded to it later, by name.
    """

    plan: Plan
    engine: Engine
    users: int = 0
    idle_since: float = 0.0
    beside: dict[str, int] = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        """What it takes of the budget."""
        return self.plan.bytes + sum(self.beside.values())

    @property
    def spec(self) -> ModelSpec:
        return self.plan.spec


@dataclass(eq=False)
class _Load:
    spec: ModelSpec
    waiters: list[Ready] = field(default_factory=list)
    progress: float = 0.0


class Opener(Protocol):
    """How a model gets into memory (the runtime's part; a fake one in tests)."""

    def plan(self, spec: ModelSpec, budget: int) -> Plan:
        """What to load if all of the budget (bytes) is free. Raises NotDownloaded, DoesNotFit."""

    def open(self, plan: Plan, on_progress: Callable[[float], bool]) -> Engine:
        """Load it; on_progress answers false to stop. Raises LocalAIError."""


class Residency:
    """The loaded models. budget: bytes for all; keep_alive: idle seconds, negative for ever."""

    def __init__(self, opener: Opener, *, budget: Callable[[], int], keep_alive: float) -> None:
        self._opener = opener
        self._budget = budget
        self._keep_alive = keep_alive
        self._resident: dict[str, Resident] = {}
        self._loads: dict[str, _Load] = {}
        # Guards the tables and wakes whoever waits for a model to become idle.
        self._changed = threading.Condition()
        # One load or unload at a time: the sum of bytes is then always true.
        self._moving = threading.Lock()
        self._closed = False
        self._threads: list[threading.Thread] = []
        self._keeper: threading.Thread | None = None

    def acquire(self, spec: ModelSpec, ready: Ready) -> None:
        """Call `ready` with the held model, now or when it is loaded, or with why not. Whoever gets
        a Resident gives it back with `release`."""
        with self._changed:
            resident = self._resident.get(spec.id)
            if resident is not None:
                resident.users += 1
            elif not self._closed:
                load = self._loads.get(spec.id) or self._start(spec)
                load.waiters.append(ready)
                return
        ready(resident or Closed())

    def abandon(self, model_id: str, ready: Ready) -> bool:
        """Take an `acquire` back; false where its answer has come, or is on its way.

        A load that nobody waits for any more is stopped.
        """
        with self._changed:
            load = self._loads.get(model_id)
            if load is None or ready not in load.waiters:
                return False
            load.waiters.remove(ready)
            self._changed.notify_all()
            return True

    def hold(self, resident: Resident) -> None:
        """Hold a model that is held once more; give it back as often."""
        with self._changed:
            resident.users += 1

    def release(self, resident: Resident) -> None:
        """Give a held model back; it stays loaded until its time is up or the room is needed."""
        with self._changed:
            resident.users -= 1
            resident.idle_since = time.monotonic()
            self._changed.notify_all()

    def grow(self, resident: Resident, name: str, count: int) -> None:
        """Count so many bytes more for a held model, once for each name.

        Idle models are unloaded for their room. Raises DoesNotFit where busy ones have it.
        """
        budget = self._budget()
        with self._changed:
            if name in resident.beside:
                return
            resident.beside[name] = count
        # A load under way is not waited for: it has had its room, and the next one sees ours.
        if not self._moving.acquire(blocking=False):
            return
        try:
            while (over := self._taken() - budget) > 0 and self._evict(lambda r: True):
                pass
        finally:
            self._moving.release()
        if over > 0:
            with self._changed:
                resident.beside.pop(name, None)
            raise DoesNotFit(
                f"{name} does not fit beside {resident.spec.id}: it needs {count / 1e6:.1f} MB "
                f"of memory, and {max(0, count - over) / 1e6:.1f} MB is free.",
                model=resident.spec.id,
                needed=count,
                free=max(0, count - over),
                hint="Try again when other models are idle, or start with a smaller --ctx.",
            )

    def unload(self, model_id: str) -> bool:
        """Unload an idle model now; false if it is not loaded or busy."""
        with self._moving:
            return self._evict(lambda r: r.spec.id == model_id)

    def residents(self) -> tuple[Resident, ...]:
        with self._changed:
            return tuple(self._resident.values())

    def loading(self) -> dict[str, float]:
        """Progress (0..1) of each load under way."""
        with self._changed:
            return {model_id: load.progress for model_id, load in self._loads.items()}

    def close(self) -> None:
        """Stop loads, unload everything, busy or not (requests end with Closed); idempotent."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            threads = [*self._threads, *([self._keeper] if self._keeper else [])]
        for thread in threads:
            thread.join()
        with self._changed:
            residents, self._resident = list(self._resident.values()), {}
        for resident in residents:
            resident.engine.close()

    def _start(self, spec: ModelSpec) -> _Load:
        load = self._loads[spec.id] = _Load(spec)
        thread = threading.Thread(target=self._load, args=(load,), name="localai-load", daemon=True)
        self._threads = [t for t in self._threads if t.is_alive()] + [thread]
        thread.start()
        if self._keeper is None and self._keep_alive >= 0:
            self._keeper = threading.Thread(target=self._keep, name="localai-keeper", daemon=True)
            self._keeper.start()
        return load

    def _load(self, load: _Load) -> None:
        while True:
            outcome = self._outcome(load)
            with self._changed:
                if isinstance(outcome, Cancelled):
                    if load.waiters and not self._closed:
                        continue  # asked for anew while it was being stopped
                    outcome = Closed()
                del self._loads[load.spec.id]
                if isinstance(outcome, Resident):
                    outcome.users = len(load.waiters)
                    outcome.idle_since = time.monotonic()
                    self._resident[load.spec.id] = outcome
                self._changed.notify_all()
            break
        for ready in load.waiters:
            ready(outcome)

    def _outcome(self, load: _Load) -> Resident | LocalAIError:
        try:
            return self._open_with_room(load)
        except LocalAIError as error:
            return error
        except Exception as error:
            logger.exception("loading %s failed", load.spec.id)
            return LocalAIError(f"Loading {load.spec.id} failed: {error!r}.")

    def _open_with_room(self, load: _Load) -> Resident:
        budget = self._budget()
        plan = self._opener.plan(load.spec, budget)
        while True:
            with self._moving:
                if self._make_room(plan, budget):
                    engine = self._opener.open(plan, lambda done: self._progress(load, done))
                    return Resident(plan, engine)
            with self._changed:
                self._changed.wait_for(lambda: not load.waiters or self._may_make_room())
                if self._closed:
                    raise Closed()
                if not load.waiters:
                    raise Cancelled()

    def _make_room(self, plan: Plan, budget: int) -> bool:
        """Unload idle models until the plan fits; false where only busy ones are left."""
        while True:
            taken = self._taken()
            if self._closed:
                raise Closed()
            if not taken or taken + plan.bytes <= budget:
                return True
            if not self._evict(lambda r: True):
                return False

    def _taken(self) -> int:
        with self._changed:
            return sum(resident.bytes for resident in self._resident.values())

    def _may_make_room(self) -> bool:
        return self._closed or any(not r.users for r in self._resident.values())

    def _evict(self, which: Callable[[Resident], bool]) -> bool:
        """Unload the least recently used idle model of those; the caller holds `_moving`."""
        with self._changed:
            idle = [r for r in self._resident.values() if not r.users and which(r)]
            if not idle:
                return False
            victim = min(idle, key=lambda r: r.idle_since)
            del self._resident[victim.spec.id]
        logger.info("unloading %s", victim.spec.id)
        victim.engine.close()
        with self._changed:
            self._changed.notify_all()
        return True

    def _progress(self, load: _Load, done: float) -> bool:
        load.progress = done
        return bool(load.waiters) and not self._closed

    def _keep(self) -> None:
        """Unload what has been idle for longer than keep_alive."""
        while not self._closed:
            with self._changed:
                if not self._closed:
                    self._changed.wait(self._next_expiry())
            with self._moving:
                self._evict(self._is_expired)

    def _is_expired(self, resident: Resident) -> bool:
        return time.monotonic() - resident.idle_since >= self._keep_alive

    def _next_expiry(self) -> float | None:
        idle = [r.idle_since for r in self._resident.values() if not r.users]
        return max(0.0, min(idle) + self._keep_alive - time.monotonic()) if idle else None
