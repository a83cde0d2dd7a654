"""A database with a secret file beside it, and all that an attack on it could have changed."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import os
import shutil
import sqlite3
import sys
import time
import tomllib
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from localai.errors import LocalAIError
from localai.sql.check import check
from localai.sql.database import Cell, Limits
from localai.sql.source import Source, open_source
from tests.sql.postgres import Postgres

HERE = Path(__file__).parent
EXAMPLE = HERE.parent.parent.parent / "examples" / "shop.db"
SECRET = "the-canary-sings-4f1d"
SECRETS = (SECRET, "root:", "SCRAM-SHA-256")
LIMITS = Limits(timeout=0.2, memory=600_000_000)
UNHURRIED = Limits(timeout=60.0, memory=LIMITS.memory)
# Planned without running, run as it is, and run as a check lets it through.
ROADS: Sequence[str] = ("explain", "run", "check")
WORDS = ("user", "show", "set", "order", "pragma", "copy")
PLACEHOLDERS = {
    "{deep}": "(" * 3000 + "1" + ")" * 3000,
    "{wide}": "+".join(["1"] * 20_000),
    "{nested}": "".join(f"(SELECT a{i} FROM " for i in range(400)) + "customers" + ")" * 400,
    "{long}": "x" * 90_000,
    "{brackets}": "[" * 20_000 + "]" * 20_000,
    "{lists}": "[" * 900 + "]" * 900,
    "{customers_bang}": "1 !!! 2",
    "{sleep_quoted}": '"pg_sleep"/**/(60)',
}

SQLITE = """
CREATE TABLE written (a);
CREATE VIEW writable_view AS SELECT a FROM written;
CREATE TRIGGER writing INSTEAD OF INSERT ON writable_view BEGIN
    INSERT INTO written VALUES (NEW.a); DELETE FROM customers; END;
CREATE VIEW reading_view AS SELECT readfile('{canary}') AS a;
CREATE VIEW extending_view AS SELECT load_extension('{folder}/evil.so') AS a;
CREATE VIRTUAL TABLE search USING fts5(body);
INSERT INTO search SELECT name FROM customers;
"""
DUCKDB = """
CREATE SEQUENCE numbers;
CREATE VIEW reading_view AS SELECT * FROM read_text('{canary}');
"""
POSTGRES = """
CREATE TABLE customers (id INT PRIMARY KEY, name TEXT, city TEXT);
INSERT INTO customers SELECT i, 'name ' || i, 'Berlin' FROM generate_series(1, 40) i;
CREATE TABLE orders (id INT PRIMARY KEY, customer_id INT REFERENCES customers);
INSERT INTO orders SELECT i, i % 40 + 1 FROM generate_series(1, 160) i;
CREATE MATERIALIZED VIEW totals AS SELECT COUNT(*) FROM orders;
CREATE SEQUENCE numbers;
CREATE FUNCTION deleting() RETURNS INT LANGUAGE sql AS 'DELETE FROM customers; SELECT 1';
CREATE FUNCTION defined_by_another() RETURNS INT LANGUAGE sql SECURITY DEFINER
    AS 'DELETE FROM customers; SELECT 1';
CREATE FUNCTION of_a_row(customers) RETURNS INT LANGUAGE sql AS 'DELETE FROM customers; SELECT 1';
CREATE FUNCTION of_two(INT, INT) RETURNS INT LANGUAGE sql AS 'DELETE FROM customers; SELECT 1';
CREATE OPERATOR !!! (FUNCTION = of_two, LEFTARG = INT, RIGHTARG = INT);
CREATE FUNCTION sleeping_stable() RETURNS TEXT LANGUAGE sql STABLE AS 'SELECT pg_sleep(60)::TEXT';
CREATE PROCEDURE emptying() LANGUAGE sql AS 'DELETE FROM customers';
CREATE VIEW deleting_view AS SELECT deleting() AS a;
CREATE VIEW counting_view AS SELECT nextval('numbers') AS a;
CREATE VIEW locking_view AS SELECT pg_advisory_lock(7)::TEXT AS a;
CREATE VIEW sleeping_view AS SELECT pg_sleep(60)::TEXT AS a;
CREATE VIEW file_reading_view AS SELECT pg_read_file('{canary}') AS a;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC;
"""
OWNED = "customers orders totals deleting_view counting_view locking_view sleeping_view".split()
FINGERPRINT = """
SELECT (SELECT md5(string_agg(c::TEXT, ',' ORDER BY id)) FROM customers c) AS customers,
    (SELECT string_agg(relname || relacl::TEXT, ',' ORDER BY oid) FROM pg_class
        WHERE relnamespace = 'public'::REGNAMESPACE) AS tables,
    (SELECT COUNT(*) FROM pg_class) AS classes, (SELECT COUNT(*) FROM pg_proc) AS functions,
    (SELECT COUNT(*) FROM pg_description) AS comments,
    (SELECT last_value || ' ' || is_called FROM numbers) AS numbers,
    (SELECT COUNT(*) FROM pg_largeobject_metadata) AS objects,
    (SELECT COUNT(*) FROM pg_replication_slots) AS slots,
    (SELECT COUNT(*) FROM pg_roles WHERE rolsuper) AS superusers,
    (SELECT md5(string_agg(name || setting, ',' ORDER BY name)) FROM pg_settings
        WHERE context <> 'internal') AS settings
