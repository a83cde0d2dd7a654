"""Every statement of attacks.toml, by three roads: explained, run without a check, and checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from localai.sql.check import check
from tests.sql.attacks.arena import (
    ROADS,
    WORDS,
    Arena,
    DuckDBArena,
    FilesArena,
    Outcome,
    PostgresArena,
    SQLiteArena,
    statements,
)
from tests.sql.postgres import Postgres

# Waiting for time limits is most of the work.
BESIDE_EACH_OTHER = 6
# Against hangs: the limit is 0.2 s, and the busiest machine gets there in time.
FAR_TOO_LONG = 20.0

KINDS = ("sqlite", "duckdb", "postgres")
# Whose time and memory are limited as for another kind: only the rest is tried again.
ALIKE = {"files": "duckdb", "superuser": "postgres"}
EQUAL = ("time", "memory", "parser")

Make = Callable[[str, Path], Arena]


@pytest.fixture(scope="session")
def make(request: pytest.FixtureRequest, made_duckdb: Path) -> Make:
    def made(kind: str, folder: Path) -> Arena:
        if kind == "sqlite":
            return SQLiteArena(folder)
        if kind == "duckdb":
            return DuckDBArena(folder, made_duckdb)
        if kind == "files":
            return FilesArena(folder)
        server: Postgres = request.getfixturevalue("postgres")
        return PostgresArena(folder, server, superuser=kind == "superuser")

    return made


@pytest.fixture(scope="module", params=[*KINDS, *ALIKE])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def outcomes(kind: str, make: Make, tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    folder = tmp_path_factory.mktemp(kind) / kind
    roads = ROADS if kind in KINDS else ROADS[1:2]
    attacks = statements(ALIKE.get(kind, kind), EQUAL if kind in ALIKE else ())
    if kind == "superuser":
        # Who trusts a superuser to this, trusts the views that superusers made.
        attacks = [sql for sql in attacks if "file_reading_view" not in sql]
    with ExitStack() as stack:
        arenas = [
            stack.enter_context(closing(make(kind, folder / str(number))))
            for number in range(BESIDE_EACH_OTHER)
        ]
        before = [arena.hashes() for arena in arenas]

        def share(number: int) -> Iterator[Outcome]:
            for sql in attacks[number::BESIDE_EACH_OTHER]:
                yield from arenas[number].attack(sql, roads)

        with ThreadPoolExecutor(BESIDE_EACH_OTHER) as pool:
            shares = pool.map(lambda number: list(share(number)), range(BESIDE_EACH_OTHER))
            found = [outcome for share in shares for outcome in share]
        assert [arena.hashes() for arena in arenas] == before
        return found


def test_nothing_is_changed_shown_taken_or_spoilt(outcomes: list[Outcome]) -> None:
    found = [(one.sql[:80], one.road, one.faults, one.said) for one in outcomes if one.faults]
    assert found == []


def test_all_of_it_ends(outcomes: list[Outcome]) -> None:
    assert [one for one in outcomes if one.seconds > FAR_TOO_LONG] == []


def test_there_are_enough() -> None:
    counts = {kind: len(set(statements(kind))) for kind in KINDS}
    assert min(counts.values()) >= 100, counts


def test_words_of_sql_can_be_names(kind: str, make: Make, tmp_path: Path) -> None:
    with closing(make(kind, tmp_path / "a" / "b")) as arena:
        for word in WORDS:
            sql = f'SELECT "{word}" FROM "{word}" WHERE "{word}" > 0'
            arena.source.explain(sql)
            assert arena.source.run(sql).rows == ((7,),)
            assert arena.source.run(check(sql, arena.schema).sql).rows == ((7,),)
