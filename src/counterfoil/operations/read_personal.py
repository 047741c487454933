"""Show an address in full to somebody who may see it, and remember that."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from counterfoil.conf import conf
from counterfoil.errors import NotFound, TooManyAddressesRead
from counterfoil.models import AuditEntry, Contact, Entitlement, Person, Purchase
from counterfoil.models.ids import handle_of
from counterfoil.operations._auditing import note
from counterfoil.operations._loading import require_reason
from counterfoil.rules.people import Actor, ActorKind
from counterfoil.rules.remarks import masked_remark

ACT = "read_personal"


@transaction.atomic
def read_personal(
    *,
    person_id: UUID,
    by: Actor,
    at: datetime,
    reason: str,
    comment: str = "",
    purchase_id: UUID | None = None,
    entitlement_id: UUID | None = None,
) -> Contact:
    """
    Open name and address of a person; that they were shown, to whom and why, is kept for good.

    Told from which purchase or entitlement it was asked, the reading stands on its trace.

    :raises NotFound: if there is no such person, or they were erased; or no such thing.
    :raises ReasonMissing: if an operator gives none.
    :raises TooManyAddressesRead: if an operator has seen as many today as one person may.
    """
    require_reason(by, reason)
    person = Person.objects.filter(pk=person_id).first()
    contact = person.contact() if person else None
    if contact is None:
        raise NotFound("There is no such person, or they were erased.")
    about = _named(purchase_id, entitlement_id)
    if by.kind is ActorKind.OPERATOR:
        _refuse_beyond_limit(by, at)
    said = masked_remark(comment)
    data = {"person": str(person_id), "reason": reason} | ({"comment": said} if said else {})
    note(ACT, connection=None, subject=about or f"person:{person_id}", by=by, at=at, data=data)
    return contact


def _named(purchase_id: UUID | None, entitlement_id: UUID | None) -> str:
    """Say under which name the trace finds it, if it was asked from one."""
    if entitlement_id is not None:
        if not Entitlement.objects.filter(pk=entitlement_id).exists():
            raise NotFound("There is no such entitlement.")
        return f"trace:{handle_of(entitlement_id)}"
    if purchase_id is not None:
        if not Purchase.objects.filter(pk=purchase_id).exists():
            raise NotFound("There is no such purchase.")
        return f"trace:{purchase_id}"
    return ""


def _refuse_beyond_limit(by: Actor, at: datetime) -> None:
    """Count under a lock, so that nobody sees more by asking for several at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"read:{by.id}"])
    seen = AuditEntry.objects.filter(actor_id=by.id, act=ACT, at__gt=at - timedelta(days=1))
    if seen.count() >= conf.ADDRESS_LIMIT:
        raise TooManyAddressesRead
