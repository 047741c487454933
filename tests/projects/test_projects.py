"""
The same core under every kind of host.

Its tests are in ``core``, in files that no run collects by itself: they mean nothing without the
settings of a project. One project by hand:

    pytest -n 0 --ds=tests.projects.plain -o django_debug_mode=keep tests/projects/core/core_*.py
"""

import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.conf import settings

from tests import database
from tests.copies import copied

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
MACHINES, PEOPLE = ("core_api", "core_worker"), ("core_pages", "core_console")
ALL = (*MACHINES, *PEOPLE)
# which files, and which projects differ from this one only in how requests are answered
PROCESSES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "plain": (ALL, ("atomic_requests", "login_required", "strict_csp", "elsewhere")),
    "custom_user": (ALL, ()),
    "several_databases": (ALL, ()),
    "api_only": (MACHINES, ()),
}
MIGRATES = {"custom_user"}  # its foreign keys lead elsewhere


def _environment(**more: str) -> dict[str, str]:
    path = os.pathsep.join(map(str, (ROOT / "src", ROOT)))
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "DJANGO_"))}
    quick = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # no test of the core needs another
    return kept | quick | {"PYTHONPATH": path, "DATABASE_URL": database.url()} | more


@pytest.mark.usefixtures("django_db_setup")
@pytest.mark.parametrize("project", PROCESSES)
def test_the_core_works_in(project: str) -> None:
    files, also = PROCESSES[project]
    used = f"{settings.DATABASES['default']['NAME']}_{project}"[:63]
    environment = _environment(
        COUNTERFOIL_PROJECT_DB=used, COUNTERFOIL_PROJECTS_ALSO=" ".join(also)
    )
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"),
        *(
            "-p",
            "pytest_django.plugin",
            f"--ds=tests.projects.{project}",
            "-o",
            "django_debug_mode=keep",
        ),
        "--create-db" if project in MIGRATES else "--reuse-db",
        *(str(HERE / "core" / f"{one}.py") for one in files),
    ]
    with nullcontext() if project in MIGRATES else copied(used):
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )

    assert done.returncode == 0, f"{done.stdout[-8000:]}\n{done.stderr[-4000:]}"


def test_every_project_is_run() -> None:
    run = {*PROCESSES, *(one for _files, also in PROCESSES.values() for one in also)}
    there = {one.stem for one in HERE.glob("*.py")}

    assert run == there - {
        "__init__",
        "test_projects",
        "policing",
        "urls",
        *(one for one in there if one.startswith("urls_")),
    }
