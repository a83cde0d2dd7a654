"""Owns the wordings of small talk; it must not know schemas."""

from __future__ import annotations

from made_up.phrases import lines

CHAT = lines("""
what is the weather tomorrow
what's the weather like today
will it rain this weekend
who won the world cup
tell me a joke
write a poem
write me a short story about the sea
hello
hello there
hi
hey, how are you
good morning
good evening to you
how are you
how are you doing today
what is the meaning of life
what should i cook tonight
translate this into french
how do you say thank you in spanish
thanks
thank you very much
that was great
you are wrong
no, that is not what i meant
who are you
what can you do
what model are you
what time is it
what day is it today
what is the capital of australia
how far is the moon
who is the president of the united states
sing me a song
what do you think about it
can you help me
help
i am bored
what is two plus two
explain quantum mechanics
recommend me a good book to read
which film should i watch
what is your name
do you like music
how does a car work
is it raining
why is the sky blue
set a timer for ten minutes
play some music
open the door
call my mother
send an email to the boss
what is the latest news
asdf
test
lorem ipsum
bye
never mind
""")
