"""`localai sql note`: written down, listed, removed, each database's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli


def test_notes_are_kept_and_listed_with_their_numbers(cli: Cli, shop: str) -> None:
    assert "no note" in cli("sql", "note", "--db", shop).stderr
    assert cli("sql", "note", "--db", shop, "revenue means price * quantity").exit_code == 0
    again = cli("sql", "note", "--db", shop, "revenue means  price * quantity")
    assert "already" in again.stderr
    cli("sql", "note", "--db", shop, "a \x1b[2J note")
    listed = cli("sql", "note", "--db", shop, "--list")
    assert listed.stdout.splitlines()[0] == "1  revenue means price * quantity"
    assert "\x1b" not in listed.stdout
    assert json.loads(cli("sql", "note", "--db", shop, "--json").stdout)["notes"][0] == (
        "revenue means price * quantity"
    )


def test_a_note_is_removed(cli: Cli, shop: str) -> None:
    cli("sql", "note", "--db", shop, "one")
    assert "Forgotten: one" in cli("sql", "note", "--db", shop, "--remove", "1").stderr
    gone = cli("sql", "note", "--db", shop, "--remove", "1")
    assert gone.exit_code == 1
    assert "no note 1" in gone.stderr


def test_databases_do_not_share_notes(cli: Cli, shop: str, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    other.write_bytes(Path(shop).read_bytes())
    cli("sql", "note", "--db", shop, "one")
    assert json.loads(cli("sql", "note", "--db", str(other), "--json").stdout)["notes"] == []


def test_the_same_file_has_the_same_notes_by_any_path(
    cli: Cli, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("sql", "note", "--db", shop, "one")
    monkeypatch.chdir(Path(shop).parent)
    told = cli("sql", "note", "--db", Path(shop).name, "--json")
    assert json.loads(told.stdout)["notes"] == ["one"]


@pytest.mark.parametrize(
    "args", [("text", "--list"), ("--list", "--remove", "1"), ("--remove", "0")]
)
def test_one_thing_at_a_time(cli: Cli, shop: str, args: tuple[str, ...]) -> None:
    assert cli("sql", "note", "--db", shop, *args).exit_code == 2


def test_a_file_that_is_not_there_has_no_notes(cli: Cli, tmp_path: Path) -> None:
    refused = cli("sql", "note", "--db", str(tmp_path / "none.db"), "text")
    assert refused.exit_code == 2
    assert "none.db" in refused.stderr
