"""Owns the shape of a query as GBNF over rules for names; it must not know schemas.

Keywords stand in single quotes and match in any case. `@` is the letter of a mode, which says what
a column may be: s (a column of the schema), t (the same, and the SELECT has given a name that GROUP
BY and ORDER BY may use), d (as s, or what a subquery in the FROM to come will compute), f (any
name: behind WITH and behind a subquery in FROM), n (none: there is no FROM), i (as s, in a query
within a SELECT of d or n: with all modes open again, each query in a query would triple the ways).

What may follow is written as one long chain with each blank in one place, not as nested lists of
optional parts: llama.cpp follows every way that is still open by itself, and looks beyond the next
letter in each, so that a blank in ten places costs ten times as much.
"""

from __future__ import annotations

from localai.sql import functions
from localai.sql.functions import ARGUMENTS

WORDS = r"""
root ::= [ \n]{0,3} (answer ws? ";"? | "I do not know" "."?)
answer ::= s-query | with
ws ::= [ \n] | "\n" [ \t\n]{1,25}
literal ::= number | string
number ::= [0-9]{1,20} ("." [0-9]{1,20})? exponent? | "." [0-9]{1,20} exponent?
exponent ::= [eE] [+-]? [0-9]{1,3}
string ::= "'" ([^'\x00-\x1F\x7F] | "''"){0,200} "'"
interval ::= ws ("'" (span "'" | count "'" ws units) | count ws units)
span ::= count " "? units (" " count " " units){0,3}
units ::= unit [sS]?
count ::= "-"? [0-9]{1,6} ("." [0-9]{1,6})?
sign ::= [+*/%-] | "||"
compare ::= [=<>] | "<=" | ">=" | "<>" | "!="
size ::= "(" [0-9]{1,4} ("," " "? [0-9]{1,4})? ")"
cast ::= "::" type
direction ::= (ws (('ASC' | 'DESC') (ws nulls)? | nulls))?
nulls ::= 'NULLS' ws ('FIRST' | 'LAST')
frame ::= ('ROWS' | 'RANGE') ws ('BETWEEN' ws bound ws 'AND' ws bound | bound)
bound ::= ('UNBOUNDED' | number) ws ('PRECEDING' | 'FOLLOWING') | 'CURRENT ROW'
crossing ::= 'CROSS JOIN' | 'NATURAL' ws (('LEFT' | 'RIGHT' | 'FULL' | 'INNER') ws)? 'JOIN'
joining ::= ('INNER' ws | ('LEFT' | 'RIGHT' | 'FULL') ws ('OUTER' ws)?)? 'JOIN'
combine ::= ('UNION' | 'EXCEPT' | 'INTERSECT') (ws ('ALL' | 'DISTINCT'))?
limit ::= limit-rows (ws offset-rows)? | fetch-rows | offset-rows (ws (limit-rows | fetch-rows))?
limit-rows ::= 'LIMIT' ws [0-9]{1,9}
fetch-rows ::= 'FETCH' ws ('FIRST' | 'NEXT') ws [0-9]{1,9} ws 'ROWS ONLY'
offset-rows ::= 'OFFSET' ws [0-9]{1,9} (ws ('ROWS' | 'ROW'))?
columns ::= "(" label ("," ws? label)* ")"
"""

