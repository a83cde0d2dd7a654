"""Owns the wordings of a figure by group in a period, in the orders in which people say the three;
it must not know their answers."""

from __future__ import annotations

from made_up.phrases import lines

# For any figure and any number of groups.
BY = lines("""
{m} by {l} {end}
{m} by {l} {end}
{m} by {l} {end}
{m} by {l}, {end}
{m} {per} {l} {end}
{m} {per} {l} {end}
{m} for each {l} {end}
{m} {end} by {l}
{m} {end} by {l}
{m} {end} {per} {l}
{m} {end} for each {l}
{m} {end}, by {l}
{m} {end} grouped by {l}
{m} {end}, broken down by {l}
{m} broken down by {l} {end}
{m} split by {l} {end}
{end} {m} by {l}
{end}, {m} by {l}
{end}, {m} {per} {l}
{end}: {m} by {l}
by {l}: {m} {end}
{l} {m} {end}
{whatis} the {m} by {l} {end}
{whatis} the {m} {per} {l} {end}
{whatis} the {m} {end} {per} {l}
{whatis} our {m} by {l} {end}
{whatis} our {m} by {l} {end}
{whatis} our {m} {per} {l} {end}
{whatis} our {m} {end} by {l}
{whatis} our {m} for each {l} {end}
what was the {m} for each {l} {end}
what was our {m} {end} for each {l}
{end}, {whatis} the {m} {per} {l}
{end}, what was our {m} by {l}
{show} {m} by {l} {end}
{show} {m} {end} by {l}
{show} the {m} by {l} {end}
{show} the {m} {per} {l} {end}
{show} the {m} {end} {per} {l}
{show} the {m} {end}, grouped by {l}
{show} our {m} {end} {by} {l}
{show} {m} {by} {l} {end}
{end}, {show} the {m} {per} {l}
for each {l}, {whatis} the {m} {end}
for each {l}, {show} the {m} {end}
for every {l}, what was the {m} {end}
for each {l}: {m} {end}
break down {m} by {l} {end}
break down the {m} {end} by {l}
break the {m} down by {l} {end}
breakdown of {m} by {l} {end}
compare {m} by {l} {end}
compare the {m} {end} across each {l}
how did {m} split by {l} {end}
i want to see {m} by {l} {end}
can i see the {m} {end} by {l}
we need {m} {end} by {l}
report {m} {per} {l} {end}
a report of {m} by {l} {end}
a table of {m} by {l} {end}
""")
# With the period before the figure: last week's, 2023, March.
AHEAD = lines("""
{head} {m} by {l}
{head} {m} by {l}
{head} {m} by {l}
{head} {m} {per} {l}
{head} {m} {per} {l}
{head} {m} for each {l}
{head} {m} broken down by {l}
{head} {m}, by {l}
{head} {m} split by {l}
{whatis} {head} {m} by {l}
{whatis} {head} {m} {per} {l}
{show} {head} {m} by {l}
{show} {head} {m} {per} {l}
{show} {head} {m} {by} {l}
i need {head} {m} by {l}
break down {head} {m} by {l}
for each {l}, {show} {head} {m}
for each {l}, {whatis} {head} {m}
how did {head} {m} split by {l}
by {l}, {head} {m}
""")
# For one group.
EACH = lines("""
{show} each {l} and its {m} {end}
{show} each {l} with its {m} {end}
{show} the {plural} and their {m} {end}
{show} {plural} with their {m} {end}
{show} all {plural} and the {m} of each {end}
{plural} and their {m} {end}
{plural} with {m} {end}
{l} and {m} {end}
{end}, {show} each {l} and its {m}
what {m} did each {l} have {end}
what {m} did each {l} reach {end}
what {m} did the {plural} have {end}
which {l} had what {m} {end}
which {plural} had what {m} {end}
{end}, what {m} did each {l} have
how did the {plural} compare in {m} {end}
how did each {l} do in {m} {end}
""")
# For sums of money.
MADE = lines("""
how much {m} did each {l} make {end}
how much {m} did each {l} bring in {end}
how much {m} did each {l} generate {end}
how much {m} did every {l} bring {end}
how much {m} did we make {per} {l} {end}
how much {m} did we make {end} {per} {l}
how much {m} did we have {per} {l} {end}
how much {m} came from each {l} {end}
how much {m} was made {per} {l} {end}
how much {m} was there {per} {l} {end}
{end}, how much {m} did each {l} bring in
{end}, how much {m} did we make {per} {l}
what {m} did each {l} generate {end}
what {m} did each {l} bring in {end}
what {m} did we have {per} {l} {end}
which {plural} brought how much {m} {end}
which {plural} made how much {m} {end}
which {l} made how much {m} {end}
{end}, which {plural} made how much {m}
for each {l}, how much {m} did we make {end}
for each {l}, how much {m} came in {end}
""")
# For sums of money that no word names.
SOLD = lines("""
what did each {l} sell {end}
how much did each {l} sell {end}
{end}, what did each {l} sell
{end}, how much did each {l} sell for
how much did we sell {per} {l} {end}
how much did we sell {end} {per} {l}
what did we sell {per} {l} {end}
how much did each {l} bring in {end}
how much money did each {l} bring in {end}
how much money did we make {per} {l} {end}
how much did we make with each {l} {end}
how much did we earn {per} {l} {end}
how much did we earn with each {l} {end}
which {plural} brought how much {end}
which {plural} brought in how much {end}
which {plural} brought how much money {end}
what did each {l} bring in {end}
{end}, which {plural} brought in how much
for each {l}, how much did we sell {end}
{end}, how much money did each {l} make
""")
# For numbers of pieces.
PIECES = lines("""
how many units did each {l} sell {end}
how many units did we sell {per} {l} {end}
how many units did we sell {end} {per} {l}
how many pieces did we sell {per} {l} {end}
how many units were sold {per} {l} {end}
how many units were sold {end} {per} {l}
how many items were sold {per} {l} {end}
{end}, how many units were sold {per} {l}
{end}, how many units did each {l} sell
for each {l}, how many units were sold {end}
units sold {per} {l} {end}
""")
# For numbers of rows.
COUNTED = lines("""
how many {c} were there {per} {l} {end}
how many {c} were there {end} {per} {l}
how many {c} did we have {per} {l} {end}
how many {c} did we have {end} {per} {l}
how many {c} did each {l} have {end}
how many {c} did every {l} have {end}
how many {c} {per} {l} {end}
how many {c} {end} {per} {l}
{end}, how many {c} were there {per} {l}
{end}, how many {c} did each {l} have
for each {l}, how many {c} were there {end}
for every {l}, count the {c} {end}
{c} {per} {l} {end}
{c} by {l} {end}
{c} by {l} {end}
{c} {end} by {l}
{end} {c} by {l}
count the {c} {per} {l} {end}
count the {c} {end} {by} {l}
count {c} by {l} {end}
{c} count by {l} {end}
{numberof} {c} {per} {l} {end}
{numberof} {c} by {l} {end}
{numberof} {c} {end} {per} {l}
{numberof} {c} {end} by {l}
{end}, {numberof} {c} by {l}
{whatis} the {numberof} {c} {per} {l} {end}
{whatis} the {numberof} {c} {end} {per} {l}
{show} the {numberof} {c} by {l} {end}
{show} the {numberof} {c} {end} for each {l}
{show} {c} by {l} {end}
{show} {c} {end} {by} {l}
which {plural} had how many {c} {end}
which {plural} had how many {c} {end}
{show} the {plural} and how many {c} they had {end}
{show} each {l} and the {numberof} {c} {end}
break down the {c} {end} by {l}
""")
COUNTED_AHEAD = lines("""
{head} {c} by {l}
{head} {c} {per} {l}
{head} number of {c} by {l}
{head} {c} count by {l}
{show} {head} {c} by {l}
count {head} {c} by {l}
count {head} {c} {per} {l}
how many of {head} {c} were there {per} {l}
break down {head} {c} by {l}
""")
