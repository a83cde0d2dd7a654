"""What is asked of a model, as plain picklable values; it must not know wire formats or engines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Role = Literal["system", "user", "assistant", "tool"]


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that the model may call. `parameters` is the JSON Schema of its one object."""

    name: str
    description: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that the model made; `arguments` is a JSON object as text."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ToolChoice:
    """auto: text or calls; none: text; required: at least one call, of `name` where it is given.

    several: whether one answer may hold more than one call.
    """

    mode: Literal["auto", "none", "required"] = "auto"
    name: str | None = None
    several: bool = True


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation. tool_calls: of an assistant. tool_call_id, name: of a tool."""

    role: Role
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is chosen: the union of what dialects allow, each checks its own range.

    temperature: 0 is greedy. top_p: 1 and above is off, 0 keeps the best token only. top_k: 0 is
    off. seed: None draws a fresh one. repetition_penalty: a factor as in llama.cpp, 0 and 1 off.
    frequency_penalty, presence_penalty: subtracted from logits, 0 is off. The penalties look at the
    last 64 tokens, prompt included. logit_bias: (token id, added to its logit) pairs.
    repeatable: a seed repeats its text on an idle server, for which some of what is computed is
    computed again; where false, it only says which numbers are drawn.
    """

    temperature: float = 0.6
    top_p: float = 1.0
    top_k: int = 0
    seed: int | None = None
    repetition_penalty: float = 1.0
    frequency_penalty: float = 0.0
    presence_penalty: float = 0.0
    logit_bias: tuple[tuple[int, float], ...] = ()
    repeatable: bool = True


@dataclass(frozen=True, slots=True)
class GenerateRequest:
    """One generation: exactly one of `prompt` and `messages` is given.

    model: any spelling the registry knows, that of `dialect` before all others. raw: the prompt
    goes to the model verbatim, special tokens included. max_tokens: a number that does not fit is
    refused; None is `usual_tokens`, or where that is None too the model's own default (which
    depends on `stream`), clamped to the room left. queue: whether it may wait for others to
    end; where not, it fails with Busy. stop: texts that end the answer and are not shown.
    grammar: GBNF with the rule `root`; the answer fits it, or the request fails.
    json_schema: the answer is JSON that fits it ({} fits any object); None asks for no JSON.
    tools, tool_choice: what the model may call.
    adapter: a LoRA adapter of the registry, by name or ID.
    top_logprobs: None is none; otherwise each token's log-probability comes with its text, and so
    many of the likeliest others. progress: Progress events tell how far the prompt is computed.
    warm: nothing is written; the prompt is computed, and kept for those that begin like it.
    """

    model: str
    prompt: str | None = None
    messages: tuple[Message, ...] = ()
    raw: bool = False
    stream: bool = False
    max_tokens: int | None = None
    sampling: Sampling = field(default_factory=Sampling)
    stop: tuple[str, ...] = ()
    grammar: str | None = None
    json_schema: Mapping[str, Any] | None = None
    tools: tuple[Tool, ...] = ()
    tool_choice: ToolChoice = ToolChoice()
    adapter: str | None = None
    top_logprobs: int | None = None
    progress: bool = False
    queue: bool = True
    warm: bool = False
    usual_tokens: int | None = None
    dialect: str | None = None


@dataclass(frozen=True, slots=True)
class EmbedRequest:
    """Vectors for texts, by a model that makes them. model, dialect: as for a generation.

    dimensions: how long the vectors are to be; None is what the model gives, and nothing else is
    allowed. queue: whether it may wait for others to end.
    """

    model: str
    texts: tuple[str, ...]
    dimensions: int | None = None
    queue: bool = True
    dialect: str | None = None


Request = GenerateRequest | EmbedRequest


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of prompt text; only if `trusted` do texts of special tokens become those tokens."""

    text: str
    trusted: bool


@dataclass(frozen=True, slots=True)
class RenderedPrompt:
    """The text that a model reads; `notices` tell the caller what was assumed or folded."""

    segments: tuple[Segment, ...]
    notices: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "".join(segment.text for segment in self.segments)
