"""Workers AI's two input objects, checked field by field; it must not know HTTP or the registry.

The ranges are those of the published schemas of the six models. Wider on purpose, because the
newer schemas and real clients need it: frequency and presence penalty from -2, `content` as a list
of text parts or null from the assistant, `stop`, null for an absent option, tools of which only
the name is given, parameters of any JSON Schema. Narrower, because no model could answer it: no
messages, other roles, max_tokens below 1, names of tools that no call could bear or that two share,
more than 128 tools, and known options that are malformed wherever they stand.
`functions` are shown to the model as tools; their code is never run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from localai.dialects import functions
from localai.dialects.fields import boolean, integer, number, quoted, refuse, text
from localai.dialects.workers_ai_errors import BadName
from localai.errors import InvalidRequest, NotSupported
from localai.request import GenerateRequest, Message, Role, Sampling, Tool

MAX_TEXT: Final = 131_072
MAX_STOPS: Final = 16
MAX_STOP_TEXT: Final = 256

NUMBERS: Final[Mapping[str, tuple[float, float]]] = {
    "temperature": (0, 5),
    "top_p": (0, 2),
    "repetition_penalty": (0, 2),
    "frequency_penalty": (-2, 2),
    "presence_penalty": (-2, 2),
}
INTEGERS: Final[Mapping[str, tuple[int, int | None]]] = {
    "max_tokens": (1, None),
    "top_k": (1, 50),
    "seed": (1, 9_999_999_999),
}
BOOLEANS: Final = ("raw", "stream")
CALLING: Final = ("tools", "functions", "tool_choice", "response_format", "guided_json", "lora")
TEXTS: Final = ("prompt", "messages", "stop", "options")
KNOWN: Final = frozenset({*TEXTS, *NUMBERS, *INTEGERS, *BOOLEANS, *CALLING})
ROLES: Final[Mapping[str, Role]] = {
    "system": "system",
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
}

_MODEL = re.compile(r"[A-Za-z0-9@._:/+-]{1,200}")
_NAMED_UNKNOWNS = 20
_MESSAGE_KEYS = ("role", "content", "tool_calls")
_RESULT_KEYS = ("tool_call_id", "name")
_EMPTY: Final[tuple[object, ...]] = ("", [], (), {})


def parse_inputs(model: str, inputs: Mapping[str, Any]) -> tuple[GenerateRequest, tuple[str, ...]]:
    """The request that `inputs` ask of `model`, and remarks for the caller (unknown keys by name).

    Raises UnknownModel for what cannot be an ID, InvalidRequest naming the field, its value and
    what is allowed.
    """
    if not _MODEL.fullmatch(model):
        raise BadName(quoted(model))
    if not isinstance(inputs, Mapping):
        refuse("the input", inputs, "an object with `prompt` or `messages`")
    given = {key: value for key, value in inputs.items() if value is not None}
    booleans = {name: boolean(name, given[name]) for name in BOOLEANS if name in given}
    raw = booleans.get("raw", False)
    prompt, messages, unknown = _text_input(given)
    request = GenerateRequest(
        model=model,
        prompt=prompt,
        messages=messages,
        raw=raw and prompt is not None,
        stream=booleans.get("stream", False),
        max_tokens=_integer(given, "max_tokens"),
        sampling=_sampling(given),
        stop=_stop(given),
        json_schema=_json_schema(given),
        adapter=_adapter(given),
        queue=not rejects_if_busy(given.get("options")),
        dialect="workers_ai",
        **_calling(given),
    )
    notices = _unknown_keys([*(str(key) for key in given if key not in KNOWN), *unknown])
    if raw and prompt is None:
        notices.append("`raw` has no effect with `messages`.")
    return request, tuple(notices)


def _sampling(given: Mapping[str, Any]) -> Sampling:
    values: dict[str, Any] = {
        name: number(name, given[name], *NUMBERS[name]) for name in NUMBERS if name in given
    }
    whole = {"top_k": _integer(given, "top_k"), "seed": _integer(given, "seed")}
    values.update((name, value) for name, value in whole.items() if value is not None)
    return replace(Sampling(), **values)


def _integer(given: Mapping[str, Any], name: str) -> int | None:
    return integer(name, given[name], *INTEGERS[name]) if name in given else None


def _calling(given: Mapping[str, Any]) -> dict[str, Any]:
    tools = functions.tools("tools", given["tools"]) if "tools" in given else ()
    if given.get("functions", []) not in _EMPTY:
        tools += tuple(_function(f"functions[{i}]", f) for i, f in _listed(given["functions"]))
    if given.get("tool_choice", "") in _EMPTY:
        return {"tools": tools}
    chosen = functions.choice("tool_choice", given["tool_choice"], tools)
    return {"tools": tools, "tool_choice": chosen}


def _listed(value: object) -> Iterator[tuple[int, object]]:
    if not isinstance(value, list | tuple) or len(value) > functions.MAX_TOOLS:
        refuse("functions", value, f"a list of at most {functions.MAX_TOOLS} objects")
    yield from enumerate(value)


def _function(where: str, item: object) -> Tool:
    if not isinstance(item, Mapping):
        refuse(where, item, "an object with `name` and `code`")
    code = text(f"{where}.code", item.get("code"), 0, functions.MAX_DESCRIPTION)
    (tool,) = functions.tools(where, [{"name": item.get("name"), "description": code}])
    return tool


def _json_schema(given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    value = given.get("response_format", {})
    if value not in _EMPTY:
        return functions.json_format("response_format", value)
    # What upstream's Mistral models call a schema; clients choose it by the model's name.
    bare = given.get("guided_json")
    return (
        None
        if bare is None
        else functions.json_format("guided_json", {"type": "json_schema", "json_schema": bare})
    )


def _adapter(given: Mapping[str, Any]) -> str | None:
    return text("lora", given["lora"], 0, 200) or None if "lora" in given else None


def rejects_if_busy(options: object) -> bool:
    """What `options` say of waiting; whatever else they hold is for upstream's own machines.

    Raises InvalidRequest.
    """
    if options is None or options in _EMPTY:
        return False
    if not isinstance(options, Mapping):
        refuse("options", options, 'an object such as {"rejectIfBusy": true}')
    wanted = options.get("rejectIfBusy")
    return wanted is not None and boolean("options.rejectIfBusy", wanted)


def _text_input(
    given: Mapping[str, Any],
) -> tuple[str | None, tuple[Message, ...], list[str]]:
    if "prompt" in given and "messages" in given:
        raise InvalidRequest("Both `prompt` and `messages` are given; give one.", field="prompt")
    if "prompt" in given:
        return text("prompt", given["prompt"], 1, MAX_TEXT), (), []
    if "messages" not in given and "text" in given:
        raise NotSupported(
            "`text` asks for vectors, and `run` gives text alone.",
            field="text",
            hint="POST {model, input} to ai/v1/embeddings for them.",
        )
    if "messages" not in given:
        raise InvalidRequest(
            "Neither `prompt` nor `messages` is given; give one.",
            field="prompt",
            hint='For example {"prompt": "Why is pizza so good?"}.',
        )
    items = given["messages"]
    if not isinstance(items, list | tuple) or not items:
        refuse("messages", items, "a list of at least one object with `role` and `content`")
    unknown: dict[str, None] = {}
    messages = tuple(_message(f"messages[{i}]", item, unknown) for i, item in enumerate(items))
    return None, messages, list(unknown)


def _message(where: str, item: object, unknown: dict[str, None]) -> Message:
    if not isinstance(item, Mapping):
        refuse(where, item, "an object with `role` and `content`")
    role = item.get("role")
    if not isinstance(role, str) or role not in ROLES:
        refuse(f"{where}.role", role, '"system", "user", "assistant" or "tool"')
    called = item.get("tool_calls") or ()
    if called and role != "assistant":
        name = f"{where}.tool_calls"
        raise InvalidRequest(f"`{name}` is only for the assistant.", field=name)
    for key, value in item.items():
        known = key in _MESSAGE_KEYS or (role == "tool" and key in _RESULT_KEYS)
        if not known and value is not None:
            unknown[f"messages[].{key}"] = None
    return Message(
        ROLES[role],
        _content(f"{where}.content", role, item.get("content")),
        tool_calls=functions.calls(f"{where}.tool_calls", called),
        tool_call_id=str(item.get("tool_call_id") or ""),
        name=str(item.get("name") or ""),
    )


def _content(where: str, role: str, content: object) -> str:
    if content is None and role == "assistant":
        return ""
    if not isinstance(content, list | tuple):
        return text(
            where, content, 0, MAX_TEXT, f"text of at most {MAX_TEXT} characters or text parts"
        )
    joined = "\n".join(_part(f"{where}[{i}]", part) for i, part in enumerate(content))
    return text(where, joined, 0, MAX_TEXT)


def _part(where: str, part: object) -> str:
    if not isinstance(part, Mapping):
        refuse(where, part, 'an object {"type": "text", "text": ...}')
    if part.get("type") != "text":
        refuse(f"{where}.type", part.get("type"), '"text"')
    return text(f"{where}.text", part.get("text"), 0, MAX_TEXT)


def _stop(given: Mapping[str, Any]) -> tuple[str, ...]:
    stop = given.get("stop", ())
    texts = [stop] if isinstance(stop, str) else stop
    if not isinstance(texts, list | tuple) or len(texts) > MAX_STOPS:
        refuse("stop", stop, f"a text or a list of at most {MAX_STOPS} texts")
    names = ["stop"] if isinstance(stop, str) else [f"stop[{i}]" for i in range(len(texts))]
    return tuple(
        text(name, value, 1, MAX_STOP_TEXT) for name, value in zip(names, texts, strict=True)
    )


def _unknown_keys(names: list[str]) -> list[str]:
    shown = names[:_NAMED_UNKNOWNS]
    notices = [f"`{quoted(name)}` is not a known option; it was ignored." for name in shown]
    rest = len(names) - len(shown)
    return [*notices, f"{rest} more were ignored."] if rest else notices
