"""Judges joins: tables that nothing connects pair every row with every other one."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from localai.errors import SQLRejected
from localai.sql.checking.naming import Names
from localai.sql.checking.relations import Relation


def check_joins(tree: exp.Query, names: Names) -> list[str]:
    """Notices about CROSS JOINs. Raises SQLRejected for tables side by side with no condition."""
    notices: list[str] = []
    for select in tree.find_all(exp.Select):
        apart = _apart(select, names)
        if len(apart) < 2:
            continue
        one, other = apart[0], apart[1]
        if any(join.kind == "CROSS" for join in select.args.get("joins") or ()):
            notices.append(f"Every row of {_name(one)} is paired with every row of {_name(other)}.")
            continue
        raise SQLRejected(
            f"The query reads {_name(one)} and {_name(other)} and does not say how their rows "
            "belong together: each would be paired with every one of the other.",
            hint="Name in the question what connects them.",
        )
    return notices


def _name(relation: Relation) -> str:
    return relation.table.name if relation.table else relation.alias


def _apart(select: exp.Select, names: Names) -> list[Relation]:
    """One relation of each set that no condition connects with the others."""
    relations = [r for r in names.scope(select).relations if r.many and not r.made]
    leader = {id(relation): id(relation) for relation in relations}

    def root(of: int) -> int:
        while leader[of] != of:
            of = leader[of]
        return of

    for linked in _links(select, names, relations):
        linked = [relation for relation in linked if relation in leader]
        for other in linked[1:]:
            leader[root(other)] = root(linked[0])
    heads: dict[int, Relation] = {}
    for relation in relations:
        heads.setdefault(root(id(relation)), relation)
    return list(heads.values())


def _links(select: exp.Select, names: Names, relations: list[Relation]) -> Iterator[list[int]]:
    """Relations, by identity, that one condition speaks of."""
    known = {id(relation) for relation in relations}
    yield from _merged(select, names)
    for condition in _conditions(select):
        for part in condition.walk(prune=lambda node: isinstance(node, exp.Predicate)):
            if not isinstance(part, exp.Predicate) or isinstance(part, exp.Connector):
                continue
            found = {
                id(bound[1])
                for column in part.find_all(exp.Column)
                if (bound := names.output(column)) is not None
            }
            if len(found & known) > 1:
                yield list(found & known)


def _merged(select: exp.Select, names: Names) -> Iterator[list[int]]:
    """What USING, NATURAL and LATERAL connect."""
    scope = names.scope(select)
    for join in select.args.get("joins") or ():
        added = scope.relation(join.this.alias_or_name)
        if added is None:
            continue
        before = scope.relations[: scope.relations.index(added)]
        columns = {name.name for name in join.args.get("using") or ()}
        if join.method == "NATURAL":
            columns = {output.name for output in added.outputs}
        for relation in before:
            if isinstance(join.this, exp.Lateral) or any(relation.output(c) for c in columns):
                yield [id(added), id(relation)]


def _conditions(select: exp.Select) -> Iterator[exp.Expr]:
    for node in select.find_all(exp.Join, exp.Where):
        condition = node.this if isinstance(node, exp.Where) else node.args.get("on")
        if condition is not None:
            yield condition
