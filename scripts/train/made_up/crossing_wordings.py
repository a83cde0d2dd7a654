"""Owns the wordings of rows that another table links; it must not know their answers."""

from __future__ import annotations

from made_up.phrases import lines

DID = lines("""
which {many} did {who} {base} {end}
which {many} did {who} {base} {end}
what {many} did {who} {base} {end}
which {many} {has} {who} {part} {end}
which {many} were {part} by {who} {end}
which {many} {has} {who} ever {part} {end}
{show} the {many} that {who} {past} {end}
{show} the {many} {part} by {who} {end}
{show} all {many} {part} by {who} {end}
{many} {part} by {who} {end}
{many} {who} {past} {end}
all {many} that {who} {past} {end}
what did {who} {base} {end}
find the {many} which {who} {has} {part} {end}
tell me which {many} {who} {past} {end}
""")
BY = lines("""
which {many} {past} {who} {end}
which {many} {past} {who} {end}
which {many} have {part} {who} {end}
which {many} ever {past} {who} {end}
{whoever} {past} {who} {end}
{whoever} {past} {who} {end}
{whoever} has {part} {who} {end}
{whoever} {past} {who} {end}
{show} the {many} who {past} {who} {end}
{show} all {many} that {past} {who} {end}
{many} that {past} {who} {end}
{many} who have {part} {who} {end}
by which {many} was {who} {part} {end}
find every {one} that {past} {who} {end}
tell me who {past} {who} {end}
""")
PLAIN = lines("""
which {many} have {c} {link} {who} {end}
which {many} are linked to {who} by {a} {link1} {end}
{show} the {many} with {a} {link1} for {who} {end}
{show} all {many} that have {a} {link1} for {who} {end}
{many} with {c} for {who} {end}
{many} with {a} {link1} for {who} {end}
{many} that have {c} for {who} {end}
for {who}, {show} the {many} in the {c} {end}
which {many} appear in the {c} {link} {who} {end}
which {many} occur together with {who} in the {c} {end}
find the {many} that have {c} {link} {who} {end}
what {many} go with {who} in the {c} {end}
""")
COLUMNS_DID = lines("""
what are the {listed} of the {many} {part} by {who} {end}
what are the {listed} of the {many} that {who} {past} {end}
{show} the {listed} of {many} {part} by {who} {end}
{show} the {listed} of all {many} that {who} {past} {end}
{listed} of {many} {part} by {who} {end}
{listed} of the {many} {who} {past} {end}
find the {listed} of the {many} which {who} {has} {part} {end}
""")
COLUMNS_BY = lines("""
what are the {listed} of the {many} that {past} {who} {end}
what are the {listed} of the {many} who have {part} {who} {end}
{show} the {listed} of {many} who {past} {who} {end}
{show} the {listed} of all {many} that {past} {who} {end}
{listed} of {many} that {past} {who} {end}
{listed} of the {many} who have {part} {who} {end}
find the {listed} of every {one} that {past} {who} {end}
""")
HOW_MANY_DID = lines("""
how many {many} did {who} {base} {end}
how many different {many} did {who} {base} {end}
how many {many} {has} {who} {part} {end}
how many different {many} {has} {who} {part} {end}
how many {many} were {part} by {who} {end}
{numberof} {many} {part} by {who} {end}
{numberof} different {many} {part} by {who} {end}
{numberof} distinct {many} that {who} {past} {end}
count the different {many} {part} by {who} {end}
""")
HOW_MANY_BY = lines("""
how many {many} {past} {who} {end}
how many different {many} {past} {who} {end}
how many {many} have {part} {who} {end}
how many different {many} have {part} {who} {end}
{numberof} {many} who {past} {who} {end}
{numberof} different {many} that {past} {who} {end}
{numberof} distinct {many} that have {part} {who} {end}
count the {many} that {past} {who} {end}
by how many {many} was {who} {part} {end}
""")
EACH_DID = lines("""
how many different {other} did each {one} {base}
how many {other} did each {one} {base}
{numberof} different {other} {part} by each {one}
{numberof} distinct {other} per {one}
{numberof} different {other} {per} {one}
for each {one}, how many different {other} were {part}
{show} each {one} and the number of different {other}
{show} {many} with the number of different {other} they {past}
how many distinct {other} has each {one} {part}
different {other} by {one}
""")
BOTH = lines("""
which {many} {past} both {v} and {w}
which {many} {past} {v} and also {w}
which {many} have {part} both {v} and {w}
{whoever} {past} both {v} and {w}
{whoever} {past} {v} as well as {w}
{show} the {many} who {past} both {v} and {w}
{show} {many} that have {part} {v} as well as {w}
{many} that {past} {v} and {w} both
{many} who {past} both {v} and {w}
find the {many} that {past} {v} and {w}
""")
ONE_ONLY = lines("""
which {many} {past} {v} but not {w}
which {many} {past} {v} but never {w}
which {many} have {part} {v} but not {w}
{whoever} {past} {v} but not {w}
{whoever} {past} {v} and not {w}
{show} the {many} who {past} {v} but not {w}
{many} that {past} {v} but not {w}
{many} who have {part} {v} without having {part} {w}
find the {many} that {past} {v} but did not {base} {w}
""")
NEITHER = lines("""
which {many} {past} neither {v} nor {w}
which {many} have {part} neither {v} nor {w}
which {many} did not {base} {v} or {w}
{whoever} {past} neither {v} nor {w}
{show} the {many} who {past} neither {v} nor {w}
{many} that {past} neither {v} nor {w}
{many} who never {past} {v} or {w}
find the {many} that did not {base} {v} and did not {base} {w}
""")
NEVER = lines("""
which {many} never {past} {who}
which {many} did not {base} {who}
which {many} have never {part} {who}
which {many} have not {part} {who} yet
{whoever} never {past} {who}
{whoever} did not {base} {who}
{show} the {many} who never {past} {who}
{show} {many} that did not {base} {who}
{many} that never {past} {who}
{many} who have not {part} {who}
find the {many} that have never {part} {who}
""")
MOST_DID = lines("""
which {one} {past} the most {other}
which {one} {past} the most different {other}
which {one} has {part} the most {other}
{whoever} {past} the most {other}
{whoever} has {part} the most {other}
{show} the {one} who {past} the most {other}
the {one} that {past} the most {other}
""")
MOST_BY = lines("""
which {one} was {part} by the most {other}
which {one} was {part} by most {other}
what {one} was {part} by the most {other}
which {one} has been {part} by the most {other}
{show} the {one} that was {part} by the most {other}
the {one} {part} by the most {other}
""")
