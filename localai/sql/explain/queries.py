"""Says whole queries: what they give, of which rows, in which order; it must not know words for
single values or conditions."""

from __future__ import annotations

from sqlglot import exp

from localai.sql.explain.conditions import about
from localai.sql.explain.endings import endings, numbered
from localai.sql.explain.outputs import is_one_total, items
from localai.sql.explain.sources import joins, scope_of, subject
from localai.sql.explain.voice import Voice
from localai.sql.explain.words import bare, definite, listing, readable

KNOWN = {
    "expressions", "from_", "joins", "where", "group", "having", "order", "limit", "offset",
    "distinct", "with_",
}  # fmt: skip
SET_KNOWN = {"this", "expression", "distinct", "order", "limit", "offset", "with_"}


def phrase(node: exp.Expr, voice: Voice) -> str:
    """A noun phrase for what a query gives; the query itself, quoted, where words fail."""
    first = "".join(f"{name} being {said}; then " for name, said in steps(node, voice))
    return first + main(node, voice)


def main(node: exp.Expr, voice: Voice) -> str:
    """The same without the queries that are worked out before it."""
    if isinstance(node, exp.Subquery) and node.is_wrapper:
        node = node.unnest()
    if not is_known(node):
        return f"the result of {voice.quoted(node)}"
    if isinstance(node, exp.SetOperation):
        return _set(node, voice)
    assert isinstance(node, exp.Select)
    with voice.within(scope_of(node)):
        said = _grouped(node, voice) if node.args.get("group") else _plain(node, voice)
        return ", ".join([said, *endings(node, voice)])


def rows(node: exp.Expr, voice: Voice) -> str:
    """The rows that a query finds: `orders whose customer id equals id of customers`."""
    only = {"expressions", "from_", "joins", "where"}
    given = {name for name, part in node.args.items() if part not in (None, False, [])}
    if not isinstance(node, exp.Select) or not given <= only or not node.args.get("from_"):
        return f"rows in ({phrase(node, voice)})"
    with voice.within(scope_of(node)):
        return called(node, voice) + where(node, voice)


def is_known(node: exp.Expr) -> bool:
    """Whether there are words for every clause of the query."""
    given = {name for name, part in node.args.items() if part not in (None, False, [])}
    if isinstance(node, exp.SetOperation):
        return given <= SET_KNOWN
    if not isinstance(node, exp.Select) or not given <= KNOWN:
        return False
    group, distinct, limit = (node.args.get(name) for name in ("group", "distinct", "limit"))
    several = exp.Rollup | exp.Cube | exp.GroupingSets
    plain_group = group is None or (
        {k for k, v in group.args.items() if v} <= {"expressions"}
        and not any(isinstance(key, several) for key in group.expressions)
    )
    plain_limit = limit is None or isinstance(limit, exp.Limit)
    return plain_group and plain_limit and not (distinct and distinct.args.get("on"))


def steps(node: exp.Expr, voice: Voice) -> list[tuple[str, str]]:
    """Name and noun phrase of each query that is worked out before this one."""
    with_ = node.args.get("with_")
    if with_ is None:
        return []
    names = {cte.alias.lower() for cte in with_.expressions}
    said = []
    for cte in with_.expressions:
        again = with_.args.get("recursive") and any(
            table.name.lower() in names & {cte.alias.lower()} for table in cte.find_all(exp.Table)
        )
        what = _recursive(cte.this, voice) if again else phrase(cte.this, voice)
        said.append((readable(cte.alias), what))
    return said


def _recursive(node: exp.Expr, voice: Voice) -> str:
    if not isinstance(node, exp.Union) or not is_known(node) or len(node.args) < 2:
        return f"the result of {voice.quoted(node)}"
    start, further = phrase(node.this, voice), phrase(node.expression, voice)
    return f"{start}, and then again and again, until nothing new comes, {further}"


def _set(node: exp.SetOperation, voice: Voice) -> str:
    left, right = phrase(node.this, voice), phrase(node.expression, voice)
    if isinstance(node, exp.Union):
        said = f"{left}, together with {right}"
        said += ", each row once" if node.args.get("distinct") else ""
    elif isinstance(node, exp.Intersect):
        said = f"what appears both in {left} and in {right}"
    else:
        said = f"{left}, leaving out {right}"
    return ", ".join([said, *endings(node, voice)])


