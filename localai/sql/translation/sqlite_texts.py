"""Functions of texts and numbers, and patterns, for SQLite; it must not know dates."""

from __future__ import annotations

from sqlglot import exp

from localai.errors import SQLRejected
from localai.sql.checking.kinding import kind, mark
from localai.sql.kinds import NUMBERS
from localai.sql.semantics import number_templates, patterns
from localai.sql.translation.rewriting import Rule, Rules, call, literal, wrapped


def like(node: exp.Expr) -> exp.Expr | None:
    """`a LIKE 'b%'`, which tells capitals from small letters."""
    if isinstance(node.parent, exp.Escape):
        return None
    return _like(node, node.this, node.args["expression"], "\\")


def escape(node: exp.Expr) -> exp.Expr | None:
    """`a LIKE b ESCAPE 'c'`."""
    inner, sign = node.this, node.args["expression"].name
    rule = _like if isinstance(inner, exp.Like) else _ilike
    return rule(inner, inner.this, inner.args["expression"], sign)


def _like(node: exp.Expr, value: exp.Expr, pattern: exp.Expr, sign: str) -> exp.Expr:
    if _is_text(pattern):
        found: exp.Expr = exp.Glob(
            this=_operand(value), expression=literal(patterns.glob(pattern.name, sign))
        )
    else:
        found = call("TEXT_LIKE", value, pattern, sign)
    return _negated(node, found)


def ilike(node: exp.Expr) -> exp.Expr | None:
    """`a ILIKE 'b%'`, which does not."""
    if isinstance(node.parent, exp.Escape):
        return None
    return _ilike(node, node.this, node.args["expression"], "\\")


def _ilike(node: exp.Expr, value: exp.Expr, pattern: exp.Expr, sign: str) -> exp.Expr:
    # SQLite's LIKE knows the capitals of A to Z alone.
    if not _is_text(pattern) or not pattern.name.isascii():
        return _negated(node, call("TEXT_ILIKE", value, pattern, sign))
    found: exp.Expr = exp.Like(this=_operand(value), expression=pattern)
    if sign in pattern.name:
        found = exp.Escape(this=found, expression=literal(sign))
    return _negated(node, found)


def _negated(node: exp.Expr, found: exp.Expr) -> exp.Expr:
    return exp.Not(this=found) if node.args.get("negate") else found


def _operand(node: exp.Expr) -> exp.Expr:
    return node if isinstance(node, exp.DPipe | exp.Func) else wrapped(node)


