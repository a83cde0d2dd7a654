"""`localai ps`: what a running server has loaded and does; it must not know who counts that."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from localai.cli.output import emit, json_option, printable, size
from localai.cli.remote import Remote, server_options
from localai.cli.terminal import is_styled, width

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table
    from rich.text import Text

# Seconds between two looks of --watch.
EVERY = 1.0
# Columns that the table with one line for each model needs; narrower, each has a paragraph.
WIDE = 110
_UNIT = "tokens/s"


@click.command()
@server_options
@click.option("--watch", is_flag=True, help="Look again every second, until Ctrl-C.")
@json_option
def ps(url: str, api_key: str | None, watch: bool, as_json: bool) -> None:
    """Show a running server's models: requests, queue, KV cache, speed, memory.

    Speeds are tokens per second of the last ten seconds' work. With --json each look is one line,
    as GET /localai/status has it.

    \b
    Examples:
      localai ps
      localai ps --watch
      localai ps --json --url http://127.0.0.1:9000
    """
    remote = Remote(url, api_key)

    def look() -> dict[str, Any]:
        return remote.get("/localai/status", holding="models")

    if not watch:
        told = look()
        return emit(told) if as_json else _console().print(drawn(told, remote.url), end="")
    try:
        _watch(look, remote.url, as_json=as_json)
    except KeyboardInterrupt:
        pass  # that is how a watch ends
    return None


def _watch(look: Callable[[], dict[str, Any]], url: str, *, as_json: bool) -> None:
    if as_json or not sys.stdout.isatty():
        while True:
            told = look()
            emit(told) if as_json else _console().print(drawn(told, url))
            sys.stdout.flush()
            time.sleep(EVERY)
    from rich.live import Live

    told, console = look(), _console()
    try:
        # A screen of its own: a change of size cannot tear it.
        with Live(console=console, screen=True, auto_refresh=False) as live:
            while True:
                live.update(drawn(told, url), refresh=True)
                time.sleep(EVERY)
                told = look()
    finally:
        console.print(drawn(told, url))


def _console() -> Console:
    from rich.console import Console

    return Console(
        width=None if sys.stdout.isatty() else 1_000_000,
        no_color=not is_styled(sys.stdout),
        highlight=False,
    )


def drawn(told: dict[str, Any], url: str) -> RenderableType:
    """A status for people: a line about the server, then its models."""
    from rich.console import Group
    from rich.text import Text

    up = _seconds(told.get("uptime_seconds"))
    head = Text(f"{url}, localai {printable(str(told.get('version')))}, up {up}", "dim")
    parts: list[RenderableType] = [head]
    if told["models"]:
        head.append(f", speeds in {_UNIT}")
    models = told["models"]
    if models:
        wide = not sys.stdout.isatty() or width(sys.stdout) >= WIDE
        parts += [_table(models)] if wide else [_paragraph(one) for one in models]
    for one in told.get("loading") or ():
        parts.append(Text(f"{printable(str(one['id']))}: loading, {one['progress']:.0%}"))
    if len(parts) == 1:
        parts.append(Text("No model is loaded."))
    return Group(*parts)


def _table(models: list[dict[str, Any]]) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in ("model", "file", "memory", "running", "waiting", "KV cache", "cached"):
        table.add_column(name, justify="left" if name in ("model", "file") else "right")
    for name in ("reads/s", "writes/s", "idle"):
        table.add_column(name, justify="right")
    table.columns[0].overflow = "fold"
    for one in models:
        cells = (
            one["id"], one["quant"], size(one["bytes"]), f"{one['running']} of {one['slots']}",
            one["waiting"], _kv(one), one["cached_tokens"],
            _rate(one["prefill_tokens_per_second"]), _rate(one["decode_tokens_per_second"]),
            _seconds(one["idle_seconds"]),
        )  # fmt: skip
        table.add_row(*(Text(printable(str(cell))) for cell in cells))
    return table


def _paragraph(one: dict[str, Any]) -> Text:
    from rich.text import Text

    lines = (
        ("memory", f"{size(one['bytes'])}, {one['quant']}, {one['context']} tokens of context"),
        ("running", f"{one['running']} of {one['slots']}, {one['waiting']} waiting"),
        ("KV cache", f"{_kv(one)}, {one['cached_tokens']} cached"),
        ("reads", _rate(one["prefill_tokens_per_second"])),
        ("writes", _rate(one["decode_tokens_per_second"])),
        ("idle", _seconds(one["idle_seconds"])),
    )
    text = Text(printable(str(one["id"])), "bold")
    for name, value in lines:
        text.append(f"\n  {name:9}", "dim").append(printable(value), "not bold")
    return text


def _kv(one: dict[str, Any]) -> str:
    # A model that makes vectors keeps none.
    return f"{one['kv_used']} of {one['kv_size']}" if one["kv_size"] else "none"


def _rate(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def _seconds(value: float | None) -> str:
    """A span as people say it; a model that works is not idle."""
    if value is None:
        return "no"
    if value < 60:
        return f"{value:.0f} s"
    if value < 3600:
        return f"{value / 60:.0f} min"
    return f"{value / 3600:.1f} h"
