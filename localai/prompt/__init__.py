"""Requests into the text a model reads; it must not know tokens, engines or wire formats.

What every family has in common:

* Text of a format is trusted, text of messages is not; a `raw` prompt is trusted as a whole.
* A bare prompt becomes a default system text and one user message, except for models without chat.
* BOS stands in the text only where the family's format writes it; the tokenizer adds a missing one.
* Where a format has no system role, the system text opens the first user message; where it wants
  user and assistant in turn, neighbours of one role are joined by a blank line.
* A conversation may start with the assistant; where it ends with one, the answer continues that.
"""

from __future__ import annotations

from dataclasses import replace

from localai.errors import TemplateError
from localai.prompt import completion, sqlcoder
from localai.prompt.conversation import check
from localai.prompt.formats import FORMATS, render_messages, render_prompt
from localai.prompt.pattern import marker
from localai.request import GenerateRequest, RenderedPrompt

__all__ = ["FAMILIES", "render"]

FAMILIES = frozenset({*FORMATS, *sqlcoder.PROMPTS, *completion.FAMILIES, "gguf"})

RAW_IGNORED = "raw was ignored: it applies to a prompt, and messages always use the model's format."


def render(
    request: GenerateRequest,
    *,
    family: str,
    bos: str = "",
    eos: str = "",
    template: str | None = None,
) -> RenderedPrompt:
    """The prompt text of a request.

    family: one of FAMILIES. bos, eos: the texts of the loaded vocabulary's tokens, empty where it
    has none. template: the GGUF's own chat template, used by the family "gguf" alone.
    Raises InvalidRequest without exactly one of prompt and messages, and TemplateError where the
    family is unknown or its template is missing, refuses the conversation or breaks a limit.
    """
    check(request)
    if family not in FAMILIES:
        raise TemplateError(
            f"There is no prompt family {family!r}.",
            hint=f"The registry's `prompt` is one of: {', '.join(sorted(FAMILIES))}.",
        )
    if request.raw and request.prompt is not None:
        return RenderedPrompt(marker(request.prompt))
    rendered = _render(request, family, bos, eos, template)
    if request.raw:
        return replace(rendered, notices=(*rendered.notices, RAW_IGNORED))
    return rendered


def _render(
    request: GenerateRequest, family: str, bos: str, eos: str, template: str | None
) -> RenderedPrompt:
    if family in sqlcoder.PROMPTS:
        return sqlcoder.render_sqlcoder(family, request)
    if family in completion.FAMILIES:
        return completion.render_completion(family, request)
    if family == "gguf":
        # jinja2 takes a tenth of a second to import, and few models need it.
        from localai.prompt.template import render_template

        return render_template(template, request, bos, eos)
    if request.prompt is not None:
        return render_prompt(FORMATS[family], request.prompt, bos, eos)
    return render_messages(FORMATS[family], request.messages, bos, eos)
