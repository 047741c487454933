"""The committed description of the API is what the API is, and it says enough."""

import json
from copy import deepcopy
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator
from tests.api.documented import DOCUMENT, PROBLEM, undocumented
from tests.api.openapi_rules import faults


@pytest.fixture(scope="module")
def described() -> Any:
    return json.loads(DOCUMENT.read_text())


def test_the_committed_document_is_up_to_date() -> None:
    now = StringIO()
    call_command("counterfoil_openapi", stdout=now)
    assert DOCUMENT.read_text() == now.getvalue(), (
        "run: python -m django counterfoil_openapi > docs/reference/openapi.json"
    )


def test_it_is_openapi_3_1(described: Any) -> None:
    assert described["openapi"] == "3.1.0"
    assert [one["url"] for one in described["servers"]] == ["/"]
    OpenAPIV31SpecValidator(described).validate()


def test_everything_is_said_and_every_example_fits(described: Any) -> None:
    found = faults(described)
    assert found == [], "\n".join(found)


@pytest.mark.parametrize(
    "said",
    [
        "summary",
        "description",
        "tags",
        "operationId",
        "example",
        "field",
        "problem",
        "format",
        "page",
    ],
)
def test_what_is_not_said_is_found(described: Any, said: str) -> None:
    document = deepcopy(described)
    operation = document["paths"]["/v1/codes/redeem"]["post"]
    redeem = document["components"]["schemas"]["RedeemAnswer"]["properties"]
    match said:
        case "operationId":
            operation[said] = "checkCode"
        case "example":
            operation["requestBody"]["content"]["application/json"][said] = {"code": 7}
        case "field":
            redeem["account"] = {"type": "string"}
        case "format":
            redeem["account"][said] = "guid"
        case "page":
            jobs = document["paths"]["/v1/jobs"]["get"]
            jobs["parameters"] = [one for one in jobs["parameters"] if one["name"] != "after"]
        case "problem":
            operation["responses"]["409"]["content"]["application/problem+json"]["examples"] = {}
        case _:
            operation[said] = "" if said != "tags" else []
    assert faults(document) != []


def test_an_answer_that_is_not_named_is_found(client: Client, described: Any) -> None:
    paths = deepcopy(described["paths"])
    answer = client.get("/v1/jobs")
    assert undocumented(answer, paths) is None
    said = paths["/v1/jobs"]["get"]["responses"]
    said["401"]["content"][PROBLEM]["examples"] = {}
    assert undocumented(answer, paths) == "GET /v1/jobs: 401 unauthenticated"
    del said["401"]
    assert "401" in str(undocumented(answer, paths))
