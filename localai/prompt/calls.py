"""How a family is told of tools and how it writes a call; it must not know grammars or wires.

A frame is the text around a call's arguments. Whatever its model was trained on, a call always
reads `<open>{"name": "<name>", "<key>": <arguments>}<close>`, for the grammar holds it to that.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from localai.request import GenerateRequest, Message, Role, Tool, ToolCall


@dataclass(frozen=True, slots=True)
class Frame:
    """open, close: before and after each call. key: what the model calls the arguments.

    many: whether several calls may follow each other, `between` them.
    """

    open: str
    close: str
    key: str = "arguments"
    between: str = "\n"
    many: bool = True

    def head(self, name: str) -> str:
        """The text of a call up to its arguments."""
        return f'{self.open}{{"name": {json.dumps(name)}, "{self.key}": '

    @property
    def tail(self) -> str:
        """The text of a call after its arguments."""
        return "}" + self.close

    def write(self, calls: Sequence[ToolCall]) -> str:
        """Calls as the model writes them."""
        texts = (self.head(call.name) + (call.arguments or "{}") + self.tail for call in calls)
        return self.between.join(texts)


HERMES: Final = Frame("<tool_call>\n", "\n</tool_call>")
LLAMA_3_1: Final = Frame("", "", key="parameters", many=False)

# In the words of Meta's template for Llama 3.1: the model was trained on them.
_LLAMA_ASKS: Final = (
    "Given the following functions, please respond with a JSON for a function call with its proper "
    "arguments that best answers the given prompt.\n\nRespond in the format "
    '{"name": function name, "parameters": dictionary of argument name and its value}.'
    "Do not use variables.\n\n"
)
# Likewise in the words of the Hermes 2 Pro template, which Qwen's later ones follow.
_HERMES_ASKS: Final = (
    "You are a function calling AI model. You are provided with function signatures within "
    "<tools></tools> XML tags. You may call one or more functions to assist with the user query. "
    "Don't make assumptions about what values to plug into functions. Here are the available "
    "tools: <tools> {tools} </tools>For each function call return a json object with function name "
    "and arguments within <tool_call></tool_call> XML tags as follows:\n<tool_call>\n"
    '{{"name": <function-name>, "arguments": <args-dict>}}\n</tool_call>'
)
_ASKS: Final = """\
You can call functions. Each line between <tools> and </tools> describes one, its parameters as a \
JSON Schema:
<tools>
{tools}
</tools>
To call one, write nothing but its name and its arguments as JSON, in this form:
<tool_call>
{{"name": "function name", "arguments": {{"parameter": "value"}}}}
</tool_call>
{when} The results will come back to you between <tool_response> and </tool_response>."""
_WHEN: Final = "Call one where it helps to answer; otherwise answer in words."
_MUST: Final = "This time you must call {name}."


def frame_of(family: str, template: str | None = None) -> Frame:
    """How models of a family write calls; `template` is the GGUF's own, for the family "gguf"."""
    if family == "llama-3.1-instruct":
        return LLAMA_3_1
    if family == "gguf" and template and "<tool_call>" not in template:
        if '"parameters"' in template and "ipython" in template:
            return LLAMA_3_1
    return HERMES


def is_native(family: str, template: str | None) -> bool:
    """Whether the model's own template shows tools and calls in a form that is known here."""
    if family != "gguf" or not template or "tools" not in template:
        return False
    return "<tool_call>" in template or ('"parameters"' in template and "ipython" in template)


def with_tools(request: GenerateRequest, family: str) -> GenerateRequest:
    """The request with its tools, calls and results written into messages of plain text.

    A bare prompt becomes a user message. Without tools to show, only earlier calls are written.
    """
    frame = frame_of(family)
    messages = request.messages or (Message("user", request.prompt or ""),)
    has_role = family == "llama-3.1-instruct"
    told = tuple(_plain(message, frame, keeps_role=has_role) for message in messages)
    if request.tools and request.tool_choice.mode != "none":
        told = _told(request, family, told)
    return replace(request, prompt=None, raw=False, messages=told, tools=())


def describe(tool: Tool) -> dict[str, object]:
    """A tool in the form that templates print and models were shown."""
    function = {
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.parameters or {"type": "object", "properties": {}},
    }
    return {"type": "function", "function": function}


def _plain(message: Message, frame: Frame, *, keeps_role: bool) -> Message:
    if message.tool_calls:
        parts = [message.content, frame.write(message.tool_calls)]
        return Message("assistant", "\n".join(filter(None, parts)))
    if message.role == "tool" and not keeps_role:
        return Message("user", f"<tool_response>\n{message.content}\n</tool_response>")
    return Message(message.role, message.content)


def _told(
    request: GenerateRequest, family: str, messages: tuple[Message, ...]
) -> tuple[Message, ...]:
    described = [describe(tool) for tool in request.tools]
    if family == "llama-3.1-instruct":
        texts = [json.dumps(one, indent=4, ensure_ascii=False) for one in described]
        return _before_first("user", _LLAMA_ASKS + "".join(f"{t}\n\n" for t in texts), messages)
    lines = [json.dumps(one, ensure_ascii=False) for one in described]
    if family == "chatml-bos":
        return _before_first("system", _HERMES_ASKS.format(tools=" ".join(lines)), messages)
    when = _WHEN
    if request.tool_choice.mode == "required":
        when = _MUST.format(name=request.tool_choice.name or "one")
    return _before_first("system", _ASKS.format(tools="\n".join(lines), when=when), messages)


def _before_first(role: Role, text: str, messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """The text put before the first user message, or behind the system text that opens it all."""
    if role == "system":
        opens = messages[0].role == "system"
        given = messages[0].content if opens else ""
        # What the tools are is told last, nearest the question.
        told = f"{given}\n\n{text}" if given.strip() else text
        return (Message("system", told), *messages[opens:])
    place = next((i for i, message in enumerate(messages) if message.role == role), None)
    if place is None:
        return (*messages, Message(role, text.rstrip()))
    first = replace(messages[place], content=text + messages[place].content)
    return (*messages[:place], first, *messages[place + 1 :])
