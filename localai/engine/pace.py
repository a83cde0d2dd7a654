"""How long a step will take, learnt from those before; it must not know models or who asked."""

from __future__ import annotations

from collections.abc import Iterable

SHARE = 0.8
"""Of the bound that a step is planned to take: what is left is for a machine that is shared."""

FAIR = 2.0
"""A step may always take so many times what its answers alone take; see Pace."""

FIRST = 16
"""Tokens of the first prefill beside an answer, at most; each one tried may be doubled."""

GROWTH = 1.5
"""How much dearer a token is reckoned to be where prompts are twice as long as any measured."""


class Estimate:
    """Seconds that something takes: a moving mean, and how far single measurements are from it.

    The weights are those with which TCP reckons its timeouts (RFC 6298), which are old and good,
    but for the mean's: 1/4 forgets a first step's page faults sooner.
    """

    __slots__ = ("mean", "spread")

    def __init__(self, first: float) -> None:
        self.mean = first
        self.spread = first / 4

    def add(self, seconds: float) -> None:
        error = seconds - self.mean
        self.mean += error / 4
        self.spread += (abs(error) - self.spread) / 4

    @property
    def high(self) -> float:
        """What it seldom exceeds."""
        return self.mean + 2 * self.spread


class Pace:
    """How much prefill a step may hold beside answers, so that these pause no longer than a bound.

    max_pause: seconds between two tokens of an answer, as far as other requests' prompts cause it.
    A step is planned to take SHARE of it. Where answers alone take more than half of that (a 7B on
    two cores: 0.13 s for one, 0.35 s for four), it takes up to FAIR times what they take: half of
    the time is then the prompts'.

    What is learnt: the seconds of a step by the number of its rows of answers, and the seconds of
    a prefill token beside them, by how long its prompt is already (attention grows dearer with it).
    Before any token was measured, one is reckoned at twice what it costs in a prompt that is
    computed alone, or at a step of one row: no batch makes it dearer than that.
    """

    def __init__(self, max_pause: float) -> None:
        self.max_pause = max_pause
        self._answers: dict[int, Estimate] = {}
        self._beside: dict[int, Estimate] = {}
        self._alone: dict[int, Estimate] = {}
        self._tried = 0

    def note(self, prefill: int, rows: int, at: int, seconds: float) -> None:
        """Learn from a step: tokens of prompts, from position `at` on, and rows of answers."""
        if not prefill:
            _add(self._answers, rows, seconds)
        elif not rows:
            _add(self._alone, _level(at), seconds / prefill)
        else:
            rest = max(0.0, seconds - self._step(rows, high=False))
            _add(self._beside, _level(at), rest / prefill)
            self._tried = max(self._tried, prefill)

    def room(self, rows: Iterable[int], at: int) -> int:
        """Tokens of prefill for a step at position `at` beside answers.

        rows: of the answers of each group, where several take turns: each group's step is part of
        what the others' answers wait for. 0 where it is not known what about so many rows take by
        themselves: that is to be measured first. Else one at least.
        """
        groups = list(rows)
        if not all(self._knows(each) for each in groups if each):
            return 0
        answers = sum(self._step(each) for each in groups)
        spare = (SHARE * self.limit(answers) - answers) / len(groups)
        most = max(FIRST, 2 * self._tried)
        token = self._token(at)
        return most if token * most <= spare else max(1, int(spare / token))

    def limit(self, answers: float) -> float:
        """Seconds that a step may take beside answers that take so many of them."""
        return max(self.max_pause, FAIR / SHARE * answers)

    def lone(self, tokens: int, at: int) -> float:
        """Seconds of a step that computes so many tokens of one prompt and nothing else."""
        return tokens * _near(self._alone, _level(at))

    def answers(self, rows: int) -> float:
        """Seconds of a step of so many rows of answers."""
        return self._step(rows)

    def _token(self, at: int) -> float:
        if self._beside:
            return _near(self._beside, _level(at))
        alone = [2 * _near(self._alone, _level(at))] if self._alone else []
        return min([self._step(1), *alone])

    def _knows(self, rows: int) -> bool:
        return any(rows <= 2 * each and each <= 2 * rows for each in self._answers)

    def _step(self, rows: int, *, high: bool = True) -> float:
        """Of so many rows: as measured, else in proportion to fewer, or as of more."""
        if not rows or not self._answers:
            return 0.0
        known = self._answers.get(rows)
        if known is not None:
            return known.high if high else known.mean
        fewer = [each for each in self._answers if each < rows]
        nearest = max(fewer, default=0) or min(self._answers)
        estimate = self._answers[nearest]
        return (estimate.high if high else estimate.mean) * max(1.0, rows / nearest)


def _level(at: int) -> int:
    """Lengths of prompts by doublings: 0 below 1024 tokens, 1 below 2048, 2 below 4096 ..."""
    return (at // 1024).bit_length()


def _add(table: dict[int, Estimate], key: int, seconds: float) -> None:
    known = table.get(key)
    if known is None:
        table[key] = Estimate(seconds)
    else:
        known.add(seconds)


def _near(table: dict[int, Estimate], level: int) -> float:
    """As measured at this length, else a longer one's, else the longest one's, and dearer."""
    known = [each for each in table if each >= level]
    if known:
        return table[min(known)].high
    longest = max(table, default=level)
    return table[longest].high * GROWTH ** (level - longest) if table else 0.0
