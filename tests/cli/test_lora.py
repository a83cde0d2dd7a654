"""`localai lora`: an adapter is added, used, listed and removed; what is wrong leaves nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from localai.registry import Registry
from tests import gguf_adapters
from tests.cli.conftest import Cli
from tests.gguf_models import tiny_llama

ASKED = ("Hi", "--max-tokens", "8", "--temperature", "0")


@pytest.fixture(scope="module")
def file(gguf: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("adapter")
    return gguf_adapters.adapter(folder / "polite.gguf", gguf_adapters.factors(gguf))


def test_it_is_added_used_listed_and_removed(cli: Cli, tiny: str, file: Path, home: Path) -> None:
    assert cli("lora", "ls").exit_code == 0
    added = cli("lora", "add", "polite", str(file), "--model", tiny, "--description", "Says please")
    assert (added.exit_code, added.stderr) == (0, "")
    assert "polite (rank 4" in added.stdout
    plain, changed = cli("run", tiny, *ASKED), cli("run", tiny, *ASKED, "--lora", "POLITE")
    assert changed.exit_code == 0 and changed.stdout != plain.stdout
    (told,) = json.loads(cli("lora", "ls", "--json").stdout)
    assert (told["name"], told["model"], told["rank"], told["alpha"]) == ("polite", tiny, 4, 8.0)
    assert told["there"] and told["created"].startswith("20")
    assert "Says please" in cli("lora", "ls").stdout
    assert json.loads(cli("show", tiny, "--json").stdout)["adapters"] == [told]
    assert "polite" in cli("show", tiny).stdout
    assert json.loads(cli("models", "--json").stdout)
    by_id = cli("run", tiny, *ASKED, "--lora", told["id"])
    assert by_id.stdout == changed.stdout
    removed = cli("lora", "rm", "Polite")
    assert removed.exit_code == 0 and "stays" in removed.stdout
    assert file.exists() and not list((home / "data").rglob("polite*"))
    assert cli("run", tiny, *ASKED, "--lora", "polite").exit_code == 1
    assert cli("lora", "rm", "polite").exit_code == 1


def test_a_copy_outlives_its_file_and_a_link_does_not(
    cli: Cli, tiny: str, file: Path, tmp_path: Path
) -> None:
    path = tmp_path / "away.gguf"
    for name, more in (("copied", ["--copy"]), ("linked", [])):
        path.write_bytes(file.read_bytes())
        assert cli("lora", "add", name, str(path), "--model", tiny, *more).exit_code == 0
        path.unlink()
    assert cli("run", tiny, *ASKED, "--lora", "copied").exit_code == 0
    refused = cli("run", tiny, *ASKED, "--lora", "linked")
    assert refused.exit_code == 1 and "missing required files" in refused.stderr
    assert "missing" in cli("lora", "ls").stdout
    assert "freed" in cli("lora", "rm", "copied").stdout
    assert cli("lora", "rm", "linked").exit_code == 0


def test_a_name_that_is_taken_names_its_model(cli: Cli, tiny: str, gguf: Path, file: Path) -> None:
    assert cli("add", str(gguf), "--id", "@local/second").exit_code == 0
    assert cli("lora", "add", "polite", str(file), "--model", tiny).exit_code == 0
    for model in (tiny, "@local/second"):
        refused = cli("lora", "add", "Polite", str(file), "--model", model)
        assert refused.exit_code == 1
        assert f"polite is the name of an adapter for {tiny} already" in refused.stderr
        assert "localai lora rm polite" in refused.stderr
    assert cli("run", tiny, *ASKED, "--lora", "polite").exit_code == 0
    refused = cli("run", "@local/second", *ASKED, "--lora", "polite")
    assert refused.exit_code == 1 and f"made for {tiny}" in refused.stderr


@pytest.mark.parametrize("name", ["", "a b", "../x", "a/b", ".hidden", "x" * 101, "é"])
def test_a_bad_name_leaves_nothing_behind(
    name: str, cli: Cli, tiny: str, file: Path, home: Path
) -> None:
    refused = cli("lora", "add", name, str(file), "--model", tiny)
    assert refused.exit_code == 1 and "letters, digits" in refused.stderr
    assert not Registry.load().adapters
    assert not list((home / "data").rglob("adapters/*"))


def test_what_does_not_fit_the_model_leaves_nothing_behind(
    cli: Cli, tiny: str, gguf: Path, tmp_path: Path
) -> None:
    wide = tiny_llama(tmp_path / "wide.gguf", embedding=128)
    path = gguf_adapters.adapter(tmp_path / "wide-a.gguf", gguf_adapters.factors(wide))
    refused = cli("lora", "add", "wide", str(path), "--model", tiny)
    assert refused.exit_code == 1 and "was not made for @local/tiny" in refused.stderr
    assert cli("lora", "add", "model", str(gguf), "--model", tiny).exit_code == 1
    assert cli("lora", "add", "x", str(path), "--model", "@local/nope").exit_code == 1
    assert not Registry.load().adapters


def test_before_the_weights_are_here_it_says_what_was_not_compared(
    cli: Cli, tmp_path: Path
) -> None:
    import numpy as np

    pair = (np.zeros((8, 4096), np.float32), np.zeros((4096, 8), np.float32))
    path = gguf_adapters.adapter(tmp_path / "a.gguf", {"blk.31.attn_q.weight": pair})
    added = cli("lora", "add", "early", str(path), "--model", "sqlcoder-7b-2")
    assert added.exit_code == 0 and "not here" in added.stderr
    (adapter,) = Registry.load().resolve("@cf/defog/sqlcoder-7b-2").adapters
    assert (adapter.name, adapter.rank) == ("early", 8)


def test_one_of_a_registry_file_is_taken_out_there(cli: Cli, tiny: str, file: Path) -> None:
    from localai.registry import config_dir

    own = config_dir() / "model_registry.toml"
    own.write_text(f'[[adapter]]\nname = "mine"\nmodel = "{tiny}"\npath = "{file}"\n')
    assert cli("run", tiny, *ASKED, "--lora", "mine").exit_code == 0
    refused = cli("lora", "rm", "mine")
    assert refused.exit_code == 1 and "registry file" in refused.stderr


def test_a_model_can_go_before_its_adapters(cli: Cli, tiny: str, file: Path) -> None:
    assert cli("lora", "add", "left", str(file), "--model", tiny).exit_code == 0
    assert cli("rm", tiny).exit_code == 0
    assert tiny in cli("lora", "ls").stdout
    assert cli("models").exit_code == 0
    assert cli("lora", "rm", "left").exit_code == 0
