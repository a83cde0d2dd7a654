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
    "lowest": Factor(-0.6556, 0.9469, 0.0, 0.1299),
    "agreement": Factor(0.7278, 0.321, 0.0, 0.3378),
    "likelihood": Factor(-0.4576, 0.8147, 1.9756, 0.0),
    "declining": Factor(4.937, 2.4355, 0.0, 1.1565),
    "unlinked": Factor(-0.4412, 0.7106, 0.0, 0.5235),
    "left_out": Factor(-0.1607, 0.4377, 0.4942, 0.1489),
    "unasked": Factor(-0.1155, 0.348, 0.0, 0.1778),
    "clashes": Factor(-0.0945, 0.3233, 0.7557, 0.1156),
    "joins": Factor(-0.5693, 0.7882, 0.0, 0.0504),
    "empty": Factor(-0.0752, 0.2638, 0.285, 0.0),
}
# The logarithms of the odds where every fact is at its centre.
RIGHT = -0.253
KNOWN = 1.3079
# An answer is sure from the first of these chances of being right on. There is none below the
# second, nor below the third as the chance that the database holds what is asked for.
SURE = 0.7254
HOPELESS = 0.0025
ANSWERABLE = 0.1801
