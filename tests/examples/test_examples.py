"""Each example's own tests pass, run as whoever copies it would run them."""

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.conf import settings

from tests.copies import copied
from tests.house.source import ROOT

EXAMPLES = {"pet_dna": "SNOUTLINE_TEST_DB", "service_client": "COUNTERFOIL_TEST_DB"}
OUR_TABLES = {"service_client"}  # the other has users of its own, and migrates
NOT_THEIRS = ("PYTEST_", "DJANGO_", "PYTHONPATH")


def environment(variable: str, database: str) -> Mapping[str, str]:
    """Give what a fresh terminal would, and the address of the PostgreSQL that runs already."""
    kept = {name: one for name, one in os.environ.items() if not name.startswith(NOT_THEIRS)}
    return kept | {variable: database, "PYTHONPATH": str(ROOT / "src")}


@pytest.mark.usefixtures("django_db_setup")
@pytest.mark.parametrize("example", sorted(EXAMPLES))
def test_an_example_passes_its_tests(example: str) -> None:
    database = f"{settings.DATABASES['default']['NAME']}_{example}"[:63]
    is_made = example in OUR_TABLES
    with copied(database) if is_made else nullcontext():
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *(["--reuse-db"] if is_made else [])],
            cwd=ROOT / "examples" / example,
            env=environment(EXAMPLES[example], database),
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 0, done.stdout[-4_000:] + done.stderr[-2_000:]


@pytest.mark.parametrize("example", sorted(EXAMPLES))
def test_an_example_says_all_on_a_page(example: str) -> None:
    folder: Path = ROOT / "examples" / example
    assert len((folder / "README.md").read_text().splitlines()) <= 60
    assert {"demo", "test"} <= {
        line.partition(":")[0] for line in (folder / "Makefile").read_text().splitlines()
    }
