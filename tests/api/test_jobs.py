"""Following long work over the API."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from tests.jobs.work import a_job

from counterfoil.models import ApiKey, Job, Partner
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import now

pytestmark = pytest.mark.django_db


def ask(client: Client, token: str, job_id: object) -> tuple[int, dict[str, object]]:
    answer = client.get(f"/v1/jobs/{job_id}", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code, answer.json()


def test_it_tells_how_far_it_has_come(client: Client, key: Callable[..., str]) -> None:
    job = a_job()
    Job.objects.update(done=3, total=10, problems=1)

    status, body = ask(client, key(Scope.JOBS), job.pk)

    assert status == 200
    assert (body["done"], body["total"], body["problems"]) == (3, 10, 1)
    assert (body["status"], body["finished_at"]) == ("waiting", None)


def test_a_partner_sees_its_own_alone(client: Client) -> None:
    partner = Partner.objects.create(slug="zoo", name="Zoo", created_at=now())
    made = create_api_key(name="zoo", scopes=[Scope.JOBS], by=SYSTEM, at=now(), partner=partner)
    job = a_job()

    theirs = ask(client, made.secret, job.pk)
    unknown = ask(client, made.secret, uuid4())
    key_id = ApiKey.objects.get(partner=partner).pk
    Job.objects.update(requested_by=f"key:{key_id}")
    own = ask(client, made.secret, job.pk)

    assert theirs == unknown
    assert theirs[0] == 404
    assert own[0] == 200
    a_job("two")
    listed = client.get("/v1/jobs", headers={"Authorization": f"Bearer {made.secret}"}).json()
    assert [one["id"] for one in listed["jobs"]] == [str(job.pk)]


def test_it_needs_the_scope(client: Client, key: Callable[..., str]) -> None:
    assert ask(client, key(Scope.TRACE), a_job().pk)[0] == 403
