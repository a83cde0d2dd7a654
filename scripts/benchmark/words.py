"""Prompts: words, schemas and questions of a wanted number of tokens; it must not know servers."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from localai.llama.binding import lib  # llama_cpp, with its log silenced

WORDS = (
    "select name from table where city group by order count total customer product price year "
    "what is the answer hello world today weather how many this that with for and great value"
).split()

KINDS = ("INTEGER", "TEXT", "REAL", "DATE", "NUMERIC(10, 2)", "VARCHAR(80) NOT NULL")


def tokens_of(vocabulary: Any, text: str) -> list[int]:
    """As every contender takes a bare prompt: with the token that begins a text."""
    data = text.encode()
    ids = (lib.llama_token * (len(data) + 8))()
    count = lib.llama_tokenize(vocabulary, data, len(data), ids, len(ids), True, True)
    return list(ids[:count])


class Words:
    """Prompts for one model, never twice the same; only its vocabulary is loaded."""

    def __init__(self, file: Path, seed: int = 0) -> None:
        params = lib.llama_model_default_params()
        params.vocab_only = True
        self._model = lib.llama_model_load_from_file(str(file).encode(), params)
        self._vocabulary = lib.llama_model_get_vocab(self._model)
        self._chance = random.Random(seed)

    def count(self, text: str) -> int:
        """Its tokens, with the one that begins a text."""
        return len(tokens_of(self._vocabulary, text))

    def plain(self, tokens: int) -> str:
        """Words in no order; each is a token."""
        return " ".join(self._chance.choices(WORDS, k=max(1, tokens - 1)))

    def schema(self, tokens: int) -> str:
        """CREATE TABLE statements, as SQLCoder's prompt has them: at most so many tokens, and
        hardly fewer."""
        text = ""
        while self.count(longer := text + self._table()) <= tokens:
            text = longer
        lines = longer.splitlines(keepends=True)
        while self.count("".join(lines)) > tokens:
            lines.pop()
        return "".join(lines)

    def question(self, tokens: int = 24) -> str:
        """What comes behind a schema: of so many tokens, save one or two."""
        text = f"\n-- {self.plain(max(2, tokens - 12))}\nSELECT"
        return text if tokens > 12 else " " + self.plain(tokens)

    def close(self) -> None:
        lib.llama_model_free(self._model)

    def _table(self) -> str:
        name, *columns = ("_".join(self._chance.sample(WORDS, 2)) for _ in range(8))
        lines = [f"  {column} {self._chance.choice(KINDS)},\n" for column in columns]
        return f"CREATE TABLE {name} (\n{''.join(lines)});\n"
