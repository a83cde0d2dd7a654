"""OpenAI's API: routes, answers and stream chunks; it must not know HTTP or engines."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence

from localai.dialects import openai_input
from localai.dialects.dialect import (
    Call,
    Dialect,
    Generate,
    Lookup,
    Parsed,
    Reply,
    Route,
    Wire,
)
from localai.dialects.openai_embeddings import parse_embeddings
from localai.dialects.openai_errors import error_reply, fault
from localai.dialects.openai_models import list_models, one_model
from localai.dialects.openai_scores import chat_scores, completion_scores
from localai.reply import Event, Failed, Finished, TextDelta, TokenScore, ToolCallDelta, Usage


class ChatResponder:
    """Answers one chat call.

    usage: whether a stream ends with a chunk of token counts. scores: whether they were asked for.
    """

    terminator = "[DONE]"

    def __init__(
        self, model: str, *, choices: int = 1, usage: bool = False, scores: bool = False
    ) -> None:
        self._head: Wire = {
            "id": f"chatcmpl-{secrets.token_hex(12)}",
            "object": "chat.completion.chunk",
            "created": int(time.time()),
            "model": model,
        }
        self._usage = usage
        self._counts: dict[int, Usage] = {}
        self._begun: set[int] = set()
        self._choices = choices
        self._scores = scores

    def whole(self, replies: Sequence[Reply]) -> Wire:
        return {
            **self._head,
            "object": "chat.completion",
            "choices": [_chat_choice(i, one, self._scores) for i, one in enumerate(replies)],
            "usage": usage_of(_counts(replies), self._choices),
        }

    def frames(self, event: Event, choice: int) -> Sequence[Wire]:
        # Clients put a stream together by the places of its choices: the first must come first.
        said = self._said(event, choice)
        if not said or isinstance(event, Failed):
            return said
        early = [self._chunk(i, self._first(i)) for i in range(choice) if i not in self._begun]
        return [*early, *said]

    def _said(self, event: Event, choice: int) -> Sequence[Wire]:
        match event:
            case TextDelta(text=text, tokens=tokens):
                return [self._chunk(choice, self._first(choice) | {"content": text}, tokens)]
            case ToolCallDelta():
                return [self._chunk(choice, self._first(choice) | {"tool_calls": [_part(event)]})]
            case Finished(reason=reason, usage=counts):
                self._counts[choice] = counts
                last = self._chunk(choice, self._first(choice), finish=reason)
                return [last, *self._total()]
            case Failed(error=error):
                return [fault(error)]
        return ()

    def _first(self, choice: int) -> Wire:
        if choice in self._begun:
            return {}
        self._begun.add(choice)
        return {"role": "assistant", "content": ""}

    def _chunk(
        self,
        choice: int,
        delta: Wire,
        tokens: Sequence[TokenScore] = (),
        *,
        finish: str | None = None,
    ) -> Wire:
        said: Wire = {"index": choice, "delta": delta, "finish_reason": finish}
        if tokens:
            said["logprobs"] = chat_scores(tokens)
        return {**self._head, "choices": [said], **({"usage": None} if self._usage else {})}

    def _total(self) -> list[Wire]:
        if not self._usage or len(self._counts) < self._choices:
            return []
        return [{**self._head, "choices": [], "usage": usage_of(self._counts, self._choices)}]


class CompletionResponder:
    """Answers one call of the older completions, with `each` of the choices to one prompt.

    usage, scores: as for ChatResponder.
    """

    terminator = "[DONE]"

    def __init__(
        self,
        model: str,
        *,
        choices: int = 1,
        each: int = 1,
        usage: bool = False,
        scores: bool = False,
    ) -> None:
        self._head: Wire = {
            "id": f"cmpl-{secrets.token_hex(12)}",
            "object": "text_completion",
            "created": int(time.time()),
            "model": model,
        }
        self._usage = usage
        self._counts: dict[int, Usage] = {}
        self._choices = choices
        self._each = each
        self._scores = scores
        self._offsets = [0] * choices

    def whole(self, replies: Sequence[Reply]) -> Wire:
        choices = [
            self._choice(i, reply.text, reply.scores, reply.reason, empty=self._scores)
            for i, reply in enumerate(replies)
        ]
        return {**self._head, "choices": choices, "usage": usage_of(_counts(replies), self._each)}

    def frames(self, event: Event, choice: int) -> Sequence[Wire]:
        match event:
            case TextDelta(text=text, tokens=tokens):
                return [self._chunk(self._choice(choice, text, tokens, None))]
            case Finished(reason=reason, usage=counts):
                self._counts[choice] = counts
                last = self._chunk(self._choice(choice, "", (), reason))
                if not self._usage or len(self._counts) < self._choices:
                    return [last]
                total = usage_of(self._counts, self._each)
                return [last, {**self._head, "choices": [], "usage": total}]
            case Failed(error=error):
                return [fault(error)]
        return ()

    def _choice(
        self,
        index: int,
        text: str,
        tokens: Sequence[TokenScore],
        finish: str | None,
        *,
        empty: bool = False,
    ) -> Wire:
        scores = completion_scores(tokens, self._offsets[index]) if tokens or empty else None
        self._offsets[index] += len(text)
        return {"index": index, "text": text, "logprobs": scores, "finish_reason": finish}

    def _chunk(self, choice: Wire) -> Wire:
        return {**self._head, "choices": [choice], **({"usage": None} if self._usage else {})}


def usage_of(counts: Mapping[int, Usage], each: int) -> Wire:
    """Token counts of all choices, `each` of them to one prompt, which counts once as upstream's.

    Cached are the tokens of a prompt that none of its choices computed.
    """
    prompts = cached = 0
    for first in range(0, len(counts), each):
        group = [counts[choice] for choice in range(first, min(first + each, len(counts)))]
        prompts += max(one.prompt_tokens for one in group)
        cached += min(one.cached_tokens for one in group)
    answers = sum(one.completion_tokens for one in counts.values())
    wire: Wire = {
        "prompt_tokens": prompts,
        "completion_tokens": answers,
        "total_tokens": prompts + answers,
    }
    return {**wire, "prompt_tokens_details": {"cached_tokens": cached}} if cached else wire


def _counts(replies: Sequence[Reply]) -> Mapping[int, Usage]:
    return {i: reply.finished.usage for i, reply in enumerate(replies) if reply.finished}


def _chat_choice(index: int, reply: Reply, scores: bool) -> Wire:
    message: Wire = {"role": "assistant", "content": reply.text, "refusal": None}
    if reply.calls:
        message["content"] = reply.text or None
        message["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for call in reply.calls
        ]
    return {
        "index": index,
        "message": message,
        # An answer without a word has scores too, none: clients look into them unasked.
        "logprobs": chat_scores(reply.scores) if scores or reply.scores else None,
        "finish_reason": reply.reason,
    }


def _part(delta: ToolCallDelta) -> Wire:
    if not delta.name:
        return {"index": delta.index, "function": {"arguments": delta.arguments}}
    return {
        "index": delta.index,
        "id": delta.id,
        "type": "function",
        "function": {"name": delta.name, "arguments": delta.arguments},
    }


def parse_chat(call: Call) -> Parsed:
    model = openai_input.model_of(call.body)
    requests = openai_input.chat(model, call.body)
    usage = openai_input.wants_usage(call.body)
    scores = requests[0].top_logprobs is not None
    responder = ChatResponder(model, choices=len(requests), usage=usage, scores=scores)
    return Parsed(requests, responder)


def parse_completion(call: Call) -> Parsed:
    model = openai_input.model_of(call.body)
    requests = openai_input.completion(model, call.body)
    usage = openai_input.wants_usage(call.body)
    each = len(requests) // openai_input.prompts_of(call.body)
    scores = requests[0].top_logprobs is not None
    responder = CompletionResponder(
        model, choices=len(requests), each=each, usage=usage, scores=scores
    )
    return Parsed(requests, responder)


# Workers AI offers the same shapes under each account.
_WORKERS = "/client/v4/accounts/{account_id}/ai/v1"
_GENERATIONS: Mapping[str, Generate] = {
    "chat/completions": Generate(parse_chat),
    "completions": Generate(parse_completion),
    "embeddings": Generate(parse_embeddings),
}

DIALECT = Dialect(
    name="openai",
    prefixes=("/v1", f"{_WORKERS}/chat", f"{_WORKERS}/completions", f"{_WORKERS}/embeddings"),
    routes=(
        *(
            Route("POST", f"{prefix}/{path}", operation)
            for prefix in ("/v1", _WORKERS)
            for path, operation in _GENERATIONS.items()
        ),
        Route("GET", "/v1/models", Lookup(list_models)),
        Route("GET", "/v1/models/{model:path}", Lookup(one_model)),
    ),
    error=error_reply,
)
