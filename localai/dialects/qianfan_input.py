"""Qianfan's completion and chat bodies, checked field by field; it must not know HTTP.

The ranges are those of the published page of SQLCoder-7B. Without a temperature the answer is
greedy, and without more ado it has 512 new tokens at most: the page gives no defaults. Keys that
the page does not know pass, as they do upstream, and are named in the log. Those of the vendor's
other models that ask for another kind of answer are refused: a client would wait for it in vain.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from localai.dialects.dialect import Call
from localai.dialects.fields import boolean, integer, note_unknown, number, refuse, text
from localai.dialects.qianfan_errors import Missing, Roles
from localai.errors import InvalidRequest, NotSupported
from localai.request import GenerateRequest, Message, Role, Sampling

NEW_TOKENS: Final = 512
MAX_TEXT: Final = 131_072
MAX_STOPS: Final = 4
MAX_STOP_TEXT: Final = 20
KNOWN: Final = frozenset(
    """
    prompt messages system stream temperature top_k top_p penalty_score stop max_output_tokens
    user_id model extra_parameters
    """.split()
)
"""The last three ask nothing of a local server: the vendor's clients send them of themselves."""
REFUSED: Final = ("functions", "tools", "response_format")
_PLAIN: Final[tuple[object, ...]] = ([], {}, "", "text", {"type": "text"})
ROLES: Final[Mapping[str, Role]] = {"user": "user", "assistant": "assistant"}


def completion(call: Call) -> GenerateRequest:
    """The request of `completions/<name>`: the prompt goes to the model verbatim.

    Raises Missing, InvalidRequest.
    """
    given = _given(call.body)
    if "prompt" not in given:
        raise Missing("`prompt` is missing.", field="prompt")
    if given["prompt"] == "":
        raise InvalidRequest("`prompt` can not be empty.", field="prompt")
    prompt = text("prompt", given["prompt"], 1, MAX_TEXT)
    return _request(call.path["name"], given, prompt=prompt, raw=True)


def chat(call: Call) -> GenerateRequest:
    """The request of `chat/<name>`: user and assistant in turn, an odd number of messages.

    Raises Missing, Roles, InvalidRequest.
    """
    given = _given(call.body)
    if "messages" not in given:
        raise Missing("`messages` is missing.", field="messages")
    items = given["messages"]
    if not isinstance(items, list) or not items:
        refuse("messages", items, "a list of at least one object with `role` and `content`")
    messages = tuple(_message(f"messages[{i}]", item) for i, item in enumerate(items))
    if len(messages) % 2 == 0:
        raise Roles("the length of messages must be an odd number", field="messages")
    for index, message in enumerate(messages):
        if (message.role == "user") != (index % 2 == 0):
            even = "user" if index % 2 == 0 else "assistant"
            raise Roles(
                f"the role of message with {'even' if index % 2 == 0 else 'odd'} index in the "
                f"messages must be {even}",
                field=f"messages[{index}].role",
            )
    if "system" in given:
        messages = (Message("system", text("system", given["system"], 0, MAX_TEXT)), *messages)
    return _request(call.path["name"], given, messages=messages)


def _given(body: Mapping[str, Any]) -> Mapping[str, Any]:
    # LangChain sends null for what was not set.
    given = {key: value for key, value in body.items() if value is not None}
    if "user_id" in given:
        text("user_id", given["user_id"], 0, MAX_TEXT)
    for name in REFUSED:
        if given.get(name, "") not in _PLAIN:
            raise NotSupported(
                f"`{name}` is not supported here.",
                field=name,
                hint="The same model takes it at /v1/chat/completions and at Workers AI's routes.",
            )
    note_unknown("Qianfan", given, KNOWN)
    return given


def _request(name: str, given: Mapping[str, Any], **what: Any) -> GenerateRequest:
    stream = boolean("stream", given["stream"]) if "stream" in given else False
    return GenerateRequest(
        model=name,
        stream=stream,
        max_tokens=_max_tokens(given),
        sampling=_sampling(given),
        stop=_stop(given),
        # A stream's frames tell the length of the prompt from the first on.
        progress=stream,
        usual_tokens=NEW_TOKENS,
        dialect="qianfan",
        **what,
    )


def _max_tokens(given: Mapping[str, Any]) -> int | None:
    # Not on the page of SQLCoder-7B, but other models of the vendor have it.
    name = "max_output_tokens"
    return integer(name, given[name], 1, None) if name in given else None


def _sampling(given: Mapping[str, Any]) -> Sampling:
    temperature = 0.0
    if "temperature" in given:
        temperature = number("temperature", given["temperature"], 0, 1)
        if temperature == 0:
            raise InvalidRequest(
                "`temperature` is 0; allowed is (0, 1.0].",
                field="temperature",
                hint="Leave it out, or send top_k 1, for the likeliest text.",
            )
    return Sampling(
        temperature=temperature,
        top_p=number("top_p", given["top_p"], 0, 1) if "top_p" in given else 1.0,
        top_k=integer("top_k", given["top_k"], 1, None) if "top_k" in given else 0,
        repetition_penalty=(
            number("penalty_score", given["penalty_score"], 1, 2)
            if "penalty_score" in given
            else 1.0
        ),
    )


def _stop(given: Mapping[str, Any]) -> tuple[str, ...]:
    stop = given.get("stop", [])
    if not isinstance(stop, list) or len(stop) > MAX_STOPS:
        refuse(
            "stop",
            stop,
            f"a list of at most {MAX_STOPS} texts of at most {MAX_STOP_TEXT} characters",
        )
    return tuple(text(f"stop[{i}]", one, 1, MAX_STOP_TEXT) for i, one in enumerate(stop))


def _message(where: str, item: object) -> Message:
    if not isinstance(item, Mapping):
        refuse(where, item, "an object with `role` and `content`")
    role = item.get("role")
    if not isinstance(role, str) or role not in ROLES:
        refuse(f"{where}.role", role, '"user" or "assistant"')
    content = text(f"{where}.content", item.get("content"), 0, MAX_TEXT)
    if not content:
        raise InvalidRequest("message content can not be empty", field=f"{where}.content")
    return Message(ROLES[role], content)
