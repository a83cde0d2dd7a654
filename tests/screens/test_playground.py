"""The chat page on the real server with the model inside the package."""

from __future__ import annotations

from typing import Any


def test_the_page_opens(page: Any) -> None:
    assert page.title() == "localai"
    page.get_by_role("link", name="Prompt").click()
    page.get_by_role("link", name="Prompt", exact=True).and_(
        page.locator("[aria-current]")
    ).wait_for()
