"""Owns what the model knows of its limits: sure answers, declined ones, the calibration curve.

It must not know how confidence comes about.
"""

from __future__ import annotations

from collections.abc import Sequence

from measure import human, unanswerable
from measure.judging import RIGHT, Judged, judge
from measure.settings import Settings
from measure.tables import IN_ORDER, Table, share
from measure.writers import Written, loaded, product, written

BINS = 10
PRODUCT = "product"


def tables(settings: Settings) -> list[Table]:
    which = human.DEVELOPMENT if settings.development else human.HELD_OUT
    most = None if settings.everything else settings.questions
    with (
        human.questions(settings.folder(), which, most) as asked,
        loaded(settings.file, threads=settings.threads) as runtime,
    ):
        write = product(runtime)
        found = judge(asked, {PRODUCT: write}).judged
        others = [
            *unanswerable.misplaced(asked, settings.questions // 2),
            *unanswerable.made_up(settings.questions // 2),
        ]
        declined = written(write, others)
    kinds = [one.kind for one in others]
    return [limits(which, found, kinds, declined), curve(which, found)]


def limits(
    which: str, found: Sequence[Judged], kinds: Sequence[str], others: Sequence[Written]
) -> Table:
    table = Table(
        f"Knowing its limits, human questions of {which} databases", ["", "questions", "share"]
    )
    answers = [(one.written[PRODUCT], one.verdicts[PRODUCT] == RIGHT) for one in found]
    sure = [right for answer, right in answers if answer.sure]
    unsure = [right for answer, right in answers if answer.sql is not None and not answer.sure]
    strictly = sum(
        one.written[PRODUCT].sure is True and one.is_strictly_right(PRODUCT) for one in found
    )
    missing = sum(answer.sql is None for answer, _ in answers)
    table.rows = [
        ["marked sure", len(answers), share(len(sure), len(answers))],
        ["of those, right", len(sure), share(sum(sure), len(sure))],
        [f"of those, right{IN_ORDER}", len(sure), share(strictly, len(sure))],
        ["of those marked unsure, right", len(unsure), share(sum(unsure), len(unsure))],
        ["answerable, not answered", len(answers), share(missing, len(answers))],
    ]
    for kind in dict.fromkeys(kinds):
        own = [one.sql is None for one, other in zip(others, kinds, strict=True) if other == kind]
        row = f"unanswerable ({kind}), declined"
        table.rows.append([row, len(own), share(sum(own), len(own))])
    all_declined = sum(one.sql is None for one in others)
    table.rows.append(["unanswerable, declined", len(others), share(all_declined, len(others))])
    return table


def curve(which: str, found: Sequence[Judged]) -> Table:
    """Answers by their confidence: how many there are, and how many of them are right."""
    table = Table(f"Calibration, {which} databases", ["confidence", "answers", "right"])
    placed: dict[int, list[bool]] = {}
    for one in found:
        answer = one.written[PRODUCT]
        if answer.sql is not None and answer.confidence is not None:
            place = min(BINS - 1, int(answer.confidence * BINS))
            placed.setdefault(place, []).append(one.verdicts[PRODUCT] == RIGHT)
    for place, right in sorted(placed.items()):
        name = f"{place / BINS:.1f} to {(place + 1) / BINS:.1f}"
        table.rows.append([name, len(right), share(sum(right), len(right))])
    return table
