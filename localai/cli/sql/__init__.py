"""`localai sql`: which command is meant; it must not know what the commands do.

A question is the command that needs no name. A question that is exactly the name of a subcommand
is that subcommand: ask it in other words.
"""

from __future__ import annotations

import importlib

import click

# Subcommand -> where it lives and its line in the help.
COMMANDS: dict[str, tuple[str, str]] = {
    "note": ("note:note_", "Write down what a database means by its words."),
    "history": ("history:history", "Show what was asked before."),
    "eval": ("eval:evaluate", "Count how many of a file's questions a model answers right."),
}
QUESTION = "question:question"


def _load(place: str) -> click.Command:
    module, _, attribute = place.partition(":")
    command = getattr(importlib.import_module(f"localai.cli.sql.{module}"), attribute)
    assert isinstance(command, click.Command)
    return command


class _Questions(click.Group):
    """Takes what is no subcommand for a question."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return _load(COMMANDS[cmd_name][0]) if cmd_name in COMMANDS else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] in COMMANDS:
            return super().resolve_command(ctx, args)
        return self.name, _load(QUESTION), args

    def get_help(self, ctx: click.Context) -> str:
        """The question's help, and the subcommands below it."""
        command = _load(QUESTION)
        formatter = ctx.make_formatter()
        command.format_help(click.Context(command, ctx.parent, ctx.info_name), formatter)
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])
        return formatter.getvalue().rstrip("\n")


@click.group(
    cls=_Questions,
    name="sql",
    context_settings={"ignore_unknown_options": True, "help_option_names": ["-h", "--help"]},
)
def sql() -> None:
    """Answer questions about a database."""
