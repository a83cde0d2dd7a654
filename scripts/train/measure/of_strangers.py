"""Owns the table of questions as people put them to the databases of their trades, by kind.

It must not know how rows are judged.
"""

from __future__ import annotations

from collections.abc import Sequence

from measure import trades
from measure.judging import RIGHT, Judged, Judgement, judge
from measure.of_human import HELD, RULES, show
from measure.questions import Question
from measure.settings import Settings
from measure.tables import Table, by_kind, share
from measure.writers import Writer, loaded, model, product, rule, written


def tables(settings: Settings) -> list[Table]:
    with (
        trades.questions() as asked,
        loaded(settings.file, threads=settings.threads) as runtime,
    ):
        writers = {RULES: rule, HELD: model(runtime, grammar=True), "product": product(runtime)}
        writers = settings.chosen(writers)
        found = best(asked, writers)
    if settings.show:
        show(found, [*writers][-1])
    title = "Questions of strangers: eight trades"
    table = by_kind(title, found.kinds, found.right(writers), found.strictly(writers))
    table.notes = [f"Left out: {count}, {why}." for why, count in found.left_out.items()]
    return [table, _sure(found, [*writers])]


def best(asked: Sequence[Sequence[Question]], writers: dict[str, Writer]) -> Judgement:
    """What came of each question by the right query that suits each writer's answer best. asked:
    each question once for each query that is right there."""
    texts = {
        name: dict(zip(map(_told, asked), written(write, [ways[0] for ways in asked]), strict=True))
        for name, write in writers.items()
    }

    def told(name: str) -> Writer:
        return lambda question: texts[name][_told([question])]

    found = judge([way for ways in asked for way in ways], {name: told(name) for name in writers})
    merged: dict[tuple[str, str], Judged] = {}
    for one in found.judged:
        key = _told([one.question])
        merged[key] = _better(merged.get(key, one), one)
    missing = len(asked) - len(merged)
    left_out = {"no right query finds something on three contents": missing} if missing else {}
    return Judgement([*merged.values()], left_out)


def _told(ways: Sequence[Question]) -> tuple[str, str]:
    return ways[0].place.name, ways[0].text


def _better(one: Judged, other: Judged) -> Judged:
    """For each writer the better of two verdicts on the same answer."""
    verdicts, turned = dict(one.verdicts), set(one.turned)
    for name in verdicts:
        if other.verdicts[name] != RIGHT or one.is_strictly_right(name):
            continue
        verdicts[name] = RIGHT
        turned.discard(name)
        if name in other.turned:
            turned.add(name)
    return Judged(one.question, one.written, verdicts, frozenset(turned))


def _sure(found: Judgement, names: Sequence[str]) -> Table:
    """What was marked sure and what was declined, with how much of that was right."""
    table = Table(
        "Questions of strangers: sure and declined",
        ["", "sure", "of those right", "unanswerable declined", "answerable declined"],
    )
    for name in names:
        sure = [one for one in found.judged if one.written[name].sure]
        right = sum(one.verdicts[name] == RIGHT for one in sure)
        cells = [share(len(sure), len(found.judged)), share(right, len(sure))]
        for kept in (False, True):
            among = [one for one in found.judged if (one.question.gold is not None) is kept]
            cells.append(share(sum(one.written[name].declined for one in among), len(among)))
        table.rows.append([name, *cells])
    return table
