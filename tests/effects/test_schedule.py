"""What is done regularly, and when."""

import re
from pathlib import Path

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from counterfoil.effects.sealer import seal
from counterfoil.effects.worker import Worker
from counterfoil.jobs.running import work_jobs
from counterfoil.models import ExceptionCase, Job
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.jobs import JobKind
from counterfoil.testing.builders import issue_many

DEPLOY = Path(__file__).parents[2] / "docs/how-to/deploy.md"


def test_what_is_done_regularly_is_done_when_the_page_says() -> None:
    found = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    ours = {name: cron for name, cron in found.items() if name.startswith("counterfoil.")}
    assert "counterfoil.verify_nightly" in ours
    page = DEPLOY.read_text()
    for cron in ours.values():
        minute, hour, *rest = cron.split()
        assert rest == ["*", "*", "*"]
        said = f"{minute} min past each hour" if hour == "*" else f"{int(hour):02}:{minute} UTC"
        assert re.search(rf"^\| {said} \|", page, re.MULTILINE), said


@pytest.mark.django_db(transaction=True)
def test_each_night_every_promise_and_the_whole_chain_are_checked() -> None:
    issue_many(2)
    seal()
    with connection.cursor() as cursor:  # a promise is broken, and a link of the chain
        cursor.execute("ALTER TABLE counterfoil_code DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE counterfoil_code SET state = 'void', ended_at = now(), ciphertext = NULL"
        )
        cursor.execute("ALTER TABLE counterfoil_code ENABLE TRIGGER USER")
    nightly = app.configure_task("counterfoil.verify_nightly", queue="counterfoil")
    for night in (1, 2):  # the second finds the first check still waiting for its turn
        nightly.defer(timestamp=night)
    Worker(()).run_once()

    broken = ExceptionCase.objects.filter(kind=ExceptionKind.INVARIANT_BROKEN)
    assert broken.exists()
    assert Job.objects.filter(kind=JobKind.VERIFY).count() == 1
    work_jobs()
    assert Job.objects.get(kind=JobKind.VERIFY).result["verdict"] == "whole"
