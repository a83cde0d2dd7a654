"""`localai sql eval`: many questions with known answers, and how many come out right.

It must not know what is right; it shows what others count.
"""

from __future__ import annotations

import csv
import re
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from localai.cli.options import engine_options, opened
from localai.cli.output import emit, json_option, note, printable
from localai.cli.sql.grid import draw
from localai.cli.sql.screen import look
from localai.cli.sql.settings import slots
from localai.errors import InvalidRequest
from localai.loading import RuntimeConfig
from localai.sql import Answer, Limits, Options, Source, ask, open_source

if TYPE_CHECKING:
    from localai.model import ModelSpec
    from localai.runtime import Runtime
    from localai.sql.evaluate import Outcome, Report
    from localai.sql.questions import Question

SUFFIXES = (".sqlite", ".db", ".duckdb", ".sqlite3")
PATTERN = "{db_name}"
PLAIN = re.compile(r"[\w .-]*\w")
STOPPED = 130
# A file's columns that are no field of an Outcome.
ASKED = ("question", "query", "db_name", "query_category", "instructions")
# As many as fit 80 columns; --json has the others by category too.
HEADINGS = (
    "category", "asked", "exact", "subset", "valid", "ran", "declined", "rightly", "seconds",
)  # fmt: skip


@click.command("eval")
@click.argument("questions", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--db", "place", required=True, metavar="DIR|TARGET",
              help="The folder of NAME.sqlite, .db or .duckdb files; a file or URL in which "
                   "{db_name} stands for the name; or one database for all.")  # fmt: skip
@click.option("--model", help="The model to examine. Default: the best that is here.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE",
              help="The day that questions and right queries take for today.")  # fmt: skip
@click.option("--best-of", type=click.IntRange(1, 64), metavar="N",
              help="Candidates for each question. Default: 5 or 1, as in `sql`.")  # fmt: skip
@click.option("--no-grammar", is_flag=True, help="Let the model write without a grammar.")
@click.option("--timeout", type=click.FloatRange(min=0.1), metavar="S", default=30.0,
              show_default=True, help="Seconds that one query may take.")  # fmt: skip
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write what became of each question, as CSV.")  # fmt: skip
@engine_options
@json_option
def evaluate(
    questions: Path,
    place: str,
    model: str | None,
    today: datetime | None,
    best_of: int | None,
    no_grammar: bool,
    timeout: float,
    output: Path | None,
    engine: RuntimeConfig,
    as_json: bool,
) -> None:
    """Ask the QUESTIONS of a CSV file and compare the rows with those of their right queries.

    The columns are sql-eval's: question, query (PostgreSQL; several right ones apart at semicolons,
    {a, b} for any of these columns; empty where the database cannot tell), db_name, and if wanted
    query_category and instructions. exact: the right rows; subset: with more columns, too. Ctrl-C
    ends it and keeps what was done.

    \b
    Examples:
      localai sql eval questions.csv --db databases/ -o answers.csv
      localai sql eval questions.csv --db "postgresql://reader@localhost/{db_name}" --best-of 4
    """
    from localai.sql.questions import read_questions

    asked = read_questions(questions)
    for one in asked:
        located(place, one)
    engine = replace(engine, slots=slots(best_of, reproducible=engine.reproducible))
    options = Options(
        grammar=not no_grammar,
        best_of=best_of,
        today=today.date() if today else None,
        limits=Limits(max_rows=100_000, timeout=timeout),
    )
    with opened(engine) as runtime, _writing(output) as write:
        spec = _spec(runtime, model)
        report = _evaluated(asked, place, runtime, spec, options, write)
    _show(report, spec.id, output, as_json=as_json)
    if not report.complete:
        click.get_current_context().exit(STOPPED)


def located(place: str, question: Question) -> str:
    """What to open for a question's db_name. Raises InvalidRequest, which names its line."""
    name = question.db_name
    where = f"line {question.line}, db_name {name!r}"
    if not PLAIN.fullmatch(name):
        raise InvalidRequest(f"{where}: a name has letters, digits, spaces, dots, _ and - alone.")
    if "://" in place:
        return place.replace(PATTERN, quote(name))
    if PATTERN in place or Path(place).is_file():
        tried = [place.replace(PATTERN, name)]
    else:
        tried = [str(Path(place, name + suffix)) for suffix in SUFFIXES]
    found = next((path for path in tried if Path(path).exists()), None)
    if found is None:
        raise InvalidRequest(
            f"{where}: there is no {' and no '.join(tried)}.",
            field="db",
            hint=f"--db takes a folder, or a path or URL with {PATTERN} in it.",
        )
    return found


