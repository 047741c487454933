"""What goes along when what was bought is somebody else's than the order named."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from counterfoil.errors import EntitlementOnHold
from counterfoil.models import (
    CodeState,
    Delivery,
    DeliveryKind,
    Entitlement,
    Gift,
    Person,
    Purchase,
    TermsVersion,
)
from counterfoil.models.ids import uuid7
from counterfoil.operations import _ledger
from counterfoil.operations._codes import END_CODE, give_codes
from counterfoil.rules.acts import ALLOWED, Act
from counterfoil.rules.people import Actor
from counterfoil.rules.proofs import AddressProof

PICKED = """
SELECT id, version, state FROM counterfoil_entitlement WHERE id = ANY(%(entitlements)s::uuid[])"""


def take_along(purchase: Purchase, old: Person, new: Person) -> None:
    """Let gifts be given by the new address, and mails that have not left go there."""
    Gift.objects.filter(entitlement__purchase=purchase, giver=old).update(giver=new)
    same = Delivery.objects.filter(target=new, cause=OuterRef("cause"), kind=OuterRef("kind"))
    waiting = Delivery.objects.filter(purchase=purchase, target=old, attempts=0, sent_at=None)
    waiting.filter(parked_at=None).exclude(Exists(same)).update(target=new)


def send_codes(
    purchase: Purchase,
    old: Person,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    comment: str,
    proof: AddressProof,
) -> None:
    """
    Send what nobody has used, as one act; what the old address may know is replaced before.

    :raises EntitlementOnHold: if one of these is suspended.
    """
    if not purchase.notify:
        return  # whoever sold it tells its buyers
    units = _lock_unused(purchase, at)
    if any(held for _, held in units):
        raise EntitlementOnHold
    left = set(_left_for(old, purchase).values_list("pk", flat=True))
    act_id = uuid7()
    for is_known in (True, False):
        ids = [pk for pk, _ in units if (pk in left) is is_known]
        if not ids:
            continue
        change = _ledger.Change(
            act=Act.CORRECT_BUYER,
            by=by,
            at=at,
            reason=reason,
            comment=comment,
            act_id=act_id,
            data={"proof": proof.value, "code_replaced": is_known},
        )
        _ledger.record(
            change,
            picked=PICKED,
            parameters={"entitlements": ids, "code_state": CodeState.REPLACED.value},
            also=(END_CODE,) if is_known else (),
        )
        if is_known:
            _give_new_codes(ids, at)


def _give_new_codes(ids: Collection[UUID], at: datetime) -> None:
    sold = dict(Entitlement.objects.filter(pk__in=ids).values_list("pk", "terms_id"))
    forms = {
        pk: version.terms.code_form
        for pk, version in TermsVersion.objects.in_bulk(set(sold.values())).items()
    }
    give_codes(forms={pk: forms[terms] for pk, terms in sold.items()}, at=at)


def _lock_unused(purchase: Purchase, at: datetime) -> list[tuple[UUID, int]]:
    """Lock what somebody can still use and is not being given by mail; with the holds on each."""
    given = Gift.objects.filter(entitlement=OuterRef("pk"), ended_at=None, recipient__isnull=False)
    rows = Entitlement.objects.select_for_update(of=("self",)).filter(
        ~Exists(given),
        Q(expires_at=None) | Q(expires_at__gt=at),
        purchase=purchase,
        state__in=ALLOWED[Act.CORRECT_BUYER],
    )
    return list(rows.order_by("pk").values_list("pk", "held_count"))


def _left_for(old: Person, purchase: Purchase) -> QuerySet[Entitlement]:
    """Give those whose code may have come to the address before: sent, and not come back."""
    mails = Delivery.objects.filter(
        purchase=purchase,
        target=old,
        kind=DeliveryKind.CODES,
        attempts__gt=0,
        is_unneeded=False,
        bounced_at=None,
    )
    about = Q(pk__in=mails.values("entitlement"))
    if mails.filter(entitlement=None).exists():
        about |= Q(purchase=purchase)
    return Entitlement.objects.filter(about)
