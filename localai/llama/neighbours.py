"""Notices that other programs want the cores that compute, and spins shortly meanwhile.

It must not know what is computed. Milliseconds of a decode of 1, 4 and 8 rows, means of 3 to 4 s
each (100 million weights in Q8_0, two threads on two cores, busy: beside one that never waits):

| spins             | quiet            | busy               |
|-------------------|------------------|--------------------|
| 1000, short       | 13.6, 29.6, 41.4 | 26.4, 46.5, 66.2   |
| 100000, long      | 12.4, 23.0, 35.7 | 78.7, 142.1, 226.4 |
| judged, as here   | 12.8, 23.1, 35.7 | 26.3, 46.1, 70.3   |

Long spins beside that process took 400 ms and more on another day. One thread instead of two: 17,
33 and 54 beside it, 38, 72 and 112 beside two such processes, where short spins take 41, 74 and
105; but with flash attention a single row beyond 256 tokens then has other bits, which a seed
promises, and a false alarm would halve the speed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from localai.llama.binding import brake
from localai.llama.spinning import Brake

WINDOW = 0.05
"""Seconds of computing judged together: five steps of a small model, one of a stalled one."""

LOST = 1 / 3
"""Share of the cores' time that threads which spin do not get, beyond which others compute too.
Without company it is 0 to 0.09, with a server of eight streams and its clients on the same cores
up to 0.23, beside one busy process 0.46 to 0.51 (2, 100 and 1100 million weights)."""

CALM = 150
"""Involuntary switches per second below which nobody else computes while spins are short. Without
company they are 0 to 50, beside one busy process 400 to 20,000, the fewer the larger the model."""

PATIENCE = 1.0
"""Seconds of calm after which spins are long again."""

PRICE = 30
"""Long spins are tried again after so many times what noticing took: they cost 3 % at most."""

LONGEST = 60.0
"""Seconds after which they are tried in any case."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Seconds on the wall, seconds of processors and involuntary switches, all since some start."""

    wall: float
    cpu: float
    switches: int


class Judge:
    """Decides by what computing took whether to spin shortly; pure policy.

    Long spins waste nothing but what they wait for, so time that a core did not give to this
    process went to another. Short ones sleep, so that says nothing any more; but then a neighbour
    takes the core at each wait, which counts as an involuntary switch.
    """

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self.crowded = False
        self._wall = self._cpu = 0.0
        self._switches = 0
        self._calm = 0.0
        self._until = 0.0

    def add(self, begun: Reading, ended: Reading) -> bool:
        """Take in one computation; whether spins shall be short."""
        self._wall += ended.wall - begun.wall
        self._cpu += ended.cpu - begun.cpu
        self._switches += ended.switches - begun.switches
        if self._wall >= WINDOW:
            if self.crowded:
                self._doubt(ended.wall)
            else:
                self._suspect(ended.wall)
            self._wall = self._cpu = 0.0
            self._switches = 0
        return self.crowded

    def _suspect(self, now: float) -> None:
        if self._cpu < (1 - LOST) * self._wall * self.threads:
            self.crowded = True
            self._calm = 0.0
            self._until = now + min(LONGEST, PRICE * self._wall)

    def _doubt(self, now: float) -> None:
        calm = self._switches < CALM * self._wall
        self._calm = self._calm + self._wall if calm else 0.0
        self.crowded = self._calm < PATIENCE and now < self._until


class Neighbours:
    """A context to compute within, for one thread at a time: `with neighbours: llama_decode(...)`.

    threads: those of the computation. It costs 3 microseconds, and nothing where spins are not ours
    to set: other systems, builds without libgomp, a host that has set them itself.
    """

    def __init__(
        self, threads: int, spins: Brake = brake, read: Callable[[], Reading] | None = None
    ) -> None:
        self._brake = spins
        self._read = read or _read
        self.use_threads(threads)

    def use_threads(self, threads: int) -> None:
        """Judge a team of another size from now on."""
        self._brake.off(self)
        self._judge = Judge(threads) if self._brake.works_for(threads) else None

    def __enter__(self) -> None:
        if self._judge is not None:
            self._begun = self._read()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        judge = self._judge
        if judge is None:
            return
        before = judge.crowded
        if judge.add(self._begun, self._read()) != before:
            if judge.crowded:
                self._brake.on(self, judge.threads)
            else:
                self._brake.off(self)

    def close(self) -> None:
        """Let spins be long again; idempotent."""
        self._brake.off(self)
        self._judge = None


def _read() -> Reading:
    import resource  # Unix only

    usage = resource.getrusage(resource.RUSAGE_SELF)
    return Reading(time.monotonic(), usage.ru_utime + usage.ru_stime, usage.ru_nivcsw)
