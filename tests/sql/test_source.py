from __future__ import annotations

import asyncio
import gc
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from localai.errors import (
    Cancelled,
    Closed,
    DatabaseError,
    InvalidRequest,
    SQLRejected,
    SQLTimeout,
)
from localai.schema import Schema
from localai.sql.database import Introspection, Limits
from localai.sql.databases import sqlite_schema
from localai.sql.source import Source, open_source
from tests.sql.postgres import Postgres

ROOT = Path(__file__).parent.parent.parent
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"
# One call of one function, which SQLite does not leave before it is done.
DEAF = "SELECT instr(printf('%.*c', 9000000, 'a'), printf('%.*c', 4000000, 'a') || 'b')"
LONG_SECONDS = 30.0


def child(source: Source) -> psutil.Process:
    process = source._process
    assert process is not None
    return psutil.Process(process._process.pid)


def in_background(work: Callable[[], object]) -> tuple[threading.Thread, list[BaseException]]:
    raised: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, raised


def wait_for(true: Callable[[], bool]) -> None:
    until = time.monotonic() + LONG_SECONDS
    while not true():
        assert time.monotonic() < until
        time.sleep(0.01)


def gone(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def busy(source: Source) -> bool:
    """Whether its process computes, as it does in the middle of an endless query."""
    before = sum(child(source).cpu_times()[:2])
    time.sleep(0.05)
    return sum(child(source).cpu_times()[:2]) > before


def kill(source: Source) -> None:
    process = source._process
    assert process is not None
    child(source).kill()
    wait_for(lambda: not process.alive)


def script(text: str, *, cwd: Path, source: Path = ROOT) -> subprocess.Popen[str]:
    """A program that has localai, in a group of its own: what interrupts it spares these tests."""
    start = f"import sys; sys.path.insert(0, {str(source)!r})\n"
    return subprocess.Popen(
        [sys.executable, "-c", start + textwrap.dedent(text)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=cwd,
        env={**os.environ, "TMPDIR": str(cwd)},
        start_new_session=True,
    )  # fmt: skip


def test_a_database_is_read_and_asked_in_another_process(
    shop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with open_source(shop) as source:
        assert (source.dialect, source.can_run, source.notices) == ("sqlite", True, ())
        assert source.schema() == sqlite_schema.introspect(shop)
        result = source.run("SELECT name, price FROM products ORDER BY price DESC LIMIT 1")
        assert (result.columns, result.rows) == (("name", "price"), (("Bicycle", 499.0),))
        source.explain("SELECT name FROM products")
        process = child(source)
        assert process.ppid() == os.getpid()
    assert not process.is_running()
    assert capfd.readouterr() == ("", "")


def test_a_schema_is_kept_for_each_way_of_reading_it(shop: Path) -> None:
    with open_source(shop) as source:
        first = source.schema()
        shop.unlink()
        assert source.schema() is first
        assert source.schema(Introspection()) is first
        with pytest.raises(DatabaseError, match="no file"):
            source.schema(Introspection(values=False))


def test_errors_come_as_they_were_raised(shop: Path) -> None:
    with open_source(shop) as source:
        with pytest.raises(SQLRejected, match="no such column: nope"):
            source.run("SELECT nope FROM customers")
        with pytest.raises(SQLRejected, match="no such table"):
            source.explain("SELECT 1 FROM nowhere")
        shop.write_bytes(b"no longer a database")
        with pytest.raises(DatabaseError, match="not a SQLite database") as caught:
            source.run("SELECT 1")
        assert "decrypted" in caught.value.hint


def test_a_query_over_its_time_leaves_the_process_in_place(shop: Path) -> None:
    with open_source(shop) as source:
        before = child(source)
        with pytest.raises(SQLTimeout, match=r"longer than 0\.2 s"):
            source.run(ENDLESS, Limits(timeout=0.2))
        assert source.run("SELECT COUNT(*) FROM orders").rows == ((160,),)
        assert child(source) == before


def test_what_listens_to_nobody_is_killed(shop: Path) -> None:
    with open_source(shop) as source:
        before, start = child(source), time.monotonic()
        with pytest.raises(SQLTimeout, match=r"longer than 0\.2 s"):
            source.run(DEAF, Limits(timeout=0.2))
        assert time.monotonic() - start < LONG_SECONDS
        assert not before.is_running()
        assert source.run("SELECT COUNT(*) FROM orders").rows == ((160,),)


@pytest.mark.parametrize("sql", [ENDLESS, DEAF])
def test_any_thread_can_cancel(shop: Path, sql: str) -> None:
    with open_source(shop) as source:
        source.cancel()
        assert source.run("SELECT 1").rows == ((1,),)
        thread, raised = in_background(lambda: source.run(sql, Limits(timeout=300)))
        wait_for(lambda: busy(source))
        source.cancel()
        thread.join(LONG_SECONDS)
        assert [type(error) for error in raised] == [Cancelled]
        assert source.run("SELECT COUNT(*) FROM orders").rows == ((160,),)


def test_opening_can_be_cancelled(tmp_path: Path, shop: Path) -> None:
    with open_source(shop) as source:
        child(source).suspend()
        thread, raised = in_background(source.schema)
        wait_for(lambda: source._cancelled is not None)
        source.cancel()
        thread.join(LONG_SECONDS)
        assert [type(error) for error in raised] == [Cancelled]
        assert source.schema().table("orders")


def test_closing_ends_what_runs(shop: Path) -> None:
    source = open_source(shop)
    thread, raised = in_background(lambda: source.run(ENDLESS, Limits(timeout=300)))
    wait_for(lambda: source._cancelled is not None)
    process = child(source)
    source.close()
    source.close()
    thread.join(LONG_SECONDS)
    assert len(raised) == 1
    assert isinstance(raised[0], Cancelled | Closed)
    assert not process.is_running()
    with pytest.raises(Closed, match="has been closed"):
        source.run("SELECT 1")


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_crash_is_told_with_the_last_words(shop: Path) -> None:
    with open_source(shop) as source:
        source.run("SELECT 1")
        thread, raised = in_background(lambda: source.run(ENDLESS, Limits(timeout=300)))
        wait_for(lambda: busy(source))
        child(source).send_signal(signal.SIGSEGV)
        thread.join(LONG_SECONDS)
        assert [type(error) for error in raised] == [DatabaseError]
        assert "SIGSEGV: Fatal Python error: Segmentation fault" in str(raised[0])
        assert source.run("SELECT COUNT(*) FROM orders").rows == ((160,),)


def test_a_process_that_went_between_two_calls_is_started_anew(shop: Path) -> None:
    with open_source(shop) as source:
        source.run("SELECT 1")
        kill(source)
        assert source.run("SELECT COUNT(*) FROM orders").rows == ((160,),)


def test_what_cannot_be_opened_may_be_there_next_time(tmp_path: Path, shop: Path) -> None:
    missing = tmp_path / "later.db"
    with open_source(missing) as source:
        for _ in range(2):
            with pytest.raises(DatabaseError, match="no file"):
                source.schema()
        shop.rename(missing)
        assert source.schema().table("orders")


def test_memory_is_limited(shop: Path) -> None:
    long = "SELECT printf('%.*c', 1000000, 'a') AS a FROM customers"
    greedy = f"SELECT length(group_concat(a)) FROM ({long})"
    sort = "SELECT a.name || b.name || c.name FROM customers a, customers b, products c ORDER BY 1"
    with open_source(shop, memory=200_000_000) as source:
        assert source.run(greedy).rows == ((40_000_039,),)
        process = child(source)
        with pytest.raises(SQLRejected, match="more than the 40 MB of memory that it may"):
            source.run(greedy, Limits(memory=40_000_000))
        assert child(source) != process
        assert len(source.run(sort, Limits(memory=40_000_000)).rows) == 1000


def test_temporary_files_are_limited(shop: Path, duckdb_file: Path) -> None:
    names = "a.name || b.name || c.name || d.name || printf('%.*c', 300, 'a')"
    sort = f"SELECT DISTINCT {names} FROM customers a, customers b, products c, products d"
    with open_source(shop, memory=60_000_000) as source:
        with pytest.raises(SQLRejected, match="more than fits"):
            source.run(f"SELECT COUNT(*) FROM ({sort})")
        assert source.run("SELECT COUNT(*) FROM orders").rows == ((160,),)
    with open_source(duckdb_file, memory=100_000_000) as source:
        wide = "SELECT r, repeat(md5(r::TEXT), 9) FROM range(4000000) t(r) ORDER BY hash(r)"
        with pytest.raises(SQLRejected, match="more than (fits|the 100 MB)"):
            source.run(wide)
        assert source.run("SELECT COUNT(*) FROM orders").rows == ((160,),)


def test_a_lower_limit_on_memory_wins(shop: Path) -> None:
    with open_source(shop, memory=50_000_000) as source:
        before = child(source)
        source.run("SELECT 1", Limits(memory=100_000_000))
        assert child(source) == before
        source.run("SELECT 1", Limits(memory=40_000_000))
        other = child(source)
        assert other != before
        source.explain("SELECT 1")
        source.run("SELECT 1")
        assert child(source) == other


def test_a_large_result_crosses(shop: Path) -> None:
    with open_source(shop) as source:
        text = "x" * 1000
        result = source.run(f"SELECT replace('{text}', 'x', '{text}') FROM customers LIMIT 12")
        assert [len(row[0]) for row in result.rows if isinstance(row[0], str)] == [1_000_000] * 12


@pytest.mark.parametrize(
    "limits",
    [Limits(timeout=float("inf")), Limits(timeout=0), Limits(timeout=float("nan")),
     Limits(max_rows=-1), Limits(memory=0)],
)  # fmt: skip
def test_limits_that_are_none_are_refused(shop: Path, limits: Limits) -> None:
    with open_source(shop) as source:
        with pytest.raises(InvalidRequest, match="must be from"):
            source.run("SELECT 1", limits)
        assert source.run("SELECT 1", Limits(max_rows=1, timeout=1e6)).rows == ((1,),)


def test_threads_share_a_source_and_sources_run_beside_each_other(shop: Path) -> None:
    with open_source(shop) as source, open_source(shop) as other, ThreadPoolExecutor(8) as pool:
        jobs = [
            pool.submit((source, other)[i % 2].run, f"SELECT {i}, COUNT(*) FROM customers")
            for i in range(40)
        ]
        assert [job.result().rows for job in jobs] == [((i, 40),) for i in range(40)]


def test_it_can_be_used_from_asyncio(shop: Path) -> None:
    async def main() -> list[object]:
        with open_source(shop) as source:
            asked = (asyncio.to_thread(source.run, f"SELECT {i}") for i in range(5))
            return [result.rows[0][0] for result in await asyncio.gather(*asked)]

    assert asyncio.run(main()) == [0, 1, 2, 3, 4]


def test_nothing_is_left_behind(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = psutil.Process()
    folders = tmp_path / "temporary"
    folders.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folders))
    open_source(shop).close()
    gc.collect()
    before = (me.num_fds(), threading.active_count(), len(me.children()))
    for _ in range(2):
        with open_source(shop) as source:
            source.run("SELECT 1")
            with pytest.raises(SQLTimeout):
                source.run(DEAF, Limits(timeout=0.05))
            source.run("SELECT 1")
        forgotten = open_source(shop)
        forgotten.schema()
        del forgotten
    gc.collect()
    assert (me.num_fds(), threading.active_count(), len(me.children())) == before
    assert list(folders.iterdir()) == []


@pytest.mark.parametrize("sql", ["SELECT 1", ENDLESS, DEAF])
def test_it_dies_with_the_program(shop: Path, sql: str) -> None:
    program = script(
        f"""
        import sys, threading
        from localai.sql.source import open_source, Limits
        source = open_source({str(shop)!r})
        source.run("SELECT 1")
        print(source._process._process.pid, source._process._folder, flush=True)
        threading.Thread(target=source.run, args=({sql!r}, Limits(timeout=300))).start()
        sys.stdin.read()
        """,
        cwd=shop.parent,
    )
    assert program.stdout is not None
    number, folder = program.stdout.readline().split()
    process = psutil.Process(int(number))
    time.sleep(0.2)
    program.kill()
    program.communicate()
    wait_for(lambda: not Path(folder).exists())
    wait_for(lambda: gone(process))


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_is_for_the_program_alone(shop: Path) -> None:
    program = script(
        f"""
        import os, signal, threading
        from localai.sql.source import open_source, Limits
        source = open_source({str(shop)!r})
        source.run("SELECT 1")
        first = source._process._process.pid
        try:
            threading.Timer(0.05, os.killpg, (0, signal.SIGINT)).start()
            source.run({ENDLESS!r}, Limits(timeout=300))
        except KeyboardInterrupt:
            print("interrupted", source.run("SELECT COUNT(*) FROM orders").rows)
        try:
            threading.Timer(0.1, os.killpg, (0, signal.SIGINT)).start()
            threading.Event().wait(30)
        except KeyboardInterrupt:
            pid = source._process._process.pid
            print(source.run("SELECT 2").rows, pid == source._process._process.pid)
        """,
        cwd=shop.parent,
    )
    out, err = program.communicate(timeout=LONG_SECONDS)
    assert (out, err) == ("interrupted ((160,),)\n((2,),) True\n", "")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="fork")
def test_a_fork_has_a_process_of_its_own(shop: Path) -> None:
    program = script(
        f"""
        import os, sys, warnings
        warnings.simplefilter("ignore")
        from localai.sql.source import open_source
        source = open_source({str(shop)!r})
        source.run("SELECT 1")
        mine = source._process._process.pid
        sys.stdout.flush()
        if os.fork() == 0:
            print(source.run("SELECT 2").rows, source._process._process.pid != mine, flush=True)
            sys.exit()
        os.wait()
        print(source.run("SELECT 3").rows, source._process._process.pid == mine)
        """,
        cwd=shop.parent,
    )
    out, err = program.communicate(timeout=LONG_SECONDS)
    assert (out, err) == ("((2,),) True\n((3,),) True\n", "")


def test_a_name_means_what_it_meant_when_it_was_given(
    shop: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shop.parent)
    with open_source("shop.db") as source:
        monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
        assert source.run("SELECT COUNT(*) FROM orders").rows == ((160,),)
        kill(source)
        assert source.run("SELECT COUNT(*) FROM orders").rows == ((160,),)


def test_changes_are_seen(shop: Path) -> None:
    with open_source(shop) as source:
        assert source.run("SELECT COUNT(*) FROM customers").rows == ((40,),)
        with closing(sqlite3.connect(shop)) as connection, connection:
            connection.execute("DELETE FROM customers WHERE id = 7")
        assert source.run("SELECT COUNT(*) FROM customers").rows == ((39,),)


def test_a_schema_can_be_of_any_shape(shop: Path) -> None:
    with closing(sqlite3.connect(shop)) as connection:
        connection.executescript(
            """CREATE TABLE "a ""b" ("Ünï \n code" TEXT, "" INT);
            INSERT INTO "a ""b" VALUES ('\ud7ff', 1)"""
        )
    with open_source(shop) as source:
        schema = source.schema()
        assert isinstance(schema, Schema)
        assert schema == sqlite_schema.introspect(shop)


def test_duckdb_is_held_to_its_limits_too(duckdb_file: Path) -> None:
    limits = Limits(timeout=0.5, memory=500_000_000)
    # DuckDB's own memory limit does not count the first, nor its interruption end the second.
    hungry = "SELECT list_sort(range(200000000))"
    deaf = "SELECT damerau_levenshtein(repeat('a', 100000), repeat('b', 100000))"
    with open_source(duckdb_file, memory=limits.memory) as source:
        for sql in (hungry, deaf, ENDLESS):
            with pytest.raises((SQLRejected, SQLTimeout), match="500 MB|longer than"):
                source.run(sql, limits)
            assert source.run("SELECT COUNT(*) FROM orders").rows == ((160,),)
        thread, raised = in_background(lambda: source.run(ENDLESS, Limits(timeout=300)))
        wait_for(lambda: busy(source))
        before = child(source)
        source.cancel()
        thread.join(LONG_SECONDS)
        assert [type(error) for error in raised] == [Cancelled]
        assert source.run("SELECT COUNT(*) FROM orders").rows == ((160,),)
        assert child(source) == before
    assert [path.name for path in duckdb_file.parent.iterdir()] == [duckdb_file.name]


def test_duckdb_sorts_on_disk_in_a_folder_that_goes(duckdb_file: Path) -> None:
    with open_source(duckdb_file, memory=250_000_000) as source:
        # A row number over all keeps it from being a search for the first thousand.
        sort = "SELECT r, row_number() OVER (ORDER BY hash(r)) AS n FROM range(5000000) t(r)"
        assert len(source.run(sort).rows) == 1000
        process = source._process
        assert process is not None
    assert not process._folder.exists()
    assert [path.name for path in duckdb_file.parent.iterdir()] == [duckdb_file.name]


def test_postgres_is_asked_over_a_new_connection_where_the_old_one_ended(
    postgres: Postgres,
) -> None:
    url = postgres.database("CREATE TABLE t AS SELECT 1 AS a")
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with open_source(postgres.reader(url)) as source:
        assert source.run("SELECT a FROM t").rows == ((1,),)
        postgres.execute(url, f"SELECT pg_terminate_backend(pid, 5000) {others}")
        assert source.run("SELECT a FROM t").rows == ((1,),)
        thread, raised = in_background(lambda: source.run(ENDLESS, Limits(timeout=300)))
        active = f"SELECT COUNT(*) {others} AND state = 'active'"
        wait_for(lambda: postgres.execute(url, active) == [(1,)])
        source.cancel()
        thread.join(LONG_SECONDS)
        assert [type(error) for error in raised] == [Cancelled]
        wait_for(lambda: postgres.execute(url, active) == [(0,)])
        assert source.run("SELECT a FROM t").rows == ((1,),)


def test_postgres_answers_only_what_fits_into_memory(postgres: Postgres) -> None:
    url = postgres.reader(postgres.database("CREATE TABLE t AS SELECT 1 AS a"))
    with open_source(url, memory=100_000_000) as source:
        with pytest.raises(SQLRejected, match="more than the 100 MB of memory"):
            source.run("SELECT repeat('a', 150000000)", Limits(timeout=300))
        assert source.run("SELECT a FROM t").rows == ((1,),)


def test_a_superuser_is_refused_unless_told(postgres: Postgres) -> None:
    url = postgres.database("CREATE TABLE t AS SELECT 1 AS a")
    with open_source(url) as source:
        for _ in range(2):
            with pytest.raises(DatabaseError, match="is a superuser") as caught:
                source.schema()
            assert "CREATE ROLE localai_reader" in caught.value.hint
    with open_source(url, allow_superuser=True) as source:
        assert source.run("SELECT a FROM t").rows == ((1,),)


def test_a_schema_alone_is_not_run(tmp_path: Path) -> None:
    ddl = tmp_path / "shop.sql"
    ddl.write_text("CREATE TABLE customers (id INT PRIMARY KEY, name TEXT);")
    with open_source(schema=ddl, dialect="postgres") as source:
        assert (source.can_run, source.dialect) == (False, "postgres")
        assert source.schema().table("customers")
        for ask in (source.run, source.explain):
            with pytest.raises(SQLRejected, match="a schema without data") as caught:
                ask("SELECT 1")
            assert "--db" in caught.value.hint


def test_processor_time_ends_what_nobody_watches(shop: Path) -> None:
    """The program is stopped while a regular expression, in Python, lets no thread by."""
    program = script(
        f"""
        import os, signal, sys, threading
        from localai.sql import confine
        from localai.sql.source import open_source, Limits
        source = open_source({str(shop)!r})
        source.run("SELECT 1")
        print(source._process._process.pid, flush=True)
        threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGSTOP)).start()
        source.run("SELECT regexp_like(printf('%.*c', 60, 'a'), '^(a|aa)+$b')", Limits(timeout=0.1))
        """,
        cwd=shop.parent,
    )
    assert program.stdout is not None
    process = psutil.Process(int(program.stdout.readline()))
    try:
        wait_for(lambda: gone(process))
    finally:
        program.kill()
        program.communicate()
