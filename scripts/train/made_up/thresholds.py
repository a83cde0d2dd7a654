"""Owns the wordings of groups above a threshold or in an order; it must not know their answers."""

from __future__ import annotations

from made_up.phrases import lines

HAVING = lines("""
which {name} have {x} {noun}
which {name} has {x} {noun}
which {name} have had {x} {noun}
which {name} appear for {x} {noun}
which {name} are shared by {x} {noun}
which {name} occur in {x} {noun}
what {name} have {x} {noun}
what are the {name} with {x} {noun}
what are the {name} that have {x} {noun}
{name} with {x} {noun}
{name} having {x} {noun}
{name} that have {x} {noun}
{show} the {name} with {x} {noun}
{show} the {name} that have {x} {noun}
{show} all {name} with {x} {noun}
{show} all {name} having {x} {noun}
{show} {each} {name} with {x} {noun}
{show} {each} {name} that has {x} {noun}
for which {name} are there {x} {noun}
for which {name} do we have {x} {noun}
in which {name} are there {x} {noun}
in which {name} do we have {x} {noun}
""")
HAVING_FIGURE = lines("""
which {name} have {art} {agg} {of} {x}
which {name} has {art} {agg} {of} {x}
which {name} have {art} {agg} {of} of {x}
which {name} have {art} {agg} {of} that is {x}
{name} with {art} {agg} {of} {x}
{name} with {art} {agg} {of} of {x}
{name} whose {agg} {of} is {x}
{show} the {name} with {art} {agg} {of} {x}
{show} the {name} whose {agg} {of} is {x}
{show} all {name} where the {agg} {of} is {x}
{show} {each} {name} with {art} {agg} {of} of {x}
for which {name} is the {agg} {of} {x}
for which {name} is the {agg} {of} of {noun} {x}
in which {name} is the {agg} {of} {x}
what {name} have {art} {agg} {of} {x}
what are the {name} whose {noun} have {art} {agg} {of} {x}
for {each} {name}, {show} those with {art} {agg} {of} {x}
find the {name} in which the {agg} {of} of {noun} is {x}
""")
IN_ORDER = lines("""
{show} the {name} {way} {what}
{show} {name} {way} {what}
{show} all {name} {way} {what}
{show} the {name} {way} their {what}
{show} each {name} {way} its {what}
{show} the {name}, {way} {what}
{show} the different {name} {way} {what}
what are the {name} {way} {what}
what are the {name}, {way} their {what}
which {name} are there, {way} {what}
{name} {way} {what}
the {name} {way} {what}
for {each} {name}, list them {way} their {what}
""")
BY_COUNT = lines("""
{show} the {name} of {noun} {way} the count
{show} the {name} of {noun} {way} the number of {noun}
{show} the {name} of {noun} {way} how many there are
{show} different {name} of {noun} {way} their number
{show} all {name} of {noun} {way} frequency
what are the {name} of {noun} {way} their count
{name} of {noun} {way} the count
""")
