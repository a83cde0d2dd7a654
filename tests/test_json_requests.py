"""Random requests for JSON and for calls, as scripts/json_requests.py asks them by the hundred."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from localai.runtime import Runtime
from tests.json_requests import request, run, runtime


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    with runtime(tmp_path_factory.mktemp("requests")) as made:
        yield made


@pytest.mark.parametrize("seed", range(770_000, 770_010))
def test_an_answer_fits_what_was_asked(opened: Runtime, seed: int) -> None:
    # Enough for each of these, and less than the 2,000 of the script to be quick.
    outcome = run(opened, request(seed, 400), spare=True)
    assert outcome.kind != "FAILURE", outcome.detail


@pytest.mark.parametrize("tokens", [1, 15, 80])
@pytest.mark.parametrize("seed", range(880_000, 880_005))
def test_with_few_tokens_it_fits_or_says_that_it_does_not(
    opened: Runtime, tokens: int, seed: int
) -> None:
    outcome = run(opened, request(seed, tokens), spare=False)
    assert outcome.kind != "FAILURE", outcome.detail
