"""Fits how far the embedded model's answers are trusted: `python calibrate.py FILE.gguf --data DIR`
(see README.md). With --write the numbers go into localai/sql/calibrated.py.

It must not train, nor look at the held-out databases.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import time
from collections.abc import Sequence
from pathlib import Path

from measure import human, synthetic, unanswerable
from measure.calibration import HUMAN, LACKING, MADE_UP, NONE, Chances, Fitted, Seen, curve, fitted
from measure.cells import TODAY
from measure.judging import RIGHT, judge
from measure.questions import Question
from measure.tables import Table, share
from measure.writers import MODEL, Written, loaded, written
from public.lacking import lacking

from localai.errors import LocalAIError
from localai.runtime import Runtime
from localai.sql import Options, calibrated
from localai.sql.ask import tried
from localai.sql.trust import Evidence

TARGET = Path(calibrated.__file__)
# Other made-up questions than those that the card's tables are about.
SEED = 2_000_003
KINDS = (HUMAN, MADE_UP, NONE, LACKING)


class Witness:
    """Answers questions as the product does, and keeps what is known of each answer."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._spec = runtime.registry.resolve(MODEL)
        self.evidence: dict[int, Evidence | None] = {}

    def __call__(self, question: Question) -> Written:
        try:
            found = tried(
                question.text,
                question.place.source,
                self._spec,
                self._runtime.stream,
                Options(today=TODAY),
            )
        except LocalAIError as error:
            self.evidence[id(question)] = None
            return Written(None, str(error))
        self.evidence[id(question)] = found.evidence
        if found.chosen is None:
            return Written(None, declined=True)
        return Written(found.chosen.sql, found.chosen.model_sql)


def gathered(file: Path, data: Path, most: int, threads: int) -> list[Seen]:
    """The answers to calibrate on: human questions over the development databases, made-up ones
    over held-out schemas, and questions of both kinds that their databases cannot answer."""
    # What the numbers of today decline is to be seen, too.
    calibrated.ANSWERABLE = calibrated.HOPELESS = 0.0
    with (
        human.questions(data, human.DEVELOPMENT, most) as asked,
        loaded(file, slots=8, threads=threads) as runtime,
    ):
        witness = Witness(runtime)
        made = [one for one in synthetic.questions(most // 3, SEED) if one.gold]
        seen = _judged(witness, asked, HUMAN) + _judged(witness, made, MADE_UP)
        others = [
            *unanswerable.misplaced(asked, most // 6, seed=5),
            *unanswerable.made_up(most // 6, SEED),
        ]
        for kind, questions in ((NONE, others), (LACKING, lacking(asked, most // 6))):
            written(witness, questions)
            seen += [
                Seen(kind, one.place.name, witness.evidence[id(one)], False) for one in questions
            ]
    return seen


def _judged(witness: Witness, questions: Sequence[Question], kind: str) -> list[Seen]:
    found = judge(questions, {"product": witness}).judged
    return [
        Seen(
            kind,
            one.question.place.name,
            witness.evidence[id(one.question)],
            one.verdicts["product"] == RIGHT,
        )
        for one in found
    ]


def tables(seen: Sequence[Seen], numbers: Fitted, chances: Chances) -> list[Table]:
    """The card's tables, by fits that did not see the databases they speak of."""
    limits = Table("Knowing its limits, development databases", ["", "questions", "share"])
    known = {i for i in range(len(seen)) if chances.known[i] >= numbers.answerable}
    sure = {i for i in known if chances.right[i] >= numbers.sure}
    for kind in KINDS:
        own = {i for i, one in enumerate(seen) if one.kind == kind}
        right = {i for i in own if seen[i].right}
        rows: list[tuple[str, set[int], set[int]]] = [
            ("declined", own - known, own),
            ("marked sure", own & sure, own),
        ]
        if kind in (HUMAN, MADE_UP):
            rows.append(("of those, right", right & sure, own & sure))
            rows.append(("right, sure or not", right, own))
        limits.rows += [
            [f"{kind}: {name}", len(of), share(len(n), len(of))] for name, n, of in rows
        ]
    limits.notes = [
        "Wanted of human questions: at most 10 % declined, at least 35 % sure, at least 90 % of "
        "those right; of unanswerable ones at least 80 % declined."
    ]
    table = Table("Calibration, development databases", ["confidence", "answers", "right"])
    for name, count, right in curve(seen, chances, numbers.answerable):
        table.rows.append([name, count, share(right, count)])
    return [limits, table]


def module(numbers: Fitted, source: str) -> str:
    """localai/sql/calibrated.py with these numbers in it."""
    text = TARGET.read_text(encoding="utf-8")
    factors = [f'    "{name}": Factor{tuple(factor)},' for name, factor in numbers.factors.items()]
    block = "\n".join(["FACTORS = {", *factors, "}"])
    text = re.sub(r"^FACTORS = \{$.*?^\}$", lambda _: block, text, flags=re.M | re.S)
    text = re.sub(r'Source: .*?"""', lambda _: f'Source: {source}\n"""', text, flags=re.S)
    for name in ("right", "known", "sure", "hopeless", "answerable"):
        line = f"{name.upper()} = {getattr(numbers, name)}"
        text = re.sub(rf"^{name.upper()} = .*$", line, text, flags=re.M)
    return text


def source_of(file: Path, seen: Sequence[Seen]) -> str:
    """What the numbers stand on, as a sentence for the module's docstring."""
    digest = hashlib.sha256(file.read_bytes()).hexdigest()[:16]
    counts = [sum(one.kind == kind for one in seen) for kind in KINDS]
    human_ones, made = counts[:2]
    return (
        f"{human_ones} human questions over the development databases, {made} made-up ones and\n"
        f"{sum(counts[2:])} that have no answer, asked of the weights with the sha256 {digest}..."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the public data")
    parser.add_argument("--questions", type=int, default=600, help="human ones, at most")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--write", action="store_true", help=f"write {TARGET.name}")
    given = parser.parse_args()
    begun = time.monotonic()
    seen = gathered(given.file, given.data, given.questions, given.threads)
    numbers, chances = fitted(seen)
    for table in tables(seen, numbers, chances):
        print(table.markdown(), flush=True)
    text = module(numbers, source_of(given.file, seen))
    if given.write:
        TARGET.write_text(text, encoding="utf-8")
        print(f"Wrote {TARGET}.")
    else:
        print(text[text.index("FACTORS = {") :])
        print(f"These numbers belong into {TARGET}; --write puts them there.")
    print(f"({time.monotonic() - begun:.0f} s)")


if __name__ == "__main__":
    main()
