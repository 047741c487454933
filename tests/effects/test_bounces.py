"""Mails that come back: seen by those who can mend it, and nothing else moves."""

import smtplib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.mail.message import EmailMessage
from pytest_django import Settings

from counterfoil.effects import bounces
from counterfoil.effects.bounces import delivery_of, on_tracking, take_bounce
from counterfoil.effects.queueing import delivery_to
from counterfoil.effects.settling import settle
from counterfoil.errors import DeliveryOver, MailUnknown
from counterfoil.models import (
    Delivery,
    DeliveryKind,
    Entitlement,
    ExceptionCase,
    Person,
    Unsubscription,
)
from counterfoil.operations.request_sign_in import request_sign_in
from counterfoil.operations.retry_delivery import retry_delivery
from counterfoil.rules.bounces import BounceKind, code_of
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import OPERATOR, issue_one, now

COVERS = {
    "F49": [
        "test_a_hard_bounce_is_seen_and_the_entitlement_untouched",
        "test_a_server_that_refuses_for_good_is_a_bounce_at_once",
    ],
}
pytestmark = pytest.mark.django_db
ADDRESS = "ann.buyer@example.com"


class Wall(EmailBackend):
    """A mail server that knows nobody."""

    def send_messages(self, messages: list[EmailMessage]) -> int:  # type: ignore[override]
        """Refuse them for good."""
        raise smtplib.SMTPRecipientsRefused({ADDRESS: (550, b"5.1.1 no such user " + b"ann")})


@dataclass
class Event:
    """What django-anymail tells."""

    event_type: str
    metadata: dict[str, str] = field(default_factory=dict)
    message_id: str = ""
    reject_reason: str | None = "bounced"
    description: str = f"550 5.1.1 <{ADDRESS}>: unknown"


def sent() -> Delivery:
    issue_one()
    settle()
    return Delivery.objects.get()


def test_a_hard_bounce_is_seen_and_the_entitlement_untouched() -> None:
    delivery, before = sent(), list(Entitlement.objects.values())

    is_news = [
        take_bounce(delivery.pk, BounceKind.HARD, f"5.1.1 {ADDRESS}", by=SYSTEM, at=now())
        for _ in range(2)
    ]

    assert is_news == [True, False]
    delivery.refresh_from_db()
    assert delivery.bounced_at is not None
    assert delivery.sent_at is not None
    assert delivery.last_error == "hard 5.1.1"
    case = ExceptionCase.objects.get()
    assert (case.kind, case.purchase) == ("delivery_failed", delivery.purchase)
    assert "ann" not in str(case.evidence)
    assert list(Entitlement.objects.values()) == before
    assert len(mail.outbox) == 1


def test_a_soft_bounce_is_only_noted() -> None:
    delivery = sent()
    take_bounce(delivery.pk, BounceKind.SOFT, "mailbox_full", by=SYSTEM, at=now())

    delivery.refresh_from_db()
    assert (delivery.bounced_at, delivery.last_error) == (None, "soft mailbox_full")
    assert not ExceptionCase.objects.exists()


def test_a_complaint_stops_what_can_be_stopped() -> None:
    delivery = sent()
    take_bounce(delivery.pk, BounceKind.COMPLAINT, "", by=SYSTEM, at=now())

    stopped = Unsubscription.objects.filter(person=delivery.target)
    assert set(stopped.values_list("kind", flat=True)) == {"reminder", "expiry_warning"}
    delivery.refresh_from_db()
    assert delivery.bounced_at is None


def test_what_nobody_waits_for_is_no_case() -> None:
    request_sign_in(mail=ADDRESS, locale="", by=SYSTEM, at=now())
    settle()
    delivery = Delivery.objects.get()

    assert take_bounce(delivery.pk, BounceKind.HARD, "", by=SYSTEM, at=now())

    delivery.refresh_from_db()
    assert delivery.bounced_at is not None
    assert not ExceptionCase.objects.exists()


