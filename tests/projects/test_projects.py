"""
The same core under every kind of host, each in a process of its own.

Its tests are in ``core``, in files that no run collects by itself: they mean nothing without the
settings of a project. One project by hand:

    pytest -n 0 --ds=tests.projects.plain -o django_debug_mode=keep tests/projects/core/core_*.py
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests import database

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
MACHINES, PEOPLE = ("core_api", "core_worker"), ("core_pages", "core_console")
PROJECTS = {
    "plain": (*MACHINES, *PEOPLE),
    "custom_user": (*MACHINES, *PEOPLE),
    "atomic_requests": (*MACHINES, "core_pages"),
    "login_required": ("core_api", *PEOPLE),
    "strict_csp": PEOPLE,
    "elsewhere": (*MACHINES, *PEOPLE),
    "several_databases": (*MACHINES, "core_console"),
    "api_only": MACHINES,
}


def _environment(**more: str) -> dict[str, str]:
    path = os.pathsep.join(map(str, (ROOT / "src", ROOT)))
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "DJANGO_"))}
    return kept | {"PYTHONPATH": path, "DATABASE_URL": database.url()} | more


@pytest.fixture(scope="module")
def names() -> Iterator[tuple[str, str]]:
    """Make the tables once, for all projects that have the same; give where, and a name beside."""
    base = f"{os.environ.get('COUNTERFOIL_TEST_DB') or 'test_counterfoil'}_{os.getpid()}"
    template, url = f"{base}_made", database.url()
    with psycopg.connect(url, dbname="postgres", autocommit=True) as server:
        name = sql.Identifier(template)
        server.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            there = psycopg.conninfo.conninfo_to_dict(url) | {"dbname": template}
            made = f"postgresql://?{psycopg.conninfo.make_conninfo(**there).replace(' ', '&')}"
            _run("-m", "django", "migrate", "-v", "0", DATABASE_URL=made)
            yield template, f"{base}_used"
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def _run(*given: str, **more: str) -> None:
    environment = _environment(DJANGO_SETTINGS_MODULE="tests.projects.plain", **more)
    command = [sys.executable, *given]
    done = subprocess.run(  # nothing but our own
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{done.stdout[-8000:]}\n{done.stderr[-4000:]}"


@pytest.mark.parametrize("project", PROJECTS)
def test_the_core_works_in(project: str, names: tuple[str, str]) -> None:
    template, used = names
    files = [str(HERE / "core" / f"{one}.py") for one in PROJECTS[project]]
    _run(
        *("-m", "pytest", "-q", "-n", "0", "-x", "-p", "no:randomly", "-p", "no:cacheprovider"),
        *(f"--ds=tests.projects.{project}", "-o", "django_debug_mode=keep", "--create-db"),
        *files,
        COUNTERFOIL_PROJECT_TEMPLATE=template,
        COUNTERFOIL_PROJECT_DB=used,
    )