def _spec(runtime: Runtime, model: str | None) -> ModelSpec:
    from localai.preference import preferred

    return runtime.registry.resolve(model) if model else preferred(runtime, on_remark=note)


def _evaluated(
    questions: Sequence[Question],
    place: str,
    runtime: Runtime,
    spec: ModelSpec,
    options: Options,
    write: Callable[[Outcome], None],
) -> Report:
    from localai.sql.evaluate import evaluate as evaluate_all

    def ask_one(question: Question, source: Source) -> Answer:
        told = (question.instructions,) if question.instructions else ()
        how = replace(options, notes=told)
        return ask(question.question, source, spec=spec, generate=runtime.stream, options=how)

    places = {one.db_name: located(place, one) for one in questions}
    progress = Progress(len(questions))

    def on_outcome(outcome: Outcome) -> None:
        write(outcome)
        progress.add(outcome)

    try:
        return evaluate_all(
            _until_ctrl_c(questions),
            lambda name: open_source(places[name]),
            ask_one,
            today=options.today,
            on_outcome=on_outcome,
        )
    finally:
        progress.end()


def _until_ctrl_c(questions: Sequence[Question]) -> Iterator[Question]:
    """The questions, up to a Ctrl-C that Python could not raise where it came: in a destructor, it
    would be lost."""
    stopped = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True
        signal.default_int_handler(number, frame)

    before = signal.signal(signal.SIGINT, stop)
    try:
        for question in questions:
            if stopped:
                raise KeyboardInterrupt
            yield question
    finally:
        signal.signal(signal.SIGINT, before)


class Progress:
    """A line on a terminal's stderr that counts."""

    def __init__(self, total: int) -> None:
        self._shown = sys.stderr.isatty()
        self._total = total
        self._done = self._right = 0

    def add(self, outcome: Outcome) -> None:
        self._done += 1
        self._right += outcome.correct
        if self._shown:
            text = f"{self._done} of {self._total} questions, {self._right} right "
            click.echo(f"\r\033[K{text}", nl=False, err=True)

    def end(self) -> None:
        if self._shown:
            click.echo("\r\033[K", nl=False, err=True)


@contextmanager
def _writing(path: Path | None) -> Iterator[Callable[[Outcome], None]]:
    """Writes each outcome as a row at once, so that what is done is kept whatever comes."""
    if path is None:
        yield lambda _: None
        return
    try:
        file = path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise InvalidRequest(f"{path} cannot be written: {error.strerror}.", field="o") from error
    with file:
        writer: csv.DictWriter[str] | None = None

        def write(outcome: Outcome) -> None:
            nonlocal writer
            row = _row(outcome)
            if writer is None:
                writer = csv.DictWriter(file, list(row))
                writer.writeheader()
            writer.writerow(row)
            file.flush()

        yield write


def _row(outcome: Outcome) -> dict[str, Any]:
    """The question's own columns first, as in the file that it came from; yes and no as 1 and 0."""
    own = {name: getattr(outcome.question, name) for name in ASKED}
    rest = {name: value for name, value in asdict(outcome).items() if name != "question"}
    return own | {
        name: int(value) if isinstance(value, bool) else _short(value)
        for name, value in rest.items()
    }


def _short(value: object) -> object:
    return round(value, 4) if isinstance(value, float) else value


def _show(report: Report, model: str, output: Path | None, *, as_json: bool) -> None:
    from localai.sql.scores import scores

    found = scores(report.outcomes)
    if as_json:
        told = [{name: _short(value) for name, value in asdict(one).items()} for one in found]
        emit({"model": model, "complete": report.complete, "scores": told})
        return
    rows = [
        (one.category, one.questions, one.exact, one.subset, one.valid, one.executed, one.declined,
         one.declined_rightly, round(one.seconds, 2))
        for one in found
    ]  # fmt: skip
    for line in draw(HEADINGS, rows, look()).lines:
        click.echo(line)
    note(f"Model: {model}. subset counts exact ones too; seconds is the median of a question.")
    note(
        f"Prompts had {found[-1].prompt_tokens:.0f} tokens on average; the grammar rejected "
        f"{found[-1].rejected_tokens} tokens; {found[-1].retries} questions took a second try."
    )
    uncompared = sum(one.error is not None or one.gold_error is not None for one in report.outcomes)
    if uncompared:
        note(f"Of {uncompared} questions something could not be run; -o FILE tells what.")
    if not report.complete:
        note(f"Stopped after {len(report.outcomes)} questions.")
    if output is not None:
        note(f"Each question is in {printable(str(output))}.")
