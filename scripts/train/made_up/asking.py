"""Owns the wordings of counts, lists and look-ups; it must not know their answers."""

from __future__ import annotations

from made_up.phrases import lines

COUNT = lines("""
how many {noun} are there
how many {noun} are there in total
how many {noun} are there altogether
how many {noun} do we have
how many {noun} do we have in the database
how many {noun} exist
how many {noun} are in the database
how many {noun} are on record
how many {noun} are stored
how many {noun}
how many {noun} can you find
how many {noun} were there
how many {noun} have we got
how many of the {noun} are there
how many {noun} in total
how many {noun} in all
count the {noun}
count {noun}
count all {noun}
count of {noun}
give me a count of {noun}
{numberof} {noun}
{whatis} the {numberof} {noun}
{whatis} the {numberof} {noun}
{whatis} the total number of {noun}
{show} the number of {noun}
{noun}, how many are there
{noun} count
tell me how many {noun} there are
i wonder how many {noun} there are
do you know how many {noun} there are
how big is the group of {noun}
the number of {noun}
how many {noun} do i have
""")
CLAUSE = lines("""
how many {clause}
how many {clause}
how many {clause}
how many {clause} in total
how many of the {clause}
how many of our {clause}
so how many {clause}
i wonder how many {clause}
tell me how many {clause}
can you tell me how many {clause}
what number of {clause}
count how many {clause}
find out how many {clause}
do you know how many {clause}
""")
LIST = lines("""
{show} {noun}
{show} {noun}
{show} all {noun}
{show} all the {noun}
{show} the {noun}
{show} every one of the {noun}
which {noun} are there
which {noun} do we have
which are the {noun}
what are the {noun}
what {noun} are there
what {noun} do we have
who are the {noun}
all {noun}
the {noun}
{noun}
{noun} list
a list of {noun}
a list of all {noun}
give me a list of the {noun}
are there any {noun}? {show} them
{show} me all of the {noun}
can i see the {noun}
i need to see all {noun}
which {noun}
""")
WHICH = lines("""
which {clause}
which {clause}
which {clause}
which {clause}
what {clause}
which of the {clause}
which of our {clause}
tell me which {clause}
find out which {clause}
i wonder which {clause}
i'd like to know which {clause}
do you know which {clause}
{show} all {clause0} that {clausev}
{show} {clause0} that {clausev}
{show} the {clause0} which {clausev}
""")
NAMES = lines("""
{show} the {listed} of {noun}
{show} the {listed} of the {noun}
{show} the {listed} of all {noun}
{show} the {listed} of each of the {noun}
what are the {listed} of {noun}
what are the {listed} of the {noun}
what are the {listed} for all {noun}
what is the {listed} of {noun}
{listed} of {noun}
{listed} of all {noun}
{listed} for {noun}
{noun} {listed}
{noun}: {listed}
{show} {listed} for {noun}
{show} {listed} of {noun}
{show} the {listed} for each of the {noun}
for all {noun}, {show} the {listed}
for {noun}, {show} {listed}
for each of the {noun}, what is the {listed}
{show} the {listed} of every one of the {noun}
which {listed} do {noun} have
what {listed} do the {noun} have
{show} a list of the {listed} of {noun}
{show} all {noun}. only the {listed} please
{show} only the {listed} of {noun}
can you give me the {listed} of {noun}
i need {listed} of {noun}
""")
WITH = lines("""
{show} {noun} with their {listed}
{show} the {noun} with their {listed}
{show} all {noun} and their {listed}
{noun} and their {listed}
{noun} with {listed}
which {noun} are there and what is their {listed}
{show} {noun} together with their {listed}
{show} the {noun} along with the {listed}
what are the {noun} and their {listed}
{show} all {noun} including their {listed}
""")
UNIQUE = lines("""
what are the different {name} of {noun}
what are the distinct {name} of the {noun}
what different {name} do {noun} have
what are all the different {name} of {noun}
{show} the distinct {name} of {noun}
{show} the different {name} of {noun}
{show} all unique {name} of {noun}
{show} the unique {name} for {noun}
{show} every {name} of {noun} once
{show} each {name} of {noun} only once
{show} all {name} of {noun} without duplicates
{show} the {name} of {noun} without repetition
{show} {name} of {noun}, no duplicates
which different {name} do {noun} have
which distinct {name} are there among {noun}
which {name} occur among the {noun}
which {name} are there among {noun}
what {name} exist among the {noun}
distinct {name} of {noun}
unique {name} of {noun}
different {name} of {noun}
{show} the various {name} of {noun}
""")
UNIQUES = lines("""
how many different {name} are there
how many different {name} do {noun} have
how many different {name} do the {noun} have
how many different {name} are there among {noun}
how many distinct {name} do {noun} have
how many distinct {name} are there
how many distinct {name} are there for {noun}
how many unique {name} are there
how many unique {name} are there among {noun}
how many unique {name} do the {noun} have
how many various {name} do {noun} have
number of different {name} of {noun}
number of distinct {name} of {noun}
number of unique {name} of {noun}
{whatis} the number of different {name} of {noun}
{whatis} the number of distinct {name} among {noun}
{whatis} the count of unique {name} of {noun}
count the different {name} of {noun}
count the distinct {name} of {noun}
count unique {name} of {noun}
distinct count of {name} of {noun}
from how many different {name} do the {noun} come
in how many different {name} are the {noun}
how many {name} are represented among the {noun}
how many types of {name} are there
how many type of {name} do they have
how many different {name} have these {noun}
how many types of {name} do {noun} have
how many kinds of {name} are there among {noun}
how many {name} are there among {noun}
how many {name} do the {noun} have in all, counting each once
{whatis} the number of different {name}
number of distinct {name}
count of different {name}
""")
ALL = lines("""
{show} everything about {noun}
{show} everything about the {noun}
{show} everything we know about {noun}
{show} all details of {noun}
{show} all the details of the {noun}
{show} full details for {noun}
{show} all information on {noun}
{show} all information about {noun}
{show} all columns of {noun}
{show} all columns for the {noun}
{show} all data for the {noun}
{show} all data on {noun}
{show} me the whole table of {noun}
{show} the full records of {noun}
{show} the complete rows of {noun}
{show} all fields of {noun}
what do we know about the {noun}
what data do we have on {noun}
what information is there about {noun}
full details of {noun}
all details of {noun}
all columns of {noun}
everything about {noun}
what are all the details of {noun}
""")
