"""Base models: what they are sent, and that messages to them come with a word."""

from __future__ import annotations

import pytest

from localai.prompt import render
from localai.request import GenerateRequest, Message, Segment

MESSAGES = (Message("system", "S"), Message("user", "U"), Message("assistant", "A"))


@pytest.mark.parametrize(
    ("family", "trusted"), [("codellama-base", True), ("plain", False), ("sql-tiny", False)]
)
def test_a_prompt_is_verbatim_and_raw_only_for_codellama(family: str, trusted: bool) -> None:
    prompt = "<PRE> def f(x): <SUF>return y <MID>"
    rendered = render(GenerateRequest("m", prompt=prompt), family=family, bos="<s>", eos="</s>")
    assert rendered.segments == (Segment(prompt, trusted),)
    assert rendered.notices == ()


def test_messages_to_codellama_are_instruction_blocks_with_a_word() -> None:
    rendered = render(GenerateRequest("m", messages=MESSAGES[:2]), family="codellama-base")
    assert rendered.text == "[INST]<<SYS>>S<</SYS>>[/INST]\n[INST]U[/INST]\n"
    assert "without chat training" in rendered.notices[0]


@pytest.mark.parametrize("family", ["plain", "sql-tiny"])
def test_messages_to_a_plain_model_are_one_text_with_a_word(family: str) -> None:
    rendered = render(GenerateRequest("m", messages=MESSAGES), family=family)
    assert rendered.segments == (Segment("S\n\nU\n\nA", trusted=False),)
    assert "without chat training" in rendered.notices[0]
