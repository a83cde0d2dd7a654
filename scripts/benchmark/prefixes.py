"""What is computed once and asked again: first text cold, warm, back, restarted, and shared."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from itertools import cycle, islice

from benchmark.answers import Answer
from benchmark.bench import OURS, SERVERS, Bench, note
from benchmark.figures import Figure, Rounds
from benchmark.local import LOCAL, Apart
from benchmark.server import Server

BARE = LOCAL[0].name
ALONE = "new tokens alone"
"""The reference: the bare loop reads the same new tokens behind the same schema, which is there."""

FEW = 4
"""Tokens of a short question: at most 5 new ones with what the tokenizer joins anew."""


@dataclass(frozen=True)
class Size:
    """tokens: of a schema. asked: schemas that are measured, each a round. others: short ones
    between, so that ten others come before a schema is asked again. context: tokens, all of it.
    peers: schemas that a peer is asked for after a restart, where it begins anew; alone: those that
    the bare loop reads; questions: behind the last schema, one after the other."""

    tokens: int
    asked: int
    others: int
    context: int
    peers: int = 11
    alone: int = 11
    questions: int = 20


SIZES = {
    "2m": Size(1500, 11, 0, 20_480),
    "100m": Size(1500, 11, 0, 20_480),
    "1.1b": Size(1500, 9, 2, 20_480, peers=2, alone=3),
    # A schema takes 26 s to read here, and its KV 250 MB.
    "7b": Size(500, 3, 8, 2_560, peers=1, alone=1, questions=6),
}

FIRST = {"2m": 200, "100m": 200, "1.1b": 200, "7b": 48}
TOGETHER = {"2m": (1500, 9), "100m": (1000, 9), "1.1b": (500, 5), "7b": (64, 3)}
"""Tokens of the schema, and rounds."""


def first(bench: Bench) -> list[Figure]:
    """Time to first text of a prompt never seen, and of the same with other words at its end."""
    tokens, found = FIRST.get(bench.model, 200), Rounds()
    rounds = bench.rounds or (3 if bench.quick else 9)
    with bench.servers(bench.setting(2048, 1, reuse=True), list(SERVERS)) as here:
        for server in here.values():
            server.ask(bench.words.plain(tokens), 2)
        for _, name, server in bench.turns(here, rounds):
            prompt = bench.words.plain(tokens)
            for what, text in (("cold", prompt), ("warm", prompt + bench.words.question(FEW))):
                found.add(f"first text, {what}", name, "ms", server.ask(text, 2).first)
    bench.tell(f"Prompts of {tokens} tokens; warm: the same and {FEW} more.")
    return found.figures(OURS)


def schema(bench: Bench) -> list[Figure]:
    """Questions behind one schema: cold, warm, back after ten others, after a restart."""
    size = SIZES.get(bench.model, SIZES["100m"])
    asked = bench.rounds or (2 if bench.quick else size.asked)
    schemas = [bench.words.schema(size.tokens) for _ in range(asked)]
    others = [bench.words.schema(60) for _ in range(size.others if not bench.quick else 1)]
    found = Rounds()
    setting = bench.setting(size.context, 2, reuse=True)
    with bench.servers(setting, list(SERVERS)) as here:
        _warm_up(bench, here)
        _cold_and_warm(bench, here, schemas, found)
        for server in here.values():
            for text in others:
                server.ask(text + bench.words.question(), 2)
        _again(bench, here, schemas, found, "back after others")
        _questions(bench, here, schemas[-1], size.questions, found)
        for name, server in here.items():
            note(f"{bench.model}: {name} starts anew")
            server.close()
            begun = time.perf_counter()
            server.open(setting)
            found.add("restart, until it is ready", name, "s", time.perf_counter() - begun)
        _warm_up(bench, here)
        peers = {name: one for name, one in here.items() if name != OURS}
        _again(bench, peers, schemas[: size.peers], found, "after a restart")
        ours = {name: one for name, one in here.items() if name == OURS}
        _again(bench, ours, schemas, found, "after a restart")
    _alone(bench, schemas[: size.alone], found)
    bench.tell(
        f"{asked} schemas of {bench.words.count(schemas[0])} tokens and {len(others)} short ones; "
        f"questions of {bench.words.count(bench.words.question()) - 1} tokens, short ones of "
        f"{FEW}. Cold and alone: ratios to a contender's own cold, and to the bare loop that reads "
        "the new tokens behind the schema. No peer keeps prompts over a restart by default."
    )
    return _held_against(found, list(here))


def _warm_up(bench: Bench, here: dict[str, Server]) -> None:
    for server in here.values():
        server.ask(bench.words.plain(12), 2)


def _cold_and_warm(
    bench: Bench, here: dict[str, Server], schemas: list[str], found: Rounds
) -> None:
    for number, name, server in bench.turns(here, len(schemas)):
        text = schemas[number]
        for what in ("cold", "warm"):
            found.add(what, name, "ms", server.ask(text + bench.words.question(), 2).first)
        found.add("warm, few", name, "ms", server.ask(text + bench.words.question(FEW), 2).first)


def _again(
    bench: Bench, here: dict[str, Server], schemas: list[str], found: Rounds, what: str
) -> None:
    for number, name, server in bench.turns(here, len(schemas)):
        taken = server.ask(schemas[number] + bench.words.question(), 2).first
        found.add(what, name, "ms", taken)


def _questions(bench: Bench, here: dict[str, Server], text: str, count: int, found: Rounds) -> None:
    for _, name, server in bench.turns(here, count):
        taken = server.ask(text + bench.words.question(), 2).first
        found.add("questions one by one", name, "ms", taken)


def _alone(bench: Bench, schemas: list[str], found: Rounds) -> None:
    """The bare loop's time for new tokens behind each schema."""
    bare = Apart(LOCAL[0])
    bare.open(bench.setting(bench.words.count(schemas[0]) + 256, 1))
    try:
        for number, text in enumerate(schemas):
            note(f"{bench.model}: {BARE} reads schema {number + 1} of {len(schemas)}")
            ends = [bench.words.question() for _ in range(3)]
            ends += [bench.words.question(FEW) for _ in range(3)]
            taken = bare.behind(text, ends)
            found.add(ALONE, BARE, "ms", statistics.median(taken[:3]))
            found.add(f"{ALONE}, few", BARE, "ms", statistics.median(taken[3:]))
    finally:
        bare.close()


