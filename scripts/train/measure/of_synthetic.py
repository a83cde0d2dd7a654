"""Owns the table of made-up questions over held-out schemas, words and wordings, by family.

It must not know how rows are judged.
"""

from __future__ import annotations

from measure import synthetic
from measure.judging import judge
from measure.of_human import HELD, PLAIN, RULES, show
from measure.settings import Settings
from measure.tables import Table, by_kind
from measure.writers import loaded, model, product, rule


def tables(settings: Settings) -> list[Table]:
    asked = synthetic.questions(settings.questions)
    with loaded(settings.file, threads=settings.threads) as runtime:
        writers = {
            RULES: rule,
            PLAIN: model(runtime, grammar=False),
            HELD: model(runtime, grammar=True),
            "product": product(runtime),
        }
        writers = settings.chosen(writers)
        found = judge(asked, writers)
    if settings.show:
        show(found, [*writers][-1])
    title = "Made-up questions, held out: right rows"
    table = by_kind(title, found.kinds, found.right(writers), found.strictly(writers))
    table.notes = [f"Left out: {count}, {why}." for why, count in found.left_out.items()]
    return [table]
