"""Makes questions in human wording over other schemas: templates of human questions, filled anew.

It must not know how the questions are published, nor tokens or models.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from pairs import Answer

from localai.linking.prompt import Linker
from public.filling import Filled, Filler, Unfit
from public.templates import Template, template_of

# A template counts as often as it was asked, up to this: the common wordings are short of nothing.
MOST_WEIGHT = 4
_TRIES = 400


class Templates:
    """Templates of human questions, each once, with how often it was asked."""

    def __init__(self) -> None:
        self.known: dict[str, Template] = {}
        self.asked: Counter[str] = Counter()

    def add(self, linker: Linker, question: str, answer: Answer) -> None:
        """Takes the template of a question, where it has one."""
        template = template_of(linker, question, answer)
        if template is not None:
            self.known.setdefault(template.form, template)
            self.asked[template.form] += 1

    def weighted(self) -> tuple[list[Template], list[int]]:
        """All templates, and the weight of each."""
        weights = [min(MOST_WEIGHT, self.asked[form]) for form in self.known]
        return list(self.known.values()), weights


def induced(
    templates: Templates, linkers: Callable[[], Linker], rng: random.Random, a_schema: int
) -> Iterator[Filled]:
    """Endless questions, up to `a_schema` over each schema that `linkers` gives."""
    pool, weights = templates.weighted()
    while True:
        filler = Filler(linkers(), rng)
        made = 0
        for template in rng.choices(pool, weights, k=_TRIES):
            try:
                yield filler.fill(template)
            except Unfit:
                continue
            made += 1
            if made == a_schema:
                break


def is_linked(filled: Filled, prompt: str, columns: Sequence[object]) -> bool:
    """Whether the prompt's question has the slots of all columns that were put into it."""
    asked = prompt.split("<question>")[1]
    return all(f"<c{columns.index(item)}>" in asked for item in filled.named if item in columns)


def names(templates: Iterable[Template]) -> set[str]:
    """The names of the tables that the templates' schemas have."""
    return {table.name for template in templates for table in template.linker.schema.tables}
