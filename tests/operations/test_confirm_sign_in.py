"""Taking a one-time code."""

import re
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.core import mail
from django.db import transaction

from counterfoil.effects.settling import settle
from counterfoil.errors import SignInRefused
from counterfoil.models import Account, SignIn
from counterfoil.models.ids import uuid7
from counterfoil.operations.confirm_sign_in import confirm_sign_in
from counterfoil.operations.request_sign_in import request_sign_in
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import make_account, now

pytestmark = pytest.mark.django_db


def asked(address: str = "ana@example.com", at: datetime | None = None) -> tuple[UUID, str]:
    """Ask for digits, and read them from the mail."""
    sign_in = request_sign_in(mail=address, locale="en", by=SYSTEM, at=at or now())
    settle(at=at)
    [digits] = re.findall(r"\b\d{6}\b", str(mail.outbox[-1].body))
    return sign_in.pk, digits


def wrong(digits: str) -> str:
    return f"{(int(digits) + 1) % 10**6:06d}"


def test_opens_the_account_of_whoever_reads_the_address() -> None:
    sign_in, digits = asked()

    account = confirm_sign_in(sign_in_id=sign_in, code=digits, by=SYSTEM, at=now())

    assert account == Account.objects.get() == make_account("ana@example.com")
    assert digits not in mail.outbox[0].subject


def test_the_digits_work_once() -> None:
    sign_in, digits = asked()
    confirm_sign_in(sign_in_id=sign_in, code=digits, by=SYSTEM, at=now())

    with pytest.raises(SignInRefused):
        confirm_sign_in(sign_in_id=sign_in, code=digits, by=SYSTEM, at=now())


def test_five_wrong_tries_end_it_although_each_was_refused() -> None:
    sign_in, digits = asked()
    for _ in range(5):
        with pytest.raises(SignInRefused):
            confirm_sign_in(sign_in_id=sign_in, code=wrong(digits), by=SYSTEM, at=now())

    with pytest.raises(SignInRefused):
        confirm_sign_in(sign_in_id=sign_in, code=digits, by=SYSTEM, at=now())

    assert SignIn.objects.get().tried_count == 5
    assert Account.objects.count() == 0


def test_the_fifth_try_may_still_be_right() -> None:
    sign_in, digits = asked()
    for _ in range(4):
        with pytest.raises(SignInRefused):
            confirm_sign_in(sign_in_id=sign_in, code=wrong(digits), by=SYSTEM, at=now())

    assert confirm_sign_in(sign_in_id=sign_in, code=digits, by=SYSTEM, at=now())


def test_a_quarter_of_an_hour_is_all_there_is() -> None:
    at = now()
    sign_in, digits = asked(at=at)

    with pytest.raises(SignInRefused):
        confirm_sign_in(sign_in_id=sign_in, code=digits, by=SYSTEM, at=at + timedelta(minutes=15))


def test_the_digits_of_another_sign_in_do_not_fit() -> None:
    _, anas = asked("ana@example.com")
    bobs, digits = asked("bob@example.com")
    if anas != digits:
        with pytest.raises(SignInRefused):
            confirm_sign_in(sign_in_id=bobs, code=anas, by=SYSTEM, at=now())

    with pytest.raises(SignInRefused):
        confirm_sign_in(sign_in_id=uuid7(), code=digits, by=SYSTEM, at=now())


def test_digits_that_were_not_sent_yet_fit_nothing() -> None:
    sign_in = request_sign_in(mail="ana@example.com", locale="", by=SYSTEM, at=now())

    for code in ("", "000000"):
        with pytest.raises(SignInRefused):
            confirm_sign_in(sign_in_id=sign_in.pk, code=code, by=SYSTEM, at=now())


@pytest.mark.django_db(transaction=True)
def test_it_is_never_part_of_another_transaction_which_would_forget_the_try() -> None:
    sign_in, digits = asked()

    with pytest.raises(RuntimeError), transaction.atomic():
        confirm_sign_in(sign_in_id=sign_in, code=wrong(digits), by=SYSTEM, at=now())
