"""Tools, tool choices, calls and JSON formats as clients write them; it must not know any dialect.

Both shapes of a tool are read everywhere: flat {name, description, parameters}, and OpenAI's
{type: "function", function: {...}}. Clients leave out descriptions and parameters.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from localai.dialects.fields import refuse, shown, text
from localai.errors import InvalidRequest, NotSupported
from localai.request import Tool, ToolCall, ToolChoice

MAX_TOOLS: Final = 128
MAX_DESCRIPTION: Final = 16_384
_NAME: Final = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
_NAME_ALLOWED: Final = "1 to 128 letters, digits, `_`, `-`, `.` or `:`"


def tools(where: str, value: object) -> tuple[Tool, ...]:
    """The tools of a list; no two of one name. Raises InvalidRequest, NotSupported."""
    if not isinstance(value, list | tuple) or len(value) > MAX_TOOLS:
        refuse(where, value, f"a list of at most {MAX_TOOLS} tools")
    found = tuple(_tool(f"{where}[{i}]", item) for i, item in enumerate(value))
    names = [tool.name for tool in found]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise InvalidRequest(
                f"`{where}[{index}]` has the name {name}, which an earlier tool has.",
                field=f"{where}[{index}].name",
            )
    return found


def choice(where: str, value: object, offered: tuple[Tool, ...]) -> ToolChoice:
    """`auto`, `none`, `required` (or `any`), or one function by name, wrapped or flat."""
    if isinstance(value, str) and value in ("auto", "none", "required", "any"):
        if value in ("required", "any") and not offered:
            raise InvalidRequest(f"`{where}` is {value}, and there are no tools.", field=where)
        return ToolChoice("required" if value == "any" else value)  # type: ignore[arg-type]
    if isinstance(value, Mapping):
        _only_functions(where, value, "can be chosen")
        function = value.get("function")
        name = function.get("name") if isinstance(function, Mapping) else value.get("name")
        if isinstance(name, str) and name in (tool.name for tool in offered):
            return ToolChoice("required", name)
        known = ", ".join(tool.name for tool in offered) or "none, for there are no tools"
        refuse(f"{where}.function.name", name, f"the name of a tool: {known}")
    refuse(where, value, '"auto", "none", "required" or {"type": "function", "function": {"name"}}')


def calls(where: str, value: object) -> tuple[ToolCall, ...]:
    """The calls of an assistant's message: arguments as an object or as JSON text."""
    if not isinstance(value, list | tuple):
        refuse(where, value, "a list of tool calls")
    return tuple(_call(f"{where}[{i}]", i, item) for i, item in enumerate(value))


def json_format(where: str, value: object) -> Mapping[str, Any] | None:
    """The JSON Schema that `response_format` asks for ({} for any object), None for plain text.

    `json_schema` may hold the schema bare, or as OpenAI wraps it: {name, schema, strict}.
    """
    if not isinstance(value, Mapping):
        refuse(where, value, 'an object {"type": "text" | "json_object" | "json_schema"}')
    kind = value.get("type")
    if kind == "text":
        return None
    if kind == "json_object":
        return {}
    if kind != "json_schema":
        refuse(f"{where}.type", kind, '"text", "json_object" or "json_schema"')
    schema = value.get("json_schema")
    if not isinstance(schema, Mapping):
        refuse(f"{where}.json_schema", schema, "a JSON Schema as an object")
    inner = schema.get("schema")
    wrapped = isinstance(inner, Mapping) and ("name" in schema or "type" not in schema)
    return inner if wrapped and isinstance(inner, Mapping) else schema


def _tool(where: str, item: object) -> Tool:
    if not isinstance(item, Mapping):
        refuse(where, item, "an object with `name` and `parameters`, or with `function`")
    _only_functions(where, item, "can be tools")
    function = item.get("function")
    if function is not None:
        if not isinstance(function, Mapping):
            refuse(f"{where}.function", function, "an object with `name` and `parameters`")
        where, item = f"{where}.function", function
    name = _name(f"{where}.name", item.get("name"))
    parameters = item.get("parameters")
    if parameters is not None and not isinstance(parameters, Mapping):
        refuse(f"{where}.parameters", parameters, "a JSON Schema as an object")
    described = item.get("description")
    description = text(f"{where}.description", described or "", 0, MAX_DESCRIPTION)
    return Tool(name, description, dict(parameters or {}))


def _only_functions(where: str, item: Mapping[str, Any], what: str) -> None:
    kind = item.get("type")
    if kind not in (None, "function"):
        raise NotSupported(
            f"`{where}.type` is {shown(kind)}: only functions {what}.", field=f"{where}.type"
        )


def _call(where: str, index: int, item: object) -> ToolCall:
    if not isinstance(item, Mapping):
        refuse(where, item, "an object with `name` and `arguments`, or with `function`")
    function = item.get("function", item)
    if not isinstance(function, Mapping):
        refuse(f"{where}.function", function, "an object with `name` and `arguments`")
    arguments = function.get("arguments", {})
    if isinstance(arguments, Mapping):
        arguments = json.dumps(arguments, ensure_ascii=False)
    if not isinstance(arguments, str) or not _is_object(arguments):
        refuse(f"{where}.arguments", arguments, "a JSON object, or one as text")
    given = item.get("id")
    called = given if isinstance(given, str) and given else f"call_{index}"
    return ToolCall(called, _name(f"{where}.name", function.get("name")), arguments)


def _name(where: str, value: object) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        refuse(where, value, _NAME_ALLOWED)
    return value


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text or "{}"), dict)
    except (ValueError, RecursionError):
        return False
