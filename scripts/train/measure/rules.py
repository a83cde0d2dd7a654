"""A baseline: answers by rules over the linked question. It never answers in the product.

It must not know names or values, only slots, types and the words around them.
"""

from __future__ import annotations

import re

from localai.linking import Link
from localai.linking.catalog import Item

_COMPARED = (
    (r"(more than|over|above|greater than|higher than|exceeding|after|longer|older)", ">"),
    (r"(less than|fewer than|under|below|lower than|before|younger|shorter)", "<"),
    (r"(at least|or more|since)", ">="),
    (r"(at most|or less|up to)", "<="),
)
_MUCH = (
    r"(most|highest|largest|biggest|greatest|oldest|longest|latest|top|heaviest|tallest|best"
    r"|maximum)"
)
_LITTLE = r"(least|lowest|smallest|cheapest|youngest|shortest|earliest|fewest|minimum|lightest)"
_AGGREGATES = (
    ("AVG", r"\b(average|mean|avg)\b"),
    ("SUM", r"\b(total|sum|altogether)\b"),
    ("MAX", r"\b(maximum|max|highest|largest)\b"),
    ("MIN", r"\b(minimum|min|lowest|smallest)\b"),
)


def answer_by_rule(link: Link) -> str:
    """SQL over slots by the question's shape: condition and aggregate words, `each` and `per`."""
    schema, asked = link.prompt.removesuffix("<sql>").split("<question>")
    asked = re.sub(r"(<c\d+>) [knsdb]\b", r"\1", asked)
    slots = link.slots
    kinds = {f"<c{n}>": slots.kinds[item] for n, item in enumerate(slots.columns)}
    mentioned = list(dict.fromkeys(re.findall(r"<c\d+>", asked)))
    tables = list(dict.fromkeys(re.findall(r"<t\d+>", asked)))
    where, used = _conditions(link, asked, kinds)
    grouped = re.search(r"(?:each|every|per|by)(?: \w+)? (<[ct]\d+>)", asked)
    group = grouped.group(1) if grouped else ""
    if group.startswith("<t"):
        group = _display(schema, group)
    dated = _bin(asked, kinds) if not grouped else ""
    main = tables[0] if tables else _table_of(link, mentioned)
    free = [c for c in mentioned if c not in used and c != group]
    tail = f" WHERE {' AND '.join(where)}" if where else ""
    measure = _measure(asked, free, kinds)
    sources = " , ".join(tables or [main])
    if dated and measure:
        return f"SELECT {dated} , {measure} FROM {sources}{tail} GROUP BY {dated}"
    if group and measure:
        return f"SELECT {group} , {measure} FROM {sources}{tail} GROUP BY {group}"
    superlative = re.search(_MUCH, asked) or re.search(_LITTLE, asked)
    numeric = [c for c in free if kinds[c] in "nd"]
    if (
        superlative
        and numeric
        and not asked.strip().startswith(("how many", "what is the average"))
    ):
        down = " DESC" if re.search(_MUCH, asked) else ""
        shown = [c for c in free if c != numeric[-1]] or [_display(schema, main)]
        limit = re.search(r"<v\d+>", asked)
        rows = limit.group() if limit and limit.group() not in tail else "1"
        order = f"ORDER BY {numeric[-1]}{down} LIMIT {rows}"
        return f"SELECT {' , '.join(shown)} FROM {main}{tail} {order}"
    if measure:
        return f"SELECT {measure} FROM {sources}{tail}"
    return f"SELECT {' , '.join(free) or _display(schema, main)} FROM {main}{tail}"


def _bin(asked: str, kinds: dict[str, str]) -> str:
    """The stretch of time that the question groups by, of the first date there is."""
    unit = re.search(r"\b(?:per|by|each|every) (day|week|month|quarter|year)\b", asked)
    worded = re.search(r"\b(dai|week|month|quarter|year)ly\b", asked)
    column = next((c for c, kind in kinds.items() if kind == "d"), "")
    if not column or not (unit or worded):
        return ""
    name = (unit[1] if unit else str(worded and worded[1])).upper().replace("DAI", "DAY")
    return f"YEAR ( {column} )" if name == "YEAR" else f"EACH_{name} ( {column} )"


def _measure(asked: str, free: list[str], kinds: dict[str, str]) -> str:
    numeric = [c for c in free if kinds[c] == "n"]
    for function, pattern in _AGGREGATES:
        if re.search(pattern, asked) and numeric and "number of" not in asked:
            if function in ("AVG", "SUM") or "what is the" in asked:
                return f"{function} ( {numeric[0]} )"
    if re.search(r"how many different <c\d+>", asked) and free:
        return f"COUNT ( DISTINCT {free[0]} )"
    return "COUNT ( * )" if re.search(r"how many|number of|\bcount\b", asked) else ""


def _conditions(link: Link, asked: str, kinds: dict[str, str]) -> tuple[list[str], set[str]]:
    where: list[str] = []
    used: set[str] = set()
    for match in re.finditer(r"<v(\d+)>", asked):
        value = link.slots.values[int(match.group(1))]
        stored = [
            f"<c{link.slots.columns.index(Item(*p))}>"
            for p in value.stored
            if Item(*p) in link.slots.columns
        ]
        before = asked[max(0, match.start() - 30) : match.start()]
        around = re.findall(r"<c\d+>", before) or re.findall(
            r"<c\d+>", asked[match.end() : match.end() + 20]
        )
        if stored:
            column = next((c for c in around if c in stored), stored[0])
            where.append(f"{column} = {match.group()}")
        elif any(re.search(p, before) for p, _ in _COMPARED) and around:
            column = around[-1]
            where.append(
                f"{column} {next(s for p, s in _COMPARED if re.search(p, before))} {match.group()}"
            )
        elif value.low and any(k == "d" for k in kinds.values()):
            column = next(c for c, k in kinds.items() if k == "d")
            where.append(f"{column} = {match.group()}")
        else:
            continue
        used.add(column)
    for column, kind in kinds.items():
        if kind == "b" and column in asked:
            where.append(f"{column} = TRUE")
            used.add(column)
    return where, used


def _display(schema: str, table: str) -> str:
    entry = next((e for e in schema.split("|") if table in e.split(":")[0][:12]), schema)
    starred = re.search(r"(<c\d+>)[^,]*\*", entry.split(":", 1)[-1])
    first = re.search(r"<c\d+>", entry.split(":", 1)[-1])
    found = starred or first
    return "*" if found is None else found.group(1) if found is starred else found.group()


def _table_of(link: Link, mentioned: list[str]) -> str:
    if not mentioned:
        return "<t0>"
    item = link.slots.columns[int(mentioned[0][2:-1])]
    return (
        f"<t{link.slots.tables.index(item.table)}>" if item.table in link.slots.tables else "<t0>"
    )
