"""The options of `localai sql`, as values; it must not know what becomes of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from localai.cli.options import engine_options
from localai.cli.output import json_option
from localai.cli.sql.formats import SUFFIXES
from localai.loading import RuntimeConfig
from localai.sql import Introspection, Limits, Options
from localai.sql.rounds import TINY_CANDIDATES

FORMATS = ("table", "csv", "json", "markdown")
SIZES = {"": 1, "B": 1, "K": 10**3, "M": 10**6, "G": 10**9}
LEAST_MEMORY = 50_000_000


class Size(click.ParamType[int]):
    """Bytes, or with a unit such as 500MB or 2GB."""

    name = "SIZE"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMG]?)B?", str(value).strip(), re.IGNORECASE)
        found = int(float(match[1]) * SIZES[match[2].upper()]) if match else 0
        if found < LEAST_MEMORY:
            self.fail(f"{value!r} is no size of at least 50MB, such as 500MB or 2GB.", param, ctx)
        return found


@dataclass(frozen=True, slots=True)
class Settings:
    """One call of `localai sql`. target: what --db names; schema: a file of CREATE TABLE instead.

    form: table, csv, json or markdown, for stdout and for `file`. all_rows: --max-rows was given,
    so that a terminal shows as many rows.
    """

    target: str
    schema: str
    dialect: str
    allow_superuser: bool
    model: str | None
    engine: RuntimeConfig
    options: Options
    form: str = "table"
    file: Path | None = None
    overwrite: bool = False
    plot: bool = False
    explain: bool = False
    confirm: bool = False
    follow_up: bool = False
    history: bool = True
    verbose: bool = False
    as_json: bool = False
    all_rows: bool = False
    lines: tuple[str, ...] = field(default=())


def _option(*names: str, **how: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(*names, **how)


ASKING = (
    _option("--db", "target", metavar="TARGET", help="The database: a SQLite or DuckDB file, a "
            "CSV, Parquet or Excel file or a folder of them, or a URL such as "
            "postgresql://user@host/name. It is only read."),
    _option("--schema", metavar="FILE.sql", default="", help="A file of CREATE TABLE in place of "
            "a database: SQL is written and checked, and cannot run."),
    _option("--dialect", type=click.Choice(["sqlite", "duckdb", "postgres"]),
            help="With --schema: whose SQL to write. Default: found out from the file."),
    _option("--model", help="The model that writes the SQL. Default: the best that is here."),
    _option("--tables", multiple=True, metavar="A,B", help="Look at these tables only."),
    _option("--no-values", is_flag=True, help="Show the model no values of the database, "
            "only names and types."),
    _option("--today", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE",
            help="The day that 'today' means, as 2026-03-01. Default: this computer's."),
    _option("-c", "--continue", "follow_up", is_flag=True, help="Go on from the last question "
            "about this database: 'only those in Berlin'."),
)  # fmt: skip
WRITING = (
    _option("--best-of", type=click.IntRange(1, 16), metavar="N",
            help="Write at most N candidates, run them, take what most of them find. Default: 5 "
            "with the embedded model, which writes others only where it is in doubt, else 1."),
    _option("--layout", type=click.Choice(["documented", "schema-first"]),
            help="Where the prompt has the schema. documented: as the model's card has it, which "
            "is what it was trained on. schema-first: before the question, so that in one sitting "
            "only the first question has to wait for the schema to be read; it may be right less "
            "often. Default: as the model's card says."),
    _option("--may-decline", is_flag=True, help="Let SQLCoder say that it does not know. It then "
            "declines some questions that it could answer."),
    _option("--no-grammar", is_flag=True, help="Do not hold the model to SQL over this database "
            "while it writes; what it wrote is still checked."),
)  # fmt: skip
RUNNING = (
    _option("--no-run", is_flag=True, help="Print the SQL without running it."),
    _option("--confirm", is_flag=True, help="Show the SQL and ask before it runs: run, edit, no."),
    _option("--max-rows", type=click.IntRange(1), default=1000, metavar="N", show_default=True,
            help="Rows to fetch at most. A terminal shows the first 40 unless this is given."),
    _option("--timeout", type=click.FloatRange(min=0.1), default=30.0, metavar="S",
            show_default=True, help="Seconds that the query may take."),
    _option("--memory", type=Size(), default="2GB", show_default=True,
            help="Memory that the query may take."),
    _option("--allow-superuser", is_flag=True, help="Ask PostgreSQL even as a superuser, whom "
            "nothing in the database can keep from writing."),
)  # fmt: skip
SHOWING = (
    _option("--format", "form", type=click.Choice(FORMATS), help="How stdout has the rows. With "
            "all but table it has nothing else, and the SQL goes to stderr."),
    _option("-o", "--output", "file", type=click.Path(dir_okay=False, path_type=Path),
            metavar="FILE", help="Write the rows to a file; its ending (.csv .json .md .txt) or "
            "--format says how."),
    _option("--overwrite", is_flag=True, help="Let -o replace a file."),
    _option("--plot", is_flag=True, help="Draw the rows as bars or a line in place of the table."),
    _option("--explain", is_flag=True, help="Explain the SQL clause by clause, not in one line."),
    _option("--no-history", is_flag=True, help="Keep this question out of the history."),
    _option("--verbose", is_flag=True, help="Tell tokens, times, confidence, the prompt and all "
            "that the model wrote."),
)  # fmt: skip
HEADINGS = {
    "What is asked": (
        "target", "schema", "dialect", "model", "tables", "no_values", "today", "follow_up",
    ),
    "How SQL is written": ("best_of", "layout", "may_decline", "no_grammar"),
    "How it runs": (
        "no_run", "confirm", "max_rows", "timeout", "memory", "allow_superuser",
    ),
    "What is shown": (
        "form", "file", "overwrite", "plot", "explain", "no_history", "verbose", "as_json",
    ),
}  # fmt: skip


class QuestionCommand(click.Command):
    """The command behind a question: called as its group is, its options under headings."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        above = parent.parent if parent is not None else None
        return super().make_context("sql", args, above, **extra)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = (param for param in self.get_params(ctx) if isinstance(param, click.Option))
        left = {option.name: option.get_help_record(ctx) for option in options}
        for heading, names in HEADINGS.items():
            records = [left.pop(name) for name in names]
            with formatter.section(heading):
                formatter.write_dl([record for record in records if record])
        with formatter.section("Engine and help"):
            formatter.write_dl([record for record in left.values() if record])


