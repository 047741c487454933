"""Subjects and steps over the API: the same declarations, the same judgement."""

from typing import Any

import pytest
from django.test import Client
from tests.onboarding import FULL, HOME, KINDS, REX, claim, publish
from tests.records import unchanged

from counterfoil.models import Assignment, Partner, Provisioning, Subject
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import issue_one, now

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _declared(settings: Any) -> None:
    settings.COUNTERFOIL_SUBJECT_KINDS = KINDS


class Api:
    """Somebody with a key of this scope."""

    def __init__(self, *scopes: Scope, **bound: Any) -> None:
        made = create_api_key(name="host", scopes=scopes, by=SYSTEM, at=now(), **bound)
        self.client = Client(headers={"Authorization": f"Bearer {made.secret}"})

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Call, and give status and answer."""
        given = {} if body is None else {"data": body, "content_type": "application/json"}
        answer = getattr(self.client, method)(f"/v1{path}", **given)
        return answer.status_code, answer.json()


@pytest.fixture
def api() -> Api:
    return Api(Scope.ASSIGN)


def test_lists_the_kinds_as_they_are_declared(api: Api) -> None:
    status, answer = api.call("get", "/subject-kinds")

    assert status == 200
    dog = next(one for one in answer["kinds"] if one["name"] == "dog")
    assert (dog["label"], dog["labels"], dog["unique"]) == ("Dog", {"de": "Hund"}, "fields")
    assert dog["unique_fields"] == ["chip"]
    assert dog["fields_schema"] == KINDS["dog"]["schema"]


def test_everything_can_be_asked_in_an_interface_of_ones_own(api: Api) -> None:
    [english, _] = publish()
    issued, _, _ = claim()
    at = f"/entitlements/{issued.entitlement().handle}"

    status, seen = api.call("get", f"{at}/onboarding?language=en")
    assert status == 200
    assert seen["left"] == 3
    assert [(one["key"], one["standing"]) for one in seen["steps"]] == [
        ("consent", "open"),
        ("address", "waiting"),
        ("questions", "waiting"),
        ("subject", "waiting"),
    ]
    assert seen["steps"][0]["text"]["body"] == english.body
    text = seen["steps"][0]["text"]["id"]

    assert api.call("post", f"{at}/onboarding/consent", {"text": text})[1]["left"] == 2
    assert api.call("post", f"{at}/onboarding/address", {"answers": HOME})[1]["left"] == 1
    assert api.call("get", f"{at}/subject")[0] == 404
    status, named = api.call("put", f"{at}/subject", {"data": REX, "relation": "dependant"})
    assert (status, named["data"], named["relation"]) == (200, REX, "dependant")
    assert api.call("get", f"{at}/subject") == (200, named)

    assert api.call("get", f"{at}/onboarding")[1]["left"] == 0
    assert Provisioning.objects.get().wanted == "active"
    with unchanged():
        assert api.call("put", f"{at}/subject", {"data": REX})[0] == 200


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        ({}, ["name"]),
        ({"name": 7}, ["name"]),
        (REX | {"weight": "5"}, ["weight"]),
        (REX | {"neutered": "yes", "sex": "other"}, ["sex", "neutered"]),
        (REX | {"born": "2024-02-30"}, ["born"]),
        (REX | {"colour": "brown"}, ["colour"]),
        (REX | {"name": ["Rex"]}, ["name"]),
    ],
)
def test_what_is_wrong_is_told_by_field(api: Api, data: dict[str, Any], fields: list[str]) -> None:
    [english, _] = publish()
    issued, _, _ = claim()

    with unchanged():
        status, answer = api.call(
            "put", f"/entitlements/{issued.entitlement().handle}/subject", {"data": data}
        )

    assert (status, answer["code"]) == (422, "subject_invalid")
    assert [one["at"] for one in answer["errors"]] == fields
    assert english


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({"data": REX | {"name": "Rex\0"}}, "data.name"),
        ({"data": REX | {"name": {"call": ["Rex", "R\0"]}}}, "data.name.call.1"),
        ({"data": {"litter\0": 1}}, "data"),
        ({"data": REX | {"weight": 10**400}}, "data.weight"),
        ({"data": REX, "external_reference": "dog\0"}, "external_reference"),
    ],
    ids=["nul", "deep", "name", "endless", "reference"],
)
def test_what_no_database_keeps_is_refused_where_it_stands(
    api: Api, body: dict[str, Any], at: str
) -> None:
    publish()
    issued, _, _ = claim()

    with unchanged():
        status, answer = api.call(
            "put", f"/entitlements/{issued.entitlement().handle}/subject", body
        )

    assert (status, answer["code"]) == (422, "invalid_request")
    assert [one["at"] for one in answer["errors"]] == [at]


def test_refusals_have_their_own_codes(api: Api) -> None:
    [english, _] = publish()
    issued, _, _ = claim()
    at = f"/entitlements/{issued.entitlement().handle}/onboarding"

    assert api.call("post", f"{at}/consent", {})[1]["code"] == "consent_text_changed"
    assert api.call("post", f"{at}/nothing", {})[1]["code"] == "step_unknown"
    status, declined = api.call("post", f"{at}/consent/decline", {"text": str(english.pk)})
    assert (status, declined["steps"][0]["standing"]) == (200, "declined")
    api.call("post", f"{at}/consent", {"text": str(english.pk)})
    status, answer = api.call("post", f"{at}/address", {"answers": {"name": "Ana"}})
    assert (status, answer["code"]) == (422, "answers_invalid")
    assert [one["at"] for one in answer["errors"]] == ["line1", "city", "country"]
    free = issue_one(terms=FULL).entitlement().handle
    assert api.call("get", f"/entitlements/{free}/onboarding")[1]["code"] == "not_assigned"


def test_what_people_answered_is_no_partners_business() -> None:
    issued, _, _ = claim()
    partner = Partner.objects.create(slug="club", name="Club", created_at=now())
    theirs = Api(Scope.ASSIGN, partner=partner)
    other = Api(Scope.CHECK)

    for caller in (theirs, other):
        for path in ("/subject-kinds", f"/entitlements/{issued.entitlement().handle}/onboarding"):
            assert caller.call("get", path)[0] == 403
    assert Assignment.objects.count() == 1
    assert Subject.objects.count() == 0
