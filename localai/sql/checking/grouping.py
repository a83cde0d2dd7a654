"""Judges what stands beside totals: each value must be one per group; it changes GROUP BY at most.

A column is one per group where the query groups by it, or where primary keys and the equalities of
joins make it follow from what it groups by (PostgreSQL goes by the keys of one table alone).
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from localai.errors import SQLRejected
from localai.schema import Schema
from localai.sql.checking.naming import Names
from localai.sql.checking.relations import Relation

# A column by the relation that offers it and its name in lower case.
Key = tuple[int, str]
UNTYPED_TOTALS = ("every", "total")
CLAUSES = ("having", "order", "qualify", "distinct")


def check_groups(tree: exp.Query, names: Names, schema: Schema) -> None:
    """Raises SQLRejected where a value shown would be any row's.

    Where the database wants columns named in GROUP BY that follow from it anyway, they are added.
    """
    for select in list(tree.find_all(exp.Select)):
        group = select.args.get("group")
        totals = [node for part in _parts(select) for node in _totals(part)]
        if group is None and not totals:
            continue
        lone = _lone_columns(select, names)
        if not lone or (schema.dialect == "sqlite" and _is_of_one_row(totals)):
            continue
        followed = _following(select, names, schema) if group is not None else set()
        for column in lone:
            if _key(column, names) not in followed:
                raise _refusal(column, group is not None)
        if schema.dialect != "sqlite" and group is not None:
            _add(group, lone, names)


def _parts(select: exp.Select) -> Iterator[exp.Expr]:
    yield from select.expressions
    for clause in CLAUSES:
        part = select.args.get(clause)
        if part is not None:
            yield part


def _totals(part: exp.Expr) -> Iterator[exp.Expr]:
    """The totals in an expression that are not a window's own function."""
    for node in part.walk(prune=lambda node: isinstance(node, exp.Query)):
        if is_total(node) and not _is_windowed(node):
            yield node


def is_total(node: exp.Expr) -> bool:
    """Whether the node makes one value of many rows."""
    if isinstance(node, exp.Anonymous):
        return node.name.lower() in UNTYPED_TOTALS
    return isinstance(node, exp.AggFunc)


def _is_windowed(node: exp.Expr) -> bool:
    parent = node.parent
    while isinstance(parent, exp.Filter | exp.IgnoreNulls | exp.RespectNulls | exp.WithinGroup):
        if parent.this is not node:
            return False
        node, parent = parent, parent.parent
    return isinstance(parent, exp.Window) and parent.this is node


def _is_of_one_row(totals: list[exp.Expr]) -> bool:
    # Beside one MIN or MAX, SQLite takes the other columns from the row that has it.
    return len(totals) == 1 and isinstance(totals[0], exp.Min | exp.Max)


def _lone_columns(select: exp.Select, names: Names) -> list[exp.Column]:
    """The columns outside totals that are not, or not in, what the query groups by."""
    grouped = {_shape(item, names) for item in _grouped(select, names)}
    scope = names.scope(select)
    found: list[exp.Column] = []

    def look(node: exp.Expr) -> None:
        if _shape(node, names) in grouped or isinstance(node, exp.Query):
            return
        if isinstance(node, exp.Column):
            bound = names.output(node)
            if bound is not None and any(bound[1] is r for r in scope.relations):
                found.append(node)
            return
        if is_total(node) and not _is_windowed(node):
            return
        if isinstance(node, exp.Filter | exp.WithinGroup) and not _is_windowed(node):
            return
        for part in node.iter_expressions():
            look(part)

    for part in _parts(select):
        look(part)
    return found


def _grouped(select: exp.Select, names: Names) -> Iterator[exp.Expr]:
    """The expressions that the query groups by, positions and headings followed."""
    group = select.args.get("group")
    headings = names.scope(select).named
    for item in _items(group) if group is not None else ():
        if isinstance(item, exp.Literal) and item.is_int:
            position = int(item.name)
            if 1 <= position <= len(select.expressions):
                yield select.expressions[position - 1].unalias()
        elif isinstance(item, exp.Column) and names.output(item) is None:
            heading = headings.get(item.name.lower())
            if heading is not None:
                yield heading.unalias()
        else:
            yield item


def _items(group: exp.Expr) -> Iterator[exp.Expr]:
    for item in group.expressions:
        if isinstance(item, exp.Rollup | exp.Cube | exp.GroupingSets | exp.Tuple):
            yield from _items(item)
        else:
            yield item.unnest() if isinstance(item, exp.Paren) else item


