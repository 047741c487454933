"""The command line: one sentence about what went wrong, and no traceback."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from counterfoil_server import keys
from counterfoil_server.cli import main
from counterfoil_server.demo_place import DemoImpossible, Place
from counterfoil_server.processes import ChildDied, Family
from tests.server.machine import address


def test_a_taken_port_is_named_with_the_option_that_changes_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert main(["demo", "--dir", str(tmp_path / "demo"), "--port", str(port)]) == 1
    said = capsys.readouterr().err
    assert f"Port {port} " in said
    assert "--port" in said
    assert not (tmp_path / "demo").exists()  # nothing was begun


def test_an_address_that_cannot_be_listened_on_is_said_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Or each process of the server would fail for itself, and be started again, for ever."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert main(["up", "--port", str(port)]) == 1
    assert capsys.readouterr().err.startswith(f"counterfoil: Cannot listen on 127.0.0.1:{port} (")
    assert main(["up", "--port", "70000"]) == 1
    assert "0-65535" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["up", "--workers", "0"])


@pytest.mark.django_db
def test_tables_that_are_not_there_are_said_in_a_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE name = '0037_events'")
    assert main(["worker", "--once"]) == 1
    assert "run `counterfoil migrate`" in capsys.readouterr().err
    assert main(["verify"]) == 2  # 1 would say that a promise is broken


def run_apart(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    told = {"DJANGO_SETTINGS_MODULE": "counterfoil_server.settings", "SECRET_KEY": "only-for-tests"}
    return subprocess.run(
        [sys.executable, "-m", "counterfoil_server", *arguments],
        env={**os.environ, **told, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


FULL = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END $$")
"""


@pytest.mark.usefixtures("django_db_setup")
def test_a_database_that_answers_what_nobody_foresaw_is_not_said_to_be_away() -> None:
    done = run_apart("manage", "shell", "-c", FULL, DATABASE_URL=address())
    assert done.returncode == 1
    assert "does not answer" not in done.stderr
    assert "Traceback" in done.stderr
    assert "no space" in done.stderr


def test_a_database_that_is_not_there_is_said_in_a_sentence() -> None:
    done = run_apart("verify", DATABASE_URL="postgresql://me:s3cret@127.0.0.1:1/x")
    assert done.returncode == 2
    assert done.stderr.startswith("counterfoil: The database does not answer: ")
    assert len(done.stderr.splitlines()) == 1
    assert "s3cret" not in done.stderr


def test_unknown_arguments_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["up", "--prot", "9000"])
    assert "--prot" in capsys.readouterr().err


def test_fresh_keys_are_whole_and_never_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys"]) == 0
    assert "COUNTERFOIL_KEYS='" in capsys.readouterr().out
    one, other = keys.fresh(), keys.fresh()
    assert one != other
    assert set(json.loads(one["COUNTERFOIL_KEYS"])) == {"index", "seal", "personal", "secret"}


def test_a_next_key_is_added_and_the_others_stay(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ring = json.loads(keys.fresh()["COUNTERFOIL_KEYS"])
    monkeypatch.setenv("COUNTERFOIL_KEYS", json.dumps(ring))
    assert main(["keys", "rotate", "index", "seal"]) == 0
    said = capsys.readouterr().out.strip().removeprefix("COUNTERFOIL_KEYS='").removesuffix("'")
    made = json.loads(said)
    assert {purpose: sorted(numbered) for purpose, numbered in made.items()} == {
        "index": ["1", "2"],
        "seal": ["1", "2"],
        "personal": ["1"],
        "secret": ["1"],
    }
    assert all(made[purpose]["1"] == ring[purpose]["1"] for purpose in ring)

    made["index"]["3"] = keys.fresh()["SECRET_KEY"][:42] + "A="
    monkeypatch.setenv("COUNTERFOIL_KEYS", json.dumps(made))
    assert main(["keys", "rotate", "index"]) == 1  # the lowest has to go first
    said = capsys.readouterr().err
    assert not any(key in said for numbered in made.values() for key in numbered.values())


def test_secrets_of_a_demo_are_kept_and_private(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.occupy()
    made = place.secrets()
    assert place.secrets() == made
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0


def test_one_directory_holds_one_demo(tmp_path: Path) -> None:
    first = Place(tmp_path)
    first.occupy()
    with pytest.raises(DemoImpossible, match="already"):
        Place(tmp_path).occupy()


def test_reset_never_touches_files_of_others(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    with pytest.raises(DemoImpossible, match="left alone"):
        Place(tmp_path).occupy()
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_reset_forgets_everything(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.occupy()
    made = place.secrets()
    place.simulator.write_text("{}")
    (place.mail / "1.log").touch()
    place.clear()
    assert not place.simulator.exists()
    assert list(place.mail.iterdir()) == []
    assert place.secrets() != made


def test_a_child_that_ends_is_reported_with_its_last_words(tmp_path: Path) -> None:
    family = Family(tmp_path, {"PATH": "/usr/bin:/bin"})
    family.start("worker", ["sh", "-c", "echo out of paper; exit 3"])
    with pytest.raises(ChildDied, match=r"(?s)worker process ended with 3.*out of paper"):
        family.watch(lambda: False, seconds=30)


def test_stopping_ends_the_children_and_what_they_started(tmp_path: Path) -> None:
    family = Family(tmp_path, {"PATH": "/usr/bin:/bin"})
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    family.start("web", ["sh", "-c", f"sleep 1000 > '{fifo}' & wait"])
    with fifo.open() as held_by_grandchild:  # waits until it holds it
        family.stop()
        assert held_by_grandchild.read() == ""  # would wait for as long as it is held


def test_a_command_for_the_demo_says_where_it_looked_for_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(["verify", "--demo"]) == 2

    assert f"There is no demo in {tmp_path}" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
