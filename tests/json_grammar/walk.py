"""Random texts of a grammar, by llama.cpp's own grammar engine over a real vocabulary."""

from __future__ import annotations

import ctypes
import random
from pathlib import Path

from localai.llama.binding import lib
from localai.llama.model import LlamaModel
from tests.gguf_models import tiny_llama

CLOSERS = ('"', "}", "]")


class Walker:
    """Walks a grammar at random; after `budget` tokens it takes what closes, where it may."""

    def __init__(self, folder: Path) -> None:
        self.model = LlamaModel(tiny_llama(folder / "m.gguf", vocabulary="bpe"))
        self._vocab = lib.llama_model_get_vocab(self.model.handle)
        self._size = self.model.vocabulary
        self._pieces = [self.model.piece(token) for token in range(self._size)]
        self._single = {piece: token for token, piece in enumerate(self._pieces) if len(piece) == 1}
        self._ends = [token for token in range(self._size) if self.model.is_end(token)]
        self._one = (lib.llama_token_data * 1)()
        self._data = (lib.llama_token_data * self._size)()
        self._fresh = (lib.llama_token_data * self._size)(
            *(lib.llama_token_data(token, 1.0, 0.0) for token in range(self._size))
        )

    def accepts(self, gbnf: str, text: str) -> bool:
        """Whether the whole text is in the grammar's language."""
        sampler = self._sampler(gbnf)
        single = self._single
        try:
            for byte in text.encode():
                token = single[bytes([byte])]
                if not self._allows(sampler, token):
                    return False
                lib.llama_sampler_accept(sampler, token)
            return any(self._allows(sampler, token) for token in self._ends)
        finally:
            lib.llama_sampler_free(sampler)

    def text(self, gbnf: str, seed: int, budget: int = 60, most: int = 4000) -> str:
        """A text of the grammar; fails where `most` tokens do not bring it to its end."""
        chance = random.Random(seed)
        sampler = self._sampler(gbnf)
        out = b""
        try:
            for count in range(most):
                allowed = [t for t in self._allowed(sampler) if _is_text(out + self._pieces[t])]
                assert allowed, f"a dead end after {out!r}"
                ends = [token for token in allowed if self.model.is_end(token)]
                if ends and (count > budget or chance.random() < 0.2):
                    return out.decode()
                token = self._choose(allowed, chance, closing=count > budget)
                if self.model.is_end(token):
                    return out.decode()
                lib.llama_sampler_accept(sampler, token)
                out += self._pieces[token]
        finally:
            lib.llama_sampler_free(sampler)
        raise AssertionError(f"no end after {most} tokens: {out[:200]!r}")

    def _sampler(self, gbnf: str) -> object:
        sampler = lib.llama_sampler_init_grammar(self._vocab, gbnf.encode(), b"root")
        assert sampler, f"llama.cpp cannot read {gbnf}"
        return sampler

    def _allows(self, sampler: object, token: int) -> bool:
        self._one[0] = lib.llama_token_data(token, 1.0, 0.0)
        array = lib.llama_token_data_array(data=self._one, size=1, selected=-1, sorted=False)
        lib.llama_sampler_apply(sampler, ctypes.byref(array))
        return bool(self._one[0].logit > float("-inf"))

    def _allowed(self, sampler: object) -> list[int]:
        ctypes.memmove(self._data, self._fresh, ctypes.sizeof(self._fresh))
        array = lib.llama_token_data_array(
            data=self._data, size=self._size, selected=-1, sorted=False
        )
        lib.llama_sampler_apply(sampler, ctypes.byref(array))
        lowest = float("-inf")
        return [one.id for one in self._data[: array.size] if one.logit > lowest]

    def _choose(self, allowed: list[int], chance: random.Random, *, closing: bool) -> int:
        if closing:
            for text in CLOSERS:
                close = [token for token in allowed if self._pieces[token] == text.encode()]
                if close:
                    return close[0]
        return chance.choice(allowed)


def _is_text(data: bytes) -> bool:
    """Whether these bytes may be the beginning of a text, its last character perhaps cut."""
    start = max(0, len(data) - 4)
    while start > 0 and 0x80 <= data[start] < 0xC0:
        start -= 1
    return any(_decodes(data[start:] + fill) for fill in _FILLS)


def _decodes(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


_FILLS = [byte * count for count in range(4) for byte in (b"\x80", b"\xbf")]
