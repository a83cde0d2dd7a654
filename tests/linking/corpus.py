"""A fixed corpus for the tokenizer: questions, schemas, answers and odd text."""

from __future__ import annotations

import json
import random
from pathlib import Path

from localai.linking import Linker
from localai.schema import Column, Schema, Table

_ODD = (
    *("", " ", "  two  spaces ", "tab\tand\nline", "naïve café Ærø", "Привет мир", "東京の人口"),
    *(
        "🙂 emoji 👩‍👩‍👧",
        "it's we've I'll they'd",
        "a1b2 3.14 1,000 10%",
        "<c0><c1> <c2>",
        " <c0> <c99>",
    ),
    *("SELECT SELECT", " SELECT  FROM", "<schema><question><sql>", "<|end|> <|begin|", "((()))"),
    *("\u00a0nbsp", "e\u0301", "ﬁ ligature", "½ ² ①", "line\r\nend", " ORDER BY ORDER  BY"),
    *(
        " I do not know I do not",
        "مرحبا",
        "नमस्ते",
        "a" * 300,
        "-- ; drop",
        "\u200bzero",
        "''quotes''",
    ),
)
_LETTERS = "abcdefghijklmnopqrstuvwxyz éßñ 0123456789 .,;:'\"()<>=%*/-_?!  \n\t中文字Ω"


def texts() -> list[str]:
    """About 2,400 texts, the same ones each time."""
    rng = random.Random(11)
    folder = Path(__file__).parent / "heldout"
    rows = json.loads((folder / "questions.json").read_text())
    names = [row["question"].split() for row in rows]
    out = [*_ODD, *(row["question"] for row in rows), *(row["sql"] for row in rows)]
    for row in rows:
        words = [rng.choice(rng.choice(names)) for _ in range(12)]
        names_of = [f"{word}_{rng.choice(words)}" for word in words]
        columns = tuple(Column(name, "TEXT") for name in names_of[:5])
        tables = tuple(Table(rng.choice(words), columns) for _ in range(3))
        linker = Linker(Schema(tables))
        out.extend(linker.link(f"{row['question']} {rng.choice(words)}").prompt for _ in range(5))
    while len(out) < 2400:
        out.append("".join(rng.choice(_LETTERS) for _ in range(rng.randint(1, 60))))
    return out
