"""Every act on one entitlement is refused to a writer who read an older version."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client
from tests.api.calling import machine
from tests.api.documented import operations
from tests.onboarding import agree, claim, publish
from tests.records import unchanged

from counterfoil.models import Entitlement, Provisioning
from counterfoil.operations.assign import assign
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import issue_one, make_assignee, now

pytestmark = pytest.mark.django_db
ONE = "/v1/entitlements/{handle}"
READS = {"get", "head"}


def acts() -> Iterator[tuple[str, str, Any]]:
    """Give every operation that changes the entitlement that its address names."""
    for path, methods in operations().items():
        for method, operation in methods.items():
            if path.startswith(ONE) and method not in READS:
                yield method, path, operation


def test_all_of_them_refuse_a_stale_writer_and_do_nothing(client: Client) -> None:
    issued = issue_one()
    handle = issued.entitlement().handle
    assign(entitlement_id=issued.entitlement().pk, to=make_assignee(), by=SYSTEM, at=now())
    made = create_api_key(name="house", scopes=list(Scope), by=SYSTEM, at=now())
    bearer = {"Authorization": f"Bearer {made.secret}"}
    found = list(acts())

    with unchanged():
        for method, path, operation in found:
            asked = path.format(handle=handle, key="terms")
            needed = [one for one in operation["parameters"] if one["in"] == "query"]
            query = {one["name"]: one["schema"]["enum"][0] for one in needed}
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            answer = client.generic(
                method.upper(),
                asked,
                json.dumps(body.get("example", {})),
                content_type="application/json",
                headers=bearer | {"If-Match": '"0"'},
                query_params=query,
            )
            assert (answer.status_code, answer.json()["code"]) == (412, "stale_entitlement"), asked

    assert {f"{ONE}/milestones", f"{ONE}/onboarding/{{key}}", f"{ONE}/fulfilment"} <= {
        path for _, path, _ in found
    }


def test_what_is_told_is_never_older_than_its_tag() -> None:
    [text, _] = publish()
    issued, _, held = claim()
    office = machine(Scope.ASSIGN)
    at = f"/v1/entitlements/{issued.entitlement().handle}/onboarding"
    before, waiting = issued.entitlement().version, [held]

    def meanwhile(execute: Any, sql: str, *given: Any) -> Any:
        found = execute(sql, *given)
        if "onboardingstep" in sql and waiting:
            agree(waiting.pop(), text)
        return found

    with connection.execute_wrapper(meanwhile):
        answer = office.get(at)

    assert issued.entitlement().version > before
    assert answer.json()["left"] == 3
    assert answer["ETag"] == f'"{before}"'


@contextmanager
def watching(entitlement: Entitlement) -> Iterator[list[bool]]:
    """Tell of every reading of a version, whether nobody could have changed it meanwhile."""
    seen: list[bool] = []

    def is_locked() -> bool:
        try:
            with transaction.atomic():
                Entitlement.objects.select_for_update(nowait=True).get(pk=entitlement.pk)
        except OperationalError:
            return True
        finally:
            connection.close()
        return False

    def watch(execute: Any, sql: str, *given: Any) -> Any:
        found = execute(sql, *given)
        if '"counterfoil_entitlement"."version"' in sql:
            seen.append(elsewhere.submit(is_locked).result())
        return found

    with ThreadPoolExecutor(1) as elsewhere, connection.execute_wrapper(watch):
        yield seen


@pytest.mark.django_db(transaction=True)
def test_the_tag_of_an_act_is_of_what_the_act_left(client: Client) -> None:
    [text, _] = publish()
    issued, _, _ = claim()
    entitlement = issued.entitlement()
    scopes = [Scope.ASSIGN, Scope.MILESTONES, Scope.FULFIL]
    made = create_api_key(name="house", scopes=scopes, by=SYSTEM, at=now())
    bearer = {"Authorization": f"Bearer {made.secret}"}  # and no key: nothing keeps the answer
    Provisioning.objects.create(
        entitlement=entitlement,
        version=1,
        tried_version=1,
        wanted="active",
        got="none",
        changed_at=now(),
        next_attempt_at=now(),
    )
    acts = {
        "milestones": {"name": "sample_received"},
        "onboarding/consent/decline": {"text": str(text.pk)},
        "onboarding/consent": {"text": str(text.pk)},
        "fulfilment": {"key": f"{entitlement.handle}:1", "reference": "kit-1"},
    }
    for path, body in acts.items():
        with watching(entitlement) as seen:
            answer = client.post(
                f"/v1/entitlements/{entitlement.handle}/{path}",
                body,
                content_type="application/json",
                headers=bearer,
            )
        assert answer.status_code == 200, (path, answer.content)
        assert seen[-1], path
        assert answer["ETag"] == f'"{issued.entitlement().version}"'
