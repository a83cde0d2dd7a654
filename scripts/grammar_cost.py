"""Times what a grammar costs per token, by replay: given SQL is forced as the answer.

    python scripts/grammar_cost.py [--model FILE.gguf] [--grammar FILE.gbnf --texts FILE.sql]

By default: the gold SQL of two of the test fixture's databases over the grammar of both schemas
(20 tables, 2 views), and a made-up vocabulary of 32,000 tokens. At each token it does what an
answer does when the model's choice is allowed ("lazily": the check, going on behind the token, and
the look whether nothing but an end is left), and when it is not and neither are the next best (the
mask over all tokens). Random weights have no say: only grammars are timed, in processor time of
their thread, which busy neighbours do not lengthen.
"""

from __future__ import annotations

import argparse
import ctypes
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from localai.llama import LlamaModel  # noqa: E402
from localai.llama.binding import lib  # noqa: E402
from localai.llama.candidates import Candidates  # noqa: E402
from localai.llama.grammar import Grammar  # noqa: E402
from localai.request import RenderedPrompt, Segment  # noqa: E402
from localai.schema import Schema  # noqa: E402

FIXTURE = ("shop", "library")
LINE = "{:<42}{:>10}{:>10}{:>10}"


def main() -> None:
    options = arguments()
    with tempfile.TemporaryDirectory() as folder:
        path = options.model or made_up(Path(folder))
        model = LlamaModel(path)
        gbnf = options.grammar.read_text() if options.grammar else fixture_grammar(Path(folder))
        texts = options.texts.read_text().splitlines() if options.texts else fixture_sql()
        began = time.thread_time()
        model.grammar(gbnf)
        first = time.thread_time() - began
        replay = Replay(model, gbnf)
        for text in texts:
            replay.run(text)
        replay.show(len(texts), first)
        model.close()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", type=Path, help="a GGUF: its vocabulary is used")
    parser.add_argument("--grammar", type=Path, help="GBNF with the rule root")
    parser.add_argument("--texts", type=Path, help="what to force as answers, one a line")
    return parser.parse_args()


class Replay:
    """Forces texts as answers under a grammar and keeps the times, in seconds for each token."""

    def __init__(self, model: LlamaModel, gbnf: str) -> None:
        self._model, self._gbnf = model, gbnf
        self._candidates = Candidates(model.vocabulary)
        self._logits = np.zeros(model.vocabulary, np.float32)
        self.lazy: list[float] = []
        self.mask: list[float] = []
        self.plain: list[float] = []
        self.refused: list[str] = []

    def run(self, text: str) -> None:
        """One answer, up to the first token that the grammar refuses."""
        grammar = self._model.grammar(self._gbnf)
        prompt = RenderedPrompt((Segment(text, False),))
        for token in self._model.tokenize(prompt)[1:]:
            self.mask.append(self._timed(lambda: self._mask(grammar)))
            self.plain.append(self._timed(lambda: self._mask_all(grammar)))
            began = time.thread_time()
            if not grammar.allows(token):
                self.refused.append(text)
                return
            grammar.accept(token)
            grammar.is_complete(self._candidates)
            self.lazy.append(time.thread_time() - began)

    def show(self, texts: int, first: float) -> None:
        rules = self._gbnf.count("::=")
        print(
            f"grammar: {len(self._gbnf)} characters, {rules} rules, ready in {first * 1e3:.1f} ms"
        )
        print(
            f"texts: {texts}, {len(self.lazy)} tokens; refused by the grammar: {len(self.refused)}"
        )
        for text in self.refused:
            print(f"  {text}")
        print(f"vocabulary: {self._model.vocabulary} tokens\n")
        print(LINE.format("milliseconds per token", "median", "p99", "mean"))
        for name, times in (
            ("lazily, the choice is allowed", self.lazy),
            ("mask, letters first (as after 8 refusals)", self.mask),
            ("mask by llama.cpp over every token", self.plain),
        ):
            shown = (statistics.median(times), np.percentile(times, 99), statistics.mean(times))
            print(LINE.format(name, *(f"{value * 1e3:.3f}" for value in shown)))

    def _timed(self, work: Callable[[], None]) -> float:
        began = time.thread_time()
        work()
        return time.thread_time() - began

    def _mask(self, grammar: Grammar) -> None:
        self._candidates.fill(self._logits)
        grammar.mask(self._candidates)

    def _mask_all(self, grammar: Grammar) -> None:
        self._candidates.fill(self._logits)
        lib.llama_sampler_apply(grammar._handle, ctypes.byref(self._candidates.struct))


def made_up(folder: Path) -> Path:
    """A small model with 32,000 tokens."""
    from tests.gguf_models import tiny_llama

    return tiny_llama(folder / "32k.gguf", vocabulary_size=32_000)


def fixture_grammar(folder: Path) -> str:
    """The grammar of the fixture's databases, taken as one schema."""
    from localai.sql.grammar import grammar
    from localai.sql.source import open_source
    from tests.sql import fixture

    tables, keys = [], []
    for name in FIXTURE:
        with open_source(str(fixture.make_sqlite(name, folder / f"{name}.sqlite"))) as source:
            schema = source.schema()
        tables += schema.tables
        keys += schema.foreign_keys
    return grammar(replace(Schema(tuple(tables), tuple(keys)), dialect="postgres"))


def fixture_sql() -> list[str]:
    """The fixture's gold SQL: of alternatives the first, of a set of columns all."""
    from tests.sql import fixture

    golds = [one.query for one in fixture.questions(answerable=True) if one.db_name in FIXTURE]
    return [whole(next(fixture.alternatives(gold))) for gold in golds]


def whole(gold: str) -> str:
    """A gold query with its sets of columns written out; `GROUP BY {}` groups by the set."""
    columns = re.search(r"\{([^}]+)\}", gold)
    return re.sub(r"\{([^}]*)\}", lambda m: m[1] or (columns[1] if columns else ""), gold)


if __name__ == "__main__":
    main()
