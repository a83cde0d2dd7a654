"""Streams at once: their rate, the time between tokens, the time to the first one."""

from __future__ import annotations

from dataclasses import dataclass

from benchmark.answers import Answer
from benchmark.bench import OURS, SERVERS, Bench
from benchmark.figures import Figure, Rounds, share
from benchmark.local import LOCAL, SETTINGS


@dataclass(frozen=True)
class Lengths:
    """Tokens of prompts and answers, and how many at once: a slow model gets short ones."""

    prompt: int
    answer: int
    counts: tuple[int, ...]
    context: int = 4096


LENGTHS = {
    "2m": Lengths(60, 64, (1, 2, 4, 8)),
    "100m": Lengths(60, 48, (1, 2, 4, 8)),
    "1.1b": Lengths(20, 32, (1, 4, 8), 2048),
    "7b": Lengths(4, 8, (1, 4, 8), 512),
}

SQL = {"7b": (100, 16), "1.1b": (400, 48)}
"""Tokens of the schema and of the answer."""

ROUNDS = 9
BARE = LOCAL[0].name


def streams(bench: Bench) -> list[Figure]:
    """Total rate, the time between tokens and to the first text of 1 to 8 streams at once."""
    names = [BARE, *SERVERS, *(one.name for one in LOCAL[1:])]
    return _compared(bench, names)


def settings(bench: Bench) -> list[Figure]:
    """The bare loop's rate with other settings of the context, against those of localai."""
    return _compared(bench, [one.name for one in SETTINGS], BARE)


def sql(bench: Bench) -> list[Figure]:
    """One completion behind a schema and a question: what guessing costs where it cannot win.

    Random weights speak no SQL, so no guess comes true here: the gain is measured by `drafting`,
    which forces real SQL.
    """
    schema, tokens = SQL.get(bench.model, (400, 96))
    found, rounds = Rounds(), bench.rounds or (3 if bench.quick else ROUNDS)
    tokens = bench.tokens or tokens
    with bench.servers(bench.setting(2048, 1, reuse=True), list(SERVERS)) as here:
        text = bench.words.schema(schema)
        for server in here.values():
            server.ask(text + bench.words.question(), 2)
        for _, name, server in bench.turns(here, rounds):
            answer = server.ask(text + bench.words.question(), tokens)
            found.add("rate", name, "tokens/s", answer.tokens / answer.total)
            found.add("decoding only", name, "tokens/s", _decoding([answer]))
    bench.tell(f"Schemas of {schema} tokens, read before; answers of {tokens}.")
    return found.figures(OURS)


def _compared(bench: Bench, names: list[str], ours: str = OURS) -> list[Figure]:
    lengths = LENGTHS.get(bench.model, LENGTHS["100m"])
    counts = bench.counts or ((1, 4) if bench.quick else lengths.counts)
    tokens, found = bench.tokens or lengths.answer, Rounds()
    gaps: dict[tuple[str, int], list[float]] = {}
    setting = bench.setting(lengths.context, max(counts))
    with bench.opened(setting, names) as here:
        for one in here.values():
            one.streams([bench.words.plain(lengths.prompt)], min(tokens, 8))  # warms up
        rounds = bench.rounds or (3 if bench.quick else ROUNDS)
        for count in counts:
            for _, name, one in bench.turns(here, rounds):
                before = one.cpu()
                prompts = [bench.words.plain(lengths.prompt) for _ in range(count)]
                answers = one.streams(prompts, tokens)
                _check(bench, name, answers, tokens)
                _add(found, name, count, answers, one.cpu() - before)
                gaps.setdefault((name, count), []).extend(_gaps(answers))
    bench.tell(f"Prompts of {lengths.prompt} tokens, answers of {tokens}.")
    # By number of streams, which is what each begins with.
    return sorted([*found.figures(ours), *_percentiles(gaps)], key=lambda one: one.what[:9])


def _add(found: Rounds, name: str, count: int, answers: list[Answer], cpu: float) -> None:
    many = "1 stream" if count == 1 else f"{count} streams"
    begun = min(one.begun for one in answers)
    ended = max(one.times[-1] for one in answers)
    tokens = sum(one.tokens for one in answers)
    firsts = sorted(one.first for one in answers)
    found.add(f"{many}, rate", name, "tokens/s", tokens / (ended - begun))
    found.add(f"{many}, decoding only", name, "tokens/s", _decoding(answers))
    found.add(f"{many}, first text", name, "ms", firsts[len(firsts) // 2])
    found.add(f"{many}, between tokens p50", name, "ms", share(_gaps(answers), 0.5))
    found.add(f"{many}, between tokens p99", name, "ms", share(_gaps(answers), 0.99))
    if cpu > 0:
        found.add(f"{many}, processor time a token", name, "ms", cpu / tokens)


def _decoding(answers: list[Answer]) -> float:
    """Tokens a second while all of them have their first and none its last."""
    start = max(one.times[0] for one in answers)
    end = min(one.times[-1] for one in answers)
    count = sum(sum(start < moment <= end for moment in one.times) for one in answers)
    return count / (end - start) if end > start else 0.0


def _gaps(answers: list[Answer]) -> list[float]:
    return [gap for one in answers for gap in one.gaps] or [0.0]


def _percentiles(gaps: dict[tuple[str, int], list[float]]) -> list[Figure]:
    """Over all rounds: a round of few tokens has no 99th percentile of its own."""
    found = Rounds()
    for (name, count), all_of_them in gaps.items():
        many = "1 stream" if count == 1 else f"{count} streams"
        found.add(f"{many}, p99 of all rounds", name, "ms", share(all_of_them, 0.99))
    return found.figures(OURS)


def _check(bench: Bench, name: str, answers: list[Answer], tokens: int) -> None:
    if short := [one.tokens for one in answers if one.tokens != tokens]:
        bench.tell(f"{name} answered with {short} tokens instead of {tokens}.")
