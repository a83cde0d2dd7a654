"""Guesses that an answer goes on as its prompt or itself did before, where that is likely to pay.

It must not know models: what steps cost and how often guesses come true is learnt on the way.
Guesses are held against the text also where none is computed, so that learning costs nothing.
"""

from __future__ import annotations

from localai.engine.sequence import Sequence
from localai.engine.speculation.account import Account
from localai.engine.speculation.belief import HABIT, OWN, Beliefs, state_of
from localai.engine.speculation.cost import StepCost
from localai.engine.speculation.habits import Habits
from localai.engine.speculation.index import LONGEST, SuffixIndex
from localai.engine.tally import Tally

HOPELESS = 0.08
"""A guess that comes true so seldom pays on no machine, and is not reckoned with."""

WORTH = 1.08
"""How many times more tokens a second a guess must promise: costs are not known exactly."""

HORIZON = 16
"""Tokens of a guess that are looked ahead to."""

OFTEN, PLAIN_AGE = 4, 48
"""Steps from one without guesses whose time is noted to the next; and after which one is due, to
know what guesses are held against."""

DROWSY = 0.12
"""Share of the latest tokens that were foretold, below which a text is not looked at for a while.
It is 0.96 in rewritten texts, 0.51 in SQL, 0.44 in code, 0.26 in prose, 0.09 in random letters, 0
in random words (the texts of `scripts/drafting.py`)."""

ROUSED = 0.3
"""What is supposed after that: 14 tokens more show whether it is worth while now."""

NAP, LONGEST_NAP = 32, 256
"""Tokens of a text that are not looked at; each time twice as many as before."""

DEAR = 2.0
"""A step that took this many times its usual cost was held up by something else."""


class _Text:
    """What is kept of one sequence. state: what speaks for the next token, by Beliefs; habit: the
    one that earlier answers foretell. step: the latest that asked for a guess; came: of it, true.
    hits: the share of its latest tokens that were foretold; wakes: the length from which on it is
    looked at again; nap: tokens of the next sleep.
    promised: alone on the server it says the same again, to the bit; see `propose`.
    """

    __slots__ = (
        "account", "beliefs", "came", "ended", "habit", "hits", "index", "nap", "promised",
        "prompt", "state", "step", "wakes",
    )  # fmt: skip

    def __init__(self, sequence: Sequence, beliefs: Beliefs, clock: float, hits: float) -> None:
        self.index = SuffixIndex(sequence.tokens)
        self.prompt = sequence.prompt_length
        self.beliefs = beliefs
        sampling = sequence.sampling
        self.promised = sampling.seed is not None and sampling.repeatable
        self.account = Account(clock)
        self.state = self.habit = self.came = 0
        self.step = -1
        self.hits, self.wakes, self.nap = hits, 0, NAP
        self.ended = False

    def look(self, hit: bool) -> None:
        """Note whether the latest token was foretold, and fall asleep where few of them were."""
        self.hits += (hit - self.hits) / 16
        if self.hits < DROWSY:
            self.wakes = self.index.done + self.nap
            self.nap = min(2 * self.nap, LONGEST_NAP)
            self.hits, self.state = ROUSED, 0