def _held_against(found: Rounds, names: list[str]) -> list[Figure]:
    figures = found.figures()
    usual, short = found.of(ALONE, BARE), found.of(f"{ALONE}, few", BARE)
    for one in figures:
        if one.contender in names and one.what != "cold" and not one.what.startswith("restart,"):
            alone = short if one.what == "warm, few" else usual
            cold = found.of("cold", one.contender)
            one.against("alone", list(islice(cycle(alone), len(one.values))))
            one.against("cold", list(islice(cycle(cold), len(one.values))))
    return figures


def together(bench: Bench) -> list[Figure]:
    """Four clients at once on one cold schema: the last first text against one client's."""
    tokens, usual = TOGETHER.get(bench.model, TOGETHER["100m"])
    rounds, found = bench.rounds or (2 if bench.quick else usual), Rounds()
    setting = bench.setting(4 * (tokens + 64), 4, reuse=True)
    with bench.servers(setting, list(SERVERS)) as here:
        _warm_up(bench, here)
        for _, name, server in bench.turns(here, rounds):
            one = _asked_by(bench, server, tokens, 1)
            four = _asked_by(bench, server, tokens, 4)
            found.add("1 client, first text", name, "ms", one[0].first)
            found.add("4 clients, last first text", name, "ms", max(a.first for a in four))
    figures = found.figures()
    for each in figures:
        if each.what.startswith("4"):
            each.against("1 client", found.of("1 client, first text", each.contender))
    bench.tell(f"Schemas of {tokens} tokens, each client with another question.")
    return figures


def _asked_by(bench: Bench, server: Server, tokens: int, clients: int) -> list[Answer]:
    text = bench.words.schema(tokens)
    return server.streams([text + bench.words.question() for _ in range(clients)], 2)
