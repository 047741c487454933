"""What no client would send has its answer as well, and it is never that we broke."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.partnership import make_clinic

from counterfoil.models import Handout
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import now

pytestmark = pytest.mark.django_db
JSON = "application/json"
FORM = "multipart/form-data"  # and no word of its boundary
LISTED = b'{"sku": "DNA-STD", "recipients": [{"email": "eva@example.com"}]%s}'


@pytest.mark.parametrize(
    ("address", "kind", "body", "status", "code"),
    [
        ("", JSON, b"{", 400, "malformed_request"),
        ("", JSON, b"\xff", 400, "malformed_request"),
        ("", JSON, b"[]", 400, "malformed_request"),
        ("", JSON, b'{"sku": "a", "sku": "b"}', 400, "malformed_request"),
        ("", JSON, b'{"sku": "\\ud800"}', 400, "malformed_request"),
        ("", JSON, b'{"sku": NaN}', 400, "malformed_request"),
        ("", JSON, b"[" * 100_000, 400, "malformed_request"),
        ("", "text/plain", b"{}", 415, "content_type_wrong"),
        ("", JSON, LISTED % b', "time_zone": "No/Where"', 422, "gift_date_invalid"),
        ("", JSON, LISTED % b', "time_zone": "\\u0000"', 422, "invalid_request"),
        ("", JSON, b'{"recipients": [{"\\u0000": 1}]}', 422, "invalid_request"),
        ("", JSON, b'{"recipients": [{"a": {"b": ["\\u0000"]}}]}', 422, "invalid_request"),
        ("", JSON, b'{"recipients": [{"a": %s}]}' % (b"9" * 400), 422, "invalid_request"),
        ("", JSON, b'{"recipients": [{"a": [-1e999]}]}', 400, "malformed_request"),
        ("/files", FORM, b"x", 400, "malformed_request"),
    ],
)
def test_it_is_refused_and_nothing_is_kept(
    client: Client, address: str, kind: str, body: bytes, status: int, code: str
) -> None:
    partner = make_clinic().partner
    made = create_api_key(name="x", scopes=[Scope.HAND_OUT], partner=partner, by=SYSTEM, at=now())

    answer = client.post(
        f"/v1/handouts{address}",
        body,
        content_type=kind,
        headers={"Authorization": f"Bearer {made.secret}", "Idempotency-Key": "one"},
    )

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert not Handout.objects.exists()


@pytest.mark.parametrize("written", ["0.5", "1800000000", "-1"])
@pytest.mark.parametrize("where", ["entitlements?expires_before", "grants?made_until"])
def test_a_number_is_no_moment_and_no_day(client: Client, where: str, written: str) -> None:
    made = create_api_key(name="x", scopes=list(Scope), by=SYSTEM, at=now())

    answer = client.get(
        f"/v1/{where}={written}",
        headers={"Authorization": f"Bearer {made.secret}"},
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


def test_a_form_of_too_many_fields_is_told_to_be_wrong(
    client: Client, key: Callable[..., str]
) -> None:
    fields = {f"field-{number}": "x" for number in range(1_100)}
    headers = {"Authorization": f"Bearer {key(*Scope)}", "Idempotency-Key": "many"}
    client.raise_request_exception = False

    answer = client.post("/v1/order-files", fields, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")
