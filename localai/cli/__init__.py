"""The command `localai`: its group, exit codes and errors; it must not know what commands do.

Exit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import sys
from typing import Any, NoReturn

import click

from localai import __version__
from localai.cli.output import DEBUG, report
from localai.errors import LocalAIError

# Command -> where it lives and its line in the list. A module is imported when its command is
# asked for, so that `localai --help` costs no more than click itself.
COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("generate:run", "Answer a prompt with a model."),
    "chat": ("chat:chat", "Talk with a model."),
    "sql": ("sql:sql", "Answer questions about a database."),
    "serve": ("serve:serve", "Serve models over HTTP, as Workers AI does."),
    "ps": ("ps:ps", "Show what a running server has loaded and does."),
    "stop": ("stop:stop", "Unload a model of a running server."),
    "playground": ("playground:playground", "Try models in a browser."),
    "models": ("models:models", "List the models that the registry knows."),
    "show": ("models:show", "Show one model: limits, files, licence, memory."),
    "fit": ("models:fit", "Show which files of a model fit into memory."),
    "pull": ("pull:pull", "Download a model's weights."),
    "add": ("add:add", "Take a GGUF file on this disk as a model's weights."),
    "rm": ("add:rm", "Remove a model's weights from this disk."),
    "lora": ("lora:lora", "Add, list and remove LoRA adapters."),
    "cache": ("cache:cache", "List and remove prompts that are kept on disk."),
    "bench": ("bench:bench", "Measure how fast a model is on this machine."),
    "doctor": ("doctor:doctor", "Say what this machine offers and what is wrong."),
}


class LazyGroup(click.Group):
    """Finds commands in COMMANDS and turns a LocalAIError of any of them into exit code 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(f"localai.cli.{module}"), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except LocalAIError as error:
            report(error, ctx)
            ctx.exit(1)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="localai")
def localai() -> None:
    """Run language models on this machine, offline.

    \b
    Examples:
      localai sql --db shop.db "How many orders were placed in each city?"
      localai pull @cf/meta/llama-3.2-1b-instruct
      localai run @cf/meta/llama-3.2-1b-instruct "Why is the sky blue?"
      localai serve
    """


def main(args: list[str] | None = None) -> NoReturn:
    """Run the command line and leave the process with its exit code."""
    if os.environ.get(DEBUG):
        logging.basicConfig(level=logging.DEBUG)
    for stream in (sys.stdout, sys.stderr):
        # A character that the terminal's encoding lacks must not end an answer.
        getattr(stream, "reconfigure", lambda **_: None)(errors="replace")
    try:
        sys.exit(localai.main(args, prog_name="localai", standalone_mode=False))
    except click.Abort:
        _leave_at_once(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        print(f"localai: unexpected error: {error!r}", file=sys.stderr)
        print(f"{DEBUG}=1 shows where; please report it.", file=sys.stderr)
        sys.exit(1)


def _leave_at_once(code: int) -> NoReturn:
    """Leave without waiting for threads: a model that is loading must not hold Ctrl-C up."""
    with contextlib.suppress(OSError):  # whoever read our output may be gone as well
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)
