"""A wrong registry entry is refused with the file, the model, the key and what is allowed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from localai.errors import RegistryError
from localai.model import FileSpec
from localai.registry import Registry
from localai.registry.entry import parse

Change = Callable[[dict[str, Any]], object]


def table() -> dict[str, Any]:
    """A sound model in the shape in which a TOML file gives it."""
    numbers = "layers heads kv_heads head_dim embedding feed_forward vocabulary context".split()
    return {
        "id": "@local/mine",
        "title": "Mine",
        "licence": "MIT",
        "prompt": "gguf",
        "default_quant": "Q8_0",
        "architecture": {"name": "llama", "rope_theta": 1e4} | dict.fromkeys(numbers, 4),
        "files": [{"quant": "Q8_0", "repository": "a/b", "name": "c.gguf"}],
    }


def change(key: str, value: object) -> Change:
    return lambda model: model.update({key: value})


def change_file(**values: object) -> Change:
    return lambda model: model["files"][0].update(values)


def message(alter: Change) -> str:
    model = table()
    alter(model)
    with pytest.raises(RegistryError) as caught:
        parse(model, "my.toml")
    return str(caught.value)


def test_a_sound_entry_is_taken_with_its_defaults() -> None:
    spec = parse(table(), "my.toml")
    assert spec.files == (FileSpec("Q8_0", "c.gguf", repository="a/b", revision="main"),)
    assert (spec.limits.max_tokens, spec.limits.max_tokens_stream) == (256, 256)
    assert (spec.stop, spec.aliases, spec.spellings, spec.beta) == ((), (), {}, False)


@pytest.mark.parametrize(
    ("alter", "key", "allowed"),
    [
        (change("licens", "MIT"), "licens: unknown key", "licence"),
        (change_file(sha="0" * 64), "files[0].sha: unknown key", "sha256"),
        (lambda m: m["architecture"].update(rope=1), "architecture.rope: unknown key", "rope_th"),
        (change("limits", {"tokens": 1}), "limits.tokens: unknown key", "max_tokens_stream"),
        (lambda m: m.pop("licence"), "licence: missing", "needed"),
        (lambda m: m["architecture"].pop("heads"), "architecture.heads: missing", "needed"),
        (lambda m: m["files"][0].pop("quant"), "files[0].quant: missing", "needed"),
        (change("beta", "yes"), "beta: 'yes' is not allowed", "bool"),
        (change("title", ""), "title: '' is not allowed", "length >= 1"),
        (change("aliases", ["a b"]), "aliases[0]: 'a b' is not allowed", "letters"),
        (change("spellings", {"quianfan": ["x"]}), "spellings: {'quianfan'", "keyed by workers_ai"),
        (change("terms_url", "javascript:1"), "terms_url: 'javascript:1'", "http://"),
        (change("limits", {"max_tokens": 0}), "limits.max_tokens: 0 is not allowed", ">= 1"),
        (change_file(sha256="xyz"), "files[0].sha256: 'xyz' is not allowed", "64 lower-case"),
        (change_file(sha256="A" * 64), "files[0].sha256", "64 lower-case"),
        (change_file(sha256="a" * 64 + "\n"), "files[0].sha256", "64 lower-case"),
        (change_file(quant="q4"), "files[0].quant: 'q4' is not allowed", "Q4_K_M"),
        (change_file(bytes=-1), "files[0].bytes: -1 is not allowed", "from 1"),
        (change_file(bytes=True), "files[0].bytes: True is not allowed", "from 1"),
        (change_file(gigabytes=0.0), "files[0].gigabytes: 0.0 is not allowed", "above 0"),
        (change_file(repository="../../etc"), "files[0].repository", "owner/name"),
        (change_file(repository="a"), "files[0].repository", "owner/name"),
        (change_file(revision="../x"), "files[0].revision", "commit"),
        (change_file(name=""), "files (Q8_0): name: missing", "repository"),
        (change_file(name="../c.gguf"), "name: '../c.gguf' leaves its folder", "'..'"),
        (change_file(name="/etc/passwd"), "name: '/etc/passwd' leaves its folder", "'..'"),
        (change_file(repository=""), "files[0].repository", "owner/name"),
        (change_file(path="c.gguf"), "path: 'c.gguf' is not absolute", "~"),
        (change_file(path="/c.gguf", package="c.gguf"), "both path and package", "one"),
        (change_file(package="../c.gguf"), "package: '../c.gguf' leaves its folder", "'..'"),
        (lambda m: m["files"][0].pop("repository"), "files (Q8_0): no repository", "path"),
        (lambda m: m["files"].append(m["files"][0]), "files: two files have the quant Q8_0", ""),
        (change("files", []), "files: [] is not allowed", "length >= 1"),
        (change("default_quant", "Q4_0"), "default_quant: 'Q4_0' is the quant of no", "Q8_0"),
    ],
)
def test_a_wrong_entry_names_file_model_and_key(alter: Change, key: str, allowed: str) -> None:
    text = message(alter)
    assert text.startswith("my.toml: model @local/mine: ")
    assert key in text
    assert allowed in text.partition(key)[2]


@pytest.mark.parametrize(
    "name",
    [
        "mine", "@other/mine", "@local/", "@local/..", "@local/../x", "@local/a/../../b",
        "@local//a", "@local/a/", "@local/a\\b", "@local/a\n", "@local/a\0", "@local/ä",
        "@local/.hidden", "@local/-rf", "qianfan:", "qianfan:/etc", "@local/" + "a" * 200, 7,
    ],
)  # fmt: skip
def test_an_id_that_is_none_is_refused(name: object) -> None:
    text = message(change("id", name))
    assert ": id: " in text and "begins with @cf/" in text
    assert text.isprintable() and len(text) < 500


@pytest.mark.parametrize("quant", ["Q4_K_M", "IQ4_XS", "TQ1_0", "F16", "BF16", "UD-Q4_K_XL"])
def test_quants_of_llama_cpp_are_known(quant: str) -> None:
    model = table() | {"default_quant": quant}
    change_file(quant=quant)(model)
    assert parse(model, "my.toml").default_quant == quant


def test_a_path_may_begin_at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    model = table() | {"files": [{"quant": "Q8_0", "path": "~/models/c.gguf"}]}
    (file,) = parse(model, "my.toml").files
    assert (file.path, file.name) == (tmp_path / "models" / "c.gguf", "c.gguf")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("model = 3", "model is not a list of tables"),
        ("[model]\nid = 'x'", "model is not a list of tables"),
        ("[[models]]\nid = '@local/x'", "unknown key models"),
        ("[[model]]\nid = ", "not a TOML file"),
        ("x = " + "[" * 5000, "not a TOML file"),
        ("[[model]]\ntitle = 'x'", "model without an id: id: missing"),
        ("[[model]]\nid = '@local/x'\n[[model]]\nid = '@local/X'", "it stands there twice"),
    ],
)
def test_a_file_of_another_shape_is_refused(
    own: Callable[[str], Path], text: str, problem: str
) -> None:
    path = own(text)
    with pytest.raises(RegistryError, match=problem) as caught:
        Registry.load()
    assert str(path) in str(caught.value)


def test_a_file_that_is_no_text_or_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "registry.toml"
    with pytest.raises(RegistryError, match="No such file"):
        Registry.load(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(RegistryError, match="not a TOML file"):
        Registry.load(path)
