"""The user's files over the packaged one: what is given there wins, the rest stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from localai.errors import RegistryError
from localai.model import ModelSpec
from localai.registry import Registry, add_local, config_dir, dump, files, remove_local

SQLCODER = "@cf/defog/sqlcoder-7b-2"


def test_an_own_entry_changes_only_the_keys_it_gives(own: Callable[[str], Path]) -> None:
    before = Registry.load().resolve(SQLCODER)
    own(f'[[model]]\nid = "{SQLCODER.upper()}"\nlimits = {{ max_tokens = 300 }}\nstop = ["X"]\n')
    after = Registry.load().resolve(SQLCODER)
    assert after.limits == replace(before.limits, max_tokens=300)
    assert after == replace(before, limits=after.limits, stop=("X",))


def test_an_own_file_replaces_the_one_of_its_quant_whole(own: Callable[[str], Path]) -> None:
    before = Registry.load().resolve(SQLCODER)
    own(
        f'[[model]]\nid = "{SQLCODER}"\nfiles = [{{ quant = "Q5_K_M", path = "/w/five.gguf" }},'
        ' { quant = "IQ4_XS", repository = "a/b", name = "iq4.gguf" }]\n'
    )
    after = Registry.load().resolve(SQLCODER)
    assert len(after.files) == len(before.files) + 1
    five, four, eight = after.file("Q5_K_M"), after.file("IQ4_XS"), after.file("Q8_0")
    assert five is not None and five.path == Path("/w/five.gguf").absolute()
    assert (five.sha256, five.bytes, five.repository) == (None, None, "")
    assert four is not None and four.repository == "a/b"
    assert eight == before.file("Q8_0")


def test_a_new_model_comes_last(own: Callable[[str], Path], spec: ModelSpec) -> None:
    packaged = Registry.load().models
    own(dump(spec))
    assert Registry.load().models == (*packaged, spec)


def test_the_own_file_speaks_after_added_models(
    own: Callable[[str], Path], spec: ModelSpec
) -> None:
    add_local(spec)
    own(f'[[model]]\nid = "{spec.id}"\ntitle = "Renamed"\n')
    assert Registry.load().resolve(spec.id) == replace(spec, title="Renamed")


def test_a_fault_names_the_files_that_had_a_say(own: Callable[[str], Path]) -> None:
    path = own(f'[[model]]\nid = "{SQLCODER}"\ndefault_quant = "Q1"\n')
    with pytest.raises(RegistryError, match="default_quant: 'Q1'") as caught:
        Registry.load()
    assert str(caught.value).startswith(f"{path} (over ")


@pytest.mark.parametrize(
    "line",
    [
        'aliases = ["SQLCODER_7B"]',
        'aliases = ["@cf/meta/llama-2-7b-chat-int8"]',
        'spellings = { qianfan = ["sqlcoder-7b"] }',
        'spellings = { openai = ["defog/sqlcoder-7b"] }',
    ],
)
def test_a_name_of_another_model_is_refused(
    own: Callable[[str], Path], spec: ModelSpec, line: str
) -> None:
    path = own(dump(spec) + line)
    with pytest.raises(RegistryError, match="already names") as caught:
        Registry.load()
    assert str(caught.value).startswith(f"{path}: model @local/mine: {line.split()[0]}")


def test_the_environment_names_another_registry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spec: ModelSpec
) -> None:
    path = tmp_path / "other.toml"
    path.write_text(dump(spec), encoding="utf-8")
    assert Registry.load(path).models == (spec,)
    monkeypatch.setenv("LOCALAI_REGISTRY", str(path))
    assert Registry.load().models == (spec,)


def test_the_wheels_copy_goes_before_the_checkouts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spec: ModelSpec
) -> None:
    package = tmp_path / "localai"
    package.mkdir()
    monkeypatch.setattr(files, "PACKAGE", package)
    (tmp_path / "model_registry.toml").write_text(dump(spec), encoding="utf-8")
    assert Registry.load().models == (spec,)
    wheels = replace(spec, title="From the wheel")
    (package / "model_registry.toml").write_text(dump(wheels), encoding="utf-8")
    assert Registry.load().models == (wheels,)


def test_the_configuration_directory_has_a_platform_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("LOCALAI_CONFIG_DIR")
    assert config_dir().is_absolute() and config_dir().name == "localai"


def test_an_added_model_is_found_until_it_is_removed(spec: ModelSpec, config: Path) -> None:
    path = add_local(spec)
    assert path.parent == config / "added"
    assert Registry.load().resolve("@LOCAL/mine") == spec
    add_local(replace(spec, title="Second"))
    assert Registry.load().resolve(spec.id).title == "Second"
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert remove_local("@LOCAL/Mine") is True
    assert remove_local(spec.id) is False
    assert spec not in Registry.load().models


def test_added_models_never_share_a_file(spec: ModelSpec) -> None:
    names = ["@local/a/b", "@local/a-b", "@local/a--b", "@local/a_b", "qianfan:a", "@hf/a"]
    paths = {add_local(replace(spec, id=name)) for name in names}
    assert len(paths) == len(names)
    assert {model.id for model in Registry.load().models} >= set(names)


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "../../evil"},
        {"id": "@local/x", "aliases": (SQLCODER,)},
        {"default_quant": "Q2_K"},
        {"files": ()},
        {"title": "\udce9"},
    ],
)
def test_an_entry_that_would_not_load_is_never_written(
    spec: ModelSpec, config: Path, wrong: dict[str, object]
) -> None:
    with pytest.raises(RegistryError):
        add_local(replace(spec, **wrong))  # type: ignore[arg-type]
    assert list(config.rglob("*")) == []


@pytest.mark.parametrize(
    "name", ["..", "../model_registry", "@local/\0", "@local/" + "x" * 999, ""]
)
def test_removing_what_is_no_id_touches_nothing(own: Callable[[str], Path], name: str) -> None:
    path = own("")
    assert remove_local(name) is False
    assert path.exists()
