"""Which kind of value each keyword takes; it must not know what keywords mean."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from localai.errors import InvalidRequest


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _count(value: object) -> bool:
    return _number(value) and value >= 0 and value % 1 == 0  # type: ignore[operator]


def _bound(value: object) -> bool:
    # Draft 4 wrote true beside `minimum`.
    return isinstance(value, bool) or _number(value)


def _texts(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)


def _list(value: object) -> bool:
    return isinstance(value, list | tuple)


def _map(value: object) -> bool:
    return isinstance(value, Mapping)


def _text(value: object) -> bool:
    return isinstance(value, str)


_KINDS: Final[Mapping[Callable[[object], bool], tuple[str, str]]] = {
    _count: ("a whole number from 0", "minLength maxLength minItems maxItems minProperties "
             "maxProperties minContains maxContains"),
    _number: ("a number", "minimum maximum multipleOf"),
    _bound: ("a number", "exclusiveMinimum exclusiveMaximum"),
    _texts: ("a list of names", "required"),
    _list: ("a list", "enum anyOf oneOf allOf prefixItems"),
    _map: ("an object", "properties patternProperties $defs definitions dependentSchemas"),
    _text: ("a text", "pattern format $ref $anchor $id"),
    lambda value: _text(value) or _texts(value): ("a type or a list of types", "type"),
}  # fmt: skip
_TESTS: Final = {
    name: (test, wanted) for test, (wanted, names) in _KINDS.items() for name in names.split()
}


def check(schema: Mapping[str, Any]) -> None:
    """Raises InvalidRequest where a keyword has a value that it cannot have."""
    for name, value in schema.items():
        test, wanted = _TESTS.get(name, (None, ""))
        if test is not None and not test(value):
            shown = json.dumps(value, default=str)[:60]
            raise InvalidRequest(
                f"The JSON Schema has `{name}`: {shown}, which must be {wanted}.",
                field="json_schema",
            )
