"""Makes questions in human wording over other schemas: templates of human questions, filled anew.

It must not know how the questions are published, nor tokens or models.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from pairs import Answer

from localai.linking.prompt import Linker
from public.filling import Filled, Filler, Unfit
from public.mixing import mixed
from public.templates import Template, template_of

# A template counts as often as it was asked, up to this: the common wordings are short of nothing.
MOST_WEIGHT = 8
# Templates of several tables, groups or two queries fit fewer schemas, so they are tried oftener.
_RARE = 3
# Wordings that few of the questions have are tried oftener, too.
_SELDOM = re.compile(
    r"\b(never|types? of|kinds? of|both|neither|nor|except|always)\b", re.IGNORECASE
)
_TRIES = 400
# So many of the templates, where there are such, are a head and a tail of two questions.
_MIXED = 0.35


class Templates:
    """Templates of human questions, each once, with how often it was asked."""

    def __init__(self) -> None:
        self.known: dict[str, Template] = {}
        self.asked: Counter[str] = Counter()
        self.mixed: list[Template] = []

    def add(self, linker: Linker, question: str, answer: Answer) -> None:
        """Takes the template of a question, where it has one."""
        template = template_of(linker, question, answer)
        if template is not None:
            self.known.setdefault(template.form, template)
            self.asked[template.form] += 1

    def mix(self, count: int, rng: random.Random) -> None:
        """Makes `count` more templates, of the head of one question and the tail of another."""
        made = list(islice(mixed(list(self.known.values()), rng), count))
        self.mixed = [template for template in made for _ in range(_rarity(template))]

    def weighted(self) -> tuple[list[Template], list[int]]:
        """All templates, and the weight of each."""
        known = list(self.known.values())
        weights = [min(MOST_WEIGHT, self.asked[form]) for form in self.known]
        return known, [w * _rarity(t) for w, t in zip(weights, known, strict=True)]


def _rarity(template: Template) -> int:
    answer = template.answer
    tables = {part[1] for part in answer if isinstance(part, tuple) and part[0] == "t"}
    shown = answer[: answer.index("FROM")] if "FROM" in answer else answer
    rare = len(tables) > 1 or "GROUP BY" in answer or answer.count("SELECT") > 1
    rare = rare or shown.count(",") > 1
    said = " ".join(part for part in template.parts if isinstance(part, str))
    return _RARE if rare or _SELDOM.search(said) else 1


def induced(
    templates: Templates, linkers: Callable[[], Linker], rng: random.Random, a_schema: int
) -> Iterator[Filled]:
    """Endless questions, up to `a_schema` over each schema that `linkers` gives."""
    pool, weights = templates.weighted()
    while True:
        filler = Filler(linkers(), rng)
        made = 0
        for template in rng.choices(pool, weights, k=_TRIES):
            if templates.mixed and rng.random() < _MIXED:
                template = rng.choice(templates.mixed)
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