# open: a comparison may follow; closed: one stands there, and its right side goes on; done: it is
# whole. `-` with an operand right behind it takes no second `-`, which would begin a comment.
EXPRESSIONS = r"""
@expr ::= @operand @open | 'NOT' ws @expr
@list ::= @expr ("," ws? @expr)*
@operand ::= "-"? @part
@open ::= ws @open-spaced | @open-tight | ""
@open-spaced ::= sign ws @operand @open | compare ws @operand @closed | @logic | @predicate
@open-tight ::= sign @next @open | compare ws? @operand @closed
@closed ::= ws (sign ws @operand @closed | @logic) | sign @next @closed | ""
@done ::= (ws @logic)?
@logic ::= ('AND' | 'OR') ws @expr
@next ::= ws @operand | @part
@predicate ::= 'IS' ws ('NOT' ws)? @is @done | ('NOT' ws)? @among
@is ::= 'NULL' | 'TRUE' | 'FALSE' | 'DISTINCT FROM' ws @value
@among ::= 'IN' ws? "(" ws? (@inner | @list) ws? ")" @done
 | ('LIKE' | 'ILIKE') ws @operand @closed | 'BETWEEN' ws @value ws 'AND' ws @operand @closed
@value ::= @operand @sum
@sum ::= ws sign ws @operand @sum | sign @next @sum | ""
@part ::= (@name | literal | @word | "(" ws? (@inner | @list) ws? ")") cast*
@when ::= 'WHEN' ws @expr ws 'THEN' ws @expr ws
@within ::= ws 'WITHIN GROUP' ws? "(" ws? @order ws? ")"
@filter ::= ws 'FILTER' ws? "(" ws? 'WHERE' ws @expr ws? ")"
@over ::= ws 'OVER' ws? "(" ws? (@window ws?)? ")"
@window ::= 'PARTITION BY' ws @list (ws @order)? (ws frame)? | @order (ws frame)?
@order ::= 'ORDER BY' ws @expr direction ("," ws? @expr direction)*
"""

# A query in an expression stands in its own brackets alone: `((` then reads in one way only.

# Keywords that begin an operand -> what stands behind them.
OPERANDS = {
    "CASE": """ ws (@value ws)? @when+ ('ELSE' ws @expr ws)? 'END' """,
    "EXISTS": """ ws? "(" ws? @inner ws? ")" """,
    "INTERVAL": " interval ",
    "DATE": " ws string ",
    "TIMESTAMP": " ws string ",
    "NULL": "",
    "TRUE": "",
    "FALSE": "",
}
# Functions with a grammar of their own -> what stands behind the opening bracket.
SPECIAL = {
    "COUNT": """ ws? ("*" | ('DISTINCT' ws)? @list) ws? ")" @filter? @over? """,
    "EXTRACT": """ ws? field ws 'FROM' ws @expr ws? ")" """,
    "DATE_TRUNC": """ ws? "'" field "'" "," ws? @list ws? ")" """,
    "DATE_PART": """ ws? "'" field "'" "," ws? @expr ws? ")" """,
    "CAST": """ ws? @expr ws 'AS' ws type ws? ")" """,
    "SUBSTRING": """ ws? @value
 ("," ws? @list | ws 'FROM' ws @value (ws 'FOR' ws @value)?) ws? ")" """,
    "TRIM": """ ws? (('BOTH' | 'LEADING' | 'TRAILING') ws)? @value
 ("," ws? @list | ws 'FROM' ws @value)? ws? ")" """,
    "POSITION": """ ws? @value ws 'IN' ws @value ws? ")" """,
}


# What modes s, t, i and f have alike, from the first item to the end of the query.
CLAUSES = r"""
@after ::= ws ('AS' ws label @named-labelled | @from) | "," ws? @items@end
@labelled ::= ws @from | "," ws? @items@end
@items ::= @expr @after | ("*" | @star) @labelled
@from ::= 'FROM' ws @sources
@sources ::= @source @named
@named ::= ws (('AS' ws)? @label @joined | @clause) | "," ws? @sources | ""
@joined ::= ws @clause | "," ws? @sources | ""
@clause ::= joining ws @source ws (('AS' ws)? @label ws)? @on @joined
 | crossing ws @sources | @narrowed
@on ::= 'ON' ws @expr | 'USING' ws? "(" ws? @key ("," ws? @key)* ws? ")"
@narrowed ::= 'WHERE' ws @expr (ws @grouped)? | @grouped
@grouped ::= 'GROUP BY' ws @group ("," ws? @group)* (ws @having)? | @having
@group ::= @expr@new
@having ::= 'HAVING' ws @expr (ws @final)? | @final
@final ::= combine ws @query | 'ORDER BY' ws @sorted ("," ws? @sorted)* (ws limit)? | limit
@sorted ::= (@expr@new) direction
"""

