"""When a message is whole, what it is without its fences, and what can be completed."""

from __future__ import annotations

import pytest

from localai.cli.chat.typing_in import completions, is_whole, unfenced

COMMANDS = {"/set": "set", "/save": "save", "/system": "system", "/model": "model"}


@pytest.mark.parametrize(
    ("text", "whole", "message"),
    [
        ("hello", True, "hello"),
        ("one\\", False, None),
        ("one\\\ntwo", True, "one\ntwo"),
        ('"""one', False, None),
        ('"""\none\n\ntwo\\\n"""', True, "one\n\ntwo\\"),
        ('"""one"""', True, "one"),
        ('a """ b', True, 'a """ b'),
        ("pasted\nlines", True, "pasted\nlines"),
        ('""""""', True, ""),
    ],
)
def test_messages(text: str, whole: bool, message: str | None) -> None:
    assert is_whole(text) is whole
    if message is not None:
        assert unfenced(text) == message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/s", ["/set", "/save", "/system"]),
        ("/set top", ["top_k", "top_p"]),
        ("/model one", ["@local/one"]),
        ("/model @local", ["@local/one"]),
        ("hello", []),
        ("/system x", []),
        ("/none x", []),
    ],
)
def test_completions(text: str, words: list[str]) -> None:
    follow = {"/set": ["top_k", "top_p", "seed"], "/model": ["@local/one"]}
    found = completions(text, COMMANDS, lambda command: follow.get(command, []))
    assert [word for word, _, _ in found] == words
