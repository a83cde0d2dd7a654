"""The chat families that are a pattern per role; it must not know jinja2 or any vocabulary.

Facts behind each pattern: the rendered examples in tests/prompt/rendered.json.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from localai.prompt import conversation
from localai.prompt.conversation import Messages
from localai.prompt.pattern import Parts, fill, marker, said, tidy
from localai.request import Message, RenderedPrompt


@dataclass(frozen=True, slots=True)
class Format:
    """How one family writes a conversation, with gaps `{content}`, `{bos}` and `{eos}`.

    user, assistant, system, tool: one message; without `tool`, such a message is a user's.
    first_system: a system message that opens the conversation, where it differs from `system`.
    opening: before everything. reply: after the last message, before the answer.
    default_system: the system text of a conversation that does not open with one.
    prompt_system: the system text put before a bare prompt.
    system_inside: the system text stands inside the first user message, before its content.
    alternating: user and assistant must take turns, so neighbours of one role are joined.
    trimmed: white space around a message's content is dropped.
    """

    user: str
    assistant: str
    system: str
    tool: str = ""
    first_system: str = ""
    opening: str = ""
    reply: str = ""
    default_system: str | None = None
    prompt_system: str = conversation.CHAT_SYSTEM
    system_inside: bool = False
    alternating: bool = False
    trimmed: bool = False


def render_prompt(form: Format, prompt: str, bos: str, eos: str) -> RenderedPrompt:
    """A bare prompt as a conversation of the family's default system text and one user message."""
    system = Message("system", form.prompt_system)
    return render_messages(form, (system, Message("user", prompt)), bos, eos)


def render_messages(form: Format, messages: Messages, bos: str, eos: str) -> RenderedPrompt:
    """Every message in its family's pattern, then the marker after which the answer stands.

    A last message of the assistant is left open, and the answer continues it.
    """
    system, turns, notices = _arrange(form, messages)
    values = {"bos": marker(bos), "eos": marker(eos)}
    parts = list(fill(form.opening, values))
    for pattern, content in _patterns(form, system, turns):
        parts += fill(pattern, values | {"content": content})
    if turns[-1].role == "assistant":
        notices = (*notices, conversation.CONTINUED)
    else:
        parts += fill(form.reply, values)
    return RenderedPrompt(tidy(parts), notices)


def _arrange(form: Format, messages: Messages) -> tuple[str, Messages, tuple[str, ...]]:
    """The system text that goes inside a user turn, the turns, and what was changed for them."""
    notices: list[str] = []
    system = ""
    if form.trimmed:
        messages = tuple(Message(m.role, m.content.strip()) for m in messages)
    if not form.tool and any(m.role == "tool" for m in messages):
        messages = conversation.without_tools(messages)
        notices.append(conversation.TOOL_AS_USER)
    if form.system_inside:
        if conversation.has_late_system(messages):
            notices.append(conversation.LATE_SYSTEM)
        system, messages = conversation.lift_system(messages)
    elif form.default_system is not None and messages[0].role != "system":
        messages = (Message("system", form.default_system), *messages)
    if form.alternating:
        turns = conversation.merged(messages)
        if turns != messages:
            notices.append(conversation.JOINED)
        messages = turns
    return system, messages, tuple(notices)


def _patterns(form: Format, system: str, turns: Messages) -> Iterator[tuple[str, Parts]]:
    """Each turn's pattern, cut open for a last assistant turn, and the content that fills it."""
    for i, turn in enumerate(turns):
        pattern: str = getattr(form, turn.role)
        content = said(turn.content)
        if turn.role == "system" and i == 0:
            pattern = form.first_system or pattern
        if turn.role == "user" and system:
            content = fill(form.system, {"content": said(system)}) + content
            system = ""
        if turn.role == "assistant" and i == len(turns) - 1:
            pattern = pattern.partition("{content}")[0] + "{content}"
        yield pattern, content


_LLAMA_2 = Format(
    system="<<SYS>>\n{content}\n<</SYS>>\n\n",
    user="{bos}[INST] {content} [/INST]",
    assistant=" {content} {eos}",
    system_inside=True,
    alternating=True,
    trimmed=True,
)

_MISTRAL = Format(
    system="{content}\n\n",
    opening="{bos}",
    user="[INST] {content} [/INST]",
    assistant="{content}{eos}",
    system_inside=True,
    alternating=True,
)

