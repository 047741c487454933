"""Where there is nothing, the API says so as it says everything."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from counterfoil.api.urls import api
from counterfoil.rules.scopes import Scope


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/v1/jobs/none", "/v1/handouts/none/confirm"])
def test_an_address_with_nothing_at_it_is_a_problem(address: str) -> None:
    for call in (Client().get, Client(enforce_csrf_checks=True).post):
        answer = call(address)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
        assert answer.json()["code"] == "not_found"


@pytest.mark.django_db
def test_addresses_of_others_are_left_to_them() -> None:
    assert Client().get("/v1/somebody-elses")["Content-Type"].startswith("text/html")


@pytest.mark.django_db
def test_what_no_database_keeps_is_no_address_and_no_filter(key: Callable[..., str]) -> None:
    client = Client(headers={"Authorization": f"Bearer {key(*Scope)}", "Idempotency-Key": "nul"})
    odd: dict[str, Any] = {"content_type": "application/json"}
    asked = 0
    for path, operations in api.get_openapi_schema()["paths"].items():
        for method, operation in operations.items():
            nul = re.sub(r"\{\w+\}", "a%00b", path)
            filters = [
                one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"
            ]
            for address in [nul] * (nul != path) + [f"{path}?{name}=a%00b" for name in filters]:
                answer = client.generic(method, address, b"" if method == "get" else b"{}", **odd)
                assert answer.status_code in (400, 403, 404, 422), f"{method} {address}"
                asked += 1

    assert asked > 100
