"""The embedded PostgreSQL: durable, shared, and gone when nobody uses it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from counterfoil_server.embedded import EmbeddedPostgres, EmbeddedUnavailable, programs_dir

_USER = """
import sys
from counterfoil_server.embedded import EmbeddedPostgres
print(EmbeddedPostgres(sys.argv[1]).start(), flush=True)
sys.stdin.read()
"""
UserOf = Callable[[Path], "subprocess.Popen[str]"]


def ask(url: str, question: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None
    return row[0]


def wait_until_stopped(data_dir: Path) -> None:
    """Wait as the next user would: until the guard has let go of the directory."""
    with EmbeddedPostgres(data_dir):
        pass


@pytest.fixture
def user_of() -> Iterator[UserOf]:
    """Give a way to start another process that uses a server until its input ends."""
    started: list[subprocess.Popen[str]] = []

    def start(data_dir: Path) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", _USER, str(data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": "src"},
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline().startswith("postgresql://")
        return process

    yield start
    for process in started:
        process.communicate()


def test_is_a_durable_server_that_keeps_its_data(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path) as server:
        assert ask(server.url, "SHOW fsync") == "on"
        assert ask(server.url, "SHOW synchronous_commit") == "on"
        assert ask(server.url, "SHOW full_page_writes") == "on"
        assert ask(server.url, "SHOW listen_addresses") == ""
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE kept (word text)")
            connection.execute("INSERT INTO kept VALUES ('still here')")
    with EmbeddedPostgres(tmp_path) as server:
        assert ask(server.url, "SELECT word FROM kept") == "still here"


def test_a_path_too_long_or_odd_for_a_socket_works(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / ("long " * 30) / "it's 5%, (odd)") as server:
        assert ask(server.url, "SELECT 1") == 1


def test_a_path_that_a_shell_would_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedUnavailable, match="choose a path without"):
        EmbeddedPostgres(tmp_path / "$(touch me)").start()


def test_a_second_process_joins_and_the_last_one_stops_it(tmp_path: Path, user_of: UserOf) -> None:
    server = EmbeddedPostgres(tmp_path)
    url = server.start()
    other = user_of(tmp_path)
    other.communicate()  # it leaves
    assert ask(url, "SELECT 1") == 1
    other = user_of(tmp_path)
    server.stop()
    assert ask(url, "SELECT 1") == 1  # the other still uses it
    other.communicate()
    wait_until_stopped(tmp_path)
    with pytest.raises(psycopg.OperationalError):
        ask(url, "SELECT 1")


def test_a_killed_user_leaves_nothing_running(tmp_path: Path, user_of: UserOf) -> None:
    other = user_of(tmp_path)
    other.send_signal(signal.SIGKILL)
    other.wait()
    wait_until_stopped(tmp_path)
    assert not (tmp_path / "cluster" / "postmaster.pid").exists()


def test_a_pid_file_of_a_dead_server_is_no_obstacle(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path):
        pass
    stale = tmp_path / "cluster" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{tmp_path / 'cluster'}\n1700000000\n5432\n\n\n\n")
    with EmbeddedPostgres(tmp_path) as server:
        assert ask(server.url, "SELECT 1") == 1


def test_a_temporary_server_is_deleted_by_its_last_user() -> None:
    server = EmbeddedPostgres.temporary()
    server.start()
    guard = server.guard
    assert guard is not None
    server.stop()
    guard.wait(timeout=120)
    assert not server.data_dir.exists()


def test_an_unwritable_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedUnavailable, match=r"file.*cannot be written"):
        EmbeddedPostgres(tmp_path / "file").start()


def test_data_of_another_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "cluster").mkdir()
    (tmp_path / "cluster" / "PG_VERSION").write_text("16\n")
    with pytest.raises(EmbeddedUnavailable, match="PostgreSQL 16"):
        EmbeddedPostgres(tmp_path).start()
    assert [path.name for path in (tmp_path / "cluster").iterdir()] == ["PG_VERSION"]


def test_a_platform_without_programs_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COUNTERFOIL_POSTGRES", raising=False)
    monkeypatch.setattr("counterfoil_server.embedded.programs._WHEEL", "no_such_wheel")
    with pytest.raises(EmbeddedUnavailable, match="DATABASE_URL"):
        programs_dir()


def test_programs_that_are_named_and_not_there_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COUNTERFOIL_POSTGRES", str(tmp_path))
    with pytest.raises(EmbeddedUnavailable, match="no `postgres` in it"):
        programs_dir()


def test_programs_that_are_named_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = programs_dir()
    monkeypatch.setattr("counterfoil_server.embedded.programs._WHEEL", "no_such_wheel")
    monkeypatch.setenv("COUNTERFOIL_POSTGRES", str(ours))
    assert programs_dir() == ours
