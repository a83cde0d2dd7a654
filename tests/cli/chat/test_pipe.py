"""`localai chat` without a terminal: stdin is one message, and stdout has the answer alone."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.chat.conftest import Script
from tests.cli.conftest import Cli

GREEDY = ("--temperature", "0", "--max-tokens", "12")


def test_stdin_is_one_message_and_stdout_the_answer(cli: Cli, script: Script, tiny: str) -> None:
    script.answers = ["**Hi** \x1b[1mthere"]
    told = cli("chat", tiny, "--system", "Be brief.", stdin="One?\n/help\nTwo?\n")
    assert told.exit_code == 0, told.output
    assert told.stdout == "**Hi** \N{REPLACEMENT CHARACTER}[1mthere\n"
    assert told.stderr == ""
    assert [m.content for m in script.requests[0].messages] == ["Be brief.", "One?\n/help\nTwo?"]


def test_a_real_model_answers_alike_each_time(cli: Cli, tiny: str) -> None:
    first = cli("chat", tiny, *GREEDY, stdin="hi")
    assert first.exit_code == 0, first.output
    assert len(first.stdout) > 12
    assert first.stdout == cli("chat", tiny, *GREEDY, stdin="hi").stdout
    assert "--max-tokens" in first.stderr


def test_the_best_chat_model_that_is_here_is_taken(cli: Cli, tiny: str) -> None:
    refused = cli("chat", stdin="hi")
    # The random model was made without a chat template, and the embedded one writes SQL.
    assert refused.exit_code == 1
    assert "No chat model" in refused.stderr
    assert "localai pull @cf/meta/llama-3.2-1b-instruct" in refused.stderr


def test_a_conversation_can_be_gone_on_with(
    cli: Cli, script: Script, tiny: str, tmp_path: Path
) -> None:
    file = tmp_path / "talk.json"
    messages = [{"role": "user", "content": "One?"}, {"role": "assistant", "content": "Two."}]
    file.write_text(json.dumps({"version": 1, "model": tiny, "system": "S", "messages": messages}))
    assert cli("chat", "--load", str(file), stdin="Three?").exit_code == 0
    assert [m.content for m in script.requests[0].messages] == ["S", "One?", "Two.", "Three?"]


@pytest.mark.parametrize(
    ("args", "stdin", "code", "word"),
    [
        ((), b"", 2, "empty"),
        ((), b"\xff\xfe", 2, "not UTF-8"),
        (("--system", "x", "--raw"), b"hi", 2, "--raw"),
        (("--temperature", "6"), b"hi", 2, "temperature"),
        (("--load", "nowhere.json"), b"hi", 1, "nowhere.json"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    cli: Cli, tiny: str, args: tuple[str, ...], stdin: bytes, code: int, word: str
) -> None:
    refused = cli("chat", tiny, *args, stdin=stdin)
    assert refused.exit_code == code
    assert word in refused.stderr


def test_a_model_that_is_not_here_is_told_with_the_way_out(cli: Cli) -> None:
    refused = cli("chat", "@cf/meta/llama-3.2-1b-instruct", stdin="hi")
    assert refused.exit_code == 1
    assert "localai pull @cf/meta/llama-3.2-1b-instruct" in refused.stderr


def test_ctrl_c_ends_a_pipe(tiny: str, tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    asked.write_text("Once")
    args = ("chat", tiny, "--ctx", "32768", "--max-tokens", "32000")
    with asked.open() as stdin:
        child = subprocess.Popen(
            [sys.executable, "-m", "localai", *args],
            stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
    assert child.stdout is not None
    child.stdout.read(20)
    child.send_signal(signal.SIGINT)
    _, told = child.communicate(timeout=10)
    assert child.returncode == 130
    assert b"Traceback" not in told
