"""Send what was bought to another address than the order named."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import AddressProven, MailInvalid
from counterfoil.models import Contact, Purchase, PurchaseKind, SignIn
from counterfoil.operations import _buying
from counterfoil.operations._addressing import send_what_waited
from counterfoil.operations._auditing import note
from counterfoil.operations._loading import require_reason
from counterfoil.operations._people import person_for
from counterfoil.operations._refunded import lock_purchase
from counterfoil.operations.link_account import link_account
from counterfoil.rules.people import Actor, normalise_mail
from counterfoil.rules.proofs import AddressProof


@transaction.atomic
def correct_buyer(
    *,
    purchase_id: UUID,
    mail: str,
    proof: AddressProof,
    by: Actor,
    at: datetime,
    reason: str = "",
    comment: str = "",
) -> Purchase:
    """
    Let a purchase be the one of whoever reads this address, and send its codes there.

    If codes have left for the address before, those that nobody has used are replaced: whoever got
    them by mistake holds dead links. Otherwise the same codes are sent. What is being given to
    somebody by mail stays with that gift, and what somebody has stays theirs. Where the order named
    no address at all, what waited for one is sent, and so is what was given without one. Where
    whoever sold it writes to its buyers, nothing is sent. ``proof`` says why the address is
    believed to be the buyer's. Correcting to the address it has changes nothing.

    :raises NotFound: if there is no such purchase.
    :raises MailInvalid: if mail cannot reach the address.
    :raises AddressProven: if somebody proved to read the old address: then it is their account's.
    :raises EntitlementOnHold: if one of those whose code would be sent is suspended.
    :raises ReasonMissing: if an operator gives none.
    """
    require_reason(by, reason)
    if normalise_mail(mail) is None:
        raise MailInvalid
    purchase = lock_purchase(purchase_id)
    old, new = purchase.buyer, person_for(Contact(mail=mail, locale=purchase.locale), at=at)
    if old is not None and old.pk == new.pk:
        return purchase
    if old is not None and SignIn.objects.filter(person=old, used_at__isnull=False).exists():
        raise AddressProven
    was_given = old is None and purchase.kind == PurchaseKind.GRANT and purchase.partner_id is None
    purchase.buyer, purchase.account = new, None
    purchase.notify = purchase.notify or was_given
    purchase.save(update_fields=["buyer", "account", "notify"])
    data = {"proof": proof.value, "was": str(old.pk) if old else "", "is": str(new.pk)}
    note(
        "correct_buyer",
        connection=None,
        subject=str(purchase.pk),
        by=by,
        at=at,
        data=data | {"reason": reason} | ({"comment": comment} if comment else {}),
    )
    if old is None:
        send_what_waited(purchase, by=by, at=at, is_asked_for=was_given)
    else:
        _buying.take_along(purchase, old, new)
        _buying.send_codes(purchase, old, by=by, at=at, reason=reason, comment=comment, proof=proof)
    link_account(purchase_ids=[purchase.pk], by=by, at=at)
    return purchase
