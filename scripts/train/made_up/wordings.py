"""Owns the wordings of conditions on texts and numbers; it must not know their answers.

Each line says a condition behind the noun, then as a clause after "how many ..." or "which ...".
"""

# ruff: noqa: E501  (word lists read best in long lines)

from __future__ import annotations

from made_up.phrases import lines

# Words before a number. Those of the second list stand behind it.
GT = [
    *((">", w) for w in "more than,more than,over,over,above,above,greater than,higher than,exceeding,bigger than,in excess of,larger than".split(",")),
    *((">=", w) for w in "at least,at least,at least,at least,no less than,not less than,a minimum of,a minimum of,minimum,not under,not below,no fewer than,at minimum".split(",")),
    *(("<", w) for w in "less than,less than,under,below,fewer than,lower than,smaller than".split(",")),
    *(("<=", w) for w in "at most,at most,at most,at most,no more than,no more than,up to,not more than,a maximum of,a maximum of,maximum,not over,not above,not exceeding,at maximum".split(",")),
    *(("=", w) for w in "exactly,equal to,,precisely,,,".split(",")),
    *(("<>", w) for w in "other than,not".split(",")),
]  # fmt: skip
BEHIND = [(">=", "or more"), ("<=", "or less"), (">=", "and up"), (">=", "and above"), ("<=", "or fewer"), (">=", "or higher"), ("<=", "or lower"), (">=", "or over"), ("<=", "and below"), (">=", "or above"), ("<=", "or below"), ("<=", "or under"), (">=", "and over"), (">=", "or more"), ("<=", "or less")]  # fmt: skip
# Behind the noun | as a clause after "how many ..." or "which ...".
EQUAL = lines("""
with {name} {v} | have {name} {v}
with the {name} {v} | have the {name} {v}
with a {name} of {v} | have a {name} of {v}
with a {v} {name} | have a {v} {name}
whose {name} is {v} | have {v} as their {name}
where {name} is {v} | have a {name} that is {v}
where the {name} is {v} | are listed with {name} {v}
where {name} = {v} | have {name} = {v}
with {name} = {v} | have {name} equal to {v}
with {name} equal to {v} | have {name} equal to {v}
having {name} {v} | have the {name} {v}
having {v} as {name} | have {v} as {name}
that have {v} as their {name} | have {v} for {name}
that have the {name} {v} | have {v} {name}
of {name} {v} | are of {name} {v}
of the {v} {name} | are of the {v} {name}
of the {name} {v} | belong to the {name} {v}
in {name} {v} | are in {name} {v}
in the {v} {name} | are in the {v} {name}
in the {name} {v} | are in the {name} {v}
from the {v} {name} | come from the {v} {name}
from {name} {v} | are from {name} {v}
for {name} {v} | are for {name} {v}
for the {name} {v} | belong to {name} {v}
by {name} {v} | are by {name} {v}
with {v} as the {name} | have {v} in {name}
marked as {v} in {name} | are marked {v} in {name}
{name} {v} | have {name} {v}
""")
BARE = lines("""
from {v} | are from {v}
from {v} | come from {v}
from {v} | came from {v}
in {v} | are in {v}
in {v} | are located in {v}
in {v} | live in {v}
that are {v} | are {v}
which are {v} | are {v}
who are {v} | are {v}
that were {v} | were {v}
for {v} | are for {v}
by {v} | are by {v}
with {v} | have {v}
with {v} | come with {v}
at {v} | are at {v}
on {v} | are on {v}
called {v} | are called {v}
named {v} | are named {v}
made by {v} | were made by {v}
done by {v} | were done by {v}
of {v} | belong to {v}
belonging to {v} | belong to {v}
located in {v} | lie in {v}
based in {v} | are based in {v}
based at {v} | are based at {v}
living in {v} | live in {v}
marked {v} | are marked {v}
marked as {v} | are marked as {v}
listed as {v} | are listed as {v}
classified as {v} | are classified as {v}
who speak {v} | speak {v}
that use {v} | use {v}
using {v} | use {v}
under {v} | are under {v}
concerning {v} | concern {v}
registered in {v} | are registered in {v}
""")
UNEQUAL = lines("""
that are not {v} | are not {v}
which are not {v} | aren't {v}
not {v} | are not {v}
not from {v} | are not from {v}
not in {v} | are not in {v}
outside {v} | are outside {v}
outside of {v} | are outside of {v}
whose {name} is not {v} | do not have {name} {v}
whose {name} isn't {v} | don't have {v} as {name}
with a {name} other than {v} | have a {name} other than {v}
with {name} other than {v} | have another {name} than {v}
with any {name} but {v} | have any {name} but {v}
with a {name} different from {v} | have a {name} different from {v}
where {name} is not {v} | have a {name} that is not {v}
where {name} <> {v} | have {name} different from {v}
except {v} ones | are anything but {v}
except those from {v} | are not from {v}
except for {v} | do not belong to {v}
excluding {v} | are no {v} ones
excluding those with {name} {v} | have {name} not equal to {v}
without {name} {v} | do not have the {name} {v}
apart from {v} | have a {name} which is not {v}
other than {v} | are other than {v}
that do not have {name} {v} | dont have {name} {v}
with {name} not {v} | have {name} not {v}
""")
EITHER = lines("""
from {v} or {w} | are from {v} or {w}
from either {v} or {w} | come from either {v} or {w}
from {v} and {w} | come from {v} and {w}
in {v} or {w} | are in {v} or {w}
in {v} and {w} | are in {v} and {w}
in either {v} or {w} | are in either {v} or {w}
whose {name} is {v} or {w} | have {v} or {w} as {name}
whose {name} is either {v} or {w} | have either {v} or {w} as {name}
with {name} {v} or {w} | have {name} {v} or {w}
with a {name} of {v} or {w} | have a {name} of {v} or {w}
with {name} either {v} or {w} | have a {name} of either {v} or {w}
where {name} is {v} or {w} | have {name} {v} or {name} {w}
where the {name} is {v} or the {name} is {w} | have the {name} {v} or the {name} {w}
that are either {v} or {w} | are either {v} or {w}
that are {v} or {w} | are {v} or {w}
which are {v} or {w} | are {v} or {w}
of {name} {v} or {w} | are of {name} {v} or {w}
with {v} or {w} | have {v} or {w}
having {name} {v} or {w} | have {name} {v} or else {w}
""")
NEITHER = lines("""
that are neither {v} nor {w} | are neither {v} nor {w}
neither from {v} nor {w} | are neither from {v} nor {w}
neither from {v} nor from {w} | come neither from {v} nor from {w}
whose {name} is neither {v} nor {w} | have neither {v} nor {w} as {name}
with a {name} other than {v} or {w} | have a {name} other than {v} or {w}
not in {v} or {w} | are not in {v} or {w}
not from {v} or {w} | are not from {v} or {w}
whose {name} is not {v} or {w} | do not have {name} {v} or {w}
except {v} and {w} | are not {v} or {w}
excluding {v} and {w} | are anything but {v} and {w}
""")
LIKE = lines("""
contains %x% | whose {name} contains {v} | have {v} in their {name}
contains %x% | with {v} in the {name} | have a {name} that contains {v}
contains %x% | with {v} in their {name} | have a {name} with {v} in it
contains %x% | with a {name} containing {v} | have a {name} containing {v}
contains %x% | whose {name} includes {v} | contain {v} in the {name}
contains %x% | that have {v} in their {name} | have the word {v} in the {name}
contains %x% | with the word {v} in the {name} | have {v} somewhere in the {name}
contains %x% | that mention {v} in the {name} | mention {v} in the {name}
contains %x% | where the {name} contains {v} | have {name} like {v}
contains %x% | with {name} like {v} | have a {name} like {v}
contains %x% | whose {name} has the substring {v} | have the substring {v} in their {name}
contains %x% | where {v} is part of the {name} | have {v} as part of the {name}
starts x% | whose {name} starts with {v} | have a {name} that starts with {v}
starts x% | whose {name} begins with {v} | have a {name} beginning with {v}
starts x% | with a {name} starting with {v} | have a {name} starting with {v}
starts x% | with {name} beginning with {v} | have a {name} that begins with {v}
starts x% | where {name} starts with {v} | start with {v} in {name}
starts x% | whose {name} has the prefix {v} | have the prefix {v} in their {name}
ends %x | whose {name} ends with {v} | have a {name} that ends with {v}
ends %x | whose {name} ends in {v} | have a {name} ending in {v}
ends %x | with a {name} ending with {v} | have a {name} ending with {v}
ends %x | where the {name} ends with {v} | end with {v} in {name}
""")
NULL = lines("""
with no {name} | have no {name}
without a {name} | do not have a {name}
without any {name} | don't have any {name}
without {name} | lack a {name}
that have no {name} | have no {name} yet
whose {name} is missing | have a missing {name}
whose {name} is unknown | have an unknown {name}
whose {name} is not known | are without a known {name}
whose {name} is empty | have an empty {name}
whose {name} is null | have a null {name}
with missing {name} | are missing a {name}
with unknown {name} | have {name} unknown
where {name} is null | have {name} null
where {name} is missing | are missing the {name}
where {name} is not set | have no {name} set
where no {name} is given | have no {name} given
with no {name} recorded | have no {name} recorded
lacking a {name} | are lacking a {name}
for which no {name} is known | have no known {name}
for which the {name} is missing | miss a {name}
with an empty {name} | have nothing as {name}
that do not have a {name} | dont have a {name}
""")
FILLED = lines("""
with a known {name} | have a known {name}
that have a {name} | do have a {name}
where {name} is not null | have {name} not null
with some {name} recorded | have a {name} recorded
whose {name} is known | have any {name}
where a {name} is given | have a {name} given
that do have a {name} | have a {name}
whose {name} is not empty | have a {name} at all
whose {name} is not null | have a {name} that is not null
where {name} is not empty | have a {name} that is not empty
whose {name} is filled in | have {name} filled in
whose {name} is set | have a {name} set
with a {name} given | have some {name}
where the {name} is known | have a {name} that is known
where {name} is not missing | have a {name} that is not missing
with {name} present | have a {name} present
""")
NUMBER = lines("""
with {x} {name} | have {x} {name}
with a {name} of {x} | have a {name} of {x}
whose {name} is {x} | have a {name} that is {x}
with {name} {x} | have {name} {x}
that have {x} {name} | have {x} in {name}
having {name} {x} | have a {name} {x}
where the {name} is {x} | have {x} as {name}
where {name} is {x} | have {x} {name}
with a {name} {x} | had a {name} of {x}
with a {name} that is {x} | show a {name} of {x}
of {name} {x} | have {name} of {x}
with {name} of {x} | had {x} {name}
that had {x} {name} | had {x} {name}
""")
BETWEEN = lines("""
with {name} between {low} and {high} | have {name} between {low} and {high}
whose {name} is between {low} and {high} | have a {name} between {low} and {high}
with a {name} from {low} to {high} | have a {name} from {low} to {high}
with a {name} between {low} and {high} | have between {low} and {high} {name}
with between {low} and {high} {name} | have {low} to {high} {name}
with {low} to {high} {name} | have from {low} to {high} {name}
with {low} - {high} {name} | have a {name} of {low} to {high}
whose {name} lies between {low} and {high} | have a {name} in the range {low} to {high}
with a {name} in the range of {low} to {high} | have a {name} ranging from {low} to {high}
where {name} is between {low} and {high} | have {name} from {low} up to {high}
""")
BESIDE = lines("""
> | with more {a} than {b} | have more {a} than {b}
> | whose {a} is higher than their {b} | have a {a} higher than their {b}
> | whose {a} is greater than the {b} | have a greater {a} than {b}
> | whose {a} exceeds the {b} | have a {a} that exceeds the {b}
> | where {a} is larger than {b} | have a {a} larger than the {b}
> | with {a} above {b} | have {a} above {b}
> | where the {a} is over the {b} | have {a} over {b}
< | with less {a} than {b} | have less {a} than {b}
< | whose {a} is lower than their {b} | have a {a} lower than their {b}
< | whose {a} is below the {b} | have a {a} below the {b}
< | where {a} is smaller than {b} | have a smaller {a} than {b}
= | whose {a} equals the {b} | have the same {a} as {b}
= | where {a} is equal to {b} | have equal {a} and {b}
<> | whose {a} differs from the {b} | have a {a} different from the {b}
""")
BESIDE_DATE = lines("""
> | whose {a} is after the {b} | have a {a} after the {b}
> | whose {a} is later than the {b} | have a {a} later than the {b}
> | with a {a} after their {b} | had a {a} after their {b}
> | where the {a} is past the {b} | have a {a} past the {b}
> | {past} after the {b} | were {past} after the {b}
> | {past} later than the {b} | were {past} later than the {b}
> | that were {past} after their {b} | were {past} after their {b}
< | whose {a} is before the {b} | have a {a} before the {b}
< | whose {a} is earlier than the {b} | have a {a} earlier than the {b}
< | with a {a} before their {b} | had a {a} before their {b}
< | {past} before the {b} | were {past} before the {b}
< | {past} earlier than the {b} | were {past} earlier than their {b}
= | whose {a} is the same day as the {b} | have the same {a} and {b}
= | {past} on the {b} itself | were {past} on the day of the {b}
""")
