"""Turns CREATE TABLE and its kin into tables, by sqlglot; it must not know files or databases."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

from localai.schema import Column, Table
from localai.sql.databases.assembly import Key
from localai.sql.databases.create_comments import comments
from localai.sql.databases.ddl_types import Types
from localai.sql.databases.values import few

# What it cannot parse is told by name, and need not be logged.
logging.getLogger("sqlglot").addHandler(logging.NullHandler())

USUAL = "public"  # where tables are of which no namespace is told
DEFAULT_SPACES = ("", USUAL, "main", "dbo")
OTHERS = ("postgres", "mysql", "sqlite", "tsql", "duckdb")
WITH_DATA = re.compile(r"\s+with\s+(?:no\s+)?data$", re.IGNORECASE)
PARTITION = re.compile(r"alter\s+table\s.*\sattach\s+partition\s+(\S+)", re.I | re.DOTALL)
Names = tuple[str, str]  # its namespace, empty for the usual one, and its own


@dataclass
class _Column:
    name: str
    type: str
    comment: str = ""
    values: tuple[str, ...] = ()


@dataclass
class _Table:
    """A table as far as the statements have told."""

    names: Names
    columns: dict[str, _Column] = field(default_factory=dict)
    key: list[str] = field(default_factory=list)
    is_view: bool = False
    comment: str = ""
    references: list[tuple[list[str], Names, list[str]]] = field(default_factory=list)

    def built(self) -> Table:
        columns = (Column(c.name, c.type, c.comment, c.values) for c in self.columns.values())
        space, name = self.names
        return Table(name, tuple(columns), tuple(self.key), self.is_view, self.comment, space)


class NotUnderstood(Exception):
    """A statement that says something else than what is known here."""


class Builder:
    """Takes statement after statement, and knows the tables then.

    flavour: sqlglot's name for the dialect of the statements. dialect: of the types' names. folds:
    whether names without quotes are lower case, as PostgreSQL has them.
    """

    def __init__(self, flavour: str, dialect: str, *, folds: bool) -> None:
        self._flavour = flavour
        self._dialect = dialect
        self._folds = folds
        self._tables: dict[Names, _Table] = {}
        self._types = Types(flavour, dialect)

    def tables(self) -> tuple[tuple[Table, ...], tuple[Key, ...]]:
        """The tables, those first that a bare name finds, and the keys between them."""
        found = {names: table.built() for names, table in self._tables.items() if table.columns}
        ordered = sorted(found.items(), key=lambda item: item[0][0] != "")
        keys = [key for table in self._tables.values() for key in self._keys(table, found)]
        return tuple(table for _, table in ordered), tuple(keys)

    def take(self, text: str) -> None:
        """Learn from one statement. Raises NotUnderstood."""
        if partition := PARTITION.match(text):
            # Its table stands for it.
            self._tables.pop(self._names(exp.to_table(partition[1], dialect=self._flavour)), None)
            return
        if self._types.take_domain(text):
            return
        tree = self._parsed(WITH_DATA.sub("", text))
        if isinstance(tree, exp.Create):
            self._create(tree, text)
        elif isinstance(tree, exp.Alter):
            self._alter(tree)
        elif isinstance(tree, exp.Comment):
            self._comment(tree)
        else:
            raise NotUnderstood

    def _parsed(self, text: str) -> exp.Expr:
        """The statement's tree. Dumps are not all true to the flavour that they seem to be of."""
        for flavour in dict.fromkeys((self._flavour, *OTHERS)):
            try:
                tree = sqlglot.parse_one(text, dialect=flavour)
            except SqlglotError:
                continue
            if not isinstance(tree, exp.Command):
                return tree
        raise NotUnderstood

    def _create(self, tree: exp.Create, text: str) -> None:
        kind = (tree.kind or "").upper()
        if kind == "TYPE":
            self._types.take_type(tree)
        elif kind == "VIEW" or (kind == "TABLE" and isinstance(tree.expression, exp.Query)):
            self._view(tree, is_view=kind == "VIEW")
        elif kind == "TABLE" and isinstance(tree.this, exp.Schema):
            self._table(tree, text)
        elif kind == "TABLE" and tree.find(exp.PartitionedOfProperty):
            return  # its table stands for it
        else:
            raise NotUnderstood

    def _table(self, tree: exp.Create, text: str) -> None:
        table = _Table(self._names(tree.this.this))
        self._inherit(tree, table)
        for part in tree.this.expressions:
            if isinstance(part, exp.ColumnDef):
                self._column(table, part)
            elif isinstance(part, exp.Identifier):
                table.columns[self._name(part).lower()] = _Column(self._name(part), "")
            else:
                self._constraint(table, part)
        said = comments(text, mysql=self._flavour == "mysql")
        table.comment = said.table
        if written := tree.find(exp.SchemaCommentProperty):
            table.comment = written.this.name
        for name, comment in said.columns.items():
            for column in table.columns.values():
                if column.name.lower() == name and not column.comment:
                    column.comment = comment
        self._tables[table.names] = table

    def _inherit(self, tree: exp.Create, table: _Table) -> None:
        inherits = tree.find(exp.InheritsProperty)
        for parent in inherits.expressions if inherits else ():
            known = self._tables.get(self._names(parent))
            table.columns |= dict(known.columns) if known else {}

    def _column(self, table: _Table, part: exp.ColumnDef) -> None:
        name = self._name(part.this)
        type_, values = self._types.typed(part.args.get("kind"))
        column = _Column(name, type_, values=values)
        table.columns[name.lower()] = column
        for constraint in part.constraints:
            kind = constraint.kind
            if isinstance(kind, exp.PrimaryKeyColumnConstraint):
                table.key = [name]
            elif isinstance(kind, exp.CommentColumnConstraint):
                column.comment = kind.this.name
            elif isinstance(kind, exp.CheckColumnConstraint):
                self._check(table, kind)
            elif isinstance(kind, exp.Reference):
                self._reference(table, [name], kind)

    def _constraint(self, table: _Table, part: exp.Expr) -> None:
        if isinstance(part, exp.Constraint):
            for inner in part.expressions:
                self._constraint(table, inner)
        elif isinstance(part, exp.PrimaryKey):
            names = [self._name(each) for each in part.expressions]
            table.key = [self._known(table, name) for name in names]
        elif isinstance(part, exp.ForeignKey):
            columns = [self._known(table, self._name(each)) for each in part.expressions]
            self._reference(table, columns, part.args.get("reference"))
        elif isinstance(part, exp.CheckColumnConstraint):
            self._check(table, part)

    def _reference(self, table: _Table, columns: list[str], reference: exp.Expr | None) -> None:
        target = reference.this if reference else None
        if isinstance(target, exp.Schema):
            names = [self._name(each) for each in target.expressions]
            table.references.append((columns, self._names(target.this), names))
        elif isinstance(target, exp.Table):
            table.references.append((columns, self._names(target), []))

    def _check(self, table: _Table, part: exp.Expr) -> None:
        """`CHECK (status IN ('open', 'closed'))` lists a column's values."""
        test = part.this.unnest()
        names = {column.name.lower() for column in part.find_all(exp.Column)}
        listed = isinstance(test, exp.In) or (isinstance(test, exp.EQ) and test.find(exp.Any))
        if listed and len(names) == 1 and (column := table.columns.get(names.pop())):
            texts = [each.name for each in part.find_all(exp.Literal) if each.is_string]
            column.values = few(set(texts)) or ()

    def _view(self, tree: exp.Create, *, is_view: bool) -> None:
        target = tree.this
        named = target.expressions if isinstance(target, exp.Schema) else []
        table = _Table(self._names(target.this if named else target), is_view=is_view)
        query = tree.expression
        if not isinstance(query, exp.Query):
            raise NotUnderstood
        known = self._mapping()
        try:
            query = annotate_types(
                qualify(query.copy(), dialect=self._flavour, schema=known, db=USUAL), schema=known
            )
        except SqlglotError as error:
            raise NotUnderstood(str(error).partition("\n")[0]) from error
        for place, item in enumerate(query.selects):
            name = self._name(named[place]) if place < len(named) else item.alias_or_name
            is_known = item.type and item.type.this != exp.DataType.Type.UNKNOWN
            table.columns[name.lower()] = _Column(
                name, item.type.sql(self._dialect) if is_known and item.type else ""
            )
        if not table.columns or "*" in table.columns:
            raise NotUnderstood
        self._tables[table.names] = table

    def _mapping(self) -> MappingSchema:
        found: dict[str, object] = {}
        for (space, name), table in self._tables.items():
            columns = {column.name: column.type or "text" for column in table.columns.values()}
            inner = found.setdefault(space or USUAL, {})
            assert isinstance(inner, dict)
            inner[name] = columns
        return MappingSchema(found, dialect=self._flavour, normalize=False)

    def _alter(self, tree: exp.Alter) -> None:
        names = self._names(tree.this)
        table = self._tables.get(names)
        for action in tree.args.get("actions") or ():
            if table is None:
                raise NotUnderstood
            if isinstance(action, exp.ColumnDef):
                self._column(table, action)
            elif isinstance(action, exp.AddConstraint):
                for part in action.expressions:
                    self._constraint(table, part)

    def _comment(self, tree: exp.Comment) -> None:
        text = tree.expression.name if tree.expression else ""
        if tree.args.get("kind") in ("TABLE", "VIEW") and isinstance(tree.this, exp.Table):
            if table := self._tables.get(self._names(tree.this)):
                table.comment = text
        elif tree.args.get("kind") == "COLUMN" and isinstance(tree.this, exp.Column):
            owner = tree.this.args.get("table")
            names = (self._space(tree.this.args.get("db")), self._name(owner) if owner else "")
            table = self._tables.get(names)
            if table and (column := table.columns.get(tree.this.name.lower())):
                column.comment = text

    def _keys(self, table: _Table, found: dict[Names, Table]) -> Iterator[Key]:
        for columns, names, to_columns in table.references:
            target = found.get(names)
            if target is None or table.names not in found:
                continue
            to = tuple(to_columns) or target.primary_key
            spelled = [target.column(name) for name in to]
            if len(to) == len(columns) and all(spelled):
                to = tuple(column.name for column in spelled if column)
                yield found[table.names], tuple(columns), target, to

    def _known(self, table: _Table, name: str) -> str:
        column = table.columns.get(name.lower())
        return column.name if column else name

    def _names(self, table: exp.Expr) -> Names:
        name = table.this if isinstance(table.this, exp.Identifier) else table
        return self._space(table.args.get("db")), self._name(name)

    def _space(self, identifier: exp.Expr | None) -> str:
        space = self._name(identifier) if identifier else ""
        return "" if self._flavour == "mysql" or space.lower() in DEFAULT_SPACES else space

    def _name(self, part: exp.Expr) -> str:
        identifier = part if isinstance(part, exp.Identifier) else part.find(exp.Identifier)
        if identifier is None:
            return part.name
        folds = self._folds and not identifier.args.get("quoted")
        return identifier.name.lower() if folds else identifier.name
