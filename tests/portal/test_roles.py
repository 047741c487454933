"""Every page of the portal, by every method, for everybody: only members, and only as they may."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from tests.pages.test_hosted import everything
from tests.portal.conftest import Enter, sign_in
from tests.portal.places import NAMES, VIEWS, Places, furnish

from counterfoil.models import PartnerMember, Suspension
from counterfoil.models.ids import uuid_of
from counterfoil.operations.suspend_partner import suspend_partner
from counterfoil.rules.partners import RIGHTS, PartnerRight
from counterfoil.testing.builders import OPERATOR, make_account, now
from counterfoil.web.headers import HEADERS
from counterfoil.web.visitor import SINCE

pytestmark = pytest.mark.django_db

METHODS = ("get", "post")
PROMISED = HEADERS | {"Referrer-Policy": "no-referrer"}


@pytest.fixture
def places() -> Places:
    return furnish()


def tried(client: Client, address: str) -> Iterator[tuple[str, int]]:
    for method in METHODS:
        yield method, getattr(client, method)(address).status_code


def allowed(name: str, method: str) -> bool:
    return method.upper() in vars(VIEWS[name])["methods"]


def needed(name: str, method: str) -> PartnerRight:
    right: PartnerRight = vars(VIEWS[name])["rights"][method]
    return right


def test_the_name_at_the_top_leads_back_to_the_portal(places: Places, enter: Enter) -> None:
    page = enter(places.clinic.admin).get(places.address("portal-lists")).content.decode()
    assert '<a class="brand" href="/portal/">' in page


def test_every_view_says_what_it_needs() -> None:
    for view in VIEWS.values():
        assert {"rights", "methods"} <= set(vars(view))
        if "POST" in vars(view)["methods"]:
            assert vars(view)["rights"]["post"] is not PartnerRight.LOOK


@pytest.mark.parametrize("role", ["operator", "admin"])
def test_a_role_opens_what_it_may_and_nothing_else(places: Places, enter: Enter, role: str) -> None:
    actor, wrong = getattr(places.clinic, role), []
    for name in NAMES:
        client = enter(actor)
        for method in METHODS:
            status = getattr(client, method)(places.address(name)).status_code
            if not allowed(name, method):
                expected = status == 405
            elif needed(name, method) in RIGHTS[role]:
                expected = status not in (403, 404, 405, 500)
            else:
                expected = status == 403
            if not expected:
                wrong.append((name, method, status))

    assert wrong == []


def test_members_of_others_find_nothing(places: Places, enter: Enter) -> None:
    other = furnish("other")
    strangers = (other.clinic.admin, places.clinic.branch_admin)
    before = everything()
    for actor in strangers:
        client = enter(actor)
        for name in NAMES:
            for method, status in tried(client, places.address(name)):
                assert status == (404 if allowed(name, method) else 405), (name, method)

    after = everything()
    assert {name for name in after if after[name] != before[name]} <= {
        "counterfoil_account",
        "django_session",
    }


def test_ids_of_others_under_ones_own_name_find_nothing(places: Places, enter: Enter) -> None:
    other = furnish("other")
    client, mine = enter(other.clinic.admin), "other"
    before = everything()
    for name in NAMES:
        theirs, own = places.address(name, slug=mine), other.address(name)
        if theirs != own:  # its address names something of a partner's
            for method, status in tried(client, theirs):
                assert status == (404 if allowed(name, method) else 405), (name, method)

    allotment = places.clinic.allotment.pk
    assert client.get(f"/portal/other/stock/?allotment={allotment}").status_code == 404
    assert client.get(f"/portal/other/export.csv?allotment={allotment}").status_code == 404
    assert everything() == before


def test_customers_staff_and_former_members_find_nothing(places: Places, enter: Enter) -> None:
    former = enter(places.clinic.operator)
    PartnerMember.objects.filter(pk=uuid_of(places.clinic.operator.id)).update(ended_at=now())
    customer = sign_in(Client(), make_account("ann@example.com"))
    for client in (former, customer):
        for name in NAMES:
            for method, status in tried(client, places.address(name)):
                assert status == (404 if allowed(name, method) else 405), (name, method)


def test_strangers_and_yesterdays_sign_ins_are_asked_to_sign_in(
    places: Places, enter: Enter
) -> None:
    stale = enter(places.clinic.admin)
    session = stale.session
    session[SINCE] -= 12 * 60 * 60 + 1
    session.save()
    for client in (Client(), stale):
        for name in NAMES:
            for method in METHODS:
                answer = getattr(client, method)(places.address(name))
                if allowed(name, method):
                    assert answer.status_code == 302
                    assert answer["Location"].startswith("/portal/")


@pytest.mark.parametrize("mode", list(Suspension))
def test_a_suspended_partner_looks_and_does_nothing(
    places: Places, enter: Enter, mode: Suspension
) -> None:
    suspend_partner(
        partner_id=places.clinic.partner.pk, mode=mode, reason="Audit", by=OPERATOR, at=now()
    )
    client = enter(places.clinic.admin)
    before = everything()
    for name in NAMES:
        for method, status in tried(client, places.address(name)):
            if not allowed(name, method):
                assert status == 405
            elif needed(name, method) is PartnerRight.LOOK:
                assert status == 200, name
            else:
                assert status == 403, (name, method)

    assert "Handing out is suspended" in client.get("/portal/clinic/").content.decode()
    assert everything() == before


def test_looking_changes_nothing(places: Places, enter: Enter) -> None:
    clients = [Client(), enter(places.clinic.operator), enter(places.clinic.admin)]
    before = everything()

    for client in clients:
        for name in NAMES:
            for method in ("get", "head", "options", "get"):
                assert getattr(client, method)(places.address(name)).status_code < 500

    assert everything() == before


def test_every_answer_has_the_headers(places: Places, enter: Enter) -> None:
    client = enter(places.clinic.admin)
    addresses = ["/portal/", *map(places.address, NAMES)]
    answers: list[Any] = [
        answer
        for address in addresses
        for method in METHODS
        if (answer := getattr(client, method)(address)).status_code != 405
    ]

    for answer in answers:
        assert {name: answer.headers.get(name) for name in PROMISED} == PROMISED


def test_a_form_that_is_not_ours_changes_nothing(places: Places, enter: Enter) -> None:
    client = enter(places.clinic.admin)
    client.handler.enforce_csrf_checks = True
    before = everything()

    for name in NAMES:
        if "POST" in vars(VIEWS[name])["methods"]:
            assert client.post(places.address(name)).status_code == 403

    assert everything() == before
