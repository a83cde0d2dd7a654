"""Models without chat training: they go on from a text; it must not know chat formats' text.

`plain` and `sql-tiny` send a bare prompt as message text: only with `raw` does the text of a
special token in it become that token.
`codellama-base` treats every bare prompt as raw, as Workers AI documents it for that model.
"""

from __future__ import annotations

from localai.model import IN_SLOTS
from localai.prompt.conversation import BLANK_LINE, Messages
from localai.prompt.formats import Format, render_messages
from localai.prompt.pattern import marker, said, tidy
from localai.request import GenerateRequest, RenderedPrompt

FAMILIES = ("codellama-base", "plain", IN_SLOTS)

_NO_CHAT = "This is a base model without chat training"

# The form of @cloudflare/ai 1.0.29, which knew no assistant turns: they stand as bare text.
_CODELLAMA = Format(
    system="[INST]<<SYS>>{content}<</SYS>>[/INST]\n",
    user="[INST]{content}[/INST]\n",
    assistant="{content}\n",
)


def render_completion(family: str, request: GenerateRequest) -> RenderedPrompt:
    """The bare prompt alone, or the messages as text with a notice."""
    if family == "codellama-base":
        return _codellama(request.prompt, request.messages)
    return _plain(request.prompt, request.messages)


def _codellama(prompt: str | None, messages: Messages) -> RenderedPrompt:
    if prompt is not None:
        return RenderedPrompt(tidy(marker(prompt)))
    rendered = render_messages(_CODELLAMA, messages, bos="", eos="")
    notice = f"{_NO_CHAT}: the messages were written as [INST] blocks, which it may not follow."
    return RenderedPrompt(rendered.segments, (notice, *rendered.notices))


def _plain(prompt: str | None, messages: Messages) -> RenderedPrompt:
    if prompt is not None:
        return RenderedPrompt(tidy(said(prompt)))
    text = BLANK_LINE.join(message.content for message in messages)
    notice = f"{_NO_CHAT}: the messages were joined into one text that it goes on from."
    return RenderedPrompt(tidy(said(text)), (notice,))
