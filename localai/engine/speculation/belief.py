"""How often guesses come true, by what speaks for them; it must not know texts or costs.

Two sources foretell the next token: the text itself and earlier answers. What each is worth hangs
on how long its match is, on the other's, and on whether they agree: 9 in 10 come true where they do
(SQL over its prompt, Llama's tokens), 1 in 10 of a short match that a longer one contradicts.
"""

from __future__ import annotations

from itertools import product

OWN, HABIT = range(2)

OF_TEXT, OF_MODEL = 0.12, 0.03
"""How far each guess moves what is believed, of its text and of the next ones."""

_STEP = (0, 1, 2, 3, 4, 4, 5, 5, 5)
"""Matches in the text itself, by their length, that are about as sure."""

_OWN = (0.0, 0.35, 0.5, 0.55, 0.6, 0.7)
_HABIT = (0.0, 0.3, 0.4, 0.5)
_AGREED = (0.6, 0.7, 0.8)


def state_of(own: int, habit: int, agree: bool) -> int:
    """A number for the lengths of both matches (at most 8 and 3 tokens); 0 is none at all."""
    return 16 * own + 4 * habit + 2 * agree


def _first() -> list[float]:
    """What is believed before a model's answers tell: about what SQL gave."""
    found = [0.0] * (16 * len(_STEP))
    for own, habit, agree in product(range(len(_STEP)), range(4), (False, True)):
        step, state = _STEP[own], state_of(own, habit, agree)
        if agree:
            likely = (_AGREED[min(step, habit, 3) - 1],) * 2 if own and habit else (0.0, 0.0)
        elif not (own and habit):
            likely = _OWN[step], _HABIT[habit]
        else:
            longer = habit >= step
            likely = _OWN[step] * (0.3 if longer else 0.8), _HABIT[habit] * (0.8 if longer else 0.2)
        found[state + OWN], found[state + HABIT] = likely
    return found


class Beliefs:
    """Of one text; it starts from its model's, which learns with it."""

    __slots__ = ("_of_model", "likely")

    def __init__(self, of_model: Beliefs | None = None) -> None:
        self._of_model: list[float] = _first() if of_model is None else of_model.likely
        # By state + source: the share of its guesses that come true.
        self.likely: list[float] = list(self._of_model)

    def learn(self, place: int, came: bool) -> None:
        """Note whether a guess came true; place: state + source."""
        mine, models = self.likely, self._of_model
        mine[place] += OF_TEXT * (came - mine[place])
        models[place] += OF_MODEL * (came - models[place])
