"""The columns that a query gives, and what they are called; it must not know the schema."""

from __future__ import annotations

from sqlglot import exp

from localai.errors import SQLRejected
from localai.sql.checking.relations import Output, Relation, Scope

HEADINGS = {
    exp.TimestampTrunc: "date_trunc",
    exp.GroupConcat: "string_agg",
    exp.LogicalAnd: "bool_and",
    exp.LogicalOr: "bool_or",
    exp.CurrentTimestamp: "now",
}


def heading(item: exp.Expr) -> str:
    """What PostgreSQL calls a column that has no alias: after its column or its function."""
    if isinstance(item, exp.Alias):
        return item.alias
    inner = item.unnest() if isinstance(item, exp.Paren) else item
    while isinstance(inner, exp.Cast | exp.Window | exp.Filter | exp.WithinGroup):
        inner = inner.this
    if isinstance(inner, exp.Column | exp.Anonymous):
        return inner.name.lower() if isinstance(inner, exp.Anonymous) else inner.name
    if isinstance(inner, exp.Func) and not isinstance(inner, exp.Connector):
        return HEADINGS.get(type(inner)) or inner.sql_name().lower()
    return "?column?"


def renamed(outputs: list[Output], node: exp.Expr) -> list[Output]:
    """The outputs under the names of `alias (a, b)`, if the node has such a list."""
    alias = node.args.get("alias")
    names = [name.name for name in alias.columns] if isinstance(alias, exp.TableAlias) else []
    if len(names) > len(outputs):
        raise SQLRejected(f"{node.alias} names {len(names)} columns, and there are {len(outputs)}.")
    for output, name in zip(outputs, names, strict=False):
        output.name, output.expression = name, None
    return outputs


def named(output: Output) -> None:
    """Gives the output's expression its heading as an alias, now that somebody asks for it."""
    node = output.expression
    if node is None or isinstance(node, exp.Alias | exp.Column) or node.parent is None:
        return
    output.expression = exp.Alias(alias=exp.to_identifier(output.name))
    node.replace(output.expression)
    output.expression.set("this", node)


def all_outputs(scope: Scope) -> list[Output]:
    """What `*` stands for; the columns that a join has merged come once."""
    seen: set[str] = set()
    outputs: list[Output] = []
    for relation in scope.relations:
        for output in relation.outputs:
            name = output.name.lower()
            if name not in scope.merged or name not in seen:
                outputs.append(output)
            seen.add(name)
    return outputs


def same_width(left: list[Output], right: list[Output]) -> None:
    """Refuses a UNION of lists that differ in length."""
    if len(left) != len(right):
        raise SQLRejected(
            f"The halves of a UNION, INTERSECT or EXCEPT have {len(left)} and {len(right)} columns;"
            " they must have the same number."
        )


def of_that_table(scope: Scope, name: str) -> Relation | None:
    """The one relation that is the table `name` under an alias, for a query that forgot it."""
    found = [r for r in scope.relations if r.table and r.table.name.lower() == name.lower()]
    return found[0] if len(found) == 1 else None


def has_many_rows(node: exp.Expr) -> bool:
    """False where the query can give one row at most: a total over everything, or LIMIT 1."""
    query = node.unnest() if isinstance(node, exp.Subquery) else node
    if not isinstance(query, exp.Select):
        return not (isinstance(query, exp.Values) and len(query.expressions) == 1)
    limit = query.args.get("limit")
    if isinstance(limit, exp.Limit) and limit.expression.name == "1":
        return False
    if query.args.get("group") or query.args.get("from_") is None:
        return query.args.get("group") is not None
    return not any(_is_total(item) for item in query.expressions)


def _is_total(item: exp.Expr) -> bool:
    found = item.find(exp.AggFunc)
    return found is not None and found.find_ancestor(exp.Window, exp.Select) is item.parent
