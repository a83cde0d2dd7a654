"""One answer's place in a grammar, over llama.cpp's; it must not know how tokens are chosen.

llama.cpp kills the process when a token is accepted that does not fit, or twice: `accept` is for
tokens that were allowed just before, once each.
"""

from __future__ import annotations

import ctypes
import time
import weakref
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from localai.errors import InvalidRequest
from localai.llama import gbnf, recursion
from localai.llama.binding import lib, log
from localai.llama.candidates import Candidates, Tokens
from localai.llama.closing import Place, longest_way_out

# Seconds of processor time for one token. Ambiguous grammars (`s ::= "(" s ")" | "(" s "]"`) double
# what llama.cpp keeps with every bracket: after twelve of them it took 1 s, after fourteen 6 s.
PATIENCE = 0.5
# A piece longer than this is accepted byte by byte, so that PATIENCE can end it half-way.
_LONG_PIECE = 8

_NO_START = 256


class Alphabet:
    """What grammars must know of a vocabulary, from each token's text and whether it is an end.

    whole: whether a token's text is of whole characters. letters: a token for each byte that has
    one of its own. foreign: those that begin beyond ASCII, short ones first. starts: each token's
    first byte where that is ASCII and has a letter, else _NO_START. silent: tokens that show
    nothing and end nothing; llama.cpp's grammars would take them for their names (`<s>` inside a
    string, say), and the text shown would no longer fit.
    """

    def __init__(self, pieces: Iterable[bytes], ends: Iterable[bool]) -> None:
        self.pieces = list(pieces)
        self.ends = np.array(list(ends))
        self.letters = {
            piece[0]: token for token, piece in enumerate(self.pieces) if len(piece) == 1
        }
        self.silent = np.array([not piece for piece in self.pieces]) & ~self.ends
        self.whole = np.array([unfinished(piece) == b"" for piece in self.pieces])
        order = sorted(range(len(self.pieces)), key=lambda token: len(self.pieces[token]))
        beyond = [t for t in order if self.pieces[t][:1] >= b"\x80"]
        self.foreign = np.array(beyond, np.int32)
        self.starts = np.array([self._start(piece) for piece in self.pieces], np.int16)

    def _start(self, piece: bytes) -> int:
        return piece[0] if piece and piece[0] < 128 and piece[0] in self.letters else _NO_START


class Grammar:
    """A grammar and how far an answer has come in it; for one answer, on one thread at a time.

    place: where the answer is in its JSON, for `closing`; None for other grammars.

    Raises InvalidRequest (field `grammar`) where the text is not GBNF that can be run, or the model
    has no token to end an answer with.
    """

    def __init__(
        self, vocab: Any, alphabet: Alphabet, text: str, place: Place | None = None
    ) -> None:
        _check(text)
        self._place = place
        self._way_out = longest_way_out(text) if place is not None else 0
        if not alphabet.ends.any():
            raise _refused("The model's vocabulary has no end token, which a grammar needs.")
        log.forget_errors()
        self._handle = lib.llama_sampler_init_grammar(vocab, text.encode(), b"root")
        if not self._handle:
            raise _refused(f"llama.cpp refuses the grammar: {log.errors() or 'no reason given'}.")
        # Nothing of the model is touched in freeing it: the order does not matter.
        free = weakref.finalize(self, lib.llama_sampler_free, self._handle)
        free.atexit = False  # an engine may still be at work then
        self._alphabet = alphabet
        self._open = b""
        self._end = int(np.argmax(alphabet.ends))
        self._bytes = np.array(list(alphabet.letters), np.int16)
        self._letters = np.array(list(alphabet.letters.values()), np.int32)
        self._few = Candidates(max(1, len(self._letters)))

    def allows(self, token: int) -> bool:
        """Whether the answer may go on with this token (0.13 ms in SQL over 32,000 tokens)."""
        if self._alphabet.silent[token] or not self._is_text(token):
            return False
        self._few.fill_one(token)
        self._apply(self._few)
        return bool(self._few.logits[0] == 0)

    def fits(self, token: int, left: int) -> bool:
        """Whether the answer may go on with this token, and can still end within `left` tokens.

        The latter is asked of JSON alone, and only where the end may be near.
        """
        if not self.allows(token):
            return False
        if not self._may_end(left):
            return True
        trial = self._trial()
        if not self._alphabet.ends[token]:
            trial.take(self._alphabet.pieces[token], token)
        way = trial.way(left)
        return way is None or len(way) < left

    def way(self, left: int) -> int | None:
        """The first token of a short way to the end, where that may be near; else None."""
        if not self._may_end(left):
            return None
        way = self._trial().way(left)
        return None if way is None else way[0]

    def _may_end(self, left: int) -> bool:
        return self._place is not None and self._place.begun and left <= self._way_out

    def _trial(self) -> _Trial:
        assert self._place is not None
        return _Trial(lib.llama_sampler_clone(self._handle), self._alphabet, self._place.copy())

    def mask(self, candidates: Candidates) -> None:
        """Keep only what is allowed; that may be nothing.

        llama.cpp looks at a token for 0.1 to 0.4 us, so first go those whose first letter is
        refused: the beginning of a text that fits also fits. Beyond ASCII that is not sure, as
        llama.cpp judges a part of a character too strictly.
        """
        fits = np.ones(_NO_START + 1, np.bool_)
        fits[self._bytes] = self._letters_that_fit()
        ids = candidates.ids
        candidates.keep(fits[self._alphabet.starts[ids]] & ~self._alphabet.silent[ids])
        self._apply(candidates)
        candidates.keep(candidates.logits != -np.inf)
        candidates.keep(self._are_text(candidates.ids))

    def accept(self, token: int) -> None:
        """Go on behind an allowed token. Raises InvalidRequest when that takes over PATIENCE."""
        if self._alphabet.ends[token]:
            return
        piece, letters = self._alphabet.pieces[token], self._alphabet.letters
        if self._place is not None:
            self._place.take(piece)
        self._open = unfinished(self._open + piece) or b""
        parts = [token]
        if len(piece) > _LONG_PIECE and all(byte in letters for byte in piece):
            parts = [letters[byte] for byte in piece]
        began = time.thread_time()
        for part in parts:
            lib.llama_sampler_accept(self._handle, part)
            _hurry(began)

    def is_complete(self, candidates: Candidates) -> bool:
        """Whether nothing but an end may follow; `candidates` has room for the vocabulary."""
        if not self.allows(self._end) or self._letters_that_fit().any():
            return False
        candidates.fill(np.zeros(len(self._alphabet.ends), np.float32))
        self.mask(candidates)
        return bool(self._alphabet.ends[candidates.ids].all())

    def _is_text(self, token: int) -> bool:
        """Whether the answer stays UTF-8: llama.cpp takes any bytes for characters of a class."""
        if not self._open and self._alphabet.whole[token]:
            return True
        return unfinished(self._open + self._alphabet.pieces[token]) is not None

    def _are_text(self, tokens: Tokens) -> npt.NDArray[np.bool_]:
        sure = self._alphabet.whole[tokens] if not self._open else np.zeros(len(tokens), np.bool_)
        for at in np.flatnonzero(~sure):
            sure[at] = self._is_text(int(tokens[at]))
        return sure

    def _letters_that_fit(self) -> npt.NDArray[np.bool_]:
        self._few.fill(np.zeros(len(self._letters), np.float32), self._letters)
        self._apply(self._few)
        return np.equal(self._few.logits, 0)

    def _apply(self, candidates: Candidates) -> None:
        began = time.thread_time()
        lib.llama_sampler_apply(self._handle, ctypes.byref(candidates.struct))
        _hurry(began)


