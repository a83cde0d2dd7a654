"""Options that several commands share, and the runtime they describe.

It must not know the commands. Nothing of click travels further in: a RuntimeConfig comes out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from localai.loading import RuntimeConfig
    from localai.runtime import Runtime

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


class DiskCache(click.ParamType[int]):
    """`off` (0) or a size as people write it: 500MB, 2GB, 1.5 GB, or a number of bytes."""

    name = "SIZE|off"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        from localai.prefixes import size_of

        found = size_of(str(value))
        if found is None:
            self.fail(f"{value!r} is neither 'off' nor a size such as 500MB or 2GB.", param, ctx)
        return found


def engine_options(command: Command) -> Command:
    """What every command has that runs a model itself. They come as one parameter `engine`, a
    RuntimeConfig, which the command may `replace` with what it has beside them."""
    command = _configured(command)
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
        click.option(
            "--no-drafting",
            is_flag=True,
            help="Never guess at what comes next by what was said before; it is only for speed.",
        ),
        click.option(
            "--kv",
            type=click.Choice(("f16", "q8_0")),
            default="f16",
            show_default=True,
            help="How the KV cache is kept. q8_0 takes half the memory; 1,000 tokens deep, a model "
            "of 110 million weights read at 0.6 of the speed and wrote at 1.4. Answers may differ.",
        ),
        click.option(
            "--disk-cache",
            type=DiskCache(),
            envvar="LOCALAI_DISK_CACHE",
            metavar="SIZE|off",
            help="Disk for long prompts, kept over restarts (localai cache). "
            "Default: 5GB, or a tenth of what is free.",
        ),
        click.option(
            "--reproducible",
            is_flag=True,
            help="The same request with the same seed gets the same bytes, whatever else is "
            "answered. --ctx is then for each request. Slower with many requests, and on prompts.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _configured(command: Command) -> Command:
    @wraps(command)
    def with_engine(
        *args: Any,
        ctx_tokens: int | None,
        threads: int | None,
        gpu_layers: int | None,
        no_drafting: bool,
        kv: str,
        disk_cache: int | None,
        reproducible: bool,
        **others: Any,
    ) -> Any:
        from localai.loading import RuntimeConfig

        engine = RuntimeConfig(
            context=ctx_tokens,
            threads=threads,
            gpu_layers=gpu_layers,
            drafting=not no_drafting,
            kv=kv,
            cache_bytes=disk_cache,
            reproducible=reproducible,
        )
        return command(*args, engine=engine, **others)

    return with_engine


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