"""
AT_WORK = """
SELECT (SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND
        database = (SELECT oid FROM pg_database WHERE datname = current_database())),
    (SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()
        AND pid <> pg_backend_pid() AND state <> 'idle')
"""


@dataclass(frozen=True)
class Outcome:
    """What came of one attack by one road. megabytes: the most that its process ever took."""

    sql: str
    road: str
    said: str
    shown: str
    seconds: float
    megabytes: float
    changed: str
    works_after: bool

    @property
    def faults(self) -> list[str]:
        """Everything that must not be, but for the seconds."""
        return [
            *(f"shows {secret}" for secret in SECRETS if secret in self.shown + self.said),
            *([f"changed {self.changed}"] if self.changed else []),
            *([] if self.works_after else ["spoils the next query"]),
            *([f"took {self.megabytes:.0f} MB"] if self.megabytes * 1e6 > LIMITS.memory else []),
        ]


class Arena(ABC):
    """A folder with a database, a secret file and a secret database in it."""

    ordinary: str
    rows: tuple[tuple[Cell, ...], ...]

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self.canary = folder / "canary.csv"
        self.canary.write_text(f"a,b\n{SECRET},1\n")
        self.other = folder / "other.db"
        with contextlib.closing(sqlite3.connect(self.other)) as other:
            other.executescript(f"CREATE TABLE secret AS SELECT '{SECRET}' AS a")
        target = self.prepare()
        # A relative name in a query would be of this folder.
        with contextlib.chdir(folder):
            self.source: Source = open_source(target, allow_superuser=True)
        self.schema = self.source.schema()
        self.source.run(self.ordinary, UNHURRIED)
        self._seen = self.state()

    @abstractmethod
    def prepare(self) -> str | Path:
        """Makes the database, and names it."""

    def filled(self, text: str) -> str:
        """The text with its placeholders filled in."""
        for place, value in PLACEHOLDERS.items():
            text = text.replace(place, value)
        for place in ("canary", "folder", "other"):
            text = text.replace(f"{{{place}}}", str(getattr(self, place)))
        return text

    def state(self) -> dict[str, object]:
        """When each file in the folder last changed, and whatever else must stay as it is."""
        seen = {str(path): path.stat() for path in sorted(self.folder.rglob("*"))}
        return {
            path: (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)
            for path, stat in seen.items()
        }

    def hashes(self) -> dict[str, str]:
        """Every byte in the folder."""
        return {
            str(path): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }

    def attack(self, statement: str, roads: Sequence[str] = ROADS) -> list[Outcome]:
        """Tries it by these roads."""
        sql = self.filled(statement)

        def checked() -> object:
            return self.source.run(check(sql, self.schema).sql, LIMITS).rows

        work: dict[str, Callable[[], object]] = {
            "explain": lambda: self.source.explain(sql, LIMITS),
            "run": lambda: self.source.run(sql, LIMITS).rows,
            "check": checked,
        }
        return [self._outcome(statement, road, work[road]) for road in roads]

    def _outcome(self, statement: str, road: str, work: Callable[[], object]) -> Outcome:
        start = time.monotonic()
        said = shown = ""
        try:
            shown = str(work())[:100_000]
        except LocalAIError as error:
            said = f"{type(error).__name__}: {error}"
        seconds = time.monotonic() - start
        megabytes = self._peak()
        after = self.source.run(self.ordinary, UNHURRIED).rows
        before, self._seen = self._seen, self.state()
        return Outcome(
            statement, road, said, shown, seconds, megabytes,
            _difference(before, self._seen), after == self.rows,
        )  # fmt: skip

    def _peak(self) -> float:
        process = self.source._process
        if sys.platform != "linux" or process is None:
            return 0.0
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{process._process.pid}/status").read_text().splitlines():
                if line.startswith("VmHWM"):
                    return int(line.split()[1]) / 1000
        return 0.0

    def close(self) -> None:
        """Ends it."""
        self.source.close()


class SQLiteArena(Arena):
    ordinary = "SELECT COUNT(*), MAX(name) FROM customers"
    rows = ((40, "Zoe Wagner"),)

    def prepare(self) -> Path:
        path = self.folder / "shop.db"
        shutil.copy(EXAMPLE, path)
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.executescript(self.filled(SQLITE) + words())
            self.rows = tuple(connection.execute(self.ordinary).fetchall())
        return path


class DuckDBArena(Arena):
    ordinary = "SELECT COUNT(*), MAX(name) FROM customers"

    def __init__(self, folder: Path, made: Path) -> None:
        self._made = made
        super().__init__(folder)

    def prepare(self) -> Path:
        path = self.folder / "shop.duckdb"
        shutil.copy(self._made, path)
        with contextlib.closing(duckdb.connect(str(path))) as connection:
            connection.execute(self.filled(DUCKDB) + words())
            self.rows = tuple(connection.execute(self.ordinary).fetchall())
        return path


class FilesArena(Arena):
    """CSV files in DuckDB's memory, which nothing but the guard keeps from changing."""

    ordinary = "SELECT COUNT(*), MAX(name) FROM customers"

    def prepare(self) -> Path:
        folder = self.folder / "data"
        folder.mkdir()
        with contextlib.closing(sqlite3.connect(":memory:")) as shop:
            with contextlib.closing(sqlite3.connect(EXAMPLE)) as example:
                example.backup(shop)
            shop.executescript(words())
            for table in ("customers", "orders", "order_items", "products", *WORDS):
                rows = shop.execute(f'SELECT * FROM "{table}"')
                with (folder / f"{table}.csv").open("w", newline="") as file:
                    writer = csv.writer(file)
                    writer.writerow([column[0] for column in rows.description])
                    writer.writerows(rows)
            self.rows = tuple(shop.execute(self.ordinary).fetchall())
        return folder


