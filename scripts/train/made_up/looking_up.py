"""Owns the wordings of questions for what is known of one row; it must not know their answers."""

from __future__ import annotations

from made_up.phrases import lines

WHO = lines("""
{v}
{v}
{v}
the {one} {v}
{one} {v}
the {v} {one}
the {one} called {v}
the {one} named {v}
the {one} whose {key} is {v}
the {one} with {key} {v}
the {one} with the {key} {v}
a {one} called {v}
our {one} {v}
""")
LOOKUP = lines("""
what is the {listed} of {who}
what is the {listed} of {who}
what is the {listed} for {who}
what was the {listed} of {who}
what's the {listed} of {who}
whats the {listed} of {who}
what's {who}'s {listed}
what is {who}'s {listed}
{who}'s {listed}
{listed} of {who}
{listed} for {who}
{listed} {who}
{who} {listed}
{who}: {listed}
what {listed} does {who} have
which {listed} does {who} have
which {listed} has {who}
{show} the {listed} for {who}
{show} the {listed} of {who}
{show} {who}'s {listed}
tell me the {listed} of {who}
for {who}, what is the {listed}
what {listed} is there at {who}
what {listed} is given for {who}
i'd like to know the {listed} of {who}
look up the {listed} of {who}
do you know the {listed} of {who}
can you look up {who} and tell me the {listed}
find {who}. what is the {listed}
""")
WHEN = lines("""
when was {who} {past}
when was {who} {past}
when did {who} get {past}
on what day was {who} {past}
on which date was {who} {past}
since when is {who} {past}
what day was {who} {past}
do you know when {who} was {past}
tell me when {who} was {past}
when exactly was {who} {past}
""")
WHERE = lines("""
where is {who}
where is {who} located
where is {who} from
where does {who} come from
where does {who} live
where can i find {who}
in which {col} is {who}
in what {col} is {who}
from which {col} is {who}
tell me where {who} is
""")
WHO_IS = lines("""
who is the {col} of {who}
who is {who}'s {col}
who's the {col} of {who}
who was the {col} of {who}
who is the {col} for {who}
tell me who the {col} of {who} is
do you know who the {col} of {who} is
""")
