"""Mails to those who act for partners."""

from datetime import datetime

from counterfoil.effects.addresses import portal_page
from counterfoil.effects.mail_parts import Content
from counterfoil.models import Delivery, PartnerRole


def invitation(delivery: Delivery, _at: datetime) -> Content | None:
    """Say for whom they may act and where, unless they may not any more."""
    member = delivery.member
    if member is None or member.ended_at is not None:
        return None
    return "invitation", {
        "partner": member.partner.name,
        "is_admin": member.role == PartnerRole.ADMIN,
        "url": portal_page(),
    }
