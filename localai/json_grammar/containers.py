"""Arrays and objects as GBNF; it must not know what they hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from localai.json_grammar import strings
from localai.json_grammar.rules import Rules, either, literal
from localai.json_grammar.schema import REMARKS, Schema, Unsatisfiable, whole

MOST_ITEMS: Final = 400
SPACE: Final = '| " " | "\\n" [ \\t]{0,24}'


class Containers:
    """visit(schema, depth): the expression of what a container holds, or Unsatisfiable."""

    def __init__(
        self, rules: Rules, visit: Callable[[object, int], str], leftovers: set[str]
    ) -> None:
        self._rules = rules
        self._visit = visit
        self._leftovers = leftovers

    def array(self, schema: Schema, depth: int) -> str:
        first = list(schema.get("prefixItems", ()))
        items = schema.get("items", True)
        if isinstance(items, list):  # as drafts before 2020-12 wrote tuples
            first, items = items, schema.get("additionalItems", True)
            self._leftovers.discard("additionalItems")
        least, most = int(schema.get("minItems", 0)), whole(schema, "maxItems")
        least = max(least, 0)
        if least > MOST_ITEMS or (most is not None and most < least):
            raise Unsatisfiable
        most = None if most is None or most > MOST_ITEMS else most
        return self._rules.add("array", self._items(first, items, least, most, depth))

    def _items(self, first: list[Any], items: Any, least: int, most: int | None, depth: int) -> str:
        """`[`, the tuple's items as far as they are asked for, then more of one kind, `]`."""
        space = self._space
        comma = f'"," {space} '
        count = min(len(first), len(first) if most is None else most)
        # A tuple is written whole: its length is what its reader relies on.
        heads = [self._visit(one, depth) for one in first[:count]]
        body = f" {comma}".join(heads)
        left = None if most is None else most - count
        if left != 0:
            body = self._more(body, items, max(0, least - count), left, depth)
        return f'"[" {space} {body} {space} "]"' if body else '"[" "]"'

    def _more(self, body: str, items: Any, least: int, most: int | None, depth: int) -> str:
        try:
            item = self._rules.add("item", self._visit(items, _nested(items, depth)))
        except Unsatisfiable:
            if least:
                raise
            return body
        comma = f'"," {self._space} {item}'
        if body:
            return f"{body} ({comma}){_times(least, most)}"
        rest = f"{item} ({comma}){_times(max(0, least - 1), None if most is None else most - 1)}"
        return rest if least else f"({rest})?"

    def object(self, schema: Schema, depth: int) -> str:
        properties = schema.get("properties", {})
        required = set(schema.get("required", ()))
        for name in schema.get("required", ()):
            if name not in properties:
                properties = {**properties, name: schema.get("additionalProperties", True)}
        if not properties:
            return self._map(schema, depth)
        pairs = []
        for name, inner in properties.items():
            try:
                value = self._visit(inner, _nested(inner, depth))
            except Unsatisfiable:
                if name in required:
                    raise
                continue
            key = literal(json.dumps(str(name), ensure_ascii=False))
            pair = self._rules.add(f"{name}-pair", f'{key} ":" {self._space} {value}')
            pairs.append((pair, name in required))
        return self._rules.add("object", self._listed(pairs))

    def _listed(self, pairs: list[tuple[str, bool]]) -> str:
        """The pairs in order, the optional ones left out or not, commas between."""
        comma = f'"," {self._space} '
        tails = [""]  # what may follow once something stands before, from the last pair backwards
        for pair, needed in reversed(pairs):
            one = f"{comma}{pair}" if needed else f"({comma}{pair})?"
            tail = f"{one} {tails[0]}".strip()
            tails.insert(0, self._rules.add("more", tail))
        starts, open_end = [], True
        for index, (pair, needed) in enumerate(pairs):
            starts.append(f"{pair} {tails[index + 1]}".strip())
            if needed:
                open_end = False
                break
        inside = either(starts)
        inside = f"({inside} {self._space})?" if open_end else f"{inside} {self._space}"
        return f'"{{" {self._space} {inside} "}}"'

    def _map(self, schema: Schema, depth: int) -> str:
        values = schema.get("additionalProperties", True)
        empty = f'"{{" {self._space} "}}"'
        least, most = int(schema.get("minProperties", 0)), whole(schema, "maxProperties")
        if values is False:
            return self._rules.add("object", empty)
        try:
            value = self._visit(values, _nested(values, depth))
        except Unsatisfiable:
            if least:
                raise
            return self._rules.add("object", empty)
        key = self._rules.add("key", f'"\\"" {strings.sized(self._rules, 1, 64)} "\\""')
        pair = self._rules.add("pair", f'{key} ":" {self._space} {value}')
        count = _times(max(0, least - 1), None if most is None else max(0, most - 1))
        pairs = f'{pair} ("," {self._space} {pair}){count} {self._space}'
        inside = pairs if least else f"({pairs})?"
        return self._rules.add("object", f'"{{" {self._space} {inside} "}}"')

    @property
    def _space(self) -> str:
        return self._rules.add("space", SPACE)


def _nested(schema: object, depth: int) -> int:
    # A free value would nest without end; a described one ends where its schema does.
    free = schema is True or (isinstance(schema, Mapping) and not set(schema) - REMARKS)
    return depth - 1 if free else depth


def _times(least: int, most: int | None) -> str:
    if most is None:
        return f"{{{least},}}" if least else "*"
    return f"{{{least},{most}}}"
