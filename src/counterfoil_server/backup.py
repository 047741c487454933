"""Restoring a backup into a database that is thrown away, to know that it can be restored."""

import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import conninfo, sql

from .embedded import EmbeddedPostgres, EmbeddedUnavailable
from .embedded.programs import programs_dir

_CUSTOM = b"PGDMP"  # how pg_dump's own format begins


class BackupUnusable(RuntimeError):
    """A backup that could not be restored; the message says why."""


@contextmanager
def restored(file: Path, *, server: str = "") -> Iterator[str]:
    """
    Restore a dump into a scratch database, give its address, and throw it away.

    Without ``server`` it is on an embedded PostgreSQL, which goes with it; on a given one, whoever
    is named in the address must be allowed to create databases.

    :raises BackupUnusable: if there is no such file, or it cannot be restored.
    """
    if not file.exists():
        raise BackupUnusable(f"There is no {file}.")
    if server:
        with _scratch(server) as url:
            _restore(file, url)
            yield url
    else:
        with EmbeddedPostgres.temporary() as embedded:
            _restore(file, embedded.url)
            yield embedded.url


@contextmanager
def _scratch(server: str) -> Iterator[str]:
    name = f"counterfoil_check_{uuid4().hex[:12]}"
    try:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            try:
                yield _url(server, name)
            finally:
                drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
                connection.execute(drop.format(sql.Identifier(name)))
    except psycopg.Error as fault:
        raise BackupUnusable(f"The server does not let us: {fault}") from fault


def _url(server: str, name: str) -> str:
    given = conninfo.conninfo_to_dict(server)
    user, password = given.pop("user", None), given.pop("password", None)
    port, host = given.pop("port", None), given.pop("host", None)
    given.pop("dbname", None)
    return conninfo.make_conninfo(
        "", dbname=name, user=user, password=password, host=host, port=port, **given
    )


def _without_password(url: str) -> tuple[str, str]:
    """Take the password out of an address: with what a program is called, others here can read."""
    given = conninfo.conninfo_to_dict(url)
    password = given.pop("password", None)
    return conninfo.make_conninfo("", **given), str(password or "")


def _restore(file: Path, url: str) -> None:
    """Restore with the program for the form of the dump; whose tables they were does not matter."""
    url, password = _without_password(url)
    if _is_archive(file):
        command = ["pg_restore", "--no-owner", "--no-privileges", "--exit-on-error"]
        command += ["--dbname", url, str(file)]
    else:
        command = ["psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1"]
        command += ["--output", os.devnull, "--dbname", url, "--file", str(file)]
    command[0] = _program(command[0])
    env = os.environ | ({"PGPASSWORD": password} if password else {})
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
        command, capture_output=True, text=True, check=False, env=env
    )
    if done.returncode:
        said = "\n".join(done.stderr.strip().splitlines()[-5:])
        raise BackupUnusable(f"It cannot be restored. {Path(command[0]).name} said:\n{said}")


def _is_archive(file: Path) -> bool:
    if file.is_dir():  # pg_dump --format=directory
        return True
    with file.open("rb") as opened:
        begins = opened.read(len(_CUSTOM))
    return begins == _CUSTOM or tarfile.is_tarfile(file)


def _program(name: str) -> str:
    try:
        return str(programs_dir() / name)
    except EmbeddedUnavailable:
        found = shutil.which(name)
        if found is None:
            raise BackupUnusable(
                f"PostgreSQL's {name} is not here: install its client programs."
            ) from None
        return found
