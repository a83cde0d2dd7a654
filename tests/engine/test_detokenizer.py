from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localai.engine.detokenizer import Detokenizer


def feed(detokenizer: Detokenizer, *pieces: bytes) -> list[str]:
    shown = []
    for piece in pieces:
        shown.append(detokenizer.add(piece))
        if detokenizer.stopped:
            return shown
    return [*shown, detokenizer.finish()]


def test_a_character_split_over_tokens_is_shown_whole() -> None:
    euro = "€".encode()
    assert feed(Detokenizer(), b"a", euro[:1], euro[1:2], euro[2:]) == ["a", "", "", "€", ""]


def test_bytes_that_are_no_utf8_become_the_replacement_character() -> None:
    assert "".join(feed(Detokenizer(), b"a\xff", b"b", "é".encode()[:1])) == "a\ufffdb\ufffd"


def test_text_before_a_stop_is_shown_and_the_stop_is_not() -> None:
    detokenizer = Detokenizer(("STOP",))
    assert feed(detokenizer, b"one S", b"TO", b"P two") == ["one ", "", ""]
    assert detokenizer.stopped


def test_what_only_looked_like_a_stop_is_shown_after_all() -> None:
    assert "".join(feed(Detokenizer(("STOP",)), b"ST", b"AR", b"STO")) == "STARSTO"


def test_of_several_stops_the_one_that_is_complete_first_cuts() -> None:
    assert "".join(feed(Detokenizer(("b", "ab")), b"xxab")) == "xx"
    assert "".join(feed(Detokenizer(("a", "baa")), b"baa")) == "b"


def test_a_stop_that_overlaps_itself_is_found() -> None:
    detokenizer = Detokenizer(("aab",))
    assert "".join(feed(detokenizer, b"a", b"a", b"a", b"b")) == "a"
    assert detokenizer.stopped


@pytest.mark.parametrize("first", [b" Hello", b" ", b"Hello"])
def test_one_leading_space_is_left_out_where_asked(first: bytes) -> None:
    shown = "".join(feed(Detokenizer(strip_leading_space=True), first, b" world"))
    assert shown == (first.decode().removeprefix(" ") + " world")


@given(st.text(alphabet="abc€", max_size=30), st.lists(st.text("abc€", min_size=1), max_size=3))
def test_any_split_of_the_bytes_shows_the_text_up_to_the_first_stop(
    text: str, stops: list[str]
) -> None:
    ends = [(at + len(stop), at) for stop in stops if (at := text.find(stop)) >= 0]
    expected = text[: min(ends)[1]] if ends else text
    detokenizer = Detokenizer(tuple(stops))
    assert "".join(feed(detokenizer, *(bytes([b]) for b in text.encode()))) == expected
    assert detokenizer.stopped == bool(ends)
