"""Vocabularies that behave as real ones, of any size; it must not know tensors.

Any text tokenizes and comes back whole: 256 byte tokens stand under everything. Words are made so
that a tokenizer can reach them, each piece being two shorter pieces joined.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, product
from typing import Any, Literal

from gguf import GGUFWriter, TokenType

Kind = Literal["spm", "bpe"]

LLAMA_3_CONTROLS = (
    "<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"
)  # fmt: skip
CHATML_CONTROLS = ("<|im_start|>", "<|im_end|>")

_WORDS = (
    "select from where group by order limit count sum avg min max join on as and or not null in is "
    "the of and to a in is it you that he was for on are with as his they be at one have this name "
    "table column value price customer product orders city country year total hello world question "
    "answer system user assistant database schema query following great weather today what how many"
).split()
_CHARACTERS = "".join(map(chr, range(33, 127))) + "éüñßçàèöäå–—“”€漢字日本語中文кирлица"


@dataclass(frozen=True)
class Vocabulary:
    """What a GGUF header says of a tokenizer, and which ids are control tokens and single bytes."""

    model: str
    pre: str
    tokens: list[str]
    types: list[int]
    bos: int
    eos: int
    scores: list[float] = field(default_factory=list)
    merges: list[str] = field(default_factory=list)
    controls: list[int] = field(default_factory=list)
    bytes: list[int] = field(default_factory=list)

    def write(self, writer: GGUFWriter) -> None:
        """The tokenizer's part of a header."""
        writer.add_tokenizer_model(self.model)
        writer.add_tokenizer_pre(self.pre)
        writer.add_token_list(self.tokens)
        writer.add_token_types(self.types)
        if self.scores:
            writer.add_token_scores(self.scores)
        if self.merges:
            writer.add_token_merges(self.merges)
        writer.add_bos_token_id(self.bos)
        writer.add_eos_token_id(self.eos)
        writer.add_add_bos_token(True)
        if self.model == "llama":
            writer.add_unk_token_id(0)
            writer.add_add_space_prefix(True)


def make(kind: Kind, size: int, controls: Iterable[str] = (), **metadata: Any) -> Vocabulary:
    """A vocabulary of exactly `size` tokens, the control tokens last. metadata: other fields."""
    return (_spm if kind == "spm" else _bpe)(size, list(controls), **metadata)


def _spm(size: int, controls: list[str], **metadata: Any) -> Vocabulary:
    """<unk>, <s>, </s>, the bytes, then pieces by falling score as in a SentencePiece model."""
    head = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    room = size - len(head) - len(controls)
    pieces = _take(room, chain("▁" + _CHARACTERS, (a + b for a, b in _joins("▁"))))
    tokens = [*head, *pieces, *controls]
    types = [TokenType.UNKNOWN, *[TokenType.CONTROL] * 2, *[TokenType.BYTE] * 256]
    types += [TokenType.NORMAL] * len(pieces) + [TokenType.CONTROL] * len(controls)
    scores = [0.0] * len(head) + [-float(rank) for rank in range(len(pieces))]
    return Vocabulary(
        **{"model": "llama", "pre": "default", "bos": 1, "eos": 2, **metadata},
        tokens=tokens,
        types=[int(each) for each in types],
        scores=scores + [0.0] * len(controls),
        controls=[0, 1, 2, *range(size - len(controls), size)],
        bytes=list(range(3, 259)),
    )


def _bpe(size: int, controls: list[str], **metadata: Any) -> Vocabulary:
    """GPT-2's byte alphabet, then merges; bos and eos are the first and the last control token."""
    alphabet = _byte_alphabet()
    controls = controls or list(LLAMA_3_CONTROLS)
    merges: dict[str, str] = {}
    room = size - len(alphabet) - len(controls)
    for left, right in _joins("Ġ"):
        if len(merges) == room:
            break
        merges.setdefault(left + right, f"{left} {right}")
    if len(merges) < room:
        raise ValueError(f"No words for a vocabulary of {size} tokens.")
    tokens = [*alphabet, *merges, *controls]
    types = [TokenType.NORMAL] * (size - len(controls)) + [TokenType.CONTROL] * len(controls)
    places = {"bos": tokens.index(controls[0]), "eos": tokens.index(controls[-1])}
    return Vocabulary(
        **{"model": "gpt2", "pre": "llama-bpe", **places, **metadata},
        tokens=tokens,
        types=[int(each) for each in types],
        merges=list(merges.values()),
        controls=list(range(size - len(controls), size)),
        bytes=list(range(256)),
    )


def _joins(space: str) -> Iterator[tuple[str, str]]:
    """Pairs of pieces to join: common words letter by letter, then made-up ones by syllable."""
    for word in _WORDS:
        for end in range(1, len(word) + 1):
            yield space + word[: end - 1], word[end - 1]
    pairs = list(product("bcdfghjklmnprstvwz", "aeiou"))
    syllables = [consonant + vowel for consonant, vowel in pairs]
    yield from pairs
    yield from ((space, syllable) for syllable in syllables)
    for length in (1, 2, 3):
        for parts in product(syllables, repeat=length + 1):
            yield space + "".join(parts[:-1]), parts[-1]


def _take(count: int, pieces: Iterable[str]) -> list[str]:
    """The first `count` different pieces."""
    taken: dict[str, None] = {}
    for piece in pieces:
        if len(taken) == count:
            return list(taken)
        taken[piece] = None
    raise ValueError(f"No words for {count} pieces.")


def _byte_alphabet() -> list[str]:
    """One printable character for each byte, in byte order, as GPT-2 chose them."""
    plain = {*range(33, 127), *range(161, 173), *range(174, 256)}
    shifted = iter(range(256, 512))
    return [chr(byte if byte in plain else next(shifted)) for byte in range(256)]
