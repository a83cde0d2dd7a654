"""The model search: filters, pages, and the object that clients read."""

from __future__ import annotations

from typing import Any

import pytest

from localai.dialects.dialect import Call
from localai.dialects.workers_ai_models import search
from localai.errors import InvalidRequest, NotSupported
from localai.model import Architecture, Limits, ModelSpec

ARCHITECTURE = Architecture("llama", 2, 2, 2, 4, 8, 16, 32, 4096, 10_000.0)


def spec(model_id: str, **fields: Any) -> ModelSpec:
    title = model_id.rpartition("/")[2]
    return ModelSpec(model_id, title, ARCHITECTURE, (), "Q8_0", "chatml", "MIT", **fields)


MODELS = (
    spec(
        "@cf/defog/sqlcoder-7b-2",
        description="Answers in SQL",
        beta=True,
        terms_url="https://example.org/terms",
        limits=Limits(context_tokens=10_000),
    ),
    spec("@cf/meta/llama-2-7b-chat-int8", aliases=("llama2-small",)),
    spec("@localai/sql-tiny"),
)


def names(**query: str) -> list[str]:
    return [model["name"] for model in search(Call(query=query), MODELS)["result"]]


def test_a_model_is_shown_as_clients_read_it() -> None:
    shown = search(Call(), MODELS)["result"][0]
    assert (shown["name"], shown["description"], shown["source"]) == (
        "@cf/defog/sqlcoder-7b-2",
        "Answers in SQL",
        1,
    )
    assert shown["task"]["name"] == "Text Generation"
    assert shown["properties"] == [
        {"property_id": "context_window", "value": "10000"},
        {"property_id": "terms", "value": "https://example.org/terms"},
        {"property_id": "beta", "value": "true"},
    ]
    ids = {model["id"] for model in search(Call(), MODELS)["result"]}
    assert len(ids) == 3
    assert ids == {model["id"] for model in search(Call(), MODELS)["result"]}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [0, 1, 2]),
        ({"search": "SQL"}, [0, 2]),
        ({"search": "llama2-small"}, [1]),
        ({"author": "meta"}, [1]),
        ({"author": "met"}, []),
        ({"task": "text generation"}, [0, 1, 2]),
        ({"task": "Translation"}, []),
        ({"source": "1"}, [0, 1, 2]),
        ({"source": "2"}, []),
        ({"hide_experimental": "true"}, [1, 2]),
        ({"hide_experimental": "false"}, [0, 1, 2]),
        ({"search": "sql", "hide_experimental": "true"}, [2]),
        ({"search": ""}, [0, 1, 2]),
    ],
)
def test_filters(query: dict[str, str], expected: list[int]) -> None:
    assert names(**query) == [MODELS[i].id for i in expected]


def test_pages_end_in_an_empty_one() -> None:
    pages = [names(per_page="2", page=str(page)) for page in (1, 2, 3)]
    assert pages == [[MODELS[0].id, MODELS[1].id], [MODELS[2].id], []]
    info = search(Call(query={"per_page": "2", "page": "2"}), MODELS)["result_info"]
    assert info == {"page": 2, "per_page": 2, "count": 1, "total_count": 3}


@pytest.mark.parametrize("page", ["0", "-1", "1.5", "abc", "9" * 30, "²"])
def test_a_page_that_is_no_number_is_refused(page: str) -> None:
    with pytest.raises(InvalidRequest, match="`page`"):
        search(Call(query={"page": page}), MODELS)


def test_another_format_is_refused_and_unknown_filters_are_named() -> None:
    with pytest.raises(NotSupported, match="format"):
        search(Call(query={"format": "openrouter"}), MODELS)
    messages = search(Call(query={"colour": "red"}), MODELS)["messages"]
    assert messages == ["`colour` is not a known filter; it was ignored."]
