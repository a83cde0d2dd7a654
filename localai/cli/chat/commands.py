"""The commands of a conversation, each a line that begins with a slash; it must not read lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from localai import machine
from localai.cli.chat.conversation import Conversation
from localai.cli.chat.parameters import (
    PARAMETERS,
    RESETS,
    parameter,
    shown,
    told,
    value_of,
)
from localai.cli.chat.session import Session, show_last
from localai.cli.output import printable
from localai.cli.terminal import explain, say
from localai.errors import InvalidRequest, LocalAIError, NotDownloaded

if TYPE_CHECKING:
    from localai.runtime import Runtime

# "/etc/hosts" and "/ what?" are no commands.
_COMMAND = re.compile(r"/[A-Za-z?]+(?=\s|$)")


class Leave(Exception):
    """The conversation is over."""


def is_command(text: str) -> bool:
    """Whether a text is for this program and not for the model."""
    return _COMMAND.match(text) is not None


def run(session: Session, text: str) -> None:
    """Do what a command says. Raises Leave, LocalAIError."""
    name, _, rest = text.partition(" ") if " " in text else text.partition("\n")
    name = name.lower()
    command = COMMANDS.get(name) or COMMANDS.get(ALSO.get(name, ""))
    if command is None:
        from difflib import get_close_matches

        close = get_close_matches(name, [*COMMANDS, *ALSO], n=1)
        raise InvalidRequest(
            f"There is no command {name}.",
            hint=(f"Did you mean {close[0]}? " if close else "/help lists the commands. ")
            + "A message that begins with a slash needs a space before it.",
        )
    command.do(session, rest.strip())


def _system(session: Session, text: str) -> None:
    talk = session.conversation
    if text.lower() in RESETS:
        talk.system = ""
        say("There is no system text now.")
    elif text:
        talk.system = text
        say("The system text is set; it counts from the next message on.")
    elif talk.system:
        click.echo(printable(talk.system))
    else:
        say("There is no system text. /system TEXT sets one, /system off takes it away.")


def _set(session: Session, given: str) -> None:
    values = session.conversation.parameters
    name, _, text = given.replace("=", " ", 1).partition(" ")
    text = text.strip()
    if not name:
        explain(told(values))
        say("/set NAME VALUE sets one, /set NAME default takes that back.")
        return
    known = parameter(name)
    if not text:
        now = shown(values[known.name]) if known.name in values else known.default
        say(f"{known.name}: {now}. Range: {known.range}. {known.what}")
    elif text.lower() in RESETS:
        values.pop(known.name, None)
        say(f"{known.name}: {known.default}.")
    else:
        values[known.name] = value_of(known.name, text)
        say(f"{known.name}: {printable(shown(values[known.name]))}.")


def _model(session: Session, name: str) -> None:
    if not name:
        for one in installed(session):
            sign = "*" if one == session.conversation.model else " "
            click.echo(f"{sign} {printable(one)}")
        say("/model ID takes another one; `localai models` lists those that can be fetched.")
        return
    try:
        spec = session.take_model(name)
    except NotDownloaded as error:
        if not fetched(session.runtime, error):
            raise
        spec = session.take_model(name)
    say(f"Model: {spec.id}. The conversation goes on.")


def fetched(runtime: Runtime, error: NotDownloaded) -> bool:
    """Whether the missing model is here now: its user is asked, and it is downloaded."""
    from localai.cli.pull import describe, fetch, is_terminal
    from localai.weights.fit import file_to_take

    if not is_terminal():
        return False
    spec = runtime.registry.resolve(error.model)
    file = file_to_take(spec, None, machine.memory().free)
    describe(spec, file)
    if not click.confirm("Download it now?", err=True):
        return False
    fetch(spec, file, runtime.store)
    return True


def installed(session: Session) -> Iterator[str]:
    """The IDs of the models on this disk, the one that talks included."""
    for spec in session.runtime.registry.models:
        if spec.id == session.conversation.model or session.runtime.store.installed(spec):
            yield spec.id


def _raw(session: Session, _: str) -> None:
    session.raw = not session.raw
    if session.raw:
        say("Raw: each text goes to the model as it is, by itself; /raw ends that.")
    else:
        say("The conversation goes on.")


def _save(session: Session, name: str) -> None:
    file = _file(name)
    if file.exists() and file.resolve() not in session.files:
        raise InvalidRequest(f"{file} exists.", hint="Take another name.")
    session.conversation.write(file)
    session.files.add(file.resolve())
    say(f"Wrote {_messages(session.conversation)} to {file}.")


def _load(session: Session, name: str) -> None:
    file = _file(name)
    found = Conversation.read(file)
    take(session, found)
    session.files.add(file.resolve())
    say(f"Read {_messages(found)} from {file}; {session.conversation.model} goes on.")
    show_last(found)


def take(session: Session, found: Conversation) -> None:
    """Go on with another conversation, with its model where that is here."""
    before = session.conversation.model
    wanted, found.model = found.model, before
    session.conversation = found
    for remark in found.remarks:
        say(remark)
    if wanted and wanted != before:
        try:
            session.take_model(wanted)
        except LocalAIError as error:
            say(f"{error.message} {before} goes on.")


def _messages(talk: Conversation) -> str:
    count = len(talk.messages)
    return "1 message" if count == 1 else f"{count} messages"


def _file(name: str) -> Path:
    if not name:
        raise InvalidRequest("Name a file.", hint="For example: /save talk.json")
    return Path(name).expanduser()


def _retry(session: Session, _: str) -> None:
    session.retry()


def _forget(session: Session, text: str) -> None:
    if text and not (text.isdecimal() and int(text)):
        raise InvalidRequest(f"{text!r} is no number of exchanges.", hint="For example: /forget 2")
    gone = session.conversation.forget(int(text or 1))
    left = session.conversation.exchanges
    say(f"Forgot {gone} of the oldest exchanges; {left} left.")


def _clear(session: Session, _: str) -> None:
    session.conversation.messages.clear()
    say("The conversation is empty; model, system text and parameters stay.")


def _help(_session: Session, _: str) -> None:
    explain([(f"{name} {one.takes}".rstrip(), one.what) for name, one in COMMANDS.items()])
    say('Alt-Enter, or \\ before Enter, begins a new line; """ begins and ends many lines.')
    say("Tab completes, Up brings lines back, Ctrl-C stops an answer, Ctrl-D leaves.")


