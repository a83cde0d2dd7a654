"""Owns the wordings of columns of two tables side by side; it must not know their answers."""

from __future__ import annotations

from made_up.phrases import lines

# A row's columns beside the number of rows that refer to it; then its name heads the answer.
COUNTS = lines("""
{show} the {listed} of each {one} and the number of {c} it has {end}
{show} the {listed} of each {one} and the number of its {c} {end}
{show} the {listed} and the number of {c} of each {one} {end}
{show} the {listed} of every {one} together with its number of {c} {end}
{show} the {listed} of all {many} and how many {c} they have {end}
{show} {listed} and number of {c} for each {one} {end}
what are the {listed} of each {one} and how many {c} does it have {end}
what is the {listed} of each {one}, and how many {c} are there {end}
{listed} and number of {c} for every {one} {end}
{listed} of each {one} with its number of {c} {end}
count the {c} of each {one} and {show} the {listed} of it {end}
how many {c} does each {one} have {end}? {show} the count and the {listed} of the {one}
how many {c} are there for each {one} {end}, and what is its {listed}
the number of {c} for each {one}, with the {one}'s {listed} {end}
{numberof} {c} and {listed} of each {one} {end}
{show} the number of {c} and the {listed} for each {one} {end}
""")
FOR_EACH = lines("""
for each {one}, {show} its {listed} and the number of {c} {end}
for each {one}, {show} the {listed} and how many {c} it has {end}
for each {one}: {listed} and number of {c} {end}
for every {one}, its {listed} and the number of its {c} {end}
for each {one}, what is its {listed} and how many {c} does it have {end}
{show} each {one} with its {listed} and its number of {c} {end}
{show} {many} with {listed} and number of {c} {end}
{show} every {one}, its {listed} and the number of its {c} {end}
""")
FIGURES = lines("""
{show} the {listed} of each {one} and the {word} {name} of its {c} {end}
{show} the {listed} of every {one} along with the {word} {name} of its {c} {end}
{show} the {listed} of all {many} and the {word} {name} of their {c} {end}
{show} {listed} and {word} {name} of {c} for each {one} {end}
what are the {listed} of each {one} and the {word} {name} of its {c} {end}
{listed} of each {one} with the {word} {name} of its {c} {end}
the {word} {name} of {c} for each {one}, with the {one}'s {listed} {end}
the {word} {name} of the {c} of each {one}, and its {listed} {end}
{show} the {word} {name} of {c} and the {listed} of each {one} {end}
what is the {word} {name} of {c} for each {one}? also {show} its {listed} {end}
""")
FOR_EACH_FIGURE = lines("""
for each {one}, {show} its {listed} and the {word} {name} of its {c} {end}
for each {one}, its {listed} and the {word} {name} of {c} {end}
for each {one}: {listed} and {word} {name} of the {c} {end}
for every {one}, {show} the {listed} and the {word} {name} of the {c} {end}
{show} each {one} with its {listed} and the {word} {name} of its {c} {end}
{show} {many} with {listed} and the {word} {name} of their {c} {end}
""")
# Columns of rows and of what they refer to.
BESIDE = lines("""
{show} the {listed} of {c} and the {names} of their {p} {end}
{show} the {listed} of the {c} and the {names} of the {p} {end}
{show} the {listed} of each {one} and the {names} of its {p} {end}
{show} the {listed} of all {c} with the {names} of the {p} they belong to {end}
{show} {listed} of {c} together with {p} {names} {end}
what are the {listed} of the {c} and the {names} of their {p} {end}
what is the {listed} of each {one} and the {names} of its {p} {end}
{listed} of {c} and {names} of their {p} {end}
{listed} of each {one} and {p} {names} {end}
for each {one}, {show} its {listed} and the {names} of its {p} {end}
for all {c}, the {listed} and the {p}'s {names} {end}
return the {listed} of the {c}, and the {names} of the {p} for each {end}
""")
BEFORE = lines("""
{show} the {names} of the {p} and the {listed} of {c} {end}
{show} the {p} {names} and the {listed} of each {one} {end}
{show} {p} {names} and {listed} for all {c} {end}
what are the {names} of the {p} and the {listed} of the {c} {end}
{p} {names} and {listed} of {c} {end}
for each {one}, the {names} of the {p} and its {listed} {end}
""")
ALL = lines("""
{show} the {every} of all {c} {end}
{show} the {every} of {c} {end}
{show} {every} for each {one} {end}
{show} {every} for all {c} {end}
what are the {every} of all {c} {end}
what are the {every} for each {one} {end}
{every} of all {c} {end}
{every} for each {one} {end}
{every} for {c} {end}
return the {every} of every {one} {end}
""")
