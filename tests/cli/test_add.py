"""`localai add` and `rm`: a file of one's own, under a new ID and under a registry's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from localai.registry import Registry
from tests.cli.conftest import Cli
from tests.gguf_embedders import tiny_bert
from tests.gguf_models import tiny_llama

TINYLLAMA = "@cf/tinyllama/tinyllama-1.1b-chat-v1.0"


def test_a_new_id_answers_and_goes_again(cli: Cli, gguf: Path, home: Path) -> None:
    added = cli("add", str(gguf), "--id", "@local/mine")
    assert added.exit_code == 0
    assert "@local/mine F16" in added.stdout
    spec = Registry.load().resolve("@local/mine")
    assert (spec.prompt, spec.default_quant, spec.architecture.context) == ("plain", "F16", 32_768)
    assert cli("run", "@local/mine", "Hi", "--max-tokens", "2").exit_code == 0
    assert cli("rm", "@local/mine").exit_code == 0
    assert gguf.exists()
    assert cli("show", "@local/mine").exit_code == 1
    assert not list((home / "data").rglob("*.gguf"))


def test_the_files_own_template_is_used(cli: Cli, tmp_path: Path) -> None:
    template = "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] }}{% endfor %}"
    path = tiny_llama(tmp_path / "chat.gguf", chat_template=template)
    assert cli("add", str(path), "--id", "@local/chat").exit_code == 0
    assert Registry.load().resolve("@local/chat").prompt == "gguf"
    assert cli("run", "@local/chat", "Hi", "--max-tokens", "2").exit_code == 0


def test_a_file_of_vectors_is_known_as_such(cli: Cli, tmp_path: Path) -> None:
    path = tiny_bert(tmp_path / "bge.gguf").path
    assert cli("add", str(path), "--id", "@cf/baai/bge-small-en-v1.5").exit_code == 0
    assert Registry.load().resolve("@cf/baai/bge-small-en-v1.5").embeds
    assert "/v1/embeddings" in cli("show", "@cf/baai/bge-small-en-v1.5").stdout
    refused = cli("run", "@cf/baai/bge-small-en-v1.5", "Hi")
    assert refused.exit_code == 1
    assert "makes embeddings" in refused.stderr


def test_a_copy_outlives_the_file(cli: Cli, tmp_path: Path) -> None:
    path = tiny_llama(tmp_path / "away.gguf")
    assert cli("add", str(path), "--id", "@local/kept", "--copy").exit_code == 0
    path.unlink()
    assert cli("run", "@local/kept", "Hi", "--max-tokens", "2").exit_code == 0


def test_a_second_quantization_joins_the_first(cli: Cli, gguf: Path, tmp_path: Path) -> None:
    other = tiny_llama(tmp_path / "q8.gguf", quant="Q8_0", context=32_768)
    assert cli("add", str(gguf), "--id", "@local/two").exit_code == 0
    assert cli("add", str(other), "--id", "@local/two").exit_code == 0
    assert json.loads(cli("show", "@local/two", "--json").stdout)["installed"] == ["Q8_0", "F16"]
    assert cli("rm", "@local/two", "--quant", "q8_0").exit_code == 0
    assert json.loads(cli("show", "@local/two", "--json").stdout)["installed"] == ["F16"]


def test_another_architecture_is_refused_unless_forced(cli: Cli, gguf: Path) -> None:
    refused = cli("add", str(gguf), "--id", TINYLLAMA)
    assert refused.exit_code == 1
    assert "layers: the file says 2, the registry 22" in refused.stderr
    forced = cli("add", str(gguf), "--id", TINYLLAMA, "--force")
    assert forced.exit_code == 0
    assert "Taken with --force" in forced.stderr
    assert cli("run", TINYLLAMA, "Hi", "--max-tokens", "2").exit_code == 0
    assert cli("rm", TINYLLAMA).exit_code == 0
    assert gguf.exists()
    assert cli("rm", TINYLLAMA).exit_code == 1


@pytest.mark.parametrize("model", ["mine", "@local/../../x", "@evil/x", "@local/a b"])
def test_an_id_that_could_not_be_one_leaves_nothing_behind(
    model: str, cli: Cli, gguf: Path, home: Path
) -> None:
    refused = cli("add", str(gguf), "--id", model)
    assert refused.exit_code == 1
    assert "not allowed" in refused.stderr
    assert not list(home.rglob("*.toml"))
    assert not list(home.rglob("data/**/*.gguf"))


def test_what_is_no_gguf_is_refused_by_name(cli: Cli, home: Path) -> None:
    path = home / "notes.gguf"
    path.write_bytes(b"not a model at all")
    refused = cli("add", str(path), "--id", "@local/notes")
    assert refused.exit_code == 1
    assert "notes.gguf" in refused.stderr
    assert cli("show", "@local/notes").exit_code == 1


def test_the_embedded_model_keeps_its_weights(cli: Cli, gguf: Path) -> None:
    assert "part of this package" in cli("add", str(gguf), "--id", "@localai/sql-tiny").stderr
    assert cli("rm", "@localai/sql-tiny").exit_code == 1
