"""Hand-outs over the API: by a partner's key, for what is the partner's."""

import json
from itertools import count
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.handouts import upload
from tests.partnership import make_clinic
from tests.records import unchanged

from counterfoil.jobs.running import work_jobs
from counterfoil.models import Gift, Handout, Partner
from counterfoil.models.ids import handle_of
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import now

pytestmark = pytest.mark.django_db

ANN, BOB = {"email": "ann@example.com"}, {"email": "bob@example.com", "name": "Bob"}
NOBODY = {"email": "nobody"}


def key_of(partner: Partner | None, *scopes: Scope) -> str:
    made = create_api_key(
        name="Office", scopes=scopes or (Scope.HAND_OUT,), partner=partner, by=SYSTEM, at=now()
    )
    return made.secret


_keys = count()


def post(secret: str, path: str, body: Any, *, key: str = "") -> Any:
    once = key or f"handout-{next(_keys)}"
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": once}
    return Client().post(
        f"/v1/handouts{path}", json.dumps(body), content_type="application/json", headers=headers
    )


def get(secret: str, path: str) -> Any:
    return Client().get(f"/v1/handouts{path}", headers={"Authorization": f"Bearer {secret}"})


def listed(*recipients: dict[str, str], **more: Any) -> dict[str, Any]:
    return {"sku": "DNA-STD", "recipients": list(recipients), **more}


def test_a_list_is_judged_confirmed_and_carried_out() -> None:
    clinic = make_clinic()
    secret = key_of(clinic.partner)

    made = post(secret, "", listed(ANN, NOBODY, BOB))
    assert made.status_code == 201
    handout = made.json()["id"]
    assert made.json()["rows"] == {
        "good": 2,
        "known": 0,
        "bad": 1,
        "given": 0,
        "refused": 0,
        "left_out": 0,
    }
    assert get(secret, f"/{handout}/rows?sort=bad").json()["rows"][0]["fault"] == "not_an_address"
    assert post(secret, f"/{handout}/confirm", {}).json()["code"] == "handout_not_clean"
    assert not Gift.objects.exists()

    assert post(secret, f"/{handout}/confirm", {"reach": "good_rows"}).status_code == 202
    work_jobs()
    told = get(secret, f"/{handout}").json()
    assert (told["status"], told["rows"]["given"]) == ("done", 2)
    row = get(secret, f"/{handout}/rows").json()["rows"][0]
    assert (row["outcome"], row["email"], row["is_claimed"]) == ("sent", "ann@example.com", False)

    back = post(secret, "/take-back", {"entitlements": [row["entitlement"]]}, key="b")
    assert back.json() == {"entitlements": [{"entitlement": row["entitlement"], "refused": ""}]}
    assert Gift.objects.filter(ended_at=None).count() == 1
    assert [one["id"] for one in get(secret, "").json()["handouts"]] == [handout]


def test_the_same_list_is_the_same_hand_out_under_any_key() -> None:
    clinic = make_clinic()
    secret = key_of(clinic.partner)

    first = post(secret, "", listed(ANN), key="k1")
    again = post(secret, "", listed(ANN), key="k2")
    other = post(secret, "", listed(ANN, reference="second round"), key="k3")

    assert first.json()["id"] == again.json()["id"] != other.json()["id"]
    assert (
        post(secret, "", listed(BOB), key="k1").status_code == 422
    )  # the key was used for another list
    assert Handout.objects.count() == 2


def test_nobody_is_mailed_a_card() -> None:
    secret = key_of(make_clinic().partner)

    with unchanged():
        told = [
            post(secret, "", listed(ANN, mode="cards")),
            post(secret, "/one", ANN | {"sku": "DNA-STD", "mode": "cards"}),
        ]

    assert [one.json()["code"] for one in told] == ["invalid_request"] * 2


def test_a_file_is_read_as_in_the_portal() -> None:
    clinic = make_clinic()
    secret = key_of(clinic.partner)
    headers = {"Authorization": f"Bearer {secret}"}

    def send(key: str) -> Any:
        file = SimpleUploadedFile("members.csv", b"email;name\nann@example.com;Ann\nnobody;N")
        return Client().post(
            "/v1/handouts/files",
            {"file": file, "sku": "DNA-STD"},
            headers=headers | {"Idempotency-Key": key},
        )

    made = send("f1")
    assert made.status_code == 201
    assert (made.json()["name"], made.json()["rows"]["bad"]) == ("members.csv", 1)
    post(secret, f"/{made.json()['id']}/confirm", {"reach": "good_rows"})
    assert send("f2").status_code == 200


def test_too_few_says_how_many_there_are() -> None:
    clinic = make_clinic(quantity=1)
    secret = key_of(clinic.partner)
    handout = post(secret, "", listed(ANN, BOB)).json()["id"]

    refused = post(secret, f"/{handout}/confirm", {})

    assert (refused.status_code, refused.json()["code"]) == (409, "not_enough_free")
    assert not Gift.objects.exists()


def test_a_discarded_list_is_gone() -> None:
    clinic = make_clinic()
    secret = key_of(clinic.partner)
    handout = post(secret, "", listed(ANN)).json()["id"]

    assert post(secret, f"/{handout}/discard", {}).json()["status"] == "discarded"
    assert post(secret, f"/{handout}/confirm", {}).status_code == 409


def test_another_partner_finds_nothing() -> None:
    clinic, other = make_clinic(), make_clinic("other")
    theirs = upload(clinic, ["ann@example.com"]).handout.pk
    secret = key_of(other.partner)

    assert get(secret, f"/{theirs}").status_code == 404
    assert get(secret, f"/{theirs}/rows").status_code == 404
    assert post(secret, f"/{theirs}/confirm", {}).status_code == 404
    assert post(secret, f"/{theirs}/discard", {}).status_code == 404
    named = {"entitlements": [handle_of(clinic.free()[0])]}
    assert post(secret, "/take-back", named, key="b").status_code == 404
    allotment = listed(ANN, allotment=str(clinic.allotment.pk))
    assert post(secret, "", allotment, key="c").status_code == 404

    assert get(secret, "").json()["handouts"] == []
    assert Handout.objects.get().status == "judged"


def test_only_a_key_with_the_scope_hands_out_and_the_house_says_whose() -> None:
    clinic = make_clinic()
    for secret, status in ((key_of(None), 404), (key_of(clinic.partner, Scope.JOBS), 403)):
        assert post(secret, "", listed(ANN)).status_code == status
        assert get(secret, "").status_code == status

    assert not Handout.objects.exists()
