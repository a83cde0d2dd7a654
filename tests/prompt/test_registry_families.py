"""The packaged registry names only prompt families that exist."""

from __future__ import annotations

import tomllib
from pathlib import Path

from localai.prompt import FAMILIES


def test_every_family_in_the_registry_is_known() -> None:
    path = Path(__file__).parents[2] / "model_registry.toml"
    models = tomllib.loads(path.read_text(encoding="utf-8"))["model"]
    named = {model["id"]: model["prompt"] for model in models}
    assert named
    assert {id_: family for id_, family in named.items() if family not in FAMILIES} == {}
