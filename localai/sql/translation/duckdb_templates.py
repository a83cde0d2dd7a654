"""PostgreSQL's templates in DuckDB's words: STRFTIME, FORMAT and pieces put together.

It must not know the rest of a query.
"""

from __future__ import annotations

import re

from sqlglot import exp

from localai.errors import SQLRejected
from localai.sql.checking.kinding import mark
from localai.sql.semantics import templates
from localai.sql.semantics.templates import Token
from localai.sql.translation.rewriting import call, literal, wrapped

# https://duckdb.org/docs/stable/sql/functions/dateformat
CODES = {
    "YYYY": "%Y", "YY": "%y", "MM": "%m", "DD": "%d", "DDD": "%j", "HH24": "%H", "HH12": "%I",
    "HH": "%I", "MI": "%M", "SS": "%S", "MS": "%g", "US": "%f", "IYYY": "%G", "IW": "%V",
    "ID": "%u", "AM": "%p", "PM": "%p",
}  # fmt: skip
BARE = {
    "MM": "%-m", "DD": "%-d", "DDD": "%-j", "HH24": "%-H", "HH12": "%-I", "HH": "%-I",
    "MI": "%-M", "SS": "%-S", "YYYY": "%Y",
}  # fmt: skip
NAMES = {"MONTH": "%B", "MON": "%b", "DAY": "%A", "DY": "%a"}
READ = {**CODES, **NAMES}
NUMBER = re.compile(
    r"(FM)?([^\d.,DG\"]{0,4}?)([09,G]*)(?:([.D])([09]+))?(%|\"[^\"]*\"| ?[€%])?", re.IGNORECASE
)


def of_moment(value: exp.Expr, template: str) -> exp.Expr:
    """TO_CHAR of a date or timestamp."""
    pieces: list[exp.Expr] = []
    codes = ""
    for token in templates.tokens(template):
        code = _code(token)
        if code is not None:
            codes += code
            continue
        if codes:
            pieces.append(_strftime(value, codes))
            codes = ""
        pieces.append(_piece(value, token))
    if codes or not pieces:
        pieces.append(_strftime(value, codes))
    shown = pieces[0]
    for piece in pieces[1:]:
        shown = exp.DPipe(this=shown, expression=piece, safe=True)
    return mark(exp.paren(shown, copy=False) if len(pieces) > 1 else shown, "text")


def _strftime(value: exp.Expr, codes: str) -> exp.Expr:
    return call("STRFTIME", value.copy(), codes)


def _code(token: Token) -> str | None:
    word = token.word.upper()
    if not word:
        return token.text.replace("%", "%%")
    if token.ordinal:
        return None
    if word in ("AM", "PM"):
        return "%p" if token.word.isupper() else None
    if not token.fill and word in NAMES:
        return NAMES[word] if token.word[1].islower() and token.word[0].isupper() else None
    if word in ("MON", "DY") and token.word.istitle():
        return NAMES[word]
    return CODES.get(word) if token.fill else BARE.get(word)


def _piece(value: exp.Expr, token: Token) -> exp.Expr:
    word = token.word.upper()
    if word in NAMES:
        name = _cased(_strftime(value, NAMES[word]), token.word)
        width = templates.PADDED.get(word) if token.fill else None
        return call("RPAD", name, width, " ") if width else name
    if word in ("AM", "PM"):
        return _cased(_strftime(value, "%p"), token.word)
    number = _number(value, word)
    if number is None or token.ordinal:
        raise SQLRejected(f"DuckDB has no {token.word} in a template of TO_CHAR.")
    shown: exp.Expr = exp.Cast(this=number, to=exp.DataType.build("TEXT"))
    return call("LPAD", shown, 2, "0") if word == "WW" and token.fill else shown


def _cased(name: exp.Expr, word: str) -> exp.Expr:
    if word.islower():
        return call("LOWER", name)
    return call("UPPER", name) if word[1].isupper() else name


def _number(value: exp.Expr, word: str) -> exp.Expr | None:
    if word == "Q":
        return call("DATE_PART", "quarter", value.copy())
    if word == "D":
        return exp.paren(
            exp.Add(this=call("DATE_PART", "dow", value.copy()), expression=literal(1))
        )
    days = {"WW": "doy", "W": "day"}.get(word)
    if days is None:
        return None
    before = exp.paren(exp.Sub(this=call("DATE_PART", days, value.copy()), expression=literal(1)))
    weeks = exp.IntDiv(this=before, expression=literal(7))
    return exp.paren(exp.Add(this=weeks, expression=literal(1)))


def read_codes(template: str) -> str:
    """The template for STRPTIME. Raises SQLRejected for one that it cannot say."""
    shown: list[str] = []
    for token in templates.tokens(template):
        word = token.word.upper()
        code = READ.get(word) if word else token.text.replace("%", "%%")
        if code is None or word in ("IYYY", "IW", "ID"):
            raise SQLRejected(f"DuckDB cannot read a date by the template '{template}'.")
        shown.append(code)
    return "".join(shown)


def of_number(value: exp.Expr, template: str) -> exp.Expr:
    """TO_CHAR of a number."""
    match = NUMBER.fullmatch(template)
    if match is None or not (match[3] or match[5]) or "S" in template.upper().replace("US", ""):
        raise SQLRejected(f"DuckDB cannot show a number by the template '{template}'.")
    fill, head, whole, _, decimals, tail = match.groups()
    places = len(decimals or "")
    double = exp.Cast(
        this=call("ROUND", value, places), to=exp.DataType.build("DOUBLE", dialect="duckdb")
    )
    if "0" in whole[:-1]:
        shown = _padded(
            double, value, len(re.sub("[,G]", "", whole)) + places + bool(places), places
        )
        return mark(_framed(shown if not fill else call("LTRIM", shown), head, tail or ""), "text")
    comma = "," if re.search("[,G]", whole, re.IGNORECASE) else ""
    shown = call("FORMAT", f"{{:{comma}.{places}f}}", double)
    if "0" not in whole and places:
        # Only a 0 asks for a zero before the point.
        shown = call("REGEXP_REPLACE", shown, r"^(-?)0\.", r"\1.")
    if fill and decimals:
        shown = _without_zeros(shown, len(decimals) - decimals.rfind("0") - 1)
    if not fill:
        shown = call("LPAD", shown, len(whole) + places + (2 if places else 1), " ")
    return mark(_framed(shown, head, tail or ""), "text")


def _padded(double: exp.Expr, value: exp.Expr, width: int, places: int) -> exp.Expr:
    """With zeros in front, after the sign."""
    digits = call("FORMAT", f"{{:0{width}.{places}f}}", exp.Abs(this=double))
    below = exp.LT(this=wrapped(value.copy()), expression=literal(0))
    sign = exp.Case(ifs=[exp.If(this=below, true=literal("-"))], default=literal(" "))
    return exp.DPipe(this=sign, expression=digits, safe=True)


def _without_zeros(shown: exp.Expr, most: int) -> exp.Expr:
    return call("REGEXP_REPLACE", shown, f"0{{1,{most}}}$", "") if most else shown


def _framed(shown: exp.Expr, head: str, tail: str) -> exp.Expr:
    head, tail = head.replace("L", "$").replace("l", "$"), tail.strip('"')
    for text, before in ((head, True), (tail, False)):
        if text:
            sides = (literal(text), wrapped(shown)) if before else (wrapped(shown), literal(text))
            shown = exp.DPipe(this=sides[0], expression=sides[1], safe=True)
    return shown