def _exit(_session: Session, _: str) -> None:
    raise Leave


@dataclass(frozen=True, slots=True)
class Command:
    """takes: what follows its name. what: its line in the help."""

    takes: str
    what: str
    do: Callable[[Session, str], None]


COMMANDS: dict[str, Command] = {
    "/system": Command("[TEXT|off]", "what the model should be or know; alone: show it", _system),
    "/set": Command("[NAME [VALUE]]", "set a parameter; alone: all, with their ranges", _set),
    "/model": Command("[ID]", "talk on with another model; alone: those that are here", _model),
    "/raw": Command("", "send texts as they are, without a chat template, or stop that", _raw),
    "/retry": Command("", "answer the last message again, with a new seed", _retry),
    "/forget": Command("[N]", "drop the oldest exchange, or the oldest N", _forget),
    "/clear": Command("", "begin a new conversation", _clear),
    "/save": Command("FILE", "write the conversation as JSON", _save),
    "/load": Command("FILE", "go on with a conversation that was saved", _load),
    "/help": Command("", "show this", _help),
    "/exit": Command("", "leave", _exit),
}
ALSO = {"/quit": "/exit", "/bye": "/exit", "/q": "/exit", "/?": "/help", "/h": "/help"}
NAMES = tuple(COMMANDS)
PARAMETER_NAMES = tuple(PARAMETERS)
