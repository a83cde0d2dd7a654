"""The prompts that the SQLCoder models were trained on; it must not know databases or SQL.

As on Workers AI, the system message is the schema and the last user message the question.
"""

from __future__ import annotations

from collections.abc import Mapping

from localai.errors import TemplateError
from localai.prompt.conversation import Messages
from localai.prompt.pattern import fill, said, tidy
from localai.request import GenerateRequest, RenderedPrompt, Role

# The prompt of defog-ai/sql-eval at e58d0cb, behind the published figures of sqlcoder-7b-2.
_SQLCODER_7B_2 = """\
### Task
Generate a SQL query to answer [QUESTION]{question}[/QUESTION]

### Database Schema
The query will run on a database with the following schema:
{schema}

### Answer
Given the database schema, here is the SQL query that answers [QUESTION]{question}[/QUESTION]
[SQL]
"""

# The prompt of Qianfan's documentation of sqlcoder_7b.
_SQLCODER_7B = """\
### Task
Generate a SQL query to answer the following question:
`{question}`

### Database Schema
This query will run on a database whose schema is represented in this string:
{schema}

### SQL
Given the database schema, here is the SQL query that answers `{question}`:
```sql
"""

PROMPTS: Mapping[str, str] = {"sqlcoder-7b-2": _SQLCODER_7B_2, "sqlcoder-7b": _SQLCODER_7B}

NO_SCHEMA = (
    "There is no system message, where this model expects the schema: the last user message was "
    "sent as it is."
)
DROPPED = (
    "This model answers one question: only the last system message (the schema) and the last user "
    "message (the question) were used."
)


def render_sqlcoder(family: str, request: GenerateRequest) -> RenderedPrompt:
    """The family's prompt around schema and question; a bare prompt is sent as it is.

    Raises TemplateError where no user message asks anything.
    """
    if request.prompt is not None:
        return RenderedPrompt(tidy(said(request.prompt)))
    schema = _last(request.messages, "system")
    question = _last(request.messages, "user")
    if question is None:
        raise TemplateError(
            "No message asks a question: this model reads it from the last user message.",
            hint="Send the schema as the system message and the question as a user message.",
        )
    used = 1 if schema is None else 2
    notices = (DROPPED,) if len(request.messages) > used else ()
    if schema is None:
        return RenderedPrompt(tidy(said(question)), (NO_SCHEMA, *notices))
    values = {"question": said(question), "schema": said(schema)}
    return RenderedPrompt(tidy(fill(PROMPTS[family], values)), notices)


def _last(messages: Messages, role: Role) -> str | None:
    return next((m.content for m in reversed(messages) if m.role == role), None)
