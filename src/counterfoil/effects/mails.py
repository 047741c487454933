"""
What each mail says.

Codes are opened, and tokens and digits drawn, at the moment of sending; the message is the only
place where they stand together with an address, and nobody keeps it.
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import translation

from counterfoil.conf import conf
from counterfoil.effects.addresses import claim_page, my_purchases_page
from counterfoil.models import Code, CodeState, Delivery, DeliveryKind, Entry, Link, SignIn
from counterfoil.models.ids import uuid7
from counterfoil.models.keys import keyring
from counterfoil.rules.codes import draw_token
from counterfoil.rules.lifecycle import State

MOST_CODES = 50
DIGITS = 6

Content = tuple[str, Mapping[str, Any]]


class Mail(EmailMultiAlternatives):
    """A mail of ours; providers that django-anymail knows are asked to leave its links alone."""

    track_clicks = False
    track_opens = False


def compose(delivery: Delivery, *, at: datetime) -> Mail | None:
    """
    Compose the mail of a delivery as things stand now, or give ``None`` if nothing is left to say.

    Runs in the transaction that marks the attempt and writes the tokens of its links.
    """
    contact = delivery.target.contact()
    if contact is None:
        return None
    content = _content(delivery, at)
    if content is None:
        return None
    template, context = content
    wanted = contact.locale or (delivery.purchase.locale if delivery.purchase else "")
    context = {"brand_name": conf.SITE_NAME, "support_email": conf.SUPPORT_MAIL, **context}
    with translation.override(language(wanted)):
        mail = Mail(
            subject=" ".join(_rendered(f"{template}_subject.txt", context).split()),
            body=_rendered(f"{template}.txt", context),
            from_email=conf.MAIL_FROM or None,
            to=[contact.mail],
            headers={"Message-ID": delivery.message_id, "Auto-Submitted": "auto-generated"},
        )
        mail.attach_alternative(_rendered(f"{template}.html", context), "text/html")
    return mail


def language(locale: str) -> str:
    """Give the nearest language the site speaks, or the site's own."""
    try:
        return translation.get_supported_language_variant(locale.replace("_", "-").lower())
    except LookupError:
        return settings.LANGUAGE_CODE


def _content(delivery: Delivery, at: datetime) -> Content | None:
    match DeliveryKind(delivery.kind):
        case DeliveryKind.CODES:
            return _codes(delivery, at)
        case DeliveryKind.FULFILLED:
            return _fulfilled(delivery)
        case DeliveryKind.SIGN_IN:
            return _sign_in(delivery, at)


def _rendered(template: str, context: Mapping[str, Any]) -> str:
    return render_to_string(f"counterfoil/mail/{template}", dict(context))


def _codes(delivery: Delivery, at: datetime) -> Content | None:
    told, _, act = delivery.cause.partition(":")
    live = _live_codes(delivery, act)
    count = live.count()
    purchase = delivery.purchase
    if not count or purchase is None:
        return None
    context = {
        "cause": told,
        "order_reference": purchase.called if purchase.connection_id else "",
        "is_test": purchase.is_test,
        "claim_page": claim_page(),
        "my_purchases_url": my_purchases_page(),
    }
    if count > MOST_CODES:
        return "codes_ready", {**context, "count": count}
    return "codes", {**context, "codes": _listed(live, delivery, at)}


def _live_codes(delivery: Delivery, act: str) -> QuerySet[Code]:
    """Find the codes the act gave that still work and can be shown."""
    meant = Entry.objects.filter(act=act, purchase=delivery.purchase).values("entitlement_id")
    live = Code.objects.filter(
        entitlement__in=meant, state=CodeState.LIVE, ciphertext__isnull=False
    )
    return live.order_by("entitlement__line_id", "entitlement__ordinal")


def _listed(codes: QuerySet[Code], delivery: Delivery, at: datetime) -> list[dict[str, Any]]:
    opened = list(codes.select_related("entitlement__product"))
    tokens = _tokens(opened, delivery, at)
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
        for code, token in zip(opened, tokens, strict=True)
    ]


def _tokens(codes: Iterable[Code], delivery: Delivery, at: datetime) -> list[str]:
    """Draw a token for each code; those of earlier attempts go on working, for they may be out."""
    ring, tokens, links = keyring(), [], []
    for code in codes:
        token = draw_token()
        found = ring.lookup("link:", token)
        tokens.append(token)
        links.append(
            Link(
                id=uuid7(),
                code=code,
                delivery=delivery,
                key_id=found.key_id,
                lookup=found.digest,
                created_at=at,
            )
        )
    Link.objects.bulk_create(links)
    return tokens


def _fulfilled(delivery: Delivery) -> Content | None:
    entitlement = delivery.entitlement
    if entitlement is None or entitlement.state != State.FULFILLED:
        return None
    held = entitlement.assignments.select_related("subject").filter(
        ended_at=None, account__person=delivery.target_id
    )
    assignment = held.first()
    if assignment is None:
        return None
    return "assigned", {
        "state": "ready",
        "product": entitlement.product.name,
        "subject": str(assignment.subject.data.get("name", "")) if assignment.subject else "",
        "valid_until": entitlement.expires_at,
        "url": my_purchases_page(),
    }


def _sign_in(delivery: Delivery, at: datetime) -> Content | None:
    sign_in = delivery.sign_in
    if sign_in is None or sign_in.used_at is not None or sign_in.expires_at <= at:
        return None
    digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    found = keyring().lookup(f"signin:{sign_in.pk}:", digits)
    SignIn.objects.filter(pk=sign_in.pk).update(key_id=found.key_id, lookup=found.digest)
    minutes = max(1, int((sign_in.expires_at - at).total_seconds() // 60))
    return "sign_in_code", {"one_time_code": digits, "minutes": minutes}
