"""Markdown as it streams: the same in any pieces, within the width, with nothing lost."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest
from rich.cells import cell_len

from localai.cli.chat.inline import runs
from localai.cli.chat.markdown import Markdown, Plain, Shown, Verbatim

TEXT = """\

# A heading with *emphasis*

Some **bold** and *italic* text with `code span` and snake_case_name, 2 * 3 * 4, and
a [link](https://example.org/a_(b)) that is long enough to be wrapped somewhere.
---
- first item, which is long enough to be wrapped at a narrow width
  - nested **item**
- [ ] todo
- [x] done
12. twelve
* star


> a quote that is long enough to be wrapped at a narrow width of forty columns

```python
def hello(name: str) -> None:
    '''Docs
    go on'''
    return f"hello {name}"
```
~~~
plain ``` code
~~~
| name | price | note |
|:-----|------:|:----:|
| tea  | 3.50  | **hot** \\| cold |
| coffee | 4.00 |

| no table
|| at all
**unclosed and a * star, `tick, [bracket
***both*** and ~~gone~~ \\*escaped\\*
日本語のテキストは空白なしで続くので、どこでも改行できる必要があります。
#hashtag 1.5 -dash +plus =equal >quoted
"""


def shown(text: str, *, width: int = 40, step: int = 0, kind: type[Markdown] = Markdown) -> str:
    out: list[str] = []
    show = kind(out.append, lambda: width)
    pieces = [text] if not step else [text[at : at + step] for at in range(0, len(text), step)]
    for piece in pieces:
        show.feed(piece)
    show.finish()
    return "".join(out)


def bare(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


@pytest.mark.parametrize("width", [20, 40, 80])
def test_pieces_make_no_difference(width: int) -> None:
    whole = shown(TEXT, width=width)
    assert shown(TEXT, width=width, step=1) == whole
    assert shown(TEXT, width=width, step=3) == whole


def test_lines_fit_and_words_stay_whole() -> None:
    text = shown(TEXT, width=40)
    prose = text[: text.index("```")] + text[text.index("unclosed") :]
    assert max(cell_len(line) for line in bare(prose).split("\n")) < 40
    for word in ("snake_case_name,", "https://example.org/a_(b)", "somewhere.", "price", "tea"):
        assert word in bare(text)


def test_nothing_is_lost_at_any_width() -> None:
    def letters(text: str) -> list[str]:
        return sorted(re.findall(r"\w", bare(text)))

    # The table's rows may be told as a list, with its heads at each of them.
    text = TEXT[: TEXT.index("| name")] + TEXT[TEXT.index("| no table") :]
    known = [sign for sign in letters(text) if sign != "_"]
    for width in (20, 33, 200):
        assert [sign for sign in letters(shown(text, width=width)) if sign != "_"] == known


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**a b**", "\x1b[1ma\x1b[0m \x1b[1mb\x1b[0m\n"),
        ("*a* _b_", "\x1b[3ma\x1b[0m \x1b[3mb\x1b[0m\n"),
        ("`a*b*`", "\x1b[36ma*b*\x1b[0m\n"),
        ("a_b_c 2*3*4", "a_b_c 2\x1b[3m3\x1b[0m4\n"),
        ("**open", "**open\n"),
        ("* a", "\x1b[36m\N{BULLET} \x1b[0ma\n"),
        ("*a", "*a\n"),
        ("- - -", "\x1b[2m" + "\N{BOX DRAWINGS LIGHT HORIZONTAL}" * 39 + "\x1b[0m\n"),
        ("#no", "#no\n"),
        ("1) a", "\x1b[36m1) \x1b[0ma\n"),
        ("\n\na\n\n\n\nb", "a\n\nb\n"),
        ("[a](b)", "\x1b[4ma\x1b[0m \x1b[2m(b)\x1b[0m\n"),
        ("<b>x</b> &amp;", "<b>x</b> &amp;\n"),
        ("```\nx\n", "\x1b[2m```\x1b[0m\nx\n"),
    ],
)
def test_marks(text: str, expected: str) -> None:
    assert shown(text) == expected
    assert shown(text, step=1) == expected


def test_a_table_too_wide_to_be_read_becomes_a_list() -> None:
    rows = "|a|b|c|d|e|f|\n|-|-|-|-|-|-|\n|1|2|3|4|5|6|\n"
    assert "a: 1\n" in bare(shown(rows, width=30))
    assert "a: 1" not in bare(shown(rows, width=100))


def test_a_table_under_way_says_so() -> None:
    show = Markdown(lambda _: None, lambda: 40)
    show.feed("| a |\n| - |\n")
    assert show.pending
    show.feed("\n")
    assert not show.pending


def test_code_is_coloured_and_can_be_copied() -> None:
    code = "def f(x):\n\treturn x  # long " + "x" * 60
    text = shown(f"```python\n{code}\n```\n", step=5)
    assert "\x1b[9" in text
    assert code in bare(text)
    assert bare(shown(f"```nonsense\n{code}\n```\n")) == f"```nonsense\n{code}\n```\n"


@pytest.mark.parametrize("make", [Markdown, Plain])
@pytest.mark.parametrize("fence", ["", "```\n", "| a\n"])
def test_a_model_cannot_steer_the_terminal(
    make: Callable[[Callable[[str], object], Callable[[], int]], Shown], fence: str
) -> None:
    out: list[str] = []
    show = make(out.append, lambda: 40)
    for piece in (fence, "a\x1b[2J\x1b]0;title\x07b\r\x08\x9b31m", "\u202etrap\n"):
        show.feed(piece)
    show.finish()
    text = bare("".join(out))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
    assert "trap" in text


def test_a_change_of_width_counts_from_the_next_word_on() -> None:
    out: list[str] = []
    width = 80
    show = Markdown(out.append, lambda: width)
    show.feed("word " * 10)
    width = 20
    show.feed("word " * 10)
    show.finish()
    lines = "".join(out).split("\n")
    assert len(lines[0]) > 20
    assert max(map(len, lines[1:])) < 20
    assert "".join(lines).count("word") == 20


def test_a_word_longer_than_the_line_stays_one() -> None:
    word = "https://example.org/" + "x" * 100
    assert f"see\n{word}\nand\n" == shown(f"see {word} and", width=30).replace(" and", "\nand")


def test_plain_text_keeps_its_marks_and_lines() -> None:
    out: list[str] = []
    show = Plain(out.append, lambda: 20)
    for piece in ("# a *b*\n\n    inde", "nted and then some more words\nlast"):
        show.feed(piece)
    show.finish()
    assert "".join(out) == "# a *b*\n\n    indented and\nthen some more\nwords\nlast\n"


def test_a_pipe_gets_the_text_as_it_is() -> None:
    out: list[str] = []
    show = Verbatim(out.append)
    show.feed("a \x1b\x9b[1m\r\n")
    show.feed("**b**")
    show.finish()
    assert "".join(out) == "a \ufffd\ufffd[1m\r\n**b**\n"


def test_marks_at_random_neither_fail_nor_take_long() -> None:
    choose = random.Random(1)
    for _ in range(300):
        text = "".join(choose.choices("*_`[]()\\~|>#- \n1.a\u65e5", k=120))
        assert shown(text, step=7) == shown(text)
    found, at = runs("*a" * 3000, final=True)
    assert at == 6000 and "".join(text for text, _ in found).count("a") == 3000
