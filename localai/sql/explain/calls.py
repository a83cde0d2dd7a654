"""Says functions by their names; it must not know clauses or conditions."""

from __future__ import annotations

from sqlglot import exp

from localai.sql.explain.voice import Voice
from localai.sql.explain.words import bare

# By name and number of arguments: the words, with the arguments' places.
WORDS: dict[tuple[str, int], str] = {
    ("SPLIT_PART", 3): "part {2} of {0} (parted at {1})",
    ("INITCAP", 1): "{0} with capital initials",
    ("LPAD", 3): "{0} (filled up with {2} from the left to {1} characters)",
    ("RPAD", 3): "{0} (filled up with {2} from the right to {1} characters)",
    ("INSTR", 2): "the place of {1} in {0}",
    ("STRPOS", 2): "the place of {1} in {0}",
    ("REPLACE", 3): "{0} with {2} in place of {1}",
    ("LEFT", 2): "the first {1} characters of {0}",
    ("RIGHT", 2): "the last {1} characters of {0}",
    ("POWER", 2): "{0} to the power of {1}",
    ("POW", 2): "{0} to the power of {1}",
    ("CORR", 2): "the correlation of {0} and {1}",
    ("MODE", 1): "the most frequent {0}",
    ("VAR_POP", 1): "the variance (of all) of {0}",
    ("VAR_SAMP", 1): "the variance of {0}",
    ("STDDEV_POP", 1): "the standard deviation (of all) of {0}",
    ("STDDEV_SAMP", 1): "the standard deviation of {0}",
    ("JSON_GROUP_ARRAY", 1): "all values of {0} in one list",
    ("AGE", 2): "the time from {1} to {0}",
    ("TIMESTAMP_DIFF", 2): "the time from {1} to {0}",
    ("TO_CHAR", 2): "{0} written as {1}",
    ("TO_DATE", 2): "{0} (read as a date of the form {1})",
    ("TO_TIMESTAMP", 2): "{0} (read as a time of the form {1})",
    ("JULIANDAY", 1): "the number of the day of {0}",
    ("UNIXEPOCH", 1): "{0} in seconds since 1970",
    ("DATETIME", 1): "{0}",
    ("MAKE_DATE", 3): "day {2} of month {1} of the year {0}",
}
# sqlglot's own kinds of these calls: the name that stands for their words, and their arguments.
KINDS: dict[type[exp.Expr], tuple[str, str]] = {
    exp.SplitPart: ("SPLIT_PART", "this delimiter part_index"),
    exp.Initcap: ("INITCAP", "this"),
    exp.StrPosition: ("STRPOS", "this substr"),
    exp.Replace: ("REPLACE", "this expression replacement"),
    exp.Left: ("LEFT", "this expression"),
    exp.Right: ("RIGHT", "this expression"),
    exp.Pow: ("POWER", "this expression"),
    exp.Corr: ("CORR", "this expression"),
    exp.Mode: ("MODE", "this"),
    exp.VariancePop: ("VAR_POP", "this"),
    exp.JSONArrayAgg: ("JSON_GROUP_ARRAY", "this"),
    exp.ToChar: ("TO_CHAR", "this format"),
    exp.StrToDate: ("TO_DATE", "this format"),
    exp.StrToTime: ("TO_TIMESTAMP", "this format"),
}


def call(node: exp.Anonymous, voice: Voice) -> str:
    """A call by its name; quoted where the name has no words."""
    return said(node.name.upper(), node.expressions, voice) or voice.quoted(node)


def known(node: exp.Expr, voice: Voice) -> str:
    """A call that the parser knows by kind."""
    if isinstance(node, exp.Pad):
        name, parts = "LPAD" if node.args.get("is_left") else "RPAD", "this expression fill_pattern"
    else:
        name, parts = KINDS[type(node)]
    arguments = [node.args.get(part) for part in parts.split()]
    plain = [one for one in arguments if isinstance(one, exp.Expr)]
    words = said(name, plain, voice) if len(plain) == len(arguments) else None
    return words or voice.quoted(node)


def said(name: str, arguments: list[exp.Expr], voice: Voice) -> str | None:
    """The words for a function of that name; None where there are none."""
    pattern = WORDS.get((name, len(arguments)))
    if pattern is None:
        return None
    return pattern.format(*(bare(voice.operand(one)) for one in arguments))


def span(count: int, unit: str) -> str:
    """`2 hours`, in the largest unit that counts it in whole numbers."""
    for smaller, larger in (("second", "minute"), ("minute", "hour")):
        if unit == smaller and count and count % 60 == 0:
            count, unit = count // 60, larger
    return f"{count} {unit}{'' if count == 1 else 's'}"
