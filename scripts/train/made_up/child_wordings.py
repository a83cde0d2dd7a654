"""Owns the wordings of the rows that belong to a row; it must not know their answers."""

from __future__ import annotations

from made_up.phrases import lines

COUNTED = lines("""
how many {c} {do} {who} have {end}
how many {c} did {who} have {end}
how many {c} {do} {who} have {end}
how many {c} {link} {who} {end}
how many {c} {link} {who} {end}
how many {c} are there {link} {who} {end}
how many {c} are there {link} {who} {end}
how many {c} were there {link} {who} {end}
how many {c} belong to {who} {end}
how many {c} go with {who} {end}
how many {c} are linked to {who} {end}
how many of the {c} are {link} {who} {end}
how many of the {c} belong to {who} {end}
{numberof} {c} {link} {who} {end}
{numberof} {c} {link} {who} {end}
{whatis} the {numberof} {c} {link} {who} {end}
{whatis} the {numberof} {c} {link} {who} {end}
count the {c} {link} {who} {end}
count {c} {link} {who} {end}
{c} count {link} {who} {end}
{who}: how many {c} {end}
{c} {link} {who} {end}, how many are there
for {who}, how many {c} are there {end}
for {who}, count the {c} {end}
tell me how many {c} {who} {has} {end}
i want to know how many {c} there are {link} {who} {end}
do you know how many {c} {who} {has} {end}
""")
COUNT_DEED = lines("""
how many {c} did {who} {base} {end}
how many {c} did {who} {base} {end}
how many {c} {has} {who} {part} {end}
how many {c} were {part} by {who} {end}
{numberof} {c} {part} by {who} {end}
{numberof} {c} that {who} {past} {end}
{whatis} the {numberof} {c} {part} by {who} {end}
count the {c} that {who} {past} {end}
count the {c} {part} by {who} {end}
how often did {who} {base} {c} {end}
""")
ROWS = lines("""
{show} the {c} {link} {who} {end}
{show} the {c} {link} {who} {end}
{show} {c} {link} {who} {end}
{show} all {c} {link} {who} {end}
{show} all the {c} {link} {who} {end}
which {c} {do} {who} have {end}
which {c} belong to {who} {end}
which {c} are {link} {who} {end}
which {c} are there {link} {who} {end}
what {c} {do} {who} have {end}
what are the {c} {link} {who} {end}
what {c} are there {link} {who} {end}
{c} {link} {who} {end}
{c} {link} {who} {end}
all {c} {link} {who} {end}
{who}: {c} {end}
for {who}, {show} the {c} {end}
every one of the {c} {link} {who} {end}
a list of {c} {link} {who} {end}
i am looking for the {c} {link} {who} {end}
can i see the {c} {link} {who} {end}
""")
ROWS_DEED = lines("""
which {c} did {who} {base} {end}
which {c} did {who} {base} {end}
what {c} did {who} {base} {end}
which {c} {has} {who} {part} {end}
which {c} were {part} by {who} {end}
{show} the {c} {part} by {who} {end}
{show} the {c} that {who} {past} {end}
{show} all {c} {who} {past} {end}
{c} {part} by {who} {end}
{c} that {who} {past} {end}
""")
COLUMNS = lines("""
{whatis} the {listed} of the {c} {link} {who} {end}
{whatis} the {listed} of the {c} {link} {who} {end}
{show} the {listed} of {c} {link} {who} {end}
{show} the {listed} of all {c} {link} {who} {end}
{show} {listed} for {c} {link} {who} {end}
{listed} of the {c} {link} {who} {end}
{listed} of all {c} {link} {who} {end}
{listed} of every {one} {link} {who} {end}
for the {c} {link} {who}, {show} the {listed} {end}
for each of the {c} {link} {who}, what is the {listed} {end}
{c} {link} {who} {end}: {listed}
which {listed} do the {c} {link} {who} have {end}
what {listed} do the {c} {link} {who} have {end}
""")
COLUMNS_DEED = lines("""
{whatis} the {listed} of the {c} {part} by {who} {end}
{show} the {listed} of {c} {part} by {who} {end}
{show} the {listed} of all {c} {part} by {who} {end}
{show} the {listed} of the {c} that {who} {past} {end}
{listed} of {c} {part} by {who} {end}
{listed} of the {c} {who} {past} {end}
what are the {listed} of the {c} that {who} {past} {end}
for the {c} {part} by {who}, {show} the {listed} {end}
""")
FIGURE = lines("""
{whatis} the {word} {name} of {c} {link} {who} {end}
{whatis} the {word} {name} of {c} {link} {who} {end}
{whatis} the {word} {name} of the {c} {link} {who} {end}
{word} {name} of the {c} {link} {who} {end}
{word} {name} of {c} {link} {who} {end}
{word} {name} of all {c} {link} {who} {end}
{word} {name} for the {c} {link} {who} {end}
{word} {name} over all {c} {link} {who} {end}
{word} {c} {name} {link} {who} {end}
{c} {link} {who} {end}: {word} {name}
for the {c} {link} {who}, {whatis} the {word} {name} {end}
for {who}, {whatis} the {word} {name} of the {c} {end}
what {word} {name} do the {c} {link} {who} have {end}
{show} the {word} {name} of {c} {link} {who} {end}
""")
PARENT = lines("""
which {p} does {who} belong to
which {p} is {who} from
{whatis} the {p} of {who}
{whatis} the {p} for {who}
which {p} goes with {who}
{who}: which {p}
{p} of {who}
{show} the {p} of {who}
what {p} does {who} have
what {p} is behind {who}
to which {p} does {who} belong
find the {p} that {who} belongs to
""")
PARENT_COLUMN = lines("""
{whatis} the {listed} of the {p} of {who}
{whatis} the {listed} of the {p} of {who}
{whatis} the {listed} of {who}'s {p}
{show} the {listed} of the {p} that {who} belongs to
{listed} of the {p} of {who}
{listed} of the {p} for {who}
{who}: {listed} of the {p}
which {listed} does the {p} of {who} have
what {listed} does {who}'s {p} have
for {who}, {show} the {listed} of the {p}
""")
TOGETHER = lines("""
{show} the {c} with their {p}
{show} the {c} with their {p} {names}
{show} the {c} and their {p}
{show} all {c} and the {p} they belong to
{show} all {c} together with the {p}
{show} each {one} with its {p}
{show} each {one} and the {names} of its {p}
{show} every {one} and its {p}'s {names}
{c} with their {p}
{c} and their {p} {names}
{c} along with the {names} of the {p}
for each {one}, {show} its {p}
for every {one}, {show} the {names} of its {p}
which {p} does each {one} belong to
what is the {p} of each {one}
""")
TOGETHER_COLUMNS = lines("""
{show} the {listed} of the {c} with the {p} {names}
{show} the {listed} of {c} and the {names} of their {p}
{show} the {listed} of each {one} and the {names} of its {p}
{show} {listed} of all {c} together with their {p}'s {names}
{listed} of {c} and the {p} {names}
{listed} of every {one} with the {names} of the {p}
for each {one}, {show} the {listed} and the {p} {names}
for all {c}, {show} {listed} and the {names} of the {p}
{c}: {listed}, {p} {names}
what are the {listed} of the {c} and the {names} of their {p}
""")
