"""`--die-with-parent`: a program's own server goes when the program does, however that comes.

It must not know what is served.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

import click

from localai import machine

OPTION = "--die-with-parent"


def die_with_parent_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option, which counts from the moment that it is read."""
    return click.option(
        OPTION,
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_watch,
        help="End at once when the process that started this one has ended, even by kill -9.",
    )(command)


def _watch(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if not value or ctx.resilient_parsing:
        return
    # PR_SET_PDEATHSIG would end us with the thread that started us, which may be a short one.
    for starter in machine.starters(OPTION):
        threading.Thread(
            target=_end_after, args=(starter,), name="localai-parent", daemon=True
        ).start()


def _end_after(starter: machine.Starter) -> None:
    starter.wait()
    # No farewells: there is nobody to take them. Databases' processes end when their input does.
    os._exit(0)
