"""`localai sql`: a question in words, the SQL, then its rows; it must not know SQL or prompts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from localai.cli.options import engine_options, opened
from localai.cli.output import Waiting, emit, json_option, note, printable, table
from localai.errors import DoesNotFit, NotDownloaded
from localai.loading import RuntimeConfig
from localai.sql import Answer, Limits, Options, ask, open_source

if TYPE_CHECKING:
    from localai.model import ModelSpec
    from localai.reply import Event
    from localai.runtime import Runtime

# The first of these that is on this disk and fits into memory answers.
PREFERRED = ("@cf/defog/sqlcoder-7b-2", "@localai/sql-tiny")


@click.command()
@click.argument("question")
@click.option(
    "--db",
    "database",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The SQLite file. It is opened read-only.",
)
@click.option("--model", help="The model that writes the SQL. Default: the best that is here.")
@click.option("--no-run", is_flag=True, help="Print the SQL without running it.")
@click.option("--max-rows", type=click.IntRange(1), metavar="N", default=100, show_default=True,
              help="Rows to show at most.")  # fmt: skip
@click.option("--timeout", type=click.FloatRange(min=0.1), metavar="S", default=10.0,
              show_default=True, help="Seconds that the query may take.")  # fmt: skip
@engine_options
@json_option
def sql(
    question: str,
    database: Path,
    model: str | None,
    no_run: bool,
    max_rows: int,
    timeout: float,
    ctx_tokens: int | None,
    threads: int | None,
    gpu_layers: int | None,
    as_json: bool,
) -> None:
    """Answer QUESTION about a SQLite database: a model writes SQL, it is checked, then run.

    Only one SELECT over names that exist is run, on a connection that cannot write. Without a
    usable answer the exit code is 1, and with --json "sql" is null and "reason" says why.

    \b
    Examples:
      localai sql --db shop.db "How many orders were placed in each city?"
      localai sql --db shop.db "Which customers have no orders?" --no-run
      localai sql --db shop.db "What is the average price?" --json
    """
    config = RuntimeConfig(context=ctx_tokens, slots=1, threads=threads, gpu_layers=gpu_layers)
    with opened(config) as runtime:
        spec = runtime.registry.resolve(model) if model else _best(runtime)
        waiting = Waiting(f"{spec.id} is reading the question ...")

        def on_event(_: Event) -> None:
            waiting.end()

        answer = ask(
            question,
            open_source(database),
            spec=spec,
            generate=runtime.stream,
            options=Options(run=not no_run, limits=Limits(max_rows=max_rows, timeout=timeout)),
            on_event=on_event,
        )
    if as_json:
        emit(answer.to_dict())
    else:
        _show(answer, ran=not no_run)
    if answer.sql is None:
        click.get_current_context().exit(1)


def _best(runtime: Runtime) -> ModelSpec:
    """The preferred model of those that are here and fit. Raises NotDownloaded."""
    from localai import machine
    from localai.weights.fit import choose

    free = machine.memory().free
    for name in PREFERRED:
        spec = runtime.registry.resolve(name)
        here = {one.quant: one.bytes for one in runtime.store.installed(spec)}
        try:
            if here and choose(spec, free=free, installed=here, quants=here):
                return spec
        except DoesNotFit as error:
            note(f"{error.message} Asking a smaller model.")
    raise NotDownloaded(PREFERRED[0])


def _show(answer: Answer, *, ran: bool) -> None:
    note(f"Model: {answer.model}")
    if answer.sql is None:
        note(f"No answer: {printable(answer.reason or '')}")
        if answer.model_sql:
            note(f"The model wrote: {printable(answer.model_sql)}")
        note(_what_next(answer.model))
        return
    click.echo(printable(answer.sql))
    if ran:
        table(answer.columns, answer.rows, right=_numeric(answer))
        if answer.truncated:
            note(f"Only the first {len(answer.rows)} rows; --max-rows N shows more.")


def _numeric(answer: Answer) -> list[int]:
    """The columns that hold numbers alone, for aligning them."""
    return [
        index
        for index in range(len(answer.columns))
        if all(isinstance(row[index], int | float | None) for row in answer.rows)
    ]


def _what_next(model: str) -> str:
    if model == PREFERRED[0]:
        return "Say it in other words, with the names of tables and columns."
    return (
        "Say it in other words, with the names of tables and columns, or take a larger model: "
        f"localai pull {PREFERRED[0]}"
    )
