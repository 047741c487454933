"""Sending: at least once, under one Message-ID, and never silently not at all."""

import logging
import smtplib
from collections.abc import Callable
from datetime import timedelta
from typing import ClassVar

import pytest
from cryptography.exceptions import InvalidTag
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.mail.message import EmailMessage
from django.db import connection
from pytest_django import Settings

from counterfoil.effects.deliveries import pause, send_delivery, send_due
from counterfoil.effects.dispatcher import dispatch
from counterfoil.effects.sealer import seal
from counterfoil.models import Code, Delivery, ExceptionCase, Link
from counterfoil.operations.check_code import check_code
from counterfoil.operations.request_sign_in import request_sign_in
from counterfoil.rules.codes import display
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import issue_one, now

COVERS = {
    "F17": [
        "test_whoever_dies_while_sending_leaves_it_due_and_the_mail_that_left_works",
        "test_a_lost_job_is_found_again_from_the_table",
        "test_a_failure_is_kept_and_tried_again_under_the_same_message_id",
    ],
}
pytestmark = pytest.mark.django_db

ADDRESS = "ann.buyer@example.com"


class Provider(EmailBackend):
    """A mail provider with bad days; ``accept`` is asked first."""

    accept: ClassVar[Callable[[], None]]

    def send_messages(self, messages: list[EmailMessage]) -> int:  # type: ignore[override]
        """Take them, unless it is a bad day."""
        Provider.accept()
        return int(super().send_messages(messages))


def refuse() -> None:
    raise smtplib.SMTPRecipientsRefused({ADDRESS: (451, b"try later, ann.buyer")})


def take() -> None:
    """Take every mail."""


@pytest.fixture(autouse=True)
def _provider(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "tests.effects.test_deliveries.Provider"
    Provider.accept = take


def due() -> Delivery:
    """Sell one unit, and stop where the mail is due."""
    issue_one()
    seal()
    dispatch(at=now())
    return Delivery.objects.get()


def test_a_failure_is_kept_and_tried_again_under_the_same_message_id() -> None:
    delivery, at = due(), now()
    Provider.accept = refuse
    send_due(at=at)
    delivery.refresh_from_db()
    assert (delivery.attempts, delivery.sent_at) == (1, None)
    assert delivery.last_error == "SMTPRecipientsRefused 451"

    Provider.accept = take
    assert send_due(at=at + pause(1) - timedelta(seconds=1)) == 0
    assert send_due(at=at + pause(1)) == 1

    delivery.refresh_from_db()
    assert delivery.sent_at == at + pause(1)
    assert delivery.last_error == ""
    assert mail.outbox[0].extra_headers["Message-ID"] == delivery.message_id


def test_after_ten_failures_a_person_is_told_and_nobody_tries_again() -> None:
    delivery, at = due(), now()
    Provider.accept = refuse
    for attempt in range(1, 11):
        assert send_due(at=at) == 1
        at += pause(attempt)

    assert send_due(at=at + timedelta(days=30)) == 0
    delivery.refresh_from_db()
    assert delivery.parked_at is not None
    assert not delivery.is_unneeded
    case = ExceptionCase.objects.get()
    assert (case.kind, case.purchase) == ("delivery_failed", delivery.purchase)
    assert ADDRESS not in str(case.evidence)


def test_whoever_dies_while_sending_leaves_it_due_and_the_mail_that_left_works() -> None:
    delivery, at = due(), now()

    def killed() -> None:
        raise KeyboardInterrupt

    Provider.accept = killed
    with pytest.raises(KeyboardInterrupt):
        send_delivery(delivery.pk, at=at)
    assert Link.objects.count() == 1
    Provider.accept = take

    assert send_due(at=at) == 0
    assert send_due(at=at + pause(1)) == 1

    assert Link.objects.count() == 2
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_the_mail_leaves_outside_of_any_transaction_when_its_tokens_are_kept() -> None:
    delivery, seen = due(), []
    Provider.accept = lambda: seen.append((connection.in_atomic_block, Link.objects.count()))

    send_delivery(delivery.pk, at=now())

    assert seen == [(False, 1)]


def test_a_lost_job_is_found_again_from_the_table() -> None:
    due()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")

    assert send_due(at=now()) == 1
    assert len(mail.outbox) == 1


def test_sending_what_was_sent_sends_nothing() -> None:
    delivery = due()
    assert send_delivery(delivery.pk, at=now())

    assert send_delivery(delivery.pk, at=now()) is False
    assert send_due(at=now() + timedelta(days=1)) == 0
    assert len(mail.outbox) == 1


def test_a_code_that_cannot_be_opened_is_a_failure_like_any_other() -> None:
    delivery = due()
    Code.objects.update(ciphertext=b"\x00" * 44)

    assert send_delivery(delivery.pk, at=now())

    delivery.refresh_from_db()
    assert (delivery.attempts, delivery.last_error) == (1, InvalidTag.__name__)
    assert Link.objects.count() == 0
    assert mail.outbox == []


def test_neither_code_nor_token_nor_address_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    delivery = due()
    code = Code.objects.get().opened()
    Provider.accept = refuse
    send_delivery(delivery.pk, at=now())
    Provider.accept = take
    send_delivery(delivery.pk, at=now() + pause(1))

    token = str(mail.outbox[0].body).split("#")[1][:26]
    assert check_code(code=token, by=SYSTEM, at=now())
    assert "SMTPRecipientsRefused 451" in caplog.text
    for secret in (code, display(code), token, ADDRESS):
        assert secret not in caplog.text
        assert secret not in delivery.last_error + delivery.cause


def test_digits_that_are_over_are_not_sent_any_more() -> None:
    at = now()
    request_sign_in(mail=ADDRESS, locale="", by=SYSTEM, at=at)

    send_due(at=at + timedelta(minutes=15))

    assert mail.outbox == []
    assert Delivery.objects.get().is_unneeded
