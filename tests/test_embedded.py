"""The model inside the package is the one that the registry and its card describe."""

from __future__ import annotations

import hashlib
from pathlib import Path

import localai
from localai.registry import Registry
from localai.weights.check import architecture, compare
from localai.weights.gguf import read_header

EMBEDDED = Path(localai.__file__).parent / "embedded"


def test_the_registry_describes_the_file() -> None:
    spec = Registry.load().resolve("@localai/sql-tiny")
    (file,) = spec.files
    assert file.path is not None
    data = file.path.read_bytes()
    assert (file.bytes, file.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert compare(architecture(read_header(file.path)), spec.architecture) == ()


def test_it_is_small_licensed_and_carded() -> None:
    file = Registry.load().resolve("@localai/sql-tiny").files[0]
    assert file.path is not None and file.path.parent == EMBEDDED
    assert file.path.stat().st_size <= 20_000_000
    assert "Attribution-ShareAlike 4.0" in (EMBEDDED / "LICENSE").read_text(encoding="utf-8")
    assert str(file.sha256) in (EMBEDDED / "CARD.md").read_text(encoding="utf-8")


def test_over_any_door_it_is_a_plain_completion_model() -> None:
    with localai.LocalAI() as ai:
        answer = ai.run("sql-tiny", {"prompt": "naïve 漢字 🙂", "max_tokens": 8, "temperature": 0})
    assert answer["usage"]["prompt_tokens"] > 10
