"""What happens by itself, and what the host's own commands say of all this."""

import io

import pytest
from django.conf import settings
from django.core import mail
from django.core.checks import run_checks
from django.core.management import call_command
from django.urls import NoReverseMatch, reverse

from counterfoil.effects.settling import settle
from counterfoil.operations.complete_subject import complete_subject
from counterfoil.operations.redeem import redeem
from counterfoil.operations.revoke import revoke
from counterfoil.testing.builders import (
    OPERATOR,
    ORIGIN,
    customer,
    issue_many,
    issue_one,
    make_assignee,
    now,
)

pytestmark = pytest.mark.django_db


def test_nothing_is_wrong_with_the_project() -> None:
    found = run_checks(databases=list(settings.DATABASES))
    assert [one for one in found if not str(one.id).startswith("urls.")] == []


@pytest.mark.django_db(databases="__all__")
def test_its_migrations_are_those_of_its_models() -> None:
    call_command("makemigrations", "counterfoil", "--check", "--dry-run", verbosity=0)


def test_codes_are_mailed() -> None:
    issued = issue_many(2)
    settle()

    [sent] = mail.outbox
    try:
        page = reverse("counterfoil:claim")
    except NoReverseMatch:
        page = "/c"
    assert sent.to == ["ann.buyer@example.com"]
    assert str(sent.body).count(f"{page}#") == len(issued.codes)


def test_what_was_claimed_is_provisioned_and_taken_down() -> None:
    issued, ana = issue_one(), make_assignee()
    redeem(code=issued.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    answers = {"name": "Bella"}
    complete_subject(entitlement_id=issued.id, answers=answers, by=customer(ana), at=now())
    settle()
    assert issued.entitlement().state == "fulfilled"

    revoke(entitlement_ids=[issued.id], by=OPERATOR, at=now(), reason="mistake")
    settle()
    assert issued.entitlement().state == "revoked"


def test_the_ledger_is_verified() -> None:
    issue_many(2)
    settle()
    told = io.StringIO()
    call_command("counterfoil_verify", stdout=told)
    assert told.getvalue()
