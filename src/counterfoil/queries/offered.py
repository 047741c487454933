"""What is somebody offered, and what became of it?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from counterfoil.models import Account, Person, Transfer
from counterfoil.rules.lifecycle import HOLDER_STATES

MOST = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Offered:
    """
    An offer as one of its two sides sees it.

    ``standing`` is ``open``, ``held`` (it cannot be accepted just now), or how it ended. ``other``
    is the address of the other side, ``other_name`` their name.
    """

    id: UUID
    handle: str
    product: str
    description: str
    needs_subject: bool
    standing: str
    is_sender: bool
    other: str
    other_name: str
    answer_until: datetime
    valid_until: datetime | None


def offered_to(account: Account, *, now: datetime) -> list[Offered]:
    """List what this account can accept, the newest first."""
    mine = _all().filter(recipient__in=_people(account), ended_at=None, expires_at__gt=now)
    return [_offered(one, account, now) for one in mine.order_by("-offered_at")[:MOST]]


def offer_seen_by(transfer_id: UUID, account: Account, *, now: datetime) -> Offered | None:
    """Find an offer that this account made, or was made; to anybody else there is none."""
    sides = Q(recipient__in=_people(account)) | Q(assignment__account=account)
    found = _all().filter(sides, pk=transfer_id).first()
    return _offered(found, account, now) if found else None


def _people(account: Account) -> QuerySet[Person]:
    """Give whom this account is: its own person, and those whose accounts were merged into it."""
    return Person.objects.filter(Q(account=account) | Q(account__merged_into=account))


def _all() -> QuerySet[Transfer]:
    return Transfer.objects.select_related(
        "recipient",
        "assignment__account__person",
        "entitlement__product",
        "entitlement__terms",
    )


def _offered(one: Transfer, account: Account, now: datetime) -> Offered:
    is_sender = one.assignment.account_id == account.pk
    other = one.recipient if is_sender else one.assignment.account.person
    contact = other.contact() if other else None
    unit = one.entitlement
    return Offered(
        id=one.pk,
        handle=unit.handle,
        product=unit.product.name,
        description=unit.product.description,
        needs_subject=unit.terms.needs_subject,
        standing=_standing(one, now),
        is_sender=is_sender,
        other=contact.mail if contact else "",
        other_name=contact.name if contact else "",
        answer_until=one.expires_at,
        valid_until=unit.expires_at,
    )


def _standing(one: Transfer, now: datetime) -> str:
    unit = one.entitlement
    if one.ended_at is not None:
        return one.ended_because
    if one.expires_at <= now:
        return "lapsed"
    if unit.expires_at is not None and unit.expires_at <= now:
        return "overtaken"
    return "held" if unit.held_count or unit.state not in HOLDER_STATES else "open"
