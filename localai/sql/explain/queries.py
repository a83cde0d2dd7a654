"""Says whole queries: what they give, of which rows, in which order; it must not know words for
single values or conditions."""

from __future__ import annotations

from sqlglot import exp

from localai.sql.explain.conditions import about
from localai.sql.explain.order import direction, ordering
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


def name_outputs(select: exp.Select, voice: Voice) -> None:
    """Let HAVING and ORDER BY name what SELECT gives, by alias or by number."""
    for one in select.expressions:
        if isinstance(one, exp.Alias):
            voice.scope.outputs[one.alias.lower()] = one.this


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


def is_total(node: exp.Select) -> bool:
    """Whether all that the SELECT gives are totals over all rows together."""
    return bool(node.expressions) and all(_totals(one) for one in node.expressions)


def _totals(node: exp.Expr) -> bool:
    found = [one for one in node.find_all(exp.AggFunc) if not _is_windowed(one)]
    return bool(found) and not any(isinstance(node, exp.Query) for one in found)


def _is_windowed(node: exp.Expr) -> bool:
    parent = node.parent
    if isinstance(parent, exp.Filter):
        parent = parent.parent
    return isinstance(parent, exp.Window)


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
    if any(_totals(one) for one in node.expressions):
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


def numbered(node: exp.Expr, number: int) -> exp.Expr | None:
    """The output of that number, counted from 1."""
    while isinstance(node, exp.SetOperation):
        node = node.this.unnest()
    if not isinstance(node, exp.Select):
        return None
    inside = 0 < number <= len(node.expressions)
    found = node.expressions[number - 1].unalias() if inside else None
    return found if isinstance(found, exp.Expr) else None


def items(node: exp.Select, voice: Voice) -> str:
    """What the SELECT gives: `the name and price of products and the number of orders`."""
    parts: list[str] = []
    said = [_item(one, node, voice) for one in node.expressions]
    owners = [
        voice.scope.sources.get(one.table.lower(), "") if isinstance(one, exp.Column) else ""
        for one in (item.unalias() for item in node.expressions)
    ]
    index = 0
    while index < len(said):
        end = index + 1
        ending = f" of {owners[index]}"
        while (end < len(said) and owners[index] and owners[end] == owners[index]
               and said[index].endswith(ending) and said[end].endswith(ending)):  # fmt: skip
            end += 1
        names = [one.removesuffix(ending) for one in said[index:end]]
        tail = ending if end > index + 1 else ""
        parts.append(definite((listing(names) if tail else said[index]) + tail))
        index = end
    if len(parts) == len(said) and all(isinstance(one, exp.Column) for one in node.expressions):
        return definite(listing([bare(one) for one in parts]))
    return listing(parts)


def _item(item: exp.Expr, node: exp.Select, voice: Voice) -> str:
    value = item.unalias()
    if isinstance(value, exp.Case | exp.If):
        said = f"({voice.value(value)})"
        return f"{readable(item.alias)} {said}" if item.alias else said
    said = voice.value(value)
    if node.args.get("group") or _totals(value) or not value.find(exp.Column):
        return said
    totals = [one.unalias() for one in node.expressions if _totals(one)]
    if not totals:
        return said
    # Beside one MIN or MAX, SQLite takes the other columns from the row that has it.
    known = voice.dialect == "sqlite" and len(totals) == 1
    which = "that" if known and isinstance(totals[0], exp.Min | exp.Max) else "any"
    return f"{said} (of {which} row)"


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


def endings(node: exp.Select | exp.SetOperation, voice: Voice) -> list[str]:
    """What is kept of groups, in which order, and how much of it."""
    said = []
    if isinstance(node, exp.Select):
        name_outputs(node, voice)
    having, order = node.args.get("having"), node.args.get("order")
    if having is not None:
        said.append(f"only where {voice.condition(having.this)}")
    if order is not None:
        said.append(order_of(node, order, voice))
    return said + bounds(node, voice)


def bounds(node: exp.Expr, voice: Voice) -> list[str]:
    """`at most 5`, `leaving out the first 10`."""
    said = []
    limit, offset = node.args.get("limit"), node.args.get("offset")
    if offset is not None:
        said.append(f"leaving out the first {voice.value(offset.expression)}")
    if limit is not None:
        said.append(f"at most {voice.value(limit.expression)}")
    return said


def order_of(node: exp.Expr, order: exp.Order, voice: Voice) -> str:
    """`largest first`, or `sorted by city (A to Z)`."""
    order, limited = order.copy(), node.args.get("limit") is not None
    for one in order.expressions:
        key = one.this if isinstance(one, exp.Ordered) else one
        if isinstance(key, exp.Literal) and key.is_int:
            key.replace((numbered(node, int(key.name)) or key).copy())
    if isinstance(node, exp.Select) and len(order.expressions) == 1 and node.args.get("group"):
        one = order.expressions[0]
        totals = [e.unalias() for e in node.expressions if _totals(e)]
        key = voice.scope.outputs.get(one.this.name.lower(), one.this)
        if len(totals) == 1 and totals[0] == key and isinstance(one, exp.Ordered):
            return (
                direction(one, voice, limited)
                .replace("highest", "largest")
                .replace("lowest", "smallest")
            )
    return ordering(order, voice, limited=limited)
