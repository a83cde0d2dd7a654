"""Owns the grammar of the embedded model's answers to one prompt; it must not know how they are
read or turned into SQL.

GBNF over the slots that the prompt has, so that every answer parses, unlinks and passes for SQL:
only numbers are added up, columns meet values of their own kind, keys join the tables. Each symbol
stands behind one space, as the model was taught.
"""

from __future__ import annotations

from localai.linking.gbnf import Part, Rules, brackets, either, many, maybe, slots, then
from localai.linking.prompt import Slots
from localai.linking.shown import KINDS, NUMBERS, Shown

# A query may stand in a query: deeper is nothing that the model was taught.
_DEEPEST = 1
# Columns are numbered as the question mentions them; it seldom mentions more.
_MENTIONED = 8
_COMPARE = '(" =" | " <>" | " <" | " <=" | " >" | " >=")'
_EQUAL = '(" =" | " <>")'
_JOINT = '(" AND" | " OR")'

Inner = dict[str, Part]


def answer_grammar(prompt: Slots) -> str:
    """GBNF (rule `root`) for the answers to the prompt of these slots; one is `I do not know`."""
    rules = Rules()
    groups = [Shown(rules, prompt, number, tables) for number, tables in enumerate(_joined(prompt))]
    totals: Inner = {}
    lists: Inner = {}
    queries: list[Part] = []
    for depth in range(_DEEPEST, -1, -1):
        made = [
            _Query(rules, prompt, shown, f"-{depth}-{number}", totals, lists)
            for number, shown in enumerate(groups)
        ]
        totals = {kind: either(*(query.total(kind) for query in made)) for kind in KINDS}
        lists = {kind: either(*(query.list_of(kind) for query in made)) for kind in KINDS}
        queries = [query.whole() for query in made]
    rules.define("root", either(*queries, '" I do not know"'))
    return rules.text()


def _joined(prompt: Slots) -> list[list[int]]:
    """The slot numbers of tables with columns, in groups within which keys join each with each."""
    seen: set[int] = set()
    groups = []
    for table in prompt.tables:
        group, todo = {table} - seen, [table]
        while todo and group:
            new = {edge.right for edge in prompt.graph[todo.pop()]} - group
            group |= new
            todo += new
        seen |= group
        groups.append(
            [
                number
                for number, place in enumerate(prompt.tables)
                if place in group and prompt.schema.tables[place].columns
            ]
        )
    return [group for group in groups if group]


