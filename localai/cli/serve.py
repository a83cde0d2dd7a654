"""`localai serve`: the socket, the signals and the line that says it is ready.

It must not know routes or dialects; those are the server's.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import closing, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import click
import uvicorn

from localai.cli.listening import is_loopback, listening
from localai.cli.options import engine_options, opened
from localai.cli.output import emit, json_option, note
from localai.cli.parent import die_with_parent_option
from localai.cli.settling import settle
from localai.cli.warm_files import prompts
from localai.errors import NotDownloaded
from localai.loading import RuntimeConfig
from localai.runtime import Runtime
from localai.server import create_app
from localai.server.databases import Databases, named
from localai.server.warming import WarmUp
from localai.sql import Introspection

# Seconds after Ctrl-C or SIGTERM in which running answers may end by themselves, and then those in
# which the others end with an error.
GRACE = 2.0
LAST = 3

ENTER = "localai.cli.serve.enter"
"""Where a command that goes on as this one leaves a code for `/localai/enter` in click's `meta`."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="N",
    default=8642,
    show_default=True,
    help="Port to listen on; 0 takes a free one and prints it.",
)
@click.option("--model", "models", multiple=True, help="Load it at start; may be repeated.")
@click.option(
    "--api-key", envvar="LOCALAI_API_KEY", help="Ask callers for this key (or LOCALAI_API_KEY)."
)
@click.option("--max-queue", type=click.IntRange(1), metavar="N", default=64, show_default=True,
              help="Requests that may wait for a model.")  # fmt: skip
@click.option("--parallel", type=click.IntRange(1, 256), metavar="N", default=8, show_default=True,
              help="Requests answered at once by a model.")  # fmt: skip
@click.option("--keep-alive", type=float, default=300.0, show_default=True, metavar="S",
              help="Seconds that an unused model stays loaded; negative: for ever.")  # fmt: skip
@click.option("--allow-origin", "origins", multiple=True, metavar="O",
              help="Let web pages of this origin call; may be repeated.")  # fmt: skip
@click.option("--pull", is_flag=True, help="Download the models of --model that are not here.")
@click.option("--db", "databases", multiple=True, metavar="[NAME=]TARGET",
              help="Answer questions about this file, folder or URL; may be repeated.")  # fmt: skip
@click.option("--warm", "warm_files", multiple=True, metavar="FILE",
              type=click.Path(path_type=Path), help="Compute the prompts in this file at start: "
              "text that prompts begin with, or JSON inputs; may be repeated.")  # fmt: skip
@click.option("--no-playground", is_flag=True, help="Leave out the page for people at /.")
@click.option("--no-values", is_flag=True, help="Show models no values out of databases.")
@die_with_parent_option
@engine_options
@json_option
def serve(
    host: str,
    port: int,
    models: tuple[str, ...],
    api_key: str | None,
    max_queue: int,
    parallel: int,
    keep_alive: float,
    origins: tuple[str, ...],
    pull: bool,
    databases: tuple[str, ...],
    warm_files: tuple[Path, ...],
    no_playground: bool,
    no_values: bool,
    engine: RuntimeConfig,
    as_json: bool,
) -> None:
    """Serve models over HTTP, with the routes of Workers AI, OpenAI and Baidu Qianfan.

    Models load when they are asked for. With --json the first line of stdout is
    {"url", "host", "port", "pid", "models"}, printed as soon as the port answers; GET /health says
    when the models of --model are loaded. Ctrl-C or SIGTERM ends it within seconds.

    Callers show the key of --api-key as a bearer token. Qianfan's clients give it as their secret
    key (SK), with any name for the other (AK): it signs their access tokens, which outlive a
    restart, and checks their bce-auth-v1 signatures.

    With --warm, prompts are computed when the models are loaded, and kept: the first request that
    begins alike is answered as soon as any later one. A file is the beginning of raw prompts for
    the one --model, or JSON: an object of Workers AI inputs, with "model" where it is another, or a
    list of such; messages may end before the user's turn. GET /localai/status says how far it is. A
    model that --keep-alive unloads takes along what was computed. Of databases, schemas are
    computed by themselves, for each --model whose prompts have the schema before the question.

    With --db, POST /sql answers questions about databases, which are only read. Callers need a key
    then, for every route; without --api-key one is made up and printed ("key" with --json).

    \b
    Examples:
      localai serve --model @localai/sql-tiny
      localai serve --db shop.db --db sales=postgresql://reader@localhost/sales
      localai serve --model @cf/meta/llama-3-8b-instruct --warm system.json --keep-alive -1
      localai serve --host 0.0.0.0 --api-key "$(openssl rand -hex 16)"
      localai serve --port 0 --json --die-with-parent
    """
    loopback = is_loopback(host)
    if not loopback and not api_key:
        raise click.UsageError(f"Others can reach {host}: ask them for a key with --api-key.")
    engine = replace(engine, slots=parallel, max_queue=max_queue, keep_alive=keep_alive)
    made_up = "" if api_key or not databases else secrets.token_urlsafe(24)
    with listening(host, port) as listener, opened(engine) as runtime:
        ids = [runtime.registry.resolve(model).id for model in models]
        warm = _warm_ups(runtime, warm_files, ids)
        ids += [one.model for one in warm]
        wanted = [_present(runtime, model, pull=pull) for model in dict.fromkeys(ids)]
        asked = _opened_databases(runtime, databases, values=not no_values)
        warm += _schemas(runtime, asked, wanted)
        app = create_app(
            runtime,
            preload=wanted,
            api_key=api_key or made_up,
            allow_origins=origins,
            loopback=loopback,
            databases=asked,
            playground=not no_playground,
            warm=warm,
            store=runtime.store,
            enter=click.get_current_context().meta.get(ENTER),
        )
        _log_to_stderr()
        # uvicorn ends on SIGTERM and then raises it again, for this handler to end the process.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        _announce(listener, wanted, asked, made_up, [one.name for one in warm], as_json=as_json)
        with closing(runtime), closing(asked) if asked else nullcontext():
            settle()
            _Server(app, runtime, asked).run(sockets=[listener])


