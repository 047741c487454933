"""Everything that is kept about somebody, for themselves: no code, and nobody else's address."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q

from counterfoil.models import (
    Account,
    Assignment,
    Attempt,
    Delivery,
    Entitlement,
    Gift,
    PartnerMember,
    Person,
    Purchase,
    Reservation,
    SignIn,
    Subject,
    Transfer,
    Unsubscription,
)

Rows = list[dict[str, Any]]


def kept_about(account: Account, *, now: datetime) -> dict[str, Any]:
    """Give what is kept about whoever has this account, as something to be written as JSON."""
    people = Person.objects.filter(Q(account=account) | Q(account__merged_into=account))
    return {
        "made_at": now,
        "account": {
            "id": account.pk,
            "opened_at": account.created_at,
            "time_zone": account.time_zone,
            "your_reference_at_the_site": account.external_reference or "",
        },
        "addresses": [_address(person) for person in people.order_by("pk")],
        "purchases": [_purchase(one) for one in _bought(account, people)],
        "assignments": [_assignment(one) for one in _held(account)],
        "subjects": [
            {"kind": one.kind, "data": one.data, "reference": one.external_reference}
            for one in Subject.objects.filter(account=account).order_by("pk")
        ],
        "gifts_given": [_gift(one) for one in Gift.objects.filter(giver__in=people)],
        "gifts_received": [_gift(one) for one in Gift.objects.filter(recipient__in=people)],
        "transfers_offered_to_you": _rows(
            Transfer.objects.filter(recipient__in=people).values(
                "offered_at", "expires_at", "ended_at", "ended_because"
            )
        ),
        "reservations": _rows(
            Reservation.objects.filter(account=account).values(
                "label", "quantity", "until", "created_at", "ended_at"
            )
        ),
        **_dealings(account, people),
    }


def _dealings(account: Account, people: Iterable[Person]) -> dict[str, Rows]:
    """Tell of mails, sign-ins, tries, and partners they act for."""
    attempts = Attempt.objects.filter(account=account).order_by("at")
    return {
        "mails": _rows(
            Delivery.objects.filter(target__in=people)
            .order_by("created_at")
            .values("kind", "created_at", "due_at", "sent_at", "bounced_at")
        ),
        "mails_not_wanted": _rows(
            Unsubscription.objects.filter(person__in=people).values("kind", "at")
        ),
        "sign_ins": _rows(
            SignIn.objects.filter(person__in=people).values("requested_at", "used_at")
        ),
        "codes_presented": _rows(attempts.values("at", "outcome", "address")),
        "partners": _rows(
            PartnerMember.objects.filter(person__in=people).values(
                "partner__name", "role", "invited_at", "ended_at"
            )
        ),
    }


def _rows(found: Iterable[Any]) -> Rows:
    return [dict(row) for row in found]


def _address(person: Person) -> dict[str, Any]:
    contact = person.contact()
    return {
        "address": contact.mail if contact else "",
        "name": contact.name if contact else "",
        "language": contact.locale if contact else "",
        "known_since": person.created_at,
    }


def _bought(account: Account, people: Iterable[Person]) -> Iterable[Purchase]:
    theirs = Q(account=account) | Q(account=None, buyer__in=people)
    return Purchase.objects.filter(theirs).prefetch_related("lines__product", "entitlements")


def _purchase(purchase: Purchase) -> dict[str, Any]:
    return {
        "order": purchase.called,
        "kind": purchase.kind,
        "at": purchase.paid_at or purchase.created_at,
        "cancelled_at": purchase.cancelled_at,
        "amount_in_minor_units": purchase.amount_total,
        "currency": purchase.currency,
        "lines": [
            {"product": line.product.name, "quantity": line.quantity}
            for line in purchase.lines.all()
        ],
        "entitlements": [_entitlement(one) for one in purchase.entitlements.all()],
    }


def _entitlement(one: Entitlement) -> dict[str, Any]:
    return {"id": one.handle, "state": one.state, "valid_until": one.expires_at}


def _held(account: Account) -> Iterable[Assignment]:
    held = Assignment.objects.filter(account=account).order_by("started_at")
    return held.select_related("entitlement__product").prefetch_related("steps")


def _assignment(held: Assignment) -> dict[str, Any]:
    return {
        "entitlement": held.entitlement.handle,
        "product": held.entitlement.product.name,
        "for": held.relation,
        "since": held.started_at,
        "ended_at": held.ended_at,
        "answers": [
            {"step": step.key, "status": step.status, "at": step.at, "answers": step.answers()}
            for step in held.steps.all()
        ],
    }


def _gift(gift: Gift) -> dict[str, Any]:
    words = gift.words()
    return {
        "to_be_sent_at": gift.send_at,
        "time_zone": gift.time_zone,
        "recipient_name": words.recipient_name if words else "",
        "message": words.message if words else "",
        "sender_name": words.sender_name if words and not gift.hides_sender else "",
        "opened_at": gift.opened_at,
        "ended_at": gift.ended_at,
    }
