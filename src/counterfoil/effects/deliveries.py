"""
Deliveries: each mail sent at least once per cause, and what became of it.

The attempt is marked, and the tokens of its links are made, in one transaction; the mail leaves
after it. Whoever dies in between leaves a delivery that is due again, under the ``Message-ID`` it
had, so that mail programs show it once.
"""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from uuid import UUID

from django.core.mail import EmailMultiAlternatives
from django.db import DatabaseError, transaction

from counterfoil.effects.bounces import take_bounce, tell_of
from counterfoil.effects.mails import compose
from counterfoil.hosting.mailer import hand_over
from counterfoil.models import Delivery
from counterfoil.operations.park import park
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.rules.bounces import BounceKind, is_final
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import SYSTEM

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 10
LONGEST_PAUSE_MINUTES = 360


def send_due(*, at: datetime, limit: int = 100) -> int:
    """Send what is due, the longest due first; gives how many were tried."""
    due = Delivery.objects.filter(sent_at=None, parked_at=None, due_at__lte=at).order_by("due_at")
    return sum(send_delivery(pk, at=at) for pk in due.values_list("pk", flat=True)[:limit])


def send_delivery(delivery_id: UUID, *, at: datetime) -> bool:
    """
    Try to send a delivery, unless it was sent, is not due yet, or somebody is at it.

    A failure is kept on the delivery, which is tried again later and parked at last; gives whether
    anything was tried.
    """
    try:
        with transaction.atomic():
            delivery = _claimed(delivery_id, at)
            if delivery is None:
                return False
            mail = compose(delivery, at=at)
            if mail is None:
                _unneeded(delivery, at)
                return True
    except DatabaseError:
        raise
    except Exception as error:  # noqa: BLE001 - a key that is missing, a host's broken template
        with transaction.atomic():
            delivery = _claimed(delivery_id, at)
            if delivery is not None:
                _failed(delivery, error, at)
        return True
    _hand_over(delivery, mail, at)
    return True


def _hand_over(delivery: Delivery, mail: EmailMultiAlternatives, at: datetime) -> None:
    try:
        hand_over(mail, at=at)
    except Exception as error:  # noqa: BLE001 - whatever the host's mail backend raises
        if _is_refused(error):
            logger.warning("delivery %s was refused: %s", delivery.pk, description(error))
            take_bounce(delivery.pk, BounceKind.HARD, description(error), by=SYSTEM, at=at)
        else:
            _failed(delivery, error, at)
        return
    Delivery.objects.filter(pk=delivery.pk, sent_at=None).update(
        sent_at=at, last_error="", parked_at=None
    )
    if delivery.last_error:  # it had failed before
        resolve_exception(
            kind=ExceptionKind.DELIVERY_FAILED,
            key=str(delivery.pk),
            outcome="It was sent at last.",
            by=SYSTEM,
            at=at,
        )


def _is_refused(error: Exception) -> bool:
    """Tell whether the server knows for good that nobody reads this address."""
    refused = getattr(error, "recipients", None)
    if not isinstance(error, SMTPRecipientsRefused) or not refused:
        return False
    return all(is_final(answer[0]) for answer in refused.values())


def _claimed(delivery_id: UUID, at: datetime) -> Delivery | None:
    """Mark an attempt: until it has an outcome, nobody else tries before the pause is over."""
    delivery = (
        Delivery.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("target", "purchase", "sign_in", "gift", "entitlement__product")
        .filter(pk=delivery_id, sent_at=None, parked_at=None, due_at__lte=at)
        .first()
    )
    if delivery is None:
        return None
    delivery.attempts += 1
    delivery.due_at = at + pause(delivery.attempts)
    delivery.save(update_fields=["attempts", "due_at"])
    return delivery


def pause(attempts: int) -> timedelta:
    """Give how long to wait after so many attempts: a minute, doubled each time, up to hours."""
    return timedelta(minutes=min(2 ** (attempts - 1), LONGEST_PAUSE_MINUTES))


def _unneeded(delivery: Delivery, at: datetime) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(parked_at=at, is_unneeded=True)


@transaction.atomic
def _failed(delivery: Delivery, error: Exception, at: datetime) -> None:
    told = description(error)
    logger.warning("delivery %s failed at attempt %d: %s", delivery.pk, delivery.attempts, told)
    rows = Delivery.objects.filter(pk=delivery.pk, sent_at=None)
    rows.update(last_error=told)
    if delivery.attempts < MOST_ATTEMPTS:
        return
    rows.update(parked_at=at)
    park(
        kind=ExceptionKind.DELIVERY_FAILED,
        key=str(delivery.pk),
        evidence={"delivery": str(delivery.pk), "kind": delivery.kind, "error": told},
        by=SYSTEM,
        at=at,
        purchase=delivery.purchase,
        entitlement=delivery.entitlement,
    )
    tell_of(delivery.pk, at=at)


def description(error: Exception) -> str:
    """
    Name an error without its words: a mail server's refusal quotes the address, and more.

    What SMTP answered as a number is kept.
    """
    number = getattr(error, "smtp_code", None)
    refused = getattr(error, "recipients", None)
    if number is None and isinstance(refused, dict) and refused:
        number = next(iter(refused.values()))[0]
    return f"{type(error).__name__} {number}" if number else type(error).__name__
