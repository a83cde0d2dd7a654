"""How long a step will take, learnt from those before; it must not know models or who asked."""

from __future__ import annotations

from collections.abc import Iterable

SHARE = 0.6
"""Of the bound that a step is planned to take: what is left is for a machine that is shared."""

FIRST = 16
"""Tokens of the first prefill beside an answer, at most; then twice as many as the last time."""

GROWTH = 1.5
"""How much dearer a token is reckoned to be where prompts are twice as long as any measured."""

FAIR = 3.0
"""How many times as long as its answers a step may take where these are slow; see Pace."""

LOOK = 16
"""Steps with prefill after which one without tells what answers take by themselves, now."""

FADE = 0.75
"""What a measurement counts for when the next one comes."""


class Estimate:
    """Seconds that a step takes: a moving mean, and how far single measurements are from it."""

    __slots__ = ("mean", "spread")

    def __init__(self, first: float) -> None:
        self.mean = first
        self.spread = first / 4

    def add(self, seconds: float) -> None:
        error = seconds - self.mean
        self.mean += error * (1 - FADE)
        self.spread += (abs(error) - self.spread) * (1 - FADE)

    @property
    def high(self) -> float:
        """What it seldom exceeds."""
        return self.mean + 2 * self.spread


class Rate:
    """Seconds for each token, over steps of which the larger count for more: in those of few
    tokens the machine's own noise would drown what a token costs."""

    __slots__ = ("_seconds", "_tokens")

    def __init__(self) -> None:
        self._seconds = 0.0
        self._tokens = 0.0

    def add(self, tokens: int, seconds: float) -> None:
        self._seconds = self._seconds * FADE + seconds
        self._tokens = self._tokens * FADE + tokens

    @property
    def token(self) -> float:
        return max(0.0, self._seconds / self._tokens)


class Pace:
    """How much prefill a step may hold beside answers, so that these pause no longer than a bound.

    max_pause: seconds between two tokens of an answer, as far as other requests' prompts cause it.
    A step's prefill may take what the answers leave of SHARE of that, or else as long as they take
    themselves. Where answers alone take more than half of the share (a 7B on two cores: 0.13 s for
    one, 0.35 s for four) the bound cannot be kept without starving prompts: a step then takes up to
    FAIR times as long as its answers, which has a 7B read prompts about half as fast as alone (so
    few tokens at once are dearer than many).

    What is learnt: the seconds of a step by the number of its rows of answers, and the seconds of
    a prefill token beside them, by how long its prompt is already (attention grows dearer with it).
    Before any token was measured, one is reckoned at twice what it costs in a prompt that is
    computed alone, or at a step of one row: no batch makes it dearer than that.
    """

    def __init__(self, max_pause: float) -> None:
        self.max_pause = max_pause
        self._answers: dict[int, Estimate] = {}
        self._beside: dict[int, Rate] = {}
        self._alone: dict[int, Rate] = {}
        self._offered = FIRST
        self._most = FIRST
        self._unseen = 0

    def note(self, prefill: int, rows: int, at: int, seconds: float) -> None:
        """Learn from a step: tokens of prompts, from position `at` on, and rows of answers."""
        if not prefill:
            self._unseen = 0
            known = self._answers.get(rows)
            if known is None:
                self._answers[rows] = Estimate(seconds)
            else:
                known.add(seconds)
        elif not rows:
            self._alone.setdefault(_level(at), Rate()).add(prefill, seconds)
        else:
            self._unseen += 1
            self._learn(prefill, rows, at, seconds)
            if 2 * prefill > self._offered:  # else a prompt was shorter than it might have been
                self._most = 2 * prefill

    def _learn(self, prefill: int, rows: int, at: int, seconds: float) -> None:
        """From a step of both: what it took too long is laid to each as it was thought to weigh,
        for where a single token is computed beside answers, it is they who are slower than usual.
        """
        answers = self._near(rows).mean * self._times(rows)
        tokens = self._token(at) * prefill
        error = seconds - answers - tokens
        share = tokens**2 / (tokens**2 + answers**2) if answers else 1.0
        rate = self._beside.setdefault(_level(at), Rate())
        rate.add(prefill, max(0.0, tokens + share * error))
        if rows in self._answers:
            self._answers[rows].add(max(0.0, answers + (1 - share) * error))

    def room(self, rows: Iterable[int], at: int) -> int:
        """Tokens of prefill for a step at position `at` beside answers.

        rows: of the answers of each group, where several take turns: each group's step is part of
        what the others' answers wait for. 0 where it is not known what about so many rows take by
        themselves, now: that is to be measured first. Else one at least.
        """
        groups = list(rows)
        answering = [each for each in groups if each]
        if not all(self._knows(each) for each in answering):
            return 0
        token = self._token(at)
        mean = sum(self._near(each).mean * self._times(each) for each in answering)
        high = sum(self._near(each).high * self._times(each) for each in answering)
        # No token costs more than a step of answers: then these have become slower unseen.
        if self._unseen >= (1 if token > mean else LOOK):
            return 0
        planned = SHARE * self.max_pause
        fair = mean if 2 * mean <= planned else (FAIR - 1) * mean
        spare = max(planned - high, fair) / len(groups)
        fits = token * self._most <= spare
        self._offered = self._most if fits else max(1, int(spare / token))
        return self._offered

    def within(self, seconds: float) -> int:
        """Tokens of a short prompt that are computed in so many seconds; 0 where none is known."""
        token = _at(self._alone, 0)
        return int(seconds / token) if token else 0

    def lone(self, tokens: int, at: int) -> float:
        """Seconds of a step that computes so many tokens of one prompt and nothing else."""
        return tokens * _at(self._alone, at)

    def answers(self, rows: int) -> float:
        """Seconds of a step of so many rows of answers."""
        return self._near(rows).high * self._times(rows) if self._answers else 0.0

    def _token(self, at: int) -> float:
        alone = _at(self._alone, at)
        if self._beside:
            # In smaller batches a token is not cheaper; half allows for a machine that is free now.
            return max(_at(self._beside, at), alone / 2)
        one = self._near(1).mean
        return min(one, 2 * alone) if alone else one

    def _knows(self, rows: int) -> bool:
        return any(rows <= 2 * each and each <= 2 * rows for each in self._answers)

    def _near(self, rows: int) -> Estimate:
        """As measured with so many rows, or else with the next fewer, or more."""
        if rows in self._answers or not self._answers:
            return self._answers.get(rows) or Estimate(0.0)
        fewer = max((each for each in self._answers if each < rows), default=0)
        return self._answers[fewer or min(self._answers)]

    def _times(self, rows: int) -> float:
        """How many times that they take: in proportion, where fewer were measured."""
        if rows in self._answers:
            return 1.0
        fewer = max((each for each in self._answers if each < rows), default=0)
        return rows / fewer if fewer else 1.0


def _level(at: int) -> int:
    """Lengths of prompts by doublings: 0 below 1024 tokens, 1 below 2048, 2 below 4096 ..."""
    return (at // 1024).bit_length()


def _at(table: dict[int, Rate], at: int) -> float:
    """As measured at this length, else a longer one's, else the longest one's, and dearer."""
    level = _level(at)
    longer = [each for each in table if each >= level]
    if longer:
        return table[min(longer)].token
    longest = max(table, default=level)
    return table[longest].token * GROWTH ** (level - longest) if table else 0.0
