"""Arrays as GBNF; it must not know what they hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from localai.errors import InvalidRequest
from localai.json_grammar.listing import SPACE, Listing, Part
from localai.json_grammar.rules import Rules, either, literal, written
from localai.json_grammar.schema import REMARKS, Schema, Unsatisfiable, whole

MOST_ITEMS: Final = 400
"""The largest minItems that is served, and the largest maxItems that the rules see to."""
MOST_PERMUTED: Final = 6
"""So many different values may stand in any order where items are unique; more only in theirs."""

Visit = Callable[[object, int], str]


class Arrays:
    """visit(schema, depth): the expression of an item, or Unsatisfiable.

    values(schema): all values that fit, where the schema lists them; None where it does not.
    """

    def __init__(
        self,
        rules: Rules,
        visit: Visit,
        values: Callable[[object], list[Any] | None],
        leftovers: set[str],
    ) -> None:
        self._rules = rules
        self._visit = visit
        self._values = values
        self._leftovers = leftovers

    def of(self, schema: Schema, depth: int) -> str:
        """The expression of an array. Raises Unsatisfiable, InvalidRequest."""
        first = list(schema.get("prefixItems", ()))
        items = schema.get("items", True)
        if isinstance(items, list):  # as drafts before 2020-12 wrote tuples
            first, items = items, schema.get("additionalItems", True)
            self._leftovers.discard("additionalItems")
        least, most = max(0, whole(schema, "minItems") or 0), whole(schema, "maxItems")
        if most is not None and most < least:
            raise Unsatisfiable(f"minItems {least} is above maxItems {most}")
        if least > MOST_ITEMS:
            raise InvalidRequest(
                f"The JSON Schema has minItems {least}; at most {MOST_ITEMS} can be asked for.",
                field="json_schema",
            )
        if most is not None and most > MOST_ITEMS:
            self._leftovers.add("maxItems")
            most = None
        space = self._rules.add("space", SPACE)
        values = self._values(items) if schema.get("uniqueItems") and not first else None
        if values is not None:
            body = self._unique(values, least, most)
        else:
            if schema.get("uniqueItems") and most != 1:
                self._leftovers.add("uniqueItems")
            body = self._items(first, items, least, most, depth)
        return self._rules.add("array", f'"[" {space} {body} {space} "]"' if body else '"[" "]"')

    def _items(self, first: list[Any], items: Any, least: int, most: int | None, depth: int) -> str:
        """The tuple's items as far as they are asked for, then more of one kind."""
        comma = f'"," {self._rules.add("space", SPACE)} '
        heads: list[str] = []
        for one in first if most is None else first[:most]:
            # A tuple is written whole: its length is what its reader relies on.
            try:
                heads.append(self._visit(one, depth))
            except Unsatisfiable:
                if least > len(heads):
                    raise
                return f" {comma}".join(heads)
        body = f" {comma}".join(heads)
        left = None if most is None else most - len(heads)
        if left != 0:
            body = self._more(body, items, max(0, least - len(heads)), left, depth)
        return body

    def _more(self, body: str, items: Any, least: int, most: int | None, depth: int) -> str:
        try:
            item = self._rules.add("item", self._visit(items, nested(items, depth)))
        except Unsatisfiable:
            if least:
                raise
            return body
        comma = f'"," {self._rules.add("space", SPACE)} {item}'
        if body:
            return f"{body} ({comma}){_times(least, most)}"
        rest = f"{item} ({comma}){_times(max(0, least - 1), None if most is None else most - 1)}"
        return rest if least else f"({rest})?"

    def _unique(self, values: list[Any], least: int, most: int | None) -> str:
        """Different values: of few any order, of many that of the schema."""
        texts = list(dict.fromkeys(map(written, values)))
        if least > len(texts):
            raise Unsatisfiable(f"minItems {least} of {len(texts)} different values")
        if len(texts) <= MOST_PERMUTED:
            top = len(texts) if most is None else most
            return self._permuted([literal(text) for text in texts], least, top) if top else ""
        parts = [Part(self._rules.add("value", literal(text)), False) for text in texts]
        try:
            made = Listing(self._rules, parts, None, least, most).text()
        except ValueError as error:
            raise InvalidRequest(
                f"The JSON Schema asks for unique items of {len(texts)} values: {error}.",
                field="json_schema",
            ) from None
        return made or ""

    def _permuted(self, texts: list[str], least: int, most: int, begun: bool = False) -> str:
        """One of the texts and after it some of the others; nothing where that may be."""
        if not texts or most <= 0:
            return ""
        comma = f'"," {self._rules.add("space", SPACE)} ' if begun else ""
        ways = []
        for index, text in enumerate(texts):
            rest = texts[:index] + texts[index + 1 :]
            tail = self._permuted(rest, least - 1, most - 1, begun=True)
            ways.append(f"{comma}{text} {tail}".strip())
        name = self._rules.add("unique", either(ways))
        return name if least > 0 else f"({name})?"


def nested(schema: object, depth: int) -> int:
    """How deep what stands inside may nest: a free value would go on without end."""
    free = schema is True or (isinstance(schema, Mapping) and not set(schema) - REMARKS)
    return depth - 1 if free else depth


def _times(least: int, most: int | None) -> str:
    if most is None:
        return f"{{{least},}}" if least else "*"
    return f"{{{least},{most}}}"
