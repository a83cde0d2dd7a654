"""Where a sitting's lines come from: a terminal that edits and completes, or a pipe.

It must not know what the lines mean.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from localai.cli.output import printable
from localai.cli.terminal import beside_stdout, interrupt_is_a_key, kept_lines, unechoed

if TYPE_CHECKING:
    from prompt_toolkit.completion import Completion
    from prompt_toolkit.document import Document

# From so many letters on, a word is completed.
LEAST_LETTERS = 2


class Lines(Protocol):
    """Lines of a sitting. interactive: somebody is there to read and to answer."""

    interactive: bool

    def read(self) -> str:
        """The next one. Raises EOFError at the end; a pipe's reader KeyboardInterrupt."""


class PipedLines:
    """The lines of stdin; one that ends with a backslash goes on in the next."""

    interactive = False

    def read(self) -> str:
        text = ""
        while True:
            line = sys.stdin.readline()
            if not line:
                if text:
                    return text
                raise EOFError
            line = line.rstrip("\r\n")
            if not line.endswith("\\"):
                return text + line
            text += line[:-1] + "\n"


class TerminalLines:
    """A prompt with editing, history and completion.

    words: what can be completed, asked for when it is needed. file: where lines are kept for the
    next sitting; None keeps them for this one.
    """

    interactive = True

    def __init__(
        self,
        name: str,
        commands: Iterable[str],
        words: Callable[[], Iterable[str]],
        file: Path | None,
    ) -> None:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.filters import Condition

        # Names are completed at Tab alone: popping up while somebody writes prose, they disturb.
        commanding = Condition(lambda: self._prompt.default_buffer.text.startswith("\\"))
        self._prompt: PromptSession[str] = PromptSession(
            f"{printable(name)}> ",
            history=kept_lines(file),
            completer=_completer(tuple(commands), words),
            complete_while_typing=commanding,
            complete_in_thread=True,
            output=beside_stdout(),
        )

    def read(self) -> str:
        """The next one; Ctrl-C begins it anew. Raises EOFError at the end."""
        with interrupt_is_a_key(), unechoed():
            while True:
                try:
                    return self._prompt.prompt(handle_sigint=False)
                except KeyboardInterrupt:
                    continue


def _completer(commands: tuple[str, ...], words: Callable[[], Iterable[str]]) -> Any:
    from prompt_toolkit.completion import Completer

    class Names(Completer):
        def get_completions(self, document: Document, complete_event: Any) -> Iterator[Completion]:
            from prompt_toolkit.completion import Completion

            text = document.text_before_cursor
            for word, typed in completions(text, commands, words):
                yield Completion(word, start_position=-len(typed), display=printable(word))

    return Names()


def completions(
    text: str, commands: Iterable[str], words: Callable[[], Iterable[str]]
) -> Iterator[tuple[str, str]]:
    """Each way to complete the end of the text, with the letters that it begins with."""
    if text.startswith("\\") and " " not in text:
        yield from ((command, text) for command in commands if command.startswith(text))
        return
    typed = text.split(" ")[-1].lstrip("('\"")
    if len(typed) < LEAST_LETTERS and not text.startswith("\\"):
        return
    begun = typed.casefold()
    for word in dict.fromkeys(words()):
        if word.casefold().startswith(begun) and word != typed:
            yield word, typed
