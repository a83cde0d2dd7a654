"""Texts to force as a model's answers, with their prompts, as tokens; it must not know models.

The SQL is real, and so are its prompts: the questions of tests/sql/fixture over their schemas, laid
out schema-first as localai/sql/prompt.py does, and Spider's where a folder with it is given. The
other kinds show what guesses cost where there is little or nothing to guess.
"""

from __future__ import annotations

import json
import random
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from localai.schema import Column, ForeignKey, Schema, Table
from localai.sql.database import Introspection
from localai.sql.databases import open_database
from localai.sql.ddl import ddl
from localai.sql.layouts import SQLCODER_7B_2, completion
from localai.sql.questions import expand
from tests.sql import fixture

ROOT = Path(__file__).parent.parent
KINDS = ("sql", "code", "rewritten", "prose", "letters", "random")
"""rewritten: a file said again with one name changed. letters: random ones of 20 tokens, where
whatever matches misleads. random: of the whole vocabulary."""

TYPES = {"number": "INTEGER", "time": "DATE", "boolean": "BOOLEAN"}
_PIECES = re.compile(r" ?[A-Za-z]+|\d| ?[^A-Za-z\d\s]|\n+| +(?=\s)| ")


class Text(NamedTuple):
    """A prompt and the answer that is forced behind it, token ids."""

    kind: str
    prompt: list[int]
    answer: list[int]


Cut = Callable[[str], list[int]]


class Pieces:
    """Cuts as Llama's tokenizer does on average: 2.9 characters of SQL a token, words of up to six
    letters whole. Models of random weights have made-up words, with 1.2 characters a token, of
    which half as many again could be guessed; ids are of a vocabulary of 32,000."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}

    def __call__(self, text: str) -> list[int]:
        return [self._id(piece) for found in _PIECES.findall(text) for piece in self._cut(found)]

    def _cut(self, found: str) -> list[str]:
        word = found.lstrip(" ")
        if len(word) <= 6 or not word.isalpha():
            return [found]
        lead = found[: len(found) - len(word)]
        return [lead + word[:5], *(word[start : start + 5] for start in range(5, len(word), 5))]

    def _id(self, piece: str) -> int:
        return self._ids.setdefault(piece, 300 + len(self._ids) % 31_000)


def texts(kind: str, cut: Cut, spider: Path | None, seed: int = 0) -> Iterator[Text]:
    """Texts of a kind without end where they are made up, else each of them once."""
    chance = random.Random(seed)
    if kind == "sql":
        pairs = [*_fixture(), *(_spider(spider) if spider else ())]
        chance.shuffle(pairs)
        yield from (Text(kind, cut(prompt), cut(answer)) for prompt, answer in pairs)
    elif kind in ("letters", "random"):
        size = 20 if kind == "letters" else 30_000
        while True:
            made = [300 + chance.randrange(size) for _ in range(500)]
            yield Text(kind, made[:300], made[300:])
    elif kind == "rewritten":
        for file in sorted((ROOT / "localai" / "engine").glob("*.py")):
            said = file.read_text()[:2400]
            yield Text(kind, cut(said), cut(said.replace("self", "this")[:1200]))
    else:
        files = ["ARCHITECTURE.md", "CONTRIBUTING.md", "docs/embedding.md", "README.md"]
        code = sorted((ROOT / "localai" / "llama").glob("*.py"))
        for path in code if kind == "code" else [ROOT / name for name in files]:
            tokens = cut(path.read_text())
            for start in range(0, len(tokens) - 500, 500):
                yield Text(kind, tokens[start : start + 300], tokens[start + 300 : start + 500])


def _fixture() -> list[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        schemas = {}
        for name in fixture.NAMES:
            database = open_database(str(fixture.make_sqlite(name, Path(folder) / f"{name}.db")))
            schemas[name] = ddl(database.introspect(Introspection()))
            database.close()
    return [
        (_prompt(one.question, schemas[one.db_name]), next(expand(one.query)))
        for one in fixture.questions(answerable=True)
    ]


def _spider(folder: Path) -> Iterator[tuple[str, str]]:
    schemas = json.loads((folder / "spider_schemas.json").read_text())
    told: dict[str, str] = {}
    for line in (folder / "spider_train.jsonl").read_text().splitlines():
        row = json.loads(line)
        name = row["db"]
        if name not in told:
            told[name] = ddl(_schema(schemas[name]))
        yield _prompt(row["question"], told[name]), row["sql"]


def _schema(found: dict[str, Any]) -> Schema:
    keys = {table: (column,) for table, column in found["primary_keys"]}
    tables = [
        Table(
            table["name"],
            tuple(Column(one["name"], TYPES.get(one["type"], "TEXT")) for one in table["columns"]),
            keys.get(table["name"], ()),
        )
        for table in found["tables"]
    ]
    pairs = found["foreign_keys"]
    joins = [ForeignKey(table, (one,), to, (other,)) for (table, one), (to, other) in pairs]
    return Schema(tuple(tables), tuple(joins))


def _prompt(question: str, schema: str) -> str:
    return completion(SQLCODER_7B_2, "schema-first", question=question, ddl=schema, instructions=[])
