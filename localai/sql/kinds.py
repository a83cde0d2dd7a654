"""Guesses whether an expression is a date or a decimal number; it must not know how SQL is run.

Only declared column types and a few functions are followed, not subqueries.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

from localai.schema import Schema

# A date may be declared as text too, and text never belongs into a sum: PostgreSQL refuses it.
DATE_TYPE = re.compile(r"DATE|TIMESTAMP|CHAR|TEXT|CLOB", re.IGNORECASE)
# SQLite keeps 100.00 in such a column as the integer 100, and then divides integers.
DECIMAL_TYPE = re.compile(r"NUMERIC|DECIMAL|NUMBER|MONEY", re.IGNORECASE)
NOW = (exp.CurrentDate, exp.CurrentTimestamp, exp.CurrentTime)
DATE_CASTS = (exp.DataType.Type.DATE, exp.DataType.Type.INTERVAL, *exp.DataType.TEMPORAL_TYPES)
CARRIERS = (exp.Paren, exp.Min, exp.Max, exp.Coalesce, exp.Nullif)
ARITHMETIC = (exp.Sum, exp.Neg, exp.Add, exp.Sub, exp.Mul)
# The codes of SQLite 3.40; any other makes strftime give NULL (https://sqlite.org/lang_datefunc.html).
CODES = r"%[dfHjJmMsSwWY%]"
STRFTIME = re.compile(rf"(?:[^%]|{CODES})*")
# TO_CHAR's words that sqlglot does not translate, such as Month, stay in the format as letters.
TO_CHAR = re.compile(rf"(?:[^%A-Za-z]|{CODES})*")


def is_date(node: exp.Expr, tree: exp.Expr, schema: Schema) -> bool:
    """Whether the expression is a date or a time, as far as can be told."""
    if isinstance(node, NOW):
        return True
    if isinstance(node, exp.Cast):
        return node.to.this in DATE_CASTS
    if isinstance(node, exp.Date | exp.Datetime):
        return True
    if isinstance(node, CARRIERS):
        return any(is_date(child, tree, schema) for child in node.iter_expressions())
    return isinstance(node, exp.Column) and _declared(node, tree, schema, DATE_TYPE, any)


def is_strftime_format(node: exp.Expr) -> bool:
    """False for a call that formats a date in a way SQLite's strftime does not know."""
    if isinstance(node, exp.TimeToStr):
        return _fits(TO_CHAR, node.args.get("format"))
    if node.name.lower() == "strftime" and node.expressions:
        return _fits(STRFTIME, node.expressions[0])
    return True


def forgive_numeric_division(tree: exp.Expr, schema: Schema) -> None:
    """Makes every division of decimal columns one of real numbers, in place."""
    for node in list(tree.find_all(exp.Div)):
        if _is_decimal(node.left, tree, schema) or _is_decimal(node.right, tree, schema):
            left = node.left if isinstance(node.left, exp.Column) else exp.paren(node.left)
            node.set("this", exp.Mul(this=exp.Literal.number("1.0"), expression=left))


def _is_decimal(node: exp.Expr, tree: exp.Expr, schema: Schema) -> bool:
    if isinstance(node, CARRIERS + ARITHMETIC):
        return any(_is_decimal(child, tree, schema) for child in node.iter_expressions())
    return isinstance(node, exp.Column) and _declared(node, tree, schema, DECIMAL_TYPE, all)


def _declared(
    column: exp.Column,
    tree: exp.Expr,
    schema: Schema,
    pattern: re.Pattern[str],
    quantifier: Callable[[list[bool]], bool],
) -> bool:
    prefix = column.table.lower()
    found: list[bool] = []
    for node in tree.find_all(exp.Table):
        table = schema.table(node.name)
        known = table.column(column.name) if table else None
        if known is not None and prefix in ("", node.alias_or_name.lower()):
            found.append(pattern.search(known.type) is not None)
    return bool(found) and quantifier(found)


def _fits(pattern: re.Pattern[str], form: exp.Expr | None) -> bool:
    if not isinstance(form, exp.Literal) or "%" not in form.name:
        return False
    return pattern.fullmatch(form.name) is not None
