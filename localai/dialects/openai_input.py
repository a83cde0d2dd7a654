"""OpenAI's chat and completion bodies, checked field by field; it must not know HTTP.

Without a limit a chat answer may fill the context, and a completion has 16 tokens, as published.
What cannot be honoured is refused by name; IGNORED lists what asks nothing of a local server, and
any other key is named in the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from localai.dialects import functions
from localai.dialects.fields import boolean, integer, note_unknown, number, refuse, text
from localai.errors import InvalidRequest, NotSupported
from localai.request import GenerateRequest, Message, Role, Sampling, ToolChoice

MAX_TEXT: Final = 4_194_304
MAX_CHOICES: Final = 16
MAX_STOPS: Final = 16
MAX_BIASES: Final = 1024
COMPLETION_TOKENS: Final = 16
WHOLE_CONTEXT: Final = 2**31 - 1
"""Clamped to the room that the prompt leaves."""

IGNORED: Final = frozenset(
    """
    user metadata store service_tier safety_identifier prompt_cache_key prompt_cache_retention
    verbosity reasoning_effort
    """.split()
)
HONOURED: Final = frozenset(
    """
    model messages prompt stream stream_options n best_of max_tokens max_completion_tokens stop seed
    temperature top_p top_k repetition_penalty frequency_penalty presence_penalty logit_bias
    logprobs top_logprobs response_format tools tool_choice parallel_tool_calls modalities suffix
    echo lora
    """.split()
)
REFUSED: Final = ("functions", "function_call", "audio", "prediction", "web_search_options")
_TEXT_ONLY: Final[tuple[object, ...]] = (None, [], ["text"])
ROLES: Final[Mapping[str, Role]] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
}


def chat(model: str, body: Mapping[str, Any]) -> tuple[GenerateRequest, ...]:
    """The requests of a chat call, `n` of them. Raises InvalidRequest, NotSupported."""
    given = _given(body)
    if given.get("modalities") not in _TEXT_ONLY:
        raise NotSupported("`modalities` other than text are not supported.", field="modalities")
    items = given.get("messages")
    if not isinstance(items, list) or not items:
        refuse("messages", items, "a list of at least one object with `role` and `content`")
    tools = functions.tools("tools", given["tools"]) if "tools" in given else ()
    chosen = ToolChoice()
    if "tool_choice" in given:
        chosen = functions.choice("tool_choice", given["tool_choice"], tools)
    if "parallel_tool_calls" in given:
        several = boolean("parallel_tool_calls", given["parallel_tool_calls"])
        chosen = replace(chosen, several=several)
    request = GenerateRequest(
        model=model,
        messages=tuple(_message(f"messages[{i}]", item) for i, item in enumerate(items)),
        max_tokens=_limit(given, "max_completion_tokens", "max_tokens"),
        usual_tokens=WHOLE_CONTEXT,
        json_schema=_json_schema(given),
        tools=tools,
        tool_choice=chosen,
        top_logprobs=_chat_logprobs(given),
        **_shared(given),
    )
    return _choices(request, given)


def completion(model: str, body: Mapping[str, Any]) -> tuple[GenerateRequest, ...]:
    """The requests of a completion call: `n` for each prompt, in order; prompts go verbatim.

    Raises InvalidRequest, NotSupported.
    """
    given = _given(body)
    for name in ("suffix", "echo"):
        if given.get(name):
            raise NotSupported(f"`{name}` is not supported.", field=name)
    wanted = integer("n", given["n"], 1, MAX_CHOICES) if "n" in given else 1
    if given.get("best_of", wanted) != wanted:
        raise NotSupported("`best_of` other than `n` is not supported.", field="best_of")
    limit = _limit(given, "max_tokens")
    requests = [
        GenerateRequest(
            model=model,
            prompt=prompt,
            raw=True,
            max_tokens=COMPLETION_TOKENS if limit is None else limit,
            top_logprobs=integer("logprobs", given["logprobs"], 0, 20)
            if "logprobs" in given
            else None,
            **_shared(given),
        )
        for prompt in _prompts(given.get("prompt"))
    ]
    found = tuple(one for request in requests for one in _choices(request, given))
    if len(found) > MAX_CHOICES:
        raise InvalidRequest(
            f"`prompt` times `n` makes {len(found)} answers; allowed are {MAX_CHOICES}.",
            field="prompt",
        )
    return found


def model_of(body: Mapping[str, Any]) -> str:
    """The field `model`. Raises InvalidRequest."""
    return text("model", body.get("model"), 1, 200)


def prompts_of(body: Mapping[str, Any]) -> int:
    """How many prompts a completion call has that was understood."""
    prompts = body.get("prompt")
    return len(prompts) if isinstance(prompts, list) else 1


def wants_usage(body: Mapping[str, Any]) -> bool:
    """Whether a stream ends with its usage. Raises InvalidRequest."""
    options = body.get("stream_options")
    if options is None:
        return False
    if not isinstance(options, Mapping):
        refuse("stream_options", options, 'an object {"include_usage": true}')
    if not body.get("stream"):
        raise InvalidRequest("`stream_options` is only for a stream.", field="stream_options")
    return boolean("stream_options.include_usage", options.get("include_usage", False))


def _given(body: Mapping[str, Any]) -> dict[str, Any]:
    given = {key: value for key, value in body.items() if value is not None}
    for name in REFUSED:
        if name in given:
            raise NotSupported(f"`{name}` is not supported.", field=name)
    note_unknown("OpenAI", given, HONOURED | IGNORED)
    return given


def _shared(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "stream": boolean("stream", given["stream"]) if "stream" in given else False,
        "sampling": _sampling(given),
        "stop": _stop(given),
        "adapter": text("lora", given["lora"], 0, 200) or None if "lora" in given else None,
        "dialect": "openai",
    }


def _sampling(given: Mapping[str, Any]) -> Sampling:
    def ranged(name: str, low: float, high: float, usual: float) -> float:
        return number(name, given[name], low, high) if name in given else usual

    seed = integer("seed", given["seed"], -(2**63), 2**63 - 1) if "seed" in given else None
    return Sampling(
        temperature=ranged("temperature", 0, 2, 1.0),
        top_p=ranged("top_p", 0, 1, 1.0),
        # Local servers take these two besides, and their clients send them.
        top_k=integer("top_k", given["top_k"], 0, None) if "top_k" in given else 0,
        repetition_penalty=ranged("repetition_penalty", 0, 2, 1.0),
        seed=None if seed is None else seed % 2**64,
        frequency_penalty=ranged("frequency_penalty", -2, 2, 0.0),
        presence_penalty=ranged("presence_penalty", -2, 2, 0.0),
        logit_bias=_logit_bias(given),
    )


def _choices(request: GenerateRequest, given: Mapping[str, Any]) -> tuple[GenerateRequest, ...]:
    count = integer("n", given["n"], 1, MAX_CHOICES) if "n" in given else 1
    seed = request.sampling.seed
    if seed is None:
        return (request,) * count
    # One seed for all would give the same answer n times.
    seeds = [(seed + index) % 2**64 for index in range(count)]
    return tuple(replace(request, sampling=replace(request.sampling, seed=s)) for s in seeds)


def _limit(given: Mapping[str, Any], *names: str) -> int | None:
    found = [integer(name, given[name], 1, None) for name in names if name in given]
    return found[0] if found else None


def _stop(given: Mapping[str, Any]) -> tuple[str, ...]:
    stop = given.get("stop", ())
    texts = [stop] if isinstance(stop, str) else stop
    if not isinstance(texts, list | tuple) or len(texts) > MAX_STOPS:
        refuse("stop", stop, f"a text or a list of at most {MAX_STOPS} texts")
    return tuple(text(f"stop[{i}]", one, 1, 256) for i, one in enumerate(texts))


def _logit_bias(given: Mapping[str, Any]) -> tuple[tuple[int, float], ...]:
    biases = given.get("logit_bias", {})
    if not isinstance(biases, Mapping) or len(biases) > MAX_BIASES:
        refuse("logit_bias", biases, f"an object of at most {MAX_BIASES} token ids")
    for token in biases:
        if not (isinstance(token, str) and token.isascii() and token.isdigit() and len(token) < 10):
            refuse("logit_bias", token, "token ids as keys")
    return tuple(
        (int(token), number(f"logit_bias.{token}", value, -100, 100))
        for token, value in biases.items()
    )


def _json_schema(given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    if "response_format" not in given:
        return None
    return functions.json_format("response_format", given["response_format"])


def _chat_logprobs(given: Mapping[str, Any]) -> int | None:
    wanted = boolean("logprobs", given["logprobs"]) if "logprobs" in given else False
    if "top_logprobs" not in given:
        return 0 if wanted else None
    top = integer("top_logprobs", given["top_logprobs"], 0, 20)
    if not wanted:
        raise InvalidRequest("`top_logprobs` needs `logprobs` to be true.", field="top_logprobs")
    return top


def _prompts(value: object) -> list[str]:
    prompts = [value] if isinstance(value, str) else value
    allowed = "a text or a list of texts"
    if not isinstance(prompts, list) or not prompts or len(prompts) > MAX_CHOICES:
        refuse("prompt", value, f"{allowed}, {MAX_CHOICES} at most")
    if any(isinstance(one, int | list) for one in prompts):
        raise NotSupported("`prompt` as token ids is not supported; send text.", field="prompt")
    return [text(f"prompt[{i}]", one, 1, MAX_TEXT, allowed) for i, one in enumerate(prompts)]


def _message(where: str, item: object) -> Message:
    if not isinstance(item, Mapping):
        refuse(where, item, "an object with `role` and `content`")
    role = item.get("role")
    if not isinstance(role, str) or role not in ROLES:
        refuse(f"{where}.role", role, " or ".join(f'"{name}"' for name in ROLES))
    called = item.get("tool_calls") or ()
    if called and role != "assistant":
        raise InvalidRequest(
            f"`{where}.tool_calls` is only for the assistant.", field=f"{where}.tool_calls"
        )
    return Message(
        ROLES[role],
        content(f"{where}.content", item.get("content"), optional=role == "assistant"),
        tool_calls=functions.calls(f"{where}.tool_calls", called),
        tool_call_id=str(item.get("tool_call_id") or ""),
        name=str(item.get("name") or ""),
    )


def content(where: str, value: object, *, optional: bool) -> str:
    """The text of a message's content: a text, or a list of text parts joined by line breaks."""
    if value is None and optional:
        return ""
    if not isinstance(value, list):
        return text(where, value, 0, MAX_TEXT, "a text or a list of text parts")
    parts = []
    for index, part in enumerate(value):
        if not isinstance(part, Mapping):
            refuse(f"{where}[{index}]", part, 'an object {"type": "text", "text": ...}')
        if part.get("type") not in ("text", "refusal"):
            kind = part.get("type")
            raise NotSupported(
                f"`{where}[{index}].type` is {str(kind)[:40]!r}: the models here read text alone.",
                field=f"{where}[{index}].type",
            )
        parts.append(text(f"{where}[{index}].text", part.get(str(part["type"])), 0, MAX_TEXT))
    return "\n".join(parts)