class _Server(uvicorn.Server):
    """uvicorn, told to end the answers that outlast the grace: it would tear them."""

    def __init__(
        self, app: Callable[..., Any], runtime: Runtime, databases: Databases | None
    ) -> None:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            ws="none",
            timeout_graceful_shutdown=int(GRACE) + LAST,
        )
        super().__init__(config)
        self._runtime = runtime
        self._databases = databases

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        timer = threading.Timer(GRACE, self._end)
        timer.start()
        try:
            await super().shutdown(sockets)
        finally:
            timer.cancel()

    def _end(self) -> None:
        # Queries first: they are what a runtime cannot end.
        if self._databases is not None:
            self._databases.close()
        self._runtime.close()


def _opened_databases(
    runtime: Runtime, targets: tuple[str, ...], *, values: bool
) -> Databases | None:
    """The databases of --db, each of them looked into, so that a wrong one is told at once.

    Raises DatabaseError.
    """
    if not targets:
        return None
    databases = Databases(runtime, named(targets), reading=Introspection(values=values))
    try:
        for name in databases.names:
            databases.schema(name)
    except BaseException:
        databases.close()
        raise
    return databases


def _warm_ups(runtime: Runtime, files: tuple[Path, ...], models: Sequence[str]) -> list[WarmUp]:
    """The prompts of --warm. Raises LocalAIError."""
    read = [one for file in files for one in prompts(file, runtime.registry, models)]
    return [WarmUp(name, request.model, partial(replace, request)) for name, request in read]


def _schemas(runtime: Runtime, databases: Databases | None, models: Sequence[str]) -> list[WarmUp]:
    """What each model's prompts about each database begin with."""
    names = databases.names if databases else ()
    specs = [runtime.registry.resolve(model) for model in models]
    return [
        WarmUp(f"database {name}", spec.id, partial(databases.beginning, name, spec.id))
        for name in names
        for spec in specs
        if databases and not spec.embeds and not spec.reads_slots
    ]


def _present(runtime: Runtime, model: str, *, pull: bool) -> str:
    """The ID of a model whose weights are here, if need be since now. Raises NotDownloaded."""
    spec = runtime.registry.resolve(model)
    if pull:
        from localai.cli.pull import ensure

        ensure(spec, runtime.store)
    if runtime.store.find(spec) is None:
        raise NotDownloaded(spec.id)
    return spec.id


def _announce(
    listener: socket.socket,
    models: list[str],
    databases: Databases | None,
    made_up: str,
    warm: list[str],
    *,
    as_json: bool,
) -> None:
    host, port = listener.getsockname()[:2]
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    if as_json:
        told = {"url": url, "host": host, "port": port, "pid": os.getpid(), "models": models}
        asked = {"databases": databases.names} if databases else {}
        ahead = {"warm": warm} if warm else {}
        emit({**told, **asked, **ahead, **({"key": made_up} if made_up else {})})
        return
    click.echo(f"localai answers on {url} (Ctrl-C ends it).")
    note(f"Loading {', '.join(models)} ..." if models else "Models load when asked for.")
    if warm:
        note(f"Then what prompts begin with is computed: {', '.join(warm)}.")
    if databases:
        note(f"POST {url}/sql answers questions about {', '.join(databases.names)}.")
    if made_up:
        note(f"Callers need this key, made for this run: {made_up}")
        note(f"  curl {url}/sql -H 'Authorization: Bearer {made_up}' \\")
        note('    -d \'{"question": "How many rows are there?"}\'')


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    logging.getLogger("localai").setLevel(logging.INFO)
    # llama.cpp's lines are for its developers, and its errors come with ours; uvicorn's for ours.
    logging.getLogger("localai.llama").setLevel(logging.CRITICAL)
