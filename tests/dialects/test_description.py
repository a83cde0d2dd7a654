"""The OpenAPI document: every route is described, and nothing that is no route."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import msgspec
import pytest

from localai.dialects import DIALECTS, description
from localai.dialects.description import document

DOCUMENT = document("1.2.3")
OPERATIONS = [
    (method, path, one) for path, item in DOCUMENT["paths"].items() for method, one in item.items()
]


def test_every_route_is_described_and_nothing_else() -> None:
    routes = {
        (route.method.lower(), route.path.replace(":path}", "}"))
        for dialect in DIALECTS.values()
        for route in dialect.routes
        if "//" not in route.path
    }
    assert {(method, path) for method, path, _ in OPERATIONS} == routes


def test_no_description_is_left_over() -> None:
    for name, dialect in DIALECTS.items():
        routes = {f"{r.method} {r.path.replace(':path}', '}')}" for r in dialect.routes}
        described = description._read(name)
        assert described is not None
        assert {route for one in described["operations"] for route in one["routes"]} <= routes


def test_names_are_unique_and_parameters_are_all_there() -> None:
    names = [one["operationId"] for _, _, one in OPERATIONS]
    assert len(set(names)) == len(names)
    for _, path, one in OPERATIONS:
        given = [p["name"] for p in one["parameters"] if p["in"] == "path"]
        assert given == re.findall(r"\{(\w+)\}", path)


def _schemas(value: Any) -> Any:
    if isinstance(value, dict):
        if "schema" in value:
            yield value["schema"]
        for one in value.values():
            yield from _schemas(one)
    elif isinstance(value, list):
        for one in value:
            yield from _schemas(one)


def test_every_schema_is_one_and_refers_to_one() -> None:
    parts = DOCUMENT["components"]["schemas"]
    for schema in [*parts.values(), *_schemas(DOCUMENT["paths"])]:
        jsonschema.Draft202012Validator.check_schema(schema)
        for found in re.findall(
            rb'"\$ref":"#/components/schemas/(\w+)"', msgspec.json.encode(schema)
        ):
            assert found.decode() in parts


def test_a_route_without_description_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(description, "_read", lambda _: {"schemas": {}, "operations": []})
    with pytest.raises(KeyError):
        document("1")
