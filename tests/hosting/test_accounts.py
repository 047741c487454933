"""The host's own sign-in: its word is who somebody is, and its silence signs nobody in."""

from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client

from counterfoil.hosting.accounts import HostVisitor
from counterfoil.models import Account, ExceptionCase, PartnerRole
from counterfoil.operations.invite_member import invite_member
from counterfoil.operations.open_account import open_account
from counterfoil.operations.open_partner import open_partner
from counterfoil.operations.recognise_account import recognise_account
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import OPERATOR, issue_one, make_account, make_assignee, now
from counterfoil.web.visitor import ACCOUNT, HOSTS
from tests.pages.visits import enter, sign_in, text
from tests.records import unchanged

pytestmark = pytest.mark.django_db
MINE = "/my/"
BUYER = "ann.buyer@example.com"
ANN = HostVisitor(external_reference="user-1", mail=BUYER, display="Ann")
BEN = HostVisitor(external_reference="user-2", display="Ben")


class Door:
    """Says what a test wants it to."""

    who: Any = None
    where: Any = "/enter/"

    def visitor(self, request: HttpRequest) -> HostVisitor | None:
        if isinstance(self.who, Exception):
            raise self.who
        return self.who  # type: ignore[no-any-return]

    def sign_in_url(self, request: HttpRequest, back_to: str) -> str:
        return f"{self.where}?next={back_to}" if self.where == "/enter/" else self.where

    def sign_out(self, request: HttpRequest) -> str:
        Door.who = None
        return "/bye/"


@pytest.fixture(autouse=True)
def door(settings: Any, monkeypatch: pytest.MonkeyPatch) -> type[Door]:
    settings.COUNTERFOIL_ACCOUNTS = f"{__name__}.Door"
    monkeypatch.setattr(Door, "who", None)
    monkeypatch.setattr(Door, "where", "/enter/")
    return Door


def test_what_was_bought_by_mail_is_found(client: Client, door: type[Door]) -> None:
    issued, door.who = issue_one(), ANN

    page = text(client.get(MINE))

    assert issued.purchase.external_reference in page
    assert f"Signed in as <bdi>{BUYER}</bdi>" in page
    assert "one_time_code" not in page
    with unchanged():
        client.get(MINE)


def test_an_account_of_each_becomes_one(client: Client, door: type[Door]) -> None:
    open_account(external_reference="user-1", by=SYSTEM, at=now())
    issued = issue_one()
    make_account(BUYER)
    door.who = ANN

    assert issued.purchase.external_reference in text(client.get(MINE))
    assert Account.objects.get(external_reference="user-1", merged_into=None)


def test_without_a_proven_address_nothing_is_found(client: Client, door: type[Door]) -> None:
    issued, door.who = issue_one(), BEN

    page = text(client.get(MINE))

    assert issued.purchase.external_reference not in page
    assert "Signed in as <bdi>Ben</bdi>" in page


def test_the_address_of_another_stays_theirs() -> None:
    first = recognise_account(external_reference="user-1", mail=BUYER, by=SYSTEM, at=now())
    second = recognise_account(external_reference="user-2", mail=BUYER, by=SYSTEM, at=now())

    assert second != first
    assert second.person is None


def test_who_changes_their_address_at_the_host_keeps_what_they_have() -> None:
    first = recognise_account(external_reference="user-1", mail=BUYER, by=SYSTEM, at=now())
    again = recognise_account(external_reference="user-1", mail="ann@new.test", by=SYSTEM, at=now())

    assert again == first
    assert again.person_id != first.person_id


def test_a_code_is_claimed_by_way_of_the_hosts_door(client: Client, door: type[Door]) -> None:
    issued = issue_one()
    enter(client, issued.code)
    assert "/sign-in/?next=/c" in text(client.get("/c"))
    sent = client.get("/sign-in/?next=/c").headers["Location"]
    key = client.session.session_key

    door.who = BEN
    back = client.get(sent.removeprefix("/enter/?next="))

    assert sent.startswith("/enter/?next=/sign-in/")
    assert back.headers["Location"] == "/c"
    assert client.session.session_key != key, "whoever planted the key is not signed in"
    client.post("/c/confirm/")
    assert issued.entitlement().state == "assigned"