def _is_text(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and node.is_string


def regexp(node: exp.Expr) -> exp.Expr | None:
    """`a ~ 'b'` and `a ~* 'b'`."""
    flags = "i" if isinstance(node, exp.RegexpILike) else node.text("flag")
    return _matches(node.this, node.args["expression"], flags)


def similar(node: exp.Expr) -> exp.Expr | None:
    """`a SIMILAR TO 'b%'`."""
    pattern = node.args["expression"]
    if not _is_text(pattern):
        raise SQLRejected("SIMILAR TO needs a pattern that is written out.")
    found = _matches(node.this, literal(patterns.similar(pattern.name)), "")
    return _negated(node, found)


def _matches(value: exp.Expr, pattern: exp.Expr, flags: str) -> exp.Expr:
    if _is_text(pattern) and patterns.regex(pattern.name, flags) is None:
        raise SQLRejected(f"The pattern '{pattern.name}' is not one that is understood.")
    arguments: list[exp.Expr | str | int] = [value, pattern, *([flags] if flags else [])]
    return call("REGEXP_LIKE", *arguments)


def regexp_replace(node: exp.Expr) -> exp.Expr | None:
    """REGEXP_REPLACE(text, pattern, replacement, flags)."""
    flags = node.args.get("modifiers")
    flag = flags.name if isinstance(flags, exp.Literal) else ""
    return call(
        "REGEXP_REPLACE", node.this, node.args["expression"], node.args["replacement"], flag
    )


COMPARING = (exp.EQ, exp.NEQ, exp.In, exp.Like, exp.Glob)


def cased(node: exp.Expr) -> exp.Expr | None:
    """UPPER and LOWER: SQLite's know A to Z alone, which does where such letters are looked for."""
    parent = node.parent
    if isinstance(parent, COMPARING):
        others = [part for part in parent.iter_expressions() if part is not node]
        if all(isinstance(other, exp.Literal) and other.name.isascii() for other in others):
            return None
    return call("TEXT_UPPER" if isinstance(node, exp.Upper) else "TEXT_LOWER", node.this)


def left(node: exp.Expr) -> exp.Expr | None:
    """LEFT(text, count); without the last ones where the count is negative."""
    count = _count(node.args["expression"])
    if count is None or count < 0:
        return call("TEXT_LEFT", node.this, node.args["expression"])
    return call("SUBSTR", node.this, 1, count)


def right(node: exp.Expr) -> exp.Expr | None:
    """RIGHT(text, count); without the first ones where the count is negative."""
    count = _count(node.args["expression"])
    if count is None or count <= 0:
        return call("TEXT_RIGHT", node.this, node.args["expression"])
    return call("SUBSTR", node.this, -count)


def substring(node: exp.Expr) -> exp.Expr | None:
    """SUBSTRING(text FROM start FOR length), or of a pattern."""
    start, length = node.args.get("start"), node.args.get("length")
    if start is None or kind(start) == "text" or _is_text(start):
        if length is not None or start is None:
            raise SQLRejected("SUBSTRING takes a start and a length, or a pattern.")
        return call("REGEXP_SUBSTR", node.this, start)
    first = _count(start)
    if first is None or first < 1:
        # Before the first letter, SQLite counts from the end.
        return call("TEXT_PART", node.this, start, *([length] if length is not None else []))
    return call("SUBSTR", node.this, start, *([length] if length is not None else []))


def _count(node: exp.Expr) -> int | None:
    if isinstance(node, exp.Neg):
        inner = _count(node.this)
        return None if inner is None else -inner
    return int(node.name) if isinstance(node, exp.Literal) and node.is_int else None


def pad(node: exp.Expr) -> exp.Expr | None:
    """LPAD and RPAD."""
    name = "LPAD" if node.args.get("is_left") else "RPAD"
    fill = node.args.get("fill_pattern")
    return call(name, node.this, node.args["expression"], fill if fill is not None else " ")


def concat(node: exp.Expr) -> exp.Expr | None:
    """CONCAT(a, b), which takes what is missing for nothing."""
    parts = [_never_null(part) for part in node.expressions]
    joined = parts[0]
    for part in parts[1:]:
        joined = exp.DPipe(this=joined, expression=part, safe=True)
    return mark(exp.paren(joined, copy=False) if len(parts) > 1 else joined, "text")


def _never_null(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Literal):
        return node
    if isinstance(node, exp.Coalesce) and isinstance(node.expressions[-1], exp.Literal):
        return node
    return exp.Coalesce(this=node, expressions=[literal("")])


def concat_ws(node: exp.Expr) -> exp.Expr | None:
    """CONCAT_WS(separator, a, b)."""
    return call("CONCAT_WS", *node.expressions)


def starts_with(node: exp.Expr) -> exp.Expr | None:
    """STARTS_WITH(text, start)."""
    start = node.args["expression"]
    if _is_text(start):
        return exp.Glob(this=_operand(node.this), expression=literal(_escaped(start.name) + "*"))
    head = call("SUBSTR", node.this, 1, exp.Length(this=start.copy()))
    return exp.paren(exp.EQ(this=head, expression=wrapped(start)), copy=False)


def _escaped(text: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in text)


def to_number(node: exp.Expr) -> exp.Expr | None:
    """TO_NUMBER(text, template)."""
    template = node.args.get("format")
    if template is not None and not number_templates.supported(template.name):
        raise SQLRejected(f"The template '{template.name}' is not one that is understood.")
    shown = [] if template is None else [template]
    return call("TO_NUMBER", node.this, *shown)


def rounded(node: exp.Expr) -> exp.Expr | None:
    """ROUND(number, digits); the number of a cast that only lets PostgreSQL round it, bare."""
    inner, digits = node.this, node.args.get("decimals")
    count = None if digits is None else _count(digits)
    if isinstance(inner, exp.Cast) and kind(inner.this) in NUMBERS:
        node.set("this", inner.this)
    if digits is None or (count is not None and count >= 0):
        return None
    scale = call("POWER", 10, digits)
    scaled = exp.Mul(this=wrapped(node.this), expression=scale)
    return exp.paren(exp.Div(this=call("ROUND", scaled), expression=scale.copy()), copy=False)


def truncated(node: exp.Expr) -> exp.Expr | None:
    """TRUNC(number, digits)."""
    digits = node.args.get("decimals")
    return call("TRUNC", node.this, *([digits] if digits is not None else []))


def random(node: exp.Expr) -> exp.Expr | None:
    """RANDOM(): from 0 to 1; as an order, as it is."""
    if isinstance(node.parent, exp.Ordered):
        return None
    whole = exp.Mod(this=call("RANDOM"), expression=exp.Literal.number(1_000_000_000))
    return exp.paren(
        exp.Div(this=exp.Abs(this=whole), expression=exp.Literal.number("1e9")), copy=False
    )


def whole_division(node: exp.Expr) -> exp.Expr | None:
    """DIV(a, b): the whole part of a quotient."""
    real = exp.Cast(this=node.this, to=exp.DataType.build("REAL", dialect="sqlite"))
    quotient = exp.Div(this=real, expression=wrapped(node.args["expression"]), typed=True)
    return exp.Cast(this=quotient, to=exp.DataType.build("INTEGER", dialect="sqlite"))


def by_name(name: str, *arguments: str) -> Rule:
    """A rule that calls the function of that name with these of a node's arguments."""

    def rule(node: exp.Expr) -> exp.Expr:
        found: list[exp.Expr | str | int] = []
        for argument in arguments:
            value = node.args.get(argument)
            found += value if isinstance(value, list) else [] if value is None else [value]
        return call(name, *found)

    return rule


RULES: Rules = {
    exp.Like: like,
    exp.ILike: ilike,
    exp.Escape: escape,
    exp.RegexpLike: regexp,
    exp.RegexpILike: regexp,
    exp.SimilarTo: similar,
    exp.RegexpReplace: regexp_replace,
    exp.Upper: cased,
    exp.Lower: cased,
    exp.Left: left,
    exp.Right: right,
    exp.Substring: substring,
    exp.Pad: pad,
    exp.Concat: concat,
    exp.ConcatWs: concat_ws,
    exp.StartsWith: starts_with,
    exp.ToNumber: to_number,
    exp.Round: rounded,
    exp.Trunc: truncated,
    exp.Rand: random,
    exp.IntDiv: whole_division,
    exp.Initcap: by_name("INITCAP", "this"),
    exp.SplitPart: by_name("SPLIT_PART", "this", "delimiter", "part_index"),
    exp.Reverse: by_name("REVERSE", "this"),
    exp.Repeat: by_name("REPEAT", "this", "times"),
    exp.Translate: by_name("TRANSLATE", "this", "from_", "to"),
    exp.StrPosition: by_name("INSTR", "this", "substr"),
    exp.Chr: by_name("CHAR", "expressions"),
    exp.Ascii: by_name("ASCII", "this"),
    exp.Greatest: by_name("GREATEST", "this", "expressions"),
    exp.Least: by_name("LEAST", "this", "expressions"),
    exp.Pow: by_name("POWER", "this", "expression"),
    exp.Cbrt: by_name("CBRT", "this"),
}
