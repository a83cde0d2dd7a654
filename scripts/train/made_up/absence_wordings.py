"""Owns the wordings of rows by what refers to them at all; it must not know their answers."""

from __future__ import annotations

from made_up.phrases import lines

WITHOUT = lines("""
which {many} have no {c}
which {many} have no {c}
which {many} do not have any {c}
which {many} don't have any {c}
which {many} have never had {c}
which {many} are without {c}
which {many} have not got a single {one}
which {many} lack {c}
{show} the {many} without {c}
{show} {many} without any {c}
{show} all {many} that have no {c}
{show} the {many} that do not have a {one}
{show} {many} with no {c}
{many} without {c}
{many} without any {c}
{many} with no {c}
{many} that never had a {one}
{many} who have no {c} at all
find the {many} for which there are no {c}
for which {many} are there no {c}
are there {many} without {c}
tell me which {many} have no {c}
{who} has no {c}
""")
NEVER = lines("""
which {many} never {past} {a}
which {many} have never {part} {a}
which {many} did not {base} any {c}
which {many} have not {part} any {c}
which {many} didn't {base} anything
{who} never {past} {a}
{who} has never {part} {a}
{who} has not {part} any {c} yet
{show} the {many} who never {past} {a}
{show} {many} that have not {part} any {c}
{many} that never {past} {a}
{many} who have not {part} any {c}
find every {p} that did not {base} any {c}
""")
NEVER_DONE = lines("""
which {many} were never {part}
which {many} were never {part} by any {p2}
which {many} have never been {part}
which {many} have not been {part} yet
which {many} has nobody {part}
which {many} did nobody {base}
which {many} did no {p2} {base}
{show} the {many} that were never {part}
{show} all {many} nobody {past}
{show} {many} that have never been {part}
{many} never {part}
{many} that nobody {past}
{many} that were never {part}
{many} that have not been {part} by anyone
find the {many} that no {p2} ever {past}
""")
HOW_MANY = lines("""
how many {many} have no {c}
how many {many} do not have any {c}
how many {many} don't have {c}
how many {many} are without {c}
how many {many} are there without {c}
how many of the {many} have no {c}
how many {many} never had a {one}
{numberof} {many} without {c}
{numberof} {many} with no {c}
{numberof} {many} that have no {c}
count the {many} without any {c}
count the {many} that have no {c}
""")
HOW_MANY_NEVER = lines("""
how many {many} never {past} {a}
how many {many} have never {part} {a}
how many {many} did not {base} any {c}
{numberof} {many} that never {past} {a}
{numberof} {many} who have not {part} any {c}
count the {many} that never {past} {a}
""")
WITH = lines("""
which {many} have at least one {one}
which {many} have {c}
which {many} have any {c}
which {many} have ever had a {one}
{show} the {many} that have at least one {one}
{show} the {many} with at least one {one}
{show} {many} that have any {c}
{show} {many} for which there is a {one}
{many} with at least one {one}
{many} that have {c}
{who} has at least one {one}
{who} has a {one}
find all {many} with a {one}
for which {many} are there {c}
""")
HOW_MANY_WITH = lines("""
how many {many} have at least one {one}
how many {many} have {c}
how many {many} have any {c}
how many of the {many} have a {one}
{numberof} {many} with at least one {one}
{numberof} {many} that have {c}
count the {many} that have a {one}
count the {many} with {c}
""")
SOME = lines("""
which {many} have {c} {end}
which {many} have {c} {end}
which {many} had {c} {end}
{show} the {many} with {c} {end}
{show} the {many} that have {c} {end}
{show} {many} that had {c} {end}
{many} with {c} {end}
{many} that have {c} {end}
{who} has {c} {end}
{who} had {c} {end}
find the {many} that have {c} {end}
for which {many} are there {c} {end}
""")
SOME_COLUMNS = lines("""
what are the {listed} of the {many} that have {c} {end}
what are the {listed} of the {many} that had {c} {end}
what are the different {listed} of the {many} with {c} {end}
{show} the {listed} of the {many} that have {c} {end}
{show} the {listed} of {many} with {c} {end}
{show} the {listed} of all {many} which had {c} {end}
{show} the distinct {listed} of {many} that have {c} {end}
{listed} of the {many} with {c} {end}
{listed} of {many} that have {c} {end}
find the {listed} of those {many} that ever had {c} {end}
""")
SOME_DEED = lines("""
which {many} {past} {c} {end}
which {many} {past} {c} {end}
which {many} have {part} {c} {end}
{who} {past} {c} {end}
{who} has {part} {c} {end}
{show} the {many} who {past} {c} {end}
{many} that {past} {c} {end}
find the {many} that have {part} {c} {end}
""")
HOW_MANY_SOME = lines("""
how many {many} have {c} {end}
how many {many} had {c} {end}
how many different {many} have {c} {end}
how many different {many} are there with {c} {end}
{numberof} {many} with {c} {end}
{numberof} different {many} that have {c} {end}
count the {many} that have {c} {end}
""")
NONE = lines("""
which {many} have no {c} {end}
which {many} had no {c} {end}
which {many} do not have any {c} {end}
which {many} did not have any {c} {end}
{show} the {many} without {c} {end}
{show} the {many} that have no {c} {end}
{many} without {c} {end}
{many} with no {c} {end}
{who} has no {c} {end}
{who} had no {c} {end}
find the {many} that have no {c} {end}
""")
HOW_MANY_HAVE = lines("""
how many {many} have {words} {k} {c}
how many {many} have {words} {k} {c}
how many {many} had {words} {k} {c}
how many of the {many} have {words} {k} {c}
how many {many} are there with {words} {k} {c}
{numberof} {many} with {words} {k} {c}
{numberof} {many} that have {words} {k} {c}
{whatis} the {numberof} {many} with {words} {k} {c}
count the {many} with {words} {k} {c}
count the {many} that have {words} {k} {c}
tell me how many {many} have {words} {k} {c}
""")
HOW_MANY_DID = lines("""
how many {many} {past} {words} {k} {c}
how many {many} have {part} {words} {k} {c}
{numberof} {many} that {past} {words} {k} {c}
count the {many} who {past} {words} {k} {c}
""")
