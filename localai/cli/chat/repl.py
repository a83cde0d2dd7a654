"""A sitting of `localai chat`: reads messages and commands in turn; it must not know models."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from localai.cli.chat import commands
from localai.cli.chat.session import Session
from localai.cli.chat.typing_in import Prompt
from localai.cli.terminal import interrupt_is_a_key, interrupt_raises, say
from localai.errors import LocalAIError

FILE = "chat-lines"


def sit(session: Session, file: Path | None) -> None:
    """Read and answer until the user leaves. file: where the lines are kept, None for nowhere."""
    help_of = {name: one.what for name, one in commands.COMMANDS.items()}
    prompt = Prompt(help_of, lambda command: _choices(session, command), file)
    say(
        f"{session.conversation.model} answers. /help lists the commands, Ctrl-C stops an answer, "
        "Ctrl-D leaves."
    )
    # Between an answer and the next prompt nothing is there to be stopped.
    with interrupt_is_a_key():
        while True:
            try:
                obey(session, prompt.read("raw" if session.raw else ""))
            except (EOFError, commands.Leave):
                return


def obey(session: Session, text: str) -> None:
    """Do what a message says, and tell what goes wrong. Raises Leave."""
    if not text.strip():
        return
    try:
        with interrupt_raises():
            if commands.is_command(text):
                commands.run(session, text)
            else:
                session.ask(text if session.raw else text.strip())
    except KeyboardInterrupt:
        say("Stopped.")
    except LocalAIError as error:
        say(f"Error: {error.message}")
        if error.hint:
            say(error.hint)


def _choices(session: Session, command: str) -> Iterable[str] | None:
    if command in ("/save", "/load"):
        return None
    if command == "/model":
        return commands.installed(session)
    return commands.PARAMETER_NAMES if command == "/set" else ()
