"""How models are told of tools, and how calls are read out of what they write."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from localai import prompt
from localai.errors import SchemaUnmet
from localai.prompt.calls import HERMES, LLAMA_3_1, Frame, frame_of, is_native, with_tools
from localai.prompt.reading import CallReader
from localai.reply import Event, Failed, Finished, FinishReason, TextDelta, ToolCallDelta, Usage
from localai.request import GenerateRequest, Message, Tool, ToolCall, ToolChoice

WEATHER = Tool("weather", "Tells the weather.", {"type": "object", "properties": {"city": {}}})
USAGE = Usage(5, 7)
CALL = ToolCall("c1", "weather", '{"city": "Bern"}')


def read(frame: Frame, text: str, size: int, reason: FinishReason = "stop") -> list[Event]:
    """The events of an answer that comes in pieces of `size` characters."""
    reader = CallReader(frame, lambda: "id")
    pieces = [TextDelta(text[i : i + size]) for i in range(0, len(text), size)]
    events: list[Event] = [*pieces, Finished(reason, USAGE)]
    return [made for event in events for made in reader.read(event)]


def told(events: Sequence[Event]) -> tuple[str, list[tuple[str, str]], Event]:
    text = "".join(e.text for e in events if isinstance(e, TextDelta))
    calls: list[tuple[str, str]] = []
    for event in events:
        if isinstance(event, ToolCallDelta):
            if event.name:
                assert event.index == len(calls)
                calls.append((event.name, ""))
            name, arguments = calls[event.index]
            calls[event.index] = (name, arguments + event.arguments)
    return text, calls, events[-1]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("before", ["", "Let me look: <b> <tool\n", "x < y"])
def test_calls_are_told_from_the_words_before_them_in_pieces_of_any_size(
    size: int, before: str
) -> None:
    other = ToolCall("", 'say "hi"', '{"a": {"b": "}\\n</tool"}}')
    text = before + HERMES.write([CALL, other])
    said, calls, last = told(read(HERMES, text, size))
    assert said == before
    assert calls == [("weather", CALL.arguments), ('say "hi"', other.arguments)]
    assert last == Finished("tool_calls", USAGE)


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_a_bare_object_is_a_call_only_as_the_whole_answer(size: int) -> None:
    said, calls, last = told(read(LLAMA_3_1, LLAMA_3_1.write([CALL]), size))
    assert (said, calls) == ("", [("weather", CALL.arguments)])
    assert last == Finished("tool_calls", USAGE)
    said, calls, last = told(read(LLAMA_3_1, 'It is {"cold": 1}.', size))
    assert (said, calls, last) == ('It is {"cold": 1}.', [], Finished("stop", USAGE))


@pytest.mark.parametrize("text", ["It is warm.", "", "  <tool", "a <tool_cal"])
def test_an_answer_in_words_stays_whole(text: str) -> None:
    for size in (1, 4, 100):
        said, calls, last = told(read(HERMES, text, size, "length"))
        assert said.strip() == text.strip()
        assert (calls, last) == ([], Finished("length", USAGE))


@pytest.mark.parametrize("cut", range(12, len(HERMES.write([CALL])) - 1, 5))
def test_half_a_call_is_an_error_and_no_call(cut: int) -> None:
    *_, last = read(HERMES, HERMES.write([CALL])[:cut], 4, "length")
    assert isinstance(last, Failed)
    assert isinstance(last.error, SchemaUnmet)
    assert last.usage == USAGE


def asked(**more: object) -> GenerateRequest:
    messages = (Message("system", "Be brief."), Message("user", "Warm?"))
    return GenerateRequest("m", messages=messages, tools=(WEATHER,), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("family", sorted(prompt.FAMILIES - {"gguf"}))
def test_every_family_is_told_its_tools_calls_and_results(family: str) -> None:
    request = asked()
    turns = (
        *request.messages,
        Message("assistant", "", tool_calls=(CALL,)),
        Message("tool", "17 degrees", tool_call_id="c1"),
        Message("user", "And now?"),
    )
    plain = with_tools(GenerateRequest("m", messages=turns, tools=(WEATHER,)), family)
    text = "\n".join(message.content for message in plain.messages)
    for words in ("Be brief.", "Tells the weather.", '"weather"', "Bern", "17 degrees", "And now?"):
        assert words in text, words
    assert not any(message.tool_calls for message in plain.messages)
    frame = frame_of(family)
    assert frame.head("weather") + CALL.arguments + frame.tail in text
    prompt.render(plain, family=family)


def test_a_bare_prompt_becomes_the_question_beside_the_tools() -> None:
    plain = with_tools(GenerateRequest("m", prompt="Warm?", tools=(WEATHER,)), "zephyr")
    assert [m.role for m in plain.messages] == ["system", "user"]
    assert plain.messages[1].content == "Warm?"


def test_a_forced_tool_is_said_to_be_and_forbidden_ones_are_not_shown() -> None:
    forced = with_tools(asked(tool_choice=ToolChoice("required", "weather")), "zephyr")
    assert "must call weather" in forced.messages[0].content
    silent = with_tools(asked(tool_choice=ToolChoice("none")), "zephyr")
    assert silent.messages == asked().messages


HERMES_TEMPLATE = (
    "{% if tools %}<tools>{% for t in tools %}{{ t | tojson }}{% endfor %}</tools><tool_call>"
    "{% endif %}{% for m in messages %}[{{ m.role }}] {{ m.content }}"
    "{% for c in m.tool_calls or [] %}<tool_call>{{ c.function.arguments | tojson }}{% endfor %}\n"
    "{% endfor %}[assistant] "
)


def test_a_files_own_template_shows_tools_itself_where_it_can() -> None:
    assert is_native("gguf", HERMES_TEMPLATE)
    assert not is_native("gguf", "{{ messages[0].content }}")
    assert not is_native("zephyr", HERMES_TEMPLATE)
    request = asked()
    turns = (*request.messages, Message("assistant", "Wait.", tool_calls=(CALL,)),
             Message("tool", "17", tool_call_id="c1"))  # fmt: skip
    given = GenerateRequest("m", messages=turns, tools=(WEATHER,))
    text = prompt.render(given, family="gguf", template=HERMES_TEMPLATE).text
    shown = json.loads(text.partition("<tools>")[2].partition("</tools>")[0])
    assert shown["function"]["name"] == "weather"
    assert '<tool_call>{"city": "Bern"}' in text
    assert "[tool] 17" in text
