"""Owns the numbers that say how far the embedded model's answers are trusted; no code.

`python scripts/train/calibrate.py FILE.gguf --data DATA --write` fits them and writes this file.
Source: 385 human questions over the development databases, 121 made-up ones and
198 that have no answer, asked of the weights with the sha256 447d460fd2265b5b...
"""

from __future__ import annotations

from typing import NamedTuple


class Factor(NamedTuple):
    """What a fact of an answer counts for. centre, scale: its mean and standard deviation.

    right: its weight for the answer's being right. known: for the database's holding what the
    question asks for. All facts are put so that more of them never speaks against an answer.
    """

    centre: float
    scale: float
    right: float
    known: float


FACTORS = {
    "mean": Factor(-0.1852, 0.3374, 1.0063, 0.4153),
    "lowest": Factor(-0.9294, 0.9474, 0.8458, 0.0),
    "agreement": Factor(0.7172, 0.2805, 0.1942, 0.0),
    "likelihood": Factor(-1.3095, 1.4174, 0.8484, 0.0),
    "declining": Factor(7.3563, 1.5108, 0.4488, 0.7271),
    "unlinked": Factor(-0.6246, 0.9253, 0.5225, 1.6339),
    "left_out": Factor(-0.1877, 0.5084, 0.1709, 0.0),
    "unasked": Factor(-0.1734, 0.4542, 0.6948, 0.5189),
    "joins": Factor(-0.5788, 0.7419, 0.2559, 0.0199),
    "nested": Factor(-0.0458, 0.2091, 0.0, 0.0),
    "totals": Factor(-0.5, 0.6384, 0.0, 0.0),
    "empty": Factor(-0.0928, 0.2902, 0.2183, 0.0),
}
# The logarithms of the odds where every fact is at its centre.
RIGHT = -1.8544
KNOWN = 0.9665
# An answer is sure from the first of these chances of being right on. There is none below the
# second, nor below the third as the chance that the database holds what is asked for.
SURE = 1.0
HOPELESS = 0.0027
ANSWERABLE = 0.087
