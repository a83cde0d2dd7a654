"""What a FROM clause offers to the expressions beside it; it must not know how trees are walked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

from sqlglot import exp

from localai.errors import SQLRejected
from localai.schema import Column, Schema, Table
from localai.sql.kinds import Kind, declared


@dataclass(frozen=True, slots=True)
class Origin:
    """The table and column that a name means in the end, however often it was passed on."""

    table: Table
    column: Column


@dataclass(slots=True)
class Output:
    """One column that a relation offers. expression: what makes it, if a query does."""

    name: str
    kind: Kind | None
    origin: Origin | None = None
    expression: exp.Expr | None = None


@dataclass(slots=True)
class Relation:
    """A table, or a query in a table's place, under the name that its columns go by.

    table: the table itself, else None. many: False where it has one row at most. made: whether its
    rows are the query's own, of VALUES or a series.
    """

    alias: str
    outputs: list[Output]
    table: Table | None = None
    many: bool = True
    made: bool = False

    def output(self, name: str) -> Output | None:
        """The column of that name; in the same spelling if two differ by case alone."""
        found = [output for output in self.outputs if output.name.lower() == name.lower()]
        return next(
            (output for output in found if output.name == name), found[0] if found else None
        )


@dataclass(slots=True)
class Scope:
    """What the names of one SELECT mean. outer: the scope around it, for a correlated subquery.

    merged: columns that a USING or NATURAL join has made one. named: its SELECT's own headings.
    """

    outer: Scope | None = None
    relations: list[Relation] = field(default_factory=list)
    merged: set[str] = field(default_factory=set)
    named: dict[str, exp.Expr] = field(default_factory=dict)

    def relation(self, alias: str) -> Relation | None:
        """The relation of that name here."""
        found = [r for r in self.relations if r.alias.lower() == alias.lower()]
        return next((r for r in found if r.alias == alias), found[0] if found else None)

    def around(self) -> Iterator[Scope]:
        """This scope, then the ones around it."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.outer

    def owners(self, name: str) -> list[tuple[Relation, Output]]:
        """Who offers a column of that name here; a merged one counts once."""
        found = [(r, output) for r in self.relations if (output := r.output(name)) is not None]
        return found[:1] if name.lower() in self.merged else found


def of_table(table: Table, alias: str) -> Relation:
    """The relation that a table of the schema is."""
    outputs = [Output(c.name, declared(c.type), Origin(table, c)) for c in table.columns]
    return Relation(alias, outputs, table)


def find_table(node: exp.Table, schema: Schema) -> Table:
    """The table that the node names. Raises SQLRejected, with names that look alike."""
    name, namespace = node.name, node.db.lower()
    found = [t for t in schema.tables if t.name.lower() == name.lower()]
    found = [t for t in found if _is_in(t, namespace)]
    exact = [t for t in found if t.name == name] or found
    homely = [t for t in exact if not t.namespace] or exact
    if len(homely) == 1:
        return homely[0]
    if homely:
        names = " and ".join(f"{t.namespace}.{t.name}" for t in homely)
        raise SQLRejected(f"{name} could be {names}: which one is unclear.")
    raise unknown_table(name, namespace, schema)


HOME_NAMESPACES = ("public", "main")


def _is_in(table: Table, namespace: str) -> bool:
    if not namespace:
        return True
    return table.namespace.lower() == namespace or (
        not table.namespace and namespace in HOME_NAMESPACES
    )


def unknown_table(
    name: str, namespace: str, schema: Schema, known: tuple[str, ...] = ()
) -> SQLRejected:
    """There is no such table: what it may have been meant for."""
    shown = f"{namespace}.{name}" if namespace else name
    hint = suggestion(name, [*known, *(table.name for table in schema.tables)])
    return SQLRejected(f"There is no table {shown}.", hint=hint or _listed(schema))


LISTED = 8


def _listed(schema: Schema) -> str:
    names = [table.name for table in schema.tables]
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return f"The tables are {', '.join(names[:LISTED])}{more}." if names else ""


def unknown_column(column: exp.Column, scope: Scope, schema: Schema) -> SQLRejected:
    """There is no such column there: where it is, or what it may have been meant for."""
    name, prefix = column.name, column.table
    relations = [relation for around in scope.around() for relation in around.relations]
    if prefix:
        relation = next((r for s in scope.around() if (r := s.relation(prefix))), None)
        if relation is None:
            return _unknown_prefix(column, relations, schema)
        relations = [relation]
    where = f" in {_shown(relations[0])}" if len(relations) == 1 else ""
    message = f"There is no column {name}{where}."
    nearby = [
        r for s in scope.around() for r in s.relations if r not in relations and r.output(name)
    ]
    if nearby:
        return SQLRejected(message, hint=f"It is a column of {_shown(nearby[0])}.")
    owners = [table.name for table in schema.tables if table.column(name)]
    names = [output.name for relation in relations for output in relation.outputs]
    close = suggestion(name, [*names, *scope.named])
    if owners and not close:
        hint = f"It is a column of {', '.join(owners[:LISTED])}, which this does not read."
        return SQLRejected(message, hint=hint)
    if not close and column.this.args.get("quoted"):
        close = f"If it is a text, it belongs into single quotes: '{name}'."
    return SQLRejected(message, hint=close or _columns_of(relations))


def _unknown_prefix(column: exp.Column, relations: list[Relation], schema: Schema) -> SQLRejected:
    prefix, name = column.table, column.name
    hint = suggestion(prefix, [relation.alias for relation in relations])
    owners = [relation.alias for relation in relations if relation.output(name)]
    if owners:
        hint = f"Did you mean {owners[0]}.{name}?"
    elif any(table.name.lower() == prefix.lower() for table in schema.tables):
        hint = f"The table {prefix} is not part of this query's FROM."
    return SQLRejected(f"{prefix}.{name} names no table that the query reads.", hint=hint)


def ambiguous(name: str, owners: list[tuple[Relation, Output]]) -> SQLRejected:
    """Several relations have that column."""
    names = " and ".join(_shown(relation) for relation, _ in owners)
    written = f"{owners[0][0].alias}.{owners[0][1].name}"
    return SQLRejected(
        f"The column {name} is in {names}: which one is unclear.", hint=f"Write {written}."
    )


def _shown(relation: Relation) -> str:
    if relation.table is None or relation.table.name.lower() == relation.alias.lower():
        return relation.alias
    return f"{relation.table.name} ({relation.alias})"


def _columns_of(relations: list[Relation]) -> str:
    names = [output.name for relation in relations[:1] for output in relation.outputs]
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return f"Its columns are {', '.join(names[:LISTED])}{more}." if names else ""


def suggestion(name: str, candidates: list[str]) -> str:
    """`Did you mean ...?` of the candidates that look like `name`, or nothing."""
    spelt = {candidate.lower(): candidate for candidate in candidates if candidate}
    close = get_close_matches(name.lower(), spelt, n=3, cutoff=0.6)
    # One wrong letter in a name of two is half of it.
    close = close or get_close_matches(name.lower(), spelt, n=1, cutoff=0.45)
    return f"Did you mean {', '.join(spelt[match] for match in close)}?" if close else ""
