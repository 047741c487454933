"""The mail that brings a gift, and what its giver is told of it."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from counterfoil.effects.addresses import claim_page, gift_page, my_purchases_page
from counterfoil.effects.mail_parts import Content, tokens_for
from counterfoil.models import Code, CodeState, Delivery, Entitlement, Gift, GiftEnd
from counterfoil.rules.lifecycle import CODE_STATES

GIVEN = Gift.objects.filter(ended_at=None, recipient__isnull=False)


def gift(delivery: Delivery, at: datetime) -> Content | None:
    """
    Bring a gift to its recipient, unless it is over, on hold, or not valid any more.

    Its row is locked while the mail is made: whoever calls it off in this moment waits, and finds
    a mail that has left, or was faster, and there is no mail.
    """
    locked = Gift.objects.select_for_update(of=("self",), no_key=True).select_related("partner")
    given = locked.filter(deliveries=delivery, ended_at=None).first()
    if given is None:
        return None
    entitlement = Entitlement.objects.select_related("product").get(pk=given.entitlement_id)
    is_over = entitlement.expires_at is not None and entitlement.expires_at <= at
    if entitlement.state not in CODE_STATES or entitlement.held_count or is_over:
        return None
    code = entitlement.codes.filter(state=CodeState.LIVE, ciphertext__isnull=False).first()
    if code is None:
        return None
    [token] = tokens_for([code], delivery, at)
    words = given.words()
    return "gift", {
        "sender": words.sender_name if words else "",
        "partner": given.partner.name if given.partner else "",
        "recipient": words.recipient_name if words else "",
        "message": words.message if words else "",
        "product": entitlement.product.name,
        "description": entitlement.product.description,
        "code": code.opened(),
        "claim_url": f"{claim_page()}#{token}",
        "claim_page": claim_page(),
        "valid_until": entitlement.expires_at,
        "is_bound": entitlement.bound_to_id is not None,
        "is_test": entitlement.is_test,
    }


def gift_news(delivery: Delivery, _at: datetime) -> Content | None:
    """Tell a giver that a gift was opened, claimed, or came back; each only while it is news."""
    told, _, _ = delivery.cause.partition(":")
    given = Gift.objects.select_related("recipient", "entitlement__product")
    one = given.filter(deliveries=delivery).first()
    if one is None or (told in {"opened", "bounced"} and one.ended_at is not None):
        return None
    if told == "claimed" and one.ended_because != GiftEnd.CLAIMED:
        return None
    return f"gift_{told}", _about(one) | {"another_address": _went_elsewhere(one)}


def _about(given: Gift) -> dict[str, Any]:
    contact = given.recipient.contact() if given.recipient else None
    words = given.words()
    return {
        "product": given.entitlement.product.name,
        "recipient": words.recipient_name if words else "",
        "recipient_mail": contact.masked if contact else "",
        "is_card": given.recipient_id is None,
        "gift_url": gift_page(given.entitlement.handle),
        "my_purchases_url": my_purchases_page(),
    }


def _went_elsewhere(given: Gift) -> bool:
    """Tell whether somebody with another address than the recipient's claimed it."""
    held = given.entitlement.assignments.filter(ended_at=None)
    return (
        given.recipient_id is not None and held.exclude(account__person=given.recipient_id).exists()
    )


def is_kept(codes: QuerySet[Code]) -> QuerySet[Code]:
    """Leave out the codes that go to somebody else, by a mail of their own."""
    return codes.filter(~Exists(GIVEN.filter(entitlement=OuterRef("entitlement"))))


def given_by(act: str, delivery: Delivery) -> list[dict[str, Any]]:
    """List what an act issued and is given to somebody else, for whoever bought it."""
    issued = Entitlement.objects.filter(purchase=delivery.purchase, entries__act=act)
    gifts = GIVEN.filter(entitlement__in=issued.values("pk")).order_by("entitlement__ordinal")
    return [
        _about(one) | {"send_at": one.send_at, "time_zone": one.time_zone}
        for one in gifts.select_related("recipient", "entitlement__product")
    ]
