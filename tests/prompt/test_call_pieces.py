"""Calls read piece by piece, wherever a text is cut and whatever strings stand in them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localai.prompt.calls import HERMES, LLAMA_3_1, Frame
from localai.prompt.reading import CallReader
from localai.reply import Failed, Finished, TextDelta, ToolCallDelta, Usage

AWKWARD = (
    "</tool_call>", "<tool_call>", "\n</tool_call>", "}\n</tool_call>", "<tool_call>\n{", "}}", "{",
    '"', "\\", '\\"', "\n", "\t", "\u2028", "🙂",
    "名前", '{"name": "f", "arguments": {}}', "", " ", "</tool_", "\x00", "'", "`", "</s>",
)  # fmt: skip
FRAMES = {"hermes": HERMES, "llama": LLAMA_3_1}
VALUES = st.recursive(
    st.one_of(st.sampled_from(AWKWARD), st.integers(), st.booleans(), st.none()),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(AWKWARD), inner, max_size=3)
    ),
    max_leaves=8,
)


def read(frame: Frame, text: str, cuts: list[int]) -> tuple[str, list[tuple[str, str]], Any]:
    reader, events = CallReader(frame), []
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        events += [*reader.read(TextDelta(text[start:end]))] if end > start else []
    events += [*reader.read(Finished("stop", Usage(1, 1)))]
    calls: list[tuple[str, str]] = []
    for event in events:
        if isinstance(event, ToolCallDelta):
            if event.name:
                calls.append((event.name, ""))
            assert event.index == len(calls) - 1
            calls[-1] = (calls[-1][0], calls[-1][1] + event.arguments)
    said = "".join(event.text for event in events if isinstance(event, TextDelta))
    return said, calls, events[-1]


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES.keys())
@given(data=st.data())
def test_any_pieces_give_the_same_calls(frame: Frame, data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 3 if frame.many else 1))
    given = [data.draw(st.dictionaries(st.sampled_from(AWKWARD), VALUES)) for _ in range(count)]
    indent = data.draw(st.sampled_from([None, 1]))
    ascii_only = data.draw(st.booleans())
    written = [json.dumps(one, indent=indent, ensure_ascii=ascii_only) for one in given]
    text = frame.between.join(
        frame.head(f"f{i}") + one + frame.tail for i, one in enumerate(written)
    )
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=len(text))))
    said, calls, last = read(frame, text, cuts)
    assert (said, calls) == ("", [(f"f{i}", one) for i, one in enumerate(written)])
    assert isinstance(last, Finished) and last.reason == "tool_calls"


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES.keys())
@given(cut=st.integers(0, 60))
def test_a_call_cut_off_is_a_failure_and_never_half_a_call(frame: Frame, cut: int) -> None:
    text = frame.head("f") + '{"a": "}\\n"}' + frame.tail
    kept = text[: min(cut, len(text) - 1)]
    said, calls, last = read(frame, kept, [])
    assert isinstance(last, Failed) or (not calls and text.startswith(said))