_DEEPSEEK_CODER = Format(
    opening="{bos}",
    system="{content}",
    user="### Instruction:\n{content}\n",
    assistant="### Response:\n{content}\n<|EOT|>\n",
    reply="### Response:\n",
    default_system=(
        "You are an AI programming assistant, utilizing the Deepseek Coder model, developed by "
        "Deepseek Company, and you only answer questions related to computer science. For "
        "politically sensitive questions, security and privacy issues, and other non-computer "
        "science questions, you will refuse to answer\n"
    ),
    # The pattern puts nothing after the system text, so a default brings its own line end.
    prompt_system=conversation.CODE_SYSTEM + "\n",
)

_DEEPSEEK_LLM = Format(
    opening="{bos}",
    system="{content}\n\n",
    user="User: {content}\n\n",
    assistant="Assistant: {content}{eos}",
    reply="Assistant:",
)

_ZEPHYR = Format(
    system="<|system|>\n{content}{eos}\n",
    user="<|user|>\n{content}{eos}\n",
    assistant="<|assistant|>\n{content}{eos}\n",
    reply="<|assistant|>\n",
)

_OPENCHAT = Format(
    opening="{bos}",
    system="GPT4 Correct System: {content}<|end_of_turn|>",
    user="GPT4 Correct User: {content}<|end_of_turn|>",
    assistant="GPT4 Correct Assistant: {content}<|end_of_turn|>",
    reply="GPT4 Correct Assistant:",
)

_CHATML = Format(
    system="<|im_start|>system\n{content}<|im_end|>\n",
    user="<|im_start|>user\n{content}<|im_end|>\n",
    assistant="<|im_start|>assistant\n{content}<|im_end|>\n",
    tool="<|im_start|>tool\n{content}<|im_end|>\n",
    reply="<|im_start|>assistant\n",
)

_GEMMA = Format(
    opening="{bos}",
    system="{content}\n\n",
    user="<start_of_turn>user\n{content}<end_of_turn>\n",
    assistant="<start_of_turn>model\n{content}<end_of_turn>\n",
    reply="<start_of_turn>model\n",
    system_inside=True,
    alternating=True,
    trimmed=True,
)

_LLAMA_3 = Format(
    opening="{bos}",
    system="<|start_header_id|>system<|end_header_id|>\n\n{content}<|eot_id|>",
    user="<|start_header_id|>user<|end_header_id|>\n\n{content}<|eot_id|>",
    assistant="<|start_header_id|>assistant<|end_header_id|>\n\n{content}<|eot_id|>",
    tool="<|start_header_id|>tool<|end_header_id|>\n\n{content}<|eot_id|>",
    reply="<|start_header_id|>assistant<|end_header_id|>\n\n",
    trimmed=True,
)

_LLAMA_3_1 = replace(
    _LLAMA_3,
    # The date is fixed text of the upstream template, not today's.
    first_system=(
        "<|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: December 2023\n"
        "Today Date: 26 Jul 2024\n\n{content}<|eot_id|>"
    ),
    tool="<|start_header_id|>ipython<|end_header_id|>\n\n{content}<|eot_id|>",
    default_system="",
)

_PHI_2 = Format(
    system="{content}\n",
    user="Instruct: {content}\n",
    assistant="Output: {content}\n",
    reply="Output:",
)

_NEURAL_CHAT = Format(
    system="### System:\n{content}\n",
    user="### User:\n{content}\n",
    assistant="### Assistant:\n{content}\n",
    reply="### Assistant:\n",
    default_system="You are a helpful assistant.",
)

_FALCON = Format(
    system="{content}\n",
    user="User: {content}\n",
    assistant="Assistant: {content}\n",
    reply="Assistant:",
)

FORMATS: Mapping[str, Format] = {
    "llama-2-chat": _LLAMA_2,
    "mistral-instruct-v0.1": replace(_MISTRAL, assistant="{content}{eos} "),
    "mistral-instruct-v0.2": _MISTRAL,
    "mistral-instruct-system": replace(
        _MISTRAL, user=" [INST] {content} [/INST]", assistant=" {content}{eos}"
    ),
    "deepseek-coder": _DEEPSEEK_CODER,
    "deepseek-llm-chat": _DEEPSEEK_LLM,
    "zephyr": _ZEPHYR,
    "openchat": _OPENCHAT,
    "chatml": _CHATML,
    "chatml-bos": replace(_CHATML, opening="{bos}"),
    "chatml-qwen1.5": replace(_CHATML, default_system="You are a helpful assistant"),
    "gemma-it": _GEMMA,
    "gemma-3-it": _GEMMA,
    "llama-3-instruct": _LLAMA_3,
    "llama-3.1-instruct": _LLAMA_3_1,
    "phi-2-instruct": _PHI_2,
    "neural-chat": _NEURAL_CHAT,
    "falcon-instruct": _FALCON,
}
