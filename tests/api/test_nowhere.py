"""Where there is nothing, the API says so as it says everything."""

import pytest
from django.test import Client


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
