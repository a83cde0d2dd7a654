"""The OpenAPI document of all dialects' routes; it must not know HTTP or who serves it.

Paths and methods come from the table of dialects; what goes in and out comes from data files, one
for each dialect in `described/`, and from the published schemas. A dialect without a file is left
out; a route that its dialect's file does not describe is an error. Paths with an empty segment are
other spellings of described ones, and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from importlib.resources import files
from typing import Any

import msgspec

from localai.dialects import DIALECTS
from localai.dialects.dialect import Dialect, Wire
from localai.dialects.workers_ai_schemas import published

OPENAPI = "3.1.0"
_PARAMETER = re.compile(r"\{(\w+)(?::path)?\}")


def document(version: str) -> Wire:
    """The document; `version` is the program's. Raises KeyError for a route without description."""
    schemas: Wire = {"TextGenerationInput": published()["input"]}
    paths: dict[str, Wire] = {}
    for dialect in DIALECTS.values():
        described = _read(dialect.name)
        if described is None:
            continue
        schemas |= described["schemas"]
        for method, path, operation in _operations(dialect, described):
            paths.setdefault(path, {})[method.lower()] = operation
    return {
        "openapi": OPENAPI,
        "info": {"title": "localai", "version": version},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        # A server on loopback asks for no key unless it was given one.
        "security": [{}, {"key": []}],
    }


def _read(name: str) -> Mapping[str, Any] | None:
    file = files("localai.dialects").joinpath("described", f"{name}.json")
    if not file.is_file():
        return None
    found: dict[str, Any] = msgspec.json.decode(file.read_bytes())
    return found


def _operations(dialect: Dialect, described: Mapping[str, Any]) -> Iterator[tuple[str, str, Wire]]:
    by_route = {route: one for one in described["operations"] for route in one["routes"]}
    for route in dialect.routes:
        if "//" in route.path:
            continue
        path = _PARAMETER.sub(r"{\1}", route.path)
        one = by_route[f"{route.method} {path}"]
        yield route.method, path, _operation(dialect.name, route.method, path, one, described)


def _operation(
    name: str, method: str, path: str, one: Mapping[str, Any], described: Mapping[str, Any]
) -> Wire:
    operation: Wire = {
        "operationId": re.sub(r"\W+", "_", f"{name}_{method}_{path}").strip("_").lower(),
        "summary": one["summary"],
        "tags": [name],
        "parameters": [*_parameters(path, one)],
        "responses": _responses(one, described["errors"]),
    }
    if "body" in one:
        body = {"application/json": {"schema": one["body"]}}
        operation["requestBody"] = {"required": True, "content": body}
    return operation


def _parameters(path: str, one: Mapping[str, Any]) -> Iterator[Wire]:
    for name in _PARAMETER.findall(path):
        schema = {"type": "string", "minLength": 1}
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    for place, key in (("query", "query"), ("header", "headers")):
        for name, parameter in one.get(key, {}).items():
            yield {"name": name, "in": place, **parameter}


def _responses(one: Mapping[str, Any], errors: Mapping[str, Any]) -> Wire:
    refusals = dict.fromkeys(map(str, errors["statuses"]), errors["schema"])
    refusals |= one.get("refusals", {})
    responses: Wire = {
        status: {"description": HTTPStatus(int(status)).phrase, "content": _json(_ref(schema))}
        for status, schema in refusals.items()
    }
    if "answer" in one:
        content = _json(one["answer"])
        if one.get("stream"):
            content["text/event-stream"] = {}
        responses["200"] = {"description": "The answer", "content": content}
    return dict(sorted(responses.items()))


def _json(schema: Wire) -> Wire:
    return {"application/json": {"schema": schema}}


def _ref(name: str) -> Wire:
    return {"$ref": f"#/components/schemas/{name}"}
