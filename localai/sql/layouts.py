"""Owns the wording around schema and question; it must not know how a schema is written or pruned.

Two layouts. `documented` is what SQLCoder was trained on: the question, the schema, the question
again. Its answers are what the published figures measure, but with the question in front nothing
of a long schema's computation can be used for the next question. `schema-first` moves the same
sections so that everything before the question is the same for question after question: only the
question is then computed, at the price of an order that SQLCoder never saw. Where no model card
fixes an order, as for chat models, it costs nothing and is the default.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from localai.request import Message
from localai.sql.answer import Earlier, Layout

DECLINE = (
    "If you cannot answer the question with the available database schema, return 'I do not know'"
)
CHAT = """\
You turn questions about a database into PostgreSQL. Answer with exactly one SELECT statement and \
nothing else: no explanation. Use only the tables and columns of the schema. If they hold no \
answer to the question, answer: I do not know"""


class Wording(NamedTuple):
    """The sections of a prompt that a base model continues with SQL."""

    task: str
    schema: str
    answer: str


# Variant C of SQLCoder's prompt (defog-ai/sql-eval, prompts/prompt.md); with `### Instructions`
# between task and schema it is variant A.
SQLCODER_7B_2 = Wording(
    "### Task\nGenerate a SQL query to answer [QUESTION]{question}[/QUESTION]\n",
    "### Database Schema\nThe query will run on a database with the following schema:\n{ddl}\n",
    "### Answer\nGiven the database schema, here is the SQL query that answers "
    "[QUESTION]{question}[/QUESTION]\n[SQL]\n",
)
# The prompt of Qianfan's documentation of sqlcoder_7b. Its card has no instructions: where there
# are some to give, they stand where variant A of the later model has them.
SQLCODER_7B = Wording(
    "### Task\nGenerate a SQL query to answer the following question:\n`{question}`\n",
    "### Database Schema\n"
    "This query will run on a database whose schema is represented in this string:\n{ddl}\n",
    "### SQL\nGiven the database schema, here is the SQL query that answers `{question}`:\n"
    "```sql\n",
)
WORDINGS = {"sqlcoder-7b-2": SQLCODER_7B_2, "sqlcoder-7b": SQLCODER_7B}


def completion(
    wording: Wording, layout: Layout, *, question: str, ddl: str, instructions: Sequence[str]
) -> str:
    """The text for a model that goes on from it; without instructions, their section is absent."""
    task = wording.task.format(question=question)
    schema = wording.schema.format(ddl=ddl)
    answer = wording.answer.format(question=question)
    listed = "".join(f"- {line}\n" for line in instructions)
    rules = [f"### Instructions\n{listed}"] if listed else []
    if layout == "documented":
        return "\n".join([task, *rules, schema, answer])
    return "\n".join([schema, *rules, task, answer])


def conversation(
    layout: Layout,
    *,
    question: str,
    ddl: str,
    instructions: Sequence[str],
    earlier: Earlier | None,
) -> tuple[Message, ...]:
    """The turns for a chat model; what a question goes on from is a turn of its own."""
    listed = "".join(f"- {line}\n" for line in instructions).rstrip()
    rules = f"\n\nAbout this database:\n{listed}" if listed else ""
    if layout == "documented":
        # The order of llama-3-sqlcoder's chat prompt (defog-ai/sql-eval, prompts/prompt.md).
        question = f"Generate a SQL query to answer this question: `{question}`\n\n{ddl}"
        system = CHAT + rules
    else:
        system = f"{CHAT}\n\n{ddl}{rules}"
    turns = (
        ()
        if earlier is None
        else (Message("user", earlier.question), Message("assistant", earlier.sql))
    )
    return (Message("system", system), *turns, Message("user", question))
