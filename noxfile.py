"""The tests at both ends of what is supported; ``make test`` runs them somewhere in between."""

import os
from pathlib import Path

import nox

nox.options.default_venv_backend = "venv"
nox.options.error_on_missing_interpreters = True  # an end that was not run is not green

ENDS = [("3.11", "5.2", "15"), ("3.13", "6.1", "18")]
WHEEL = "18"  # what the embedded PostgreSQL is


@nox.session
@nox.parametrize(
    ("python", "django", "postgres"),
    ENDS,
    ids=[f"django-{django}-postgresql-{postgres}" for _, django, postgres in ENDS],
)
def tests(session: nox.Session, django: str, postgres: str) -> None:
    """Run the tests on one Python, Django and PostgreSQL; what follows ``--`` is for pytest."""
    session.install("--upgrade", "pip>=25.1")  # the first that knows dependency groups
    session.install("--editable", ".[server]", "--group", "test", f"Django~={django}.0")
    chosen = {"DATABASE_URL": None, "COUNTERFOIL_POSTGRES": programs(session, postgres)}
    session.run("pytest", "-n", "2", *session.posargs, env=chosen)


def programs(session: nox.Session, postgres: str) -> str | None:
    """Find the programs of this PostgreSQL: the wheel's, where Debian puts them, or as told."""
    told = os.environ.get(f"POSTGRES_{postgres}", f"/usr/lib/postgresql/{postgres}/bin")
    if postgres == WHEEL:
        return None
    if not Path(told, "postgres").exists():
        session.error(
            f"no PostgreSQL {postgres} in {told}: install it (Debian 12: apt install"
            f" postgresql-{postgres}), or set POSTGRES_{postgres} to where its programs are"
        )
    return told
