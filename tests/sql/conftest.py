"""The example shop, as a copy that a test may harm."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent.parent / "examples"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return Path(shutil.copy(EXAMPLES / "shop.db", tmp_path / "shop.db"))
