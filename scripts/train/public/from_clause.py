"""Says which tables a published SELECT reads, and which of them an answer has to name.

It must not know conditions, figures or how the model is trained.
"""

from __future__ import annotations

from pairs import Answer, CannotSay, table
from sqlglot import exp

from localai.linking.catalog import Item
from localai.linking.joins import edges
from localai.linking.prompt import Linker
from localai.linking.trees import connect


class FromClause:
    """The tables of SELECTs over one schema; raises CannotSay where joins cannot give them."""

    def __init__(self, linker: Linker) -> None:
        self.schema = linker.schema
        self.linker = linker
        self.places = {t.name.lower(): n for n, t in enumerate(self.schema.tables)}
        self.graph = edges(self.schema)

    def _scope(self, tree: exp.Select) -> dict[str, int]:
        scope: dict[str, int] = {}
        sources = [tree.args.get("from_") or tree.args.get("from")]
        sources = [sources[0].this, *(join.this for join in tree.args.get("joins") or [])]
        for source in sources:
            if not isinstance(source, exp.Table) or source.name.lower() not in self.places:
                raise CannotSay("source")
            scope[source.alias_or_name.lower()] = self.places[source.name.lower()]
        if len(set(scope.values())) < len(scope):
            raise CannotSay("self join")
        return scope

    def item(self, node: exp.Column, scope: dict[str, int]) -> Item:
        name = node.name.lower()
        if node.table and node.table.lower() not in scope:
            raise CannotSay("outer table")
        tables = [scope[node.table.lower()]] if node.table else list(scope.values())
        for number in tables:
            for place, c in enumerate(self.schema.tables[number].columns):
                if c.name.lower() == name:
                    return Item(number, place)
        raise CannotSay(f"column {name}")

    def _from(self, scope: dict[str, int], said: Answer) -> Answer:
        wanted = set(scope.values())
        used = list(dict.fromkeys(p[1].table for p in said if isinstance(p, tuple) and p[0] == "c"))
        used = [t for t in used if t in wanted]
        for extra in [None, *sorted(wanted)]:
            tables = used if extra is None else [*used, extra] if extra not in used else used
            reached = self._reached(tables)
            if reached == wanted:
                return _listed(tables)
            if extra is not None and reached and reached < wanted:
                used = tables
        raise CannotSay("join")

    def _reached(self, tables: list[int]) -> set[int]:
        if not tables:
            return set()
        path = connect(self.graph, tables)
        if path is None:
            return {-1}
        return {tables[0], *(edge.right for edge in path)}

    def _direct(self, left: int, right: int) -> bool:
        return any(edge.right == right for edge in self.graph[left])


def _listed(tables: list[int]) -> Answer:
    out: Answer = []
    for number in tables:
        out += ([","] if out else []) + [table(number)]
    return out
