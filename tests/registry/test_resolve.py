"""Any name that a person or a client may write leads to its model, or to a helpful refusal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from localai.errors import UnknownModel
from localai.model import ModelSpec
from localai.registry import Registry


def unknown(registry: Registry, name: str) -> UnknownModel:
    with pytest.raises(UnknownModel) as caught:
        registry.resolve(name)
    return caught.value


@pytest.mark.parametrize(
    "name", ["@local/mine", "@LOCAL/Mine", " @local/mine\n", "Mine-Too", "MY_MODEL", "gpt-mine"]
)
def test_ids_aliases_and_spellings_in_any_case(spec: ModelSpec, name: str) -> None:
    spellings = {"qianfan": ("my_model",), "openai": ("GPT-mine",)}
    spec = replace(spec, aliases=("mine-too",), spellings=spellings)
    assert Registry([spec]).resolve(name) is spec
    assert Registry([spec]).resolve(name, "openai") is spec


def test_a_dialects_own_spelling_wins(spec: ModelSpec) -> None:
    one = replace(spec, id="@local/one", spellings={"qianfan": ("small",)})
    two = replace(spec, id="@local/two", spellings={"openai": ("small",)})
    registry = Registry([one, two])
    assert registry.resolve("small", "qianfan") is one
    assert registry.resolve("small", "openai") is two
    assert unknown(registry, "small").suggestions == ("@local/one", "@local/two")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("@cf/defog/sqlcoder-7b2", "@cf/defog/sqlcoder-7b-2"),
        ("sqlcoder", "@cf/defog/sqlcoder-7b-2"),
        ("@cf/meta/llama-3.2-1b-instruct", "@cf/meta/llama-3.2-1b-instruct"),
        ("tinylama", "@cf/tinyllama/tinyllama-1.1b-chat-v1.0"),
        ("deepseek", "@hf/thebloke/deepseek-coder-6.7b-instruct-awq"),
    ],
)
def test_a_wrong_name_is_answered_with_like_ones(name: str, meant: str) -> None:
    registry = Registry.load()
    if name == meant:
        name = name[:-1]
    error = unknown(registry, name)
    assert meant in error.suggestions and len(error.suggestions) <= 3
    assert f"No such model: {name}." in str(error) and meant in error.hint


@pytest.mark.parametrize(
    "name",
    [
        "", "x" * 1_000_000, "@cf/" + "../" * 50_000, "\x1b[31m\n\r\0", "\ud800", "ß" * 300,
        " " * 500 + "@cf/defog/sqlcoder-7b-2", "a" * 200,
    ],
)  # fmt: skip
def test_a_hostile_name_is_refused_in_one_short_line(name: str) -> None:
    registry = Registry.load()
    error = unknown(registry, name)
    assert len(str(error)) < 300 and str(error).isprintable()
    str(error).encode()
