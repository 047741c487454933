"""A backup is restored into a database that is thrown away, and judged there."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from counterfoil.effects.sealer import seal
from counterfoil.testing.builders import issue_many
from counterfoil_server import backup
from counterfoil_server.embedded import EmbeddedPostgres
from counterfoil_server.embedded.programs import programs_dir
from tests.rings import with_second
from tests.settings import COUNTERFOIL_KEYS

pytestmark = pytest.mark.django_db(transaction=True)


def address() -> str:
    given = connection.settings_dict
    return make_conninfo(
        "",
        host=given["HOST"] or None,
        port=given["PORT"] or None,
        user=given["USER"] or None,
        password=given["PASSWORD"] or None,
        dbname=given["NAME"],
    )


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Give a server that is as new as the program that dumps; backups are restored there."""
    with EmbeddedPostgres.temporary() as embedded:
        yield embedded.url


def databases(server: str) -> set[str]:
    with psycopg.connect(server) as here:
        return {name for (name,) in here.execute("SELECT datname FROM pg_database")}


def dump(into: Path, *form: str) -> Path:
    command = [programs_dir() / "pg_dump", *form, "--file", str(into), "--dbname", address()]
    subprocess.run(command, check=True)
    return into


def check(file: Path, server: str, keys: Any = COUNTERFOIL_KEYS) -> tuple[int, str]:
    """Run the command as an operator does."""
    command = [sys.executable, "-m", "counterfoil_server", "backup", "check", str(file)]
    unset = {"DATABASE_URL", "DATABASE_POOL_MAX"}
    done = subprocess.run(
        [*command, "--server", server],
        env={
            **{name: value for name, value in os.environ.items() if name not in unset},
            "DJANGO_SETTINGS_MODULE": "counterfoil_server.settings",
            "COUNTERFOIL_KEYS": json.dumps(keys),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_good_backup_can_be_restored_and_nothing_is_left(tmp_path: Path, server: str) -> None:
    issue_many(3)
    seal()
    before = databases(server)

    code, said = check(dump(tmp_path / "good.dump", "--format=custom"), server)

    assert code == 0, said
    assert "           3  entitlements" in said
    assert "The key ring fits." in said
    assert "This backup can be restored." in said
    assert databases(server) == before


def test_what_is_wrong_with_a_backup_is_said(tmp_path: Path, server: str) -> None:
    """In one dump, since restoring takes a while: other keys, and a promise that is broken."""
    issue_many(2)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE counterfoil_code DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE counterfoil_code SET state = 'void', ended_at = now(), ciphertext = NULL"
            " WHERE id = (SELECT min(id::text)::uuid FROM counterfoil_code)"
        )
        cursor.execute("ALTER TABLE counterfoil_code ENABLE TRIGGER USER")
    before = databases(server)
    file = dump(tmp_path / "bad.sql", "--no-owner", "--no-privileges")
    others = with_second()
    swapped = {**COUNTERFOIL_KEYS, "seal": {"1": others["seal"]["2"]}}

    code, said = check(file, server, swapped)

    assert code == 1
    assert "1 of some codes do not open" in said
    assert "Broken: " in said
    assert databases(server) == before


def test_half_a_file_is_no_backup(tmp_path: Path, server: str) -> None:
    whole = dump(tmp_path / "whole.dump", "--format=custom").read_bytes()
    (tmp_path / "half.dump").write_bytes(whole[: len(whole) // 2])
    before = databases(server)

    code, said = check(tmp_path / "half.dump", server)

    assert code == 1
    assert "cannot be restored" in said
    assert databases(server) == before


def test_the_password_of_the_server_stands_in_no_list_of_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[tuple[list[str], Any]] = []

    def run(command: list[str], *, env: Any, **_given: Any) -> Any:
        called.append((command, env))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", run)
    file = tmp_path / "plain.sql"
    file.write_text("SELECT 1;")
    backup._restore(file, make_conninfo("", host="db", user="me", password="s3cr et"))

    [(command, env)] = called
    assert "s3cr" not in " ".join(command)
    assert env["PGPASSWORD"] == "s3cr et"
