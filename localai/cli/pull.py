"""`localai pull`: licence and size first, then a download with a bar; it must not know the Hub."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from localai import machine
from localai.cli.output import note, printable, size
from localai.errors import Offline
from localai.model import FileSpec, ModelSpec
from localai.registry import Registry
from localai.weights.fit import file_to_take
from localai.weights.pull import pull as download
from localai.weights.pull import remote_size
from localai.weights.store import Installed, Store

# Seconds between two lines of progress where there is no terminal to draw a bar on.
LINE_EVERY = 5.0

Progress = Callable[[int, int | None], None]


@click.command()
@click.argument("model")
@click.option("--quant", metavar="Q", help="The file to take; `localai fit MODEL` lists them.")
@click.option("--yes", is_flag=True, help="Do not ask after showing licence and size.")
def pull(model: str, quant: str | None, yes: bool) -> None:
    """Download MODEL's weights from the Hugging Face Hub and verify them.

    Without --quant the file is chosen by the memory that is free. An interrupted download goes on
    where it stopped. Downloads obey HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE, HF_HOME and proxies.

    \b
    Examples:
      localai pull @cf/meta/llama-3.2-1b-instruct
      localai pull @cf/defog/sqlcoder-7b-2 --quant Q4_K_M --yes
    """
    spec, store = Registry.load().resolve(model), Store()
    file = file_to_take(spec, quant, machine.memory().free)
    have = store.find(spec, file.quant)
    if have is None:
        total = describe(spec, file)
        if not yes and is_terminal():
            click.confirm(f"Download {size(total)}?", abort=True, err=True)
        have = fetch(spec, file, store)
    click.echo(f"{spec.id} {have.quant} is here: {have.path} ({size(have.bytes)})")
    for remark in have.notes:
        note(remark)


def is_terminal() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty()


def ensure(spec: ModelSpec, store: Store) -> None:
    """Download a model unless some file of it is here (what --pull of other commands means)."""
    if store.find(spec) is None:
        file = file_to_take(spec, None, machine.memory().free)
        describe(spec, file)
        fetch(spec, file, store)


def describe(spec: ModelSpec, file: FileSpec) -> int | None:
    """Say what is about to be downloaded, under which licence; its bytes, where they are known.

    A size that no source of the registry gives is asked of the Hub. Raises WeightsError.
    """
    note(f"{spec.id}: {spec.title}")
    note(f"  licence  {spec.licence}")
    if spec.terms_url:
        note(f"  terms    {spec.terms_url}")
    note(f"  file     {file.repository}/{file.name} ({file.quant})")
    total = file.size if file.size is not None else _asked_size(file)
    note(f"  size     {size(total)}")
    return total


def _asked_size(file: FileSpec) -> int | None:
    try:
        return remote_size(file)
    except Offline:
        return None  # the pull itself finds what is here, or says what is missing


def fetch(spec: ModelSpec, file: FileSpec, store: Store) -> Installed:
    """Download and verify, with a bar on a terminal, else with lines. Raises WeightsError."""
    with _bar(file) if sys.stderr.isatty() else _lines() as on_progress:
        return download(spec, file, store, on_progress=on_progress)


@contextmanager
def _bar(file: FileSpec) -> Iterator[Progress]:
    from rich import progress
    from rich.console import Console

    columns = (
        progress.BarColumn(),
        progress.DownloadColumn(),
        progress.TransferSpeedColumn(),
        progress.TimeRemainingColumn(),
    )
    with progress.Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(printable(file.name), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def _lines() -> Iterator[Progress]:
    last = time.monotonic()

    def on_progress(done: int, total: int | None) -> None:
        nonlocal last
        if time.monotonic() - last >= LINE_EVERY or done == total:
            last = time.monotonic()
            note(f"  {size(done)} of {size(total)}")

    yield on_progress