class _Trial:
    """A way from some place in a grammar, tried out letter by letter on a copy of it."""

    def __init__(self, handle: Any, alphabet: Alphabet, place: Place) -> None:
        self._handle = handle
        weakref.finalize(self, lib.llama_sampler_free, handle).atexit = False
        self._alphabet = alphabet
        self._place = place
        self._bytes = list(alphabet.letters)
        self._tokens = np.array([*alphabet.letters.values(), int(np.argmax(alphabet.ends))])
        self._candidates = Candidates(len(self._tokens))

    def take(self, piece: bytes, token: int) -> None:
        lib.llama_sampler_accept(self._handle, token)
        self._place.take(piece)

    def way(self, most: int) -> list[int] | None:
        """Tokens to the nearest end, the end last; None where `most` do not suffice."""
        way: list[int] = []
        end = int(self._tokens[-1])
        while len(way) < most:
            *fits, ends = self._allowed()
            if ends:
                return [*way, end]
            allowed = dict(zip(self._bytes, fits, strict=True))
            closers = (byte for byte in self._place.closers() if allowed.get(byte))
            byte = next(closers, next((b for b in self._bytes if allowed[b]), None))
            token = self._foreign() if byte is None else self._alphabet.letters[byte]
            if token is None:
                return None
            way.append(token)
            self.take(self._alphabet.pieces[token], token)
        return [*way, end]

    def _foreign(self) -> int | None:
        """A token that goes on where only a character beyond ASCII may: its bytes alone may not."""
        ids = self._alphabet.foreign
        candidates = Candidates(max(1, len(ids)))
        candidates.fill(np.zeros(len(ids), np.float32), ids)
        lib.llama_sampler_apply(self._handle, ctypes.byref(candidates.struct))
        candidates.keep(candidates.logits == 0)
        return int(candidates.ids[0]) if len(candidates.ids) else None

    def _allowed(self) -> list[bool]:
        self._candidates.fill(np.zeros(len(self._tokens), np.float32), self._tokens)
        lib.llama_sampler_apply(self._handle, ctypes.byref(self._candidates.struct))
        return list(self._candidates.logits == 0)


def unfinished(data: bytes) -> bytes | None:
    """The beginning of a character that ends the data, often empty; None where it is no UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return data[error.start :] if error.reason == "unexpected end of data" else None
    return b""


@lru_cache(8)
def _check(text: str) -> None:
    recursion.check(gbnf.read(text))


def _hurry(began: float) -> None:
    if time.thread_time() - began > PATIENCE:
        raise _refused(
            "The grammar is too ambiguous: the ways to read the answer so far grow without bound.",
            hint="Let alternatives that begin alike share their beginning.",
        )


def _refused(message: str, *, hint: str = "") -> InvalidRequest:
    return InvalidRequest(message, field="grammar", hint=hint)
