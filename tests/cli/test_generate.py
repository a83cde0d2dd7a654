"""`localai run`: text as it comes, one JSON object, and a Ctrl-C that is obeyed at once."""

from __future__ import annotations

import json
import signal

import pytest

from tests.cli.conftest import Cli, start

GREEDY = ("--temperature", "0", "--max-tokens", "12")


def test_the_text_is_the_answer_of_the_json(cli: Cli, tiny: str) -> None:
    told = cli("run", tiny, "Once upon a time", *GREEDY)
    assert told.exit_code == 0
    answer = json.loads(cli("run", tiny, "Once upon a time", *GREEDY, "--json").stdout)
    assert told.stdout == answer["response"] + "\n"
    assert answer["model"] == tiny
    assert answer["finish_reason"] == "length"
    assert answer["usage"]["completion_tokens"] == 12
    assert answer["usage"]["total_tokens"] == answer["usage"]["prompt_tokens"] + 12


def test_a_cut_answer_says_so_beside_the_text(cli: Cli, tiny: str) -> None:
    told = cli("run", tiny, "Once", *GREEDY)
    assert "--max-tokens" in told.stderr
    assert "--max-tokens" not in told.stdout


def test_a_seed_repeats_and_another_does_not(cli: Cli, tiny: str) -> None:
    def told(seed: str) -> str:
        return cli("run", tiny, "Once", "--seed", seed, "--max-tokens", "20").stdout

    assert told("7") == told("7")
    assert told("7") != told("8")


def test_stop_ends_the_answer_before_the_text(cli: Cli, tiny: str) -> None:
    whole = json.loads(cli("run", tiny, "Once", *GREEDY, "--json").stdout)["response"]
    stop = whole[5]
    cut = json.loads(cli("run", tiny, "Once", *GREEDY, "--json", "--stop", stop).stdout)
    assert cut["finish_reason"] == "stop"
    assert cut["response"] == whole[: whole.index(stop)]


def test_a_dash_reads_stdin(cli: Cli, tiny: str) -> None:
    typed = cli("run", tiny, "Zürich is", *GREEDY)
    assert cli("run", tiny, "-", *GREEDY, stdin="Zürich is").stdout == typed.stdout


@pytest.mark.parametrize(
    ("args", "stdin", "word"),
    [
        (("-",), b"\xff\xfe", "not UTF-8"),
        (("-",), b"", "empty"),
        (("hi", "--raw", "--system", "Be kind"), None, "--raw"),
        (("hi", "--temperature", "6"), None, "temperature"),
        (("hi", "--gpu-layers", "many"), None, "auto"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(
    args: tuple[str, ...], stdin: bytes | None, word: str, cli: Cli, tiny: str
) -> None:
    refused = cli("run", tiny, *args, stdin=stdin)
    assert refused.exit_code == 2
    assert word in refused.stderr


def test_a_system_text_makes_a_conversation(cli: Cli, tiny: str) -> None:
    plain = json.loads(cli("run", tiny, "Hi", *GREEDY, "--json").stdout)
    told = json.loads(cli("run", tiny, "Hi", *GREEDY, "--system", "Be kind", "--json").stdout)
    assert told["usage"]["prompt_tokens"] > plain["usage"]["prompt_tokens"]


def test_what_does_not_fit_is_refused_with_the_numbers(cli: Cli, tiny: str) -> None:
    refused = cli("run", tiny, "Hi", "--max-tokens", "500", "--ctx", "256", "--json")
    assert refused.exit_code == 1
    error = json.loads(refused.stdout)["error"]
    assert error["type"] == "ContextExceeded"
    assert "256" in error["message"]


def test_ctrl_c_ends_a_long_answer_at_once(tiny: str) -> None:
    child = start("run", tiny, "Once", "--ctx", "32768", "--max-tokens", "32000")
    assert child.stdout is not None
    child.stdout.read(20)
    child.send_signal(signal.SIGINT)
    # 32,000 tokens would take longer.
    _, told = child.communicate(timeout=10)
    assert child.returncode == 130
    assert b"Traceback" not in told
