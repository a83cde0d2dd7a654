"""Owns the training's examples as ids: read once, mixed by source, put together by length.

It must not know models.
"""

from __future__ import annotations

import json
import random
from array import array
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from network.tokenizer import Tokenizer

STEP = 32


class Example(NamedTuple):
    """Ids, how many of them are the prompt, and where they come from."""

    ids: array[int]
    start: int
    source: str


def read(path: Path, tokenizer: Tokenizer, longest: int) -> list[Example]:
    """The examples of a file of pairs; those of more than `longest` ids are left out."""
    out = []
    with path.open() as lines:
        for line in lines:
            source, prompt, answer, *_ = json.loads(line)
            start = [tokenizer.bos, *tokenizer.encode(prompt)]
            ids = array("H", [*start, *tokenizer.encode(answer), tokenizer.eos])
            if len(ids) <= longest:
                out.append(Example(ids, len(start), source))
    return out


def mixed(data: list[Example], shares: Mapping[str, float], rng: random.Random) -> list[Example]:
    """One turn through the data; of a source with share 1.5 all, and half of them once more."""
    out = []
    for example in data:
        share = shares.get(example.source, 1.0)
        out.extend([example] * (int(share) + (rng.random() < share % 1)))
    return out


def batches(data: list[Example], tokens: int, rng: random.Random) -> Iterator[list[Example]]:
    """Examples of one length step together, at most `tokens` with padding, in random order."""
    steps: dict[int, list[Example]] = {}
    for example in rng.sample(data, len(data)):
        steps.setdefault(padded(example), []).append(example)
    groups = []
    for length, members in steps.items():
        rows = max(1, tokens // length)
        groups.extend(members[start : start + rows] for start in range(0, len(members), rows))
    rng.shuffle(groups)
    yield from groups


def padded(example: Example) -> int:
    """The length that an example is padded to: few lengths mean few compiled shapes."""
    return -(-len(example.ids) // STEP) * STEP


def tensors(batch: list[Example], tokens: int) -> tuple[Tensor, Tensor]:
    """Padded ids, and whether each is to be learnt (the answer's); the length settles the shape."""
    length = padded(batch[0])
    rows = max(1, tokens // length)
    ids = torch.zeros(rows, length + 1, dtype=torch.long)
    wanted = torch.zeros(rows, length + 1, dtype=torch.bool)
    for row, example in enumerate(batch):
        ids[row, : len(example.ids)] = torch.tensor(example.ids, dtype=torch.long)
        wanted[row, example.start : len(example.ids)] = True
    return ids, wanted
