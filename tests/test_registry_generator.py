"""`scripts/registry.py`: which file it takes, what it keeps, what it refuses."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

from localai.registry import Registry

MAIN = runpy.run_path(str(Path(__file__).parents[1] / "scripts" / "registry.py"))["main"]
SHA = "ab" * 32


def file(quant: str, name: str, **more: object) -> dict[str, object]:
    return {"quant": quant, "file": name, **more}


def facts() -> dict[str, Any]:
    """One model in the shape of a facts file."""
    sizes = {"n_layers": 2, "n_heads": 4, "n_kv_heads": 2, "head_dim": 16, "n_embd": 64}
    return {
        "id": "@cf/a/b",
        "title": "B",
        "aliases": ["@hf/a/b-awq"],
        "base_model": "a/b",
        "license_spdx": "MIT",
        "terms_url": "https://a.example/terms (medium: a guess)",
        "template": "none",
        "stop": ["</s>", "```", "[/SQL]"],
        "default_repo": "main/repo",
        "default_file": "b.Q4_K_M.gguf",
        "workers_ai": {"beta": True, "seed_context": 2048, "seed_stream_max_tokens": 1800},
        "arch": sizes
        | {"arch": "llama (GGUF; HF X)", "n_ff": 96, "vocab": 300, "ctx": 512, "rope_theta": 1e4},
        "gguf": [
            {
                "repo": "other/repo",
                "files": [
                    file("Q8_0", "hashed.gguf", gb_listed=7.2, sha256=SHA),
                    file("Q4_K_M", "elsewhere.gguf", bytes=4, bytes_exact=True, sha256=SHA),
                    file("Q2_K", "rounded.gguf", bytes=21, bytes_exact=False, gb=2.1),
                ],
            },
            {
                "repo": "main/repo",
                "revision": "abc",
                "files": [
                    file("Q8_0", "exact.gguf", bytes=8, bytes_exact=True),
                    file("Q4_K_M", "b.Q4_K_M.gguf", bytes=4, bytes_exact=True, sha256=SHA),
                    file("Q2_K", "exact.Q2_K.gguf", bytes=2, bytes_exact=True),
                    file("Q3_K_M", "b.Q3.gguf", bytes=31, bytes_exact=False, gb_listed=3.1),
                ],
            },
        ],
    }


@pytest.fixture
def facts_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LOCALAI_CONFIG_DIR", str(tmp_path / "none"))
    path = tmp_path / "facts.json"
    undocumented = facts() | {"id": "@cf/a/none", "default_file": None}
    path.write_text(json.dumps({"models": [facts(), undocumented]}), encoding="utf-8")
    return path


def test_one_file_per_quant_hash_first_then_exact_bytes(
    facts_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert MAIN([str(facts_file), "--id", "@cf/a/b"]) == 0
    printed = tmp_path / "printed.toml"
    printed.write_text(capsys.readouterr().out, encoding="utf-8")
    (spec,) = Registry.load(printed).models
    chosen = [(each.quant, each.name, each.revision) for each in spec.files]
    assert chosen == [
        ("Q2_K", "exact.Q2_K.gguf", "abc"),
        ("Q3_K_M", "b.Q3.gguf", "abc"),
        ("Q4_K_M", "b.Q4_K_M.gguf", "abc"),
        ("Q8_0", "hashed.gguf", "main"),
    ]
    assert [(each.bytes, each.gigabytes) for each in spec.files] == [
        (2, None),
        (None, 3.1),
        (4, None),
        (None, 7.2),
    ]
    assert (spec.default_quant, spec.prompt, spec.stop) == ("Q4_K_M", "plain", ("</s>",))
    assert (spec.architecture.name, spec.terms_url) == ("llama", "https://a.example/terms")
    assert (spec.limits.context_tokens, spec.limits.max_tokens_stream) == (2048, 1800)


def test_putting_into_a_file_keeps_what_people_wrote(facts_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "registry.toml"
    path.write_text("# The head.\n", encoding="utf-8")
    into = [str(facts_file), "--id", "@cf/a/b", "--into", str(path)]
    assert MAIN(into) == 0
    text = path.read_text(encoding="utf-8")
    other = text[text.index("[[model]]") :].replace("@cf/a/b", "@cf/z/z").replace("@hf/a", "@hf/z")
    written = text.replace('title = "B"', 'title = "By hand"').replace(
        f'"{SHA}"', '"' + "0" * 64 + '"'
    )
    path.write_text(written.replace("b-awq", "b-old") + "\n# About z.\n" + other, encoding="utf-8")
    assert MAIN(into) == 0
    again = path.read_text(encoding="utf-8")
    assert again.startswith("# The head.\n") and again.endswith("\n# About z.\n" + other)
    spec = Registry.load(path).resolve("@cf/a/b")
    assert spec.title == "By hand"
    assert spec.aliases == ("@hf/a/b-awq", "@hf/a/b-old")
    assert [each.sha256 for each in spec.files] == [None, None, SHA, SHA]


@pytest.mark.parametrize(
    ("name", "problem"), [("@cf/a/none", "No file is documented"), ("@cf/x", "Not in")]
)
def test_what_the_facts_do_not_know_is_refused(
    facts_file: Path, capsys: pytest.CaptureFixture[str], name: str, problem: str
) -> None:
    assert MAIN([str(facts_file), "--id", name]) == 1
    captured = capsys.readouterr()
    assert problem in captured.err and name in captured.err and not captured.out
