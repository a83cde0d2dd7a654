"""What a Workers AI model answers, whole or in pieces; it must not know envelopes or errors."""

from __future__ import annotations

import msgspec

from localai.dialects.dialect import Reply, Wire
from localai.reply import Event, Finished, TextDelta, ToolCallDelta, Usage


def usage(counts: Usage) -> Wire:
    """Token counts as upstream names them; the cached ones only where there are some."""
    wire: Wire = {
        "prompt_tokens": counts.prompt_tokens,
        "completion_tokens": counts.completion_tokens,
        "total_tokens": counts.total_tokens,
    }
    if counts.cached_tokens:
        wire["prompt_tokens_details"] = {"cached_tokens": counts.cached_tokens}
    return wire


def result(reply: Reply, *, as_json: bool = False) -> Wire:
    """A finished answer without its envelope: {response, tool_calls?, usage}.

    as_json: JSON was asked for, and `response` is the value itself, as upstream gives it.
    """
    assert reply.finished is not None, "the reply has not finished"
    wire: Wire = {"response": reply.text}
    if reply.calls:
        wire["tool_calls"] = [_call(call.name, call.arguments) for call in reply.calls]
        wire["response"] = reply.text or None
    elif as_json:
        wire["response"] = msgspec.json.decode(reply.text)
    return {**wire, "usage": usage(reply.finished.usage)}


def _call(name: str, arguments: str) -> Wire:
    return {"name": name, "arguments": msgspec.json.decode(arguments or "{}")}


class Pieces:
    """The stream's dicts: {response} per text, {response: "", tool_calls: [call]} per whole call,
    {response: "", usage} at the end. Some clients read `response` from every frame."""

    def __init__(self) -> None:
        self._calls: list[ToolCallDelta] = []

    def of(self, event: Event) -> list[Wire]:
        """The dicts for the next event."""
        match event:
            case TextDelta(text=text) if text:
                return [*self._whole_call(), {"response": text}]
            case ToolCallDelta():
                before = self._whole_call() if event.name else []
                self._calls.append(event)
                return before
            case Finished(usage=counts):
                return [*self._whole_call(), {"response": "", "usage": usage(counts)}]
        return []

    def _whole_call(self) -> list[Wire]:
        parts, self._calls = self._calls, []
        if not parts:
            return []
        arguments = "".join(part.arguments for part in parts)
        # Clients that gather calls from streams tell them apart by their index.
        call = {"index": parts[0].index, **_call(parts[0].name, arguments)}
        return [{"response": "", "tool_calls": [call]}]
