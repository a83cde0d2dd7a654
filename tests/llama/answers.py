"""One engine over the small model, asked and answered without a thread."""

from __future__ import annotations

from localai.engine import Engine, Sequence
from localai.llama import LlamaContext, LlamaModel
from localai.reply import Event, Failed, TextDelta
from localai.request import RenderedPrompt, Sampling, Segment


class Answerer:
    """Calls give an answer's text; `tokens` its token ids."""

    def __init__(self, model: LlamaModel, *, slots: int = 2, context_length: int = 1024) -> None:
        self.model = model
        self.context = LlamaContext(model, context_length=context_length, slots=slots, threads=1)
        self.engine = Engine(self.context)

    def prompt(self, text: str) -> RenderedPrompt:
        return rendered(text)

    def __call__(self, text: str, sampling: Sampling, *, max_tokens: int = 24) -> str:
        events: list[Event] = []
        self.run(self.model.tokenize(self.prompt(text)), sampling, max_tokens, events)
        return "".join(e.text for e in events if isinstance(e, TextDelta))

    def tokens(self, text: str | list[int], sampling: Sampling, *, max_tokens: int) -> list[int]:
        prompt = self.model.tokenize(self.prompt(text)) if isinstance(text, str) else text
        sequence = self.run(prompt, sampling, max_tokens, [])
        return sequence.tokens[sequence.prompt_length :]

    def run(
        self, prompt: list[int], sampling: Sampling, max_tokens: int, events: list[Event]
    ) -> Sequence:
        sequence = Sequence(prompt, max_tokens=max_tokens, sampling=sampling, emit=events.append)
        self.engine.add(sequence)
        self.drain()
        assert not any(isinstance(e, Failed) for e in events), events[-1]
        return sequence

    def drain(self) -> None:
        while self.engine.step():
            pass
        self.engine.cache.check_integrity(self.context.length)

    def close(self) -> None:
        self.engine.fail_all(AssertionError("closing"))  # type: ignore[arg-type]
        self.context.close()


def rendered(text: str) -> RenderedPrompt:
    return RenderedPrompt((Segment(text, True),))
