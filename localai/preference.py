"""Which model answers where none is named, a question or a conversation; it must not know doors."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from localai import machine
from localai.errors import DoesNotFit, NotDownloaded
from localai.model import ModelSpec
from localai.prompt import completion, sqlcoder
from localai.runtime import Runtime
from localai.weights.fit import choose

# The first of these that is on this disk and fits into memory answers.
PREFERRED = ("@cf/defog/sqlcoder-7b-2", "@localai/sql-tiny")
# The same for conversations: general models by size and age, then those for code, then small ones.
CHAT = (
    "@cf/meta/llama-3.1-8b-instruct",
    "@cf/meta/llama-3-8b-instruct",
    "@hf/nousresearch/hermes-2-pro-mistral-7b",
    "@hf/mistral/mistral-7b-instruct-v0.2",
    "@cf/meta/llama-3.2-3b-instruct",
    "@cf/mistral/mistral-7b-instruct-v0.1",
    "@cf/meta/llama-2-7b-chat-int8",
    "@cf/meta/llama-2-7b-chat-fp16",
    "@hf/thebloke/deepseek-coder-6.7b-instruct-awq",
    "@hf/thebloke/codellama-7b-instruct-awq",
    "@cf/meta/llama-3.2-1b-instruct",
    "@cf/tinyllama/tinyllama-1.1b-chat-v1.0",
    "@cf/qwen/qwen1.5-0.5b-chat",
)
SMALL_CHAT = "@cf/meta/llama-3.2-1b-instruct"
"""The one to fetch where there is none: it runs on nearly any machine."""


def preferred(runtime: Runtime, on_remark: Callable[[str], None] | None = None) -> ModelSpec:
    """The preferred model of those that are here and fit into free memory, or are in it.

    on_remark: told, in a sentence, why a better one was passed over. Raises NotDownloaded.
    """
    known = [runtime.registry.resolve(name) for name in PREFERRED]
    found = _first(runtime, known, "Asking", on_remark)
    if found is None:
        raise NotDownloaded(PREFERRED[0])
    return found


def preferred_chat(runtime: Runtime, on_remark: Callable[[str], None] | None = None) -> ModelSpec:
    """The chat model that talks where none is named: of those that are here and fit into memory.

    Models of the user's own go first, the largest before others, then CHAT. on_remark: told, in a
    sentence, why a better one was passed over. Raises NotDownloaded, which names one to fetch.
    """
    found = _first(runtime, _chat_models(runtime), "Taking", on_remark)
    if found is None:
        raise NotDownloaded(SMALL_CHAT)
    return found


def _first(
    runtime: Runtime,
    specs: Iterable[ModelSpec],
    doing: str,
    on_remark: Callable[[str], None] | None,
) -> ModelSpec | None:
    """The first that is in memory, or here and fits into what is free of it."""
    loaded = {resident.spec.id for resident in runtime.status()}
    free = machine.memory().free
    for spec in specs:
        # A model in memory leaves less than it takes: it must not be passed over for itself.
        if spec.id in loaded:
            return spec
        here = {one.quant: one.bytes for one in runtime.store.installed(spec)}
        try:
            if here and choose(spec, free=free, installed=here, quants=here):
                return spec
        except DoesNotFit as error:
            if on_remark is not None:
                on_remark(f"{error.message} {doing} a smaller model.")
    return None


def _chat_models(runtime: Runtime) -> list[ModelSpec]:
    known = {spec.id: spec for spec in runtime.registry.models if talks(spec)}
    own = [spec for spec in known.values() if spec.id not in CHAT]
    own.sort(key=lambda spec: -max((one.size or 0 for one in spec.files), default=0))
    return own + [known[name] for name in CHAT if name in known]


def talks(spec: ModelSpec) -> bool:
    """Whether a model was trained to talk, as far as its prompt family tells."""
    return not spec.embeds and spec.prompt not in {*sqlcoder.PROMPTS, *completion.FAMILIES}