class PostgresArena(Arena):
    """The guard is asked as the owner of the tables, who may change them, or as a superuser."""

    ordinary = "SELECT COUNT(*), MAX(name) FROM customers"
    rows = ((40, "name 9"),)

    def __init__(self, folder: Path, server: Postgres, *, superuser: bool) -> None:
        self._server = server
        self._superuser = superuser
        super().__init__(folder)

    def prepare(self) -> str:
        # The server runs as a user of its own.
        for place in (self.folder, *self.folder.parents[:2]):
            os.chmod(place, 0o777)
        self._url = self._server.database(self.filled(POSTGRES) + words())
        owner = self._server.role(self._url, password="secret")
        role = owner.partition("//")[2].partition(":")[0]
        for name in (*OWNED, *(f'"{word}"' for word in WORDS)):
            self._server.execute(self._url, f"ALTER TABLE {name} OWNER TO {role}")
        self._watch: Any = self._server.connect(self._url)
        # One whom an attack must not end.
        self._bystander: Any = self._server.connect(owner)
        return self._url if self._superuser else owner

    def state(self) -> dict[str, object]:
        until = time.monotonic() + 20
        # What PostgreSQL does not interrupt, such as repeat('a', 100000000), it does to its end.
        while (at_work := self._watch.execute(AT_WORK).fetchone()) != (0, 0):
            if time.monotonic() > until:
                break
            time.sleep(0.01)
        seen = self._watch.execute(FINGERPRINT)
        names = [column.name for column in seen.description]
        alive = self._bystander.execute("SELECT 1").fetchone()
        facts = dict(zip(names, seen.fetchone(), strict=True))
        return {**super().state(), **facts, "at work": at_work, "bystander": alive}

    def close(self) -> None:
        super().close()
        self._watch.close()
        self._bystander.close()


def _difference(before: dict[str, object], after: dict[str, object]) -> str:
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    return "; ".join(f"{key}: {before.get(key)} -> {after.get(key)}" for key in keys)


def words() -> str:
    """Tables and columns named as words of SQL are."""
    return "".join(
        f'CREATE TABLE "{word}" ("{word}" INT); INSERT INTO "{word}" VALUES (7);\n'
        for word in WORDS
    )


def statements(kind: str, without: Sequence[str] = ()) -> list[str]:
    """The attacks on a kind of database, but those that are after these."""
    attacks = tomllib.loads((HERE / "attacks.toml").read_text(encoding="utf-8"))[kind]
    return [sql for aim, several in attacks.items() if aim not in without for sql in several]