# Of modes s, t and i alike.
SOURCES = """
@star ::= starred
@source ::= table
@label ::= label
@key ::= column
"""

QUERIES = r"""
s-query ::= s-inner | bracketed
s-inner ::= 'SELECT' ws (s-distinct? s-items | d-distinct? d-items | n-items)
s-distinct ::= 'DISTINCT' ws ('ON' ws? "(" ws? s-list ws? ")" ws)?
s-named-labelled ::= t-labelled
t-query ::= 'SELECT' ws (s-distinct? t-items | d-distinct? d-items | n-items) | bracketed
t-named-labelled ::= t-labelled
t-expr ::= s-expr
bracketed ::= "(" ws? s-query ws? ")" (ws t-final)?
i-query ::= i-inner
i-inner ::= 'SELECT' ws i-distinct? i-items
i-distinct ::= 'DISTINCT' ws ('ON' ws? "(" ws? i-list ws? ")" ws)?
i-named-labelled ::= i-labelled
i-name ::= s-name
n-inner ::= i-inner
n-items ::= n-expr n-after
n-after ::= ws ('AS' ws label n-labelled | s-final) | "," ws? n-items | ""
n-labelled ::= ws t-final | "," ws? n-items | ""
d-inner ::= i-inner
d-distinct ::= 'DISTINCT' ws ('ON' ws? "(" ws? d-list ws? ")" ws)?
d-items ::= d-expr d-after | ("*" | starred) d-labelled
d-after ::= ws ('AS' ws label d-labelled | d-from) | "," ws? d-items
d-labelled ::= ws d-from | "," ws? d-items
d-from ::= 'FROM' ws d-sources
d-sources ::= subquery (ws ('AS' ws)? f-label)? f-joined | table d-named
d-named ::= ws (('AS' ws)? label d-joined | d-clause) | "," ws? d-sources
d-joined ::= ws d-clause | "," ws? d-sources
d-clause ::= crossing ws d-sources | joining ws d-joinee
d-joinee ::= subquery ws (('AS' ws)? f-label ws)? f-on f-joined
 | table ws (('AS' ws)? label ws)? s-on d-joined
subquery ::= "(" ws? s-query ws? ")" | series
f-query ::= f-inner | "(" ws? f-query ws? ")" (ws f-final)?
f-inner ::= 'SELECT' ws f-distinct? f-items
f-distinct ::= 'DISTINCT' ws ('ON' ws? "(" ws? f-list ws? ")" ws)?
f-named-labelled ::= f-labelled
f-name ::= label ("." label)?
f-star ::= label ".*"
f-source ::= table | label | "(" ws? f-query ws? ")" | series
f-label ::= label columns?
f-key ::= label
with ::= 'WITH' ws (with-first | 'RECURSIVE' ws with-more) ("," ws? with-more)* ws f-query
with-first ::= fresh (" "? columns)? ws 'AS' ws? "(" ws? s-query ws? ")"
with-more ::= fresh (" "? columns)? ws 'AS' ws? "(" ws? f-query ws? ")"
"""


def call(name: str) -> str:
    """What stands behind a function's name: its arguments, and what it is taken over."""
    if name in SPECIAL:
        return f'"(" {SPECIAL[name]}'
    least, most = ARGUMENTS.get(name, (1, None))
    more = "*" if most is None else f"{{{least - 1},{most - 1}}}"
    listed = "" if most == 0 else "@expr" if most == 1 else f'@expr ("," ws? @expr){more}'
    if name in functions.TOTALS:
        listed = listed and f"ws? ('DISTINCT' ws)? {listed} (ws @order)? ws?"
        return f'"(" {listed} ")" @within? @filter? @over?'
    over = "@over" if name in functions.WINDOWS else ""
    return f'"(" {listed and f"ws? {listed} ws?"} ")" {over}'
