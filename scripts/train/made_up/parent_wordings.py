"""Owns the wordings of figures for the rows that refer to a row; it must not know their answers."""

from __future__ import annotations

from made_up.phrases import lines

COUNTS = lines("""
how many {c} does {each} have {end}
how many {c} does {each} have {end}
how many {c} are there {per} {l} {end}
how many {c} are there {per} {l} {end}
how many {c} do we have {per} {l} {end}
how many {c} {per} {l} {end}
how many {c} did {each} have {end}
how many {c} belong to {each} {end}
how many {c} are there for {each} {end}
{numberof} {c} {per} {l} {end}
{numberof} {c} {per} {l} {end}
{numberof} {c} {by} {l} {end}
{whatis} the {numberof} {c} {per} {l} {end}
{whatis} the {numberof} {c} of {each} {end}
count the {c} {by} {l} {end}
count {c} {by} {l} {end}
{c} {per} {l} {end}
{c} by {l} {end}
{c} by {l} {end}
{c} count by {l} {end}
{show} {each} and the number of {c} {end}
{show} {each} with the number of {c} {end}
{show} {each} and how many {c} it has {end}
{show} {plural} and how many {c} they have {end}
{show} {plural} with their number of {c} {end}
{show} {plural} with the number of their {c} {end}
{show} the number of {c} for {each} {end}
for {each}, how many {c} are there {end}
for {each}, {show} the number of {c} {end}
for {each}, count the {c} {end}
break down the {c} by {l} {end}
{c} broken down by {l} {end}
{l} and {numberof} {c} {end}
how are the {c} spread over the {plural} {end}
how do the {c} split by {l} {end}
""")
FIGURES = lines("""
{word} {name} {per} {l} {end}
{word} {name} {per} {l} {end}
{word} {name} of {c} {per} {l} {end}
{word} {name} of {c} {by} {l} {end}
{word} {name} by {l} {end}
{word} {name} of the {c} by {l} {end}
{word} {c} {name} by {l} {end}
{whatis} the {word} {name} of {c} {per} {l} {end}
{whatis} the {word} {name} of {c} {per} {l} {end}
{whatis} the {word} {name} of the {c} of {each} {end}
{whatis} the {word} {name} for {each} {end}
{show} the {word} {name} of {c} for {each} {end}
{show} the {word} {name} of {c} {by} {l} {end}
{show} {each} and the {word} {name} of its {c} {end}
{show} {plural} with the {word} {name} of their {c} {end}
{show} {each} with its {word} {name} {end}
for {each}, {whatis} the {word} {name} of the {c} {end}
for {each}, {show} the {word} {name} {end}
for {each}, {show} the {word} {name} of its {c} {end}
{l} and {word} {name} of {c} {end}
how does the {word} {name} of {c} differ by {l} {end}
compare the {word} {name} of {c} by {l} {end}
break down the {word} {name} of {c} by {l} {end}
""")
TWO = lines("""
{what} {per} {l} and {m} {end}
{what} {per} {l} and {m} {end}
{what} by {l} and {m} {end}
{what} by {l} and by {m} {end}
{what} for each {l} and {m} {end}
{what} for every combination of {l} and {m} {end}
{whatis} the {what} {per} {l} and {m} {end}
{show} the {what} by {l} and {m} {end}
{show} the {what} for each {l} and each {m} {end}
for each {l} and {m}, {show} the {what} {end}
for every {l} and {m}, {whatis} the {what} {end}
{what} broken down by {l} and {m} {end}
{what} grouped by {l} and {m} {end}
break the {what} down by {l} and {m} {end}
""")
MOST = lines("""
which {one} has the {most} {what} {end}
which {one} has the {most} {what} {end}
which {one} had the {most} {what} {end}
which {one} has {most} {what} {end}
what {one} has the {most} {what} {end}
{who} has the {most} {what} {end}
{who} had the {most} {what} {end}
{who} is the {one} with the {most} {what} {end}
find the {one} with the {most} {what} {end}
{show} the {one} with the {most} {what} {end}
{show} the {one} that has the {most} {what} {end}
the {one} with the {most} {what} {end}
{one} with the {most} {what} {end}
{one} with {most} {what} {end}
name the {one} that has the {most} {what} {end}
tell me which {one} has the {most} {what} {end}
i want to know which {one} has the {most} {what} {end}
""")
MOST_DEED = lines("""
which {one} {past} the {most} {what} {end}
which {one} {past} the {most} {what} {end}
{who} {past} the {most} {what} {end}
{who} {past} {most} {what} {end}
which {one} has {part} the {most} {what} {end}
find the {one} who {past} the {most} {what} {end}
the {one} that {past} the {most} {what} {end}
tell me which {one} {past} the {most} {what} {end}
""")
MOST_COLUMNS = lines("""
{whatis} the {listed} of the {one} with the {most} {what} {end}
{whatis} the {listed} of the {one} with the {most} {what} {end}
{whatis} the {listed} of the {one} that has the {most} {what} {end}
{show} the {listed} of the {one} with the {most} {what} {end}
{listed} of the {one} with the {most} {what} {end}
{listed} of the {one} that has the {most} {what} {end}
which {one} has the {most} {what} {end}? {show} its {listed}
find the {one} with the {most} {what} {end} and {show} its {listed}
""")
TOP = lines("""
the {k} {many} with the {most} {what} {end}
which {k} {many} have the {most} {what} {end}
which {k} {many} had the {most} {what} {end}
{show} the {k} {many} with the {most} {what} {end}
{show} the {k} {many} that have the {most} {what} {end}
what are the {k} {many} with the {most} {what} {end}
who are the {k} {many} with the {most} {what} {end}
{top} {k} {many} by {by_what} {end}
{top} {k} {many} by {by_what} {end}
{top} {k} {many} by {by_what} {end}
{show} the {top} {k} {many} by {by_what} {end}
what are the {top} {k} {many} by {by_what} {end}
which are the {top} {k} {many} by {by_what} {end}
{top} {k} {many} in terms of {by_what} {end}
{many} with the {most} {what} {end}, {top} {k}
{k} {many} with {most} {what} {end}
""")
HAVING = lines("""
which {many} have {words} {k} {c} {end}
which {many} have {words} {k} {c} {end}
which {many} had {words} {k} {c} {end}
{show} the {many} with {words} {k} {c} {end}
{show} {many} with {words} {k} {c} {end}
{show} all {many} that have {words} {k} {c} {end}
{show} the {many} who have {words} {k} {c} {end}
{many} with {words} {k} {c} {end}
{many} that have {words} {k} {c} {end}
{who} has {words} {k} {c} {end}
what {many} have {words} {k} {c} {end}
find every {one} with {words} {k} {c} {end}
find all {many} having {words} {k} {c} {end}
are there {many} with {words} {k} {c} {end}
tell me which {many} have {words} {k} {c} {end}
""")
HAVING_DEED = lines("""
which {many} {past} {words} {k} {c} {end}
which {many} {past} {words} {k} {c} {end}
{who} {past} {words} {k} {c} {end}
which {many} have {part} {words} {k} {c} {end}
{show} the {many} that {past} {words} {k} {c} {end}
{many} that {past} {words} {k} {c} {end}
{many} who have {part} {words} {k} {c} {end}
""")
HAVING_FIGURE = lines("""
which {many} have {article} {word} {name} {words} {k} {end}
{show} the {many} with {article} {word} {name} {words} {k} {end}
{show} the {many} whose {word} {name} of {c} is {words} {k} {end}
{many} whose {c} have {article} {word} {name} of {words} {k} {end}
{many} with {article} {word} {name} of {words} {k} {end}
which {many} have {article} {word} {name} of {c} of {words} {k} {end}
for which {many} is the {word} {name} of {c} {words} {k} {end}
""")
ABOVE = (
    (">", "more than"), (">", "more than"), (">", "over"), (">=", "at least"), (">=", "at least"),
    ("=", "exactly"), (">=", "no fewer than"), (">", "upwards of"),
)  # fmt: skip
# What the greatest and the least are called: of a count, of a sum, of any figure.
MUCH = (
    "most,most,most,highest number of,largest number of,greatest number of",
    "fewest,fewest,least,smallest number of,lowest number of",
)
HIGH = ("highest,highest,largest,greatest,biggest", "lowest,lowest,smallest,least")
