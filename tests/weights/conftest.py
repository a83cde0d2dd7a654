from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from localai.weights.store import Store
from localai.weights.transfer import Patience
from tests.hub import Hub, running

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")

# A busy machine may pause for a second: that is no stall.
QUICK = Patience(retries=3, stalled_after=3.0, first_wait=0.01, longest_wait=2.0)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("LOCALAI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("LOCALAI_MODELS_DIR", raising=False)
    return Store(tmp_path / "cache")


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A running Hub that this process' huggingface_hub takes for the real one."""
    from huggingface_hub import close_session, constants

    for name in (*PROXIES, "HF_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with running() as hub:
        monkeypatch.setattr(constants, "ENDPOINT", hub.endpoint)
        template = hub.endpoint + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        close_session()
        yield hub
        close_session()
