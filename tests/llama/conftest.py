from __future__ import annotations

from collections.abc import Iterator

import pytest

from localai.llama import LlamaModel
from tests.llama.answers import Answerer


@pytest.fixture
def answerer(tiny: LlamaModel) -> Iterator[Answerer]:
    answerer = Answerer(tiny)
    yield answerer
    answerer.close()
