"""Owns the training's tokenizer: byte-level BPE as llama.cpp's `gpt-2`, slots and keywords whole.

It must not know models or data files.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from localai.linking.grammar import KEYWORDS
from localai.linking.prompt import MOST_COLUMNS, MOST_TABLES, MOST_VALUES
from localai.linking.unlink import DECLINES

BOS, EOS = "<|begin|>", "<|end|>"
MARKS = ("<schema>", "<question>", "<sql>")


def user_defined() -> list[str]:
    """The texts that are one token each wherever they stand; a slot takes the space before it."""
    slots = [f" <c{n}>" for n in range(MOST_COLUMNS)] + [f" <t{n}>" for n in range(MOST_TABLES)]
    slots += [f" <v{n}>" for n in range(MOST_VALUES)]
    words = [f" {word}" for word in KEYWORDS if word[0].isalpha()]
    return [*MARKS, *slots, *words, f" {DECLINES}"]


def byte_letters() -> dict[int, str]:
    """GPT-2's printable letter for each byte."""
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = {byte: chr(byte) for byte in kept}
    for number, byte in enumerate(b for b in range(256) if b not in letters):
        letters[byte] = chr(256 + number)
    return letters


def _kind(character: str) -> str:
    if character.isspace() and character not in "\x1c\x1d\x1e\x1f":
        return "space"
    return {"L": "letter", "N": "number"}.get(unicodedata.category(character)[0], "other")


def split(text: str) -> list[str]:
    """GPT-2's pre-tokenizer: contractions, words, numbers and signs, each with a space before."""
    kinds = [_kind(c) for c in text]
    out, place = [], 0
    while place < len(text):
        end = _contraction(text, place)
        if end == place:
            lead = (
                1
                if text[place] == " " and place + 1 < len(text) and kinds[place + 1] != "space"
                else 0
            )
            kind = kinds[place + lead]
            end = place + lead
            while end < len(text) and kinds[end] == kind:
                end += 1
            if kind == "space" and end < len(text) and end - place > 1:
                end -= 1
        out.append(text[place:end])
        place = end
    return out


def _contraction(text: str, place: int) -> int:
    if text[place] == "'":
        for ending in ("re", "ve", "ll", "s", "t", "m", "d"):
            if text.startswith(ending, place + 1):
                return place + 1 + len(ending)
    return place


class Tokenizer:
    """Text to ids. Ids: 256 bytes, then merges, then user-defined tokens, then BOS and EOS."""

    def __init__(self, merges: list[tuple[str, str]]) -> None:
        self.merges = merges
        self.letters = byte_letters()
        self.pieces = [
            *self.letters.values(),
            *(a + b for a, b in merges),
            *user_defined(),
            BOS,
            EOS,
        ]
        self.ids = {piece: number for number, piece in enumerate(self.pieces)}
        self.ranks = {pair: rank for rank, pair in enumerate(merges)}
        self.specials = sorted(user_defined(), key=len, reverse=True)
        self._special = re.compile("(" + "|".join(map(re.escape, self.specials)) + ")")
        self._whole = frozenset(self.specials)
        self.bos, self.eos = self.ids[BOS], self.ids[EOS]
        self._word = lru_cache(maxsize=100_000)(self._merge)

    def encode(self, text: str) -> list[int]:
        """The ids of `text`, without BOS and EOS; user-defined tokens come first, longest first."""
        ids: list[int] = []
        for part in self.cut(text):
            if part in self._whole:
                ids.append(self.ids[part])
            else:
                for word in split(part):
                    ids.extend(self._word(word))
        return ids

    def cut(self, text: str) -> list[str]:
        """The text in user-defined tokens and what lies between them."""
        return [part for part in self._special.split(text) if part]

    def _merge(self, word: str) -> tuple[int, ...]:
        parts = [self.letters[byte] for byte in word.encode()]
        while len(parts) > 1:
            ranked = [(self.ranks.get(pair, 1 << 30), n) for n, pair in enumerate(pairwise(parts))]
            rank, place = min(ranked)
            if rank == 1 << 30:
                break
            parts[place : place + 2] = [parts[place] + parts[place + 1]]
        return tuple(self.ids[part] for part in parts)

    def decode(self, ids: Iterable[int]) -> str:
        """The text of ids; BOS and EOS give nothing."""
        back = {letter: byte for byte, letter in self.letters.items()}
        out = b""
        special = set(self.specials)
        for number in ids:
            piece = self.pieces[number]
            if piece in special:
                out += piece.encode()
            elif number not in (self.bos, self.eos):
                out += bytes(back[letter] for letter in piece)
        return out.decode(errors="replace")

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(self.merges))

    @classmethod
    def load(cls, path: Path) -> Tokenizer:
        return cls([(a, b) for a, b in json.loads(path.read_text())])


def train(texts: Iterable[str], merges: int) -> Tokenizer:
    """A tokenizer whose merges are the most frequent pairs in `texts`."""
    blank, special = Tokenizer([]), frozenset(user_defined())
    counts: Counter[str] = Counter()
    for text in texts:
        for part in blank.cut(text):
            if part not in special:
                counts.update(split(part))
    words = [([blank.letters[b] for b in word.encode()], n) for word, n in counts.items() if n > 1]
    return Tokenizer(_learn(words, merges))


def _learn(words: list[tuple[list[str], int]], merges: int) -> list[tuple[str, str]]:
    pairs: Counter[tuple[str, str]] = Counter()
    where: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for number, (parts, count) in enumerate(words):
        for pair in pairwise(parts):
            pairs[pair] += count
            where[pair].add(number)
    learned = []
    while len(learned) < merges and pairs:
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        learned.append(best)
        for number in where.pop(best):
            parts, count = words[number]
            for pair in pairwise(parts):
                pairs[pair] -= count
            place = 0
            while place < len(parts) - 1:
                if (parts[place], parts[place + 1]) == best:
                    parts[place : place + 2] = [parts[place] + parts[place + 1]]
                place += 1
            for pair in pairwise(parts):
                pairs[pair] += count
                where[pair].add(number)
        del pairs[best]
    return learned
