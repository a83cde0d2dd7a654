"""Options that several commands share, and the runtime they describe.

It must not know the commands. Nothing of click travels further in: a RuntimeConfig comes out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from localai.runtime import Runtime, RuntimeConfig

Command = Callable[..., Any]

MAX_GPU_LAYERS = 10_000


class GpuLayers(click.ParamType[int | None]):
    """`auto` (None) or a number of layers."""

    name = "N|auto"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | None:
        if value is None or value == "auto":
            return None
        if not str(value).isdigit() or int(str(value)) > MAX_GPU_LAYERS:
            self.fail(f"{value!r} is neither 'auto' nor 0 to {MAX_GPU_LAYERS}.", param, ctx)
        return int(str(value))


def engine_options(command: Command) -> Command:
    """--ctx, --threads and --gpu-layers, as `ctx_tokens`, `threads` and `gpu_layers`."""
    options = (
        click.option(
            "--ctx",
            "ctx_tokens",
            type=click.IntRange(min=16),
            metavar="N",
            help="Tokens of KV cache, shared by all requests. Default: by model.",
        ),
        click.option(
            "--threads",
            type=click.IntRange(1, 512),
            metavar="N",
            help="Threads to compute with. Default: physical cores within the quota.",
        ),
        click.option(
            "--gpu-layers",
            type=GpuLayers(),
            metavar="N|auto",
            default="auto",
            help="Layers on the GPU; auto is all where llama.cpp was built with one.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@contextmanager
def opened(config: RuntimeConfig) -> Iterator[Runtime]:
    """A runtime that is closed at the end, but not after Ctrl-C: that leaves the process at once,
    and closing would wait until a load or a prompt is through."""
    from localai.runtime import Runtime

    runtime = Runtime(config=config)
    try:
        yield runtime
    except KeyboardInterrupt:
        raise
    except BaseException:
        runtime.close()
        raise
    runtime.close()
