"""Conversations brought into the shape a format wants; it must not know any format's text."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import get_args

from localai.errors import InvalidRequest
from localai.request import GenerateRequest, Message, Role

Messages = tuple[Message, ...]
BLANK_LINE = "\n\n"

# What Workers AI's own client library put before a bare prompt (@cloudflare/ai 1.0.29 to 1.2.2).
CHAT_SYSTEM = (
    "A chat between a curious human and an artificial intelligence assistant. The assistant gives "
    "helpful, detailed, and polite answers to the human's questions."
)
CODE_SYSTEM = (
    "Write code to solve the following coding problem that obeys the constraints and passes the "
    "example test cases. Please wrap your code answer using   ```:"
)

JOINED = (
    "Consecutive messages of one role were joined by a blank line: this model's format wants user "
    "and assistant in turn."
)
LATE_SYSTEM = (
    "A system message after the start was read as a user message: this model's format has no "
    "place for it."
)
TOOL_AS_USER = "A tool message was read as a user message: this model's format has no place for it."
CONTINUED = (
    "The last message is the assistant's: the answer goes on from its end instead of starting anew."
)


def check(request: GenerateRequest) -> None:
    """Raise InvalidRequest unless there is either a prompt or messages of known roles."""
    if request.prompt is not None and request.messages:
        raise InvalidRequest(
            "A request has prompt and messages together.",
            field="messages",
            hint="Send one of them; a system message can carry what the prompt would say first.",
        )
    if request.prompt is None and not request.messages:
        raise InvalidRequest(
            "A request has neither prompt nor messages.",
            field="messages",
            hint="Send a prompt, or at least one message.",
        )
    for i, message in enumerate(request.messages):
        if message.role not in get_args(Role):
            raise InvalidRequest(
                f"messages[{i}].role is {message.role!r}.",
                field=f"messages[{i}].role",
                hint=f"It is one of: {', '.join(get_args(Role))}.",
            )


def has_late_system(messages: Messages) -> bool:
    """Whether a system message comes after one of another role."""
    return any(a.role != "system" == b.role for a, b in pairwise(messages))


def merged(messages: Iterable[Message]) -> Messages:
    """Neighbours of one role joined by a blank line."""
    turns: list[Message] = []
    for message in messages:
        if turns and turns[-1].role == message.role:
            before = turns.pop()
            message = Message(before.role, before.content + BLANK_LINE + message.content)
        turns.append(message)
    return tuple(turns)


def without_tools(messages: Messages) -> Messages:
    """Tool messages turned into user messages."""
    return tuple(Message("user", m.content) if m.role == "tool" else m for m in messages)


def lift_system(messages: Messages) -> tuple[str, Messages]:
    """The system text that opens a conversation, and the other messages, none of them system.

    Blank system text counts as none; a later system message becomes a user message. Where there is
    no user turn that could carry the system text, the text itself becomes the first user turn.
    """
    count = next((i for i, m in enumerate(messages) if m.role != "system"), len(messages))
    system = BLANK_LINE.join(m.content for m in messages[:count] if m.content.strip())
    rest = tuple(Message("user", m.content) if m.role == "system" else m for m in messages[count:])
    if any(m.role == "user" for m in rest):
        return system, rest
    return "", (Message("user", system), *rest) if system or not rest else rest


def folded(messages: Messages) -> Messages:
    """The system text put before the first user message, a blank line between."""
    system, rest = lift_system(messages)
    if not system:
        return rest
    first = next(i for i, m in enumerate(rest) if m.role == "user")
    opening = Message("user", system + BLANK_LINE + rest[first].content)
    return (*rest[:first], opening, *rest[first + 1 :])
