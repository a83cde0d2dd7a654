"""Which command is meant: a question, or a subcommand by its name."""

from __future__ import annotations

import pytest

from localai.cli.sql import COMMANDS
from tests.cli.conftest import Cli
from tests.cli.sql.conftest import Script
from tests.cli.test_main import mistakes


def test_the_help_has_the_questions_options_and_the_subcommands(cli: Cli) -> None:
    told = cli("sql", "--help")
    assert told.exit_code == 0
    assert "Usage: localai sql [OPTIONS] [QUESTION]" in told.stdout
    for name in (*COMMANDS, "--db", "--best-of", "schema-first", "Exit codes", "Examples"):
        assert name in told.stdout
    assert cli("sql", "--db", "x.db", "--help").stdout.startswith("Usage: localai sql [OPTIONS]")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_subcommand_has_help_with_examples(cli: Cli, name: str) -> None:
    told = cli("sql", name, "--help")
    assert told.exit_code == 0
    assert f"Usage: localai sql {name}" in told.stdout
    examples = [line for line in told.stdout.splitlines() if line.startswith("    localai ")]
    assert examples
    assert mistakes(examples) == []


def test_a_name_is_a_subcommand_only_where_it_stands_first(
    cli: Cli, shop: str, says: Script, tiny: str
) -> None:
    says.append("SELECT name FROM products")
    assert cli("sql", "history").exit_code == 0
    assert says.requests == []
    assert cli("sql", "--db", shop, "--model", tiny, "history").exit_code == 0
    assert len(says.requests) == 1


def test_a_question_may_begin_with_a_dash(cli: Cli, shop: str, says: Script, tiny: str) -> None:
    says.append("SELECT name FROM products")
    told = cli("sql", "--db", shop, "--model", tiny, "--", "--names, please")
    assert told.exit_code == 0
    assert "--names, please" in str(says.requests[0])


def test_nothing_at_all_is_wrong_usage_with_help(cli: Cli) -> None:
    told = cli("sql")
    assert told.exit_code == 2
    assert "Examples" in told.output
    assert "did you mean" in cli("sql", "--bd", "x", "y").output.lower()
