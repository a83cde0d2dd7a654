"""Owns the wordings of figures for groups of rows; it must not know their answers."""

from __future__ import annotations

from made_up.phrases import lines

COUNTS = lines("""
how many {noun} are there {per} {name}
how many {noun} are there {per} {name}
how many {noun} do we have {per} {name}
how many {noun} {per} {name}
how many {noun} does {each} {name} have
how many {noun} are in {each} {name}
how many {noun} belong to {each} {name}
how many {noun} of {each} {name} are there
how many {noun} of {each} {name} do we have
how many {noun} come from {each} {name}
for {each} {name}, how many {noun} are there
for {each} {name}, {show} the number of {noun}
for {each} {name}, count the {noun}
for {each} {name} give me the count of {noun}
{numberof} {noun} {by} {name}
{numberof} {noun} {by} {name}
{numberof} {noun} {per} {name}
{whatis} the {numberof} {noun} {per} {name}
{whatis} the number of {noun} {by} {name}
{show} the number of {noun} for the different {name}
what are the numbers of {noun} for different {name}
{show} the different {name} and the corresponding number of {noun}
{show} different {name} and the number of {noun} with each
{show} each {name} and how many {noun} it has
how many {noun} live in {each} {name}
how many {noun} are of {each} {name}
how many {noun} have {each} {name}
count {noun} {by} {name}
count the {noun} {by} {name}
count the number of {noun} {per} {name}
{noun} {by} {name}
{noun} per {name}
{noun} count {by} {name}
{show} {noun} count {by} {name}
{show} the number of {noun} {per} {name}
{show} the count of {noun} {by} {name}
{show} {each} {name} and the number of {noun}
{show} {each} {name} with its number of {noun}
{show} {each} {name} along with the number of {noun}
{show} all {name} and how many {noun} {each} has
{show} the different {name} and the number of {noun} in {each}
{show} {name} and number of {noun}
break down the {noun} by {name}
break the {noun} down by {name}
breakdown of {noun} by {name}
what are the different {name} and how many {noun} does each have
what are the {name} and the corresponding number of {noun}
how are the {noun} spread over {name}
how are {noun} distributed across {name}
distribution of {noun} by {name}
group the {noun} by {name} and count them
i wonder how many {noun} there are {per} {name}
tell me how many {noun} {each} {name} has
""")
FIGURES = lines("""
{agg} {of} {by} {name}
{agg} {of} {by} {name}
{agg} {of} {per} {name}
{agg} {of} of {noun} {by} {name}
{agg} {of} of {noun} {per} {name}
{agg} {of} at each {name}
{whatis} the {agg} {of} {by} {name}
{whatis} the {agg} {of} {per} {name}
{whatis} the {agg} {of} {per} {name}
{whatis} the {agg} {of} of {noun} {per} {name}
{whatis} the {agg} {of} of {noun} {by} {name}
{whatis} the {agg} {of} of the {noun} in {each} {name}
{show} the {agg} {of} {by} {name}
{show} the {agg} {of} {per} {name}
{show} the {agg} {of} of {noun} {by} {name}
{show} {agg} {of} for the different {name}
{whatis} {agg} {of} for different {name}
{whatis} the {agg} {of} of the {noun} with each {name}
for {each} {name}, {whatis} the {agg} {of}
for {each} {name}, {show} the {agg} {of}
for {each} {name}, {whatis} the {agg} {of} of the {noun}
for {each} {name} {show} the {agg} {of} of its {noun}
{show} {each} {name} with its {agg} {of}
{show} {each} {name} and its {agg} {of}
{show} {each} {name} with the {agg} {of} in it
{show} {each} {name} along with the {agg} {of} of {noun}
{show} the {name} and the {agg} {of} of {noun}
{show} the different {name} and the {agg} {of} of each
what are the {name} and their {agg} {of}
how does the {agg} {of} of {noun} differ by {name}
how does the {agg} {of} vary by {name}
how high is the {agg} {of} {per} {name}
{name} and {agg} {of}
{name} {agg} {of}
{name} with {agg} {of}
compare the {agg} {of} of {noun} by {name}
compare the {agg} {of} across {name}
break down the {agg} {of} by {name}
break the {agg} {of} down by {name}
i'd like to know the {agg} {of} {per} {name}
what {agg} {of} does {each} {name} have
""")
SUMS = lines("""
{of} {by} {name}
{of} {by} {name}
{of} {by} {name}
{of} {per} {name}
{of} of {noun} {by} {name}
how much {of} was there {per} {name}
how much {of} does {each} {name} have
how much {of} did {each} {name} have altogether
how many {of} did {each} {name} have in total
how many {of} does {each} {name} have in total
how much {of} is there {per} {name}
{of} {by} {name} in total
{show} {of} {by} {name}
{show} the {of} {by} {name}
{whatis} the {of} {by} {name}
{whatis} our {of} {by} {name}
sum up the {of} by {name}
sum the {of} {per} {name}
add up the {of} {per} {name}
total up the {of} {by} {name}
{name} and sum of {of}
for {each} {name}, add up the {of}
what does the {of} of {noun} come to {per} {name}
break down the {of} by {name}
""")
TWO_KEYS = lines("""
{what} {by} {name} and {name2}
{what} {by} {name} and {name2}
{what} {by} {name} and by {name2}
{what} per {name} and {name2}
{what} per {name} and per {name2}
{what} for each {name} and {name2}
{what} for each {name} and each {name2}
{what} for every {name} and {name2}
{what} for each combination of {name} and {name2}
{what} for every pair of {name} and {name2}
{what} for each {name} in each {name2}
{what} by {name}, {name2}
{what} grouped by {name} and {name2}
{what} broken down by {name} and {name2}
{what} split by {name} and {name2}
for each {name} and {name2}, {what}
for each {name} and each {name2}: {what}
for every combination of {name} and {name2}, {what}
""")
MEASURES = lines("""
{one} and {two} {by} {name}
{one} and {two} {per} {name}
{one}, {two} {by} {name}
{whatis} the {one} and the {two} {per} {name}
{whatis} the {one} and {two} {by} {name}
{show} the {one} and the {two} {per} {name}
{show} {one} and {two} {by} {name}
{show} the {one} as well as the {two} {by} {name}
for {each} {name}, {show} the {one} and the {two}
for {each} {name}, what are the {one} and the {two}
{show} {each} {name} with its {one} and {two}
{show} {each} {name}, the {one} and the {two}
{show} the {name}, the {one} and the {two}
{show} both the {one} and the {two} {per} {name}
""")
ORDERED = lines("""
ASC | , sorted by {name}
ASC | ordered by {name}
ASC | , sort by {name}
ASC | in order of {name}
ASC | , {name} in alphabetical order
DESC | , highest first
DESC | , largest first
DESC | , most first
DESC | , biggest first
DESC | , sorted from high to low
DESC | , starting with the highest
DESC | , from most to least
DESC | , ordered from highest to lowest
UP | , lowest first
UP | , smallest first
UP | , sorted from low to high
UP | , starting with the lowest
UP | , fewest first
UP | , from least to most
""")
MOST = lines("""
which {name} has the {most} {noun}
which {name} has the {most} {noun}
which {name} had the {most} {noun}
which {name} have the {most} {noun}
which {name} do the {most} {noun} have
which {name} do {most} {noun} come from
what {name} has the {most} {noun}
what is the {name} with the {most} {noun}
what's the {name} with the {most} {noun}
the {name} with the {most} {noun}
{name} with the {most} {noun}
{name} with {most} {noun}
{show} the {name} with the {most} {noun}
{show} the {name} that has the {most} {noun}
in which {name} are the {most} {noun}
in which {name} are there the {most} {noun}
do you know which {name} has the {most} {noun}
""")
COMMON = lines("""
which {name} is the {common} among {noun}
which {name} is {common} among {noun}
which {name} is {common} for {noun}
which {name} appears {often} among the {noun}
which {name} occurs {often} in {noun}
what is the {common} {name} of {noun}
what is the {common} {name} among the {noun}
what's the {common} {name} of {noun}
what is the {common} {name}
the {common} {name} of {noun}
{common} {name} of {noun}
{common} {name}
{show} the {common} {name} of {noun}
find the {common} {name} among all {noun}
which {name} do {noun} have {often}
""")
TOPS = lines("""
{show} the {k} {name} with the {most} {noun}
which {k} {name} have the {most} {noun}
what are the {k} {name} with the {most} {noun}
the {k} {name} with the {most} {noun}
{k} {name} with the {most} {noun}
the {k} {common} {name} of {noun}
which are the {k} {common} {name} among {noun}
what are the {k} {common} {name} of {noun}
{end} {k} {name} by number of {noun}
{end} {k} {name} by {noun}
{end} {k} {name} by count of {noun}
{show} the {end} {k} {name} by number of {noun}
what are the {end} {k} {name} in terms of {noun}
""")
BEST = lines("""
which {name} has the {most} {agg} {of}
which {name} had the {most} {agg} {of}
which {name} has the {most} {agg} {of} of {noun}
which {name} shows the {most} {agg} {of}
what {name} has the {most} {agg} {of}
what is the {name} with the {most} {agg} {of}
what's the {name} with the {most} {agg} {of}
the {name} with the {most} {agg} {of}
{name} with the {most} {agg} {of}
{show} the {name} with the {most} {agg} {of}
{show} the {name} with the {most} {agg} {of} of {noun}
find the {name} whose {noun} have the {most} {agg} {of}
for which {name} is the {agg} {of} the {most}
in which {name} is the {agg} {of} the {most}
""")
BESTS = lines("""
{end} {k} {name} by {agg} {of}
{end} {k} {name} by {agg} {of} of {noun}
{end} {k} {name} {agg} {of}
the {k} {name} with the {most} {agg} {of}
which {k} {name} have the {most} {agg} {of}
what are the {k} {name} with the {most} {agg} {of}
what are the {end} {k} {name} by {agg} {of}
{show} the {k} {name} with the {most} {agg} {of}
{show} the {end} {k} {name} by {agg} {of}
{show} {end} {k} {name} in terms of {agg} {of}
""")
