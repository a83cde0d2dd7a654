"""The prompt of a conversation: editing, many lines, history, completion.

It must not know what the lines mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localai.cli.output import printable
from localai.cli.terminal import beside_stdout, interrupt_is_a_key, kept_lines, say, unechoed

if TYPE_CHECKING:
    from prompt_toolkit.completion import CompleteEvent, Completion
    from prompt_toolkit.document import Document
    from prompt_toolkit.formatted_text import StyleAndTextTuples
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

FENCE = '"""'

Choices = Callable[[str], Iterable[str] | None]
"""The words that may follow a command; None: names of files."""


class Prompt:
    """Reads messages. commands: name -> what it does. file: where lines are kept, None for nowhere.

    choices: what can follow a command, asked when it is completed.
    """

    def __init__(self, commands: dict[str, str], choices: Choices, file: Path | None) -> None:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.filters import Condition

        # A menu that pops up while somebody writes prose disturbs; Tab has nothing to offer there.
        commanding = Condition(lambda: self._prompt.default_buffer.text.startswith("/"))
        self._prompt: PromptSession[str] = PromptSession(
            history=kept_lines(file),
            completer=_completer(commands, choices),
            complete_while_typing=commanding,
            complete_in_thread=True,
            multiline=True,
            prompt_continuation=lambda width, *_: [("class:dim", "." * (width - 1) + " ")],
            key_bindings=_keys(),
            output=beside_stdout(),
        )

    def read(self, name: str = "") -> str:
        """The next message, whole; Ctrl-C begins it anew. Raises EOFError at the end."""
        from prompt_toolkit.styles import Style

        style = Style.from_dict({"prompt": "bold", "dim": "ansibrightblack"})
        shown: StyleAndTextTuples = [("class:prompt", f"{printable(name)}> ")]
        with interrupt_is_a_key(), unechoed():
            while True:
                try:
                    return unfenced(self._prompt.prompt(shown, style=style, handle_sigint=False))
                except KeyboardInterrupt:
                    if not self._prompt.default_buffer.text:
                        say("(Ctrl-D or /exit leaves.)")


def is_whole(text: str) -> bool:
    """Whether Enter ends the message: not within a fence, and not after a backslash."""
    if text.lstrip().startswith(FENCE):
        return text.count(FENCE) > 1
    return not text.endswith("\\")


def unfenced(text: str) -> str:
    """The message without its fences, and without the backslashes that lines ended with."""
    stripped = text.strip()
    if stripped.startswith(FENCE) and stripped.count(FENCE) > 1:
        inner, _, after = stripped[len(FENCE) :].rpartition(FENCE)
        return "\n".join(part for part in (inner.strip("\n"), after.strip()) if part)
    return text.replace("\\\n", "\n")


def _keys() -> KeyBindings:
    from prompt_toolkit.key_binding import KeyBindings

    keys = KeyBindings()

    # Ctrl-J is the Enter that was typed before there was a prompt.
    @keys.add("enter")
    @keys.add("c-j")
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if is_whole(buffer.text) or buffer.cursor_position < len(buffer.text.rstrip("\\")):
            buffer.validate_and_handle()
        else:
            buffer.insert_text("\n")

    @keys.add("escape", "enter")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return keys


def _completer(commands: dict[str, str], choices: Choices) -> Any:
    from prompt_toolkit.completion import Completer, PathCompleter
    from prompt_toolkit.document import Document as Text

    files = PathCompleter(expanduser=True)

    class Words(Completer):
        def get_completions(
            self, document: Document, complete_event: CompleteEvent
        ) -> Iterator[Completion]:
            from prompt_toolkit.completion import Completion

            text = document.text_before_cursor
            command, space, typed = text.partition(" ")
            if space and command in commands and choices(command) is None:
                yield from files.get_completions(Text(typed), complete_event)
                return
            for word, begun, what in completions(text, commands, choices):
                yield Completion(
                    word, -len(begun), display=printable(word), display_meta=printable(what)
                )

    return Words()


def completions(
    text: str, commands: dict[str, str], choices: Choices
) -> Iterator[tuple[str, str, str]]:
    """Each way to complete a command or what follows it: the word, its beginning, its meaning."""
    command, space, typed = text.partition(" ")
    if not text.startswith("/") or "\n" in text:
        return
    if not space:
        yield from ((one, text, what) for one, what in commands.items() if one.startswith(text))
        return
    begun = typed.casefold()
    for word in choices(command) or () if command in commands else ():
        # An ID is remembered by its last part: that completes it as well.
        if word.casefold().startswith(begun) or f"/{begun}" in word.casefold():
            yield word, typed, ""
