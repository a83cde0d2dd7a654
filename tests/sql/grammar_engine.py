"""llama.cpp's own grammar engine, fed byte by byte, to judge whether texts fit a grammar."""

from __future__ import annotations

import ctypes
import random
from functools import cache
from pathlib import Path
from typing import Any

from localai.llama import gbnf, recursion
from localai.llama.binding import lib

MODEL = Path(__file__).parents[2] / "localai" / "embedded" / "sql-tiny.gguf"


@cache
def _vocabulary() -> tuple[Any, Any, list[bytes], int]:
    """The embedded model's: every byte is a token of it. The model comes along to stay alive."""
    parameters = lib.llama_model_default_params()
    parameters.vocab_only = True
    model = lib.llama_model_load_from_file(str(MODEL).encode(), parameters)
    vocab = lib.llama_model_get_vocab(model)
    room = ctypes.create_string_buffer(256)
    pieces = []
    for token in range(lib.llama_vocab_n_tokens(vocab)):
        length = lib.llama_token_to_piece(vocab, token, room, 256, 0, True)
        pieces.append(room.raw[:length])
    return model, vocab, pieces, lib.llama_vocab_eos(vocab)


class Judge:
    """One grammar; texts are tried from its root, each on its own.

    Raises InvalidRequest where the product would not take the grammar.
    """

    def __init__(self, text: str) -> None:
        recursion.check(gbnf.read(text))
        self._model, vocab, self._pieces, self._end = _vocabulary()
        self._letters = {piece[0]: n for n, piece in enumerate(self._pieces) if len(piece) == 1}
        self._grammar = lib.llama_sampler_init_grammar(vocab, text.encode(), b"root")
        assert self._grammar, "llama.cpp refuses the grammar"
        self._one = (lib.llama_token_data * 1)()

    def __del__(self) -> None:
        if getattr(self, "_grammar", None):
            lib.llama_sampler_free(self._grammar)

    def fitting(self, text: str) -> str:
        """The longest beginning of `text` that fits."""
        lib.llama_sampler_reset(self._grammar)
        taken = bytearray()
        for byte in text.encode():
            if not self._allows(self._letters[byte]):
                break
            lib.llama_sampler_accept(self._grammar, self._letters[byte])
            taken.append(byte)
        return taken.decode(errors="ignore")

    def accepts(self, text: str) -> bool:
        """Whether `text` fits as a whole answer."""
        return self.fitting(text) == text and self._allows(self._end)

    def wander(
        self, dice: random.Random, most: int, ends: frozenset[bytes] = frozenset()
    ) -> tuple[str, bool]:
        """A text of tokens drawn from those that fit, at most so many, and whether it is whole.

        An end, or one of the pieces `ends`, is taken half of the times that it fits.
        """
        lib.llama_sampler_reset(self._grammar)
        size = len(self._pieces)
        fresh = (lib.llama_token_data * size)(
            *(lib.llama_token_data(token, 0.0, 0.0) for token in range(size))
        )
        taken = b""
        for _ in range(most):
            rows = type(fresh).from_buffer_copy(fresh)
            every = lib.llama_token_data_array(data=rows, size=size, selected=-1, sorted=False)
            lib.llama_sampler_apply(self._grammar, ctypes.byref(every))
            fitting = [row.id for row in rows if row.logit == 0]
            if self._end in fitting and (len(fitting) == 1 or dice.random() < 0.5):
                return taken.decode(errors="replace"), True
            fitting = [token for token in fitting if token != self._end]
            liked = [token for token in fitting if self._pieces[token] in ends]
            token = dice.choice(liked if liked and dice.random() < 0.5 else fitting)
            lib.llama_sampler_accept(self._grammar, token)
            taken += self._pieces[token]
        return taken.decode(errors="replace"), self._allows(self._end)

    def _allows(self, token: int) -> bool:
        self._one[0] = lib.llama_token_data(token, 0.0, 0.0)
        array = lib.llama_token_data_array(data=self._one, size=1, selected=-1, sorted=False)
        lib.llama_sampler_apply(self._grammar, ctypes.byref(array))
        return bool(self._one[0].logit == 0)
