"""Writes a schema and a question as the text each prompt family knows; it must not run a model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from localai.model import ModelSpec
from localai.request import GenerateRequest, Message, Sampling
from localai.schema import Column, Schema, Table
from localai.sql.names import quoted

SQLCODER = ("sqlcoder-7b-2", "sqlcoder-7b")
SQL_TINY = "sql-tiny"
COMPLETING = ("plain", "codellama-base")
STOP = ("```", "[/SQL]")
MAX_TOKENS = 300  # what defog's own inference.py allows
TINY_MAX_TOKENS = 128
LISTED_VALUES = 12
SAMPLE_VALUES = 3
GREEDY = Sampling(temperature=0.0)

# Variant C of SQLCoder's prompt (defog-ai/sql-eval, prompts/prompt.md): base models continue it.
COMPLETION = """\
### Task
Generate a SQL query to answer [QUESTION]{question}[/QUESTION]

### Database Schema
The query will run on a database with the following schema:
{ddl}

### Answer
Given the database schema, here is the SQL query that answers [QUESTION]{question}[/QUESTION]
[SQL]
"""
CHAT = """\
You turn questions about a database into PostgreSQL. Answer with exactly one SELECT statement and \
nothing else: no explanation. Use only the tables and columns below. If they hold no answer to the \
question, answer: I do not know

{ddl}"""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A request for a model; `restore` turns its answer into SQL over the schema's names."""

    request: GenerateRequest
    restore: Callable[[str], str] = str


def build(schema: Schema, question: str, spec: ModelSpec) -> Prompt:
    """The greedy request that asks `question` of a model of `spec`'s prompt family."""
    if spec.prompt == SQL_TINY:
        return _linked(schema, question, spec)
    text = ddl(schema)
    if spec.prompt in COMPLETING:
        prompt = COMPLETION.format(question=question, ddl=text)
        return Prompt(_request(spec, prompt=prompt, raw=True, stop=STOP))
    if spec.prompt in SQLCODER:
        return Prompt(_request(spec, messages=_messages(text, question), stop=STOP))
    # A chat model may open its answer with ```: as a stop text that would end it before the SQL.
    return Prompt(_request(spec, messages=_messages(CHAT.format(ddl=text), question)))


def _linked(schema: Schema, question: str, spec: ModelSpec) -> Prompt:
    from localai.linking import link, unlink

    linked = link(schema, question)
    request = _request(spec, prompt=linked.prompt, raw=True, max_tokens=TINY_MAX_TOKENS)
    return Prompt(request, lambda text: unlink(text, linked.slots))


def _messages(system: str, question: str) -> tuple[Message, ...]:
    return (Message("system", system), Message("user", question))


def _request(
    spec: ModelSpec,
    *,
    prompt: str | None = None,
    messages: tuple[Message, ...] = (),
    raw: bool = False,
    stop: tuple[str, ...] = (),
    max_tokens: int = MAX_TOKENS,
) -> GenerateRequest:
    return GenerateRequest(
        model=spec.id,
        prompt=prompt,
        messages=messages,
        raw=raw,
        stream=True,
        max_tokens=max_tokens,
        sampling=GREEDY,
        stop=stop,
    )


def ddl(schema: Schema) -> str:
    """The schema as SQLCoder was taught it: CREATE TABLE statements with comments, then one line
    for each pair of columns that can be joined."""
    tables = [_create(table) for table in schema.tables]
    joins = [
        f"-- {quoted(key.table)}.{quoted(column)} can be joined with "
        f"{quoted(key.to_table)}.{quoted(to_column)}"
        for key in schema.foreign_keys
        for column, to_column in zip(key.columns, key.to_columns, strict=True)
    ]
    return "\n\n".join(tables + (["\n".join(joins)] if joins else []))


def _create(table: Table) -> str:
    last = table.columns[-1]
    lines = [_column(table, column, "" if column is last else ",") for column in table.columns]
    return f"CREATE TABLE {quoted(table.name)} (\n" + "\n".join(lines) + "\n);"


def _column(table: Table, column: Column, comma: str) -> str:
    key = " PRIMARY KEY" if table.primary_key == (column.name,) else ""
    kind = f" {_line(column.type)}" if column.type else ""
    remarks = [_line(column.comment)] if column.comment else []
    if column.values:
        remarks.append(_hint(column.values))
    comment = f" -- {'; '.join(remarks)}" if remarks else ""
    return f"  {quoted(column.name)}{kind}{key}{comma}{comment}"


def _hint(values: tuple[str, ...]) -> str:
    # A short list is a choice to pick from; of a long one, a few show how the data is spelt.
    shown = values if len(values) <= LISTED_VALUES else values[:SAMPLE_VALUES]
    texts = ["'" + _line(value).replace("'", "''") + "'" for value in shown]
    return f"{'values' if shown == values else 'such as'}: {', '.join(texts)}"


def _line(text: str) -> str:
    # A line break would end the comment, and the rest would read as schema.
    return " ".join(text.split())