class _Query:
    """Queries over one group of tables, with the queries that may stand in them by kind: of one
    total, and of one column."""

    def __init__(
        self, rules: Rules, prompt: Slots, shown: Shown, suffix: str, totals: Inner, lists: Inner
    ) -> None:
        self._rules = rules
        self._prompt = prompt
        self._shown = shown
        self._suffix = suffix
        self._totals = totals
        self._lists = lists
        self._test_rule = self._rule("test", self._test())
        self._conditions = {table: self._condition(table) for table in shown.tables}
        self._share = self._rule("share", then('" SHARE"', brackets(self._shared())))
        self._all = self._rule("all", either(shown.all, self._share, shown.part))
        self._tail = self._rule("tail", f"{maybe(self._groups())} {self._behind_groups()}")

    def _rule(self, name: str, body: Part) -> Part:
        return self._rules.define(name + self._suffix, body)

    def whole(self) -> Part:
        """A query as an answer."""
        shown = self._shown
        totals = self._rule("totals", either(shown.totals, self._share))
        before = f'({either(totals, shown.part)} " ,")*'
        mixed = then(before, shown.plain, f'(" ," {self._all})*')
        grouped = maybe(then(self._groups(), self._behind_groups()))
        ways = either(
            then(mixed, self._from("", str(self._tail))),
            then(many(totals), self._from("-totals", grouped)),
            self._share_with(str(self._tail)),
        )
        rows = then('" *"', self._from("-rows", self._ordered(shown.plain)))
        return self._rule("query", then('" SELECT"', either(rows, then('" DISTINCT"?', ways))))

    def total(self, kind: str) -> Part:
        """A query of one total of this kind, in brackets: one row, whatever the conditions."""
        what = self._shown.total if kind == "n" else self._shown.best[kind]
        body = then('" SELECT"', what, self._from("-where", ""))
        return self._rule(f"total-{kind}", brackets(body))

    def list_of(self, kind: str) -> Part:
        """A query of one column of this kind, in brackets."""
        column = self._shown.columns[kind]
        body = then('" SELECT"', '" DISTINCT"?', column, self._from("", str(self._tail)))
        return self._rule(f"list-{kind}", brackets(body))

    def _share_with(self, tail: str) -> Part:
        """A share of the first table's rows that have others, or none."""
        ways = []
        for first in self._conditions:
            looked = then('" SHARE"', brackets(then('" NOT"?', '" EXISTS"', self._others(first))))
            items = then(f'({self._shown.plain} " ,")*', looked, f'(" ," {self._all})*')
            ways.append(then(items, '" FROM"', self._source(first), tail))
        return either(*ways)

    def _shared(self) -> Part:
        """The condition of a share; where others exist is for shares of a known table's rows."""
        simple = then('" NOT"?', self._test_rule)
        inner = then('" NOT"?', brackets(many(simple, _JOINT)))
        return many(either(simple, inner), _JOINT)

    def _from(self, name: str, tail: str) -> Part:
        """Tables, conditions and what follows; the first table says where EXISTS cannot look."""
        behind = self._rules.define(f"behind{name}{self._suffix}", tail.strip() or '""')
        ways = [f"{self._source(table)} {behind}" for table in self._conditions]
        return self._rule(f"from{name}", then('" FROM"', either(*ways)))

    def _source(self, first: int) -> str:
        where = maybe(then('" WHERE"', self._conditions[first]))
        return f'" <t{first}>" (" ," {self._shown.row})* {where}'

    def _others(self, first: int) -> Part:
        return slots("t", [table for table in self._shown.tables if table != first])

    def _condition(self, first: int) -> Part:
        others = then('" EXISTS"', self._others(first))
        simple = then('" NOT"?', either(self._test_rule, others))
        simple = self._rule(f"simple-{first}", simple)
        inner = then('" NOT"?', brackets(many(simple, _JOINT)))
        each = self._rule(f"each-{first}", either(simple, inner))
        return self._rule(f"where-{first}", many(each, _JOINT))

    def _test(self) -> Part:
        """What is asked of a row's own columns."""
        shown = self._shown
        number = either(shown.values["n"], *NUMBERS, self._totals.get("n"))
        text = self._right("s")
        return either(
            then(shown.number, self._compared("n", number)),
            then(shown.columns["d"], self._compared("d", either(self._right("d"), '" TODAY"'))),
            then(shown.births, _COMPARE, shown.ages),
            then(shown.births, '" BETWEEN"', shown.ages, '" AND"', shown.ages),
            then(shown.columns["s"], either(then(_EQUAL, text), then(_COMPARE, shown.words))),
            then(shown.numbered, self._compared("s", text)),
            then(shown.timed, _COMPARE, shown.stretches),
            then(shown.columns["s"], '" NOT"?', '" LIKE"', '" %"?', shown.values["s"], '" %"?'),
            then(shown.flags, _EQUAL, '(" TRUE" | " FALSE")'),
            then(shown.spelt, _EQUAL, shown.words),
            then(shown.any, '" IS"', '" NOT"?', '" NULL"'),
            *(self._among(kind) for kind in KINDS),
            *(self._paired(kind) for kind in "nds"),
        )

    def _paired(self, kind: str) -> Part:
        """Two columns compared: those that the question mentions, which have the first numbers."""
        numbers = [number for number in self._shown.of_kind[kind] if number < _MENTIONED]
        ways = [
            then(slots("c", [left]), _COMPARE, slots("c", [n for n in numbers if n != left]))
            for left in numbers
        ]
        return self._rule(f"paired-{kind}", either(*ways))

    def _right(self, kind: str) -> Part:
        return either(self._shown.values[kind], self._totals.get(kind))

    def _compared(self, kind: str, right: Part) -> Part:
        return either(then(_COMPARE, right), then('" NOT"?', self._between(kind)))

    def _between(self, kind: str) -> Part:
        value = self._shown.values[kind]
        return then('" BETWEEN"', value, '" AND"', value)

    def _among(self, kind: str) -> Part:
        """A column among values or what a query finds, or equal to a value that it holds."""
        column, inner = self._shown.columns[kind], self._lists.get(kind)
        listed = brackets(many(self._shown.values[kind])) if kind in "ns" else None
        ways = [
            then(column, '" NOT"?', '" IN"', either(listed, inner)),
            then(column, _EQUAL, inner),
        ]
        for number in self._shown.of_kind[kind]:
            own = slots("v", self._held(number))
            ways.append(then(slots("c", [number]), _EQUAL, own))
        return either(*ways)

    def _held(self, number: int) -> list[int]:
        item = self._prompt.columns[number]
        values = enumerate(self._prompt.values)
        return [n for n, value in values if (item.table, item.column) in value.stored]

    def _groups(self) -> Part:
        return self._rule("groups", then('" GROUP BY"', many(self._shown.keys)))

    def _behind_groups(self) -> str:
        return f"{maybe(self._having())} {self._ordered(self._all)}"

    def _having(self) -> Part:
        total = self._shown.total
        right = either(self._shown.values["n"], *NUMBERS, total, self._totals.get("n"))
        left = either(total, self._share)
        test = then(left, either(then(_COMPARE, right), self._between("n")))
        return self._rule("having", then('" HAVING"', many(test, _JOINT)))

    def _ordered(self, what: Part) -> str:
        """ORDER BY and LIMIT, each where it is wanted."""
        order = then('" ORDER BY"', many(then(what, '(" ASC" | " DESC")?')))
        counts = [n for n, value in enumerate(self._prompt.values) if value.text.isdigit()]
        limit = self._rules.define("limit", then('" LIMIT"', either('" 1"', slots("v", counts))))
        return f"{maybe(order)} {maybe(limit)}"
