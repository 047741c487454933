"""An address in full: for a reason, counted, and never without a trace."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from pytest_django import Settings

from counterfoil.errors import NotFound, ReasonMissing, TooManyAddressesRead
from counterfoil.models import AuditEntry, Person
from counterfoil.operations.read_personal import read_personal
from counterfoil.testing.builders import OPERATOR, Issued, make_assignee
from tests.records import refused

pytestmark = pytest.mark.django_db


def buyer_of(issued: Issued) -> Person:
    buyer = issued.purchase.buyer
    assert buyer is not None
    return buyer


def test_is_shown_and_remembered_without_the_address(issued: Issued, at: datetime) -> None:
    buyer = buyer_of(issued)
    contact = read_personal(
        person_id=buyer.pk,
        by=OPERATOR,
        at=at,
        reason="support_case",
        comment="ann.buyer@example.com bounced",
        purchase_id=issued.purchase.pk,
    )

    assert contact.mail == "ann.buyer@example.com"
    kept = AuditEntry.objects.get(act="read_personal")
    assert (kept.subject, kept.actor_id) == (f"trace:{issued.purchase.pk}", OPERATOR.id)
    assert kept.data == {
        "person": str(buyer.pk),
        "reason": "support_case",
        "comment": "a•••@example.com bounced",
    }


def test_stands_with_what_it_was_asked_from(issued: Issued, at: datetime) -> None:
    person = buyer_of(issued).pk
    for about, subject in (
        ({"entitlement_id": issued.id}, f"trace:{issued.entitlement().handle}"),
        ({}, f"person:{person}"),
    ):
        read_personal(person_id=person, by=OPERATOR, at=at, reason="fraud", **about)
        assert AuditEntry.objects.filter(act="read_personal", subject=subject).exists()


def test_needs_a_reason_and_somebody(issued: Issued, at: datetime) -> None:
    person = buyer_of(issued).pk
    with refused(ReasonMissing):
        read_personal(person_id=person, by=OPERATOR, at=at, reason=" ")
    for wrong in ({"purchase_id": uuid4()}, {"entitlement_id": uuid4()}):
        with refused(NotFound):
            read_personal(person_id=person, by=OPERATOR, at=at, reason="fraud", **wrong)
    with refused(NotFound):
        read_personal(person_id=uuid4(), by=OPERATOR, at=at, reason="fraud")


def test_whoever_was_erased_is_shown_to_nobody(issued: Issued, at: datetime) -> None:
    Person.objects.update(own_key=None)
    with refused(NotFound):
        read_personal(person_id=buyer_of(issued).pk, by=OPERATOR, at=at, reason="fraud")


def test_nobody_collects_addresses(issued: Issued, at: datetime, settings: Settings) -> None:
    settings.COUNTERFOIL_ADDRESS_LIMIT = 1
    person = buyer_of(issued).pk
    read_personal(person_id=person, by=OPERATOR, at=at, reason="fraud")

    with refused(TooManyAddressesRead):
        read_personal(person_id=person, by=OPERATOR, at=at, reason="fraud")
    later = at + timedelta(days=1, seconds=1)
    assert read_personal(person_id=person, by=OPERATOR, at=later, reason="fraud").mail
    assert make_assignee()  # whatever else happens is not counted
