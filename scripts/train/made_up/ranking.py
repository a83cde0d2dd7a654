"""Owns the wordings of the first rows in some order; it must not know their answers."""

from __future__ import annotations

from made_up.phrases import lines

ADJECTIVE = lines("""
which {one} is the {adj}
which {one} is {adj}
which is the {adj} {one}
what is the {adj} {one}
what's the {adj} {one}
what was the {adj} {one}
who is the {adj} {one}
who's the {adj} {one}
find the {adj} {one}
name the {adj} {one}
{show} the {adj} {one}
{show} our {adj} {one}
the {adj} {one}
{adj} {one}
the name of the {adj} {one}
what is the {adj} of the {many}
which of the {many} is the {adj}
which of our {many} is the {adj}
do you know which {one} is the {adj}
i'd like to know which {one} is the {adj}
so which {one} is the {adj}
""")
ADJECTIVE_SHOWN = lines("""
what is the {listed} of the {adj} {one}
what's the {listed} of the {adj} {one}
what was the {listed} of the {adj} {one}
{show} the {listed} of the {adj} {one}
{show} the {listed} for the {adj} {one}
{listed} of the {adj} {one}
{listed} of {adj} {one}
the {adj} {one}'s {listed}
what {listed} does the {adj} {one} have
which {listed} does the {adj} {one} have
which {listed} has the {adj} {one}
find the {adj} {one} and {show} the {listed}
find the {adj} {one}. what is its {listed}
for the {adj} {one}, {show} the {listed}
i want the {listed} of the {adj} {one}
""")
MOST = lines("""
which {one} has the {most} {name}
which {one} has the {most} {name}
which {one} had the {most} {name}
which {one} has got the {most} {name}
which {one} shows the {most} {name}
what {one} has the {most} {name}
what is the {one} with the {most} {name}
what's the {one} with the {most} {name}
find the {one} with the {most} {name}
who has the {most} {name}
who is the {one} with the {most} {name}
{show} the {one} with the {most} {name}
{show} me the {one} that has the {most} {name}
the {one} with the {most} {name}
{one} with the {most} {name}
{one} with {most} {name}
{most} {name} {one}
which of the {many} has the {most} {name}
which of all {many} has the {most} {name}
do you know which {one} has the {most} {name}
so which {one} has the {most} {name}
i wonder which {one} has the {most} {name}
tell me which {one} has the {most} {name}
""")
MOST_SHOWN = lines("""
what is the {listed} of the {one} with the {most} {name}
what's the {listed} of the {one} with the {most} {name}
what are the {listed} of the {one} with the {most} {name}
{listed} of the {one} with the {most} {name}
{listed} of {one} with {most} {name}
{show} the {listed} of the {one} that has the {most} {name}
{show} the {listed} of the {one} with the {most} {name}
{show} the {listed} for the {one} with the {most} {name}
which {one} has the {most} {name}? give the {listed}
which {one} has the {most} {name}? show its {listed}
find the {one} with the {most} {name} and {show} its {listed}
find the {listed} of the {one} having the {most} {name}
for the {one} with the {most} {name}, what is the {listed}
what {listed} does the {one} with the {most} {name} have
which {listed} does the {one} with the {most} {name} have
the {one} with the {most} {name}: {listed}
""")
TOP_ADJECTIVE = lines("""
the {k} {adj} {many}
{k} {adj} {many}
{show} the {k} {adj} {many}
{show} {k} {adj} {many}
{show} me the {k} {adj} {many}
{show} our {k} {adj} {many}
which are the {k} {adj} {many}
what are the {k} {adj} {many}
which {k} {many} are the {adj}
name the {k} {adj} {many}
who are the {k} {adj} {many}
i want to see the {k} {adj} {many}
which are our {k} {adj} {many}
top {k} {adj} {many}
the top {k} {adj} {many}
""")
TOP = lines("""
{end} {k} {many} by {name}
{end} {k} {many} by {name}
{end} {k} {many} {name}
{end} {k} {many} in terms of {name}
{end} {k} {many} with the {most} {name}
the {end} {k} {many} by {name}
{show} the {end} {k} {many} by {name}
{show} the {end} {k} {many} in terms of {name}
{show} the {end} {k} {many} according to {name}
{show} me the {end} {k} {many} ranked by {name}
what are the {end} {k} {many} by {name}
who are the {end} {k} {many} by {name}
which are the {end} {k} {many} by {name}
the {k} {many} with the {most} {name}
{k} {many} with the {most} {name}
{k} {many} with {most} {name}
what are the {k} {many} with the {most} {name}
{show} the {k} {many} with the {most} {name}
{show} {k} {many} with the {most} {name}
which {k} {many} have the {most} {name}
which {k} {many} had the {most} {name}
{k} {most} {many} by {name}
what are the {k} {most} {many} by {name}
i need the {k} {many} with the {most} {name}
{many} with the {k} {most} {name}
{show} the {many} with the {k} {most} {name}
our {end} {k} {many} by {name}
""")
TOP_SHOWN = lines("""
{top}? show the {listed}
{top}? give me their {listed}
{top}: {listed}
{top}, {listed} please
{top}, show {listed}
{listed} of {top}
{show} the {listed} of {top}
{show} {listed} for {top}
what are the {listed} of {top}
what is the {listed} of {top}
{top}. {show} their {listed}
{top}. only the {listed}
""")
TOP_WITH = lines("""
{top} with {listed}
{top} with their {listed}
{top} and their {listed}
{top} along with their {listed}
{top} together with the {listed}
{top} including their {listed}
{top}? also show the {listed}
""")
NEWEST = lines("""
{show} the {newest} {k} {many}
{show} the {k} {newest} {many}
the {k} {newest} {many}
the {newest} {k} {many}
{newest} {k} {many}
{k} {newest} {many}
which are the {k} {newest} {many}
what are the {k} {newest} {many}
what were the {newest} {k} {many}
{show} me our {k} {newest} {many}
""")
ONE_NEWEST = lines("""
{show} the {newest} {one}
which {one} is the {newest}
what is the {newest} {one}
what was the {newest} {one}
which is the {newest} {one}
the {newest} {one}
{newest} {one}
our {newest} {one}
find the {newest} {one}
which of the {many} is the {newest}
""")
LAST_DONE = lines("""
which {one} was {past} {last}
which {one} was {past} {last}
what {one} was {past} {last}
which {one} has been {past} {last}
the {one} that was {past} {last}
{show} the {one} that was {past} {last}
{one} {past} {last}
which of the {many} was {past} {last}
who was {past} {last}
which {one} got {past} {last}
""")
