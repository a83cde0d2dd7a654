"""What form an answer must have, JSON or calls, as a grammar and back; it must not know wires.

The join of `prompt/`, which knows how a family writes a call, and `json_grammar/`, which knows what
its arguments may be.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from localai import json_grammar
from localai.errors import CallUnmet, InvalidRequest, LocalAIError
from localai.json_grammar.rules import either, literal
from localai.prompt.calls import Frame, frame_of, is_native, with_tools
from localai.prompt.reading import CallReader
from localai.reply import Event, Failed, Finished, TextDelta, ToolCallDelta
from localai.request import GenerateRequest, Message, Tool

Read = Callable[[Event], Iterable[Event]]
Made = TypeVar("Made")

_JSON: Final = "Answer with JSON alone, which fits this JSON Schema:\n{schema}"
MOST_CALLS: Final = 16


@dataclass(frozen=True, slots=True)
class Form:
    """request: as it goes to its prompt. grammar: GBNF or None. read: the answer's events again.

    json_after: the text behind which the answer is JSON; None where it is none.
    source: the field of the request that the grammar comes from.
    """

    request: GenerateRequest
    grammar: str | None
    read: Read
    json_after: str | None = None
    source: str = "grammar"

    def compiled(self, make: Callable[[str, str | None], Made]) -> Made | None:
        """What `make` makes of grammar and json_after; None without a grammar.

        Raises InvalidRequest that names the field which the grammar came from.
        """
        try:
            return None if self.grammar is None else make(self.grammar, self.json_after)
        except InvalidRequest as error:
            raise _named(error, self.source) from None


def form_of(request: GenerateRequest, family: str, template: str | None = None) -> Form:
    """The form of a request for a model of this family; `template` is the GGUF's own.

    Raises InvalidRequest for a schema that cannot be served, and for forms that exclude each other.
    """
    has_calls = any(message.tool_calls for message in request.messages)
    tools = request.tools if request.tool_choice.mode != "none" else ()
    if not tools and request.json_schema is None and not has_calls:
        return Form(request, request.grammar, lambda event: (event,))
    if request.grammar is not None and (tools or request.json_schema is not None):
        raise InvalidRequest("A grammar cannot be joined with JSON or tools.", field="grammar")
    if request.raw and tools:
        raise InvalidRequest(
            "`raw` sends the prompt alone, and tools could not be told.", field="raw"
        )
    frame = frame_of(family, template)
    told = replace(request, tools=tools)
    if not is_native(family, template):
        told = with_tools(told, family) if tools or has_calls else told
    grammar, leftovers = _grammar(request, tools, frame)
    source = "tools" if tools else "grammar" if request.json_schema is None else "json_schema"
    reads: list[Read] = [_renamed(source)]
    if tools:
        required = request.tool_choice.mode == "required"
        reads += [CallReader(frame).read, _checked(tools, leftovers, required)]
    if request.json_schema is not None:
        told = _asked_for_json(told, request.json_schema)
        reads.append(_verified(request.json_schema, leftovers, bool(request.stop)))
    after = _json_after(request, tools, frame)
    return Form(told, grammar or request.grammar, _chained(*reads), after, source)


def _json_after(request: GenerateRequest, tools: tuple[Tool, ...], frame: Frame) -> str | None:
    if request.json_schema is not None or request.tool_choice.mode == "required":
        return ""
    # Words before a call are no JSON: a quotation mark there begins no string.
    return frame.open or None if tools else None


def _grammar(
    request: GenerateRequest, tools: tuple[Tool, ...], frame: Frame
) -> tuple[str | None, bool]:
    """GBNF for the answer, and whether a keyword is left that it cannot hold."""
    rules = json_grammar.Rules()
    roots, leftovers = [], False
    must_call = bool(tools) and request.tool_choice.mode == "required"
    if request.json_schema is not None and not must_call:
        root, left = json_grammar.to_rules(request.json_schema, rules)
        roots, leftovers = [root], bool(left)
    elif tools and request.tool_choice.mode == "auto":
        roots.append(_words(rules, frame))
    if tools:
        calls, more = _calls(request, tools, frame, rules)
        leftovers = leftovers or bool(more)
        if roots and request.json_schema is None and frame.open:
            roots = [f"{roots[0]} ({calls})?"]
        else:
            roots.append(calls)
    if not roots:
        return None, False
    rules.set("root", either(roots))
    return rules.text(), leftovers


def _calls(
    request: GenerateRequest, tools: tuple[Tool, ...], frame: Frame, rules: json_grammar.Rules
) -> tuple[str, set[str]]:
    wanted = request.tool_choice.name
    found: list[str] = []
    leftovers: set[str] = set()
    for tool in tools:
        if wanted is None or tool.name == wanted:
            arguments, left = _arguments(tool, rules)
            leftovers |= left
            body = f"{literal(frame.head(tool.name))} {arguments} {literal(frame.tail)}"
            found.append(rules.add(f"call-{tool.name}", body))
    call = rules.add("call", either(found))
    if not (frame.many and request.tool_choice.several):
        return call, leftovers
    return f"{call} ({literal(frame.between)} {call}){{0,{MOST_CALLS - 1}}}", leftovers


def _arguments(tool: Tool, rules: json_grammar.Rules) -> tuple[str, frozenset[str]]:
    try:
        return json_grammar.to_rules(_object(tool), rules)
    except InvalidRequest as error:
        message = f"The tool {tool.name}: {error.message}"
        raise InvalidRequest(message, field="tools", hint=error.hint) from None


def _named(error: InvalidRequest, source: str) -> InvalidRequest:
    """An error of a grammar that the caller did not write, in words of what the caller did."""
    if source == "grammar" or error.field != "grammar":
        return error
    what = "tools" if source == "tools" else "JSON Schema"
    message = f"The grammar of the {what} cannot be served. {error.message}"
    return InvalidRequest(message, field=source, hint="Make the schema smaller or simpler.")


def _renamed(source: str) -> Read:
    def read(event: Event) -> Iterator[Event]:
        if isinstance(event, Failed) and isinstance(event.error, InvalidRequest):
            event = replace(event, error=_named(event.error, source))
        yield event

    return read


def _object(tool: Tool) -> Mapping[str, Any]:
    """The schema of a tool's arguments, which are an object whatever it leaves unsaid."""
    schema = tool.parameters
    return schema if "type" in schema or "$ref" in schema else {**schema, "type": "object"}


