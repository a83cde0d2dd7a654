"""`localai cache`: what prompts are kept, how large, and how they go; and the options for it."""

from __future__ import annotations

import json
from array import array
from pathlib import Path

import pytest

from localai import shelving
from localai.engine import ShelfRules
from localai.prefixes import Folder, Prefix, prefix_directory
from tests.cli.conftest import Cli

LONG = "create table orders (id integer, city text, total real, placed text); " * 3


def keep(model: str, tokens: int, adapter: str = "") -> None:
    facts = {"weights": model, "adapter": adapter}
    about = {"model": model, "quant": "Q4_K_M", "adapter": adapter}
    state = memoryview(bytearray(5_000))
    listed = array("i", range(tokens))
    assert Folder(prefix_directory()).write(Prefix(facts, about, listed, 0, state))


def test_nothing_is_kept_at_first(cli: Cli) -> None:
    for command in (("cache",), ("cache", "ls")):
        told = cli(*command)
        assert (told.exit_code, told.stdout) == (0, "") and "Nothing" in told.stderr
    told = json.loads(cli("cache", "ls", "--json").stdout)
    assert told == {"folder": str(prefix_directory()), "bytes": 0, "prefixes": []}
    assert cli("cache", "clear").stdout == "Removed 0 kept prompts: 0 bytes freed.\n"


def test_they_are_listed_and_cleared(cli: Cli) -> None:
    keep("@cf/defog/sqlcoder-7b-2", 1500)
    keep("@local/gone", 300, "polite")
    shown = cli("cache").stdout
    for word in ("@cf/defog/sqlcoder-7b-2", "Q4_K_M", "1500", "polite", "kB", "just now"):
        assert word in shown
    told = json.loads(cli("cache", "ls", "--json").stdout)
    assert [one["tokens"] for one in told["prefixes"]] in ([1500, 300], [300, 1500])
    assert told["bytes"] == sum(one["bytes"] for one in told["prefixes"])
    one = next(each for each in told["prefixes"] if each["adapter"])
    assert one["created"].startswith("20") and one["last_used"].endswith("+00:00")
    assert Path(one["path"]).is_file()
    unknown = cli("cache", "clear", "@cf/no/such", "--json")
    assert unknown.exit_code == 1 and "UnknownModel" in unknown.stdout
    gone = json.loads(cli("cache", "clear", "@local/gone", "--json").stdout)
    assert gone == {"removed": 1, "bytes": one["bytes"]}
    assert "Removed 1 kept prompt:" in cli("cache", "clear", "sqlcoder-7b-2").stdout
    assert json.loads(cli("cache", "ls", "--json").stdout)["prefixes"] == []


def test_one_command_keeps_for_the_next(
    cli: Cli, tiny: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelving, "RULES", ShelfRules(least=64, seconds=0.0))
    asked = ("run", tiny, LONG, "--raw", "--max-tokens", "8", "--temperature", "0", "--ctx", "1024")
    off = cli(*asked, "--disk-cache", "off")
    assert off.exit_code == 0 and not prefix_directory().exists()
    first, second = cli(*asked), cli(*asked)
    assert first.stdout == second.stdout == off.stdout
    (one,) = json.loads(cli("cache", "ls", "--json").stdout)["prefixes"]
    assert (one["model"], one["quant"]) == (tiny, "F16") and one["tokens"] > 64


@pytest.mark.parametrize("size", ["lots", "-1", "5 apples", "", "1PB"])
def test_a_size_that_is_none_is_refused_by_name(cli: Cli, size: str) -> None:
    told = cli("run", "@local/tiny", "Hi", "--disk-cache", size)
    assert told.exit_code == 2 and "--disk-cache" in told.stderr


@pytest.mark.parametrize(
    ("text", "count"),
    [("off", 0), ("0", 0), ("500MB", 500_000_000), ("1.5 gb", 1_500_000_000), ("4096", 4096)],
)
def test_sizes_are_read_as_people_write_them(text: str, count: int) -> None:
    from localai.cli.options import DiskCache

    assert DiskCache().convert(text, None, None) == count


def test_the_environment_sets_the_size(
    cli: Cli, tiny: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCALAI_DISK_CACHE", "some")
    told = cli("run", tiny, "Hi")
    assert told.exit_code == 2 and "some" in told.stderr
