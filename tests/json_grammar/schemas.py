"""Random JSON Schemas as clients write them: nested objects, arrays, unions, bounds, references."""

from __future__ import annotations

import random
from typing import Any

WORDS = "id name city total price tags items note owner status due 名前 a-b x/y $ref".split()
FORMATS = ("date", "time", "date-time", "uuid", "email", "ipv4", "hostname", "uri")
PATTERNS = (r"^[A-Z]{2}-\d{3}$", r"^(foo|bar)+$", r"^\+?[0-9 ()-]{5,12}$", r"\d", r'^"[a-z]\\?$')


def schema(seed: int) -> dict[str, Any]:
    """An object's schema, with definitions that may refer to themselves."""
    chance = random.Random(seed)
    root = _object(chance, 3)
    root["$defs"] = {"node": _node(chance), "leaf": _leaf(chance)}
    return root


def _node(chance: random.Random) -> dict[str, Any]:
    child = {"$ref": "#/$defs/node"}
    return {
        "type": "object",
        "properties": {
            "value": _leaf(chance),
            "children": {"type": "array", "items": child, "maxItems": 2},
            "next": {"anyOf": [{"type": "null"}, child]},
        },
        "required": ["value", "children"],
        "additionalProperties": False,
    }


def _any(chance: random.Random, depth: int) -> dict[str, Any]:
    makers = [_leaf, _leaf, _reference]
    if depth > 0:
        makers += [_array, _object, _union]  # type: ignore[list-item]
    make: Any = chance.choice(makers)
    made: dict[str, Any] = make(chance) if make in (_leaf, _reference) else make(chance, depth - 1)
    return made


def _reference(chance: random.Random) -> dict[str, Any]:
    return {"$ref": chance.choice(["#/$defs/node", "#/$defs/leaf"])}


def _object(chance: random.Random, depth: int) -> dict[str, Any]:
    names = chance.sample(WORDS, chance.randint(1, 5))
    found: dict[str, Any] = {
        "type": "object",
        "properties": {name: _any(chance, depth) for name in names},
        "required": [name for name in names if chance.random() < 0.6],
    }
    if chance.random() < 0.5:
        found["additionalProperties"] = False
    return found


def _array(chance: random.Random, depth: int) -> dict[str, Any]:
    least = chance.randint(0, 2)
    found = {"type": "array", "items": _any(chance, depth), "minItems": least}
    return found | ({"maxItems": least + chance.randint(0, 3)} if chance.random() < 0.7 else {})


def _union(chance: random.Random, depth: int) -> dict[str, Any]:
    return {"anyOf": [_any(chance, depth) for _ in range(chance.randint(2, 3))]}


def _leaf(chance: random.Random) -> dict[str, Any]:
    low = chance.choice([-1000, -7, 0, 1, 12])
    high = low + chance.choice([0, 1, 9, 100, 98765])
    leaves: list[dict[str, Any]] = [
        {"type": "string"},
        {"type": "string", "minLength": 1, "maxLength": chance.randint(1, 30)},
        {"type": "string", "format": chance.choice(FORMATS)},
        {"type": "string", "pattern": chance.choice(PATTERNS)},
        {"type": "integer", "minimum": low, "maximum": high},
        {"type": "integer", "exclusiveMinimum": low},
        {"type": "number", "minimum": low - 0.7, "exclusiveMaximum": high + 0.25},
        {"type": "number"},
        {"type": ["boolean", "null"]},
        {"enum": ["red", "größer", 'q"\\', 7, None, True, {"a": [1]}]},
        {"const": "fixed"},
    ]
    return chance.choice(leaves)