def _words(rules: json_grammar.Rules, frame: Frame) -> str:
    """Any text in which no call begins: an automaton that knows how much of its mark has come."""
    mark = frame.open.strip()
    if not mark:
        return "([^{\\x00 \\n\\t] [^\\x00]*)?"
    names = [rules.reserve(f"words-{count}") for count in range(len(mark))]
    for count, name in enumerate(names):
        ways: defaultdict[int, list[str]] = defaultdict(list)
        for letter in dict.fromkeys(mark):
            ways[_matched(mark, mark[:count] + letter)].append(letter)
        others = "".join(f"\\x{ord(letter):02X}" for letter in dict.fromkeys(mark))
        parts = [f"[^{others}\\x00] {names[0]}"]
        for target, letters in ways.items():
            if target < len(mark):
                listed = "".join(f"\\x{ord(letter):02X}" for letter in letters)
                parts.append(f"[{listed}] {names[target]}")
        rules.set(name, "| " + " | ".join(parts))
    return names[0]


def _matched(mark: str, text: str) -> int:
    return next(n for n in range(len(text), -1, -1) if mark.startswith(text[len(text) - n :]))


def _asked_for_json(request: GenerateRequest, schema: Mapping[str, Any]) -> GenerateRequest:
    """The schema is told to the model as well as enforced: untold, anything would fill it."""
    if not schema or not request.messages:
        return request
    told = _JSON.format(schema=json.dumps(schema, ensure_ascii=False))
    first, rest = request.messages[0], request.messages[1:]
    if first.role == "system":
        joined = Message("system", f"{first.content}\n\n{told}")
        return replace(request, messages=(joined, *rest))
    return replace(request, messages=(Message("system", told), *request.messages))


def _verified(schema: Mapping[str, Any], leftovers: bool, cut: bool) -> Read:
    """Ends an answer of text that is not whole JSON, or does not fit, in Failed."""
    text: list[str] = []

    def read(event: Event) -> Iterator[Event]:
        if isinstance(event, TextDelta):
            text.append(event.text)
        if isinstance(event, Finished) and event.reason != "tool_calls":
            thorough = leftovers or cut or event.reason == "length"
            yield _judged(event, [("".join(text), schema or {"type": "object"})], thorough)
        else:
            yield event

    return read


def _checked(tools: tuple[Tool, ...], leftovers: bool, required: bool) -> Read:
    """Ends an answer in Failed whose call does not fit, or that has none where one is required."""
    schemas = {tool.name: _object(tool) for tool in tools}
    called: list[tuple[str, list[str]]] = []

    def read(event: Event) -> Iterator[Event]:
        if isinstance(event, ToolCallDelta):
            if event.name:
                called.append((event.name, []))
            called[event.index][1].append(event.arguments)
        if isinstance(event, Finished) and required and not called:
            yield Failed(CallUnmet("the tokens ran out before it began"), event.usage)
        elif isinstance(event, Finished):
            made = [("".join(parts), schemas[name]) for name, parts in called]
            yield _judged(event, made, leftovers)
        else:
            yield event

    return read


def _judged(
    event: Finished, made: list[tuple[str, Mapping[str, Any]]], thorough: bool
) -> Finished | Failed:
    """What a grammar has held to its end needs no more than to be whole."""
    try:
        for text, schema in made:
            json_grammar.verify(text, schema if thorough else True)
    except LocalAIError as error:
        return Failed(error, event.usage)
    return event


def _chained(*reads: Read) -> Read:
    def read(event: Event) -> Iterator[Event]:
        events: Iterable[Event] = (event,)
        for one in reads:
            events = [made for each in events for made in one(each)]
        yield from events

    return read
