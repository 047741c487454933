"""Somebody's first pages after the host signed them in, all at once."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError

from counterfoil.models import Account, Person
from counterfoil.operations.open_account import open_account
from counterfoil.operations.recognise_account import recognise_account
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import issue_one, make_account, now
from tests.races.arena import crew

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6
LEADS = (0, 0.02, -0.02)  # of the API, which is late, or early
Recognise = Callable[[str, str], Account]


def recognised(reference: str, mail: str) -> Account:
    return recognise_account(external_reference=reference, mail=mail, by=SYSTEM, at=now())


def carelessly(reference: str, mail: str) -> Account:
    """Take whatever was there a moment ago for what is there."""
    holder = Account.objects.get(person=Person.objects.one_reading(mail))
    if not Account.objects.filter(external_reference=reference).exists():
        holder.external_reference = reference
        holder.save(update_fields=["external_reference"])
    return holder


def come(recognise: Recognise) -> None:
    """Come at once, and be opened by the API meanwhile; be one account in the end."""
    issue_one()
    with crew(4) as visitors:
        for number in range(ROUNDS):
            mail, reference = f"a{number}@example.com", f"user-{number}"
            make_account(mail)
            first = [lambda m=mail, r=reference: recognise(r, m)] * 3
            called = lambda r=reference: open_account(external_reference=r, by=SYSTEM, at=now())  # noqa: E731
            for one in visitors.run([called, *first], LEADS[number % 3]):
                assert isinstance(one, Account), one
            person = Person.objects.one_reading(mail)
            mine = Account.objects.filter(external_reference=reference, merged_into=None)
            holder = Account.objects.get(person=person)
            assert (holder.merged_into or holder) == mine.get()


def test_they_are_one_account() -> None:
    come(recognised)


def test_without_looking_again_they_are_not() -> None:
    with pytest.raises((AssertionError, IntegrityError)):
        come(carelessly)
