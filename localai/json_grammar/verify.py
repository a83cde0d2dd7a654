"""Whether a JSON text fits its schema, for what no grammar can hold; it must not know grammars."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from localai.errors import InvalidRequest, SchemaUnmet


def verify(text: str, schema: Mapping[str, Any] | bool) -> None:
    """Raises SchemaUnmet where `text` is no JSON or does not fit, InvalidRequest where the schema
    cannot be judged by. References are followed inside the schema, never to another place."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SchemaUnmet("the answer is not whole JSON") from error
    if schema is True:
        return
    # Imported here: it takes 0.1 s, and few answers need it.
    from jsonschema import ValidationError, validators

    known = validators.validator_for(schema, default=validators.Draft202012Validator)
    # Without a registry of its own, jsonschema would ask the network for references.
    registry = validators.SPECIFICATIONS  # type: ignore[attr-defined]
    try:
        judge = _validator(known)(schema, format_checker=known.FORMAT_CHECKER, registry=registry)
        judge.validate(value)
    except ValidationError as error:
        where = "/".join(str(part) for part in error.absolute_path) or "its root"
        raise SchemaUnmet(f"at {where}: {error.message[:200]}") from error
    except Exception as error:
        # References that lead nowhere, patterns that Python cannot read, too deep a schema.
        raise InvalidRequest(
            f"The JSON Schema cannot be judged by: {str(error)[:200] or type(error).__name__}.",
            field="json_schema",
        ) from error


@cache
def _validator(known: Any) -> Any:
    from jsonschema import validators

    return validators.extend(known, {"multipleOf": _multiple_of})  # type: ignore[no-untyped-call]


def _multiple_of(validator: Any, step: Any, value: Any, schema: Any) -> Iterator[Exception]:
    """19.99 is a multiple of 0.01, whatever binary fractions make of them."""
    from jsonschema import ValidationError

    if isinstance(value, int | float) and not isinstance(value, bool):
        if Decimal(str(value)) % Decimal(str(step)):
            yield ValidationError(f"{value!r} is not a multiple of {step!r}")
