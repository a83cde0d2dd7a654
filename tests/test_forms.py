"""Answers held to JSON and to calls: by real llama.cpp on random weights, which want neither."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from localai.dialects.dialect import Reply
from localai.errors import InvalidRequest, SchemaUnmet
from localai.forms import form_of
from localai.llama.closing import longest_way_out
from localai.loading import RuntimeConfig
from localai.model import FileSpec, ModelSpec
from localai.prompt.calls import HERMES, LLAMA_3_1
from localai.registry import Registry
from localai.reply import Finished, Usage
from localai.request import GenerateRequest, Message, Sampling, Tool, ToolChoice
from localai.runtime import Runtime
from localai.weights.check import architecture
from localai.weights.gguf import read_header
from localai.weights.store import Store
from tests.gguf_models import tiny_llama
from tests.json_grammar.schemas import schema
from tests.json_grammar.walk import Walker

ASKED = (Message("user", "hi"),)
CITY = {"type": "string", "maxLength": 12}
WEATHER = Tool(
    "weather",
    "",
    {
        "type": "object",
        "properties": {"city": CITY, "days": {"type": "integer", "minimum": 1, "maximum": 9}},
        "required": ["city"],
    },
)
STOP = Tool("stop_all")


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    folder = tmp_path_factory.mktemp("forms")
    path = tiny_llama(folder / "m.gguf", vocabulary="bpe", context=16384)
    numbers = architecture(read_header(path))
    specs = [
        ModelSpec(f"@local/{family}", family, numbers, (FileSpec("F16", path.name, path=path),),
                  "F16", family, "MIT")
        for family in FAMILIES
    ]  # fmt: skip
    with Runtime(Registry(specs), Store(folder), RuntimeConfig(slots=2, threads=1)) as opened:
        yield opened


FAMILIES = ("zephyr", "llama-3.1-instruct", "sqlcoder-7b-2", "plain")


def reply(runtime: Runtime, family: str = "zephyr", *, seed: int = 1, **asked: Any) -> Reply:
    """The whole answer of a random model; raises the error of a failure."""
    sampling = Sampling(temperature=0.9, seed=seed)
    asked.setdefault("max_tokens", 2000)
    made = Reply()
    request = GenerateRequest(f"@local/{family}", messages=ASKED, sampling=sampling, **asked)
    for event in runtime.stream(request):
        made.add(event)
    return made


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("stream", [True, False])
def test_a_required_call_is_made_by_any_family(runtime: Runtime, family: str, stream: bool) -> None:
    choice = ToolChoice("required")
    made = reply(runtime, family, tools=(WEATHER, STOP), tool_choice=choice, stream=stream)
    assert made.reason == "tool_calls"
    assert made.text == ""
    for call in made.calls:
        arguments = json.loads(call.arguments)
        if call.name == "weather":
            jsonschema.validate(arguments, WEATHER.parameters)
        else:
            assert (call.name, type(arguments)) == ("stop_all", dict)
    assert len({call.id for call in made.calls}) == len(made.calls) > 0


@pytest.mark.parametrize("family", FAMILIES)
def test_a_required_call_that_has_no_room_is_no_answer(runtime: Runtime, family: str) -> None:
    choice = ToolChoice("required")
    with pytest.raises(SchemaUnmet):
        reply(runtime, family, tools=(WEATHER,), tool_choice=choice, max_tokens=2)


def test_a_required_call_is_made_beside_json_too(runtime: Runtime) -> None:
    choice = ToolChoice("required")
    for seed in range(4):
        made = reply(runtime, seed=seed, tools=(WEATHER,), tool_choice=choice, json_schema={})
        assert made.reason == "tool_calls" and made.calls


@pytest.mark.parametrize("family", FAMILIES)
def test_a_function_that_is_named_is_the_one_called(runtime: Runtime, family: str) -> None:
    choice = ToolChoice("required", "weather")
    made = reply(runtime, family, tools=(WEATHER, STOP), tool_choice=choice)
    assert {call.name for call in made.calls} == {"weather"}


def test_one_call_is_the_most_where_several_are_not_wanted(runtime: Runtime) -> None:
    choice = ToolChoice("required", several=False)
    for seed in range(6):
        made = reply(runtime, seed=seed, tools=(WEATHER, STOP), tool_choice=choice)
        assert len(made.calls) == 1


def test_none_forbids_calls(runtime: Runtime) -> None:
    made = reply(runtime, tools=(WEATHER,), tool_choice=ToolChoice("none"), max_tokens=30)
    assert made.calls == []
    assert made.text


@pytest.mark.parametrize("family", FAMILIES)
def test_auto_leaves_words_alone(runtime: Runtime, family: str) -> None:
    made = reply(runtime, family, tools=(WEATHER,), max_tokens=30)
    assert made.text or made.calls


@pytest.mark.parametrize("seed", range(12))
def test_json_mode_gives_json_that_fits(runtime: Runtime, seed: int) -> None:
    wanted = schema(seed)
    # More than the longest way to an end: most write as long as they may.
    made = reply(runtime, seed=seed, json_schema=wanted, max_tokens=500)
    jsonschema.Draft202012Validator(wanted).validate(json.loads(made.text))


@pytest.mark.parametrize("seed", range(12))
def test_json_comes_to_its_end_before_its_tokens_do(runtime: Runtime, seed: int) -> None:
    wanted = schema(seed)
    form = form_of(GenerateRequest("m", messages=ASKED, json_schema=wanted), "zephyr")
    assert form.grammar is not None
    enough = longest_way_out(form.grammar)
    made = reply(runtime, seed=seed, json_schema=wanted, max_tokens=enough)
    jsonschema.Draft202012Validator(wanted).validate(json.loads(made.text))


@pytest.mark.parametrize("most", [1, 5, 20, 60])
def test_with_too_few_tokens_it_fits_or_says_that_it_does_not(runtime: Runtime, most: int) -> None:
    for seed in range(8):
        wanted = schema(seed)
        try:
            made = reply(runtime, seed=seed, json_schema=wanted, max_tokens=most)
        except SchemaUnmet:
            continue
        jsonschema.Draft202012Validator(wanted).validate(json.loads(made.text))


def test_a_call_comes_to_its_end_too_but_words_do_not(runtime: Runtime) -> None:
    endless = Tool("f", "", {"type": "object", "properties": {"text": {"type": "string"}}})
    choice = ToolChoice("required", "f")
    for seed in range(6):
        made = reply(runtime, seed=seed, tools=(endless,), tool_choice=choice, max_tokens=120)
        assert all(isinstance(json.loads(call.arguments), dict) for call in made.calls)
    assert reply(runtime, tools=(endless,), max_tokens=60).reason in ("length", "tool_calls")


def test_json_mode_without_a_schema_gives_an_object(runtime: Runtime) -> None:
    assert isinstance(json.loads(reply(runtime, json_schema={}).text), dict)


def test_the_model_is_told_the_schema_that_it_is_held_to() -> None:
    form = form_of(GenerateRequest("m", messages=ASKED, json_schema=WEATHER.parameters), "zephyr")
    assert '"city"' in form.request.messages[0].content


def test_what_no_grammar_can_hold_is_judged_at_the_end(runtime: Runtime) -> None:
    never = {"type": "object", "properties": {"a": {"const": 1}}, "required": ["a"],
             "not": {"required": ["a"]}}  # fmt: skip
    with pytest.raises(SchemaUnmet, match="JSON Mode couldn't be met"):
        reply(runtime, json_schema=never)


def test_tools_beside_json_give_one_or_the_other(runtime: Runtime) -> None:
    for seed in range(4):
        made = reply(runtime, seed=seed, tools=(WEATHER,), json_schema=WEATHER.parameters)
        if made.calls:
            assert made.text == ""
        else:
            jsonschema.validate(json.loads(made.text), WEATHER.parameters)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"grammar": 'root ::= "a"', "json_schema": {}}, "grammar"),
        ({"grammar": 'root ::= "a"', "tools": (STOP,)}, "grammar"),
        ({"prompt": "x", "messages": (), "raw": True, "tools": (STOP,)}, "raw"),
        ({"json_schema": {"type": "text"}}, "json_schema"),
        ({"tools": (Tool("f", "", {"$ref": "#/no"}),)}, "tools"),
    ],
)
def test_forms_that_cannot_be_are_refused(asked: dict[str, Any], field: str) -> None:
    request = {"messages": ASKED, **asked}
    with pytest.raises(InvalidRequest) as caught:
        form_of(GenerateRequest("m", **request), "zephyr")
    assert caught.value.field == field


@pytest.mark.parametrize("family", ["zephyr", "llama-3.1-instruct"])
@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("It is warm.", True),
        ("a < b <tool", True),
        ("", True),
        ("{call}", True),
        ("Wait.{call}", True),
        ("{call}\n{call}", "zephyr"),
        ("{call} and words", False),
        ("<tool_call>x", "llama-3.1-instruct"),
        ('{"name": "none", "parameters": {}}', "zephyr"),
    ],
)
def test_words_and_calls_are_what_auto_allows(
    walker: Walker, family: str, text: str, allowed: bool | str
) -> None:
    form = form_of(GenerateRequest("m", messages=ASKED, tools=(STOP,)), family)
    assert form.grammar is not None
    frame = LLAMA_3_1 if family == "llama-3.1-instruct" else HERMES
    written = text.replace("{call}", frame.head("stop_all") + "{}" + frame.tail)
    assert walker.accepts(form.grammar, written) is (allowed in (True, family))


def test_a_request_without_forms_passes_unchanged() -> None:
    request = GenerateRequest("m", prompt="x", grammar='root ::= "a"')
    form = form_of(request, "zephyr")
    assert (form.request, form.grammar) == (request, request.grammar)
    event = Finished("stop", Usage(1, 1))
    assert list(form.read(event)) == [event]
