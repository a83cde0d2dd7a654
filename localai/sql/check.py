"""Lets through one SELECT over known names, in the database's dialect; it must not run anything.

The text that comes out is written anew from the syntax tree, never the model's own.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from difflib import get_close_matches
from functools import partial

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, OptimizeError, SqlglotError, UnsupportedError
from sqlglot.optimizer.qualify import qualify

from localai.errors import SQLRejected
from localai.schema import Schema
from localai.sql.databases.sqlite_query import FUNCTIONS
from localai.sql.kinds import kinds
from localai.sql.names import needs_quotes
from localai.sql.translate import translate

# What a model of this trade writes; every prompt asks for it.
MODEL_DIALECT = "postgres"
MAX_CHARS = 20_000
ONE_LINE = 80
HOME_SCHEMAS = ("public", "main")

# sqlglot's own names (`key`) of the functions whose SQLite form means the same.
TRANSLATED = frozenset(
    """
    abs and avg case cast ceil chr coalesce concat concatws count cumedist currentdate currenttime
    currenttimestamp date datetime denserank exists exp firstvalue floor greatest groupconcat if
    jsonextract jsonextractscalar lag lastvalue lead least length ln log lower max min nthvalue
    ntile nullif or percentrank pi pow rand rank replace round rownumber sign sqrt strposition
    substring sum time timetostr trim typeof unicode upper xor
    """.split()
)
FORBIDDEN: tuple[tuple[type, str], ...] = (
    (exp.DML, "it changes data"),
    (exp.Into, "it would make a new table"),
    (exp.Lock, "it locks rows"),
    (exp.Interval, "this use of INTERVAL is not carried over to SQLite yet"),
    (exp.SimilarTo, "SIMILAR TO does not exist in SQLite"),
    (exp.Any, "ANY does not exist in SQLite"),
    (exp.All, "ALL does not exist in SQLite"),
    (exp.Lateral, "LATERAL does not exist in SQLite"),
    (exp.AtTimeZone, "time zones are not carried over to SQLite yet"),
    (exp.Parameter, "it has an unfilled parameter"),
    (exp.Placeholder, "it has an unfilled parameter"),
)

# The codes of SQLite 3.40; any other makes strftime give NULL (https://sqlite.org/lang_datefunc.html).
CODES = r"%[dfHjJmMsSwWY%]"
STRFTIME = re.compile(rf"(?:[^%]|{CODES})*")
# TO_CHAR's words that sqlglot does not translate, such as Month, stay in the format as letters,
# and a format of numbers has no code at all.
TO_CHAR = re.compile(rf"(?=.*%)(?:[^%A-Za-z]|{CODES})*")

# sqlglot logs what it cannot parse; without a handler Python prints that on stderr, and the same
# finding is raised here as an error.
logging.getLogger("sqlglot").addHandler(logging.NullHandler())


def check(text: str, schema: Schema) -> str:
    """The query in `text` (PostgreSQL) as SQL of the schema's dialect, of the same meaning.

    Raises SQLRejected: not one SELECT, unknown tables, columns or functions, or a construct that
    the database would misread without saying so. The message is meant for people.
    """
    try:
        tree = _parse(text)
        translate(tree, schema)
        for rule in RULES:
            rule(tree, schema)
        return _write(tree, schema)
    except RecursionError as error:
        raise SQLRejected("The model's SQL is nested too deeply.") from error


def _parse(text: str) -> exp.Query:
    if len(text) > MAX_CHARS:
        raise SQLRejected(f"The model's SQL has {len(text)} characters; at most {MAX_CHARS} fit.")
    try:
        trees = [tree for tree in sqlglot.parse(text, read=MODEL_DIALECT) if tree is not None]
    except SqlglotError as error:
        detail = (getattr(error, "errors", None) or [{}])[0].get("description", "")
        raise SQLRejected("The model's answer is not valid SQL.", hint=detail) from error
    if len(trees) != 1:
        raise SQLRejected(
            f"Exactly one SELECT may run, and the model wrote {len(trees)} statements."
        )
    tree = trees[0]
    # SQLite knows no parentheses around a whole query.
    if isinstance(tree, exp.Subquery) and tree.is_wrapper:
        tree = tree.unnest()
    if not isinstance(tree, exp.Query):
        raise SQLRejected(f"Only a SELECT may run, and the model wrote: {_short(text)}")
    return tree


def _no_forbidden(tree: exp.Query, schema: Schema) -> None:
    for node in tree.walk():
        if isinstance(node, exp.DDL) and not isinstance(node, exp.Query):
            raise SQLRejected(f"Only a SELECT may run, and this has {node.key.upper()} inside.")
        for kind, why in FORBIDDEN:
            if isinstance(node, kind):
                raise SQLRejected(f"The model's SQL cannot run here: {why}.")


def _known_functions(tree: exp.Query, schema: Schema) -> None:
    for call in tree.find_all(exp.Func):
        if isinstance(call, exp.Anonymous):
            known = call.name.lower() in FUNCTIONS
        else:
            known = call.key in TRANSLATED
        if not known:
            raise SQLRejected(
                f"The model's SQL uses {_short(call.sql(MODEL_DIALECT))}, which cannot be carried "
                "over to SQLite yet."
            )


def _known_tables(tree: exp.Query, schema: Schema) -> None:
    inner = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    for node in tree.find_all(exp.Table, exp.Column):
        if node.args.get("catalog") is None and node.text("db").lower() in HOME_SCHEMAS:
            node.set("db", None)
    for table in tree.find_all(exp.Table):
        name = table.name
        if not isinstance(table.this, exp.Identifier) or table.db:
            raise SQLRejected(f"The model's SQL reads {table.sql()}, which is not a table here.")
        if schema.table(name) is None and name.lower() not in inner:
            raise SQLRejected(
                f"There is no table {name}.", hint=_suggestion(name, _table_names(schema))
            )


def _known_columns(tree: exp.Query, schema: Schema) -> None:
    # Types play no part in finding names, and a declared one may be any text in SQLite.
    names: dict[str, object] = {
        table.name: {column.name: "TEXT" for column in table.columns} for table in schema.tables
    }
    try:
        # A copy: what runs keeps the columns and headings that were asked for.
        qualify(
            tree.copy(),
            dialect=schema.dialect,
            schema=names,
            expand_stars=False,
            quote_identifiers=False,
        )
    except OptimizeError as error:
        raise _unknown_column(tree, schema, str(error)) from error
    except SqlglotError as error:
        raise SQLRejected("The model's SQL does not fit the schema.", hint=str(error)) from error


def _unknown_column(tree: exp.Query, schema: Schema, detail: str) -> SQLRejected:
    match = re.search(r"(?:olumn:? )'?\"?([^'\"]+?)'?\"?(?: could not|\.|$| \()", detail)
    if match is None:
        return SQLRejected("The model's SQL does not fit the schema.", hint=detail)
    columns = {column.name.lower(): column for column in tree.find_all(exp.Column)}
    column = columns.get(match[1].lower())
    name = column.name if column else match[1]
    used = [t for table in tree.find_all(exp.Table) if (t := schema.table(table.name))]
    owners = [table.name for table in used if table.column(name)]
    if len(set(owners)) > 1:
        return SQLRejected(f"The column {name} is in {' and '.join(owners)}: which one is unclear.")
    elsewhere = [table.name for table in schema.tables if table.column(name)]
    if elsewhere:
        return SQLRejected(
            f"The column {name} does not belong there.",
            hint=f"It is a column of {', '.join(elsewhere)}.",
        )
    hint = _suggestion(name, [column.name for table in used for column in table.columns])
    if not hint and column and column.this.args.get("quoted"):
        hint = f"If it is a text, it belongs into single quotes: '{name}'."
    return SQLRejected(f"There is no column {name}.", hint=hint)


def _no_date_arithmetic(tree: exp.Query, schema: Schema) -> None:
    for node in tree.find_all(exp.Add, exp.Sub):
        sides = kinds(node.left, tree, schema) | kinds(node.right, tree, schema)
        if sides - {"decimal"}:
            raise SQLRejected(
                f"The model's SQL counts with a date or a text, {node.sql(MODEL_DIALECT)}: SQLite "
                "would count with the leading number alone."
            )


def _known_date_formats(tree: exp.Query, schema: Schema) -> None:
    for call in tree.find_all(exp.TimeToStr, exp.Anonymous):
        if isinstance(call, exp.TimeToStr):
            pattern, form = TO_CHAR, call.args.get("format")
        elif call.name.lower() == "strftime" and call.expressions:
            pattern, form = STRFTIME, call.expressions[0]
        else:
            continue
        if not isinstance(form, exp.Literal) or not pattern.fullmatch(form.name):
            raise SQLRejected(
                f"SQLite does not know the format in {_short(call.sql(MODEL_DIALECT))}."
            )


def _no_lone_columns(tree: exp.Query, schema: Schema) -> None:
    for select in tree.find_all(exp.Select):
        column = _lone_column(select)
        if column is not None:
            raise SQLRejected(
                f"The model's SQL mixes a total with the single value {column.sql()}, without "
                "grouping by it: the value shown would be any row's."
            )


def _lone_column(select: exp.Select) -> exp.Column | None:
    if select.args.get("group"):
        return None
    totals: list[exp.Expr] = []
    columns: list[exp.Column] = []
    for item in select.expressions:
        for node in item.walk(prune=_is_closed):
            if isinstance(node, exp.AggFunc | exp.Filter):
                totals.append(node)
            elif isinstance(node, exp.Column):
                columns.append(node)
    # Beside one MIN or MAX, SQLite takes the other columns from the row that has it.
    if not columns or not totals or [type(t) for t in totals] in ([exp.Min], [exp.Max]):
        return None
    return columns[0]


def _is_closed(node: exp.Expr) -> bool:
    return isinstance(node, exp.AggFunc | exp.Filter | exp.Window | exp.Query)


Rule = Callable[[exp.Query, Schema], None]
RULES: tuple[Rule, ...] = (
    _no_forbidden,
    _known_functions,
    _known_tables,
    _known_columns,
    _no_date_arithmetic,
    _known_date_formats,
    _no_lone_columns,
)


def _write(tree: exp.Query, schema: Schema) -> str:
    for identifier in tree.find_all(exp.Identifier):
        # SQLite takes a quoted name that it does not know for a text; a bare one is an error.
        identifier.set("quoted", needs_quotes(identifier.name))
    write = partial(tree.sql, schema.dialect, unsupported_level=ErrorLevel.RAISE, comments=False)
    try:
        line = write()
        return line if len(line) <= ONE_LINE else write(pretty=True)
    except UnsupportedError as error:
        raise SQLRejected(f"SQLite cannot say this: {error}.") from error


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= ONE_LINE else line[:ONE_LINE] + "..."


def _suggestion(name: str, candidates: list[str]) -> str:
    spelt = {candidate.lower(): candidate for candidate in candidates}
    close = get_close_matches(name.lower(), spelt, n=3, cutoff=0.6)
    names = [spelt[match] for match in close]
    return f"Did you mean {', '.join(names)}?" if names else ""


def _table_names(schema: Schema) -> list[str]:
    return [table.name for table in schema.tables]
