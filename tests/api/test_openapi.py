"""The committed description of the API is what the API is, and it says enough."""

import json
from copy import deepcopy
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from openapi_spec_validator import OpenAPIV31SpecValidator
from tests.api.openapi_rules import faults

DOCUMENT = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"


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
    OpenAPIV31SpecValidator(described).validate()


def test_everything_is_said_and_every_example_fits(described: Any) -> None:
    found = faults(described)
    assert found == [], "\n".join(found)


@pytest.mark.parametrize(
    "said",
    ["summary", "description", "tags", "operationId", "example", "field", "problem", "format"],
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
        case "problem":
            operation["responses"]["409"]["content"]["application/problem+json"]["examples"] = {}
        case _:
            operation[said] = "" if said != "tags" else []
    assert faults(document) != []
