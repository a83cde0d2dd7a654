"""Owns the wordings of questions that no schema here answers; it must not know schemas."""

from __future__ import annotations

from made_up.phrases import lines

COMMANDS = lines("""
delete all {many}
delete the {many}
delete every {one}
delete {many} {after}
drop the {many} table
drop table {many}
remove all {many}
remove the {one} {value}
remove {many} {after}
erase all {many}
add a new {one}
add a {one} called {value}
insert a new {one}
create a new {one}
create a table for {many}
update the {one}
update the {name} of all {many}
set the {name} of {value} to 5
set {name} to 10 for all {many}
change the {name} of {value}
change the {name} of every {one} to zero
increase the {name} by 10 percent
raise the {name} of all {many} by 5
rename {value}
clear the {many}
truncate {many}
cancel the {one} {value}
send an email to all {many}
please delete the {one} {value}
mark all {many} as done
merge the two {many}
export the {many} to a file
""")
PREDICT = lines("""
how many {many} will there be next year
how many {many} will we have next month
predict the {name} of {many} for next year
forecast the {name} for the next quarter
what will the {name} of {value} be next year
what will the average {name} be in ten years
which {one} will have the highest {name} next year
will the {name} of {many} rise
how will the {name} develop in the future
why is the {name} of {value} so high
why is the {name} so high
why is the {name} of {many} so low
why is the average {name} so high
why has the {name} changed
why does {value} have such a high {name}
why do some {many} have a higher {name} than others
how come the {name} of {value} is so low
what explains the {name} of {many}
why do {many} have such a low {name}
why are there so few {many}
why did the number of {many} fall
what is the reason for the high {name}
should we raise the {name}
should we get more {many}
which {one} do you like best
which {one} should i choose
which {one} would you recommend
what do you think of our {many}
is it good to have many {many}
how can we improve the {name} of our {many}
how can i get a lower {name}
what is the best way to find new {many}
are our {many} happy
what do {many} think of us
do you like {value}
is {value} a nice {one}
who is to blame for the low {name}
what would happen if we had no {many}
""")
NO_MEASURE = lines("""
what is the {agg} {none} of {many}
what is the {agg} {none} of the {many}
what is the {agg} {none} of all {many}
what's the {agg} {none} of {noun}
{agg} {none} of {many}
{agg} {none} of {noun}
{agg} {none} {by} {name}
what is the {agg} {none} {per} {name}
show the {agg} {none} {per} {name}
{none} by {name}
{none} of {many}
{none} of {noun}
{none} {per} {name}
how much {none} do {many} have
how much {none} does {value} have
what is the {none} of {value}
what is the {none} of {noun}
show the {none} of all {many}
list the {none} of {noun}
show {many} with their {none}
which {one} has the highest {none}
which {one} has the lowest {none}
which {many} have a {none} over {k}
which {many} have more than {k} {none}
how many {many} have a {none} above {k}
how many {many} have a {none}
how many {many} are there {per} {none}
number of {many} {by} {none}
{many} by {none}
{many} per {none}
top {k} {many} by {none}
the {k} {many} with the most {none}
show the {many} sorted by {none}
list the {many} in order of {none}
{many} whose {none} is {value}
what {none} does {value} have
what are the different {none} of {many}
how many different {none} do {many} have
which {none} is the most common among {many}
what percentage of {many} have {none}
""")
NO_ROWS = lines("""
how many {things} are there
how many {things} do we have
how many {things} are there in total
list all {things}
show me the {things}
which {things} do we have
what are the names of the {things}
count the {things}
number of {things}
number of {things} per {none}
how many {things} per {none}
what is the average {none} of the {things}
which {thing} has the most {none}
which {thing} has the highest {none}
list the {none} of all {things}
the {k} {things} with the highest {none}
how many {things} have a {none} above {k}
show {things} by {none}
who is the oldest {thing}
which {things} have no {none}
how many {many} have {things}
which {many} have no {things}
how many {things} does {value} have
which {one} has the most {things}
number of {things} {per} {name}
how many {things} does each {one} have
""")
VERBS = lines("""
which {many} smoke
which {many} drink too much
which {many} speak three languages
which {many} own a dog
which {many} play the piano
which {many} can swim
which {many} are allergic to nuts
which {many} are left handed
which {many} complained about the noise
which {many} were damaged in the flood
which {many} are related to each other
which {many} like jazz
which {many} are afraid of heights
which {many} do not eat meat
which {many} work from home
which {many} have been recommended by friends
which {many} are on holiday
which {many} need a repair
which {many} have a criminal record
which {many} were stolen
which {many} failed the inspection
which {many} have children
which {many} got a prize
which {many} use a wheelchair
how many {many} smoke
how many {many} are vegetarians
how many {many} drive to work
how many {many} own a house
how many {many} have blue eyes
how many {many} have been abroad
how many {many} were late today
how many {many} complained
how many {many} can sing
how many {many} are sick today
how many {many} have insurance
how many {many} know each other
how many {many} broke down
how many {many} have a parking permit
how many {many} believe in ghosts
does {value} smoke
does {value} have children
is {value} happy
where did {value} go to school
who is married to {value}
who owns {value}
who recommended {value}
who complained about {value}
what did {value} have for lunch
what did {value} eat yesterday
what did {value} say about it
what does {value} think
what did {value} do on monday
what did {value} wear
what will {value} do next
how does {value} feel
how did {value} get here
why did {value} leave
why is {value} late
why does {value} cost so much
who did {value} meet
where was {value} last night
where will {value} be tomorrow
is {value} married
is {value} any good
has {value} got a car
can {value} swim
whom does {value} know
whose idea was {value}
what is the favourite food of {value}
what is {value}'s favourite colour
what shoe does {value} wear
show the {many} that are made of chocolate
list the {many} with a broken window
list {many} who won a medal
show the {many} that nobody wants
""")
ODD = lines("""
how many {odd} {many} are there
how many {odd} {many} do we have
how many {many} are {odd}
which {many} are {odd}
list all {odd} {many}
show the {odd} {many}
number of {odd} {many}
{odd} {many}
what is the average {name} of {odd} {many}
{odd} {many} per {name}
what percentage of {many} are {odd}
""")
BEYOND = lines("""
what is the median {name} of {noun}
median {name} {by} {name2}
what is the standard deviation of {name}
what is the variance of the {name} of {many}
how strongly do {name} and {name2} correlate
is there a correlation between {name} and {name2}
which {one} has the second highest {name}
what is the third largest {name}
show the running total of {name} by month
show the cumulative {name} over the years
how did the {name} grow month over month
how much did the number of {many} change compared to last year
what is the growth rate of {name} from year to year
show the moving average of the {name}
rank each of the {many} within its group by {name}
show the top 3 {many} for each {name2}
what is the 90th percentile of {name}
draw a chart of {name} {by} {name2}
plot the {name} of {many}
make a pie chart of {many} {by} {name2}
translate the {name2} of {many} into german
which {many} are similar to {value}
find duplicates among the {many}
group {many} into five clusters by {name}
""")
