"""The host's mailer: it gets each mail once it is written, and what it fails at is tried again."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from counterfoil.effects.settling import settle
from counterfoil.models import Delivery, ExceptionCase
from counterfoil.testing.builders import issue_one, now

pytestmark = pytest.mark.django_db
sent: list[EmailMultiAlternatives] = []
let_go = threading.Event()


class Keeps:
    """Keeps what it is to send."""

    def send(self, written: EmailMultiAlternatives) -> None:
        sent.append(written)


class Fails:
    """Cannot send."""

    def send(self, written: EmailMultiAlternatives) -> None:
        raise OSError(written.to[0])


class Hangs:
    """Never comes to an end, as far as anybody waits."""

    def send(self, _written: EmailMultiAlternatives) -> None:
        let_go.wait(120)


class Tells:
    """Answers what is no answer."""

    def send(self, _written: EmailMultiAlternatives) -> bool:
        return False


@pytest.fixture(autouse=True)
def nothing_sent() -> Iterator[None]:
    sent.clear()
    let_go.clear()
    yield
    let_go.set()


def test_it_sends_what_django_would(settings: Any) -> None:
    settings.COUNTERFOIL_MAILER = f"{__name__}.Keeps"
    issue_one()
    settle()

    assert [one.to for one in sent] == [["ann.buyer@example.com"]]
    assert mail.outbox == []
    assert Delivery.objects.get().sent_at is not None


@pytest.mark.parametrize("name", ["Fails", "Hangs", "Tells"])
def test_what_it_fails_at_is_tried_again_and_seen(settings: Any, name: str) -> None:
    settings.COUNTERFOIL_MAILER = f"{__name__}.{name}"
    settings.COUNTERFOIL_ADAPTER_SECONDS = 0.05 if name == "Hangs" else 60
    issue_one()
    settle()
    delivery = Delivery.objects.get()
    assert (delivery.sent_at, delivery.attempts) == (None, 1)
    case = ExceptionCase.objects.get(kind="adapter_failing", resolved_at=None)
    assert "ann.buyer" not in str(case.evidence)

    settings.COUNTERFOIL_MAILER = f"{__name__}.Keeps"
    settings.COUNTERFOIL_ADAPTER_SECONDS = 60
    settle(at=now() + timedelta(hours=1))

    assert len(sent) == 1
    case.refresh_from_db()
    assert case.outcome == "It answers again."