def _plain(node: exp.Select, voice: Voice) -> str:
    said, condition = items(node, voice), where(node, voice)
    if not node.args.get("from_"):
        return said + condition
    if is_count(node):
        noun = "" if voice.scope.noun != "rows" else f" of {subject(node, voice)}"
        return f"{said}{noun}{condition}"
    if node.args.get("distinct"):
        said = (
            f"each different {'combination of ' if len(node.expressions) > 1 else ''}{bare(said)}"
        )
    if any(is_one_total(one) for one in node.expressions):
        return f"{said} among {_the(node, voice)}{condition}"
    link = "from" if voice.scope.noun == "rows" else "of"
    rows = subject(node, voice) if link == "from" else _the(node, voice)
    return f"{said} {link} {rows}{condition}"


def called(node: exp.Select, voice: Voice) -> str:
    """What the rows of a SELECT's sources are called: `customers`, `rows of singer`."""
    said = subject(node, voice)
    return f"rows of {said}" if voice.scope.noun == "rows" else said


def _the(node: exp.Select, voice: Voice) -> str:
    return f"the {called(node, voice)}"


def is_count(node: exp.Select) -> bool:
    """Whether the SELECT counts rows and gives nothing else."""
    if len(node.expressions) != 1 or node.args.get("group") or node.args.get("distinct"):
        return False
    counted = node.expressions[0].unalias()
    return isinstance(counted, exp.Count) and isinstance(counted.this, exp.Star | exp.Literal)


def _grouped(node: exp.Select, voice: Voice) -> str:
    keys = group_keys(node)
    given = [one for one in node.expressions if one.unalias() not in keys]
    condition = where(node, voice)
    said = listing([_key(key, node, voice) for key in keys])
    combination = "combination of " if len(keys) > 1 else ""
    shown = [one.unalias() for one in node.expressions]
    if not given and all(key in shown for key in keys):
        return f"each different {combination}{said} among {_the(node, voice)}{condition}"
    each = f"for each {combination}{said}"
    if node.args.get("distinct"):
        condition += ", each result once"
    values = listing([definite(voice.value(one.unalias())) for one in given or node.expressions])
    if values == f"the number of {voice.scope.noun}":
        return f"{each}, the number of {called(node, voice)}{condition}"
    return f"{each}, {values} among {_the(node, voice)}{condition}"


def _key(key: exp.Expr, node: exp.Select, voice: Voice) -> str:
    """A key of groups; a long one behind the name that it is given."""
    said = bare(voice.value(key))
    names = [one.alias for one in node.expressions if one.alias and one.unalias() == key]
    if names and isinstance(key, exp.Case | exp.If | exp.Binary | exp.Coalesce):
        return f"{readable(names[0])} ({said})"
    return said


def group_keys(node: exp.Select) -> list[exp.Expr]:
    """What is grouped by, with the numbers and names of outputs put back."""
    group = node.args.get("group")
    outputs = {one.alias.lower(): one.this for one in node.expressions if one.alias}
    keys = []
    for key in group.expressions if group else ():
        if isinstance(key, exp.Literal) and key.is_int:
            key = numbered(node, int(key.name)) or key
        elif isinstance(key, exp.Column) and not key.table:
            key = outputs.get(key.name.lower(), key)
        keys.append(key)
    return keys


def where(node: exp.Select, voice: Voice) -> str:
    """` whose city is 'Berlin'`, ` where ...`; empty where every row counts."""
    clause = node.args.get("where")
    if clause is None:
        return ""
    plain = not joins(node) and all(about(one) is not None for one in _leaves(clause.this))
    said = voice.condition(clause.this)
    plain = plain and "`" not in said
    return f" {'whose' if plain and voice.scope.noun != 'rows' else 'where'} {said}"


def _leaves(node: exp.Expr) -> list[exp.Expr]:
    node = node.unnest()
    if isinstance(node, exp.Connector):
        return [leaf for one in node.flatten() for leaf in _leaves(one)]
    return [node]
