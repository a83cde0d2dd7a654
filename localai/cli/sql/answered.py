"""Shows an answer: to people as SQL, sentence and table or chart, to programs as data alone.

It must not know how answers come about.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from localai.cli.output import note, printable
from localai.cli.sql import formats
from localai.cli.sql.grid import Look, draw, wrapped
from localai.cli.sql.screen import look
from localai.errors import InvalidRequest
from localai.sql import Answer
from localai.sql.cut import declined
from localai.sql.report import WAY_OUT

# So many rows of a table on a terminal, unless more are asked for by name.
SHOWN_ROWS = 40
SQLCODER = "@cf/defog/sqlcoder-7b-2"


def show(
    answer: Answer,
    *,
    form: str = "table",
    file: Path | None = None,
    overwrite: bool = False,
    plot: bool = False,
    ran: bool = True,
    all_rows: bool = False,
    explained: Sequence[str] = (),
    told: bool = False,
) -> None:
    """Show an answer that has SQL. explained: the lines that say what the SQL does. told: whoever
    reads this has seen the SQL.

    Raises InvalidRequest where the file cannot be written.
    """
    _tell_sql(answer, () if told else explained, form != "table" and file is None or not ran, told)
    if not ran:
        return
    if file is not None:
        written = write(answer, file, form, overwrite=overwrite)
        note(f"Wrote {rows_of(answer)} to {written}.")
    if plot and draw_chart(answer):
        pass
    elif file is None and form != "table":
        click.echo(_data(answer, form), nl=False)
    elif file is None:
        table(answer, all_rows=all_rows)
    if answer.truncated:
        note(f"There are more than these {len(answer.rows)} rows; --max-rows N fetches N.")


def _tell_sql(answer: Answer, explained: Sequence[str], beside: bool, told: bool) -> None:
    """The SQL and what it does; `beside` the data, on stderr, where stdout has only that."""
    ran = beside and bool(answer.columns)
    if not told:
        click.echo(printable(answer.sql or ""), err=ran)
    tell_lines(explained, beside=beside)


def tell_lines(lines: Sequence[str], *, beside: bool = False) -> None:
    """Sentences on stdout, or `beside` it; broken between words where there is a width."""
    width = look(sys.stderr if beside else sys.stdout).width
    for line in lines:
        for piece in wrapped(printable(line), width) if width else [printable(line)]:
            click.echo(piece, err=beside)


def tell_beside(answer: Answer, *, verbose: bool) -> None:
    """What should be known beside the answer."""
    for remark in answer.notices:
        note(printable(remark))
    if answer.unsure:
        note(
            "Unsure: the model may be wrong here. Read what the SQL does before you trust the rows."
        )
    if verbose:
        _tell_figures(answer)


def _tell_figures(answer: Answer) -> None:
    if answer.confidence is not None:
        note(f"Confidence: {answer.confidence:.0%}")
    note(f"Time: model {answer.model_seconds:.2f} s, database {answer.database_seconds:.2f} s")
    if answer.usage is not None:
        usage = answer.usage
        note(
            f"Tokens: {usage.prompt_tokens} read ({usage.cached_tokens} of them known already), "
            f"{usage.completion_tokens} written, {usage.rejected_tokens} refused by the grammar"
        )
    if answer.retries:
        note(f"Tries: {answer.retries + 1}")
    if answer.model_sql != answer.sql:
        note(f"The model wrote: {printable(answer.model_sql)}")


def tell_no_answer(answer: Answer) -> None:
    """Why there is no answer, what was written in vain, and what to try."""
    note(f"No answer: {printable(answer.reason or '')}")
    if answer.model_sql and not declined(answer.model_sql):
        note(f"The model wrote: {printable(answer.model_sql)}")
    note(_what_next(answer))


def _what_next(answer: Answer) -> str:
    advice = "Say it in other words, with the names of tables and columns"
    if answer.model == SQLCODER:
        return f"{advice}, or let it write several candidates: --best-of 4"
    if WAY_OUT in (answer.reason or ""):
        return f"{advice}."
    return f"{advice}, or take a larger model: localai pull {SQLCODER}"


def table(answer: Answer, *, all_rows: bool = False) -> None:
    """The rows as a table on stdout, as many as a terminal should have."""
    place = look()
    shown = answer.rows
    if place.width is not None and not all_rows:
        shown = shown[:SHOWN_ROWS]
    drawn = draw(answer.columns, shown, place)
    click.echo("\n".join(["", *drawn.lines]) if drawn.lines else "")
    if not answer.rows:
        note("The query found no rows.")
    if len(shown) < len(answer.rows):
        note(f"{len(shown)} of {rows_of(answer)} are shown; --max-rows N or -o FILE.csv has more.")
    if drawn.omitted:
        names = ", ".join(printable(name) for name in drawn.omitted)
        note(f"Too narrow for the columns {names}; -o FILE.csv has them.")
    if drawn.cut:
        note("Long values are cut; -o FILE.csv has them whole.")


def draw_chart(answer: Answer, place: Look | None = None) -> bool:
    """The rows as a chart on stdout; false, and a word, where there is nothing to draw."""
    from localai.cli.sql import bars, line
    from localai.cli.sql.chart import choose

    chart = choose(answer.columns, answer.rows)
    if isinstance(chart, str):
        note(chart)
        return False
    draw_it = bars.draw if chart.kind == "bars" else line.draw
    click.echo("\n".join(["", *draw_it(chart, place or look())]))
    for remark in chart.remarks:
        note(remark)
    return True


def rows_of(answer: Answer) -> str:
    return "1 row" if len(answer.rows) == 1 else f"{len(answer.rows)} rows"


def _data(answer: Answer, form: str) -> str:
    if form == "table":
        lines = draw(answer.columns, answer.rows, Look()).lines
        return "\n".join(lines) + "\n"
    text = formats.WRITERS[form](answer.columns, answer.rows)
    # A terminal is steered by what a file keeps as it is; line ends of CSV are its own.
    return printable(text) if look().width is not None else text


def write(answer: Answer, file: Path, form: str, *, overwrite: bool = False) -> Path:
    """Write the rows, whole or not at all. Raises InvalidRequest."""
    refuse_existing(file, overwrite=overwrite)
    text = _data(answer, form) if form == "table" else formats.WRITERS[form](
        answer.columns, answer.rows
    )  # fmt: skip
    try:
        if file.exists() and not file.is_file():
            file.write_text(text, encoding="utf-8")  # a pipe or device has no whole to keep
            return file
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
                out.write(text)
            os.chmod(name, 0o666 & ~_umask())
            os.replace(name, file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise InvalidRequest(f"{file} cannot be written: {error}.", field="output") from error
    return file


def refuse_existing(file: Path, *, overwrite: bool, hint: str = "") -> None:
    """Raises InvalidRequest for a file that is there, unless it may be replaced."""
    if file.is_dir():
        raise InvalidRequest(f"{file} is a folder.", field="output")
    if file.is_file() and not overwrite:
        raise InvalidRequest(
            f"{file} is there already.",
            field="output",
            hint=hint or "Take another name, or add --overwrite to replace it.",
        )


def _umask() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return umask
