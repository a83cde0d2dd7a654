"""Says where a query's rows come from; it must not know what is taken from them."""

from __future__ import annotations

from sqlglot import exp

from localai.sql.explain.voice import Scope, Voice
from localai.sql.explain.words import is_plural, listing, readable


def scope_of(select: exp.Select) -> Scope:
    """What the names in a SELECT mean: the aliases of its sources."""
    scope = Scope()
    nodes = [part.this for part in (select.args.get("from_"), *joins(select)) if part]
    for node in nodes:
        alias = node.alias_or_name
        table = readable(node.name) if isinstance(node, exp.Table) else readable(alias)
        twice = sum(isinstance(n, exp.Table) and n.name == node.name for n in nodes) > 1
        scope.sources[alias.lower()] = readable(alias) if twice else table
        if isinstance(node, exp.Table):
            scope.tables[alias.lower()] = node.name
    if len(nodes) == 1 and isinstance(nodes[0], exp.Table):
        said = readable(nodes[0].name)
        scope.noun = said if is_plural(said) else "rows"
    return scope


def joins(select: exp.Select) -> list[exp.Join]:
    return select.args.get("joins") or []


def subject(select: exp.Select, voice: Voice) -> str:
    """What the rows are: `customers`, `orders matched with customers (customer id = id)`."""
    start = select.args.get("from_")
    if start is None:
        return ""
    said = _one(start.this, voice)
    for join in joins(select):
        said = _joined(said, join, voice)
    return said


def _one(node: exp.Expr, voice: Voice) -> str:
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
        if node.args.get("sample") or node.args.get("pivots"):
            return voice.quoted(node)
        said = readable(node.name)
        alias = voice.scope.sources.get(node.alias_or_name.lower(), said)
        return said if alias == said else f"{said} ({alias})"
    if isinstance(node, exp.Subquery):
        named = f", called {readable(node.alias)}" if node.alias else ""
        return f"({voice.query(node.this)}{named})"
    return voice.quoted(node)


def _joined(said: str, join: exp.Join, voice: Voice) -> str:
    known = {"this", "side", "kind", "on", "using", "method"}
    if any(part for name, part in join.args.items() if name not in known):
        return f"{said} {voice.quoted(join)}"
    other, matched = _one(join.this, voice), _matched(join, voice)
    side, kind = (join.side or "").upper(), (join.kind or "").upper()
    if kind in ("SEMI", "ANTI"):
        return f"{said} {voice.quoted(join)}"
    if not matched:
        return f"{said} in every combination with {other}"
    if side == "LEFT":
        return f"{said}, each with its matching {other} if there are any{matched}"
    if side == "RIGHT":
        return f"all {other}, each with its matching {said} if there are any{matched}"
    if side == "FULL":
        return f"{said} and {other}, matched where possible{matched}"
    return f"{said} matched with {other}{matched}"


def _matched(join: exp.Join, voice: Voice) -> str:
    using, on = join.args.get("using"), join.args.get("on")
    if using:
        return f" (same {listing([readable(one.name) for one in using])})"
    if (join.args.get("method") or "").upper() == "NATURAL":
        return " (same values under the same names)"
    if on is None or (isinstance(on, exp.Boolean) and on.this):
        return ""
    conditions = on.flatten() if isinstance(on, exp.And) else [on]
    return f" ({listing([_pair(one, voice) for one in conditions])})"


def _pair(node: exp.Expr, voice: Voice) -> str:
    if isinstance(node, exp.EQ):
        sides = (node.left, node.right)
        if node.left.name == node.right.name != "":
            return f"same {readable(node.left.name)}"
        if all(isinstance(side, exp.Column) for side in sides):
            return " = ".join(voice.value(side) for side in sides)
    return voice.condition(node)
