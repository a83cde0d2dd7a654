"""A conversation on a scripted model: what is asked, what is kept, what is said beside it."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from localai.cli.chat import commands
from localai.cli.chat.repl import obey
from localai.cli.chat.session import Session
from localai.errors import ContextExceeded, InvalidRequest, LocalAIError, NotDownloaded
from localai.request import Message
from tests.cli.chat.conftest import Script

Capture = pytest.CaptureFixture[str]


def said(session: Session) -> list[tuple[str, str]]:
    return [(message.role, message.content) for message in session.conversation.messages]


def test_a_conversation_is_sent_whole_with_its_system_text(
    session: Session, script: Script, capsys: Capture
) -> None:
    script.answers = ["Good.", "Better."]
    obey(session, "/system Be brief.")
    obey(session, "One?")
    obey(session, "  Two?  ")
    assert script.requests[-1].messages == (
        Message("system", "Be brief."),
        Message("user", "One?"),
        Message("assistant", "Good."),
        Message("user", "Two?"),
    )
    assert said(session)[-1] == ("assistant", "Better.")
    shown = capsys.readouterr()
    assert shown.out == "Good.\nBetter.\n"
    assert "3 tokens" in shown.err and "seed" in shown.err


def test_each_answer_has_a_seed_of_its_own_until_one_is_set(
    session: Session, script: Script, capsys: Capture
) -> None:
    for text in ("One?", "Two?", "/set seed 7", "Three?", "/retry"):
        obey(session, text)
    seeds = [request.sampling.seed for request in script.requests]
    assert len(set(seeds)) == 4 and seeds[2] == 7
    assert [request.sampling.repeatable for request in script.requests] == [0, 0, 1, 0]
    assert f"seed {seeds[3]}" in capsys.readouterr().err


def test_retry_asks_the_last_message_again_and_replaces_the_answer(
    session: Session, script: Script
) -> None:
    script.answers = ["First.", "Second."]
    obey(session, "One?")
    obey(session, "/retry")
    assert said(session) == [("user", "One?"), ("assistant", "Second.")]
    assert script.requests[1].messages == script.requests[0].messages


def test_parameters_reach_the_model(session: Session, script: Script) -> None:
    for line in ("/set temperature 0.2", "/set top-k=5", "/set max_tokens 33", "/set stop END now"):
        obey(session, line)
    obey(session, "One?")
    request = script.requests[0]
    assert (request.sampling.temperature, request.sampling.top_k) == (0.2, 5)
    assert (request.max_tokens, request.stop) == (33, ("END now",))
    obey(session, "/set temperature default")
    obey(session, "One?")
    assert script.requests[1].sampling.temperature == 0.6


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/set temperature 6", ("6", "0 to 5")),
        ("/set temperature nan", ("nan", "0 to 5")),
        ("/set top_k 2.5", ("2.5", "whole", "1 to 50")),
        ("/set seed 0", ("0", "1 to 9999999999")),
        ("/set max_tokens 0", ("1 or more",)),
        ("/set temprature 1", ("temperature",)),
        ("/sett", ("/set",)),
        ("/model @local/nobody", ("@local/nobody",)),
        ("/load nowhere.json", ("nowhere.json",)),
        ("/save", ("Name a file",)),
        ("/forget many", ("many",)),
        ("/retry", ("Nothing was asked",)),
    ],
)
def test_wrong_commands_say_what_is_allowed(
    session: Session, line: str, words: tuple[str, ...], capsys: Capture
) -> None:
    obey(session, line)
    told = capsys.readouterr().err
    assert told.startswith("Error: ")
    for word in words:
        assert word in told


def test_set_and_help_tell_all(session: Session, capsys: Capture) -> None:
    obey(session, "/set temperature 0.2")
    obey(session, "/set")
    told = capsys.readouterr().err
    for words in ("temperature = 0.2", "0 to 5", "top_k = all", "1 to 9999999999", "-2 to 2"):
        assert words in told
    obey(session, "/help")
    told = capsys.readouterr().err
    assert all(name in told for name in commands.COMMANDS)


def test_raw_texts_go_as_they_are_and_by_themselves(session: Session, script: Script) -> None:
    obey(session, "One?")
    obey(session, "/raw")
    obey(session, " <s>go on ")
    request = script.requests[-1]
    assert (request.prompt, request.raw, request.messages) == (" <s>go on ", True, ())
    assert len(said(session)) == 2
    obey(session, "/raw")
    obey(session, "Two?")
    assert len(script.requests[-1].messages) == 3


@pytest.mark.parametrize("text", ["/etc/hosts is what?", " /help", "/ what?", "// x"])
def test_what_only_begins_with_a_slash_is_a_message(
    session: Session, script: Script, text: str
) -> None:
    obey(session, text)
    assert script.requests[0].messages[-1].content == text.strip()


def test_a_saved_conversation_goes_on_where_it_was(
    session: Session, script: Script, tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "talk.json"
    for line in ("/system Be brief.", "/set temperature 0.2", "/set stop END", "Grüße?",
                 f"/save {file}"):  # fmt: skip
        obey(session, line)
    assert json.loads(file.read_text("utf-8")) == {
        "version": 1, "model": "@local/tiny", "system": "Be brief.",
        "parameters": {"temperature": 0.2, "stop": ["END"]},
        "messages": [{"role": "user", "content": "Grüße?"},
                     {"role": "assistant", "content": "Hello there."}],
    }  # fmt: skip
    before = said(session)
    obey(session, "/clear")
    assert said(session) == []
    obey(session, f"/load {file}")
    assert said(session) == before
    assert session.conversation.system == "Be brief."
    assert session.conversation.parameters == {"temperature": 0.2, "stop": ("END",)}
    obey(session, "More?")
    obey(session, f"/save {file}")  # its own file may be written over
    assert len(json.loads(file.read_text("utf-8"))["messages"]) == 4
    assert "Error" not in capsys.readouterr().err


def test_no_other_file_is_written_over(session: Session, tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "precious.txt"
    file.write_text("precious")
    obey(session, f"/save {file}")
    assert file.read_text() == "precious"
    assert "exists" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("{", "JSON"),
        ("[]", "version"),
        ('{"version": 2, "messages": []}', "version"),
        ('{"version": 1}', "messages"),
        ('{"version": 1, "messages": [{"role": "tool", "content": "x"}]}', "tool"),
        ('{"version": 1, "messages": [{"role": "user", "content": 1}]}', "messages[0].content"),
        ('{"version": 1, "messages": [], "parameters": {"top_k": 99}}', "1 to 50"),
        ('{"version": 1, "messages": [], "parameters": {"top_k": true}}', "top_k"),
        ('{"version": 1, "messages": [], "system": 4}', "system"),
    ],
)
def test_a_file_that_is_no_conversation_says_why(
    session: Session, tmp_path: Path, content: str, word: str, capsys: Capture
) -> None:
    obey(session, "One?")
    file = tmp_path / "wrong.json"
    file.write_text(content)
    obey(session, f"/load {file}")
    assert word in capsys.readouterr().err
    assert len(said(session)) == 2  # that of before stands


def test_a_playgrounds_export_can_be_read(
    session: Session, tmp_path: Path, capsys: Capture
) -> None:
    turns = [{"role": "user", "content": "One?"}, {"role": "assistant", "content": "Two."}]
    talk = {"id": "x", "title": "", "updated": 1, "model": "@cf/none", "system": "S",
            "turns": turns}  # fmt: skip
    file = tmp_path / "export.json"
    export = {"format": "localai.conversations", "version": 1, "conversations": [talk, talk]}
    file.write_text(json.dumps(export))
    obey(session, f"/load {file}")
    assert said(session) == [("user", "One?"), ("assistant", "Two.")]
    told = capsys.readouterr().err
    assert "latest of 2" in told
    assert "@cf/none" in told and "@local/tiny goes on" in told


def test_a_failed_message_is_not_kept_and_can_be_retried(
    session: Session, script: Script, capsys: Capture
) -> None:
    script.answers = ["Good.", ContextExceeded(600, 256, 512), "Better."]
    obey(session, "One?")
    obey(session, "Two?")
    told = capsys.readouterr().err
    for word in ("600", "512", "/forget", "/clear", "/retry"):
        assert word in told
    assert said(session) == [("user", "One?"), ("assistant", "Good.")]
    obey(session, "/forget")
    obey(session, "/retry")
    assert said(session) == [("user", "Two?"), ("assistant", "Better.")]


def test_forget_drops_the_oldest(session: Session, script: Script, capsys: Capture) -> None:
    for text in ("One?", "Two?", "Three?", "/forget 2"):
        obey(session, text)
    assert said(session) == [("user", "Three?"), ("assistant", "Hello there.")]
    obey(session, "/forget 5")
    assert said(session) == []
    assert "Forgot 1 " in capsys.readouterr().err


def test_ctrl_c_stops_the_answer_and_keeps_what_was_shown(
    session: Session, script: Script, capsys: Capture
) -> None:
    script.endless = True
    script.answers = ["Hello there"]
    script.on_text = lambda: os.kill(os.getpid(), signal.SIGINT)
    obey(session, "One?")
    assert "Stopped" in capsys.readouterr().err
    role, text = said(session)[-1]
    assert role == "assistant" and "Hello there".startswith(text)


def test_ctrl_c_before_the_first_word_leaves_nothing(session: Session, script: Script) -> None:
    script.endless = True
    script.answers = [""]
    script.on_text = lambda: os.kill(os.getpid(), signal.SIGINT)
    obey(session, "One?")
    assert said(session) == []


def test_a_cut_answer_says_how_to_get_more(
    session: Session, script: Script, capsys: Capture
) -> None:
    script.reason = "length"
    obey(session, "One?")
    assert "/set max_tokens" in capsys.readouterr().err


def test_a_model_that_is_not_here_is_told_with_the_way_out(session: Session) -> None:
    with pytest.raises(NotDownloaded, match="localai pull"):
        session.take_model("@cf/meta/llama-3.2-1b-instruct")
    assert session.conversation.model == "@local/tiny"


def test_errors_are_of_the_package(session: Session, script: Script) -> None:
    script.answers = [LocalAIError("no")]
    with pytest.raises(LocalAIError, match="no"):
        session.ask("One?")
    with pytest.raises(InvalidRequest):
        commands.run(session, "/nothing")
