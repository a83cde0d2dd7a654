"""The adapters known here, as Workers AI lists finetunes; and the models that have some."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from localai.dialects.dialect import Call
from localai.dialects.workers_ai_account import finetunes
from localai.dialects.workers_ai_models import search
from localai.errors import InvalidRequest
from localai.model import AdapterSpec
from tests.server.fake_runtime import spec

NAMES = ["beta", "Alpha", "delta", "gamma"]
MODELS = (
    replace(
        spec("@local/one"),
        adapters=tuple(
            AdapterSpec(name, "@local/one", Path("/x"), f"about {name}", 8, 16.0, 99, "2026-01-02")
            for name in NAMES[:3]
        ),
    ),
    replace(spec("@local/two"), adapters=(AdapterSpec("gamma", "@local/two", Path("/y")),)),
    spec("@local/none"),
)


def listed(**query: str) -> dict[str, Any]:
    return finetunes(Call(query=query), MODELS)


def names(**query: str) -> list[str]:
    return [one["name"] for one in listed(**query)["result"]]


def test_all_are_listed_flat_with_their_models_in_order() -> None:
    body = listed()
    assert names() == ["Alpha", "beta", "delta", "gamma"]
    assert body["result_info"] == {"page": 1, "per_page": 1000, "count": 4, "total_count": 4}
    first = body["result"][0]
    assert str(UUID(first.pop("id")))
    assert first == {
        "name": "Alpha",
        "model": "@local/one",
        "description": "about Alpha",
        "public": True,
        "created_at": "2026-01-02",
        "modified_at": "2026-01-02",
    }


def test_parts_of_the_list() -> None:
    assert names(limit="2") == ["Alpha", "beta"]
    assert names(limit="2", offset="1") == ["beta", "delta"]
    assert names(page="2", per_page="3") == ["gamma"]
    assert names(page="3", per_page="3") == names(offset="9") == []
    assert names(orderBy="model") == ["beta", "Alpha", "delta", "gamma"]
    assert "`colour`" in listed(colour="red")["messages"][0]


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"offset": "-1"}, {"page": "x"}, {"orderBy": "path"}]
)
def test_what_is_out_of_range_names_the_field(query: dict[str, str]) -> None:
    with pytest.raises(InvalidRequest) as caught:
        listed(**query)
    assert caught.value.field == next(iter(query))


def test_the_search_tells_which_models_have_adapters() -> None:
    told = {
        model["name"]: {one["property_id"]: one["value"] for one in model["properties"]}
        for model in search(Call(), MODELS)["result"]
    }
    assert [name for name in told if told[name].get("lora") == "true"] == [
        "@local/one",
        "@local/two",
    ]
