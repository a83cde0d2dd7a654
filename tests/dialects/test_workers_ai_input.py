"""The two input objects: what passes, what is refused, and how the refusal is worded."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localai.dialects.workers_ai_input import KNOWN, parse_inputs
from localai.errors import InvalidRequest, UnknownModel
from localai.request import GenerateRequest, Message, Sampling, Tool, ToolCall, ToolChoice

MODEL = "@cf/defog/sqlcoder-7b-2"


def request(**inputs: Any) -> GenerateRequest:
    return parse_inputs(MODEL, {"prompt": "x", **inputs})[0]


def message(**fields: Any) -> Message:
    return parse_inputs(MODEL, {"messages": [fields]})[0].messages[0]


def refusal(inputs: Mapping[str, Any]) -> InvalidRequest:
    with pytest.raises(InvalidRequest) as caught:
        parse_inputs(MODEL, inputs)
    return caught.value


def test_a_bare_prompt_has_the_documented_defaults() -> None:
    got = request()
    assert got == GenerateRequest(model=MODEL, prompt="x", dialect="workers_ai")
    assert (got.max_tokens, got.sampling.temperature, got.stream, got.raw) == (
        None,
        0.6,
        False,
        False,
    )


def test_every_option_arrives() -> None:
    got = request(
        raw=True,
        stream=True,
        max_tokens=9,
        temperature=0,
        top_p=2,
        top_k=50,
        seed=9_999_999_999,
        repetition_penalty=1.1,
        frequency_penalty=-2,
        presence_penalty=2.0,
        stop=["</s>", ";"],
    )
    sampling = Sampling(0.0, 2.0, 50, 9_999_999_999, 1.1, -2.0, 2.0)
    expected = GenerateRequest(
        MODEL,
        "x",
        raw=True,
        stream=True,
        max_tokens=9,
        sampling=sampling,
        stop=("</s>", ";"),
        dialect="workers_ai",
    )
    assert got == expected


def test_who_is_not_to_wait_says_so() -> None:
    assert not request(options={"rejectIfBusy": True}).queue
    allowed: list[Any] = [None, {}, {"rejectIfBusy": False}, {"rejectIfBusy": None, "gateway": {}}]
    assert all(request(options=options).queue for options in allowed)
    assert refusal({"prompt": "x", "options": {"rejectIfBusy": 1}}).field == "options.rejectIfBusy"


def test_a_conversation_arrives_in_order() -> None:
    turns = [
        {"role": "system", "content": "s"},
        {"role": "user", "content": "u"},
        {"role": "assistant", "content": "a"},
        {"role": "user", "content": ""},
    ]
    got, notices = parse_inputs(MODEL, {"messages": turns})
    expected = (
        Message("system", "s"),
        Message("user", "u"),
        Message("assistant", "a"),
        Message("user", ""),
    )
    assert (got.prompt, got.messages, notices) == (None, expected, ())


def test_null_is_the_same_as_absent() -> None:
    nulls = dict.fromkeys(KNOWN - {"prompt"})
    assert parse_inputs(MODEL, {"prompt": "x", **nulls}) == parse_inputs(MODEL, {"prompt": "x"})


@pytest.mark.parametrize("name", ["max_tokens", "top_k", "seed"])
def test_integral_floats_are_whole_numbers(name: str) -> None:
    got = request(**{name: 32.0})
    value = got.max_tokens if name == "max_tokens" else getattr(got.sampling, name)
    assert value == 32
    assert type(value) is int


def test_text_parts_are_joined_and_other_parts_refused_by_name() -> None:
    parts = [{"type": "text", "text": "one"}, {"type": "text", "text": "two"}]
    assert message(role="user", content=parts).content == "one\ntwo"
    image = {"type": "image_url", "image_url": {"url": "data:"}}
    error = refusal({"messages": [{"role": "user", "content": [*parts, image]}]})
    assert error.field == "messages[0].content[2].type"
    assert '"image_url"' in error.message


@pytest.mark.parametrize("content", [None, ""])
def test_an_assistant_may_have_said_nothing(content: str | None) -> None:
    assert message(role="assistant", content=content).content == ""
    if content is None:
        assert refusal({"messages": [{"role": "user", "content": None}]}).field.endswith("content")


def test_stop_takes_a_text_a_list_or_nothing() -> None:
    assert request(stop="END").stop == ("END",)
    assert request(stop=[]).stop == ()
    assert request(stop=None).stop == ()


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"temperature": 7}, "`temperature` is 7; allowed is 0 to 5."),
        ({"temperature": "hot"}, '`temperature` is "hot"; allowed is a number from 0 to 5.'),
        ({"temperature": True}, "`temperature` is true; allowed is a number from 0 to 5."),
        ({"temperature": math.nan}, "`temperature` is nan; allowed is 0 to 5."),
        ({"top_p": 2.1}, "`top_p` is 2.1; allowed is 0 to 2."),
        ({"top_k": 0}, "`top_k` is 0; allowed is 1 to 50."),
        ({"top_k": 1.5}, "`top_k` is 1.5; allowed is a whole number, 1 to 50."),
        ({"seed": 10**10}, "`seed` is 10000000000; allowed is 1 to 9999999999."),
        ({"seed": 10**99}, "`seed` is a number of 329 bits; allowed is 1 to 9999999999."),
        ({"max_tokens": 0}, "`max_tokens` is 0; allowed is 1 or more."),
        ({"max_tokens": False}, "`max_tokens` is false; allowed is a whole number, 1 or more."),
        ({"repetition_penalty": -1}, "`repetition_penalty` is -1; allowed is 0 to 2."),
        ({"frequency_penalty": -3}, "`frequency_penalty` is -3; allowed is -2 to 2."),
        ({"stream": "yes"}, '`stream` is "yes"; allowed is true or false.'),
        ({"raw": 1}, "`raw` is 1; allowed is true or false."),
        ({"prompt": ""}, "`prompt` has 0 characters; allowed is text of 1 to 131072 characters."),
        ({"prompt": "a" * 131_073}, "`prompt` has 131073 characters; allowed is text of 1 to"),
        ({"prompt": ["x"]}, "`prompt` is a list of 1; allowed is text of 1 to 131072 characters."),
        ({"prompt": "\ud800"}, "`prompt` has half of a surrogate pair at character 0"),
        ({"stop": ["a", ""]}, "`stop[1]` has 0 characters; allowed is text of 1 to 256"),
        ({"stop": ["a"] * 17}, "`stop` is a list of 17; allowed is a text or a list of at most 16"),
        ({"stop": {"a": 1}}, "`stop` is an object; allowed is a text or a list"),
        ({"messages": []}, "Both `prompt` and `messages` are given; give one."),
    ],
)
def test_a_refusal_names_field_value_and_limit(inputs: dict[str, Any], words: str) -> None:
    assert refusal({"prompt": "x", **inputs}).message.startswith(words)


@pytest.mark.parametrize(
    ("messages", "field"),
    [
        ([], "messages"),
        ("hi", "messages"),
        (["hi"], "messages[0]"),
        ([{"content": "x"}], "messages[0].role"),
        ([{"role": "user"}], "messages[0].content"),
        ([{"role": "user", "content": 5}], "messages[0].content"),
        ([{"role": "user", "content": "x" * 131_073}], "messages[0].content"),
        ([{"role": "user", "content": [{"type": "text", "text": "x" * 70_000}] * 2}], ".content"),
        ([{"role": "user", "content": "x"}, {"role": ["user"], "content": "x"}], "messages[1]"),
        ([{"role": "developer", "content": "x"}], "messages[0].role"),
    ],
)
def test_a_bad_message_is_refused_by_its_path(messages: Any, field: str) -> None:
    assert field in refusal({"messages": messages}).field


@pytest.mark.parametrize("name", ["tools", "functions", "tool_choice", "response_format", "lora"])
def test_a_malformed_option_is_refused_and_an_empty_one_asks_for_nothing(name: str) -> None:
    assert refusal({"prompt": "x", name: ["y"]}).field.startswith(name)
    assert request(**{name: "" if name == "lora" else []}).prompt == "x"


WEATHER = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


def test_tools_arrive_in_both_shapes_and_functions_with_their_code() -> None:
    flat = {"name": "a", "description": "A", "parameters": WEATHER}
    wrapped = {"type": "function", "function": {"name": "b", "parameters": WEATHER}}
    got = request(tools=[flat, wrapped], functions=[{"name": "c", "code": "function c() {}"}])
    assert got.tools == (Tool("a", "A", WEATHER), Tool("b", "", WEATHER),
                         Tool("c", "function c() {}", {}))  # fmt: skip
    assert got.tool_choice == ToolChoice("auto")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("auto", ToolChoice("auto")),
        ("none", ToolChoice("none")),
        ("required", ToolChoice("required")),
        ({"type": "function", "function": {"name": "a"}}, ToolChoice("required", "a")),
    ],
)
def test_the_choice_of_a_tool_arrives(given: object, meant: ToolChoice) -> None:
    assert request(tools=[{"name": "a"}], tool_choice=given).tool_choice == meant


def test_calls_and_their_results_arrive_as_turns() -> None:
    second = {"id": "c7", "type": "function", "function": {"name": "b", "arguments": "{}"}}
    calls = [{"name": "a", "arguments": {"city": "Bern"}}, second]
    turns = [
        {"role": "user", "content": "x"},
        {"role": "assistant", "content": "", "tool_calls": calls},
        {"role": "tool", "tool_call_id": "c7", "name": "b", "content": "9"},
    ]
    got, notices = parse_inputs(MODEL, {"messages": turns})
    assert got.messages[1].tool_calls == (
        ToolCall("call_0", "a", '{"city": "Bern"}'), ToolCall("c7", "b", "{}"),
    )  # fmt: skip
    assert got.messages[2] == Message("tool", "9", tool_call_id="c7", name="b")
    assert notices == ()


@pytest.mark.parametrize(
    ("format", "schema"),
    [
        ({"type": "text"}, None),
        ({"type": "json_object"}, {}),
        ({"type": "json_schema", "json_schema": WEATHER}, WEATHER),
        ({"type": "json_schema", "json_schema": {"name": "w", "schema": WEATHER}}, WEATHER),
        ({"type": "json_schema", "json_schema": {"schema": WEATHER, "strict": True}}, WEATHER),
    ],
)
def test_json_formats_arrive_bare_and_wrapped(format: object, schema: object) -> None:
    assert request(response_format=format).json_schema == schema


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"tools": [{"name": "a"}, {"name": "a"}]}, "tools[1].name"),
        ({"tools": [{"description": "no name"}]}, "tools[0].name"),
        ({"tools": [{"name": "a b"}]}, "tools[0].name"),
        ({"tools": [{"name": "a", "parameters": "x"}]}, "tools[0].parameters"),
        ({"tools": [{"type": "code", "function": {"name": "a"}}]}, "tools[0].type"),
        ({"functions": [{"name": "a", "code": 7}]}, "functions[0].code"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"tools": [{"name": "a"}], "tool_choice": {"function": {"name": "b"}}}, "tool_choice"),
        ({"response_format": {"type": "xml"}}, "response_format.type"),
        ({"response_format": {"type": "json_schema"}}, "response_format.json_schema"),
    ],
)
def test_a_tool_or_format_that_cannot_be_is_refused_by_its_path(body: Any, field: str) -> None:
    assert refusal({"prompt": "x", **body}).field.startswith(field)


def test_only_the_assistant_calls_tools() -> None:
    turn = {"role": "user", "content": "x", "tool_calls": [{"name": "a"}]}
    assert refusal({"messages": [turn]}).field == "messages[0].tool_calls"
    turn = {"role": "assistant", "tool_calls": [{"name": "a", "arguments": "[1]"}]}
    assert refusal({"messages": [turn]}).field == "messages[0].tool_calls[0].arguments"


def test_unknown_keys_pass_and_are_named_but_never_without_end() -> None:
    _, notices = parse_inputs(MODEL, {"prompt": "x", "top_n": 1, "a\x1b[2J": 2})
    assert notices == (
        "`top_n` is not a known option; it was ignored.",
        "`a\\u001b[2J` is not a known option; it was ignored.",
    )
    _, notices = parse_inputs(MODEL, {"prompt": "x", **{f"k{i}": 1 for i in range(1000)}})
    assert (len(notices), notices[-1]) == (21, "980 more were ignored.")


def test_raw_is_said_to_have_no_effect_on_messages() -> None:
    turns = [{"role": "user", "content": "x"}]
    got, notices = parse_inputs(MODEL, {"messages": turns, "raw": True})
    assert (got.raw, notices) == (False, ("`raw` has no effect with `messages`.",))
    assert parse_inputs(MODEL, {"messages": turns, "raw": False})[1] == ()


@pytest.mark.parametrize("model", ["", " ", "a b", "@cf/../x\n", "x" * 201, "模型", "a\x00", "a?b"])
def test_what_cannot_be_an_id_is_an_unknown_model(model: str) -> None:
    with pytest.raises(UnknownModel) as caught:
        parse_inputs(model, {"prompt": "x"})
    assert len(caught.value.message) < 120
    assert caught.value.message.isprintable()


@pytest.mark.parametrize("model", ["@cf/a/b-1.2_c", "qianfan:sqlcoder_7b", "a:Q4_K_M", "x+y"])
def test_every_spelling_that_the_registry_may_hold_passes(model: str) -> None:
    assert parse_inputs(model, {"prompt": "x"})[0].model == model


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(KNOWN)) | st.text(max_size=5), JSON, max_size=5))
def test_any_object_is_understood_or_refused_with_a_field(inputs: dict[str, Any]) -> None:
    try:
        got, _ = parse_inputs(MODEL, inputs)
    except InvalidRequest as error:
        assert error.field
        assert len(error.message) < 500
    else:
        assert (got.prompt is None) is bool(got.messages)
