"""Mails to whoever has something, and to whoever signs in."""

import secrets
from datetime import datetime, timedelta
from math import ceil

from counterfoil.effects.addresses import my_purchases_page
from counterfoil.effects.mail_parts import Content
from counterfoil.effects.mail_passing_on import giver_of
from counterfoil.models import Delivery, SignIn
from counterfoil.models.keys import keyring
from counterfoil.rules.lifecycle import State

DIGITS = 6


def fulfilled(delivery: Delivery, _at: datetime) -> Content | None:
    """Say that it is set up, unless it is not theirs any more."""
    entitlement = delivery.entitlement
    if entitlement is None or entitlement.state != State.FULFILLED:
        return None
    held = entitlement.assignments.select_related("subject", "by_partner").filter(
        ended_at=None, account__person=delivery.target_id
    )
    assignment = held.first()
    if assignment is None:
        return None
    return "assigned", {
        "state": "ready",
        "giver": giver_of(assignment),
        "product": entitlement.product.name,
        "subject": str(assignment.subject.data.get("name", "")) if assignment.subject else "",
        "valid_until": entitlement.expires_at,
        "url": my_purchases_page(),
    }


def sign_in(delivery: Delivery, at: datetime) -> Content | None:
    """Give six digits, drawn now; of earlier attempts none work any more."""
    sign_in = delivery.sign_in
    if sign_in is None or sign_in.used_at is not None or sign_in.expires_at <= at:
        return None
    digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    found = keyring().lookup(f"signin:{sign_in.pk}:", digits)
    SignIn.objects.filter(pk=sign_in.pk).update(key_id=found.key_id, lookup=found.digest)
    minutes = ceil((sign_in.expires_at - at) / timedelta(minutes=1))
    return "sign_in_code", {"one_time_code": digits, "minutes": minutes}
