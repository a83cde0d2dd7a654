#!/usr/bin/env python3
"""Asks a model of random weights for JSON and calls of random schemas, and judges each answer.

    python scripts/json_requests.py --requests 500 --tokens 2000 --seed 0
    python scripts/json_requests.py --only 1234 --tokens 40      # one request again

Half of the requests carry tools, half a JSON Schema; they go through the runtime by ten families of
prompts, two of them with templates of their own for tools. Random weights are the worst case: they
want neither JSON nor an end. jsonschema judges (draft 2020-12, formats included). Exit code 1 where
an answer does not fit, an error is none of the documented ones, or a request does not end.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.json_requests import Outcome, request, run, runtime  # noqa: E402

SPARE = 2000
"""Tokens from which on too few of them are no excuse."""


def main() -> int:
    options = _options()
    seeds = [options.only] if options.only is not None else _seeds(options)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        with (
            runtime(Path(folder), options.model) as opened,
            ThreadPoolExecutor(options.jobs) as pool,
        ):

            def one(seed: int) -> Outcome:
                asked = request(seed, options.tokens)
                return run(opened, asked, spare=options.tokens >= SPARE)

            outcomes = dict(zip(seeds, pool.map(one, seeds), strict=True))
    _print(outcomes, time.perf_counter() - began, options.tokens)
    return int(any(outcome.kind == "FAILURE" for outcome in outcomes.values()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--requests", type=int, default=500)
    parser.add_argument("--tokens", type=int, default=2000, help="max_tokens of each request")
    parser.add_argument("--seed", type=int, default=0, help="the first request's number / 10,000")
    parser.add_argument("--model", type=Path, help="a GGUF file to ask instead of random weights")
    parser.add_argument("--only", type=int, help="the number of the one request to run")
    parser.add_argument("--jobs", type=int, default=2, help="requests at once")
    return parser.parse_args()


def _seeds(options: argparse.Namespace) -> list[int]:
    return list(range(options.seed * 10_000, options.seed * 10_000 + options.requests))


def _print(outcomes: dict[int, Outcome], seconds: float, tokens: int) -> None:
    kinds = Counter(outcome.kind for outcome in outcomes.values())
    for kind, count in sorted(kinds.items(), key=lambda one: -one[1]):
        print(f"{count:6}  {kind}")
    each = sorted(outcomes.items(), key=lambda one: -one[1].seconds)
    middle = statistics.median(outcome.seconds for outcome in outcomes.values())
    made = sum(outcome.tokens for outcome in outcomes.values())
    print(f"{len(outcomes)} requests of {tokens} tokens in {seconds:.1f} s; {made} tokens made;")
    print(f"each {middle:.2f} s in the middle; slowest:", end="")
    print(*(f" {one.seconds:.1f} s (--only {seed})" for seed, one in each[:3]), sep=",")
    for seed, outcome in outcomes.items():
        if outcome.kind == "FAILURE":
            print(f"--only {seed}: {outcome.detail}")


if __name__ == "__main__":
    sys.exit(main())