class PromptLookup:
    """A Drafter for one model; what it has learnt serves the next requests. tally: counts guesses.

    Time lost to wrong guesses stays below ALLOWED of that of decoding (`Account`), for each text
    and for all together: where the guesses of one would hold up another too long, there are none.
    """

    def __init__(self, tally: Tally | None = None) -> None:
        self._tally = tally
        self._texts: dict[Sequence, _Text] = {}
        self._habits = Habits()
        self._hits = 0.5
        self._beliefs = Beliefs()
        self._plain = StepCost()
        self._drafted = StepCost(self._plain)
        self._after = StepCost(self._plain)
        self._plain_at: dict[int, int] = {}
        self._was_drafted = False
        self._bars: dict[int, float] = {}
        self._bars_of = -1
        self._clock = 0.0
        self._account = Account(0.0)
        self._asking: list[_Text] = []
        self._before: list[_Text] = []
        self._step = 0
        self._rows = self._guessed = 0
        self._hoped = 0.0

    def propose(self, sequence: Sequence, rows: int, room: int) -> list[int]:
        text = self._texts.get(sequence)
        if text is None:
            beliefs, hits = Beliefs(self._beliefs), max(self._hits, 1.2 * DROWSY)
            text = self._texts[sequence] = _Text(sequence, beliefs, self._clock, hits)
        tokens = sequence.tokens
        if len(tokens) < text.wakes:
            return []
        if text.step == self._step:
            self._next_step()  # the last one was beside prompts, or interrupted
        text.step, text.came = self._step, 0
        self._rows = rows
        self._asking.append(text)
        index = text.index
        if index.done < text.prompt and not index.read(text.prompt):
            return []
        if text.wakes:
            index.read(text.wakes - 1)
            text.wakes = 0
        while index.done < len(tokens):
            self._learn(text, tokens)
        # With another number of rows sums are rounded differently: what a seed promises to repeat
        # on an idle server would hang on how guesses went.
        if not text.state or (text.promised and rows == 1):
            return []
        likely = text.beliefs.likely
        own, habit = likely[text.state + OWN], likely[text.state + HABIT]
        source = OWN if own >= habit else HABIT
        if likely[text.state + source] < self._hopeless(rows):
            return []
        count = self._best(text, source, room)
        if not count:
            return []
        draft = index.guess(count) if source == OWN else self._habits.guess(tokens, count)
        self._guessed += len(draft)
        return draft

    def verified(self, sequence: Sequence, proposed: int, accepted: int) -> None:
        if (text := self._texts.get(sequence)) is not None:
            text.came = accepted
        if self._tally is not None:
            self._tally.drafted_tokens += proposed
            self._tally.accepted_draft_tokens += accepted

    def stepped(self, rows: int, seconds: float) -> None:
        drafted, after = self._guessed > 0, self._was_drafted
        if self._asking and rows == self._rows + self._guessed:
            self._clock += seconds
            if drafted:
                self._charge(self._drafted, rows, seconds)
            elif after:
                # llama.cpp plans its graph anew where a step has another shape than the last.
                self._charge(self._after, rows, seconds)
            elif self._step - self._plain_at.get(rows, -OFTEN) >= OFTEN:
                self._plain_at[rows] = self._step
                self._plain.note(rows, seconds, self._step)
                for costs in (self._plain, self._drafted, self._after):
                    costs.forget(self._step)
        self._was_drafted = drafted
        self._next_step()

    def forget(self, sequence: Sequence) -> None:
        text = self._texts.pop(sequence, None)
        if text is not None:
            self._habits.add(sequence.tokens, sequence.prompt_length)
            text.ended = True

    def _learn(self, text: _Text, tokens: list[int]) -> None:
        """Index one more token, see who foretold it, and what they say next."""
        index, state = text.index, text.state
        matched, token = index.match, tokens[index.done]
        came = index.advance()
        hit = came or (state & 12 > 0 and token == text.habit)
        self._hits += (hit - self._hits) / 256
        if state:
            learn = text.beliefs.learn
            if matched:
                learn(state + OWN, came)
            if state & 12:
                learn(state + HABIT, token == text.habit)
        text.habit, length = self._habits.next(index.last)
        own = index.match
        text.state = state_of(own, length, own > 0 < length and tokens[index.place] == text.habit)
        text.look(hit)

    def _hopeless(self, rows: int) -> float:
        """How often a guess must come true at the very least to pay, however it goes on."""
        version = self._drafted.version
        if version != self._bars_of:
            self._bars, self._bars_of = {}, version
        bar = self._bars.get(rows)
        if bar is None:
            plain, least = self._plain.of(rows), self._drafted.likely_least
            wanted = WORTH * rows / plain if plain else 0.0
            bar = min((wanted * least(rows + n) - rows) / n for n in range(1, HORIZON + 1))
            bar = self._bars[rows] = max(bar, HOPELESS)
        return bar

    def _best(self, text: _Text, source: int, room: int) -> int:
        """How many tokens to guess for the most tokens a second of the whole batch."""
        rows = self._rows
        if self._step - self._plain_at.get(rows, -PLAIN_AGE) >= PLAIN_AGE:
            return 0
        plain = self._plain.of(rows)
        behind = max(0.0, self._after.of(rows) - plain)
        most = plain - behind + self._may_lose(text, plain)
        least, worst = self._drafted.likely_least, self._drafted.likely_most
        base, tokens = rows + self._guessed, rows + self._hoped
        now = self._drafted.of(base) + behind if self._guessed else plain
        best, count, hope = WORTH * tokens / now, 0, 0.0
        likely, believed, place = 1.0, text.beliefs.likely, text.state + source
        for guess in range(1, room + 1):
            likely *= believed[place]
            if source == OWN and place < LONGEST * 16:
                place += 16
            tokens += likely
            seconds = least(base + guess) + behind
            if tokens > best * seconds and worst(base + guess) <= most:
                best, count, hope = tokens / seconds, guess, tokens
            if likely < HOPELESS:
                break
        if count:
            self._hoped = hope - rows
        return count

    def _may_lose(self, text: _Text, plain: float) -> float:
        """Seconds by which the step may be longer, for the poorest of all who take part in it."""
        clock = self._clock
        left = min(self._account.left(clock, plain), text.account.left(clock, plain))
        for other in self._before:
            left = min(left, other.account.left(clock, plain))
        return left

    def _charge(self, costs: StepCost, rows: int, seconds: float) -> None:
        """Note a step that guesses made longer, and hold it against one without."""
        costs.note(rows, seconds, self._step)
        seconds = min(seconds, DEAR * costs.of(rows))
        plain = self._plain.of(self._rows)
        for text in self._asking:
            text.account.charge(seconds, 1 + text.came, plain)
        came = sum(text.came for text in self._asking)
        self._account.charge(seconds, 1 + came / self._rows, plain)

    def _next_step(self) -> None:
        self._step += 1
        self._before = [text for text in self._asking if not text.ended]
        self._asking = []
        self._guessed, self._hoped = 0, 0.0
