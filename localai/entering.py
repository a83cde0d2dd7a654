"""A request into the engine of the model that is loaded for it; it must not know who loads models.

Its prompt is rendered here, its tools and JSON become a grammar, and what it may take is settled.
"""

from __future__ import annotations

from typing import Final, cast

from localai import prompt
from localai.engine import EmbeddingJob, Sequence
from localai.errors import ContextExceeded, InvalidRequest, NotSupported
from localai.forms import Form, form_of
from localai.loading import LoadedEmbedder, LoadedModel
from localai.model import AdapterSpec, ModelSpec
from localai.reply import Event, Finished, Notice, Usage
from localai.request import EmbedRequest, GenerateRequest, RenderedPrompt
from localai.residency import Resident
from localai.ticket import Ticket
from localai.warming import opening

MAX_TOP_LOGPROBS: Final = 20  # as OpenAI's API has it
NOTHING_KEPT: Final = "The memory of {0} keeps no beginnings of prompts: nothing was computed."
LEFT_OUT: Final = (
    "Of this prompt only the first {0} tokens are the same for every question, and {1} come after "
    "it: with the question last, all of them could be kept."
)
MOST_LEFT: Final = 64
"""Tokens; formats that end a user's turn and open the answer need a tenth of that."""


def enter(ticket: Ticket, resident: Resident, adapter: AdapterSpec | None) -> None:
    """Hand a request to the model that it asks for. Raises LocalAIError."""
    request, loaded = ticket.request, resident.engine
    if isinstance(request, EmbedRequest):
        if not isinstance(loaded, LoadedEmbedder):
            raise NotSupported(
                f"{resident.spec.id} makes no embeddings: its weights were not made for it.",
                field="model",
                hint="Add one that does: localai add FILE.gguf --id @cf/baai/bge-small-en-v1.5",
            )
        _enter_texts(ticket, request, loaded)
    elif isinstance(loaded, LoadedEmbedder):
        raise NotSupported(f"{resident.spec.id} makes embeddings, and no text.", field="model")
    else:
        begin = _enter_warm if request.warm else _enter_prompt
        begin(ticket, request, resident.spec, cast(LoadedModel, loaded), adapter)


def _enter_texts(ticket: Ticket, request: EmbedRequest, loaded: LoadedEmbedder) -> None:
    length = loaded.embedder.dimensions
    if request.dimensions not in (None, length):
        raise NotSupported(
            f"dimensions is {request.dimensions}, and this model's vectors have {length}.",
            field="dimensions",
        )
    texts = [loaded.model.tokenize_whole(text) for text in request.texts]
    job = EmbeddingJob(texts, ticket.send, queue=request.queue)
    ticket.enter(lambda: loaded.thread.submit(job), lambda: loaded.thread.cancel(job))


def _enter_prompt(
    ticket: Ticket,
    request: GenerateRequest,
    spec: ModelSpec,
    loaded: LoadedModel,
    adapter: AdapterSpec | None,
) -> None:
    form = form_of(request, spec.prompt, loaded.model.chat_template)

    def emit(event: Event) -> None:
        for one in form.read(event):
            ticket.send(one)

    rendered = _rendered(form, spec, loaded)
    for notice in rendered.notices:
        ticket.send(Notice(notice))
    tokens = loaded.model.tokenize(rendered)
    # Text that goes on from the caller's own keeps the space before its first word.
    completion = rendered.text == request.prompt
    sequence = Sequence(
        tokens,
        max_tokens=_max_tokens(request, spec, len(tokens), loaded.limit),
        sampling=request.sampling,
        emit=emit,
        stop=request.stop + spec.stop,
        strip_leading_space=loaded.model.is_sentencepiece and not completion,
        grammar=form.compiled(loaded.model.grammar),
        adapter=adapter,
        top_logprobs=_top_logprobs(request),
        progress=request.progress,
        queue=request.queue,
        begun=ticket.begun,
    )
    ticket.enter(lambda: loaded.thread.submit(sequence), lambda: loaded.thread.cancel(sequence))


def _enter_warm(
    ticket: Ticket,
    request: GenerateRequest,
    spec: ModelSpec,
    loaded: LoadedModel,
    adapter: AdapterSpec | None,
) -> None:
    notices: dict[str, None] = {}

    def tokenize(asked: GenerateRequest) -> list[int]:
        form = form_of(asked, spec.prompt, loaded.model.chat_template)
        rendered = _rendered(form, spec, loaded)
        notices.update(dict.fromkeys(rendered.notices))
        return loaded.model.tokenize(rendered)

    found = opening(request, tokenize)
    if not loaded.context.can_trim:
        notices[NOTHING_KEPT.format(spec.id)] = None
    elif found.left > MOST_LEFT:
        notices[LEFT_OUT.format(len(found.tokens), found.left)] = None
    for notice in notices:
        ticket.send(Notice(notice))
    if not (loaded.context.can_trim and found.tokens):
        ticket.send(Finished("length", Usage(0, 0)))
        return
    # What leaves no room for the answer that is to come would never be used.
    room = loaded.limit - (request.max_tokens or 1)
    if len(found.tokens) > room:
        raise ContextExceeded(len(found.tokens), request.max_tokens or 1, loaded.limit)
    sequence = Sequence(
        found.tokens,
        max_tokens=0,
        sampling=request.sampling,
        emit=ticket.send,
        adapter=adapter,
        progress=request.progress,
        queue=request.queue,
        warm=True,
        begun=ticket.begun,
    )
    ticket.enter(lambda: loaded.thread.submit(sequence), lambda: loaded.thread.cancel(sequence))


def _rendered(form: Form, spec: ModelSpec, loaded: LoadedModel) -> RenderedPrompt:
    return prompt.render(
        form.request,
        family=spec.prompt,
        bos=loaded.model.bos,
        eos=loaded.model.eos,
        template=loaded.model.chat_template,
    )


def _max_tokens(request: GenerateRequest, spec: ModelSpec, prompt_tokens: int, limit: int) -> int:
    """The caller's number as it is, or the model's default clamped to the room that is left."""
    if request.max_tokens is not None:
        return request.max_tokens  # what does not fit is refused when it is submitted
    default = request.usual_tokens
    if default is None:
        default = spec.limits.max_tokens_stream if request.stream else spec.limits.max_tokens
    if prompt_tokens >= limit:
        raise ContextExceeded(prompt_tokens, default, limit)
    return min(default, limit - prompt_tokens)


def _top_logprobs(request: GenerateRequest) -> int | None:
    count = request.top_logprobs
    if count is not None and not 0 <= count <= MAX_TOP_LOGPROBS:
        raise InvalidRequest(
            f"top_logprobs is {count}; 0 to {MAX_TOP_LOGPROBS} are allowed.", field="top_logprobs"
        )
    return count
