"""Names the types of columns in CREATE TABLE, those that it makes itself too; it must not know
tables."""

from __future__ import annotations

import re

from sqlglot import exp
from sqlglot.errors import SqlglotError

from localai.sql.databases.values import few

# Without widths, signs and counters.
PLAIN = {
    exp.DataType.Type.TINYINT: "SMALLINT",
    exp.DataType.Type.UTINYINT: "SMALLINT",
    exp.DataType.Type.SMALLINT: "SMALLINT",
    exp.DataType.Type.USMALLINT: "INT",
    exp.DataType.Type.SMALLSERIAL: "SMALLINT",
    exp.DataType.Type.MEDIUMINT: "INT",
    exp.DataType.Type.UMEDIUMINT: "INT",
    exp.DataType.Type.INT: "INT",
    exp.DataType.Type.UINT: "BIGINT",
    exp.DataType.Type.SERIAL: "INT",
    exp.DataType.Type.BIGINT: "BIGINT",
    exp.DataType.Type.UBIGINT: "BIGINT",
    exp.DataType.Type.BIGSERIAL: "BIGINT",
}
SERIALS = {"serial": "INT", "bigserial": "BIGINT", "smallserial": "SMALLINT"}
DOMAIN = re.compile(
    r"create\s+domain\s+(\S+)\s+(?:as\s+)?(.*?)"
    r"\s*(?:\b(?:constraint|check|default|not\s+null|null|collate)\b.*)?$",
    re.IGNORECASE | re.DOTALL,
)


class Types:
    """Types by name. dialect: sqlglot's, of the names that are given."""

    def __init__(self, flavour: str, dialect: str) -> None:
        self._flavour = flavour
        self._dialect = dialect
        self._enums: dict[str, tuple[str, ...]] = {}
        self._domains: dict[str, exp.Expr] = {}

    def take_type(self, tree: exp.Create) -> None:
        """CREATE TYPE; of those only lists of values matter."""
        kind = tree.expression
        if isinstance(kind, exp.DataType) and kind.this == exp.DataType.Type.ENUM:
            self._enums[tree.this.name.lower()] = _labels(kind)

    def take_domain(self, text: str) -> bool:
        """CREATE DOMAIN, if this is one that can be read."""
        match = DOMAIN.match(text)
        if match is None:
            return False
        try:
            kind = exp.DataType.build(match[2], dialect=self._flavour, udt=True)
        except SqlglotError:
            return False
        self._domains[_bare(match[1])] = kind
        return True

    def typed(self, kind: exp.Expr | None) -> tuple[str, tuple[str, ...]]:
        """A type's name, and its values where it lists them."""
        if not isinstance(kind, exp.DataType):
            return (kind.sql(self._dialect) if kind else ""), ()
        if kind.this == exp.DataType.Type.ENUM:
            return "ENUM", _labels(kind)
        if kind.this == exp.DataType.Type.USERDEFINED:
            return self._made(kind)
        if kind.this in PLAIN:
            # MySQL's INT(11) says how many digits are shown, and TINYINT(1) is its truth value.
            is_truth = kind.sql("mysql") == "TINYINT(1)"
            return ("BOOLEAN" if is_truth else PLAIN[kind.this]), ()
        return kind.sql(self._dialect), ()

    def _made(self, kind: exp.DataType) -> tuple[str, tuple[str, ...]]:
        name = _bare(str(kind.args.get("kind") or ""))
        if name in self._enums:
            return "ENUM", self._enums[name]
        if name in self._domains:
            return self.typed(self._domains.get(name))
        return SERIALS.get(name) or kind.sql(self._dialect), ()


def _labels(kind: exp.Expr) -> tuple[str, ...]:
    return few({each.name for each in kind.expressions}) or ()


def _bare(name: str) -> str:
    return name.replace('"', "").rpartition(".")[2].lower()
