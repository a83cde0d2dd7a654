"""The page's colours, light and dark: texts and the edges of controls stand out (WCAG 2.2 AA)."""

from __future__ import annotations

import re
from itertools import product

import pytest

from tests.screens.conftest import ROOT

STYLE = (ROOT / "localai" / "playground" / "style.css").read_text("utf-8")
PAIRS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", STYLE
    )
}
CODE = re.findall(r"code \.\w \{ color: light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", STYLE)
TEXT, CONTROL = 4.5, 3.0


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_colours_stand_out(theme: int) -> None:
    grounds = ["paper", "sheet", "sunken", "accent-soft", "danger-soft"]
    texts = ["ink", "quiet", "accent", "danger", "warn"]
    for text, ground in product(texts, grounds):
        assert contrast(PAIRS[text][theme], PAIRS[ground][theme]) >= TEXT, (text, ground)
    assert contrast(PAIRS["on-accent"][theme], PAIRS["accent"][theme]) >= TEXT
    for ground in ("paper", "sheet"):
        assert contrast(PAIRS["edge"][theme], PAIRS[ground][theme]) >= CONTROL
    assert len(CODE) == 3
    for pair, ground in product(CODE, ("sheet", "sunken")):
        assert contrast(pair[theme], PAIRS[ground][theme]) >= TEXT


def test_nothing_but_what_is_disabled_is_faded() -> None:
    """A colour that stands out enough does not when half of it is left."""
    faded = re.findall(r"([^{}\n]+)\{[^{}]*opacity: 0\.\d+", STYLE)
    assert [one.strip() for one in faded] == ["button:disabled", "to"]
