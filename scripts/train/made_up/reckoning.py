"""Owns the wordings of figures worked out of two columns; it must not know their answers."""

from __future__ import annotations

from made_up.phrases import lines

TOTAL = lines("""
{whatis} the {worth}
{whatis} our {worth}
{whatis} the {worth} of {noun}
{whatis} the {worth} of all {noun}
{whatis} the {worth} from {noun}
{whatis} the {worth} for {noun}
{worth} of {noun}
{worth} from {noun}
{worth} for all {noun}
{show} the {worth} of {noun}
{show} the {worth} for {noun}
how much {worth} did {noun} bring
how much {worth} did we make with {noun}
how much {worth} do {noun} make
how much {worth} comes from {noun}
how high is the {worth} of {noun}
what {worth} did {noun} generate
what {worth} did we make from {noun}
so what's the {worth} of {noun}
i wonder what our {worth} from {noun} is
calculate the {worth} of {noun}
{noun} {worth}
""")
WORTHS = lines("""
{whatis} the value of all {noun}
{whatis} the total value of {noun}
{whatis} the total value of all {noun}
{whatis} the total worth of {noun}
{whatis} the worth of all {noun}
how much are all {noun} worth
how much are {noun} worth in total
how much are the {noun} worth altogether
what are all {noun} worth
what are {noun} worth together
total value of {noun}
total worth of {noun}
value of all {noun}
{show} the total value of {noun}
{noun}: total value
""")
BY = lines("""
{worth} {by} {name}
{worth} {by} {name}
{worth} {by} {name}
{whatis} the {worth} {by} {name}
{whatis} the {worth} {per} {name}
{whatis} our {worth} {by} {name}
{whatis} the {worth} of {noun} {by} {name}
{show} the {worth} {by} {name}
{show} the {worth} of {noun} {by} {name}
{show} {each} {name} with its {worth}
{show} {each} {name} and the {worth}
for {each} {name}, {whatis} the {worth}
for {each} {name}, {show} the {worth} of the {noun}
how much {worth} does {each} {name} make
how much {worth} did {each} {name} bring in
how much {worth} do we make {per} {name}
how is the {worth} for {each} {name}
{name} {worth}
break down the {worth} by {name}
break the {worth} down by {name}
""")
MOST = lines("""
which {name} has the {most} {worth}
which {name} had the {most} {worth}
which {name} brought the {most} {worth}
which {name} brings in the {most} {worth}
which {name} makes the {most} {worth}
what {name} generates the {most} {worth}
what is the {name} with the {most} {worth}
the {name} with the {most} {worth}
{show} the {name} with the {most} {worth}
{name} with {most} {worth}
""")
GAP = lines("""
{whatis} the difference between {a} and {b} of {who}
{whatis} the difference between the {a} and the {b} of {who}
{whatis} the gap between {a} and {b} for {who}
{show} the difference between {a} and {b} for {who}
difference between {a} and {b} of {who}
how much higher is the {a} than the {b} of {who}
how much bigger is the {a} of {who} than the {b}
by how much does the {a} exceed the {b} for {who}
{a} minus {b} of {who}
{whatis} {a} minus {b} for {who}
{a} less {b} for {who}
{show} {a} - {b} for {who}
subtract {b} from {a} for {who}
""")
RATIO = lines("""
{whatis} the ratio of {a} to {b} of {who}
{whatis} the ratio of {a} to {b} for {who}
{whatis} the ratio between {a} and {b} of {who}
{show} the ratio of {a} to {b} for {who}
ratio of {a} to {b} of {who}
{a} to {b} ratio of {who}
{a} divided by {b} for {who}
{whatis} {a} divided by {b} for {who}
{show} {a} / {b} for {who}
{whatis} the {a} per {b} of {who}
""")
PLUS = lines("""
{whatis} the sum of {a} and {b} of {who}
{whatis} {a} plus {b} for {who}
{a} plus {b} of {who}
{show} {a} and {b} added up for {who}
{show} {a} + {b} for {who}
{show} the combined {a} and {b} of {who}
add {a} and {b} for {who}
""")
LASTS = lines("""
how many days are there between {a} and {b} for {noun} on {average}
how many days on {average} lie between the {a} and the {b} of {noun}
how many days pass on {average} from {a} to {b}
how long on {average} is it from {a} to {b} of {noun}
how long does it take on {average} from {a} to {b}
how long is the {average} time between {a} and {b} of {noun}
{whatis} the {average} time between {a} and {b} of {noun}
{whatis} the {average} number of days between {a} and {b}
{whatis} the {average} number of days from {a} to {b} of {noun}
{whatis} the {average} time from {a} to {b} in days
{average} days between {a} and {b}
{average} days from {a} to {b} of {noun}
{average} number of days between {a} and {b} of {noun}
{average} delay between {a} and {b} of {noun}
""")
DAYS = lines("""
how many days are there between {a} and {b} for {who}
how many days lie between the {a} and the {b} of {who}
how many days is it from {a} to {b} for {who}
how many days passed between {a} and {b} of {who}
how long is it from {a} to {b} for {who}
how many days did it take from {a} to {b} for {who}
{show} the number of days between {a} and {b} for {who}
{whatis} the time in days between {a} and {b} of {who}
number of days from {a} to {b} of {who}
days between {a} and {b} of {who}
for how many days between {a} and {b} for {who}
""")
SINCE = lines("""
how many days ago was the {a} of {who}
how many days have passed since the {a} of {who}
how many days is it since the {a} of {who}
how long ago in days was the {a} of {who}
days since {a} of {who}
{show} the number of days since the {a} for {who}
how many days since the {a} of {who}
""")
AGED = lines("""
{whatis} the {agg} age of {noun}
{whatis} the {agg} age of {noun}
{whatis} the {agg} age of the {noun}
{agg} age of {noun}
{agg} age {noun}
{show} the {agg} age of {noun}
how old are {noun} on average
how old are the {noun} on average
on average, how old are {noun}
what age are {noun} on average
i wonder what the {agg} age of {noun} is
what's the {agg} age among {noun}
so how old are {noun} on average
""")
OLDS = lines("""
how old are {noun}
how old are the {noun}
how old is each of the {noun}
{show} the age of {noun}
{show} the age of all {noun}
{show} the ages of {noun}
what are the ages of {noun}
what age are {noun}
ages of {noun}
age of {noun}
""")