def test_an_unknown_mail_is_refused() -> None:
    with pytest.raises(MailUnknown):
        take_bounce(uuid4(), BounceKind.HARD, "", by=SYSTEM, at=now())
    for named in ("", "nonsense", "<nonsense@example.com>"):
        with pytest.raises(MailUnknown):
            delivery_of(named)


def test_a_server_that_refuses_for_good_is_a_bounce_at_once(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "tests.effects.test_bounces.Wall"
    delivery = sent()

    assert delivery.bounced_at is not None
    assert delivery.parked_at is not None
    assert (delivery.sent_at, delivery.attempts) == (None, 1)
    assert "550" in delivery.last_error
    assert ExceptionCase.objects.get().key == str(delivery.pk)

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    retry_delivery(delivery_id=delivery.pk, by=OPERATOR, at=now())
    settle()

    delivery.refresh_from_db()
    assert delivery.sent_at is not None
    assert ExceptionCase.objects.get().outcome == "It was sent at last."


def test_what_was_sent_is_not_sent_again_by_trying() -> None:
    delivery = sent()
    with pytest.raises(DeliveryOver):
        retry_delivery(delivery_id=delivery.pk, by=OPERATOR, at=now())
    settle()
    assert len(mail.outbox) == 1


def test_what_waits_for_its_day_is_not_hurried() -> None:
    delivery = sent()
    later = delivery_to(
        delivery.target_id, kind=DeliveryKind.CODES, cause="x", at=now(), due_at=now()
    )
    later.due_at = now().replace(year=2090)
    later.save()

    with pytest.raises(DeliveryOver):
        retry_delivery(delivery_id=later.pk, by=OPERATOR, at=now())
    assert Delivery.objects.get(pk=later.pk).due_at.year == 2090


def test_whom_it_concerns_is_told_in_the_same_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    delivery = sent()

    def tell(one: Delivery, at: datetime) -> Iterable[Delivery]:
        yield delivery_to(one.target_id, kind=DeliveryKind.CODES, cause=f"bounced:{one.pk}", at=at)

    monkeypatch.setattr(bounces, "BOUNCED", (tell,))
    for _ in range(2):
        take_bounce(delivery.pk, BounceKind.HARD, "", by=SYSTEM, at=now())

    assert Delivery.objects.filter(cause=f"bounced:{delivery.pk}").count() == 1


@pytest.mark.parametrize("by_metadata", [True, False])
def test_events_of_anymail_are_taken(by_metadata: bool) -> None:
    delivery = sent()
    named = {"delivery": str(delivery.pk)} if by_metadata else {}
    event = Event("bounced", named, "" if by_metadata else delivery.message_id)
    assert getattr(mail.outbox[0], "metadata", {}) == {"delivery": str(delivery.pk)}

    on_tracking(None, event=event, esp_name="Postmark", signal=None)

    delivery.refresh_from_db()
    assert delivery.last_error == "hard 5.1.1"


@pytest.mark.parametrize("event_type", ["delivered", "opened", "clicked", "sent"])
def test_other_events_of_anymail_change_nothing(event_type: str) -> None:
    delivery = sent()
    event = Event(event_type, {"delivery": str(delivery.pk)})

    on_tracking(None, event=event, esp_name="Postmark")
    on_tracking(None, event=Event("bounced", {}, "not-ours"), esp_name="Postmark")

    assert list(Delivery.objects.values()) == list(
        Delivery.objects.filter(bounced_at=None).values()
    )
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("550 5.1.1 <ann@example.com>: user unknown", "5.1.1"),
        ("smtp; 552 mailbox ann@example.com full", "552"),
        ("mailbox_full", "mailbox_full"),
        ("ann@example.com", ""),
        ("No such user ann", ""),
        ("", ""),
    ],
)
def test_of_what_a_server_says_a_number_is_kept(told: str, code: str) -> None:
    assert code_of(told) == code
