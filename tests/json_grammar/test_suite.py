"""The JSON-Schema-Test-Suite: what is held, what is refused by name, and nothing wrong."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from localai.errors import InvalidRequest, SchemaUnmet
from localai.json_grammar import JSONGrammar, grammar, verify
from tests.json_grammar.walk import Walker

SUITE: dict[str, Any] = json.loads(Path(__file__).with_name("suite.json").read_text("ascii"))
del SUITE["//"]


def _accepts(walker: Walker, made: JSONGrammar, value: Any, schema: Any) -> bool:
    """Whether the answer could be this value: by the grammar, then by the verification."""
    if not walker.accepts(made.text, json.dumps(value, ensure_ascii=False)):
        return False
    try:
        verify(json.dumps(value), schema if made.leftovers else True)
    except SchemaUnmet:
        return False
    return True


def _judge(walker: Walker, cases: list[Any]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for schema, valid, invalid in cases:
        try:
            made = grammar(schema)
        except InvalidRequest as error:
            assert error.field == "json_schema" and error.message
            # Nothing fits it, or it refers to what is not in it.
            assert not valid or "refers to" in error.message, (schema, error)
            counts["refused"] += bool(valid)
            continue
        counts["valid"] += sum(_accepts(walker, made, value, schema) for value in valid)
        counts["asked"] += len(valid)
        for value in invalid:
            assert not _accepts(walker, made, value, schema), (schema, value)
            counts["invalid"] += 1
    return counts


@pytest.fixture(scope="module")
def counts() -> Counter[str]:
    return Counter()


@pytest.mark.parametrize("name", SUITE)
def test_nothing_wrong_is_allowed(walker: Walker, counts: Counter[str], name: str) -> None:
    counts.update(_judge(walker, SUITE[name]))


def test_most_of_what_is_right_is_allowed(counts: Counter[str]) -> None:
    if counts["invalid"] > 600:  # all of them ran
        assert counts["valid"] / counts["asked"] > 0.85, counts
        assert counts["refused"] < 30, counts
