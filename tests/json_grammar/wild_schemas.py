"""Random JSON Schemas of every keyword that clients send, deep and odd ones among them.

`schemas.py` keeps to what a grammar holds whole; here stands also what is only verified.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Final

Schema = dict[str, Any]

NAMES: Final = (
    "id name city total price tags items note owner status due-date 名前 größe a/b x~y $ref "
    "naïve 🙂 type enum __proto__ a.b %41 constructor"
).split() + ["with space", 'quo"te', "back\\slash", "line\nbreak", "tab\t", "\u0001", "", "'"]
FORMATS: Final = (
    "date time date-time uuid email ipv4 ipv6 hostname uri duration uri-reference iri "
    "idn-email json-pointer relative-json-pointer regex uri-template x-unknown"
).split()
PATTERNS: Final = (
    r"^[A-Z]{2}-\d{3}$",
    r"^(foo|bar)+$",
    r"^\+?[0-9 ()-]{5,12}$",
    r"\d",
    r'^"[a-z]\\?$',
    r"^#[0-9a-fA-F]{6}$",
    r"^\S+@\S+$",
    r"^[^\s]{1,20}$",
    r"^(?:a|b|)c*$",
    r"[äöü]",
    r"^.{3,9}$",
    r"^(?!no).*$",
    r"^v?\d+\.\d+\.\d+(-[a-z0-9.]+)?$",
)
VALUES: Final[tuple[Any, ...]] = (
    "red", "größer", 'q"\\', "", "\n", 7, 0, -1.5, 1e30, None, True, False, [], {},
    {"a": [1, {"b": None}]}, [1, "x"], "🙂",
)  # fmt: skip


class Wild:
    """Makes schemas from a seed. depth: how deep containers nest; references end that."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def root(self, depth: int = 3) -> Schema:
        """An object's schema with definitions, of which some come back to themselves."""
        made = self.object(depth)
        made["$defs"] = {
            "leaf": self.leaf(),
            "node": self._node(),
            "a/b": self.leaf(),
            "named": {"$anchor": "here", **self.leaf()},
            "ping": {"type": "object", "properties": {"pong": {"$ref": "#/$defs/pong"}}},
            "pong": {"type": "array", "items": {"$ref": "#/$defs/ping"}},
        }
        return made

    def any(self, depth: int) -> Schema | bool:
        """Any schema."""
        simple: list[Callable[[], Schema | bool]] = [self.leaf] * 5 + [self._reference, self._free]
        if depth <= 0 or self.chance.random() < 0.3:
            return self.chance.choice(simple)()
        deep: list[Callable[[int], Schema]] = [
            self.array,
            self.array,
            self.object,
            self.object,
            self._union,
            self._all,
        ]
        return self.chance.choice(deep)(depth - 1)

    def object(self, depth: int) -> Schema:
        """Properties, needed or not; or a map."""
        made: Schema = {"type": "object"}
        draw = self.chance.random
        if draw() < 0.15:
            return made | self._map(depth)
        names = self.chance.sample(NAMES, self.chance.randint(0, 6))
        made["properties"] = {name: self.any(depth) for name in names}
        made["required"] = [name for name in names if draw() < 0.5]
        if draw() < 0.5:
            made["additionalProperties"] = self.chance.choice([False, False, True, self.leaf()])
        if draw() < 0.1 and len(names) > 1:
            made["minProperties"] = self.chance.randint(1, len(names))
        if draw() < 0.1:
            made["maxProperties"] = self.chance.randint(len(made["required"]), len(names) + 1)
        if draw() < 0.1:
            made["patternProperties"] = {"^x-": self.leaf()}
        if draw() < 0.05 and names:
            made["dependentRequired"] = {names[0]: names[1:2]}
        return made

    def array(self, depth: int) -> Schema:
        """Lists, bounded or not, and tuples."""
        made: Schema = {"type": "array"}
        draw = self.chance.random
        if draw() < 0.9:
            made["items"] = self.any(depth)
        if draw() < 0.15:
            made["prefixItems"] = [self.any(depth) for _ in range(self.chance.randint(1, 3))]
        least = self.chance.choice([0, 0, 0, 1, 2, 5])
        if least:
            made["minItems"] = least
        if draw() < 0.5:
            made["maxItems"] = least + self.chance.randint(0, 6)
        if draw() < 0.1:
            made = {"type": "array", "items": {"enum": list("abcdef")}, "uniqueItems": True,
                    "maxItems": self.chance.randint(1, 6)}  # fmt: skip
        return made

    def leaf(self) -> Schema:
        """Texts, numbers, values and nothing."""
        return self.chance.choice([self._text, self._text, self._number, self._value])()

    def _text(self) -> Schema:
        made: Schema = {"type": "string"}
        draw, least = self.chance.random(), self.chance.randint(0, 12)
        if draw < 0.25:
            made |= {"minLength": least, "maxLength": least + self.chance.randint(0, 40)}
        elif draw < 0.35:
            made["maxLength"] = least
        elif draw < 0.4:
            made["minLength"] = least
        elif draw < 0.6:
            made["format"] = self.chance.choice(FORMATS)
        elif draw < 0.75:
            made["pattern"] = self.chance.choice(PATTERNS)
        elif draw < 0.8:
            made |= {"pattern": "^[a-z]+$", "minLength": 2, "maxLength": 2 + least}
        if self.chance.random() < 0.1:
            made["type"] = ["string", "null"]
        return made

    def _number(self) -> Schema:
        kind, draw = self.chance.choice(["integer", "number"]), self.chance.random
        made: Schema = {"type": kind}
        low = self.chance.choice([-1000, -7, -0.5, 0, 0.001, 1, 12, 1e6])
        if draw() < 0.5:
            made[self.chance.choice(["minimum", "exclusiveMinimum"])] = low
        if draw() < 0.5:
            high = low + self.chance.choice([1, 9, 2.5, 100, 98765, 1e12])
            made[self.chance.choice(["maximum", "exclusiveMaximum"])] = high
        if draw() < 0.2:
            steps = [1, 2, 5, 7, 10, 100, 12] + ([0.5, 0.25] if kind == "number" else [])
            made = {"type": kind, "multipleOf": self.chance.choice(steps)}
            if draw() < 0.5:
                made |= {"minimum": 3, "maximum": self.chance.choice([100, 5000])}
        return made

    def _value(self) -> Schema:
        draw = self.chance.random()
        if draw < 0.4:
            return {"enum": self.chance.sample(VALUES, self.chance.randint(1, 5))}
        if draw < 0.6:
            return {"const": self.chance.choice(VALUES)}
        if draw < 0.8:
            return {"type": "boolean"}
        names = ["null", "boolean", "integer", "number", "string"]
        return {"type": self.chance.sample(names, self.chance.randint(1, 3))}

    def _map(self, depth: int) -> Schema:
        draw = self.chance.random()
        made: Schema = {"additionalProperties": self.any(depth)}
        if draw < 0.2:
            made = {"patternProperties": {"^[a-z]{2}$": self.leaf()}, "additionalProperties": False}
        elif draw < 0.4:
            made["propertyNames"] = {"pattern": "^[A-Z][a-z]{0,5}$"}
        if self.chance.random() < 0.3:
            made["maxProperties"] = 4
        return made

    def _free(self) -> Schema | bool:
        free: list[Schema | bool] = [True, {}, {"description": "anything"}, {"title": "x"}]
        return self.chance.choice(free)

    def _reference(self) -> Schema:
        names = ["#/$defs/leaf", "#/$defs/node", "#/$defs/a~1b", "#here", "#/$defs/ping"]
        made = {"$ref": self.chance.choice(names)}
        return made | ({"description": "see there"} if self.chance.random() < 0.3 else {})

    def _union(self, depth: int) -> Schema:
        draw = self.chance.random()
        if draw < 0.3:
            tagged = [
                {"type": "object", "properties": {"kind": {"const": kind}, "v": self.any(depth)},
                 "required": ["kind"]}
                for kind in ("a", "b", "c")
            ]  # fmt: skip
            return {"oneOf": tagged}
        if draw < 0.4:
            return {"oneOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]}
        return {"anyOf": [self.any(depth) for _ in range(self.chance.randint(1, 3))]}

    def _all(self, depth: int) -> Schema:
        first, second = self.object(depth), self.object(0)
        second.pop("additionalProperties", None)
        first.pop("additionalProperties", None)
        shared = set(first.get("properties", {})) & set(second.get("properties", {}))
        for name in shared:
            del second["properties"][name]
        return {"allOf": [first, {"required": [], **second}]}

    def _node(self) -> Schema:
        child = {"$ref": "#/$defs/node"}
        return {
            "type": "object",
            "properties": {
                "value": self.leaf(),
                "children": {"type": "array", "items": child, "maxItems": 2},
                "next": {"anyOf": [{"type": "null"}, child]},
            },
            "required": ["value", "children"],
        }
