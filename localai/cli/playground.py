"""`localai playground`: the server with its page, opened in a browser; it must not know routes."""

from __future__ import annotations

import http.client
import json
import secrets
import threading
import time
import webbrowser
from urllib.parse import quote

import click

from localai.cli.output import note
from localai.errors import LocalAIError

HOST = "127.0.0.1"
ABOUT = "/playground/server.json"

# Seconds: databases are looked into before the first answer, and large ones take a while.
PATIENCE = 60.0
# Seconds for a program that already listens to say what it is.
QUICK = 2.0


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), metavar="N", default=8642,
              show_default=True, help="Port of the server.")  # fmt: skip
@click.option("--model", "models", multiple=True, help="Load it at start; may be repeated.")
@click.option("--db", "databases", multiple=True, metavar="[NAME=]TARGET",
              help="Ask questions about this file, folder or URL; may be repeated.")  # fmt: skip
@click.option(
    "--api-key", envvar="LOCALAI_API_KEY", help="Ask callers for this key (or LOCALAI_API_KEY)."
)
@click.option("--no-browser", is_flag=True, help="Only print where the page is.")
@click.pass_context
def playground(
    ctx: click.Context,
    port: int,
    models: tuple[str, ...],
    databases: tuple[str, ...],
    api_key: str | None,
    no_browser: bool,
) -> None:
    """Try models in a browser: start the server and open its page.

    Where a localai answers on the port already, its page is opened and nothing is started.

    \b
    Examples:
      localai playground
      localai playground --db shop.db
    """
    if is_served(port, QUICK):
        if models or databases:
            raise LocalAIError(
                f"A localai runs on port {port} already, with models and databases of its own.",
                hint="End it first, or name another port with --port.",
            )
        page = f"http://{HOST}:{port}/"
        return show(page, page, browser=not no_browser)
    # Made here, so that the page gets it and nobody has to type it.
    key = api_key or (secrets.token_urlsafe(24) if databases else "")
    from localai.cli.serve import ENTER, serve

    page = f"http://{HOST}:{port}/"
    # The terminal is this user's own; a browser's command line can be read by all of the machine.
    told, opened = page, page
    if key:
        ctx.meta[ENTER] = code = secrets.token_urlsafe(24)
        told, opened = f"{page}#key={quote(key, safe='')}", f"{page}#enter={code}"
    opener = threading.Thread(target=_open_when_ready, args=(port, told, opened, not no_browser))
    opener.daemon = True
    opener.start()
    ctx.invoke(serve, host=HOST, port=port, models=models, databases=databases, api_key=key or None)


def is_served(port: int, patience: float) -> bool:
    """Whether a localai with a playground answers on this port, within so many seconds."""
    connection = http.client.HTTPConnection(HOST, port, timeout=patience)
    try:
        connection.request("GET", ABOUT)
        answer = connection.getresponse()
        about = json.loads(answer.read(10_000))
        return answer.status == 200 and about.get("name") == "localai"
    except (OSError, http.client.HTTPException, ValueError, AttributeError):
        return False  # nobody, or another program: to listen there says which
    finally:
        connection.close()


def show(told: str, opened: str, *, browser: bool) -> None:
    """Open the page by one address, and say where it is by another."""
    click.echo(f"The playground is at {told}")
    if browser and not webbrowser.open(opened):
        note("No browser could be started: open the address yourself.")


def _open_when_ready(port: int, told: str, opened: str, browser: bool) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if is_served(port, PATIENCE):
            return show(told, opened, browser=browser)
        time.sleep(0.1)
