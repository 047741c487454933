"""Every act on one entitlement is refused to a writer who read an older version."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from tests.api.documented import operations
from tests.records import unchanged

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
