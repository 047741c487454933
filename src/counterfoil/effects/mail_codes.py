"""The mail with the codes of a purchase."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from counterfoil.effects.addresses import claim_page, my_purchases_page
from counterfoil.effects.mail_gifts import given_by, is_kept
from counterfoil.effects.mail_parts import Content, tokens_for
from counterfoil.models import Code, CodeState, Delivery, Entry
from counterfoil.rules.lifecycle import State

MOST_CODES = 50


def codes(delivery: Delivery, at: datetime) -> Content | None:
    """
    Give codes with their links; of many, only that they are there; of gifts, where they go.

    The codes are read once: they may be spent, one after the other, while the mail is made.
    """
    told, act, *_ = delivery.cause.split(":")
    live = _live_codes(delivery, act)
    listed = list(live.select_related("entitlement__product")[: MOST_CODES + 1])
    purchase = delivery.purchase
    if purchase is None:
        return None
    given = given_by(act, delivery) if told == "issued" else []
    if not listed and not given:
        return None
    are_too_many = len(listed) > MOST_CODES
    context = {
        "cause": told,
        "count": live.count() if are_too_many else len(listed),
        "order_reference": purchase.called if purchase.connection_id else "",
        "is_test": purchase.is_test,
        "claim_page": claim_page(),
        "my_purchases_url": my_purchases_page(),
        "given": given,
    }
    if not listed:
        return "gift_bought", context
    if are_too_many:
        return "codes_ready", context
    return "codes", {**context, "codes": _told_of(listed, delivery, at)}


def _live_codes(delivery: Delivery, act: str) -> QuerySet[Code]:
    """Find the codes the act gave that still work and can be shown."""
    meant = Entry.objects.filter(act=act, purchase=delivery.purchase).values("entitlement_id")
    live = Code.objects.filter(
        entitlement__in=meant, state=CodeState.LIVE, ciphertext__isnull=False
    )
    return is_kept(live).order_by("entitlement__line_id", "entitlement__ordinal")


def _told_of(codes: list[Code], delivery: Delivery, at: datetime) -> list[dict[str, Any]]:
    tokens = tokens_for(codes, delivery, at)
    page = claim_page()
    return [
        {
            "product": code.entitlement.product.name,
            "code": code.opened(),
            "claim_url": f"{page}#{token}",
            "valid_until": code.entitlement.expires_at,
            "waiting_until": code.entitlement.reserved_until
            if code.entitlement.state == State.RESERVED
            else None,
        }
        for code, token in zip(codes, tokens, strict=True)
    ]
