"""Training data: what is held out reaches no file, and answers keep the published rows."""

import gzip
import json
import random
from argparse import Namespace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sqlglot")

DATABASES = {
    "held out": ("store_1", "coffee_shop"),  # of Spider's 20
    "development": ("bike_1", "flight_company"),
    "training": ("wedding", "theme_gallery"),
}
# A word of their own in whatever belongs to these databases.
MARKS = {
    "store_1": "zorbal",
    "coffee_shop": "quimper",
    "bike_1": "trelawn",
    "flight_company": "vestrik",
    "wedding": "museum",
    "theme_gallery": "painting",
}


def _schema(mark: str) -> dict[str, Any]:
    def column(name: str, type_: str = "text") -> dict[str, str]:
        return {"name": name, "type": type_, "words": name.replace("_", " ")}

    return {
        "tables": [
            {
                "name": mark,
                "words": mark,
                "columns": [
                    column(f"{mark}_id", "number"),
                    column("name"),
                    column(f"{mark}_colour"),
                    column("height", "number"),
                ],
            },
            {
                "name": f"{mark}_visit",
                "words": f"{mark} visit",
                "columns": [column("visit_id", "number"), column(f"{mark}_id", "number")],
            },
        ],
        "primary_keys": [[mark, f"{mark}_id"], [f"{mark}_visit", "visit_id"]],
        "foreign_keys": [[[f"{mark}_visit", f"{mark}_id"], [mark, f"{mark}_id"]]],
    }


def _questions(database: str, mark: str) -> list[dict[str, str]]:
    asked = [
        (f"How many {mark}s are there?", f"SELECT count(*) FROM {mark}"),
        (
            f"What are the names of the {mark}s whose {mark} colour is '{mark}ish'?",
            f"SELECT name FROM {mark} WHERE {mark}_colour = '{mark}ish'",
        ),
        (
            f"Which {mark}s have no visit? Give me their names.",
            f"SELECT name FROM {mark} WHERE {mark}_id NOT IN (SELECT {mark}_id FROM {mark}_visit)",
        ),
        (
            f"Show names of {mark}s higher than 5 or with height below 2.",
            f"SELECT name FROM {mark} WHERE height > 5 UNION "
            f"SELECT name FROM {mark} WHERE height < 2",
        ),
    ]
    paraphrase = f"Tell me about every {mark} that we have."
    return [
        {"db": database, "question": question, "sql": sql, "paraphrase": paraphrase}
        for question, sql in asked
    ]


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of small public files in the real ones' form."""
    folder = tmp_path_factory.mktemp("public")
    names = [name for group in DATABASES.values() for name in group]
    schemas = {name: _schema(MARKS[name]) for name in names}
    (folder / "spider_schemas.json").write_text(json.dumps(schemas))
    rows = [row for name in names for row in _questions(name, MARKS[name])]
    (folder / "spider_train.jsonl").write_text("\n".join(map(json.dumps, rows)))
    asked = {
        "question": "What position does Mark Polak play?",
        "sql": "SELECT position FROM the_table WHERE player = 'Mark Polak'",
    }
    with gzip.open(folder / "wikisql_questions.jsonl.gz", "wt") as lines:
        lines.write(json.dumps(asked) + "\n")
    return folder


def _made(public: Path, everything: bool) -> list[tuple[str, Any]]:
    maker_of = import_module("data").Maker
    options = Namespace(
        data=public,
        seed=1,
        all=everything,
        rounds=2,
        wikisql=10,
        induced=30,
        declined=30,
        synthetic=0,
    )
    maker = maker_of(options)
    maker.prepare(_Here())
    return [line for job in maker.jobs() for line in maker.made(job)]


class _Here:
    """Maps as a pool of processes does, in this one."""

    def map(self, function: Any, items: Any, _: int = 1) -> list[Any]:
        return [function(item) for item in items]


def test_nothing_of_a_held_out_database_reaches_the_training(public: Path) -> None:
    text = json.dumps(_made(public, everything=False)).lower()
    for name in (*DATABASES["held out"], *DATABASES["development"]):
        assert MARKS[name] not in text
    assert all(MARKS[name] in text for name in DATABASES["training"])


def test_the_development_databases_may_be_trained_on_and_the_held_out_ones_never(
    public: Path,
) -> None:
    made = _made(public, everything=True)
    text = json.dumps(made).lower()
    assert not any(MARKS[name] in text for name in DATABASES["held out"])
    assert all(MARKS[name] in text for name in DATABASES["development"])
    assert {source for source, _ in made} == {"spider", "induced", "wikisql", "declined"}


def test_the_same_seed_makes_the_same_pairs(public: Path) -> None:
    assert _made(public, everything=False) == _made(public, everything=False)


def test_twenty_databases_are_held_out_and_fifteen_others_watched() -> None:
    human = import_module("public.human")
    is_held_out, is_development = human.is_held_out, human.is_development
    assert [is_held_out(name) for name in DATABASES["held out"]] == [True, True]
    assert [is_development(name) for name in DATABASES["development"]] == [True, True]
    for name in DATABASES["training"]:
        assert not is_held_out(name)
        assert not is_development(name)
    assert not any(is_held_out(n) and is_development(n) for n in map(str, range(1000)))


def test_answers_keep_the_rows_of_what_was_published(public: Path) -> None:
    humans = import_module("public.humans")
    answers, failed = humans.tried(humans.published(humans.Human(public), "wedding"))
    assert not failed
    assert [" ".join(map(_word, answer)) for answer in answers.values()] == [
        "SELECT COUNT ( * ) FROM t",
        "SELECT c FROM t WHERE c = v",
        "SELECT c FROM t WHERE NOT EXISTS t",
        "SELECT DISTINCT c FROM t WHERE c > v OR c < v",
    ]


def _word(part: Any) -> str:
    return part if isinstance(part, str) else str(part[0])


def test_wordings_keep_what_counts() -> None:
    reworded = import_module("public.variation").reworded
    rng = random.Random(2)
    for _ in range(200):
        said = reworded("What are the names of the painters older than 65?", rng).lower()
        assert "painters" in said
        assert "65" in said
