"""Owns the numbers that say how far the embedded model's answers are trusted; no code.

`python scripts/train/calibrate.py FILE.gguf --data DATA --write` fits them and writes this file.
Source: nothing yet but a rough fit to the first weights.
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
    "mean": Factor(-0.15, 0.15, 0.6, 0.1),
    "lowest": Factor(-0.9, 0.6, 0.1, 0.1),
    "agreement": Factor(0.8, 0.2, 0.6, 0.0),
    "likelihood": Factor(-1.3, 1.2, 0.7, 0.2),
    "declining": Factor(6.0, 2.0, 0.1, 0.8),
    "unlinked": Factor(-0.6, 0.9, 0.9, 2.2),
    "left_out": Factor(-0.2, 0.5, 0.2, 0.1),
    "unasked": Factor(-0.6, 0.9, 0.5, 0.2),
    "joins": Factor(-0.4, 0.6, 0.4, 0.0),
    "nested": Factor(-0.1, 0.3, 0.2, 0.0),
    "totals": Factor(-0.6, 0.7, 0.3, 0.1),
    "empty": Factor(-0.3, 0.5, 1.0, 0.4),
}
# The logarithms of the odds where every fact is at its centre.
RIGHT = -0.6
KNOWN = 1.5
# An answer is sure from the first of these chances of being right on. There is none below the
# second, nor below the third as the chance that the database holds what is asked for.
SURE = 0.8
HOPELESS = 0.02
ANSWERABLE = 0.4
