"""Owns the numbers that say how far the embedded model's answers are trusted; no code.

`python scripts/train/calibrate.py FILE.gguf --data DATA --write` fits them and writes this file.
Source: 578 human questions over the development databases, 180 made-up ones and
300 that have no answer, asked of the weights with the sha256 bc269156c1d2820d...
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
    "lowest": Factor(-0.6426, 0.9414, 0.0, 0.1668),
    "agreement": Factor(0.7345, 0.3151, 0.7025, 0.3596),
    "likelihood": Factor(-0.4626, 0.8351, 0.8876, 0.0),
    "declining": Factor(4.9336, 2.4366, 0.159, 1.1176),
    "unlinked": Factor(-0.4412, 0.7106, 0.1963, 0.5089),
    "left_out": Factor(-0.1597, 0.4369, 0.4505, 0.1272),
    "unasked": Factor(-0.1155, 0.345, 0.5179, 0.147),
    "clashes": Factor(-0.15, 0.4, 0.45, 0.0),
    "joins": Factor(-0.5725, 0.7866, 0.2625, 0.0),
    "empty": Factor(-0.0766, 0.2659, 0.2504, 0.0),
}
# The logarithms of the odds where every fact is at its centre.
RIGHT = -1.1253
KNOWN = 1.3015
# An answer is sure from the first of these chances of being right on. There is none below the
# second, nor below the third as the chance that the database holds what is asked for.
SURE = 0.6432
HOPELESS = 0.0044
ANSWERABLE = 0.2037
