"""Asks before SQL runs, and lets it be edited; it must not know how it runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import click

from localai.cli.output import note, printable
from localai.cli.terminal import beside_stdout
from localai.errors import SQLRejected
from localai.sql import Answer

QUESTION = "Run it? [Y]es, [e]dit, [n]o"


def confirmed(
    answer: Answer, check: Callable[[str], Answer], show: Callable[[Answer], None]
) -> Answer | None:
    """The answer whose SQL is to run; None where none is.

    check: edited SQL as an answer with the same question. show: tells people an answer's SQL.
    """
    while True:
        show(answer)
        choice = _choice()
        if choice == "y":
            return answer
        if choice == "n":
            return None
        text = edited(answer.model_sql)
        if text is None or not text.strip():
            continue
        try:
            answer = check(text)
        except SQLRejected as error:
            note(printable(f"That cannot run: {error}"))


def _choice() -> str:
    while True:
        try:
            said = click.prompt(QUESTION, default="y", show_default=False, err=True)
        except click.Abort:
            # The end of what was piped in is no consent; Ctrl-C is raised as itself.
            if sys.stdin.isatty():
                raise
            return "n"
        first = said.strip().lower()[:1]
        if first in ("y", "n", "e"):
            return str(first)


def edited(text: str) -> str | None:
    """The text after its user has edited it; None where nothing was saved."""
    if not sys.stdin.isatty():
        return str(click.prompt("SQL", err=True))
    if os.environ.get("VISUAL") or os.environ.get("EDITOR"):
        found = click.edit(text + "\n", extension=".sql")
        return found if found is None else str(found)
    from prompt_toolkit import PromptSession

    prompt: PromptSession[str] = PromptSession("SQL> ", output=beside_stdout())
    try:
        return prompt.prompt(default=text)
    except (EOFError, KeyboardInterrupt):
        return None
