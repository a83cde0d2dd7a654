"""Makes up questions that no answer over the schema is right for.

It must not know joins or slots.
"""

# ruff: noqa: E501  (sayings read best in one line each)

from __future__ import annotations

import re
from collections.abc import Callable

from pairs import Answer

import made_up.refusals as say
import made_up.words as W
from localai.linking.lexicon import RELATED
from localai.linking.words import stem
from made_up.conditions import Conditions
from made_up.phrases import Made
from made_up.schemas import pseudo
from made_up.small_talk import CHAT

DECLINED: Answer = ["I do not know"]

_ODD_VALUES = "hairy,noisy,blind,sleepy,angry,funny,royal,secret,frozen,lonely,muddy,famous,rusty,stolen,illegal,hungry,sunny,dusty,bilingual,divorced,pregnant,left-handed,haunted,organic,wireless,radioactive,waterproof,homemade,electric,retired,imported".split(",")  # fmt: skip


# So often a near miss is looked for.
_TRIES = 5
# How far each kind reaches, of all that is no near miss.
_SHARES = ((0.46, say.COMMANDS), (0.56, say.PREDICT), (0.72, say.NO_MEASURE), (0.81, say.NO_ROWS), (0.91, say.VERBS), (0.95, say.ODD), (0.97, say.BEYOND))  # fmt: skip


class Declines(Conditions):
    """Families of questions that are declined."""

    def declined(self) -> Made | None:
        roll = self.rng.random()
        if roll < 0.4:
            return next(filter(None, (self.nearly() for _ in range(_TRIES))), None)
        for share, templates in _SHARES:
            if roll < share:
                return self.said_of(templates)
        return self.say(*CHAT), DECLINED

    def of_one_table(self) -> list[tuple[int, Callable[[], Made | None]]]:
        """The families that can be answered."""
        raise NotImplementedError

    def nearly(self) -> Made | None:
        """A question that could be answered, were a column there that is not."""
        weights, families = zip(*self.of_one_table(), strict=True)
        made = self.rng.choices(families, weights)[0]()
        none = self._missing()
        if made is None or none is None or made[1] == DECLINED:
            return None
        text, answer = " ".join(made[0].split()), made[1]
        items = [part[1] for part in answer if isinstance(part, tuple) and part[0] == "c"]
        held = {part[2] for part in answer if isinstance(part, tuple) and part[0] == "v"}
        items = [item for item in dict.fromkeys(items) if item not in held]
        if not items:
            return None
        item = self.rng.choice(items)
        words = [c.words for c in self.tabs[item.table].cols if c.place == item.column][0]
        found = re.compile(rf"\b{re.escape(words)}\b")
        names = (name for tab in self.tabs for name in (tab.one, tab.many))
        if words.endswith("name") or not found.search(text) or any(map(found.search, names)):
            return None
        return found.sub(none, text), DECLINED

    def said_of(self, templates: tuple[str, ...]) -> Made | None:
        """A template about a table, with words in it that nothing in the schema is called."""
        n = self.tab()
        col, texts = self.col(n, "sn"), [c for c in self.cols(n, "s") if c.values and c.listed]
        none, things = self._missing(), self._missing_rows()
        odd = [w for w in _ODD_VALUES if not self._known(w.replace("-", " "))]
        if col is None or none is None or things is None or not odd:
            return None
        shown = [c for c in texts if c.display] or texts
        value = self.rng.choice(shown[0].values) if shown else ""
        text = self.split.pick(self.rng, *templates)
        if "{value}" in text and not value:
            return None
        noun, _ = self.where(n, 0.4)
        after = noun.split(self.tabs[n].many)[-1].strip() if self.tabs[n].many in noun else ""
        other = self.rng.choice(self.cols(n, "sn"))
        _, word = self._function()
        return self.say(
            text, many=self.tabs[n].many, one=self.tabs[n].one, noun=noun, after=after or "now",
            name=col.words, name2=other.words, none=none, things=things[1], thing=things[0], value=value,
            odd=self.rng.choice(odd), agg=word, k=str(self.rng.randint(2, 200)),
        ), DECLINED  # fmt: skip

    def _known(self, words: str) -> bool:
        """Whether the schema has anything that these words may be meant for."""
        if not hasattr(self, "_vocabulary"):
            names = [text for tab in self.tabs for text in (tab.one, tab.many, tab.name)]
            for tab in self.tabs:
                for c in tab.cols:
                    names += [c.words, *c.values]
            known = {stem(w) for text in names for w in text.lower().replace("_", " ").split()}
            self._vocabulary = known | {stem(o) for w in known for o in RELATED.get(w, ())}
        return any(
            stem(w) in self._vocabulary or self.catalog.knows(stem(w), w)
            for w in words.lower().split()
        )

    def _missing(self) -> str | None:
        """A property that no table has, real or of no language."""
        if self.rng.random() < 0.12:
            return pseudo(self.rng)
        words = [*W.NUMBERS, *W.TEXTS]
        for _ in range(8):
            word = self.rng.choice(words)
            if self.split.has(word) and not self._known(word):
                return word
        return None

    def _missing_rows(self) -> tuple[str, str] | None:
        """A thing that no table holds, one and many."""
        from made_up.schemas import plural

        if self.rng.random() < 0.15:
            word = pseudo(self.rng)
            return word, plural(word)
        for _ in range(8):
            word = self.rng.choice(W.ENTITIES).replace("_", " ")
            if not self._known(word):
                return word, plural(word)
        return None
