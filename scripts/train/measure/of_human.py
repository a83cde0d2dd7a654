"""Owns the table of human questions: by kind, with and without grammar and candidates, beside the
linker's ceiling and the rules. It must not know how rows are judged.
"""

from __future__ import annotations

from measure import human
from measure.judging import RIGHT, Judgement, judge
from measure.settings import Settings
from measure.tables import Table, by_kind, share
from measure.writers import loaded, model, product, rule

LINKER, RULES, PLAIN, HELD = "linker alone", "rules", "model", "with grammar"


def tables(settings: Settings) -> list[Table]:
    which = human.DEVELOPMENT if settings.development else human.HELD_OUT
    most = None if settings.everything else settings.questions
    with (
        human.questions(settings.folder(), which, most) as asked,
        loaded(settings.file, threads=settings.threads) as runtime,
    ):
        writers = {
            LINKER: human.linked,
            RULES: rule,
            PLAIN: model(runtime, grammar=False),
            HELD: model(runtime, grammar=True),
            "product, one candidate": product(runtime, best_of=1),
            "product": product(runtime),
        }
        writers = settings.chosen(writers)
        found = judge(asked, writers)
    if settings.show and settings.development:
        show(found, [*writers][-1])
    title = f"Human questions, {which} databases: right rows"
    table = by_kind(title, found.kinds, found.right(writers), found.strictly(writers))
    table.notes = [f"Left out: {count}, {why}." for why, count in found.left_out.items()]
    return [table, _declined(found, [*writers])]


def _declined(found: Judgement, names: list[str]) -> Table:
    table = Table(
        "Human questions: what became of them", ["", "right", "wrong", "declined", "failed"]
    )
    for name in names:
        verdicts = [one.verdicts[name] for one in found.judged]
        counts = [verdicts.count(word) for word in table.columns[1:]]
        table.rows.append([name, *(share(count, len(verdicts)) for count in counts)])
    return table


def show(found: Judgement, name: str) -> None:
    """Prints each question that this writer did not get right."""
    for one in found.judged:
        if one.verdicts[name] != RIGHT:
            question, answer = one.question, one.written[name]
            print(f"{one.verdicts[name]} ({question.place.name}, {question.kind}): {question.text}")
            print(f"   {question.place.linker.link(question.text).prompt}\n   {answer.text}")
            gold = question.gold.sql if question.gold else "(declines)"
            print(f"   {' '.join((answer.sql or 'no SQL').split())}\n   {gold}")
