from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localai.errors import InvalidRequest
from localai.llama import LlamaModel, gbnf, recursion

JSON = r"""
root   ::= object
value  ::= object | array | string | number | ("true" | "false" | "null") ws
object ::= "{" ws (string ":" ws value ("," ws string ":" ws value)*)? "}" ws
array  ::= "[" ws (value ("," ws value)*)? "]" ws  # a comment
string ::= "\"" ([^"\\\x7F\x00-\x1F] | "\\" (["\\bfnrt] | "u" [0-9a-fA-F]{4}))* "\"" ws
number ::= ("-"? ([0-9] | [1-9] [0-9]{0,15})) ("." [0-9]+)? ([eE] [-+]? [0-9] [1-9]{0,15})? ws
ws     ::= | " " | "\n" [ \t]{0,20}
"""


def fault(text: str) -> str:
    with pytest.raises(InvalidRequest) as caught:
        recursion.check(gbnf.read(text))
    assert caught.value.field == "grammar"
    return caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        JSON,
        'root ::= "a"',
        'root ::= ("a"\n | "b"\n) # done\n\n# c\r\nx-1 ::=\n  "y" |\n  [é-ü]',
        "root ::= .",
        'root ::= "" | "x"{0} | "y"{0,}',
        'root ::= ("a"{100}){100}',
        'root ::= "two\nlines" [^\n]',
    ],
)
def test_what_llama_cpp_reads_is_read(tiny: LlamaModel, text: str) -> None:
    recursion.check(gbnf.read(text))
    tiny.grammar(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no rule named root"),
        ('a ::= "x"', "no rule named root"),
        ("root ::= x", "line 1, column 10: the rule x is not defined"),
        ('root ::= "a" | b_c', "column 17: unexpected '_'"),
        ('root_1 ::= "a"', "unexpected '_'"),
        ('root = "a"', "unexpected '='"),
        ("root ::= 'a'", 'unexpected "\'"'),
        ('root ::= "a" "b"\n  | "c"', "line 2, column 3: expecting a rule's name, found '|'"),
        ('root ::= "a\\q"', "unknown escape"),
        ('root ::= "a', "without its closing quote"),
        ("root ::= [a", "not closed"),
        ("root ::= [^]", "class that is empty"),
        ('root ::= ("a"', "column 10: this group is never closed"),
        ('root ::= "a")', "unexpected ')'"),
        ("root ::= * x", "something before * to repeat"),
        ('root ::= "a" | ?', "something before ? to repeat"),
        ('root ::= "a"\nroot ::= "b"', "line 2, column 1: the rule root is defined a second time"),
        ('root ::= "a"\0', "NUL"),
        ('root ::= "\ud800"', "surrogate"),
        ("root ::= <[13]>", "tokens named by number"),
        ("root ::= !<think>", "tokens named by number"),
    ],
)
def test_what_is_no_grammar_is_told_with_its_place(text: str, words: str) -> None:
    assert words in fault(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # Each of these kills or hangs a process that gives it to llama.cpp.
        ('root ::= "a"{3,2}', "at least 3 and at most 2"),
        ('root ::= a root "y" | "x"\na ::= b b\nb ::= ""', "left recursion: root -> root"),
        (f"root ::= {'(' * 20_000}", "more than 200 deep"),
        (
            'root ::= r0\nr40 ::= "a"\n'
            + "\n".join(f'r{i} ::= r{i + 1} | r{i + 1} "x"' for i in range(40)),
            "can begin in more than 5000 ways",
        ),
        (
            'root ::= r0\nr5000 ::= "a"\n' + "\n".join(f"r{i} ::= r{i + 1}" for i in range(5000)),
            "More than 1000 rules begin with each other",
        ),
        (f'root ::= "{"a" * 3_000_000}"', "bytes; 2000000 are allowed"),
        (f'root ::= "{"a" * 10_000}"{{2000}}', "unfolds to more than"),
        # These it refuses, in words on the terminal.
        ('root ::= root "a" | "b"', "left recursion: root -> root"),
        ('root ::= a "x"\na ::= ("y"? b)\nb ::= root', "root -> a -> part of a -> b -> root"),
        ('root ::= ("a"?)*', "left recursion"),
        ('root ::= ("a"{0,100}){100}', "multiply to more than 2000"),
        ('root ::= "a"{2001}', "more than 2000 times"),
    ],
)
def test_what_llama_cpp_does_not_survive_never_reaches_it(text: str, words: str) -> None:
    assert words in fault(text)


_FRAGMENTS = (
    'a b "x" "y z" [a-z] [^"] ( ) | * + ? {2} {1,3} {0} {0,} . "" (a b) "(" \\ " [ { root ::='
).split()


@settings(max_examples=300, deadline=None)
@given(st.randoms(use_true_random=False))
def test_whatever_is_let_through_llama_cpp_takes(tiny: LlamaModel, chance: random.Random) -> None:
    def words(most: int) -> str:
        return " ".join(chance.choices(_FRAGMENTS, k=chance.randint(0, most)))

    text = f"root ::= {words(9)}\na ::= {words(4)}\nb ::= {words(4)}"
    try:
        recursion.check(gbnf.read(text))
    except InvalidRequest:
        return
    tiny.grammar(text)