@pytest.mark.parametrize("after", [None, BEN], ids=["nobody", "another"])
def test_the_hosts_sign_out_ends_ours(client: Client, door: type[Door], after: Any) -> None:
    issued, door.who = issue_one(), ANN
    enter(client, issued.code)
    client.get(MINE)

    door.who = after
    answer = client.get(MINE)

    assert issued.purchase.external_reference not in text(answer)
    assert "counterfoil_presented" not in client.session
    assert client.session.get(HOSTS) == (after and after.external_reference)


def test_our_sign_out_is_the_hosts(client: Client, door: type[Door]) -> None:
    door.who = ANN
    assert client.post("/sign-out/").headers["Location"] == "/bye/"
    assert client.get(MINE).headers["Location"].startswith("/sign-in/")


def test_a_session_of_ours_signs_nobody_in(client: Client) -> None:
    account = Account.objects.get(pk=make_assignee().account_id)
    sign_in(client, account)

    assert client.session[ACCOUNT]
    assert client.get(MINE).status_code == 302
    assert client.post("/sign-in/code/", {"one_time_code": "123456"}).status_code == 302


@pytest.mark.parametrize(
    "answer",
    [
        ValueError(BUYER),
        "ann",
        HostVisitor(external_reference=" ", mail=BUYER),
        HostVisitor(external_reference="user-1", mail="no address"),
        HostVisitor(external_reference=7, mail=BUYER),  # type: ignore[arg-type]
        HostVisitor(external_reference="user-\ud800", mail=BUYER),
    ],
    ids=["raises", "words", "unnamed", "address", "number", "half"],
)
def test_without_an_answer_nobody_is_signed_in(
    client: Client, door: type[Door], answer: Any
) -> None:
    issued, door.who = issue_one(), ANN
    client.get(MINE)

    door.who = answer

    assert client.get("/c").status_code == 200, "the page still works"
    assert client.get(MINE).headers["Location"].startswith("/sign-in/")
    assert client.get("/sign-in/?next=/my/").status_code == 503, "not in circles"
    case = ExceptionCase.objects.get(kind="adapter_failing", resolved_at=None)
    assert case.evidence["setting"] == "COUNTERFOIL_ACCOUNTS"
    assert BUYER not in str(case.evidence)
    door.who = ANN
    assert issued.purchase.external_reference in text(client.get(MINE))
    case.refresh_from_db()
    assert case.resolved_at is not None


@pytest.mark.parametrize(
    "where",
    [None, "", "javascript:alert(1)", "//evil.example/", "/sign-in/?next=/my/", "/in/\ud800"],
    ids=["none", "empty", "script", "away", "here", "half"],
)
def test_nobody_is_sent_where_a_browser_should_not_go(
    client: Client, door: type[Door], where: Any
) -> None:
    door.where = where
    assert client.get("/sign-in/?next=/my/").status_code == 503


def test_whoever_comes_back_a_stranger_is_asked_not_sent(client: Client) -> None:
    sent = client.get("/sign-in/?next=https://evil.example/").headers["Location"]
    assert "evil" not in sent

    page = client.get("/sign-in/?next=%2Fmy%2F&back=1")
    assert page.status_code == 200
    assert "/sign-in/?next=/my/" in text(page)


def test_what_is_the_hosts_is_not_offered(client: Client, door: type[Door]) -> None:
    door.who = ANN
    page = text(client.get("/account/"))
    assert "Change the address" not in page
    assert "Sign out everywhere" not in page
    assert client.post("/account/sign-out/").headers["Location"] == "/account/"
    assert client.get("/account/address/").headers["Location"] == "/account/"


def test_members_of_partners_come_by_the_hosts_door(client: Client, door: type[Door]) -> None:
    assert "/sign-in/?next=/portal/" in text(client.get("/portal/"))

    club = open_partner(slug="club", name="Dog club", by=OPERATOR, at=now())
    invite_member(partner_id=club.pk, mail=BUYER, role=PartnerRole.ADMIN, by=OPERATOR, at=now())
    door.who = BEN
    assert client.get("/portal/club/").status_code == 404
    door.who = ANN
    assert client.get("/portal/club/").status_code == 200
