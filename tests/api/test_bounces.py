"""Telling us that a mail came back."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client

from counterfoil.effects.settling import settle
from counterfoil.models import Delivery, ExceptionCase, Partner
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import issue_one, now

pytestmark = pytest.mark.django_db


def tell(client: Client, token: str, **body: object) -> tuple[int, dict[str, object]]:
    answer = client.post(
        "/v1/bounces",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    return answer.status_code, answer.json()


@pytest.fixture
def delivery() -> Delivery:
    """Give the mail of a purchase, sent."""
    issue_one()
    settle()
    return Delivery.objects.get()


def test_it_is_taken_by_message_id_or_delivery_once(
    client: Client, key: Callable[..., str], delivery: Delivery
) -> None:
    token = key(Scope.BOUNCES)
    named = mail.outbox[0].extra_headers["Message-ID"]

    assert tell(client, token, mail=named, kind="hard", description="5.1.1") == (
        200,
        {"is_news": True},
    )
    assert tell(client, token, mail=str(delivery.pk), kind="hard") == (200, {"is_news": False})

    delivery.refresh_from_db()
    assert delivery.bounced_at is not None
    assert ExceptionCase.objects.count() == 1


def test_what_is_no_mail_of_ours_is_not_found(client: Client, key: Callable[..., str]) -> None:
    token = key(Scope.BOUNCES)
    for named in (str(uuid4()), "<x@elsewhere.example>"):
        assert tell(client, token, mail=named, kind="hard")[0] == 404


def test_who_may_not_tell_changes_nothing(
    client: Client, key: Callable[..., str], delivery: Delivery
) -> None:
    partner = Partner.objects.create(slug="zoo", name="Zoo", created_at=now())
    theirs = create_api_key(
        name="zoo", scopes=[Scope.BOUNCES], by=SYSTEM, at=now(), partner=partner
    )
    for token, status in (("none", 401), (key(Scope.CHECK), 403), (theirs.secret, 403)):
        assert tell(client, token, mail=str(delivery.pk), kind="hard")[0] == status
    assert tell(client, key(Scope.BOUNCES), mail=str(delivery.pk), kind="eaten")[0] == 422

    delivery.refresh_from_db()
    assert delivery.bounced_at is None