def _shape(node: exp.Expr, names: Names) -> object:
    """What two expressions have in common that mean the same, however their columns are written."""
    if isinstance(node, exp.Column):
        return _key(node, names)
    if isinstance(node, exp.Paren):
        return _shape(node.this, names)
    parts = [
        _shape(value, names)
        if isinstance(value, exp.Expr)
        else tuple(_shape(v, names) if isinstance(v, exp.Expr) else v for v in value)
        if isinstance(value, list)
        else value
        for value in node.args.values()
        if value
    ]
    return (type(node), *parts)


def _key(column: exp.Expr, names: Names) -> Key | str:
    bound = names.output(column)
    return (id(bound[1]), bound[0].name.lower()) if bound else column.sql().lower()


def _following(select: exp.Select, names: Names, schema: Schema) -> set[Key | str]:
    """All columns that are one per group."""
    known = {_key(i, names) for i in _grouped(select, names) if isinstance(i, exp.Column)}
    relations = names.scope(select).relations
    equal = list(_equalities(select, names))
    while True:
        before = len(known)
        known |= {to for one, to in equal if one in known}
        for relation in relations:
            if not relation.many or _has_key(relation, known, schema):
                known |= {(id(relation), o.name.lower()) for o in relation.outputs}
        if len(known) == before:
            return known


def _has_key(relation: Relation, known: set[Key | str], schema: Schema) -> bool:
    if relation.table is None:
        return False
    name = relation.table.name
    # What a foreign key refers to is unique too.
    keys = [key.to_columns for key in schema.foreign_keys if key.to_table == name]
    return any(
        key and all((id(relation), column.lower()) in known for column in key)
        for key in (relation.table.primary_key, *keys)
    )


def _equalities(select: exp.Select, names: Names) -> Iterator[tuple[Key | str, Key | str]]:
    """Pairs of columns of which the second follows from the first."""
    where = select.args.get("where")
    if where is not None:
        for one, other in _equal_columns(where.this, names):
            yield from ((one, other), (other, one))
    yield from _merged(select, names)
    for join in select.args.get("joins") or ():
        on = join.args.get("on")
        for one, other in _equal_columns(on, names) if on is not None else ():
            if not join.side:
                yield from ((one, other), (other, one))
            elif join.side == "LEFT":
                # The joined table's columns follow (or are missing); the other way they need not.
                added = join.this.alias_or_name.lower()
                yield (other, one) if _is_of(one, added, select, names) else (one, other)


def _merged(select: exp.Select, names: Names) -> Iterator[tuple[Key | str, Key | str]]:
    """The columns that a USING or NATURAL join has made one."""
    scope = names.scope(select)
    for name in scope.merged:
        owners = [(id(relation), name) for relation in scope.relations if relation.output(name)]
        for one, other in zip(owners, owners[1:], strict=False):
            yield from ((one, other), (other, one))


def _equal_columns(condition: exp.Expr, names: Names) -> Iterator[tuple[Key | str, Key | str]]:
    parts = condition.flatten() if isinstance(condition, exp.And) else [condition]
    for part in parts:
        node = part.unnest()
        if isinstance(node, exp.EQ) and all(
            isinstance(side, exp.Column) for side in (node.this, node.expression)
        ):
            yield _key(node.this, names), _key(node.expression, names)


def _is_of(key: Key | str, alias: str, select: exp.Select, names: Names) -> bool:
    relation = names.scope(select).relation(alias)
    return relation is not None and key[0] == id(relation)


def _add(group: exp.Expr, lone: list[exp.Column], names: Names) -> None:
    seen: set[Key | str] = set()
    for column in lone:
        key = _key(column, names)
        if key not in seen:
            seen.add(key)
            group.append("expressions", column.copy())


def _refusal(column: exp.Column, is_grouped: bool) -> SQLRejected:
    name = column.name
    why = "the query groups by something else" if is_grouped else "without grouping by it"
    if is_grouped:
        message = f"The query shows {name} beside totals, but it groups by something else"
    else:
        message = f"The query mixes a total with the single value {name}, {why}"
    return SQLRejected(
        f"{message}: the value shown would be any row's.",
        hint=f"Ask for the totals per {name}, or leave {name} out.",
    )