def question_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """All options of a question, as keyword arguments for `settings`."""
    command = json_option(engine_options(command))
    for option in reversed((*ASKING, *WRITING, *RUNNING, *SHOWING)):
        command = option(command)
    return command


def settings(ctx: click.Context, *, engine: RuntimeConfig, **given: Any) -> Settings:
    """What was given, put together. Raises UsageError for what does not go together."""
    _refuse_contradictions(given)
    source = ctx.get_parameter_source("max_rows")
    today: datetime | None = given["today"]
    return Settings(
        target=given["target"] or "",
        schema=given["schema"],
        dialect=given["dialect"] or "",
        allow_superuser=given["allow_superuser"],
        model=given["model"],
        engine=replace(engine, slots=slots(given["best_of"], reproducible=engine.reproducible)),
        options=Options(
            run=not given["no_run"],
            grammar=not given["no_grammar"],
            best_of=given["best_of"],
            layout=given["layout"],
            may_decline=given["may_decline"],
            today=today.date() if today else None,
            reading=Introspection(_names(given["tables"]), values=not given["no_values"]),
            limits=Limits(given["max_rows"], given["timeout"], given["memory"]),
        ),
        form=_form(given["form"], given["file"]),
        all_rows=source is not click.core.ParameterSource.DEFAULT,
        history=not given["no_history"],
        **{name: given[name] for name in (
            "file", "overwrite", "plot", "explain", "confirm", "follow_up", "verbose", "as_json",
        )},
    )  # fmt: skip


def slots(best_of: int | None, *, reproducible: bool) -> int:
    """How many candidates are computed at once. In reproducible mode each has a memory of its own,
    so that there is but one where none was asked for."""
    return best_of or (1 if reproducible else TINY_CANDIDATES)


def _names(given: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.strip() for part in given for name in part.split(",") if name.strip())


def _form(given: str | None, file: Path | None) -> str:
    if given or file is None:
        return given or "table"
    form = SUFFIXES.get(file.suffix.lower())
    if form is None:
        raise click.UsageError(
            f"-o {file}: the ending {file.suffix or '(none)'} names no format; take one of "
            f"{', '.join(SUFFIXES)}, or say --format."
        )
    return form


def _refuse_contradictions(given: dict[str, Any]) -> None:
    if bool(given["target"]) == bool(given["schema"]):
        raise click.UsageError(
            "Name a database with --db, or a file of CREATE TABLE with --schema"
            + (", not both." if given["target"] else ".")
        )
    if given["dialect"] and not given["schema"]:
        raise click.UsageError("--dialect goes with --schema; a database has its own.")
    rows = [
        name
        for name, there in (
            ("-o", given["file"]),
            ("--plot", given["plot"]),
            ("--confirm", given["confirm"]),
            ("--format", given["form"]),
        )
        if there
    ]
    if given["no_run"] and rows:
        raise click.UsageError(f"{rows[0]} needs rows, and --no-run fetches none.")
    if given["as_json"] and rows[:1] not in ([], ["-o"]):
        raise click.UsageError(f"--json prints the whole answer; it does not go with {rows[0]}.")
    if given["plot"] and given["form"] not in (None, "table") and not given["file"]:
        raise click.UsageError(f"--plot draws on stdout, where --format {given['form']} goes.")
