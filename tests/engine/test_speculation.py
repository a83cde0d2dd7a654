"""Guesses held against what is sampled: the text stays, and nothing of a wrong guess is left."""

from __future__ import annotations

import random

import pytest

from localai.engine import Sequence
from localai.engine.speculation import Drafter
from localai.reply import Finished
from tests import fakes
from tests.fakes import FakeLanguageModel, Receiver


class Guesser(Drafter):
    """Guesses the law's tokens, of which every `wrong`th is another one; notes what it hears."""

    def __init__(self, length: int, wrong: int = 0) -> None:
        self.length, self.wrong = length, wrong
        self.chance = random.Random(1)
        self.heard: list[tuple[int, int]] = []
        self.forgotten: list[Sequence] = []

    def propose(self, sequence: Sequence, rows: int, room: int) -> list[int]:
        held = list(sequence.tokens)
        for _ in range(min(self.length, room)):
            miss = self.wrong and self.chance.randrange(self.wrong) == 0
            held.append(ord("#") if miss else fakes.next_token(held))
        return held[len(sequence.tokens) :]

    def verified(self, sequence: Sequence, proposed: int, accepted: int) -> None:
        self.heard.append((proposed, accepted))

    def stepped(self, rows: int, seconds: float) -> None:
        assert seconds >= 0

    def forget(self, sequence: Sequence) -> None:
        self.forgotten.append(sequence)


@pytest.mark.parametrize("wrong", [0, 1, 2, 5])
@pytest.mark.parametrize("length", [1, 4, 16])
def test_the_text_is_the_same_however_good_the_guesses(length: int, wrong: int) -> None:
    guesser = Guesser(length, wrong)
    engine = fakes.engine(FakeLanguageModel(), drafter=guesser)
    receivers = [Receiver() for _ in range(6)]
    for number, receiver in enumerate(receivers):
        engine.add(fakes.sequence(f"prompt {number}", receiver, max_tokens=40 + number))
    fakes.drain(engine)
    for number, receiver in enumerate(receivers):
        assert receiver.text == fakes.run_alone(f"prompt {number}", 40 + number)
    accepted = sum(came for _, came in guesser.heard)
    assert (accepted > 0) == (wrong != 1)
    assert len(guesser.forgotten) == 6


def test_right_guesses_save_steps() -> None:
    model = FakeLanguageModel()
    engine = fakes.engine(model, drafter=Guesser(4))
    engine.add(fakes.sequence("prompt", Receiver(), max_tokens=40))
    fakes.drain(engine)
    assert len(model.batches) == 1 + 39 // 5 + 1


def test_a_stop_text_within_a_guess_ends_the_answer_there() -> None:
    text = fakes.run_alone("prompt", 40)
    stop = text[7:9]
    receiver = Receiver()
    engine = fakes.engine(FakeLanguageModel(), drafter=Guesser(16))
    engine.add(fakes.sequence("prompt", receiver, max_tokens=40, stop=(stop,)))
    fakes.drain(engine)
    assert receiver.text == text[: text.index(stop)]
    assert isinstance(receiver.last, Finished) and receiver.last.reason == "stop"


def test_an_interrupted_guess_leaves_nothing() -> None:
    model = FakeLanguageModel()
    receiver = Receiver()
    engine = fakes.engine(model, drafter=Guesser(4, wrong=3))
    engine.add(fakes.sequence("prompt", receiver, max_tokens=40))
    for _ in range(60):
        model.interrupt()
        engine.step()
        fakes.check(engine)
        engine.step()
        fakes.check(engine)
    fakes.drain(engine)
    assert receiver.text == fakes.run_alone("prompt", 40)
