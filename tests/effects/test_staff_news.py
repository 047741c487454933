"""Mails to staff: told once, to those it is for, as things stand when they leave."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.core import mail

from counterfoil.effects.deliveries import send_due
from counterfoil.effects.sealer import seal
from counterfoil.effects.staff_news import tell_staff
from counterfoil.models import Approval, Delivery, ExceptionCase
from counterfoil.operations.approve import approve
from counterfoil.operations.grant import grant
from counterfoil.operations.park import park
from counterfoil.operations.request_grant import request_grant
from counterfoil.operations.reveal_code import reveal_code
from counterfoil.queries.chain import head
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.grants import GrantCategory
from counterfoil.rules.people import SYSTEM, Actor
from counterfoil.rules.permissions import Permission
from counterfoil.testing.builders import issue_one, now
from tests.granting import the_product
from tests.staff import make_colleague, take_permission

pytestmark = pytest.mark.django_db
NIGHT = datetime(2031, 3, 3, 3, tzinfo=UTC)
MORNING = datetime(2031, 3, 3, 8, tzinfo=UTC)


def colleague(name: str, role: str = "Operations") -> Actor:
    """Make a member of staff who has an address."""
    who = make_colleague(name, role)
    User.objects.filter(pk=who.id).update(email=f"{name}@shop.example")
    return who


def ask(by: Actor, quantity: int = 21, at: datetime = NIGHT) -> Approval:
    asked = request_grant(
        request_id=uuid4(),
        product=the_product(),
        quantity=quantity,
        category=GrantCategory.EXCEPTION,
        reason="The fair",
        reference="FAIR-7",
        recipient="eve@example.com",
        by=by,
        at=at,
    )
    assert isinstance(asked, Approval)
    return asked


def told(at: datetime) -> dict[str, str]:
    """Send what is due, and give what was sent to whom."""
    mail.outbox.clear()
    send_due(at=at)
    return {one.to[0]: f"{one.subject}\n{one.body}" for one in mail.outbox}


def test_approvers_are_told_once_and_whoever_asked_is_not() -> None:
    olga, _bert = colleague("olga"), colleague("bert")
    colleague("ines", "Support 2")
    request = ask(olga)

    assert (tell_staff(at=NIGHT), tell_staff(at=NIGHT)) == (1, 0)
    sent = told(NIGHT)

    assert set(sent) == {"bert@shop.example"}
    text = sent["bert@shop.example"]
    assert "Waiting for an approval: grant" in text
    assert "Olga" in text
    assert "21" in text
    assert f"/console/approvals/{request.pk}/" in text
    assert "eve@" not in text


def test_what_was_decided_meanwhile_is_told_to_nobody() -> None:
    olga, bert = colleague("olga"), colleague("bert")
    request = ask(olga)
    tell_staff(at=NIGHT)
    approve(approval_id=request.pk, by=bert, at=NIGHT)

    assert "bert@shop.example" not in told(NIGHT)
    assert Delivery.objects.get(kind="staff_news").is_unneeded


@pytest.mark.parametrize("how", ["right", "active", "staff"])
def test_whoever_may_not_any_more_is_told_nothing(how: str) -> None:
    olga, bert = colleague("olga"), colleague("bert")
    ask(olga)
    tell_staff(at=NIGHT)
    match how:
        case "right":
            take_permission(bert, Permission.APPROVE)
        case "active":
            User.objects.filter(pk=bert.id).update(is_active=False)
        case "staff":
            User.objects.filter(pk=bert.id).update(is_staff=False)

    assert told(NIGHT) == {}


def test_the_digest_tells_what_was_given_shown_and_decided_and_brings_a_checkpoint() -> None:
    olga = colleague("olga", "Support 2")
    ada = colleague("ada", "Auditor")
    yesterday = MORNING - timedelta(hours=20)
    grant(
        request_id=uuid4(),
        product=the_product(),
        quantity=3,
        category=GrantCategory.CUSTOMER_SERVICE,
        reason="Lost in the post",
        reference="CASE-1",
        by=olga,
        at=yesterday,
    )
    ask(olga, at=yesterday)
    seal()

    assert tell_staff(at=NIGHT) == 0
    assert tell_staff(at=MORNING) == 1
    assert tell_staff(at=MORNING) == 0
    text = told(MORNING)["ada@shop.example"]

    assert "Digest of March 2, 2031" in text
    assert "Olga, customer service: 3 in 1 grant (3 of them alone)" in text
    assert "waiting now: 1" in text
    newest = head()
    assert f"{newest.number}:{newest.hash}" in text
    assert ada.id


def test_the_digest_counts_codes_shown_by_whom() -> None:
    olga = colleague("olga", "Support 2")
    colleague("ada", "Auditor")
    issued = issue_one()
    reveal_code(entitlement_id=issued.entitlement().pk, by=olga, at=now(), reason="lost")
    tomorrow = (now() + timedelta(days=1)).replace(hour=12)

    tell_staff(at=tomorrow)
    text = told(tomorrow)["ada@shop.example"]

    assert "Codes shown in full" in text
    assert "- Olga: 1" in text
    assert issued.code not in text


def overdue_case(owner: Actor | None = None) -> ExceptionCase:
    park(kind=ExceptionKind.UNMAPPED_PRODUCT, key=str(uuid4()), evidence={}, by=SYSTEM, at=NIGHT)
    case = ExceptionCase.objects.order_by("-pk")[0]
    ExceptionCase.objects.filter(pk=case.pk).update(
        due_at=NIGHT, owner_id=owner.id if owner else ""
    )
    return case


def test_overdue_cases_are_told_to_their_owners_or_to_whoever_may_settle_them() -> None:
    olga, _bert = colleague("olga", "Support 1"), colleague("bert", "Finance")
    colleague("ines", "Support 1")
    overdue_case(olga)
    case = overdue_case()

    tell_staff(at=MORNING)
    sent = told(MORNING)

    assert {who for who in sent if "overdue" in sent[who]} >= {
        "olga@shop.example",
        "bert@shop.example",
    }
    assert "ines@shop.example" not in sent
    assert "1 case is overdue" in sent["olga@shop.example"]
    ExceptionCase.objects.filter(pk=case.pk).update(resolved_at=MORNING)
    later = MORNING + timedelta(days=1)
    tell_staff(at=later)
    assert "overdue" not in told(later).get("bert@shop.example", "")


def test_who_has_no_address_is_left_out() -> None:
    olga, bert = colleague("olga"), make_colleague("bert")
    ask(olga)

    assert tell_staff(at=NIGHT) == 0
    assert bert.id
    assert not Delivery.objects.filter(kind="staff_news").exists()
