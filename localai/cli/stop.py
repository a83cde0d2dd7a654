"""`localai stop`: unloads a model of a running server; it must not know how that is done."""

from __future__ import annotations

import click

from localai.cli.output import emit, json_option, printable
from localai.cli.remote import Remote, server_options
from localai.errors import LocalAIError


@click.command()
@click.argument("model")
@server_options
@json_option
def stop(model: str, url: str, api_key: str | None, as_json: bool) -> None:
    """Unload MODEL from a running server's memory; the server goes on.

    A model that is answering is not unloaded. It loads again when it is next asked for.

    \b
    Examples:
      localai stop @cf/meta/llama-3.2-1b-instruct
      localai stop @localai/sql-tiny --url http://127.0.0.1:9000
    """
    remote = Remote(url, api_key)
    told = remote.post("/localai/unload", {"model": model}, holding="unloaded")
    if told["unloaded"] is not True:
        raise LocalAIError(
            f"{model} is not loaded at {remote.url}.", hint="`localai ps` shows what is."
        )
    if as_json:
        emit({"model": model, "unloaded": True})
    else:
        click.echo(printable(f"{model} is unloaded."))
