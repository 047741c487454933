"""Asking for a one-time code."""

from datetime import timedelta

import pytest

from counterfoil.errors import NotFound, TooManyAttempts
from counterfoil.models import Delivery, Person, SignIn
from counterfoil.operations.request_sign_in import request_sign_in
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import now

pytestmark = pytest.mark.django_db

MAIL = "ana@example.com"


def test_makes_a_delivery_and_draws_nothing_yet() -> None:
    sign_in = request_sign_in(mail=" Ana@Example.com ", locale="de", by=SYSTEM, at=now())

    delivery = Delivery.objects.get()
    assert (delivery.sign_in, delivery.kind, delivery.target) == (
        sign_in,
        "sign_in",
        Person.objects.get(),
    )
    assert sign_in.lookup is None
    assert MAIL not in delivery.cause + delivery.message_id


def test_asking_again_is_another_delivery_to_the_same_person() -> None:
    for _ in range(2):
        request_sign_in(mail=MAIL, locale="", by=SYSTEM, at=now())

    assert Person.objects.count() == 1
    assert Delivery.objects.count() == 2


def test_refuses_the_sixth_within_an_hour_and_says_how_long_to_wait() -> None:
    at = now()
    for minute in range(5):
        request_sign_in(mail=MAIL, locale="", by=SYSTEM, at=at + timedelta(minutes=minute))

    with pytest.raises(TooManyAttempts) as refused:
        request_sign_in(mail=MAIL, locale="", by=SYSTEM, at=at + timedelta(minutes=10))

    assert refused.value.retry_after == 50 * 60
    assert SignIn.objects.count() == Delivery.objects.count() == 5
    request_sign_in(mail="bob@example.com", locale="", by=SYSTEM, at=at + timedelta(minutes=10))
    request_sign_in(mail=MAIL, locale="", by=SYSTEM, at=at + timedelta(hours=1, seconds=1))


def test_refuses_what_no_mail_reaches() -> None:
    with pytest.raises(NotFound):
        request_sign_in(mail="ana", locale="", by=SYSTEM, at=now())

    assert Person.objects.count() == SignIn.objects.count() == 0
