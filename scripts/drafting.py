"""Times drafting by replay: real texts forced as a model's answers over their real prompts.

    python scripts/drafting.py [--quick] [--json] [--models 2m 100m 1.1b 7b] [--spider FOLDER]

What is guessed right is so in earnest, and what a step costs is the model's own: the engine and
llama.cpp compute everything, tokens are sampled, and then the text's next one is taken. Each text
is answered twice in a row, with drafting and without, in turns which comes first; no text comes
again, for its second telling would be no work. One drafter hears all texts of a model, as in a
server: what it knows when a text comes is what it learnt from others. The first round warms up and
is printed apart. Ratios are of decoding, from the first token to the last.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from benchmark.models import RECIPES, made  # noqa: E402
from replays import KINDS, Cut, Pieces, Text, texts  # noqa: E402

from localai import machine  # noqa: E402
from localai.engine import Engine, PromptLookup, SchedulerConfig, Sequence, Tally  # noqa: E402
from localai.llama import LlamaContext, LlamaModel  # noqa: E402
from localai.reply import Event, Failed  # noqa: E402
from localai.request import Sampling  # noqa: E402

TOKENS = {"2m": 2000, "100m": 600, "1.1b": 300, "7b": 100}
"""Of answers, for each round and kind: some seconds of decoding."""

LINE = "{:<6}{:<11}{:>7}{:>9}{:>9}{:>20}{:>8}{:>9}{:>9}"


class Forced(LlamaContext):
    """A context whose samplers choose in earnest, and whose answers are given."""

    answers: dict[int, list[int]]

    def sampler(self, sampling: Sampling, prompt: Any, grammar: Any = None) -> Any:
        made = super().sampler(sampling, prompt, grammar)
        self.answers[id(made)] = self.next_answers.pop(0)[::-1]
        return made

    def sample(self, row: int, sampler: Any, left: int = sys.maxsize) -> int:
        super().sample(row, sampler, left)
        return self.answers[id(sampler)].pop()

    def release(self, sampler: Any) -> None:
        del self.answers[id(sampler)]
        super().release(sampler)

    next_answers: list[list[int]]


class Switch:
    """A drafter that can be turned off, on an engine that stays."""

    def __init__(self, tally: Tally) -> None:
        self.on = True
        self.lookup = PromptLookup(tally)

    def propose(self, sequence: Sequence, rows: int, room: int) -> list[int]:
        return self.lookup.propose(sequence, rows, room) if self.on else []

    def verified(self, sequence: Sequence, proposed: int, accepted: int) -> None:
        self.lookup.verified(sequence, proposed, accepted)

    def stepped(self, rows: int, seconds: float) -> None:
        if self.on:
            self.lookup.stepped(rows, seconds)

    def forget(self, sequence: Sequence) -> None:
        if self.on:
            self.lookup.forget(sequence)


@dataclass(frozen=True)
class Sample:
    """Texts of one kind in one round, `streams` at once. Seconds of decoding."""

    model: str
    kind: str
    streams: int
    round: int
    tokens: int
    off: float
    on: float
    drafted: int
    accepted: int


class Replay:
    """An engine over one model that is told what to say."""

    def __init__(self, file: Path, name: str, options: argparse.Namespace) -> None:
        self.model = LlamaModel(file, name=name)
        context = min(4096, self.model.context_length)
        self.context = Forced(self.model, context_length=context, slots=12, threads=options.threads)
        self.context.answers, self.context.next_answers = {}, []
        self.orders = cycle(((True, False), (False, True)))
        self.tally = Tally()
        self.switch = Switch(self.tally)
        rules = SchedulerConfig(context, parallel=options.streams)
        self.clock = time.thread_time if options.cpu else time.perf_counter
        self.engine = Engine(self.context, rules, self.tally, self.switch, clock=self.clock)

    def fits(self, text: Text) -> bool:
        return len(text.prompt) + len(text.answer) + 64 < self.context.sequence_length

    def time(self, batch: list[Text], *, on: bool) -> float:
        """Seconds from when all have their first token to when the last has its last."""
        self.switch.on = on
        first: set[int] = set()
        for number, text in enumerate(batch):
            # The prompt comes first and alone: the answers' time is what counts.
            self._answer(text._replace(answer=text.answer[:1]), set(), 0)
            self.engine.add(self._sequence(text, first, number))
        while len(first) < len(batch):
            self.engine.step()
        begun = self.clock()
        while self.engine.step():
            pass
        return self.clock() - begun

    def _answer(self, text: Text, first: set[int], number: int) -> None:
        self.engine.add(self._sequence(text, first, number))
        while self.engine.step():
            pass

    def _sequence(self, text: Text, first: set[int], number: int) -> Sequence:
        def emit(event: Event) -> None:
            if isinstance(event, Failed):
                raise event.error
            first.add(number)

        self.context.next_answers.append(text.answer)
        sampling = Sampling(temperature=0.0)
        return Sequence(text.prompt, max_tokens=len(text.answer), sampling=sampling, emit=emit)

    def close(self) -> None:
        self.context.close()
        self.model.close()


def main() -> None:
    options = arguments()
    samples = []
    for name in [str(options.model)] if options.model else options.models:
        for sample in measure(name, options):
            samples.append(sample)
            ratio = sample.off / sample.on
            note(f"{name}, round {sample.round}, {sample.kind}: {ratio:.3f}")
    if options.json:
        print(json.dumps({**facts(options), "samples": [asdict(one) for one in samples]}, indent=1))
    else:
        show(samples, options)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Plain)
    parser.add_argument("--quick", action="store_true", help="the 2M, few rounds: a minute")
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    parser.add_argument("--models", nargs="+", choices=RECIPES, help="default: all four")
    parser.add_argument("--model", type=Path, help="a GGUF instead, with its own tokenizer")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--spider", type=Path, metavar="FOLDER",
                        help="spider_train.jsonl and spider_schemas.json: more SQL")  # fmt: skip
    parser.add_argument("--rounds", type=int, help="default 9, with --quick 3")
    parser.add_argument("--tokens", type=int, help="of a round and kind; default: by model")
    parser.add_argument("--streams", type=int, default=1, help="texts at once")
    parser.add_argument("--threads", type=int, default=machine.threads())
    parser.add_argument("--cpu", action="store_true",
                        help="one thread, and its processor time: for a busy machine")  # fmt: skip
    options = parser.parse_args()
    options.threads = 1 if options.cpu else options.threads
    options.rounds = options.rounds or (3 if options.quick else 9)
    options.models = options.models or (["2m"] if options.quick else list(RECIPES))
    return options


def measure(name: str, options: argparse.Namespace) -> Iterator[Sample]:
    """Round by round, every kind in turn."""
    file = options.model or made(name)
    replay = Replay(file, name, options)
    cut: Cut = Pieces() if options.model is None else replay.model.tokenize_whole
    sources = {kind: texts(kind, cut, options.spider) for kind in options.kinds}
    tokens = options.tokens or TOKENS.get(name, 200)
    try:
        for number in range(options.rounds + 1):
            for kind, source in list(sources.items()):
                chosen = list(_some(source, replay, tokens * options.streams))
                if not chosen:
                    del sources[kind]
                    note(f"{name}: no {kind} is left after {number} rounds")
                    continue
                yield _compare(replay, name, number, chosen, options.streams)
    finally:
        replay.close()


def _some(source: Iterator[Text], replay: Replay, tokens: int) -> Iterator[Text]:
    """Texts of so many tokens together."""
    for text in source:
        if len(text.answer) > 1 and replay.fits(text):
            yield text
            tokens -= len(text.answer)
        if tokens <= 0:
            return


def _compare(replay: Replay, name: str, number: int, chosen: list[Text], streams: int) -> Sample:
    seconds = {True: 0.0, False: 0.0}
    drafted, accepted = replay.tally.drafted_tokens, replay.tally.accepted_draft_tokens
    for start in range(0, len(chosen), streams):
        batch = chosen[start : start + streams]
        # The first telling after a prompt is computed is the slower one, with guesses or without.
        replay.time([one._replace(answer=one.answer[:2]) for one in batch], on=False)
        for on in next(replay.orders):
            seconds[on] += replay.time(batch, on=on)
    return Sample(
        name, chosen[0].kind, streams, number, sum(len(one.answer) - 1 for one in chosen),
        seconds[False], seconds[True],
        replay.tally.drafted_tokens - drafted, replay.tally.accepted_draft_tokens - accepted,
    )  # fmt: skip


def facts(options: argparse.Namespace) -> dict[str, Any]:
    return {
        "processor": machine.processor() if hasattr(machine, "processor") else platform.machine(),
        "threads": options.threads,
        "streams": options.streams,
    }


def show(samples: list[Sample], options: argparse.Namespace) -> None:
    """The table: medians over the rounds after the first, and quartiles of the ratio."""
    print(f"{options.threads} threads, texts at once: {options.streams}. Tokens a second.")
    print(LINE.format("model", "text", "tokens", "off", "on", "on / off", "first", "drafted",
                      "true"))  # fmt: skip
    for model, kind in dict.fromkeys((one.model, one.kind) for one in samples):
        every = [one for one in samples if (one.model, one.kind) == (model, kind)]
        rounds = every[1:] or every
        ratios = [one.off / one.on for one in rounds]
        low, middle, high = _quartiles(ratios)
        tokens = sum(one.tokens for one in rounds)
        drafted = sum(one.drafted for one in rounds)
        accepted = sum(one.accepted for one in rounds)
        print(LINE.format(
            Path(model).name[:5], kind, tokens,
            f"{tokens / sum(one.off for one in rounds):.1f}",
            f"{tokens / sum(one.on for one in rounds):.1f}",
            f"{middle:.2f} ({low:.2f}-{high:.2f})", f"{every[0].off / every[0].on:.2f}",
            f"{drafted / tokens:.2f}", f"{accepted / drafted:.2f}" if drafted else "-",
        ))  # fmt: skip


def _quartiles(values: list[float]) -> tuple[float, float, float]:
    if len(values) < 2:
        return values[0], values[0], values[0]
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class _Plain(argparse.RawDescriptionHelpFormatter):
    """The module's description as it stands."""


if __name__ == "__main__":
    main()
