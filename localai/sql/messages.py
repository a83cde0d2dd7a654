"""What crosses between a source and its database's process: JSON in frames; it must not know SQL.

A frame is four bytes of length, the greatest first, then that many bytes of JSON. Nothing is ever
unpickled: the process behind the pipe has read a file that anybody may have made.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from typing import Any, BinaryIO, TypeVar

from localai import errors
from localai.schema import Column, ForeignKey, Schema, Table
from localai.sql.database import Result

Message = dict[str, Any]
Value = TypeVar("Value")

LENGTH_BYTES = 4
MAX_BYTES = 250_000_000


def encoded(message: Message) -> bytes:
    """One message as a frame. Raises SQLRejected where it is beyond what anybody could look at."""
    body = json.dumps(message, allow_nan=False).encode("ascii")
    if len(body) > MAX_BYTES:
        raise errors.SQLRejected(
            f"The result has more than {MAX_BYTES // 1_000_000} MB.",
            hint="Ask for fewer columns or rows, or for parts of long texts.",
        )
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


def write(stream: BinaryIO, frame: bytes) -> None:
    """Send one frame. Raises OSError where nobody reads any more."""
    stream.write(frame)
    stream.flush()


def read(stream: BinaryIO) -> Message | None:
    """The next message; None at the end of the stream, or where no message begins."""
    length = int.from_bytes(head, "big") if len(head := stream.read(LENGTH_BYTES)) == 4 else 0
    if not 0 < length <= MAX_BYTES or len(body := stream.read(length)) < length:
        return None
    message = json.loads(body)
    return message if isinstance(message, dict) else None


def plain(value: object) -> Message:
    """The fields of a flat dataclass."""
    return {field.name: getattr(value, field.name) for field in fields(value)}  # type: ignore[arg-type]


def rebuilt(kind: type[Value], message: Message) -> Value:
    """The dataclass of these fields, lists as tuples."""
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in message.items()})


def from_schema(schema: Schema) -> Message:
    """A schema as JSON."""
    return {
        **plain(schema),
        "tables": [
            {**plain(table), "columns": [plain(column) for column in table.columns]}
            for table in schema.tables
        ],
        "foreign_keys": [plain(key) for key in schema.foreign_keys],
    }


def to_schema(message: Message) -> Schema:
    """The schema that from_schema was given."""
    tables = tuple(
        rebuilt(Table, {**table, "columns": _each(Column, table["columns"])})
        for table in message["tables"]
    )
    keys = _each(ForeignKey, message["foreign_keys"])
    return rebuilt(Schema, {**message, "tables": tables, "foreign_keys": keys})


def _each(kind: type[Value], items: Iterable[Message]) -> tuple[Value, ...]:
    return tuple(rebuilt(kind, item) for item in items)


def from_result(result: Result) -> Message:
    """Rows as JSON."""
    return plain(result)


def to_result(message: Message) -> Result:
    """The rows that from_result was given."""
    rows = tuple(map(tuple, message["rows"]))
    return rebuilt(Result, {**message, "rows": rows})


def from_error(error: Exception) -> Message:
    """An error as JSON; one that is not localai's own comes as DatabaseError."""
    if isinstance(error, errors.LocalAIError):
        state = {name: value for name, value in error.__dict__.items() if _is_plain(value)}
        return {"kind": type(error).__name__, "state": state}
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    message = f"The database could not be asked: {text}."
    return {"kind": "DatabaseError", "state": {"message": message, "hint": ""}}


def to_error(message: Message) -> errors.LocalAIError:
    """The error that from_error was given."""
    kind = getattr(errors, str(message["kind"]), None)
    if not (isinstance(kind, type) and issubclass(kind, errors.LocalAIError)):
        kind = errors.DatabaseError
    error: errors.LocalAIError = kind.__new__(kind)
    error.args = (message["state"]["message"],)
    error.__dict__.update(message["state"])
    return error


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, str | int | float)
